"""What shape a generator has: everything needed to build it before any weight is read."""

from __future__ import annotations

from dataclasses import dataclass

COARSE, MIDDLE, FINE = "coarse", "middle", "fine"


@dataclass(frozen=True)
class GeneratorConfig:
    """Hyper-parameters of one generator, in the names of the public PyTorch implementations."""

    img_resolution: int  # pixels on a side, a power of two from 4
    z_dim: int = 512  # size of the input latent z
    c_dim: int = 0  # number of classes; 0 = unconditional
    w_dim: int = 512  # size of the intermediate latent w
    img_channels: int = 3  # 1 = grey, 3 = RGB
    mapping_layers: int = 8  # fully connected layers of the mapping network
    channel_base: int = 32768  # channels of a block = channel_base / resolution ...
    channel_max: int = 512  # ... but at most this many
    conv_clamp: float | None = None  # activations are clamped to +-conv_clamp; None = never
    architecture: str = "skip"  # how blocks reach the image: "skip" sums an RGB output of every block
    family: str = "stylegan2"

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
        return min(self.channel_base // resolution, self.channel_max)

    def layer_resolution(self, layer: int) -> int:
        """Resolution in pixels at which the style of `layer` (0..num_ws-1) acts.

        Layer 0 is the one convolution of the 4 px block; each later block has two convolutions, and
        the very last row drives the RGB output of the last block.
        """
        return min(4 << ((layer + 1) // 2), self.img_resolution)


def layer_zone(layer: int) -> str:
    """Zone of a layer in the words of the style-mixing figure of Karras et al. 2019 (fig. 3).

    Coarse 0-3 (4-8 px: pose, face shape), middle 4-7 (16-32 px: features, hair style),
    fine 8+ (64 px and up: colour, texture).
    """
    return COARSE if layer < 4 else MIDDLE if layer < 8 else FINE


def zone_layers(num_ws: int) -> dict[str, range]:
    """Layers of each zone of a model with `num_ws` layers; zones without layers are left out."""
    zones = {COARSE: range(min(4, num_ws)), MIDDLE: range(4, min(8, num_ws)), FINE: range(8, num_ws)}
    return {zone: layers for zone, layers in zones.items() if layers}
