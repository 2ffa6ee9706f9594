"""Styles by native programs: only those whose row of W+ differs from the last image's."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

import torch
from torch import Tensor

from generator.native import rows
from generator.native.target import Target, targets
from generator.render.cpu.native_rows import Rows
from generator.render.cpu.styles import TINY, Styled, Styles
from generator.render.cpu.threads import ThreadPool


class NativeStyles(Styles):
    """Styles that are valid when the team has finished."""

    def __init__(self, layers: Sequence[Styled], target: Target, team: ThreadPool) -> None:
        """target: the result of `fitting`."""
        self._layers, self.team = layers, team
        self._normed = {k: n for n, k in enumerate(k for k, layer in enumerate(layers) if layer.is_convolution)}
        tiny = torch.full((max(layer.outs for layer in layers),), TINY)
        squares = [(layers[k].squares(), tiny[: layers[k].outs]) for k in self._normed]
        self._styles = Rows(rows.styles(target), [layer.affine() for layer in layers], target, team)
        self._norms = Rows(rows.norms(target), squares, target, team)
        self._samples = 0
        self._made_from: dict[int, bytes] = {}  # rows of W+, by layer

    @staticmethod
    def fitting(layers: Sequence[Styled], halves: bool) -> Target | None:
        """The target for these layers, if its programs support all of them: with the narrowest blocks, because memory
        is the limit. halves: with factors in bfloat16 where that is fast."""
        w_dim = layers[0].layer.affine.weight.shape[1]
        widths = {layer.ins for layer in layers} | {layer.outs for layer in layers if layer.is_convolution}
        here = targets().fastest(halves)[-1:]
        return next((target for target in here if target.fits(w_dim, gcd(*widths))), None)

    def compute(self, ws: Tensor, rows: Sequence[bytes], count: int) -> None:
        ws = ws.contiguous()
        if len(ws) != self._samples:
            self._make_room(ws)
        key = {k: rows[layer.row] for k, layer in enumerate(self._layers[:count])}
        changed = [k for k, row in key.items() if self._made_from.get(k) != row]
        self._styles.queue(ws, changed)
        self._norms.queue(self._styles.results, [self._normed[k] for k in changed if k in self._normed])
        self._made_from |= key

    def _make_room(self, ws: Tensor) -> None:
        self._samples, _, width = ws.shape
        self._made_from.clear()
        self._styles.make_room(self._samples, [(layer.row * width, ws[0].numel()) for layer in self._layers])
        self._norms.make_room(self._samples, [self._styles.place(k) for k in self._normed])

    def style(self, k: int) -> Tensor:
        return self._styles.parts[k]

    def norm(self, k: int) -> Tensor:
        return self._norms.parts[self._normed[k]]
