"""What shape an R3GAN has: stages of residual blocks, and no intermediate latent."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from generator.config.base import GeneratorConfig


@dataclass(frozen=True)
class R3GANConfig(GeneratorConfig):
    """R3GAN (Huang et al. 2024): no mapping network, no styles, no noise.

    What the network is given in place of w is z, followed by the embedded class where there are classes.
    """

    z_dim: int = 64
    w_dim: int = 64  # z_dim, and the length of the embedded class where there are classes
    mapping_layers: int = 0
    architecture: str = "residual"
    family: str = "r3gan"
    widths: tuple[int, ...] = ()  # feature maps between the blocks of each stage, from 4 px on
    cardinalities: tuple[int, ...] = ()  # groups of the 3x3 convolutions of each stage
    blocks: tuple[int, ...] = ()  # residual blocks of each stage
    expansion: int = 2  # a block works in this many times the width of its stage

    @property
    def has_w(self) -> bool:
        return False

    @property
    def has_noise(self) -> bool:
        return False

    @property
    def stops_early(self) -> bool:
        return False

    @property
    def num_ws(self) -> int:
        return 1

    def layer_resolution(self, layer: int) -> int:
        return 4

    def channels(self, resolution: int) -> int:
        return self.widths[resolution.bit_length() - 3]

    def expanded(self, stage: int) -> int:
        """Feature maps within the blocks of `stage`."""
        return self.widths[stage] * self.expansion

    @property
    def work(self) -> int:
        """About how many multiplications one image takes: two 1x1 and one grouped 3x3 convolution a block."""
        return sum(self._work_of(stage) * r**2 for stage, r in enumerate(self.block_resolutions))

    def _work_of(self, stage: int) -> int:
        """Multiplications for one pixel of `stage`."""
        wide = self.expanded(stage)
        block = 2 * self.widths[stage] * wide + 9 * wide * wide // self.cardinalities[stage]
        return self.blocks[stage] * block + self.widths[max(stage - 1, 0)] * self.widths[stage] // 4

    @property
    def largest_map(self) -> int:
        return max(self.expanded(stage) * r**2 for stage, r in enumerate(self.block_resolutions))

    def smaller(self, resolution: int, channels: int) -> R3GANConfig:
        """The same kinds of layers up to `resolution` pixels, its widest stage `channels` wide; itself if small."""
        if self.img_resolution <= resolution:
            return self
        kept = slice(-(resolution.bit_length() - 2), None)  # the last stages, whose widths differ
        widths = tuple(max(channels * width // max(self.widths[kept]), 1) for width in self.widths[kept])
        groups = zip(self.cardinalities[kept], widths, strict=True)
        return replace(
            self,
            img_resolution=resolution,
            widths=widths,
            cardinalities=tuple(math.gcd(count, width * self.expansion) for count, width in groups),
            blocks=self.blocks[kept],
        )
