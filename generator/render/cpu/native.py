"""Layers of StyleGAN2 computed by native programs: their weights prepared, their work cut into jobs.

The data of a job fits the second-level cache where possible. There are as many jobs as threads where that duplicates no
work, and more where the maps are large.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import MappingProxyType

import torch
from torch import Tensor

from generator.native import image, taps, winograd
from generator.native.minimal import F4, Minimal
from generator.native.moments import MOMENTS
from generator.native.program import Program
from generator.native.target import Target, targets
from generator.networks import ops
from generator.networks.stylegan2 import SynthesisLayer
from generator.render.cpu.activation_cache import beyond, for_result
from generator.render.cpu.threads import LatestWork, ThreadPool, Values, Work, up_to_multiple

LEAST_WINOGRAD = 16  # px; for smaller maps reading its weights, four times the size, does not pay
GROUP = 32  # Winograd tiles transformed at once
STRIP = 128  # pixels of a row whose sums are computed at once
FEWEST = 64  # pixels of a product of taps, where the map has that many
LEAST_PIXELS = 512  # of an image that a job computes
NOTHING: Mapping[str, Tensor] = MappingProxyType({})


class Kind(Enum):
    """What a layer does beyond StyleGAN2's; the value: the arguments of its program after the target."""

    PLAIN = ()
    ADAPTIVE = (True,)  # it adds to its styled input "shifts" `[N, I]`; "zeros" `[N, I]` become 0 then. Beyond its
    # result, see `activation_cache.beyond`, there are the moments of its parts, see `generator.native.moments`
    BESIDE = (False, True)  # it adds "beside" `[N, O, h / 2, w / 2]`, float32, channels_last, to its result; only tiles


class NativeLayer(ABC):
    """A modulated 3x3 convolution with all that follows it, channels_last."""

    scale: int  # of the result's size to the input's
    products: float  # of a pixel of the input, and of one of its maps with one of the result's

    def __init__(
        self,
        weight: Tensor,
        bias: Tensor,
        clamp: float | None,
        target: Target,
        team: ThreadPool,
        strengths: Tensor | None = None,
        kind: Kind = Kind.PLAIN,
    ) -> None:
        """weight `[O, I, 3, 3]`, bias `[O]`, strengths of the noise in each map `[O]`, 1 if None."""
        self.outs, self._ins = weight.shape[:2]
        self._target, self._team, self.dtype, self._kind = target, team, dtype_of(target), kind
        self._constants = {
            "weight": self._prepared(weight),
            "bias": bias.contiguous(),
            "strengths": torch.ones(self.outs) if strengths is None else strengths.contiguous(),
            "activation": torch.tensor([ops.LEAK, torch.inf if clamp is None else clamp]),
        }
        if kind is not Kind.ADAPTIVE:
            self._constants["zeros"] = torch.zeros(max(self._ins, self.outs))
        self._work = LatestWork()
        self._moments = 0  # of a sample
        self._silence = torch.zeros(0)  # where there is no noise, for maps of the same shape

    def __call__(
        self,
        x: Tensor,
        styles: Tensor,
        norms: Tensor,
        noise: Tensor | None,
        spare: Tensor | None,
        more: Mapping[str, Tensor] = NOTHING,
    ) -> Tensor:
        """x `[N, I, H, W]` of the layer's dtype, channels_last, styles `[N, I]`, norms `[N, O]`, noise
        `[N or 1, 1, h, w]` -> `[N, O, h, w]` as x: leaky ReLU of the convolution of x times styles, times norms, plus
        bias and noise; clamped. Results are valid when the team has finished, and so may the inputs be.

        spare: a result of this layer that is no longer needed; its memory may be reused. more: the additional input of
        its kind.
        """
        samples, _, height, width = x.shape
        work = self._work.of(self._planned, samples, height, width)
        assert x.dtype == self.dtype
        assert x.is_contiguous(memory_format=torch.channels_last)
        noise = self._silence if noise is None else noise.contiguous()
        shape = samples, self.outs, height * self.scale, width * self.scale
        y = for_result(shape, spare, self.dtype, samples * self._moments)
        given = {"x": x, "y": y, "styles": styles, "norms": norms, "noise": noise, **more}
        if self._kind is Kind.ADAPTIVE:
            given["moments"] = beyond(y)
        work.queue({**given, "noise_step": 0 if noise.shape[0] == 1 else noise[0].numel()})
        return y

    def _planned(self, samples: int, height: int, width: int) -> Work:
        self._silence = torch.zeros(1, 1, height * self.scale, width * self.scale)
        jobs, scratch_size, sizes = self._jobs(samples, height, width)
        if self._kind is Kind.ADAPTIVE:
            self._moments = self._measured(height, width) * MOMENTS * self.outs
        shape = {"samples": samples, "height": height, "width": width, "ins": self._ins, "outs": self.outs}
        load = int(samples * height * width * self._ins * self.outs * self.products)
        return Work(self._program(), jobs, scratch_size, {**self._constants, **shape, **sizes}, self._team, load)

    @abstractmethod
    def _prepared(self, weight: Tensor) -> Tensor:
        """The weight as the program reads it, of `[O, I, 3, 3]`."""

    @abstractmethod
    def _program(self) -> Program: ...

    @abstractmethod
    def _jobs(self, samples: int, height: int, width: int) -> tuple[int, int, Values]:
        """The number of jobs, the scratch float32 of each, and the program's own arguments."""

    @abstractmethod
    def _measured(self, height: int, width: int) -> int:
        """The parts of an image whose moments are measured: as many for any number of threads."""

    @property
    def _blocks(self) -> int:
        """The number of blocks of output maps that are computed at once."""
        return self.outs // self._target.columns


