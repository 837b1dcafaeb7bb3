"""top_k.cu: its code run on the CPU against a sort, compiled by nvcc, and run on a GPU."""

import ctypes
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite.kernels import device_search
from vectorsuite.kernels.array_top_k import ArrayTopK
from vectorsuite.kernels.cuda import top_k
from vectorsuite.kernels.cuda.top_k import MOST_KEPT, SOURCE, CudaTopK, capacity_for


def build(target, *options):
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        pytest.skip("no g++ or clang++ to build the CUDA code as C++ with")
    source = Path(__file__).with_name("top_k_on_cpu.cpp")
    command = [compiler, "-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"]
    command += ["-pthread", f"-I{SOURCE.parents[1]}", *options, str(source), "-o", str(target)]
    subprocess.run(command, check=True)
    return target


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    path = build(tmp_path_factory.mktemp("top_k") / "top_k.so", "-shared", "-fPIC")
    library = ctypes.CDLL(str(path))
    library.key.restype = ctypes.c_uint64
    library.key.argtypes = [ctypes.c_float, ctypes.c_uint32]
    return library


def launch_on_cpu(library, lanes, blocks, own_bytes, arguments):
    """What the GPU does, one block after the other."""
    capacity = int(arguments[8])
    assert own_bytes == 8 * capacity + 8
    assert 2 * int(arguments[7]) <= capacity == 1 << (capacity.bit_length() - 1)
    plain = [
        ctypes.c_void_p(a.ctypes.data) if isinstance(a, np.ndarray) else ctypes.c_int64(int(a))
        for a in arguments
    ]
    library.feed(ctypes.c_int64(blocks), ctypes.c_int(lanes), *plain)


def columns_of(top, scores, scale, excluded, tile):
    for first in range(0, scores.shape[1], tile):
        some = slice(first, first + tile)
        top.feed(np.ascontiguousarray(scores[:, some]), scale[some], first, excluded)
    return top.finish()


def by_sorting(scores, scale, keep, excluded):
    scores = (scores * scale).astype(np.float64)
    scores[~np.isfinite(scores)] = -np.inf
    for query, (start, stop) in enumerate(zip(excluded[1], excluded[1][1:], strict=False)):
        scores[query, excluded[0][start:stop]] = -np.inf
    order = np.argsort(-scores, axis=1, kind="stable")[:, :keep]
    found = np.where(np.take_along_axis(scores, order, axis=1) == -np.inf, -1, order)
    missing = np.full((len(scores), max(0, keep - scores.shape[1])), -1)
    return np.hstack([found, missing])


def test_keys_are_in_the_order_of_scores_and_then_of_columns(library):
    scores = [np.float32(x) for x in (-np.inf, -3e38, -1, -1e-40, 0, 1e-40, 0.5, 1, 3e38)]
    keys = [library.key(score, column) for score in scores for column in (7, 3)]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert all(keys)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_the_best_columns_are_those_of_a_sort(library, data):
    queries, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 90))
    keep, tile = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 90))
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    few = st.sampled_from([-1.0, -0.0, 0.0, 0.25, 0.5, np.nan, np.inf, -np.inf])
    scores = np.array(
        [[data.draw(few) for _ in range(columns)] for _ in range(queries)], dtype=np.float32
    )
    scale = random.choice(np.array([1, 2, np.nan], dtype=np.float32), columns)
    lists = [data.draw(st.lists(st.integers(0, columns - 1), max_size=3)) for _ in range(queries)]
    offsets = np.cumsum([0, *map(len, lists)])
    excluded = np.array([c for some in lists for c in some], dtype=np.int32), offsets
    launch = partial(launch_on_cpu, library, data.draw(st.sampled_from([1, 3])))
    with np.errstate(invalid="ignore"):
        top = CudaTopK(np, queries, keep, launch)
        top.parts = data.draw(st.integers(1, 3))
        top.best = np.zeros((queries, top.parts, keep), dtype=np.uint64)
        found = columns_of(top, scores, scale, excluded, tile)
        expected = by_sorting(np.where(np.isinf(scores), -np.inf, scores), scale, keep, excluded)
        infinite = np.isposinf(scores * scale).any(axis=1)  # +inf is a score like any other
    np.testing.assert_array_equal(found[~infinite], expected[~infinite])


@pytest.mark.parametrize("lanes", [1, 4])
@pytest.mark.parametrize(("keep", "tile"), [(18, 4096), (18, 1000), (600, 4096), (1, 64)])
def test_memory_that_runs_full_again_and_again(library, lanes, keep, tile):
    random = np.random.default_rng(0)
    scores = np.sort(random.standard_normal((2, 9000)).astype(np.float32), axis=1)  # ever better
    scores[1] = scores[1, ::-1]
    scores[:, ::7] = scores[:, [5]]  # and many equal ones
    scale = np.ones(9000, dtype=np.float32)
    none = np.zeros(0, dtype=np.int32), np.zeros(3, dtype=np.int64)
    for parts in (1, 3):
        top = CudaTopK(np, 2, keep, partial(launch_on_cpu, library, lanes))
        top.parts, top.best = parts, np.zeros((2, parts, keep), dtype=np.uint64)
        found = columns_of(top, scores, scale, none, tile)
        np.testing.assert_array_equal(found, by_sorting(scores, scale, keep, none))


