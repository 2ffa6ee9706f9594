"""What shape a generator of alias-free layers has: StyleGAN3."""

from __future__ import annotations

import math
from dataclasses import dataclass

from generator.config.base import GeneratorConfig


@dataclass(frozen=True)
class StyleGAN3Config(GeneratorConfig):
    """Alias-free StyleGAN (Karras et al. 2021). Configuration T as it stands; R has a 1x1 `conv_kernel`,
    `use_radial_filters` and twice the channels."""

    mapping_layers: int = 2
    conv_clamp: float | None = 256
    architecture: str = "alias-free"
    family: str = "stylegan3"
    num_fp16_res: int = 4
    num_layers: int = 14  # without Fourier features and RGB output
    num_critical: int = 2  # layers at the end that filter at the very limit of their sampling rate
    first_cutoff: float = 2.0  # f_c of the first layer, in cycles per image
    first_stopband: float = 2**2.1  # f_t of the first layer
    last_stopband_rel: float = 2**0.3  # f_t of the last layer over its f_c
    margin_size: int = 10  # pixels computed beyond each edge of the image
    output_scale: float = 0.25
    conv_kernel: int = 3  # 3 in T, 1 in R
    filter_size: int = 6  # taps of a filter, over its resampling factor
    lrelu_upsampling: int = 2  # the nonlinearity works at this many times the sampling rate
    use_radial_filters: bool = False  # True in R: no direction is preferred

    @property
    def has_transform(self) -> bool:
        return True

    @property
    def num_ws(self) -> int:
        """The Fourier features, the layers and the RGB output have a style each: 16."""
        return self.num_layers + 2

    def uses_half(self, resolution: int) -> bool:
        return self.conv_clamp is not None and resolution << self.num_fp16_res > self.img_resolution

    def layer_uses_half(self, index: int) -> bool:
        """`uses_half` of the layer `index`, of which the RGB output is the last."""
        return self.uses_half(self.sampling_rates[index])

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The names of the layers and the RGB output in the public code: number, pixels, feature maps."""
        layers = zip(self.numbers, self.sizes, self.widths, strict=True)
        return tuple(f"L{number}_{size}_{width}" for number, size, width in layers)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in the names of the layers."""
        return tuple(range(self.num_layers + 1))

    def layer_resolution(self, layer: int) -> int:
        """Sampling rate at which the style of `layer` acts: 0 = Fourier features, then one a layer."""
        return self.sampling_rates[max(layer - 1, 0)]

    @property
    def exponents(self) -> tuple[float, ...]:
        """Progress 0..1 of each layer and the RGB output along the geometric schedules (section 3.3)."""
        return tuple(min(i / (self.num_layers - self.num_critical), 1) for i in range(self.num_layers + 1))

    @property
    def cutoffs(self) -> tuple[float, ...]:
        """f_c of each layer and the RGB output, from `first_cutoff` to half the resolution."""
        last = self.img_resolution / 2
        return tuple(self.first_cutoff * (last / self.first_cutoff) ** exponent for exponent in self.exponents)

    @property
    def stopbands(self) -> tuple[float, ...]:
        """f_t of each layer and the RGB output."""
        last = self.img_resolution / 2 * self.last_stopband_rel
        return tuple(self.first_stopband * (last / self.first_stopband) ** exponent for exponent in self.exponents)

    @property
    def sampling_rates(self) -> tuple[int, ...]:
        """s of each layer and the RGB output: the power of two that holds the stopband, at most the resolution."""
        limited = (min(stopband * 2, self.img_resolution) for stopband in self.stopbands)
        return tuple(2 ** math.ceil(math.log2(rate)) for rate in limited)

    @property
    def half_widths(self) -> tuple[float, ...]:
        """f_h of each layer and the RGB output: half the transition band of its filters."""
        bands = zip(self.stopbands, self.sampling_rates, self.cutoffs, strict=True)
        return tuple(max(stopband, rate / 2) - cutoff for stopband, rate, cutoff in bands)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Pixels on a side of what each layer and the RGB output draws, margins included."""
        with_margins = [rate + 2 * self.margin_size for rate in self.sampling_rates]
        return (*with_margins[:-2], self.img_resolution, self.img_resolution)

    @property
    def widths(self) -> tuple[int, ...]:
        """Feature maps of each layer; then the colours."""
        maps = [round(min(self.channel_base / 2 / cutoff, self.channel_max)) for cutoff in self.cutoffs]
        return (*maps[:-1], self.img_channels)

    @property
    def work(self) -> int:
        """About how many multiplications one image takes: convolutions, and filters at the higher rate."""
        layers = zip((self.widths[0], *self.widths), self.widths, (self.sizes[0], *self.sizes), strict=False)
        convolved = sum(before * width * (size * self.conv_kernel) ** 2 for before, width, size in layers)
        taps = self.filter_size * self.lrelu_upsampling
        return convolved + (taps**2 if self.use_radial_filters else 2 * taps) * sum(self._raised)

    @property
    def largest_map(self) -> int:
        return max(self._raised)

    @property
    def _raised(self) -> list[int]:
        """Numbers at the output of each layer's nonlinearity, which works at a higher rate."""
        layers = zip(self.widths[:-1], self.sizes, strict=False)
        return [width * (size * self.lrelu_upsampling) ** 2 for width, size in layers]
