"""One synthesis layer of StyleGAN2, prepared: all that depends only on the weights is computed once.

The formula is that of Karras et al. 2020, eq. 1 and 3. In float32 native programs draw it where they can, else torch's
operators in the faster of two forms: where the weight has more values than the maps, the style scales the maps; where
it has fewer, the weight. The gain of the activation is folded into normalisation, bias and noise: leaky ReLU commutes
with positive factors.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generator.fast import native
from generator.fast.scratch import Scratch
from generator.fast.torch_layers import StyledMaps, StyledWeight
from generator.networks import ops
from generator.networks.stylegan2 import SynthesisLayer, ToRGB


class FastLayer:
    """Modulated 3x3 convolution, noise, bias, leaky ReLU; activations in `dtype`, channels_last."""

    def __init__(self, definition: SynthesisLayer, dtype: torch.dtype, scratch: Scratch) -> None:
        self.resolution, self._affine = definition.resolution, definition.affine
        self._squares = definition.weight.square().sum(dim=(2, 3)).t() / ops.GAIN**2  # [I, O], for the demodulation
        self._tiny = torch.tensor(1e-8 / ops.GAIN**2)
        pixels = (self.resolution // 2) ** 2 if definition.up else self.resolution**2
        self.is_small = definition.weight[:, 0].numel() >= pixels  # its maps, compared with its weight
        bias = (definition.bias * ops.GAIN).detach().to(dtype)
        in_torch = StyledMaps if self.is_small else StyledWeight
        self._draw = native.prepared(definition, dtype, bias, scratch) or in_torch(definition, dtype, bias)

    def __call__(self, x: Tensor, w: Tensor, noise: Tensor | None, spare: Tensor | None = None) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]`, noise of `NoiseImages` -> `[N, O, res, res]`.

        spare: a result of this layer that is needed no more; its memory may be used for the new one.
        """
        styles = self._affine(w)
        norms = torch.addmm(self._tiny, styles.square(), self._squares).rsqrt_()  # times the gain
        return self._draw(x, styles, norms, noise, spare)


class FastToRGB:
    """Modulated 1x1 convolution to colours as one matrix product over all pixels."""

    def __init__(self, layer: ToRGB) -> None:
        self._affine, self._clamp = layer.affine, layer.clamp
        self._weight = layer.weight[:, :, 0, 0] * layer.weight_gain  # [colours, I]
        self._bias = layer.bias

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        """x `[N, I, H, W]` channels_last, w `[N, w_dim]` -> float32 `[N, colours, H, W]`."""
        n, i, height, width = x.shape
        weight = (self._weight * self._affine(w)[:, None]).to(x.dtype)  # [N, colours, I]
        pixels = x.permute(0, 2, 3, 1).reshape(n, height * width, i)
        rgb = torch.stack([weight[k] @ pixels[k].t() for k in range(n)]).float().add_(self._bias[:, None])
        rgb = rgb if self._clamp is None else rgb.clamp_(-self._clamp, self._clamp)
        return rgb.view(n, -1, height, width)
