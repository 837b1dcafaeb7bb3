"""The compiled module as a whole."""

import subprocess
import sys


def test_the_core_is_imported_without_a_warning():
    script = "import warnings; warnings.simplefilter('error'); import vectorsuite.kernels._core"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
