"""The CUDA code under sanitizers of a C++ compiler, its lanes on threads of the CPU.

Without any one of the calls of ``sync()``, ThreadSanitizer reports a race or the numbers differ.
"""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

import vectorsuite.kernels.cuda as cuda

KERNELS = Path(cuda.__file__).parents[1]
PROGRAM = Path(__file__).with_name("under_sanitizers.cpp")


@pytest.mark.slow
@pytest.mark.parametrize("sanitizer", ["thread", "address,undefined"])
def test_lanes_meet_where_they_must_and_stay_within_their_memory(sanitizer, tmp_path):
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        pytest.skip("no g++ or clang++ to build the CUDA code as C++ with")
    flags = [f"-fsanitize={sanitizer}", "-fno-sanitize-recover=all", "-g", "-O1", "-pthread"]
    empty = tmp_path / "empty.cpp"
    empty.write_text("int main() {}")
    trial = [compiler, *flags, str(empty), "-o", str(tmp_path / "empty")]
    # the sanitizers need their place in memory, which random addresses may have taken
    run = ["setarch", platform.machine(), "-R"] if shutil.which("setarch") else []
    for command in (trial, [*run, str(tmp_path / "empty")]):
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip(f"the compiler or this machine cannot run -fsanitize={sanitizer}")
    target = tmp_path / "program"
    warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"]
    build = [compiler, "-std=c++17", *warnings, *flags, f"-I{KERNELS}", str(PROGRAM)]
    subprocess.run([*build, "-o", str(target)], check=True)
    done = subprocess.run([*run, str(target)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr[:3000]
