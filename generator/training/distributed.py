"""Several processes that train one model, started by `torchrun`: which of them this is, and how they communicate.

Every process holds the same networks and works on its share of each batch; averaged gradients keep them the same.
Alone, all of this is nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from generator.errors import TrainingError

CPU = torch.device("cpu")
COLLECTIVE_TIMEOUT = timedelta(hours=12)  # the others wait while the leader measures; NCCL gives up after 10 minutes


@dataclass(frozen=True)
class Ranks:
    """This process among `size`. The one with rank 0 writes all files."""

    rank: int = 0
    size: int = 1
    device: torch.device = CPU  # where tensors lie that are sent to others

    @property
    def leads(self) -> bool:
        return self.rank == 0

    @property
    def captures(self) -> bool:
        """Whether steps on a card become CUDA graphs: collectives are not captured."""
        return self.size == 1

    def share(self, batch: int) -> slice:
        """The places in a batch that are this process's. Raises `TrainingError` where it cannot be split evenly."""
        if batch % self.size:
            raise TrainingError(
                f"A batch of {batch} images cannot be split among {self.size} processes; choose another."
            )
        size = batch // self.size
        return slice(self.rank * size, (self.rank + 1) * size)

    def average(self, tensors: Sequence[Tensor]) -> None:
        """Put in place of each tensor its mean over all processes; float tensors of one device and dtype."""
        if self.size == 1 or not tensors:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])  # in one collective
        dist.all_reduce(flat)
        flat /= self.size
        for tensor, mean in zip(tensors, torch.split(flat, [tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(mean.view(tensor.shape))

    def any(self, answer: bool) -> bool:
        """True in all processes if `answer` is in one."""
        if self.size == 1:
            return answer
        shared = torch.tensor([float(answer)], device=self.device)
        dist.all_reduce(shared, dist.ReduceOp.MAX)
        return bool(shared.item())

    def broadcast_json(self, facts: Any) -> Any:
        """The JSON value that the leading process has, in all of them."""
        if self.size == 1:
            return facts
        text = json.dumps(facts).encode() if self.leads else b""
        length = torch.tensor([len(text)], device=self.device)
        dist.broadcast(length, 0)
        shared = torch.zeros(int(length.item()), dtype=torch.uint8, device=self.device)
        if self.leads:
            shared.copy_(torch.frombuffer(bytearray(text), dtype=torch.uint8))
        dist.broadcast(shared, 0)
        return json.loads(bytes(shared.cpu().tolist()))

    def broadcast(self, tensors: Sequence[Tensor]) -> None:
        """Put the leading process's values into the tensors of all, on whatever device they lie."""
        if self.size == 1:
            return
        for tensor in tensors:
            shared = tensor.to(self.device, copy=True).contiguous()
            dist.broadcast(shared, 0)
            tensor.copy_(shared)


@contextmanager
def joined(device: torch.device) -> Iterator[Ranks]:
    """The processes that `torchrun` has started with this one, by its environment; alone where there is none.

    On CUDA each takes the card of its LOCAL_RANK and speaks NCCL, on the CPU gloo.
    """
    alone = int(os.environ.get("WORLD_SIZE", "1")) == 1 or "RANK" not in os.environ
    if device.type == "cuda":
        index = (device.index or 0) if alone else int(os.environ.get("LOCAL_RANK", "0"))
        device = torch.device("cuda", index)
        torch.cuda.set_device(device)  # streams and graphs are those of the current card
    if alone:
        yield Ranks(device=device)
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=COLLECTIVE_TIMEOUT)
    try:
        yield Ranks(dist.get_rank(), dist.get_world_size(), device)
    finally:
        dist.destroy_process_group()
