"""Bounds on what a refusal may cost, whatever else the machine does."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

SECONDS = 2.0  # of the processor
MEMORY = 1_000_000_000  # bytes


def settle_memory() -> None:
    """The garbage so far is collected, and what is still in use is never looked through for garbage again."""
    gc.collect()
    gc.freeze()


@contextmanager
def bounded(seconds: float = SECONDS, memory: int = MEMORY) -> Iterator[None]:
    """Whoever reserves more memory in the block gets a MemoryError, and whoever computes longer fails.

    The garbage of the tests before is collected first: it is neither what is measured, nor does it end well without
    memory, as windows may be in it.
    """
    settle_memory()
    resource = pytest.importorskip("resource")
    old = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + memory, old[1]))
    start = time.process_time()
    try:
        yield
    finally:
        spent = time.process_time() - start
        resource.setrlimit(resource.RLIMIT_AS, old)
    assert spent < seconds
