"""Loops for GPUs in CUDA, which CuPy compiles when they are first used.

Training: ``run`` is the host's side of ``kernels.cu`` and its ``.cuh`` files. All device code is
written for any number of lanes, so that the tests build it as C++ and hold it against NumPy without
a GPU.
"""
