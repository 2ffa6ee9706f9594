"""Layers of StyleGAN3 by native programs: a modulated convolution of all places that a tap touches, and the filtered
leaky ReLU.

Maps are channels_last. Their number is rounded up to whole blocks of the programs; the maps beyond are zero.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.native import pointwise, winograd
from generator.native.minimal import F4, F6, Minimal
from generator.native.target import Target, targets
from generator.networks.mapping import FullyConnected
from generator.networks.stylegan3 import FourierFeatures, ToRGB
from generator.render.cpu.activation_cache import for_result
from generator.render.cpu.filtered import NativeActivation
from generator.render.cpu.filtered_layer import FilteredLayer
from generator.render.cpu.native import NativeToRGB, in_blocks, winograd_jobs, winograd_weight
from generator.render.cpu.threads import LatestWork, ThreadPool, Values, Work, up_to_multiple

EPSILON = 1e-8  # see `generator.networks.stylegan3`
MANY = 256  # maps, whose weights are long to read
READING = 12  # tiles whose products take as long as reading the weights
LARGE, SMALL = (144, 64), (36, 4)  # for so many and for fewer: tiles, and blocks of maps of the result, at once
GROUP = 48  # pixels of a 1x1 convolution that are multiplied at once


def rounded(maps: int) -> int:
    """The number of maps that programs make of so many."""
    return up_to_multiple(maps, targets().exact[-1].columns)


def _target(ins: int, outs: int) -> Target:
    target = targets().fitting(ins, outs, halves=False)
    assert target is not None  # both were rounded
    return target


class Convolution(ABC):
    """A convolution of maps times styles, times norms, plus bias."""

    def __init__(self, weight: Tensor, bias: Tensor, team: ThreadPool) -> None:
        """weight `[O, I, k, k]`, bias `[O]`, rounded."""
        self._outs, self._ins = weight.shape[:2]
        self._target, self._team = _target(self._ins, self._outs), team
        self._constants = {"weight": self._prepared(weight), "bias": bias, "zeros": torch.zeros(self._ins)}
        self._work = LatestWork()

    @abstractmethod
    def queue(self, x: Tensor, styles: Tensor, norms: Tensor) -> Tensor:
        """x `[N, I, H, W]`, channels_last -> `[N, O / 16, h, w, 16]`, valid when the team has finished, in memory that
        its next such result overwrites."""

    @abstractmethod
    def _prepared(self, weight: Tensor) -> Tensor: ...


class PaddedConvolution(Convolution):
    """3x3: the result has two more rows and columns that count, then some that fill the last tiles."""

    def __init__(self, weight: Tensor, bias: Tensor, team: ThreadPool, minimal: Minimal) -> None:
        self._minimal = minimal
        super().__init__(weight, bias, team)

    def queue(self, x: Tensor, styles: Tensor, norms: Tensor) -> Tensor:
        samples, _, height, width = x.shape
        lines, columns = (-(-(size + 2) // self._minimal.step) for size in (height, width))
        work = self._work.of(self._planned, samples, height, width, lines, columns)
        y = self._team.handed(samples, self._outs, lines * self._minimal.step, columns * self._minimal.step)
        work.queue({"x": x, "y": y, "styles": styles, "norms": norms})
        return y

    def _planned(self, samples: int, height: int, width: int, lines: int, columns: int) -> Work:
        most, chunk = LARGE if self._ins >= MANY else SMALL
        tiles = lines * columns
        group = min(tiles, most)
        if tiles > most:  # as many groups as the threads can share evenly
            threads = torch.get_num_threads()
            group = -(-tiles // (threads * -(-tiles // (threads * most))))
        shape = samples, lines, columns, self._ins, self._outs
        jobs, scratch_size, sizes = winograd_jobs(self._target, self._minimal, *shape, group, chunk)
        given: Values = {
            **self._constants,
            **sizes,
            "samples": samples,
            "height": height,
            "width": width,
            "ins": self._ins,
            "outs": self._outs,
        }
        load = samples * lines * columns * self._minimal.positions * self._ins * self._outs
        return Work(winograd.padded(self._target, self._minimal), jobs, scratch_size, given, self._team, load)

    def _prepared(self, weight: Tensor) -> Tensor:
        return in_blocks(winograd_weight(weight, self._minimal), self._target)


class PointConvolution(Convolution):
    """1x1."""

    def queue(self, x: Tensor, styles: Tensor, norms: Tensor) -> Tensor:
        samples, _, height, width = x.shape
        work = self._work.of(self._planned, samples, height * width)
        y = self._team.handed(samples, self._outs, height, width)
        work.queue({"x": x, "y": y, "styles": styles, "norms": norms})
        return y

    def _planned(self, samples: int, pixels: int) -> Work:
        groups, blocks = -(-pixels // GROUP), self._outs // self._target.columns
        part = -(-blocks // min(-(-torch.get_num_threads() // (groups * samples)), blocks))
        sizes = {
            "pixels": pixels,
            "ins": self._ins,
            "outs": self._outs,
            "samples": samples,
            "group": GROUP,
            "groups": groups,
            "part": part,
            "parts": -(-blocks // part),
        }
        given = {name: self._constants[name] for name in ("weight", "bias")}
        jobs, load = samples * groups * sizes["parts"], samples * pixels * self._ins * self._outs
        scratch_size = pointwise.scratch_size(GROUP, self._ins)
        return Work(pointwise.pointwise(self._target), jobs, scratch_size, {**given, **sizes}, self._team, load)

    def _prepared(self, weight: Tensor) -> Tensor:
        return in_blocks(weight[:, :, 0, 0].t()[None], self._target)


class NativeFiltered:
    """A prepared `FilteredLayer`."""

    def __init__(self, definition: FilteredLayer, team: ThreadPool) -> None:
        weight = definition.weight
        outs, ins = weight.shape[:2]
        more = rounded(ins) - ins, rounded(outs) - outs
        self._affine, self._affine_bias = folded(definition.affine, 1.0)
        power = weight.square().sum(dim=(2, 3)).t()  # [I, O]
        power = (power + EPSILON / ins * (power.sum(dim=0) / weight[0].numel())) * definition.magnitude
        self._power = F.pad(F.pad(power, (0, more[1]), value=1.0), (0, 0, 0, more[0]))  # no 1 / 0 for the maps beyond
        sizes, filters = definition.resampling, (definition.up_filter, definition.down_filter)
        kernel = F.pad(definition.kernel, (0, 0, 0, 0, 0, more[0], 0, more[1]))
        bias = F.pad(definition.bias, (0, more[1]))
        self._convolution = _convolution(kernel, bias, team, sizes.in_size)
        self._activation = NativeActivation(*filters, sizes, definition.clamp, _target(*self._power.shape), team)
        self._shape = len(bias), sizes.out_size, sizes.out_size

    def __call__(self, x: Tensor, w: Tensor, spare: Tensor | None) -> Tensor:
        """x `[N, I, in, in]`, w `[N, w_dim]` -> `[N, O, out, out]`, I and O rounded; valid when the team has finished,
        and so may x be. spare: a result of this layer that is no longer needed; its memory may be reused."""
        styles = torch.addmm(self._affine_bias, w, self._affine)
        norms = (styles.square() @ self._power).rsqrt_()
        y = for_result((len(x), *self._shape), spare)
        self._activation.queue(self._convolution.queue(x, styles, norms), y)
        return y


class NativeColours:
    """A prepared `ToRGB`, times `scale`."""

    def __init__(self, definition: ToRGB, scale: float, team: ThreadPool) -> None:
        weight, clamp = definition.weight.detach()[:, :, 0, 0], definition.clamp
        weight = F.pad(weight, (0, rounded(weight.shape[1]) - weight.shape[1])) * scale
        gain = definition.weight_gain * float(definition.magnitude_ema.rsqrt())
        self._affine, self._affine_bias = folded(definition.affine, gain)
        limit = None if clamp is None else clamp * scale
        target = _target(weight.shape[1], rounded(1))
        self._colours = NativeToRGB(weight, definition.bias.detach() * scale, limit, target, team)

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        """x `[N, I, H, W]`, I rounded, w `[N, w_dim]` -> `[N, colours, H, W]`; valid as those of layers."""
        return self._colours(x, torch.addmm(self._affine_bias, w, self._affine), None)


class FastFeatures:
    """Prepared `FourierFeatures`: a wave is made of those along x and along y (sin(x + y))."""

    def __init__(self, definition: FourierFeatures, positions: Tensor) -> None:
        """positions: of the pixels along an axis, in widths of the image from its centre."""
        self._definition, self._position = definition, positions[:, None] * (2 * math.pi)
        weight = definition.weight.detach().t() * definition.weight_gain
        self._mixing = F.pad(weight, (0, rounded(len(weight)) - len(weight)))

    def __call__(self, w: Tensor, transform: Tensor | None) -> Tensor:
        """w `[N, w_dim]` -> `[N, C, size, size]`, C rounded."""
        freqs, phases, amplitudes = self._definition.moved(w, transform)
        along_x = self._position * freqs[:, None, :, 0]  # [N, W, C]
        along_y = self._position * freqs[:, None, :, 1] + phases[:, None] * (2 * math.pi)
        sin, cos = (wave(along_y) * amplitudes[:, None] for wave in (torch.sin, torch.cos))
        waves = along_x.sin()[:, None] * cos[:, :, None]
        waves = waves.addcmul_(along_x.cos()[:, None], sin[:, :, None])  # [N, H, W, C]
        return (waves @ self._mixing).permute(0, 3, 1, 2)


def _convolution(weight: Tensor, bias: Tensor, team: ThreadPool, size: int) -> Convolution:
    """size: pixels on a side of its result."""
    ins, kernel = weight.shape[1:3]
    if kernel == 1:
        return PointConvolution(weight, bias, team)
    return PaddedConvolution(weight, bias, team, cheapest(ins, size))


def cheapest(ins: int, size: int) -> Minimal:
    """The form of a 3x3 convolution of so many maps whose result has this size: that which multiplies less, empty
    tiles and the reading of weights included. With few maps transforming larger tiles outweighs it."""

    def products(minimal: Minimal) -> int:
        tiles = up_to_multiple((-(-size // minimal.step)) ** 2, targets().exact[-1].rows)
        return minimal.positions * (tiles + READING)

    return min((F4, F6), key=products) if ins >= MANY else F4


def folded(affine: FullyConnected, gain: float) -> tuple[Tensor, Tensor]:
    """`[w_dim, I]` and `[I]`, all gains folded in and I rounded: a style is w times the first plus the second."""
    more = rounded(len(affine.bias)) - len(affine.bias)
    weight, bias = affine.weight.detach().t(), affine.bias.detach()
    return F.pad(weight * (affine.weight_gain * gain), (0, more)), F.pad(bias * (affine.bias_gain * gain), (0, more))


def has_program(layer: FilteredLayer) -> bool:
    """Whether there is one for its kernel and filters on this processor."""
    sizes, kernel = layer.resampling, layer.weight.shape[2]
    taps = sizes.up_taps % sizes.up + sizes.down_taps % sizes.down + sizes.up % sizes.down
    return bool(targets().exact) and kernel in (1, 3) and taps == 0
