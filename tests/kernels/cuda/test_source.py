"""The CUDA text is one piece, and compilers of CUDA take it."""

import ctypes
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from vectorsuite.kernels.cuda.source import compile_options, cuda_text


def test_text_stands_alone():
    text = cuda_text()
    assert "#pragma once" not in text
    # the only headers are those that the C++ build takes
    assert set(re.findall(r"#include .*", text)) == {"#include <cstdint>", "#include <cmath>"}
    assert text.count("struct Job {") == text.count("inline uint64_t mix(") == 1
    assert text.index("uint64_t mix") < text.index("plan_chunk") < text.index("__global__")


def test_options_name_threads_and_memory():
    assert compile_options(64, True) == (
        "-std=c++17", "-DVS_THREADS=64", "-DVS_WORK_IN_TABLE_MEMORY=1",
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("architecture", "work_in_table_memory"), [("sm_80", False), ("sm_90", False), ("sm_90", True)]
)
def test_nvcc_compiles_it(architecture, work_in_table_memory, tmp_path):
    compiler = shutil.which("nvcc") or shutil.which("/usr/local/cuda/bin/nvcc")
    if compiler is None:
        pytest.skip("no nvcc")
    source = tmp_path / "kernels.cu"
    source.write_text(cuda_text())
    command = [
        compiler, *compile_options(128, work_in_table_memory), f"-arch={architecture}", "-cubin",
        "-Xptxas", "-v", str(source), "-o", str(tmp_path / "kernels.cubin"),
    ]  # fmt: skip
    report = subprocess.run(command, capture_output=True, text=True)
    assert report.returncode == 0, report.stderr
    registers = [int(n) for n in re.findall(r"Used (\d+) registers", report.stderr)]
    assert len(registers) == 2
    assert max(registers) <= 192, report.stderr  # two blocks of 128 threads a multiprocessor
    spilled = [int(n) for n in re.findall(r"(\d+) bytes spill", report.stderr)]
    assert max(spilled) <= 64, report.stderr


def test_the_table_is_read_and_changed_past_the_first_cache(tmp_path):
    compiler = shutil.which("nvcc") or shutil.which("/usr/local/cuda/bin/nvcc")
    if compiler is None:
        pytest.skip("no nvcc")
    source, target = tmp_path / "kernels.cu", tmp_path / "kernels.ptx"
    source.write_text(cuda_text())
    command = [compiler, *compile_options(128, False), "-arch=sm_90", "-ptx", str(source)]
    subprocess.run([*command, "-o", str(target)], check=True)
    text = target.read_text()
    assert "ld.relaxed.gpu.global.v4.f32" in text
    assert "red.relaxed.gpu.global.add.v4.f32" in text
    assert not re.search(r"\bld\.v4\.f32|\bst\.v4\.f32", text)  # all known to be in shared memory
    assert "ld.shared.v4.f32" in text


def find_nvrtc():
    """The compiler that CuPy uses, from the packages it brings or from a CUDA toolkit; or None."""
    spec = importlib.util.find_spec("nvidia")
    folders = [Path(folder) for folder in spec.submodule_search_locations or []] if spec else []
    folders.append(Path("/usr/local/cuda"))
    found = [path for folder in folders for path in sorted(folder.glob("**/libnvrtc.so*"))]
    return found[0] if found else None


@pytest.mark.parametrize("architecture", ["compute_80", "compute_90"])
def test_nvrtc_compiles_it(architecture):
    path = find_nvrtc()
    if path is None:
        pytest.skip("no libnvrtc, neither of CuPy's packages nor of a CUDA toolkit")
    library = ctypes.CDLL(str(path))
    program, size = ctypes.c_void_p(), ctypes.c_size_t()
    text = cuda_text().encode()
    assert not library.nvrtcCreateProgram(ctypes.byref(program), text, b"kernels.cu", 0, None, None)
    options = [*compile_options(128, False), f"-arch={architecture}"]
    options = [option.encode() for option in options]
    failed = library.nvrtcCompileProgram(
        program, len(options), (ctypes.c_char_p * len(options))(*options)
    )
    library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    library.nvrtcGetProgramLog(program, log)
    assert not failed, log.value.decode()