class WinogradLayer(NativeLayer):
    """A layer whose result is as large as its input, a multiple of 4 pixels in height and width."""

    scale, products = 1, F4.positions / F4.step**2

    def _prepared(self, weight: Tensor) -> Tensor:
        return in_blocks(winograd_weight(weight, F4), self._target)

    def _program(self) -> Program:
        return winograd.convolution(self._target, *self._kind.value)

    def _jobs(self, samples: int, height: int, width: int) -> tuple[int, int, Values]:
        lines, columns = height // F4.step, width // F4.step
        return winograd_jobs(self._target, F4, samples, lines, columns, self._ins, self.outs)

    def _measured(self, height: int, width: int) -> int:
        tiles = height * width // F4.step**2
        return _parts(tiles, up_to_multiple(min(GROUP, tiles), self._target.rows))


class GroupedLayer(WinogradLayer):
    """The same in groups of maps, as wide as the target's blocks."""

    def __init__(self, weight: Tensor, bias: Tensor, slope: float, target: Target, team: ThreadPool) -> None:
        """weight `[O, target.columns, 3, 3]`, bias `[O]`; slope: of the leaky ReLU below 0."""
        assert weight.shape[1] == target.columns
        super().__init__(weight, bias, None, target, team)
        self._ins, self._constants["activation"] = self.outs, torch.tensor([slope, torch.inf])

    def _jobs(self, samples: int, height: int, width: int) -> tuple[int, int, Values]:
        jobs, scratch_size, sizes = super()._jobs(samples, height, width)
        return jobs, scratch_size, {**sizes, "depth": self._target.columns}


