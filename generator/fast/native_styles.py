"""Styles by native programs: only those whose row of W+ differs from the last picture's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import gcd

import torch
from torch import Tensor

from generator.fast import native
from generator.fast.styles import TINY, Styled, Styles
from generator.fast.threads import Team, Values, Work
from generator.native import rows
from generator.native.program import Program
from generator.native.target import Target, half_targets, targets


class NativeStyles(Styles):
    """They are there when the team has finished."""

    def __init__(self, layers: Sequence[Styled], target: Target, team: Team) -> None:
        """target: one that is `fitting`."""
        self._layers, self.team = layers, team
        self._normed = {k: n for n, k in enumerate(k for k, layer in enumerate(layers) if layer.is_convolution)}
        tiny = torch.full((max(layer.outs for layer in layers),), TINY)
        squares = [(layers[k].squares(), tiny[: layers[k].outs]) for k in self._normed]
        self._styles = _Rows(rows.styles(target), [layer.affine() for layer in layers], target, team)
        self._norms = _Rows(rows.norms(target), squares, target, team)
        self._samples = 0
        self._made_from: dict[int, bytes] = {}  # rows of W+, by layer

    @staticmethod
    def fitting(layers: Sequence[Styled], halves: bool) -> Target | None:
        """The target for them, if its programs work on all: of the narrowest blocks, for memory is the limit. halves:
        with factors in bfloat16 where that is fast."""
        w_dim = layers[0].layer.affine.weight.shape[1]
        widths = {layer.ins for layer in layers} | {layer.outs for layer in layers if layer.is_convolution}
        here = ((halves and half_targets()) or targets())[-1:]
        return next((t for t in here if w_dim % t.lanes == 0 and gcd(*widths) % t.columns == 0), None)

    def compute(self, ws: Tensor, rows: Sequence[bytes], count: int) -> None:
        ws = ws.contiguous()
        if len(ws) != self._samples:
            self._make_room(ws)
        made_from = {k: rows[layer.row] for k, layer in enumerate(self._layers[:count])}
        changed = [k for k, row in made_from.items() if self._made_from.get(k) != row]
        self._styles.queue(ws, changed)
        self._norms.queue(self._styles.results, [self._normed[k] for k in changed if k in self._normed])
        self._made_from |= made_from

    def _make_room(self, ws: Tensor) -> None:
        self._samples, _, width = ws.shape
        self._made_from.clear()
        self._styles.make_room(self._samples, [(layer.row * width, ws[0].numel()) for layer in self._layers])
        self._norms.make_room(self._samples, [self._styles.place(k) for k in self._normed])

    def style(self, k: int) -> Tensor:
        return self._styles.parts[k]

    def norm(self, k: int) -> Tensor:
        return self._norms.parts[self._normed[k]]


class _Rows:
    """Rows times matrices `[I, O]`, plus biases `[O]`."""

    results: Tensor  # of all, flat
    parts: list[Tensor]  # of each, `[N, O]`

    def __init__(self, program: Program, matrices: Sequence[tuple[Tensor, Tensor]], target: Target, team: Team) -> None:
        self._program, self._target, self._team = program, target, team
        self._shapes = [matrix.shape for matrix, _ in matrices]
        self._weight = torch.cat([native.in_blocks(matrix[None], target).flatten() for matrix, _ in matrices])
        self._bias = torch.cat([bias for _, bias in matrices])
        self._firsts = [0, *accumulate(outs for _, outs in self._shapes)]  # of the results of a sample

    def make_room(self, samples: int, places: Iterable[tuple[int, int]]) -> None:
        """For results of so many samples, from rows of which the first begins there and the next so much later."""
        self._samples = samples
        self.results = torch.empty(samples * self._firsts[-1])
        parts = torch.split(self.results, [samples * outs for _, outs in self._shapes])
        self.parts = [part.view(samples, -1) for part in parts]
        self._chunks, word = [], 0  # of each matrix; of the weight
        for k, ((ins, outs), (first, step)) in enumerate(zip(self._shapes, places, strict=True)):
            lines = []
            for column in range(0, outs, self._target.columns):
                to = samples * self._firsts[k] + column
                lines.append((first, step, ins, word, self._firsts[k] + column, to, outs))
                word += ins * self._target.columns // self._target.factors_a_word
            self._chunks.append(torch.tensor(lines))
        given: Values = {"weight": self._weight, "bias": self._bias, "y": self.results, "samples": samples}
        self._latest: Sequence[int] = []  # matrices asked for last, and
        self._todo = torch.empty(0)  # their chunks
        jobs, deepest = sum(map(len, self._chunks)), max(ins for ins, _ in self._shapes)
        self._work = Work(self._program, jobs, deepest, given, self._team)

    def queue(self, x: Tensor, which: Sequence[int]) -> None:
        """Compute those of matrices `which`, from x, which `make_room` tells of."""
        if not which:
            return
        if which != self._latest:
            self._latest, self._todo = which, torch.cat([self._chunks[k] for k in which])
        self._work.queue({"x": x, "chunks": self._todo, "jobs": len(self._todo)})

    def place(self, k: int) -> tuple[int, int]:
        """Where the first result of matrix k is among all, and how much later the next sample's."""
        return self._samples * self._firsts[k], self._shapes[k][1]
