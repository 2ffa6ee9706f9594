"""Tensors and arrays alike: what a pickle calls to make numbers, whichever library wrote it."""

from __future__ import annotations

from generator.checkpoint.lazy_tensor import StoredTensor
from generator.checkpoint.numpy_values import is_array, stored_array
from generator.checkpoint.torch_values import FindStorage, is_tensor, stored_tensor


def is_numbers(value: object) -> bool:
    """True for a call that makes a tensor of torch's or an array of numpy's."""
    return is_tensor(value) or is_array(value)


def stored_numbers(value: object, find: FindStorage) -> StoredTensor:
    """The numbers that a call would make; `find` says where a storage of torch's is. Raises `FormatError`."""
    return stored_array(value) if is_array(value) else stored_tensor(value, find)
