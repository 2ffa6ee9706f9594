"""What shape a StyleGAN-XL has: the alias-free layers of a stem, and of the stages that enlarged it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from generator.config.stylegan3 import StyleGAN3Config

SHARED = (  # settings of the stem that all stages have; the others are in the lists
    *("z_dim", "c_dim", "w_dim", "img_channels", "mapping_layers", "conv_clamp", "num_critical", "margin_size"),
    *("output_scale", "conv_kernel", "filter_size", "lrelu_upsampling", "use_radial_filters"),
)
SIGNIFICANT = 12  # digits of a frequency: the same whoever computed it


class Layer(NamedTuple):
    """What one layer draws: its fields are those of `StyleGAN3Config`, for one layer."""

    number: int  # in its name
    size: int
    width: int
    rate: int
    cutoff: float
    half_width: float
    is_half: bool  # works in float16 on CUDA


@dataclass(frozen=True)
class StyleGANXLConfig(StyleGAN3Config):
    """StyleGAN-XL (Sauer et al. 2022): layers of StyleGAN3, whose schedule begins anew with every stage that enlarged
    the image, so that no formula of the whole gives them: they stand here one by one, the RGB output last.

    A class is not a vector but a row of an embedding, which came from a classifier and is there without classes too;
    the mean of w is one of each class.
    """

    z_dim: int = 64
    family: str = "stylegan_xl"
    embedding: tuple[int, int] = (1000, 320)  # rows, of which the first `c_dim` are used, and their length
    layer_numbers: tuple[int, ...] = ()  # in the names of the layers
    layer_sizes: tuple[int, ...] = ()  # pixels on a side of what it draws, margins included
    layer_widths: tuple[int, ...] = ()  # feature maps
    layer_rates: tuple[int, ...] = ()  # s
    layer_cutoffs: tuple[float, ...] = ()  # f_c in cycles per image
    layer_half_widths: tuple[float, ...] = ()  # f_h in cycles per image
    full_precision: int = 0  # how many of the first layers work in float32 on CUDA

    @property
    def numbers(self) -> tuple[int, ...]:
        return self.layer_numbers

    @property
    def sizes(self) -> tuple[int, ...]:
        return self.layer_sizes

    @property
    def widths(self) -> tuple[int, ...]:
        return self.layer_widths

    @property
    def sampling_rates(self) -> tuple[int, ...]:
        return self.layer_rates

    @property
    def cutoffs(self) -> tuple[float, ...]:
        return self.layer_cutoffs

    @property
    def half_widths(self) -> tuple[float, ...]:
        return self.layer_half_widths

    def layer_uses_half(self, index: int) -> bool:
        return self.conv_clamp is not None and index >= self.full_precision


def grown(
    stem: StyleGAN3Config, stages: Sequence[tuple[int, int]] = (), embedding: tuple[int, int] = (1000, 320)
) -> StyleGANXLConfig:
    """The StyleGAN-XL that grew out of `stem` in `stages`: how many times each enlarged the image, and the layers it
    added (`up_factor` and `head_layers` of the public code).

    Example:
        >>> from generator.config import StyleGAN3Config
        >>> from generator.config.stylegan_xl import grown
        >>> stem = StyleGAN3Config(16, z_dim=64, num_layers=10, channel_base=65536, channel_max=1024)
        >>> grown(stem, [(2, 7)]).layer_sizes
        (36, 36, 36, 36, 36, 36, 36, 36, 36, 36, 52, 52, 52, 32, 32, 32)
    """
    layers = grown_layers(stem, stages)
    shared = {key: getattr(stem, key) for key in SHARED}
    return StyleGANXLConfig(**shared | {"img_resolution": layers[-1].size, "embedding": embedding} | listed(layers))


def grown_layers(stem: StyleGAN3Config, stages: Sequence[tuple[int, int]]) -> list[Layer]:
    """Those of `grown`."""
    layers, resolution = layers_of_stem(stem), stem.img_resolution
    for factor, count in stages:
        resolution *= factor
        layers = layers[: -1 - stem.num_critical]
        layers += layers_of_stage(stem, layers, resolution, count)
    return layers


def stand_in(config: StyleGANXLConfig, resolution: int, channel_max: int) -> StyleGANXLConfig:
    """A small network of the same kinds of layers as `config`: a stem, and one stage that enlarges it to `resolution`,
    at least 16 pixels, with the fewest layers and at most `channel_max` feature maps."""
    shared, layers = {key: getattr(config, key) for key in SHARED}, config.num_critical + 2
    stem = StyleGAN3Config(resolution // 2, channel_max=channel_max, num_layers=layers, **shared)
    return grown(stem, [(2, layers)], config.embedding)


def listed(layers: Sequence[Layer]) -> dict[str, Any]:
    """The fields of `StyleGANXLConfig` that list `layers`."""
    numbers, sizes, widths, rates, cutoffs, half_widths, halves = zip(*layers, strict=True)
    return {
        "num_layers": len(layers) - 1,
        "layer_numbers": numbers,
        "layer_sizes": sizes,
        "layer_widths": widths,
        "layer_rates": rates,
        "layer_cutoffs": tuple(map(_rounded, cutoffs)),
        "layer_half_widths": tuple(map(_rounded, half_widths)),
        "full_precision": max((i + 1 for i, half in enumerate(halves) if not half), default=0),
    }


def _rounded(frequency: float) -> float:
    return float(f"{frequency:.{SIGNIFICANT}g}")


def layers_of_stem(stem: StyleGAN3Config) -> list[Layer]:
    """The layers of a StyleGAN3, its RGB output last."""
    indices = range(stem.num_layers + 1)
    halves = [stem.layer_uses_half(i) for i in indices]
    facts = (stem.sizes, stem.widths, stem.sampling_rates, stem.cutoffs, stem.half_widths, halves)
    return [Layer(*layer) for layer in zip(indices, *facts, strict=True)]


def layers_of_stage(stem: StyleGAN3Config, below: Sequence[Layer], resolution: int, count: int) -> list[Layer]:
    """The `count` layers and the RGB output that draw `resolution` pixels out of the layers `below`.

    The schedules of StyleGAN3 (section 3.3) go from what the last layer below has to the new resolution. stem: for the
    settings that all stages share. Raises ZeroDivisionError for two layers, whose schedule has no length.
    """
    first, last_cutoff = below[-1], resolution / 2
    first_stopband, last_stopband = first.cutoff + first.half_width, last_cutoff * stem.last_stopband_rel
    layers = []
    for i in range(count + 1):
        exponent = min(i / (count - stem.num_critical), 1)
        cutoff = first.cutoff * (last_cutoff / first.cutoff) ** exponent
        stopband = first_stopband * (last_stopband / first_stopband) ** exponent
        rate = first.rate if i == 0 else 2 ** math.ceil(math.log2(min(stopband * 2, resolution)))
        size = rate + 2 * stem.margin_size if i < count - 1 else resolution
        width = round(min(stem.channel_base / 2 / cutoff, stem.channel_max))
        width = first.width if i == 0 else stem.img_channels if i == count else width
        is_half = stem.conv_clamp is not None and rate << stem.num_fp16_res > resolution
        number = len(below) + 1 + i  # the public code counts the Fourier features too, but not in a stem
        layers.append(Layer(number, size, width, rate, cutoff, max(stopband, rate / 2) - cutoff, is_half))
    return layers
