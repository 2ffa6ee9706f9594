"""Running native programs on torch's threads, which are already waiting for work."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from threading import Event, Lock
from typing import Any, NamedTuple

import torch
from torch import Tensor

from generator.native.program import Program
from generator.native.sequence import HEAD, meeting, sequence
from generator.native.target import CACHE_LINE

_one_at_a_time = Lock()

Values = Mapping[str, Tensor] | Mapping[str, int] | Mapping[str, Tensor | int]


def up_to_multiple(number: int, factor: int) -> int:
    """`number` rounded up to a multiple of `factor`."""
    return -(-number // factor) * factor


class _Run(NamedTuple):
    """A program with its arguments for one run, whose memory lives as long as this."""

    work: Work
    words: Any
    given: Values


class ThreadPool:
    """Torch's threads and a queue of runs, done in one go so that nothing waits for Python in between. Results are
    valid only after `finish`. Belongs to one thread at a time."""

    def __init__(self) -> None:
        self._queue: list[_Run] = []
        self.load = 0  # approximate number of queued multiplications
        self._scratch = torch.empty(0)  # kept: fresh memory pages can cost more time than the arithmetic on them
        self._handed = torch.empty(0)  # likewise

    @property
    def is_idle(self) -> bool:
        return not self._queue

    def add(self, work: Work, words: Any, given: Values) -> None:
        self._queue.append(_Run(work, words, given))
        self.load += work.load

    def finish(self) -> None:
        """Run the queue in order, and wait for it."""
        runs, self._queue, self.load = self._queue, [], 0
        if runs:
            count = min(torch.get_num_threads(), max(run.work.jobs for run in runs))
            scratch = self._room(count * max(run.work.scratch_size for run in runs))
            for run in runs:
                run.work.begin(run.words, scratch)
            _do(runs, count)

    def there(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        """x in this dtype; if it must be converted, its result must be valid already."""
        if x.dtype == dtype:
            return x
        self.finish()
        return x.to(dtype)

    def handed(self, samples: int, maps: int, height: int, width: int) -> Tensor:
        """Uninitialised float32 `[N, maps / 16, H, W, 16]`, for what one run hands to the next: until this is called
        again."""
        size = samples * maps * height * width
        if len(self._handed) < size:
            self._handed = torch.empty(size)
        return self._handed[:size].view(samples, maps // CACHE_LINE, height, width, CACHE_LINE)

    def clear_caches(self) -> None:
        """Clear the queue, and free the memory of programs."""
        self._queue, self.load = [], 0
        self._scratch, self._handed = torch.empty(0), torch.empty(0)

    def _room(self, size: int) -> int:
        """The address of `size` uninitialised float32, at the start of a cache line."""
        if len(self._scratch) < size:
            self._scratch = torch.empty(size)
        return self._scratch.data_ptr()


class Work:
    """A program with the arguments that stay the same from run to run."""

    def __init__(
        self, program: Program, jobs: int, scratch_size: int, given: Values, team: ThreadPool, load: int = 0
    ) -> None:
        """Jobs 0 .. jobs - 1, each with `scratch_size` float32 of its own, about `load` multiplications. given:
        tensors, in the memory layout that the program reads, and sizes, by name."""
        self._program = program  # holds the code
        self.function, self._places = program.address(), program.names
        self._fresh = [program.names[name] for name in ("next_job", "next_thread", "scratch")]
        self.jobs, self.load, self._team = jobs, load, team
        self.scratch_size = up_to_multiple(scratch_size, CACHE_LINE)
        self._words = (ctypes.c_int64 * len(program.names))()
        self._given = given  # holds the memory of its tensors
        self._write(self._words, {"jobs": jobs, "scratch_size": self.scratch_size, **given})

    def queue(self, given: Values) -> None:
        """Queue all jobs on the team, with `given` for the remaining arguments."""
        words = type(self._words).from_buffer_copy(self._words)
        self._write(words, given)
        self._team.add(self, words, given)

    def begin(self, words: Any, scratch: int) -> None:
        """Prepare `words` for a run."""
        for place, value in zip(self._fresh, (0, 0, scratch), strict=True):
            words[place] = value

    def _write(self, words: Any, given: Values) -> None:
        places = self._places
        for name, value in given.items():
            words[places[name]] = value if isinstance(value, int) else value.data_ptr()


class LatestWork:
    """The plan for input of one kind, made again when the kind changes."""

    def __init__(self) -> None:
        self._kind: tuple[int, ...] | None = None
        self._work: Work | None = None

    def of(self, planned: Callable[..., Work], *kind: int) -> Work:
        """The plan for `kind`, made by `planned(*kind)`."""
        if self._work is None or self._kind != kind:
            self._kind, self._work = kind, planned(*kind)
        return self._work


def _do(runs: list[_Run], count: int) -> None:
    """Execute runs in order, each on `count` threads."""
    openmp = _openmp()
    barrier = meeting().address() if openmp is None else _address(openmp.GOMP_barrier)
    head = {"count": len(runs), "barrier": barrier, "threads": count, "arrived": 0, "round": 0, "yield": _yield()}
    row = [head[name] for name in HEAD]
    for run in runs:
        row += [run.work.function, ctypes.addressof(run.words)]
    words = (ctypes.c_int64 * len(row))(*row)
    if openmp is None:
        _on_threads_of_python(sequence().address(), words, count)
    else:
        openmp.GOMP_parallel(sequence().address(), ctypes.addressof(words), count, 0)


def _on_threads_of_python(function: int, words: Any, count: int) -> None:
    """Call `function` on `count` threads, and wait for them."""
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(function)
    all_here = Event()
    futures: list[Future[None]] = []

    def part() -> None:
        all_here.wait()
        call(ctypes.addressof(words))

    with _one_at_a_time:  # two callers that share the threads could deadlock
        try:
            for _ in range(count):
                futures.append(_pool(count).submit(part))
        finally:  # even after an exception, threads that started must meet, and use the memory until they end
            words[HEAD.index("threads")] = len(futures)
            all_here.set()
            _wait_for(futures)


def _wait_for(futures: list[Future[None]]) -> None:
    """Wait, however often that is interrupted."""
    try:
        wait(futures)
    except BaseException:
        _wait_for(futures)
        raise


@cache
def _openmp() -> Any:
    """The OpenMP library that torch has loaded, whose `GOMP_parallel` starts a function on its threads; None if there
    is none."""
    folder = Path(torch.__file__).parent
    for pattern in ("lib/libgomp*", "lib/libomp*", "../torch.libs/libgomp*"):
        for path in sorted(folder.glob(pattern)):
            library = ctypes.CDLL(str(path))
            if hasattr(library, "GOMP_parallel") and hasattr(library, "GOMP_barrier"):
                library.GOMP_parallel.restype = None
                library.GOMP_parallel.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
                return library
    return None


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, "outis-native")


@cache
def _yield() -> int:
    """The address of the system's function that yields the processor to another thread."""
    if sys.platform == "win32":
        return _address(ctypes.WinDLL("kernel32").SwitchToThread)
    return _address(ctypes.CDLL(None).sched_yield)


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0
