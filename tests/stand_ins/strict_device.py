"""A device that is none: thinc ops whose arrays behave as CuPy's do, where those are strict.

The memory is NumPy's, but nothing of it becomes a NumPy array unless somebody asks for a copy,
host arrays cannot be mixed with device arrays, and every transfer and every wait is counted. Code
that passes here makes no hidden copy between host and GPU.
"""

import operator
from dataclasses import dataclass

import numpy as np
from thinc.api import NumpyOps, Ops

# What the code may use: functions that CuPy has under NumPy's names and with NumPy's arguments.
FUNCTIONS = set()
for _line in (
    "abs arange argmax argpartition argsort array_equal ascontiguousarray broadcast_to clip",
    "concatenate cumsum diff dot einsum empty empty_like exp flatnonzero full full_like isfinite",
    "isnan lexsort log log1p matmul max maximum mean minimum nan_to_num negative nonzero ones",
    "ones_like repeat searchsorted sort sqrt square stack sum take take_along_axis tanh",
    "transpose unique vstack hstack where zeros zeros_like",
):
    FUNCTIONS.update(_line.split())
# These wait for the device: the size of what they return depends on values.
WAITING = {"flatnonzero", "nonzero", "unique", "array_equal"}
_arithmetic = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"]
_bits = ["and_", "or_", "xor", "lshift", "rshift"]
_comparisons = ["lt", "le", "gt", "ge", "eq", "ne"]
CONSTANTS = {"inf", "nan", "pi", "newaxis", "float16", "float32", "float64"}
CONSTANTS |= {"int32", "int64", "uint8", "uint32", "uint64", "bool_"}


@dataclass
class Traffic:
    """What went between host and device.

    :param to_device: Arrays copied there.
    :param to_host: Arrays copied back.
    :param waits: Numbers that the host asked for.
    :param largest: Bytes of the largest array that was copied or made.
    :param largest_to_host: Bytes of the largest array that was copied back.
    """

    to_device: int = 0
    to_host: int = 0
    waits: int = 0
    largest: int = 0
    largest_to_host: int = 0


traffic = Traffic()


def reset_traffic() -> Traffic:
    """Count from zero."""
    traffic.__init__()
    return traffic


def _unwrap(value):
    """The memory of device arrays in a value; refuses host arrays, as CuPy does."""
    if isinstance(value, DeviceArray):
        return value._memory
    if isinstance(value, np.ndarray) and value.ndim:
        raise TypeError(f"Unsupported type {type(value)}: copy host arrays with asarray first.")
    if isinstance(value, (list, tuple)):
        return type(value)(_unwrap(item) for item in value)
    return value


def _unwrap_index(index):
    """The same for an index; a list would be copied to the device on the way."""
    if isinstance(index, tuple):
        return tuple(_unwrap_index(item) for item in index)
    if isinstance(index, list):
        raise TypeError("An index that is a list goes to the device unseen: use asarray.")
    return _unwrap(index)


def _wrap(value):
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.base is None:
            traffic.largest = max(traffic.largest, array.nbytes)
        return DeviceArray(array)
    if isinstance(value, (list, tuple)):
        return type(value)(_wrap(item) for item in value)
    return value


class DeviceArray:
    """An array on the device."""

    __slots__ = ("__weakref__", "_memory")
    __array_ufunc__ = None  # NumPy leaves its operators to ours
    __hash__ = None

    def __init__(self, memory):
        self._memory = memory

    @property
    def __cuda_array_interface__(self):
        return {"shape": self.shape, "typestr": self.dtype.str, "version": 3, "data": (0, False)}

    def __array__(self, *_, **__):
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Use `.get()`.")

    def get(self):
        traffic.to_host += 1
        traffic.largest = max(traffic.largest, self._memory.nbytes)
        traffic.largest_to_host = max(traffic.largest_to_host, self._memory.nbytes)
        return self._memory.copy()

    def _number(self):
        if self._memory.size != 1:
            raise TypeError("Only an array of one value is a number.")
        traffic.waits += 1
        return self._memory.reshape(-1)[0]

    def __bool__(self):
        return bool(self._number())

    def __int__(self):
        return int(self._number())

    def __index__(self):
        return operator.index(self._number())

    def __float__(self):
        return float(self._number())

    def item(self):
        return self._number().item()

    def tolist(self):
        return self.get().tolist()

    def __len__(self):
        return len(self._memory)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index):
        index = _unwrap_index(index)
        if getattr(index, "dtype", None) == np.bool_:
            traffic.waits += 1
        return _wrap(self._memory[index])

    def __setitem__(self, index, value):
        self._memory[_unwrap_index(index)] = _unwrap(value)

    def __getattr__(self, name):
        if name.startswith("__") or not hasattr(np.ndarray, name):
            raise AttributeError(f"A device array has no {name!r}.")
        value = getattr(self._memory, name)
        if not callable(value):
            return _wrap(value) if isinstance(value, np.ndarray) else value

        def method(*args, **kwargs):
            kwargs = {key: _unwrap(item) for key, item in kwargs.items()}
            return _wrap(value(*_unwrap(args), **kwargs))

        return method

    def __repr__(self):
        return f"DeviceArray({self._memory!r})"

    def __neg__(self):
        return _wrap(-self._memory)

    def __invert__(self):
        return _wrap(~self._memory)


