"""Native programs given memory of which every byte around is watched."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from generator.render.cpu import threads

POISON = 0x7FC0  # not a number as bfloat16, nor as float32 where it is repeated
GUARD = 4096  # bytes on each side


class Guarded:
    """A copy of a tensor's bytes between guards, at the start of a cache line."""

    def __init__(self, tensor: Tensor) -> None:
        self.size = tensor.numel() * tensor.element_size()
        whole = torch.full(((2 * GUARD + self.size + 2 * 64) // 2 + 1,), POISON, dtype=torch.int16).view(torch.uint8)
        begin = -whole.data_ptr() % 64
        self._whole = whole[begin : begin + 2 * GUARD + self.size]
        self.inner = self._whole[GUARD : GUARD + self.size]
        self._before = self._guards().clone()

    def _guards(self) -> Tensor:
        return torch.cat([self._whole[:GUARD], self._whole[GUARD + self.size :]])

    @property
    def address(self) -> int:
        return self._whole.data_ptr() + GUARD

    @property
    def is_whole(self) -> bool:
        """Whether nothing was written around it."""
        return torch.equal(self._guards(), self._before)


def bytes_of(tensor: Tensor) -> Tensor:
    """The memory of a tensor without gaps, in its own order."""
    flat = tensor.as_strided((tensor.numel(),), (1,))
    return flat.view(torch.uint8)


def run_guarded(runs: list[Any], count: int) -> None:
    """In place of `threads._do`: the same runs, one after another, each with copies of what it is given between guards.

    Results and scratch are poison before a run; what is only read must stay as it was."""
    for run in runs:
        tensors = {**run.work._given, **run.given}
        tensors = {name: value for name, value in tensors.items() if isinstance(value, Tensor)}
        results = {name for name in ("y", "moments", "faults") if name in tensors}
        if "before" in tensors and tensors["before"].data_ptr() == tensors["y"].data_ptr():
            del tensors["before"]  # stands for nothing and is not read
        guarded = {name: Guarded(tensor) for name, tensor in tensors.items()}
        scratch = Guarded(torch.empty(count * run.work.scratch_size))
        for name in guarded.keys() - results:
            guarded[name].inner.copy_(bytes_of(tensors[name]))
        run.work.begin(run.words, scratch.address)
        for name, copy in guarded.items():
            run.words[run.work._places[name]] = copy.address
        _DO([run], count)
        for name, copy in {**guarded, "scratch": scratch}.items():
            assert copy.is_whole, f"written around {name}"
        for name in guarded.keys() - results:
            assert torch.equal(guarded[name].inner, bytes_of(tensors[name])), f"{name} was changed"
        for name in results:
            bytes_of(tensors[name]).copy_(guarded[name].inner)


_DO = threads._do
