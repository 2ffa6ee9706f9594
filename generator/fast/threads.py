"""Running a native program on all of torch's threads, which wait for work already."""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generator.fast.scratch import Scratch
from generator.native.code import CACHE_LINE
from generator.native.program import Program


def run(program: Program, jobs: int, scratch: Scratch, scratch_size: int, arguments: dict[str, Tensor | int]) -> None:
    """Do jobs 0 .. jobs - 1 and wait for all.

    scratch_size: how many float32 a job needs for itself. arguments: tensors, which must lie in memory as the program
    reads them, and sizes, by name.
    """
    count, line = min(torch.get_num_threads(), jobs), CACHE_LINE // 4
    size = -(-scratch_size // line) * line
    memory = scratch.take("native", (count * size,))
    words = {name: value if isinstance(value, int) else value.data_ptr() for name, value in arguments.items()}
    row = program.words(jobs, memory.data_ptr(), size, words)
    held = (ctypes.c_int64 * len(row))(*row)
    _on_threads(program.address, ctypes.addressof(held), count)


def _on_threads(function: int, argument: int, count: int) -> None:
    """Call `void function(void *)` on `count` threads, this one among them."""
    parallel = _parallel_region()
    if count == 1:
        _callable(function)(argument)
    elif parallel is not None:
        parallel(function, argument, count, 0)
    else:
        others = [_pool().submit(_callable(function), argument) for _ in range(count - 1)]
        _callable(function)(argument)
        for other in others:
            other.result()


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
