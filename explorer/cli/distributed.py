"""One batch job on many GPUs or machines: each process that a launcher starts renders its range of the seeds.

Any launcher that sets the variables of `torchrun` works: RANK, WORLD_SIZE, and LOCAL_RANK on each machine.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

from explorer.cli.terminal import UsageError

T = TypeVar("T")


def shared(faces: Sequence[T]) -> Sequence[T]:
    """The range of `faces` that this process renders: all of them, unless a launcher started several processes."""
    rank, size = rank_and_size()
    return faces[len(faces) * rank // size : len(faces) * (rank + 1) // size]


def local_device(device: str) -> str:
    """`device`, with "auto" or "cuda" as this process's GPU if a launcher assigns one to each process."""
    if "LOCAL_RANK" not in os.environ or device not in ("auto", "cuda"):
        return device
    import torch

    return f"cuda:{os.environ['LOCAL_RANK']}" if torch.cuda.is_available() else device


def is_one_of_many() -> bool:
    """Whether a launcher started several processes."""
    return rank_and_size()[1] > 1


def rank_and_size() -> tuple[int, int]:
    """Rank and world size. Raises `UsageError` if they contradict: seeds would be rendered twice, or never."""
    texts = os.environ.get("RANK", "0"), os.environ.get("WORLD_SIZE", "1")
    if all(text.isdecimal() for text in texts):
        rank, size = map(int, texts)
        if rank < size:
            return rank, size
    raise UsageError(
        f"RANK={texts[0]} of WORLD_SIZE={texts[1]} is not a valid rank; start the processes with torchrun."
    )
