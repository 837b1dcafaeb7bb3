"""Fixtures that several rooms share."""

import lzma
import os
import random
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# A busy machine is no defect: examples may take as long as they take.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def outside_the_checkout(tmp_path_factory):
    """Run in an empty folder: ``python -c`` in the checkout would import its source tree.

    What is tested, in child processes too, is the package that is installed.
    """
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("empty"))
    yield
    os.chdir(before)


@pytest.fixture(scope="session", autouse=True)
def heeding_ctrl_c():
    """Undo what a shell does to tests in the background, which would wait for ever for SIGINT."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the real corpus and evaluation sets; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no {SHARED}: the real corpus and evaluation sets are not beside the checkout")
    return SHARED


@pytest.fixture(scope="session")
def wiki17m(shared_data, tmp_path_factory) -> Path:
    """The 17 M word corpus, unpacked."""
    path = tmp_path_factory.mktemp("wiki") / "wiki17m.txt"
    with lzma.open(shared_data / "wiki17m.txt.xz") as packed, path.open("wb") as plain:
        shutil.copyfileobj(packed, plain, 1 << 20)
    return path


@pytest.fixture(autouse=True)
def same_random_numbers():
    """Start each test at the same global random numbers: thinc draws its weights from them."""
    random.seed(0)
    np.random.seed(0)


@pytest.fixture
def strict_ops(monkeypatch):
    """Ops of a device that refuses what CuPy refuses, and counts transfers; see its module."""
    import strict_device  # late: thinc takes seconds

    # thinc takes its arrays for CuPy's
    monkeypatch.setattr("thinc.util.has_cupy", True)
    monkeypatch.setattr("thinc.util.cupy", strict_device.StrictOps.xp)
    strict_device.reset_traffic()
    return strict_device.StrictOps()


@pytest.fixture
def traffic(strict_ops):
    """Makes counts of transfers to and from the strict device, from zero, and returns them."""
    import strict_device

    return strict_device.reset_traffic


@pytest.fixture
def cupy_ops():
    """CuPy's ops; skips where there is no GPU."""
    from thinc.compat import has_cupy, has_cupy_gpu

    if not has_cupy_gpu:
        pytest.skip("CuPy sees no GPU" if has_cupy else "CuPy is not installed")
    from thinc.api import CupyOps

    return CupyOps()


DEVICES = ["strict", pytest.param("cupy", marks=pytest.mark.gpu)]


@pytest.fixture(params=DEVICES)
def device_ops(request):
    """Ops of every device there is: a strict stand-in, and CuPy's where there is a GPU."""
    return request.getfixturevalue(f"{request.param}_ops")


@pytest.fixture(params=["numpy", *DEVICES])
def any_ops(request):
    """The same and NumPy's."""
    if request.param != "numpy":
        return request.getfixturevalue(f"{request.param}_ops")
    from thinc.api import NumpyOps

    return NumpyOps()


@pytest.fixture
def on_device(device_ops):
    """The same ops as thinc's current ones."""
    from thinc.api import get_current_ops, set_current_ops

    before = get_current_ops()
    set_current_ops(device_ops)
    yield device_ops
    set_current_ops(before)
