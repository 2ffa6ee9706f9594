"""Running native programs on all of torch's threads, which wait for work already."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generator.fast.scratch import Scratch
from generator.native.program import Program

CACHE_LINE = 16  # float32

Values = Mapping[str, Tensor] | Mapping[str, int] | Mapping[str, Tensor | int]


def up_to_multiple(number: int, factor: int) -> int:
    """The first multiple of `factor` that is not less than `number`."""
    return -(-number // factor) * factor


class Work:
    """A program with all that stays the same from run to run."""

    def __init__(self, program: Program, jobs: int, scratch_size: int, given: Values, scratch: Scratch) -> None:
        """Jobs 0 .. jobs - 1, each with `scratch_size` float32 for itself. given: tensors, which must lie in memory as
        the program reads them, and sizes, by name."""
        self._program = program  # holds the code
        self._function, self._places = program.address(), program.names
        self._jobs, self._scratch = jobs, scratch
        self._scratch_size = up_to_multiple(scratch_size, CACHE_LINE)
        self._words = (ctypes.c_int64 * len(program.names))()
        self._given = given  # holds the memory of its tensors
        self._write({"jobs": jobs, "scratch_size": self._scratch_size, **given})

    def run(self, given: Values) -> None:
        """Do all jobs, with `given` for what is still missing, float32, and wait for them."""
        assert all(value.dtype == torch.float32 for value in given.values() if isinstance(value, Tensor))
        count = min(torch.get_num_threads(), self._jobs)
        memory = self._scratch.take(count * self._scratch_size)
        self._write({"next_job": 0, "next_thread": 0, "scratch": memory, **given})
        _on_threads(self._function, ctypes.addressof(self._words), count)

    def _write(self, given: Values) -> None:
        for name, value in given.items():
            self._words[self._places[name]] = value if isinstance(value, int) else value.data_ptr()


class LatestWork:
    """Work for input of one kind, planned anew when another kind comes."""

    def __init__(self) -> None:
        self._kind: tuple[int, ...] | None = None
        self._work: Work | None = None

    def of(self, planned: Callable[..., Work], *kind: int) -> Work:
        """That for `kind`, made by `planned(*kind)`."""
        if self._work is None or self._kind != kind:
            self._kind, self._work = kind, planned(*kind)
        return self._work


def _on_threads(function: int, argument: int, count: int) -> None:
    """Call `void function(void *)` on `count` threads, this one among them."""
    parallel = _parallel_region()
    if count == 1:
        _callable(function)(argument)
    elif parallel is not None:
        parallel(function, argument, count, 0)
    else:
        others = [_pool().submit(_callable(function), argument) for _ in range(count - 1)]
        try:
            _callable(function)(argument)
        finally:  # whatever ends this thread's part, the memory is theirs until they are done
            wait(others)


@cache
def _callable(function: int) -> Any:
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p)(function)


@cache
def _parallel_region() -> Any:
    """What starts a function on the threads of the OpenMP library that torch has loaded; None if there is none."""
    folder = Path(torch.__file__).parent
    for pattern in ("lib/libgomp*", "lib/libomp*", "../torch.libs/libgomp*"):
        for path in sorted(folder.glob(pattern)):
            parallel = getattr(ctypes.CDLL(str(path)), "GOMP_parallel", None)
            if parallel is not None:
                parallel.restype = None
                parallel.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
                return parallel
    return None


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(torch.get_num_threads() - 1, 1), "outis-native")
