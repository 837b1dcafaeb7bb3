"""What the tests of the compiled loops share."""

import pytest

from vectorsuite.kernels import _core


@pytest.fixture(params=_core.cpu_levels())
def cpu_level(request):
    """Every CPU level that runs here, one after the other."""
    before = _core.cpu_level()
    _core.set_cpu_level(request.param)
    yield request.param
    _core.set_cpu_level(before)
