"""Layers of StyleGAN2 in torch's operators, where no native program computes them: see `generator.render.cpu.layer`.

They have the interface of `generator.render.cpu.native.NativeLayer`.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.networks import ops
from generator.networks.stylegan2 import SynthesisLayer
from generator.render.cpu import bands
from generator.render.cpu.activation_cache import for_result
from generator.render.cpu.packed import PackedConv, PackedUpConv
from generator.render.cpu.upsampling import upsampled


class _TorchLayer:
    def __init__(self, definition: SynthesisLayer, bias: Tensor) -> None:
        self._clamp, self._bias = definition.clamp, bias
        self._taps = low_pass_taps(len(definition.weight)) if definition.up else None

    def _finish(self, x: Tensor, noise: Tensor | None, out: Tensor | None = None) -> Tensor:
        """Noise and activation, in place or into `out`."""
        if out is None:
            out = x if noise is None else x.add_(noise)
        else:
            out = out.copy_(x) if noise is None else torch.add(x, noise, out=out)
        F.leaky_relu_(out, ops.LEAK)
        return out if self._clamp is None else out.clamp_(-self._clamp, self._clamp)


class StyledMaps(_TorchLayer):
    """The style scales the maps, the normalisation scales the result, the prepared weight is unchanged."""

    def __init__(self, definition: SynthesisLayer, bias: Tensor) -> None:
        super().__init__(definition, bias)
        weight, size = definition.weight.detach(), definition.resolution
        self._convolve: PackedConv | PackedUpConv = (
            PackedUpConv(weight.transpose(0, 1), size // 2) if definition.up else PackedConv(weight, size)
        )

    def __call__(self, x: Tensor, styles: Tensor, norms: Tensor, noise: Tensor | None, spare: Tensor | None) -> Tensor:
        x = self._convolve(x, styles)
        x = x if self._taps is None else F.conv2d(x, self._taps, padding=1, groups=len(self._taps))
        x = torch.addcmul(self._bias[:, None, None], x, norms[:, :, None, None], out=x)
        return self._finish(x, noise)


class StyledWeight(_TorchLayer):
    """Style and normalisation scale the weight; no pass over the maps is needed."""

    def __init__(self, definition: SynthesisLayer, bias: Tensor) -> None:
        super().__init__(definition, bias)
        self._resolution = definition.resolution
        self._weight = definition.weight.detach().contiguous(memory_format=torch.channels_last)  # [O, I, 3, 3]

    def __call__(self, x: Tensor, styles: Tensor, norms: Tensor, noise: Tensor | None, spare: Tensor | None) -> Tensor:
        shape = (len(x), len(self._bias), self._resolution, self._resolution)
        rows = bands.rows_of_a_band(*shape[1:3])
        weights = (self._weight * styles[:, None, :, None, None]).mul_(norms[:, :, None, None, None])
        if len(x) == 1 and rows >= self._resolution:
            return self._finish(next(self._bands(x, weights[0], rows))[1], noise)
        result = for_result(shape, spare)
        for n in range(len(x)):
            image = noise if noise is None or len(noise) == 1 else noise[n : n + 1]
            for where, band in self._bands(x[n : n + 1], weights[n], rows):
                target = result[n : n + 1, :, where]
                self._finish(band, None if image is None else image[:, :, where], target)
        return result

    def _bands(self, x: Tensor, weight: Tensor, rows: int) -> Iterator[bands.Band]:
        if self._taps is None:
            return bands.convolved(x, weight, self._bias, rows)
        return bands.upsampled(x, weight.transpose(0, 1), self._taps, self._bias, rows)


class TorchToRGB:
    """With the interface of `NativeToRGB`: one matrix product over all pixels."""

    def __init__(self, weight: Tensor, bias: Tensor, clamp: float | None) -> None:
        """weight `[colours, I]`, bias `[colours]`."""
        self._weight, self._bias, self._clamp = weight, bias, clamp

    def __call__(self, x: Tensor, styles: Tensor, before: Tensor | None) -> Tensor:
        n, i, height, width = x.shape
        weight = self._weight * styles[:, None]  # [N, colours, I]
        pixels = x.permute(0, 2, 3, 1).reshape(n, height * width, i)
        rgb = torch.stack([weight[k] @ pixels[k].t() for k in range(n)]).add_(self._bias[:, None])
        rgb = rgb if self._clamp is None else rgb.clamp_(-self._clamp, self._clamp)
        rgb = rgb.view(n, -1, height, width)
        return rgb if before is None else _enlarged(before).add_(rgb)


def low_pass_taps(maps: int) -> Tensor:
    """[1, 3, 3, 1] / 4 along both axes, once for every map: `[maps, 1, 4, 4]`, the filter of `ops.low_pass`."""
    taps = torch.tensor([0.25, 0.75, 0.75, 0.25])
    return torch.outer(taps, taps).repeat(maps, 1, 1, 1)


def _enlarged(image: Tensor) -> Tensor:
    """`image` `[N, C, H, W]` at twice the size."""
    return upsampled(image) if image.shape[2] == image.shape[3] else ops.upsample(image)
