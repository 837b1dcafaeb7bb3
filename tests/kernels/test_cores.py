"""How many threads to use."""

import os

import pytest

from vectorsuite.kernels.cores import worker_count


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system does not tell")
def test_zero_means_every_core_of_this_process():
    assert worker_count(0) == len(os.sched_getaffinity(0))


def test_a_number_is_taken_as_it_is():
    assert worker_count(3) == 3


def test_negative_numbers_are_refused():
    with pytest.raises(ValueError, match="workers is -1"):
        worker_count(-1)
