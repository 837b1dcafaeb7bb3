"""Choosing a GPU: thinc's names, clear errors, nothing changed where there is none."""

import builtins

import pytest
from thinc.api import get_current_ops

import vectorsuite
from vectorsuite import gpu
from vectorsuite.errors import MissingExtraError


@pytest.fixture
def import_fails(monkeypatch):
    """A function: importing CuPy raises its argument from then on."""

    def fail(error):
        real = builtins.__import__

        def refuse(name, *rest):
            if name.startswith("cupy"):
                raise error
            return real(name, *rest)

        monkeypatch.setattr("thinc.util.has_cupy", False)
        monkeypatch.setattr(builtins, "__import__", refuse)

    return fail


def test_without_cupy_the_extra_is_named(import_fails):
    import_fails(ModuleNotFoundError("No module named 'cupy'", name="cupy"))
    with pytest.raises(MissingExtraError, match=r"pip install 'vectorsuite\[cuda1[23]x\]'"):
        vectorsuite.require_gpu()
    assert vectorsuite.prefer_gpu() is False


@pytest.mark.parametrize(
    "error",
    [
        ImportError('Failure finding "libcublasLt.so.13"'),
        ImportError('===\nFailed to import CuPy.\n\nOriginal error:\n  Failure finding "libcublas'),
    ],
)
def test_a_cupy_without_cudas_libraries_names_them(error, import_fails):
    import_fails(error)
    wanted = r"CuPy is installed, but does not work: Failure finding \"libcublas.*\[ctk\]'$"
    with pytest.raises(ValueError, match=wanted) as raised:
        vectorsuite.require_gpu()
    assert "\n" not in str(raised.value)
    assert vectorsuite.prefer_gpu() is False


def test_a_gpu_that_is_not_there_is_one_line_and_changes_nothing(monkeypatch):
    from thinc.api import NumpyOps, set_current_ops

    def refuse(gpu_id):
        set_current_ops(NumpyOps())  # as thinc does, before it looks for the GPU
        raise RuntimeError("cudaErrorNoDevice:\nno CUDA-capable device is detected")

    monkeypatch.setattr("thinc.util.has_cupy", True)
    monkeypatch.setattr("thinc.api.require_gpu", refuse)
    before = get_current_ops()
    with pytest.raises(ValueError, match=r"GPU 3 cannot be used: cudaErrorNoDevice.*info") as error:
        gpu.require_gpu(3)
    assert "\n" not in str(error.value)
    assert gpu.prefer_gpu(3) is False
    assert get_current_ops() is before


@pytest.mark.parametrize(
    ("version", "extra"), [(12040, "cuda12x"), (13000, "cuda13x"), (13020, "cuda13x")]
)
def test_the_extra_is_that_of_the_driver(version, extra, monkeypatch):
    class Driver:
        def cuDriverGetVersion(self, place):  # noqa: N802
            place._obj.value = version

    monkeypatch.setattr(gpu.ctypes, "CDLL", lambda name: Driver())
    assert gpu.cuda_extra() == extra


@pytest.mark.gpu
def test_a_gpu_is_taken(cupy_ops):
    import cupy
    from thinc.api import set_current_ops

    before = get_current_ops()
    try:
        assert vectorsuite.prefer_gpu()
        assert isinstance(vectorsuite.Vectors(shape=(2, 3)).data, cupy.ndarray)
    finally:
        set_current_ops(before)
