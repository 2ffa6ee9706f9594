"""Rows times matrices by native programs: see `generator.native.rows`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

import torch
from torch import Tensor

from generator.native.program import Program
from generator.native.rows import scratch_size
from generator.native.target import Target
from generator.render.cpu import native
from generator.render.cpu.threads import ThreadPool, Values, Work

MOST = 240  # rows of a job, a multiple of every target's block


class Rows:
    """Rows times matrices `[I, O]`, plus biases `[O]`."""

    results: Tensor  # all results, flat
    parts: list[Tensor]  # views of each matrix's result, `[N, O]`

    def __init__(
        self, program: Program, matrices: Sequence[tuple[Tensor, Tensor]], target: Target, team: ThreadPool
    ) -> None:
        self._program, self._target, self._team = program, target, team
        self._shapes = [matrix.shape for matrix, _ in matrices]
        self._weight = torch.cat([native.in_blocks(matrix[None], target).flatten() for matrix, _ in matrices])
        self._bias = torch.cat([bias for _, bias in matrices])
        self._firsts = [0, *accumulate(outs for _, outs in self._shapes)]  # in the results of a sample

    def make_room(self, samples: int, places: Iterable[tuple[int, int]]) -> None:
        """Allocate the results; places: of each matrix, where its first row begins and how far apart rows are."""
        self._samples = samples
        self.results = torch.empty(samples * self._firsts[-1])
        parts = torch.split(self.results, [samples * outs for _, outs in self._shapes])
        self.parts = [part.view(samples, -1) for part in parts]
        self._chunks, word = [], 0  # chunks of each matrix; position in the weight
        for k, ((ins, outs), (x, x_step)) in enumerate(zip(self._shapes, places, strict=True)):
            lines = []
            for column in range(0, outs, self._target.columns):
                y = samples * self._firsts[k] + column
                for first in range(0, samples, MOST):
                    count, bias = min(MOST, samples - first), self._firsts[k] + column
                    lines.append((count, ins, x + first * x_step, x_step, word, bias, y + first * outs, outs))
                word += ins * self._target.columns // self._target.factors_a_word
            self._chunks.append(torch.tensor(lines))
        given: Values = {"weight": self._weight, "bias": self._bias, "y": self.results}
        self._latest: Sequence[int] = []  # last requested matrices, and
        self._todo = torch.empty(0)  # their chunks
        size = scratch_size(self._target, max(ins for ins, _ in self._shapes))
        self._work = Work(self._program, sum(map(len, self._chunks)), size, given, self._team)

    def queue(self, x: Tensor, which: Sequence[int]) -> None:
        """Compute the results of matrices `which` from x, laid out as given to `make_room`."""
        if not which:
            return
        if which != self._latest:
            self._latest, self._todo = which, torch.cat([self._chunks[k] for k in which])
        self._work.queue({"x": x, "chunks": self._todo, "jobs": len(self._todo)})

    @property
    def depth(self) -> int:
        """The number of values of a row of the first matrix."""
        return self._shapes[0][0]

    def place(self, k: int) -> tuple[int, int]:
        """The index of the first result of matrix k, and the distance to the next sample's."""
        return self._samples * self._firsts[k], self._shapes[k][1]
