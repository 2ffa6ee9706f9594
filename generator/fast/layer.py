"""One synthesis layer of StyleGAN2, prepared: all that depends only on the weights is computed once.

The formula is that of Karras et al. 2020, eq. 1 and 3. Native programs draw it where they can, else torch's
operators in the faster of two forms: where the weight has more values than the maps, the style scales the maps; where
it has fewer, the weight. The gain of the activation is folded into normalisation, bias and noise: leaky ReLU commutes
with positive factors.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generator.fast import native
from generator.fast.scratch import Scratch
from generator.fast.torch_layers import StyledMaps, StyledWeight, TorchToRGB
from generator.networks import ops
from generator.networks.mapping import FullyConnected
from generator.networks.stylegan2 import SynthesisLayer, ToRGB


class Affine:
    """A fully connected layer, its gains folded into weight and bias."""

    def __init__(self, definition: FullyConnected) -> None:
        self._weight = (definition.weight.detach() * definition.weight_gain).t()
        self._bias = definition.bias.detach() * definition.bias_gain

    def __call__(self, w: Tensor) -> Tensor:
        """w `[N, w_dim]` -> styles `[N, I]`."""
        return torch.addmm(self._bias, w, self._weight)


class FastLayer:
    """Modulated 3x3 convolution, noise, bias, leaky ReLU; in float32, channels_last."""

    def __init__(self, definition: SynthesisLayer, scratch: Scratch, halves: bool = False) -> None:
        """halves: multiply in bfloat16 where native programs do."""
        self.resolution, self._styles = definition.resolution, Affine(definition.affine)
        self._squares = definition.weight.square().sum(dim=(2, 3)).t() / ops.GAIN**2  # [I, O], for the demodulation
        self._tiny = torch.tensor(1e-8 / ops.GAIN**2)
        pixels = (self.resolution // 2) ** 2 if definition.up else self.resolution**2
        self.is_small = definition.weight[:, 0].numel() >= pixels  # its maps, compared with its weight
        bias = (definition.bias * ops.GAIN).detach()
        in_torch = StyledMaps if self.is_small else StyledWeight
        self._draw = native.prepared(definition, bias, scratch, halves) or in_torch(definition, bias)

    def __call__(self, x: Tensor, w: Tensor, noise: Tensor | None, spare: Tensor | None = None) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]`, noise of `NoiseImages` -> `[N, O, res, res]`.

        spare: a result of this layer that is needed no more; its memory may be used for the new one.
        """
        styles = self._styles(w)
        norms = torch.addmm(self._tiny, styles.square(), self._squares).rsqrt_()  # times the gain
        return self._draw(x, styles, norms, noise, spare)


class FastToRGB:
    """Modulated 1x1 convolution to colours, added to the image of the block before at twice the size."""

    def __init__(self, definition: ToRGB, scratch: Scratch) -> None:
        self._styles = Affine(definition.affine)
        weight = definition.weight.detach()[:, :, 0, 0] * definition.weight_gain  # [colours, I]
        given = weight, definition.bias.detach(), definition.clamp
        self._draw = native.prepared_to_rgb(*given, scratch) or TorchToRGB(*given)

    def __call__(self, x: Tensor, w: Tensor, before: Tensor | None) -> Tensor:
        """x `[N, I, H, W]` channels_last, w `[N, w_dim]`, before `[N, colours, H / 2, W / 2]` ->
        `[N, colours, H, W]`."""
        return self._draw(x, self._styles(w), before)
