"""What shape a generator of blocks has: StyleGAN and StyleGAN2."""

from __future__ import annotations

import math
from dataclasses import dataclass


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