class TapLayer(NativeLayer):
    """Layers of both kinds of `generator.native.taps`."""

    places: int
    products = taps.TAPS

    def _prepared(self, weight: Tensor) -> Tensor:
        order = [tap for place in taps.taps_of_places(self.scale) for tap in place]
        return in_blocks(torch.stack([weight[:, :, y, x].t() for y, x in order]), self._target)

    def _jobs(self, samples: int, height: int, width: int) -> tuple[int, int, Values]:
        columns, strip = self._target.columns, min(STRIP, width)
        words = self._ins // self._target.factors_a_word
        strips, step = _parts(width, strip), min(_parts(FEWEST, strip), height)
        jobs = self._blocks * samples * strips
        band = _parts(height, min(_parts(torch.get_num_threads(), jobs), _parts(height, 4 * step)))
        bands = _parts(height, band)
        line, across = (strip + 2) * columns, strip + 4
        place = (step + 2) * line + columns
        gathered = (step + 2) * across * words
        listed = step * (strip + 2) + self._target.rows
        sizes: Values = {
            "table": _table(self.scale, across * words, words),
            "strip": strip,
            "strips": strips,
            "step": step,
            "bands": bands,
            "band": band,
            "line": line,
            "place": place,
            "across": across,
            "gathered": gathered,
            "listed": listed,
        }
        return jobs * bands, gathered + self.places * place + 6 * listed, sizes

    def _measured(self, height: int, width: int) -> int:
        return height * _parts(width, min(STRIP, width))


class UpLayer(TapLayer):
    """A layer whose result has twice the size of its input."""

    scale, places = 2, taps.PLACES

    def _program(self) -> Program:
        return taps.doubling(self._target, *self._kind.value)


class SmallLayer(TapLayer):
    """A layer whose result is as large as its input, of any size: faster than Winograd's on small maps."""

    scale, places = 1, 1

    def _program(self) -> Program:
        return taps.same_size(self._target, *self._kind.value)


class NativeToRGB:
    """The image after a block: that of the block before at twice the size, plus the block's colours."""

    def __init__(self, weight: Tensor, bias: Tensor, clamp: float | None, target: Target, team: ThreadPool) -> None:
        """weight `[colours, I]`, bias `[colours]`."""
        self._program, self._team, self.dtype = image.image(target), team, dtype_of(target)
        self._constants = {
            "weight": weight.contiguous(),
            "bias": bias.contiguous(),
            "limit": torch.full((1,), torch.inf if clamp is None else clamp, dtype=torch.float32),
        }
        self._work = LatestWork()

    def __call__(self, x: Tensor, styles: Tensor, before: Tensor | None, biases: Tensor | None = None) -> Tensor:
        """x `[N, I, H, W]` of the layer's dtype, channels_last, W a multiple of 4, styles `[N, I]`, before
        `[N, colours, H / 2, W / 2]`, float32 ->
        `[N, colours, H, W]`; valid when the team has finished, as for layers. biases `[N, colours]`: in place of the
        layer's own."""
        assert x.dtype == self.dtype
        assert x.is_contiguous(memory_format=torch.channels_last)
        work = self._work.of(self._planned, *x.shape, int(before is not None))
        y = torch.empty(len(x), len(self._constants["bias"]), x.shape[2], x.shape[3])
        before = y if before is None else before  # it is not read then
        bias = self._constants["bias"] if biases is None else biases.contiguous()
        step = 0 if biases is None else biases.shape[1]
        work.queue({"x": x, "before": before, "y": y, "styles": styles, "bias": bias, "bias_step": step})
        return y

    def _planned(self, samples: int, ins: int, height: int, width: int, has_before: int) -> Work:
        bands = min(_parts(4 * torch.get_num_threads(), samples), _parts(height * width, LEAST_PIXELS), height)
        sizes = {
            "height": height,
            "width": width,
            "ins": ins,
            "colours": len(self._constants["bias"]),
            "samples": samples,
            "has_before": has_before,
            "bands": bands,
        }
        jobs, scratch_size = samples * bands, image.scratch_size(ins, width, sizes["colours"])
        return Work(self._program, jobs, scratch_size, {**self._constants, **sizes}, self._team)


