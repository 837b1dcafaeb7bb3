"""The CUDA code built as C++, and a stand-in for a GPU that runs it on NumPy arrays."""

import ctypes
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import vectorsuite.kernels.cuda as cuda
from vectorsuite.kernels.cuda.layout import Limits

KERNELS = Path(cuda.__file__).parents[1]
EMULATION = Path(__file__).with_name("emulation.cpp")


def build(target, *options):
    """Compile the kernels for the CPU; skips where there is no C++ compiler."""
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        pytest.skip("no g++ or clang++ to build the CUDA code as C++ with")
    warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"]
    command = [compiler, "-std=c++17", "-O2", *warnings, "-pthread", f"-I{KERNELS}", *options]
    subprocess.run([*command, str(EMULATION), "-o", str(target)], check=True)
    return target


@pytest.fixture(scope="session")
def emulation(tmp_path_factory):
    """The kernels as a library; see emulation.cpp."""
    path = build(tmp_path_factory.mktemp("emulation") / "emulation.so", "-shared", "-fPIC")
    library = ctypes.CDLL(str(path))
    for name in ("job_bytes", "totals_bytes", "slice_bytes", "plan_ints", "work_quads"):
        getattr(library, name).restype = ctypes.c_int64
    return library


class EmulatedDevice:
    """A device whose memory is NumPy's and whose kernels are the library's.

    :param lanes: Of each block; several are threads, and blocks then run one after the other.
    :param limits: What it claims to have.
    """

    def __init__(self, library, lanes=1, **limits):
        defaults = {
            "multiprocessors": 1, "block_bytes": 1 << 40, "multiprocessor_bytes": 1 << 20,
            "free_bytes": 1 << 33,
        }  # fmt: skip
        self.library, self.lanes, self.claims = library, lanes, Limits(**(defaults | limits))
        self.log = []

    def limits(self):
        return self.claims

    def upload(self, array):
        return array.copy()

    def empty(self, n, dtype):
        return np.full(n * np.dtype(dtype).itemsize, 0xAB, dtype=np.uint8)  # nothing to rely on

    def host_buffer(self, n, dtype):
        return self.empty(n, dtype).view(dtype)

    def address(self, array):
        return 0 if array is None else array.ctypes.data

    def copy_in(self, target, source):
        assert source.nbytes <= target.nbytes
        target[: source.nbytes] = source.view(np.uint8)
        self.log.append("copy in")

    def copy_out(self, target, source):
        target.view(np.uint8)[:] = source[: target.nbytes]
        self.log.append("copy out")

    def launch(self, kernel, blocks, own_bytes, launch, job):
        job = job.copy()
        parts = min(launch.score_parts, self.lanes)
        job["score_parts"] = 1 if self.lanes % parts else parts
        getattr(self.library, kernel)(ctypes.c_void_p(job.ctypes.data), blocks, self.lanes)
        self.log.append(SimpleNamespace(kernel=kernel, blocks=blocks, own_bytes=own_bytes))

    def mark(self):
        self.log.append("mark")
        return len(self.log)

    def wait(self, mark):
        self.log.append(f"wait {mark}")

    def finish(self):
        self.log.append("finish")


@pytest.fixture
def device(emulation):
    """One block at a time, one lane."""
    return EmulatedDevice(emulation)


@pytest.fixture
def make_device(emulation):
    """Make devices with other lanes and limits."""
    return lambda **settings: EmulatedDevice(emulation, **settings)
