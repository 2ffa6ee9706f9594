"""Tensors that still lie in their file: where their numbers are, of what type and shape."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from generator.checkpoint.file_slice import FormatError, Section
from generator.progress import Job, Progress

MAX_AXES = 8
MAX_NUMEL = 2**48
MAX_TENSORS = 20_000
MAX_NAME = 300  # characters of a tensor's name, or of a module's: a short file can repeat a long one endlessly


@dataclass(frozen=True)
class Storage:
    """A row of numbers of one type in the file."""

    data: Section
    dtype: torch.dtype

    @property
    def numel(self) -> int:
        return self.data.length // self.dtype.itemsize


@dataclass(frozen=True)
class StoredTensor:
    """A view of a storage: `offset` and `stride` are counted in elements, as torch does."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def __post_init__(self) -> None:
        sizes = (self.offset, *self.shape, *self.stride)
        if len(self.shape) != len(self.stride) or len(self.shape) > MAX_AXES or any(size < 0 for size in sizes):
            raise FormatError("is damaged: a tensor in it has a shape and strides that do not fit together")
        if math.prod(max(size, 1) for size in self.shape) > MAX_NUMEL:  # counted so, even no numbers overflow
            raise FormatError("is damaged: a tensor in it has an impossible shape")
        if self.offset + self.extent > self.storage.numel:
            raise FormatError(
                f"is damaged: a tensor {list(self.shape)} reaches beyond its {self.storage.numel} numbers"
            )

    @property
    def numel(self) -> int:
        return math.prod(self.shape)

    @property
    def extent(self) -> int:
        """Elements from the first to the last."""
        if self.numel == 0:
            return 0
        return 1 + sum((size - 1) * step for size, step in zip(self.shape, self.stride, strict=True))

    def load(self) -> Tensor:
        """The tensor, in its own memory."""
        if self.numel == 0:
            return torch.empty(self.shape, dtype=self.storage.dtype)
        width = self.storage.dtype.itemsize
        row = self.storage.data.section(self.offset * width, self.extent * width).read()
        return torch.frombuffer(row, dtype=self.storage.dtype).as_strided(self.shape, self.stride)


def loading_all(stored: dict[str, StoredTensor], file_name: str, size: int) -> Job[dict[str, Tensor]]:
    """Load tensors by name from a file of `size` bytes. Raises `FormatError` if they claim more numbers than it has."""
    if sum(tensor.extent * tensor.storage.dtype.itemsize for tensor in stored.values()) > size:
        raise FormatError("is damaged: its tensors claim more bytes than the file has")
    for tensor in stored.values():
        if tensor.numel > tensor.extent:  # it repeats its numbers, and would take more memory than the file
            raise FormatError(f"is damaged: a tensor {list(tensor.shape)} reaches beyond its {tensor.extent} numbers")
    tensors = {}
    for done, (name, tensor) in enumerate(stored.items()):
        tensors[name] = tensor.load()
        if done % 8 == 0:
            yield Progress(done, len(stored), f"Reading {file_name}")
    return tensors


def checked_name(name: str) -> str:
    """`name`, unless it is longer than that of any tensor. Raises `FormatError`."""
    if len(name) > MAX_NAME:
        raise FormatError(f"is not a model: it contains a name of {len(name)} characters")
    return name


def contiguous_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strides in elements of an array in C order, checked for impossible sizes."""
    if any(size < 0 for size in shape):
        raise FormatError("is damaged: an array in it has a negative size")
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
