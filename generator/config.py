"""What shape a generator has: everything needed to build it before any weight is read."""

from __future__ import annotations

import math
from dataclasses import dataclass

COARSE, MIDDLE, FINE = "coarse", "middle", "fine"


@dataclass(frozen=True)
class GeneratorConfig:
    """Hyper-parameters of one generator, in the names of the public PyTorch implementations."""

    img_resolution: int  # pixels on a side, a power of two from 4
    z_dim: int = 512  # size of the input latent z
    c_dim: int = 0  # number of classes; 0 = unconditional
    w_dim: int = 512  # size of the intermediate latent w
    img_channels: int = 3  # 1 = grey, 3 = RGB, 4 = RGB and alpha
    mapping_layers: int = 8  # fully connected layers of the mapping network
    channel_base: int = 32768  # channels of a block = channel_base / resolution ...
    channel_max: int = 512  # ... but at most this many
    conv_clamp: float | None = None  # activations are clamped to +-conv_clamp; None = never
    architecture: str = "skip"  # how blocks reach the image: "skip" sums an RGB of every block, "resnet", "orig"
    family: str = "stylegan2"
    num_fp16_res: int = 0  # on CUDA the layers of this many highest resolutions work in float16
    block_channels: tuple[int, ...] = ()  # of the blocks from 4 px on, where channel_base does not give them
    lowest: tuple[int, int] = (4, 4)  # height and width of the learned constant, which give the aspect of the image

    @property
    def image_size(self) -> tuple[int, int]:
        """Height and width of the image in pixels, both `img_resolution` but where `lowest` says otherwise."""
        return self.size_at(self.img_resolution)

    def size_at(self, resolution: int) -> tuple[int, int]:
        """Height and width of the maps of the block at `resolution`."""
        height, width = self.lowest
        return height * resolution // 4, width * resolution // 4

    @property
    def size_name(self) -> str:
        """The pixels for people: "1024", or "512 × 1024", width first, of an image that is not square."""
        height, width = self.image_size
        return str(height) if height == width else f"{width} × {height}"

    @property
    def is_square(self) -> bool:
        return self.lowest == (4, 4)

    @property
    def has_alpha(self) -> bool:
        """True where the fourth channel says how opaque the picture is."""
        return self.img_channels == 4

    @property
    def has_transform(self) -> bool:
        """True where the image can be moved and rotated by a matrix: `synthesis(..., transform=...)`."""
        return False

    @property
    def stops_early(self) -> bool:
        """True where a smaller image of the same face costs less: the synthesis network can stop early."""
        return self.architecture == "skip"

    @property
    def block_resolutions(self) -> tuple[int, ...]:
        """Resolutions of the synthesis blocks: 4, 8, ... img_resolution."""
        return tuple(2**i for i in range(2, self.img_resolution.bit_length()))

    @property
    def num_ws(self) -> int:
        """Style inputs of the synthesis network: rows of W+ (14 at 256 px, 18 at 1024 px)."""
        return 2 * len(self.block_resolutions)

    def channels(self, resolution: int) -> int:
        """Feature maps of the block at `resolution`."""
        block = resolution.bit_length() - 3
        wanted = self.block_channels[block] if block < len(self.block_channels) else self.channel_base // resolution
        return min(wanted, self.channel_max)

    def uses_half(self, resolution: int) -> bool:
        """True where the layers at `resolution` may work in float16: they ask for it, and a clamp keeps them in
        its range. The lowest resolution never does."""
        lowest = max(2 * self.img_resolution >> self.num_fp16_res, 8)
        return self.conv_clamp is not None and resolution >= lowest

    @property
    def work(self) -> int:
        """About how many multiplications one image takes: two convolutions of 3x3 a block."""
        return sum(2 * 9 * math.prod(self.size_at(r)) * self.channels(r) ** 2 for r in self.block_resolutions)

    @property
    def largest_map(self) -> int:
        """Numbers in the largest array that one image needs."""
        return max(math.prod(self.size_at(r)) * self.channels(r) for r in self.block_resolutions)

    def layer_resolution(self, layer: int) -> int:
        """Resolution in pixels at which the style of `layer` (0..num_ws-1) acts.

        Layer 0 is the one convolution of the 4 px block; each later block has two convolutions, and
        the very last row drives the RGB output of the last block.
        """
        return min(4 << ((layer + 1) // 2), self.img_resolution)


@dataclass(frozen=True)
class StyleGAN1Config(GeneratorConfig):
    """StyleGAN (Karras et al. 2019): two styled layers a block, the first of them styles the constant itself."""

    channel_base: int = 16384
    family: str = "stylegan1"

    @property
    def stops_early(self) -> bool:
        return False

    def layer_resolution(self, layer: int) -> int:
        return 4 << (layer // 2)


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


FAMILIES: dict[str, type[GeneratorConfig]] = {
    "stylegan1": StyleGAN1Config,
    "stylegan2": GeneratorConfig,
    "stylegan3": StyleGAN3Config,
}


def layer_zone(layer: int) -> str:
    """Zone of a layer in the words of the style-mixing figure of Karras et al. 2019 (fig. 3).

    Coarse 0-3 (4-8 px: pose, face shape), middle 4-7 (16-32 px: features, hair style),
    fine 8+ (64 px and up: colour, texture).
    """
    return COARSE if layer < 4 else MIDDLE if layer < 8 else FINE


def zone_layers(num_ws: int) -> dict[str, range]:
    """Layers of each zone of a model with `num_ws` layers; zones without layers are left out."""
    zones: dict[str, range] = {}
    for layer in range(num_ws):
        zone = layer_zone(layer)
        zones[zone] = range(zones[zone].start if zone in zones else layer, layer + 1)
    return zones
