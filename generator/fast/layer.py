"""One synthesis layer of StyleGAN2, prepared: all that depends only on the weights is computed once.

Two forms of the same formula (Karras et al. 2020, eq. 1 and 3), each where it is faster:
- small maps: the style scales the activations, the normalisation scales the result, the weight stays packed;
- large maps: both scale the weight, which is then the smaller of the two, and no pass over the maps is needed.
The gain of the activation is folded into normalisation, bias and noise: leaky ReLU commutes with positive factors.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.fast.packed import PackedConv, PackedUpConv
from generator.networks import ops
from generator.networks.stylegan2 import SynthesisLayer, ToRGB


def low_pass_taps(maps: int) -> Tensor:
    """[1, 3, 3, 1] / 4 along both axes, once for every map: `[maps, 1, 4, 4]`, the filter of `ops.low_pass`."""
    taps = torch.tensor([0.25, 0.75, 0.75, 0.25])
    return torch.outer(taps, taps).repeat(maps, 1, 1, 1)


class FastLayer:
    """Modulated 3x3 convolution, noise, bias, leaky ReLU; activations in `dtype`, channels_last."""

    def __init__(self, layer: SynthesisLayer, dtype: torch.dtype) -> None:
        self.resolution, self.up, self.clamp = layer.resolution, layer.up, layer.clamp
        self._dtype = dtype
        self._affine = layer.affine
        self._squares = layer.weight.square().sum(dim=(2, 3)).t().contiguous()  # [I, O], for the demodulation
        self._bias = (layer.bias * ops.GAIN).to(dtype)
        outputs = len(layer.weight)
        self._modulates_weight = layer.weight.numel() < outputs * layer.resolution**2
        weight = layer.weight.transpose(0, 1) if layer.up else layer.weight
        self._weight = weight.contiguous(memory_format=torch.channels_last)
        self._taps = low_pass_taps(outputs).to(dtype) if layer.up else None
        self._convolve: PackedConv | PackedUpConv | None = None
        if not self._modulates_weight:
            size, packed = (layer.resolution // 2, PackedUpConv) if layer.up else (layer.resolution, PackedConv)
            self._convolve = packed(weight.to(dtype), size)
            self._weight = self._weight[:0]  # the packed one is the only one needed

    def __call__(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]`, noise of `NoiseImages` -> `[N, O, res, res]`, a fresh tensor."""
        styles = self._affine(w)
        norm = (styles.square() @ self._squares + 1e-8).rsqrt() * ops.GAIN
        x = self._by_weight(x, styles, norm) if self._modulates_weight else self._by_activation(x, styles, norm)
        if noise is not None:
            x.add_(noise)
        F.leaky_relu_(x, ops.LEAK)
        return x if self.clamp is None else x.clamp_(-self.clamp, self.clamp)

    def _by_activation(self, x: Tensor, styles: Tensor, norm: Tensor) -> Tensor:
        assert self._convolve is not None
        x = self._convolve(x * styles[:, :, None, None].to(x.dtype))
        x = x if self._taps is None else F.conv2d(x, self._taps, padding=1, groups=len(self._taps))
        return x.mul_(norm[:, :, None, None].to(x.dtype)).add_(self._bias[:, None, None])

    def _by_weight(self, x: Tensor, styles: Tensor, norm: Tensor) -> Tensor:
        if len(x) == 1:
            return self._of_one(x, styles[0], norm[0])
        return torch.cat([self._of_one(x[n : n + 1], styles[n], norm[n]) for n in range(len(x))])

    def _of_one(self, x: Tensor, styles: Tensor, norm: Tensor) -> Tensor:
        if self._taps is None:
            weight = (self._weight * styles[:, None, None]).mul_(norm[:, None, None, None]).to(self._dtype)
            return F.conv2d(x, weight, self._bias, padding=1)
        weight = (self._weight * styles[:, None, None, None]).mul_(norm[:, None, None]).to(self._dtype)
        x = F.conv_transpose2d(x, weight, stride=2)
        return F.conv2d(x, self._taps, self._bias, padding=1, groups=len(self._taps))


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
        return rgb.reshape(n, -1, height, width)
