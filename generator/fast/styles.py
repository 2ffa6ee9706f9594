"""The styles of all layers of a picture at once: four launches on a card in place of four a layer."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from generator.networks import ops
from generator.networks.stylegan2 import SynthesisLayer, ToRGB

Styled = SynthesisLayer | ToRGB


class Styles:
    """Styles, and normalisations times the gain of the activation, of `layers`; layer k reads row `rows[k]` of W+.

    Layers are filled up with zeros to the widest, so that they are one batched matrix product
    (Karras et al. 2020, section 2.2, eq. 1 and 3).
    """

    def __init__(self, layers: Sequence[Styled], rows: Sequence[int]) -> None:
        ins, outs = (max(layer.weight.shape[axis] for layer in layers) for axis in (1, 0))
        like = layers[0].affine.weight
        self._rows = torch.tensor(rows, device=like.device)
        self._weights = like.new_zeros(len(layers), like.shape[1], ins)
        self._biases = like.new_zeros(len(layers), 1, ins)
        self._squares = like.new_zeros(len(layers), ins, outs)
        self._tiny = like.new_full((1,), 1e-8 / ops.GAIN**2)
        self._shapes = [layer.weight.shape[:2] for layer in layers]
        for k, layer in enumerate(layers):
            self._fill(k, layer)
        self.styles = torch.zeros_like(self._biases)
        self.norms = like.new_zeros(len(layers), 1, outs)

    def _fill(self, k: int, layer: Styled) -> None:
        outs, ins = self._shapes[k]
        affine, gain = layer.affine, layer.weight_gain if isinstance(layer, ToRGB) else 1.0
        self._weights[k, :, :ins] = affine.weight.t() * (affine.weight_gain * gain)
        self._biases[k, 0, :ins] = affine.bias * (affine.bias_gain * gain)
        self._squares[k, :ins, :outs] = layer.weight.square().sum(dim=(2, 3)).t() / ops.GAIN**2

    def compute(self, ws: Tensor) -> None:
        """From ws `[num_ws, w_dim]`, into the memory that `style` and `norm` show."""
        torch.baddbmm(self._biases, ws[self._rows, None], self._weights, out=self.styles)
        torch.baddbmm(self._tiny, self.styles.square(), self._squares, out=self.norms)
        self.norms.rsqrt_()

    def style(self, k: int) -> Tensor:
        """float32 `[1, I]` of layer k."""
        return self.styles[k, :, : self._shapes[k][1]]

    def norm(self, k: int) -> Tensor:
        """float32 `[1, O]` of layer k: sqrt(2) over the length of each output map's modulated weights."""
        return self.norms[k, :, : self._shapes[k][0]]
