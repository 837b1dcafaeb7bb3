"""The GPU behind CuPy: memory, copies and launches that do not wait for each other."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.cuda.layout import Launch, Limits
from vectorsuite.kernels.cuda.source import compile_options, cuda_text


class Device(Protocol):
    """Where the kernels run. Copies in are made beside the kernels; the rest keeps its order."""

    def limits(self) -> Limits:
        """What there is."""
        ...

    def upload(self, array: NDArray[Any]) -> Any:
        """Copy an array to the device, and wait for it."""
        ...

    def empty(self, n: int, dtype: Any) -> Any:
        """Make an array of undefined values on the device."""
        ...

    def host_buffer(self, n: int, dtype: Any) -> NDArray[Any]:
        """Make an array in host memory that is fit for :meth:`copy_in` and :meth:`copy_out`."""
        ...

    def address(self, array: Any) -> int:
        """Where an array starts, 0 for None."""
        ...

    def copy_in(self, target: Any, source: NDArray[Any]) -> None:
        """Begin to copy from a host buffer; launches after this one wait for its end."""
        ...

    def copy_out(self, target: NDArray[Any], source: Any) -> None:
        """Copy to a host buffer after all launches so far; done when :meth:`mark` is passed."""
        ...

    def launch(self, kernel: str, blocks: int, own_bytes: int, launch: Launch, job: Any) -> None:
        """Run a kernel on a ``layout.JOB`` after all launches and copies so far."""
        ...

    def mark(self) -> Any:
        """Return something to wait for: the end of all launches and copies so far."""
        ...

    def wait(self, mark: Any) -> None:
        """Wait until a mark is passed."""
        ...

    def finish(self) -> None:
        """Wait for everything."""
        ...


@lru_cache(maxsize=16)
def _module(device_id: int, threads: int, work_in_table_memory: bool) -> Any:
    """The kernels for the current device; CuPy keeps what it compiled on disk."""
    import cupy

    return cupy.RawModule(
        code=cuda_text(), options=compile_options(threads, work_in_table_memory), backend="nvrtc"
    )


class CudaDevice:
    """CuPy's current device."""

    def __init__(self) -> None:
        import cupy

        self.xp = cupy
        self.copies = cupy.cuda.Stream(non_blocking=True)
        self.launches = cupy.cuda.Stream(non_blocking=True)
        cupy.cuda.get_current_stream().synchronize()  # what made the tables may still be under way

    def limits(self) -> Limits:
        """Read off the device."""
        attributes = self.xp.cuda.Device().attributes
        return Limits(
            multiprocessors=attributes["MultiProcessorCount"],
            block_bytes=attributes["MaxSharedMemoryPerBlockOptin"],
            multiprocessor_bytes=attributes["MaxSharedMemoryPerMultiprocessor"],
            free_bytes=self.xp.cuda.runtime.memGetInfo()[0]
            + self.xp.get_default_memory_pool().free_bytes(),
        )

    def upload(self, array: NDArray[Any]) -> Any:
        """See :class:`Device`."""
        with self.launches:
            copy = self.xp.asarray(array)
        self.launches.synchronize()
        return copy

    def empty(self, n: int, dtype: Any) -> Any:
        """See :class:`Device`. In bytes, since CuPy has no structs."""
        with self.launches:
            return self.xp.empty(n * np.dtype(dtype).itemsize, dtype=np.uint8)

    def host_buffer(self, n: int, dtype: Any) -> NDArray[Any]:
        """Pinned memory, which the GPU reads while the CPU goes on."""
        memory = self.xp.cuda.alloc_pinned_memory(max(1, n * np.dtype(dtype).itemsize))
        return np.frombuffer(memory, dtype, n)

    def address(self, array: Any) -> int:
        """See :class:`Device`."""
        return 0 if array is None else int(array.data.ptr)

    def copy_in(self, target: Any, source: NDArray[Any]) -> None:
        """On a stream of its own; the target must not be in use by launches."""
        target.data.copy_from_host_async(source.ctypes.data, source.nbytes, self.copies)
        self.launches.wait_event(self.copies.record())

    def copy_out(self, target: NDArray[Any], source: Any) -> None:
        """See :class:`Device`."""
        source.data.copy_to_host_async(target.ctypes.data, target.nbytes, self.launches)

    def launch(self, kernel: str, blocks: int, own_bytes: int, launch: Launch, job: Any) -> None:
        """See :class:`Device`."""
        module = _module(self.xp.cuda.Device().id, launch.threads, launch.work_in_table_memory)
        function = module.get_function(kernel)
        if own_bytes > 48 << 10:
            function.max_dynamic_shared_size_bytes = own_bytes
        with self.launches:
            function((blocks,), (launch.threads,), (job,), shared_mem=own_bytes)

    def mark(self) -> Any:
        """An event that the CPU sleeps for."""
        event = self.xp.cuda.Event(block=True, disable_timing=True)
        return self.launches.record(event)

    def wait(self, mark: Any) -> None:
        """See :class:`Device`."""
        mark.synchronize()

    def finish(self) -> None:
        """See :class:`Device`."""
        self.copies.synchronize()
        self.launches.synchronize()
