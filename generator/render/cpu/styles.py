"""The styles of all layers of an image at once, and the resulting normalisations (Karras et al. 2020, section
2.2, eq. 1 and 3)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from generator.networks import ops
from generator.networks.stylegan2 import SynthesisBlock, SynthesisLayer, ToRGB

TINY = 1e-8 / ops.GAIN**2  # added to the squares of a norm


class Styled(NamedTuple):
    """A layer with a style, computed from row `row` of W+."""

    layer: SynthesisLayer | ToRGB
    row: int

    @property
    def is_convolution(self) -> bool:
        """Whether it is normalised; colour layers are not."""
        return isinstance(self.layer, SynthesisLayer)

    @property
    def ins(self) -> int:
        return self.layer.weight.shape[1]

    @property
    def outs(self) -> int:
        return len(self.layer.weight)

    def affine(self) -> tuple[Tensor, Tensor]:
        """`[w_dim, I]` and `[I]`, all gains folded in: a style is w times the first plus the second."""
        affine, gain = self.layer.affine, 1.0 if isinstance(self.layer, SynthesisLayer) else self.layer.weight_gain
        weight, bias = affine.weight.t() * (affine.weight_gain * gain), affine.bias * (affine.bias_gain * gain)
        return weight.detach(), bias.detach()

    def squares(self) -> Tensor:
        """`[I, O]`: a norm is 1 over the root of the squares of the style times it plus `TINY`."""
        return self.layer.weight.detach().square().sum(dim=(2, 3)).t() / ops.GAIN**2


def styled_layers(blocks: Sequence[SynthesisBlock]) -> list[Styled]:
    """The styled layers of a network, in order: of each block the convolutions, then the colours, which share a row of
    W+ with the next convolution."""
    found: list[Styled] = []
    row = 0
    for block in blocks:
        found += [Styled(layer, row + k) for k, layer in enumerate(block.layers)]
        row += block.convolutions
        found.append(Styled(block.torgb, row))
    return found


class Styles(ABC):
    """Styles of `layers`, and of convolutions their normalisations times the gain of the activation."""

    @abstractmethod
    def compute(self, ws: Tensor, rows: Sequence[bytes], count: int) -> None:
        """Compute at least the first `count` layers, from ws `[N, num_ws, w_dim]`. rows: the bytes of its rows."""

    @abstractmethod
    def style(self, k: int) -> Tensor:
        """float32 `[N, I]` of layer k."""

    @abstractmethod
    def norm(self, k: int) -> Tensor:
        """float32 `[N, O]` of layer k, a convolution: sqrt(2) over the length of each map's modulated weights."""


class BatchedStyles(Styles):
    """In four of torch's operators: layers are padded with zeros to the widest, so that they form one batch."""

    def __init__(self, layers: Sequence[Styled]) -> None:
        ins, outs = max(layer.ins for layer in layers), max(layer.outs for layer in layers)
        like = layers[0].layer.affine.weight
        self._rows = torch.tensor([layer.row for layer in layers], device=like.device)
        self._weights = like.new_zeros(len(layers), like.shape[1], ins)
        self._biases = like.new_zeros(len(layers), 1, ins)
        self._squares = like.new_zeros(len(layers), ins, outs)
        self._tiny = like.new_full((1,), TINY)
        self._shapes = [(layer.ins, layer.outs) for layer in layers]
        for k, layer in enumerate(layers):
            self._weights[k, :, : layer.ins], self._biases[k, 0, : layer.ins] = layer.affine()
            self._squares[k, : layer.ins, : layer.outs] = layer.squares()
        self._make_room(1)

    def _make_room(self, samples: int) -> None:
        count, _, ins = self._biases.shape
        self._styles = self._biases.new_zeros(count, samples, ins)
        self._norms = self._biases.new_zeros(count, samples, self._squares.shape[2])

    def compute(self, ws: Tensor, rows: Sequence[bytes], count: int) -> None:
        self.fill(ws)

    def fill(self, ws: Tensor) -> None:
        """Compute all layers, into the same memory while the number of samples stays the same."""
        if len(ws) != self._styles.shape[1]:
            self._make_room(len(ws))
        torch.baddbmm(self._biases, ws[:, self._rows].transpose(0, 1), self._weights, out=self._styles)
        torch.baddbmm(self._tiny, self._styles.square(), self._squares, out=self._norms)
        self._norms.rsqrt_()

    def style(self, k: int) -> Tensor:
        return self._styles[k, :, : self._shapes[k][0]].contiguous()

    def norm(self, k: int) -> Tensor:
        return self._norms[k, :, : self._shapes[k][1]].contiguous()