def test_array_operations_keep_the_same_columns(library):
    random = np.random.default_rng(1)
    scores = random.integers(-5, 5, (3, 500)).astype(np.float32)
    scale = random.choice(np.array([1, np.nan], dtype=np.float32), 500)
    excluded = np.array([3, 4, 70], dtype=np.int32), np.array([0, 1, 1, 3])
    cuda = CudaTopK(np, 3, 9, partial(launch_on_cpu, library, 2))
    plain = ArrayTopK(np, 3, 9)
    found, expected = (columns_of(t, scores, scale, excluded, 130) for t in (cuda, plain))
    np.testing.assert_array_equal(found, expected)


def test_a_search_with_it(library, monkeypatch):
    from vectorsuite.kernels.nearest import inverse_norms, nearest_rows, pack_left_out

    made = []

    def top_k_for(xp, queries, keep):
        made.append(CudaTopK(xp, queries, keep, partial(launch_on_cpu, library, 1)))
        return made[-1]

    monkeypatch.setattr(device_search, "top_k_for", top_k_for)
    monkeypatch.setattr(device_search, "SCORES_PER_TILE", 1)
    monkeypatch.setattr(device_search, "QUERIES_PER_BLOCK", 2)
    monkeypatch.setattr(top_k, "BLOCKS", 6)
    random = np.random.default_rng(2)
    table, queries = (random.standard_normal((n, 9)).astype(np.float32) for n in (2600, 5))
    rows, left_out = np.arange(0, 2600, 2), [[0, 2], [], [4], [6], []]
    found = device_search.nearest_rows(
        table, queries, 6, inverse_norms(table), rows, pack_left_out(left_out, rows)
    )
    expected = nearest_rows(table, queries, 6, rows=rows, left_out=left_out)
    assert made[0].parts == 3
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_allclose(found[1], expected[1], rtol=0, atol=1e-7)


def test_own_memory_fits_every_gpu():
    for keep in (1, 18, 512, 513, MOST_KEPT):
        capacity = capacity_for(keep)
        assert capacity >= 2 * keep
        assert 8 * capacity + 8 <= 48 * 1024


@pytest.mark.slow
@pytest.mark.parametrize("sanitizer", ["thread", "address,undefined"])
def test_sanitizers_find_nothing(sanitizer, tmp_path):
    program = tmp_path / "main.cpp"
    program.write_text(
        f'#include "{Path(__file__).with_name("top_k_on_cpu.cpp")}"\n'
        "int main() {\n"
        "  std::vector<float> scores(2 * 3000), scale(3000, 1.f);\n"
        "  for (size_t i = 0; i < scores.size(); i++) scores[i] = float(i * 7919 % 3001);\n"
        "  std::vector<uint64_t> best(2 * 2 * 100);\n"
        "  feed(4, 4, scores.data(), scale.data(), best.data(), nullptr, nullptr,\n"
        "       3000, 0, 100, 256, 2);\n"
        "  return best[0] == 0;\n"
        "}\n"
    )
    target = tmp_path / "main"
    command = ["g++", "-std=c++17", "-g", "-O1", f"-fsanitize={sanitizer}", "-pthread"]
    command += [f"-I{SOURCE.parents[1]}", str(program), "-o", str(target)]
    if shutil.which("g++") is None or subprocess.run(command, check=False).returncode:
        pytest.skip(f"no g++ with -fsanitize={sanitizer}")
    subprocess.run([str(target)], check=True)


def test_nvcc_compiles_it(tmp_path):
    nvcc = shutil.which("nvcc")
    if nvcc is None:
        pytest.skip("no nvcc")
    command = [nvcc, "-std=c++17", "-arch=sm_90", "-Xptxas=-v", "-cubin", str(SOURCE)]
    done = subprocess.run(
        [*command, "-o", str(tmp_path / "top_k.cubin")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
    assert re.search(r"0 bytes spill stores, 0 bytes spill loads", done.stderr)


def test_it_compiles_at_run_time_without_headers():
    names = ("libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12")
    for name in names:
        try:
            nvrtc = ctypes.CDLL(name)
            break
        except OSError:
            continue
    else:
        pytest.skip(f"none of {', '.join(names)}, with which CuPy compiles")
    program, size = ctypes.c_void_p(), ctypes.c_size_t()
    nvrtc.nvrtcCreateProgram(ctypes.byref(program), SOURCE.read_bytes(), b"top_k.cu", 0, None, None)
    options = (ctypes.c_char_p * 2)(b"-std=c++17", b"--gpu-architecture=sm_90")
    failed = nvrtc.nvrtcCompileProgram(program, 2, options)
    nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    nvrtc.nvrtcGetProgramLog(program, log)
    assert not failed, log.value.decode()


@pytest.mark.gpu
@pytest.mark.parametrize("queries", [1, 3, 700])
def test_on_a_gpu_the_columns_are_those_of_a_sort(queries, cupy_ops):
    xp = cupy_ops.xp
    random = np.random.default_rng(3)
    scores = random.standard_normal((queries, 5003)).astype(np.float32).round(2)
    scale = random.choice(np.array([1, 1, 1, np.nan], dtype=np.float32), 5003)
    excluded = np.array([5, 9], dtype=np.int32), np.array([0, 2, *[2] * (queries - 1)])
    for keep in (1, 18, 300, MOST_KEPT):
        top = CudaTopK(xp, queries, keep)
        for first in range(0, 5003, 2048):
            some = slice(first, first + 2048)
            top.feed(xp.asarray(scores[:, some]), xp.asarray(scale[some]), first, excluded)
        np.testing.assert_array_equal(top.finish().get(), by_sorting(scores, scale, keep, excluded))
