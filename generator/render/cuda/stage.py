"""One resolution of StyleGAN2's "skip" architecture over memory at fixed addresses, so that it can be launched as one
piece. For one image at a time."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.networks import ops
from generator.networks.stylegan2 import SynthesisBlock, SynthesisLayer, ToRGB
from generator.render.cpu.styles import Styles


class StageLayer:
    """Modulated 3x3 convolution, noise, bias, leaky ReLU into `out`; number k of `styles`.

    Kernels are prepared once, an up-convolution's with its filter. The style scales whichever is smaller: the maps,
    which leaves the kernel unchanged, or the kernel.
    """

    def __init__(self, layer: SynthesisLayer, styles: Styles, k: int, dtype: torch.dtype) -> None:
        outs, size = len(layer.weight), layer.resolution
        kernel = ops.upsampling_kernel(layer.weight) if layer.up else layer.weight.detach()
        pixels = (size // 2) ** 2 if layer.up else size**2
        self._scales_kernel = len(kernel) * 9 < pixels
        kernel = kernel if self._scales_kernel else kernel.to(dtype)
        self._kernel = kernel.contiguous(memory_format=torch.channels_last)
        self._bias = (layer.bias * ops.GAIN).to(dtype)
        self._up, self._clamp, self._styles, self._k, self._dtype = layer.up, layer.clamp, styles, k, dtype
        self.noise = layer.bias.new_zeros(1, 1, size, size, dtype=dtype)  # times its strength and the gain
        self.out = _maps(outs, size, layer.bias.device, dtype)

    def draw(self, x: Tensor) -> None:
        """x `[1, I, h, h]`, h the layer's size or half of it -> `out`."""
        style, norm = self._styles.style(self._k), self._styles.norm(self._k)
        if self._scales_kernel:
            kernel = (self._kernel * style[:, :, None, None]).to(self._dtype)
            y = F.conv2d(x, kernel, padding=1)
        else:
            y = F.conv2d(x * style[:, :, None, None].to(self._dtype), self._kernel, padding=1)
        self._finish(y, norm.to(self._dtype))

    def _finish(self, y: Tensor, norm: Tensor) -> None:
        """The gain is in bias, noise and normalisation already: leaky ReLU commutes with positive factors."""
        y = ops.in_squares(y) if self._up else y.permute(0, 2, 3, 1)
        out = self.out.permute(0, 2, 3, 1).view(y.shape)
        torch.addcmul(self._bias, y, norm, out=out)
        F.leaky_relu_(self.out.add_(self.noise), ops.LEAK)
        if self._clamp is not None:
            self.out.clamp_(-self._clamp, self._clamp)


class Stage:
    """The block of one resolution; its result is `maps` and, float32, `image`."""

    def __init__(
        self, block: SynthesisBlock, styles: Styles, first: int, before: Stage | None, dtype: torch.dtype
    ) -> None:
        """first: number of the block's first layer in `styles`; before: the stage of half the resolution."""
        layers = block.layers
        self.layers = [StageLayer(layer, styles, first + k, dtype) for k, layer in enumerate(layers)]
        self._before = before
        self._rgb: ToRGB = block.torgb
        self._style = styles.style(first + len(layers))
        self._constant = _constant(block, dtype) if block.first else None
        self.maps = self.layers[-1].out
        colours = len(block.torgb.bias)
        self.image = block.torgb.bias.new_zeros(1, colours, *self.maps.shape[2:])

    def draw(self) -> None:
        """Compute everything of this resolution from the current result of the stage before."""
        x = self._constant if self._before is None else self._before.maps
        assert x is not None
        for layer in self.layers:
            layer.draw(x)
            x = layer.out
        self.image.copy_(self._colours(x))
        if self._before is not None:
            self.image.add_(ops.upsample(self._before.image))

    def _colours(self, x: Tensor) -> Tensor:
        """A 1x1 convolution as one matrix product over all pixels; `[1, colours, H, W]`."""
        weight = (self._rgb.weight[:, :, 0, 0] * self._style).to(x.dtype)  # [colours, I]
        pixels = x.permute(0, 2, 3, 1).flatten(0, 2)
        rgb = (pixels @ weight.t()).float() + self._rgb.bias
        rgb = rgb if self._rgb.clamp is None else rgb.clamp_(-self._rgb.clamp, self._rgb.clamp)
        return rgb.t().view(self.image.shape)


def _constant(block: SynthesisBlock, dtype: torch.dtype) -> Tensor:
    return block.const.detach()[None].to(dtype).contiguous(memory_format=torch.channels_last)


def _maps(channels: int, size: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    maps = torch.empty(1, channels, size, size, device=device, dtype=dtype)
    return maps.contiguous(memory_format=torch.channels_last)
