"""One prepared synthesis layer of StyleGAN2: what depends only on the weights is computed once.

The formula is that of Karras et al. 2020, eq. 1 and 3. Native programs compute it where they can, else torch's
operators in the faster of two forms: where the weight has more values than the maps, the style scales the maps; where
it has fewer, the weight. The gain of the activation is folded into normalisation, bias and noise: leaky ReLU commutes
with positive factors.

The result of a layer may be valid only when the team has finished: see `generator.render.cpu.threads`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generator.networks import ops
from generator.networks.stylegan2 import SynthesisLayer, ToRGB
from generator.render.cpu import native
from generator.render.cpu.threads import ThreadPool
from generator.render.cpu.torch_layers import StyledMaps, StyledWeight, TorchToRGB


class FastLayer:
    """Modulated 3x3 convolution, noise, bias, leaky ReLU; channels_last."""

    def __init__(self, definition: SynthesisLayer, team: ThreadPool, halves: bool = False) -> None:
        """halves: maps and factors in bfloat16 where native programs multiply that fast, else all in float32."""
        self.resolution, self._team = definition.resolution, team
        pixels = (self.resolution // 2) ** 2 if definition.up else self.resolution**2
        self.is_small = definition.weight[:, 0].numel() >= pixels  # fewer values in its maps than in its weight
        bias = (definition.bias * ops.GAIN).detach()
        self._native = native.prepared(definition, bias, team, halves)
        if self._native is None:
            self._in_torch = (StyledMaps if self.is_small else StyledWeight)(definition, bias)

    def __call__(
        self, x: Tensor, style: Tensor, norm: Tensor, noise: Tensor | None, spare: Tensor | None = None
    ) -> Tensor:
        """x `[N, I, H, W]`, style `[N, I]`, norm `[N, O]` times the gain, noise of `NoiseImages` -> `[N, O, res, res]`.

        spare: a result of this layer that is no longer needed; its memory may be reused.
        """
        if self._native is not None:
            return self._native(self._team.there(x, self._native.dtype), style, norm, noise, spare)
        self._team.finish()
        y = self._in_torch(self._team.there(x, torch.float32), style, norm, noise, spare)
        return y.contiguous(memory_format=torch.channels_last)


class FastToRGB:
    """Modulated 1x1 convolution to colours, added to the image of the block before at twice the size."""

    def __init__(self, definition: ToRGB, team: ThreadPool, halves: bool = False) -> None:
        """halves: as for the layers."""
        self._team = team
        given = definition.weight.detach()[:, :, 0, 0], definition.bias.detach(), definition.clamp
        self._native = native.prepared_to_rgb(*given, team, halves)
        self._in_torch = TorchToRGB(*given)

    def __call__(self, x: Tensor, style: Tensor, before: Tensor | None) -> Tensor:
        """x `[N, I, H, W]` channels_last, style `[N, I]` times the layer's gain, before `[N, colours, H / 2, W / 2]` ->
        `[N, colours, H, W]`."""
        if self._native is not None and x.shape[3] % 4 == 0:
            return self._native(self._team.there(x, self._native.dtype), style, before)
        self._team.finish()
        return self._in_torch(self._team.there(x, torch.float32), style, before)
