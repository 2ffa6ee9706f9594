"""The cached activations of a synthesis's last image: one result per step, with the key of its inputs."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

CacheKey = object  # everything a result depends on: equal for equal results, quick to compare


class ActivationCache:
    """Caches at most `limit` bytes: the first steps that fit, which are the slowest for their size.

    Its results must not be changed in place.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.size = 0  # bytes cached now
        self._results: dict[str, tuple[CacheKey, Tensor]] = {}

    def get_or_compute(self, step: str, key: CacheKey, make: Callable[[Tensor | None], Tensor]) -> Tensor:
        """The cached result of `step` if its key is the same, else a new one of `make`, which gets the old result, if
        any, to overwrite."""
        held = self._results.get(step)
        if held is not None and held[0] == key:
            return held[1]
        if held is not None:  # before it is overwritten, so that an error cannot leave an incomplete one here
            del self._results[step]
            self.size -= held[1].nbytes
        result = make(None if held is None else held[1])
        if self.size + result.nbytes <= self._limit:
            self._results[step] = (key, result)
            self.size += result.nbytes
        return result

    def clear(self) -> None:
        self._results.clear()
        self.size = 0


def for_result(
    shape: tuple[int, ...], spare: Tensor | None, dtype: torch.dtype = torch.float32, more: int = 0
) -> Tensor:
    """Uninitialised `[N, C, H, W]`, channels_last: `spare`, a result that is no longer needed, if it fits. more:
    numbers that its memory has after it, see `beyond`."""
    if spare is not None and spare.shape == shape and spare.dtype == dtype:
        return spare
    n, channels, height, width = shape
    memory = torch.empty(n * channels * height * width + more, dtype=dtype)
    return memory[: len(memory) - more].view(n, height, width, channels).permute(0, 3, 1, 2)


def beyond(result: Tensor) -> Tensor:
    """What the memory of a result of `for_result` has after it: what is known of it besides."""
    size = result.untyped_storage().nbytes() // result.itemsize - result.numel()
    return result.as_strided((size,), (1,), result.numel())