def _add_operator(name):
    function = getattr(operator, name)
    dunder = name.strip("_")

    def forward(self, other):
        return _wrap(function(self._memory, _unwrap(other)))

    def backward(self, other):
        return _wrap(function(_unwrap(other), self._memory))

    def in_place(self, other):
        self._memory[...] = function(self._memory, _unwrap(other))
        return self

    setattr(DeviceArray, f"__{dunder}__", forward)
    if name not in _comparisons:
        setattr(DeviceArray, f"__r{dunder}__", backward)
        setattr(DeviceArray, f"__i{dunder}__", in_place)


for _name in _arithmetic + _bits + _comparisons:
    _add_operator(_name)


class DeviceModule:
    """NumPy's functions for device arrays, as CuPy has them."""

    __name__ = "strict_device"
    ndarray = DeviceArray

    def __getattr__(self, name):
        if name in CONSTANTS:
            return getattr(np, name)
        if name not in FUNCTIONS:
            raise AttributeError(f"{name} is not among the functions that code for devices may use")
        function = getattr(np, name)

        def on_device(*args, **kwargs):
            traffic.waits += name in WAITING
            out = kwargs.get("out")
            kwargs = {key: _unwrap(item) for key, item in kwargs.items()}
            result = function(*_unwrap(args), **kwargs)
            return out if out is not None else _wrap(result)

        return on_device

    def split(self, array, places):
        return _wrap(np.split(_unwrap(array), np.asarray(places)))  # places are host numbers

    def asarray(self, data, dtype=None):
        if isinstance(data, DeviceArray):
            return _wrap(np.asarray(data._memory, dtype=dtype))
        array = np.array(data, dtype=dtype)
        traffic.to_device += 1
        traffic.largest = max(traffic.largest, array.nbytes)
        return DeviceArray(array)

    def array(self, data, dtype=None):
        return _wrap(data._memory.copy()) if isinstance(data, DeviceArray) else self.asarray(data)

    class linalg:  # noqa: N801
        @staticmethod
        def norm(x, axis=None, keepdims=False):
            return _wrap(np.linalg.norm(_unwrap(x), axis=axis, keepdims=keepdims))


class StrictOps(Ops):
    """thinc ops over device arrays."""

    name = "strict"
    xp = DeviceModule()
    _host = NumpyOps()

    def __init__(self, device_type="gpu", device_id=0, **_):
        self.device_type, self.device_id = device_type, device_id

    def asarray(self, data, dtype=None):
        array = self.xp.asarray(data, dtype=dtype)
        return array if dtype is None else array.astype(dtype)

    def to_numpy(self, data, *, byte_order=None):
        return data if isinstance(data, np.ndarray) else data.get()

    def scatter_add(self, table, indices, values):
        return _wrap(np.add.at(_unwrap(table), _unwrap(indices), _unwrap(values)))

    def hash(self, ids, seed):
        return _wrap(self._host.hash(np.ascontiguousarray(ids._memory), seed))

    def gather_add(self, table, indices):
        return _wrap(table._memory[indices._memory].sum(axis=1))

    def reduce_sum(self, X, lengths):
        return _wrap(self._host.reduce_sum(_unwrap(X), _unwrap(lengths)))

    def reduce_mean(self, X, lengths):
        return _wrap(self._host.reduce_mean(_unwrap(X), _unwrap(lengths)))
