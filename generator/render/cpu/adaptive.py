"""StyleGAN's layers by native programs: see `generator.native.moments`.

Maps are kept as they are before the instance normalisation, their moments beyond them in the same memory. Beside them
there is their adaptation, float32 `[3, N, C]`: what they are to be multiplied by, what is added then, and the values
that become 0 so.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generator.native import moments
from generator.native.target import Target, targets
from generator.networks.stylegan1 import Styling, SynthesisLayer, ToRGB
from generator.render.cpu import native
from generator.render.cpu.activation_cache import beyond
from generator.render.cpu.native import Kind, NativeToRGB
from generator.render.cpu.threads import LatestWork, ThreadPool, Work


def fitting(ins: int, outs: int) -> Target | None:
    """The target of a layer with these numbers of maps; None where there is none."""
    narrow = targets().narrow
    few = narrow if narrow is not None and narrow.fits(ins, outs) else None
    return targets().fitting(ins, outs, halves=False) or few


class Adaptation:
    """The adaptation of maps to a style."""

    def __init__(self, definition: Styling, team: ThreadPool) -> None:
        """Only where there is a target that fits."""
        affine, self._maps, self._team = definition.affine, len(definition.bias), team
        target = fitting(self._maps, self._maps)
        assert target is not None
        self._target, self._work = target, LatestWork()
        self._matrix = (affine.weight.t() * affine.weight_gain).detach()
        self._bias = (affine.bias * affine.rate).detach().clone()
        self._bias[: self._maps] += 1  # the scale is stored less 1

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        """x: a result of `AdaptedLayer`, w `[N, w_dim]` -> `[3, N, C]`, valid when the team has finished."""
        samples, maps, height, width = x.shape
        styles = torch.addmm(self._bias, w, self._matrix).view(samples, 2, maps).transpose(0, 1).contiguous()
        found, result = beyond(x), torch.empty(3, samples, maps)
        parts = found.numel() // (samples * moments.MOMENTS * maps)
        assert parts > 0
        work = self._work.of(self._planned, samples, parts, height * width)
        work.queue({"x": found, "y": result, "styles": styles})
        return result

    def _planned(self, samples: int, parts: int, pixels: int) -> Work:
        jobs = samples * self._maps // self._target.columns
        sizes = {"samples": samples, "maps": self._maps, "parts": parts, "pixels": pixels}
        return Work(moments.adaptation(self._target), jobs, 0, sizes, self._team)


class AdaptedLayer:
    """A convolution of adapted maps, with noise, bias and leaky ReLU."""

    def __init__(self, definition: SynthesisLayer, team: ThreadPool) -> None:
        """Only where there is a target that fits."""
        weight = (definition.weight * definition.weight_gain).detach()
        target = fitting(weight.shape[1], len(weight))
        assert target is not None
        form = native.form_of(definition.up, tuple(definition.noise_const.shape))
        weight = weight.flip(2, 3) if definition.up else weight  # a transposed convolution
        strengths, bias = definition.noise_strength.detach(), definition.bias.detach()
        self._layer = form(weight, bias, None, target, team, strengths, Kind.ADAPTIVE)

    def __call__(self, x: Tensor, adaptation: Tensor, noise: Tensor | None, spare: Tensor | None) -> Tensor:
        """x `[N, I, H, W]`, channels_last -> `[N, O, h, w]` and, beyond it, its moments, valid when the team has
        finished."""
        factors, shifts, zeros = adaptation
        norms = torch.ones(len(x), self._layer.outs)
        return self._layer(x, factors, norms, noise, spare, {"shifts": shifts, "zeros": zeros})


class AdaptedColours:
    """The colours of adapted maps."""

    def __init__(self, definition: ToRGB, layer: NativeToRGB, team: ThreadPool) -> None:
        """layer: with the weight of `weight_of`."""
        self._weight, self._bias, self._layer, self._team = weight_of(definition), definition.bias.detach(), layer, team

    def __call__(self, x: Tensor, adaptation: Tensor) -> Tensor:
        """x `[N, I, H, W]`, channels_last -> `[N, colours, H, W]`, valid when the team has finished."""
        self._team.finish()
        factors, shifts, _ = adaptation
        return self._layer(x, factors, None, torch.addmm(self._bias, shifts, self._weight.t()))


def weight_of(definition: ToRGB) -> Tensor:
    """`[colours, I]`, its gain folded in."""
    return (definition.weight * definition.weight_gain).detach()[:, :, 0, 0]
