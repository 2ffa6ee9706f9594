"""One synthesis layer of StyleGAN2, prepared: all that depends only on the weights is computed once.

Two forms of the same formula (Karras et al. 2020, eq. 1 and 3), each where it is faster:
- small maps: the style scales the activations, the normalisation scales the result, the weight stays prepared;
- large maps: both scale the weight, which is then the smaller of the two, and no pass over the maps is needed.
The gain of the activation is folded into normalisation, bias and noise: leaky ReLU commutes with positive factors.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.fast import bands, winograd
from generator.fast.packed import PackedConv, PackedUpConv
from generator.fast.scratch import Scratch
from generator.networks import ops
from generator.networks.stylegan2 import SynthesisLayer, ToRGB

Prepared = PackedConv | PackedUpConv | winograd.WinogradConv


def low_pass_taps(maps: int) -> Tensor:
    """[1, 3, 3, 1] / 4 along both axes, once for every map: `[maps, 1, 4, 4]`, the filter of `ops.low_pass`."""
    taps = torch.tensor([0.25, 0.75, 0.75, 0.25])
    return torch.outer(taps, taps).repeat(maps, 1, 1, 1)


def prepare(layer: SynthesisLayer, dtype: torch.dtype, scratch: Scratch) -> Prepared | None:
    """The layer's convolution for styled activations; None where it is better to style the weight."""
    weight, size = layer.weight.to(dtype), layer.resolution
    if not layer.up and winograd.suits(weight, size):
        return winograd.WinogradConv(weight, scratch)
    pixels = (size // 2) ** 2 if layer.up else size**2
    if weight[:, 0].numel() < pixels:
        return None
    return PackedUpConv(weight.transpose(0, 1), size // 2) if layer.up else PackedConv(weight, size)


class FastLayer:
    """Modulated 3x3 convolution, noise, bias, leaky ReLU; activations in `dtype`, channels_last."""

    def __init__(self, layer: SynthesisLayer, dtype: torch.dtype, scratch: Scratch) -> None:
        self.resolution, self.clamp = layer.resolution, layer.clamp
        self._dtype, self._affine = dtype, layer.affine
        self._squares = layer.weight.square().sum(dim=(2, 3)).t() / ops.GAIN**2  # [I, O], for the demodulation
        self._tiny = torch.tensor(1e-8 / ops.GAIN**2)
        self._bias = (layer.bias * ops.GAIN).to(dtype)
        self._taps = low_pass_taps(len(layer.weight)).to(dtype) if layer.up else None
        self._prepared = prepare(layer, dtype, scratch)
        self._weight = layer.weight.detach()  # [O, I, 3, 3]
        if self._prepared is None:
            self._weight = self._weight.contiguous(memory_format=torch.channels_last)

    @property
    def scales_maps(self) -> bool:
        """Whether the style scales the maps, not the weight."""
        return self._prepared is not None

    def __call__(self, x: Tensor, w: Tensor, noise: Tensor | None, spare: Tensor | None = None) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]`, noise of `NoiseImages` -> `[N, O, res, res]`.

        spare: a result of this layer that is needed no more; its memory may be used for the new one.
        """
        styles = self._affine(w)
        norm = torch.addmm(self._tiny, styles.square(), self._squares).rsqrt_()  # times the gain
        if self._prepared is not None:
            return self._finish(self._by_activation(self._prepared, x, styles, norm), noise)
        return self._by_weight(x, styles, norm, noise, spare)

    def _by_activation(self, convolve: Prepared, x: Tensor, styles: Tensor, norm: Tensor) -> Tensor:
        x = convolve(x, styles.to(x.dtype))
        x = x if self._taps is None else F.conv2d(x, self._taps, padding=1, groups=len(self._taps))
        return torch.addcmul(self._bias[:, None, None], x, norm[:, :, None, None].to(x.dtype), out=x)

    def _by_weight(self, x: Tensor, styles: Tensor, norm: Tensor, noise: Tensor | None, spare: Tensor | None) -> Tensor:
        shape = (len(x), len(self._bias), self.resolution, self.resolution)
        rows = bands.rows_of_a_band(*shape[1:3], x.element_size())
        weights = (self._weight * styles[:, None, :, None, None]).mul_(norm[:, :, None, None, None]).to(self._dtype)
        if len(x) == 1 and rows >= self.resolution:
            return self._finish(next(self._bands(x, weights[0], rows))[1], noise)
        fits = spare is not None and spare.shape == shape
        result = spare if spare is not None and fits else _empty(shape, x)
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

    def _finish(self, x: Tensor, noise: Tensor | None, out: Tensor | None = None) -> Tensor:
        """Noise and activation, in place or into `out`."""
        if out is None:
            out = x if noise is None else x.add_(noise)
        else:
            out = out.copy_(x) if noise is None else torch.add(x, noise, out=out)
        F.leaky_relu_(out, ops.LEAK)
        return out if self.clamp is None else out.clamp_(-self.clamp, self.clamp)


def _empty(shape: tuple[int, ...], like: Tensor) -> Tensor:
    return torch.empty(shape, dtype=like.dtype, device=like.device, memory_format=torch.channels_last)


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
