"""StyleGAN3 for small pictures: the same layers at lower sampling rates.

A layer draws a continuous signal of limited bandwidth, so its maps can be sampled more coarsely: at half its rate, and
at most half the preview's resolution until the layers whose rate is the full image's. The filters are designed for the
lower rates, with cutoffs far enough below them. 3x3 kernels get the taps whose response is nearest to theirs below the
cutoff. Normalisations and magnitudes stay those of the full network. What is lost are the frequencies above, also where
leaky ReLUs would have made lower ones from them, and most of the margins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from generator.networks.filtered_activation import Resampling
from generator.networks.filters import jinc_low_pass, kaiser_low_pass
from generator.networks.stylegan3 import SynthesisLayer, SynthesisNetwork
from generator.render.cpu.filtered_layer import FilteredLayer

LOWEST_RATE = 16
SMALLEST = 32  # px of a preview
MARGIN = 3  # pixels beyond each edge
BAND = 0.6  # largest cutoff, of half the sampling rate
LAST_BAND = 0.8  # that of layers which use the whole band of the image, for the sake of sharp edges
FREQUENCIES = 201  # at which responses are compared
REST = 0.02  # weight of the frequencies above the cutoff


@dataclass(frozen=True)
class _Signal:
    """What a layer draws or reads: its sampling rate, the cutoff of its filter and half its transition band in cycles
    per image, and its pixels on a side."""

    rate: int
    cutoff: float
    half_width: float
    size: int

    def coarser(self, pixels: int, full: int) -> _Signal:
        """For a preview of `pixels` of an image of `full` pixels."""
        rate = pixels if self.rate == full else min(max(self.rate // 2, LOWEST_RATE), pixels // 2)
        size = rate if self.size <= self.rate else rate + 2 * MARGIN
        if rate >= self.rate:
            return replace(self, size=size)
        if self.cutoff >= full / 2:
            return _Signal(rate, LAST_BAND * rate / 2, self.half_width * rate / self.rate, size)
        cutoff = min(self.cutoff, BAND * rate / 2)
        return _Signal(rate, cutoff, rate / 2 - cutoff, size)


def coarser(network: SynthesisNetwork, pixels: int) -> tuple[list[FilteredLayer], Tensor]:
    """The layers of `network` for a preview of `pixels`, a power of two from `SMALLEST` to half the image's, and the
    positions of its input's pixels along an axis, see `FourierFeatures.positions`."""
    layers, full = [getattr(network, name) for name in network.layer_names[:-1]], network.config.img_resolution
    signals = [_drawn(layer) for layer in layers]
    first = layers[0]
    rate, (cutoff, width, _) = network.input.rate, first.up_band
    signals.insert(0, _Signal(rate, cutoff, width / 2, network.input.size))
    coarse = [signal.coarser(pixels, full) for signal in signals]
    start = coarse[0]
    positions = (torch.arange(start.size) + 0.5 - start.size / 2) / start.rate
    triples = zip(layers, signals, coarse, coarse[1:], strict=False)
    return [_coarser(layer, before.rate, source, result) for layer, before, source, result in triples], positions


def _drawn(layer: SynthesisLayer) -> _Signal:
    cutoff, width, rate = layer.down_band
    return _Signal(rate // layer.resampling.down, cutoff, width / 2, layer.resampling.out_size)


def _coarser(layer: SynthesisLayer, rate_before: int, source: _Signal, result: _Signal) -> FilteredLayer:
    """rate_before: of its input in the full network."""
    sizes, facts = layer.resampling, FilteredLayer.of(layer)
    rate = max(source.rate, result.rate) * layer.up_band[2] // max(rate_before, _drawn(layer).rate)
    up, down = rate // source.rate, rate // result.rate
    up_taps, down_taps = sizes.up_taps // sizes.up * up, sizes.down_taps // sizes.down * down
    kernel = facts.kernel
    if kernel.shape[2] > 1 and source.rate != rate_before:
        fit = nearest_taps(rate_before, source.rate, source.cutoff).to(kernel.dtype)
        kernel = torch.einsum("ab,oibd,cd->oiac", fit, kernel, fit)
    in_size = source.size + kernel.shape[2] - 1
    design_down = jinc_low_pass if layer.radial else kaiser_low_pass
    up_filter = kaiser_low_pass(up_taps, source.cutoff, 2 * source.half_width, rate)
    down_filter = design_down(down_taps, result.cutoff, 2 * result.half_width, rate)
    return replace(
        facts,
        kernel=kernel,
        up_filter=torch.from_numpy(up_filter).float(),
        down_filter=torch.from_numpy(down_filter).float(),
        resampling=Resampling(up, down, up_taps, down_taps, in_size, result.size),
    )


def nearest_taps(rate: int, lower_rate: int, cutoff: float) -> Tensor:
    """`[3, 3]` float64: times three taps at `rate`, those at `lower_rate` whose response is nearest below `cutoff`
    (least squares)."""
    frequencies = torch.linspace(-lower_rate / 2, lower_rate / 2, FREQUENCIES, dtype=torch.float64)
    weights = (frequencies.abs() <= cutoff).double() + REST
    wanted, possible = (_responses(frequencies, at) * weights.repeat(2)[:, None] for at in (rate, lower_rate))
    fit: Tensor = torch.linalg.lstsq(possible, wanted).solution
    return fit


def _responses(frequencies: Tensor, rate: int) -> Tensor:
    """`[2 * frequencies, 3]`: real, then imaginary parts of the response of each of three taps."""
    angles = frequencies[:, None] * torch.arange(-1, 2, dtype=torch.float64) * (2 * math.pi / rate)
    return torch.cat([angles.cos(), -angles.sin()])
