"""Layers that native programs are compared on, with all that a call is given."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.native.target import Target
from generator.networks import ops
from generator.render.cpu.native import NativeLayer
from generator.render.cpu.threads import ThreadPool


class Case:
    """A layer's weight and all that a call is given, drawn from a seed."""

    def __init__(
        self, kind: type[NativeLayer], ins: int, outs: int, size: tuple[int, int], samples: int, seed: int = 0
    ) -> None:
        random = torch.Generator().manual_seed(seed)
        self._kind, (height, width) = kind, size

        def normal(*shape: int) -> Tensor:
            return torch.randn(shape, generator=random)

        self.weight, self.bias = normal(outs, ins, 3, 3) / (3 * ins**0.5), normal(outs)
        self.x = normal(samples, ins, height, width).contiguous(memory_format=torch.channels_last)
        self.styles, self.norms = normal(samples, ins) + 1, normal(samples, outs) + 1
        self.noise = normal(samples, 1, height * kind.scale, width * kind.scale)

    def expected(self, noise: Tensor | None, clamp: float | None) -> Tensor:
        x = self.x * self.styles[:, :, None, None]
        y = F.conv2d(x, self.weight, padding=1) if self._kind.scale == 1 else ops.upsampling_conv(x, self.weight)
        y = y * self.norms[:, :, None, None] + self.bias[:, None, None]
        y = F.leaky_relu(y if noise is None else y + noise, ops.LEAK)
        return y if clamp is None else y.clamp(-clamp, clamp)

    def layer(self, processor: Target, clamp: float | None = None) -> NativeLayer:
        return self._kind(self.weight, self.bias, clamp, processor, ThreadPool())

    def draw(self, layer: NativeLayer, noise: Tensor | None = None, spare: Tensor | None = None) -> Tensor:
        drawn = layer(self.x.to(layer.dtype), self.styles, self.norms, noise, spare)
        layer._team.finish()
        return drawn


Shape = tuple[type[NativeLayer], int, int, tuple[int, int], int]