def prepared(definition: SynthesisLayer, bias: Tensor, team: ThreadPool, halves: bool) -> NativeLayer | None:
    """The layer for a native program, with `bias` in place of its own; None where there is none for this processor or
    its channels. halves: multiply in bfloat16 if that is faster here."""
    weight = definition.weight.detach()
    target = target_of(weight, halves)
    if target is None:
        return None
    return form_of(definition.up, tuple(definition.noise_const.shape))(weight, bias, definition.clamp, target, team)


def target_of(weight: Tensor, halves: bool = False) -> Target | None:
    """The target of a layer of weight `[O, I, 3, 3]`; None where this processor has no program for so many maps."""
    return targets().fitting(weight.shape[1], len(weight), halves)


def form_of(up: bool, size: tuple[int, ...]) -> type[NativeLayer]:
    """The fastest form of a layer whose result has this height and width."""
    if up:
        return UpLayer
    return WinogradLayer if min(size) >= LEAST_WINOGRAD and not any(n % 4 for n in size) else SmallLayer


def prepared_to_rgb(
    weight: Tensor, bias: Tensor, clamp: float | None, team: ThreadPool, halves: bool
) -> NativeToRGB | None:
    """The colour layer for a native program: weight `[colours, I]`, bias `[colours]`, for bfloat16 maps if the layers
    have them."""
    target = targets().fitting(weight.shape[1], None, halves)
    return None if target is None else NativeToRGB(weight, bias, clamp, target, team)


def in_blocks(weight: Tensor, target: Target) -> Tensor:
    """`[positions, I, O]` as `[blocks, positions, words, columns, factors of a word]`, as products read it."""
    positions, ins, outs = weight.shape
    each, columns = target.factors_a_word, target.columns
    blocks = weight.reshape(positions, ins // each, each, outs // columns, columns).permute(3, 0, 1, 4, 2)
    return blocks.to(dtype_of(target)).contiguous()


def dtype_of(target: Target) -> torch.dtype:
    """Of maps and weights."""
    return torch.bfloat16 if target.halves else torch.float32


def multiplies_in_halves(definition: SynthesisLayer) -> bool:
    """Whether `prepared` multiplies in bfloat16 if allowed."""
    target = targets().fitting(definition.weight.shape[1], len(definition.weight), halves=True)
    return target is not None and target.halves


def winograd_weight(weight: Tensor, minimal: Minimal) -> Tensor:
    """`[O, I, 3, 3]` transformed, `[positions, I, O]`."""
    matrix = torch.tensor(minimal.weight, dtype=torch.float64)
    return (weight.double().flatten(2) @ torch.kron(matrix, matrix).t()).permute(2, 1, 0)


def winograd_jobs(
    target: Target,
    minimal: Minimal,
    samples: int,
    lines: int,
    columns: int,
    ins: int,
    outs: int,
    group: int = GROUP,
    chunk: int = 1,
) -> tuple[int, int, dict[str, int]]:
    """Of a Winograd convolution with lines x columns tiles: as `NativeLayer._jobs`. group: tiles that are transformed
    at once, about; chunk: see the program."""
    tiles, blocks, words = lines * columns, outs // target.columns, ins // target.factors_a_word
    group = up_to_multiple(min(group, tiles), target.rows)
    groups = samples * _parts(tiles, group)
    part = _parts(blocks, min(_parts(torch.get_num_threads(), groups), blocks))
    position, sums = group * words + winograd.PAD, group * target.columns + winograd.PAD
    sizes = {
        "group": group,
        "groups": groups // samples,
        "part": part,
        "position": position,
        "sums": sums,
        "ahead": group * torch.get_num_threads(),
        "lines": lines,
        "columns": columns,
        "chunk": chunk,
        "depth": ins,
    }
    return groups * _parts(blocks, part), minimal.positions * (position + chunk * sums), sizes


@cache
def _table(scale: int, row: int, column: int) -> Tensor:
    return torch.tensor(taps.table(scale, row, column))


def _parts(whole: int, size: int) -> int:
    """The number of parts of `size` that cover the whole."""
    return -(-whole // size)
