"""One batch job for many cards or machines: each process that a launcher started takes its range of the seeds.

Any launcher that numbers its processes as `torchrun` does will do: RANK of WORLD_SIZE, LOCAL_RANK on its machine.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

from explorer.cli.terminal import UsageError

T = TypeVar("T")


def shared(faces: Sequence[T]) -> Sequence[T]:
    """The range of `faces` that is this process's: all of them, unless a launcher started several."""
    rank, size = _rank_and_size()
    return faces[len(faces) * rank // size : len(faces) * (rank + 1) // size]


def local_device(device: str) -> str:
    """`device`, "auto" or "cuda" being the card of this process where a launcher gave each one of its own."""
    if "LOCAL_RANK" not in os.environ or device not in ("auto", "cuda"):
        return device
    import torch

    return f"cuda:{os.environ['LOCAL_RANK']}" if torch.cuda.is_available() else device


def is_one_of_many() -> bool:
    """Whether a launcher started several."""
    return _rank_and_size()[1] > 1


def _rank_and_size() -> tuple[int, int]:
    """Raises `UsageError` where the two do not go together: seeds would be drawn twice, or by nobody."""
    texts = os.environ.get("RANK", "0"), os.environ.get("WORLD_SIZE", "1")
    if all(text.isdecimal() for text in texts):
        rank, size = map(int, texts)
        if rank < size:
            return rank, size
    raise UsageError(f"RANK={texts[0]} of WORLD_SIZE={texts[1]} names no process; start several with torchrun.")
