"""What numpy pickles: arrays and single numbers, read without numpy's own constructors.

Sources: `ndarray.__reduce__` (a call of `_reconstruct` and a state) and PEP 574 (`_frombuffer`) in numpy.
"""

from __future__ import annotations

import struct

import torch

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.inert_objects import Call, binary, describe
from generator.checkpoint.lazy_tensor import Storage, StoredTensor, contiguous_strides
from generator.checkpoint.torch_values import sizes

DTYPES = {
    "f4": torch.float32,
    "f8": torch.float64,
    "f2": torch.float16,
    "i8": torch.int64,
    "i4": torch.int32,
    "i2": torch.int16,
    "i1": torch.int8,
    "u1": torch.uint8,
    "b1": torch.bool,
}
_SCALARS = {"f4": "<f", "f8": "<d", "f2": "<e", "i8": "<q", "i4": "<i", "i2": "<h", "i1": "<b", "u1": "<B", "b1": "<?"}

_RECONSTRUCT = ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct")
_FROM_BUFFER = ("numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer")
_SCALAR = ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")


def is_array(value: object) -> bool:
    """True for a call that makes an array or a number of numpy's."""
    return isinstance(value, Call) and value.asks_for(*_RECONSTRUCT, *_FROM_BUFFER, *_SCALAR)


def stored_array(value: object) -> StoredTensor:
    """The array that a call would make, as a tensor in the file. Raises `FormatError`."""
    if isinstance(value, Call) and value.asks_for(*_RECONSTRUCT):
        if isinstance(value.state, tuple) and len(value.state) == 5:
            _, shape, dtype, fortran, data = value.state
            return _array(data, dtype, sizes(shape), fortran is True)
    elif isinstance(value, Call) and value.asks_for(*_FROM_BUFFER) and len(value.arguments) == 4:
        data, dtype, shape, order = value.arguments
        return _array(data, dtype, sizes(shape), order == "F")
    elif isinstance(value, Call) and value.asks_for(*_SCALAR) and len(value.arguments) == 2:
        dtype, data = value.arguments
        return _array(data, dtype, (), False)
    raise FormatError(f"is damaged: it has {describe(value)} in place of an array")


def plain_scalar(value: object) -> object:
    """A number of numpy's as a number of Python's; everything else as it is."""
    if not (isinstance(value, Call) and value.asks_for(*_SCALAR) and len(value.arguments) == 2):
        return value
    code, data = _code(value.arguments[0]), binary(value.arguments[1])
    if data is None or data.length != struct.calcsize(_SCALARS[code]):
        raise FormatError("is damaged: a number in it has a wrong length")
    number: int | float | bool = struct.unpack(_SCALARS[code], data.read())[0]
    return number


def _array(data: object, dtype: object, shape: tuple[int, ...], fortran: bool) -> StoredTensor:
    section = binary(data)
    if section is None:
        raise FormatError("is damaged: the numbers of an array in it are missing")
    strides = contiguous_strides(shape[::-1])[::-1] if fortran else contiguous_strides(shape)
    return StoredTensor(Storage(section, DTYPES[_code(dtype)]), 0, shape, strides)


def _code(dtype: object) -> str:
    """Kind and size of a pickled dtype, little-endian. Raises `FormatError` for others."""
    arguments = dtype.arguments if isinstance(dtype, Call) and dtype.asks_for("numpy.dtype") else ()
    code = arguments[0] if arguments else None
    state = dtype.state if isinstance(dtype, Call) else None
    order = state[1] if isinstance(state, tuple) and len(state) > 1 else "|"
    if not isinstance(code, str) or code not in DTYPES or order not in ("<", "|", "="):
        raise FormatError(
            f"has an array of type {str(code)[:20] if isinstance(code, str) else 'unknown'}, not of numbers"
        )
    return code
