"""The shape of the StyleGAN2 of lucidrains' stylegan2-pytorch, which is a network of its own."""

from __future__ import annotations

from dataclasses import dataclass

from generator.config.base import GeneratorConfig


@dataclass(frozen=True)
class LucidrainsConfig(GeneratorConfig):
    """One row of W+ a block, one noise image for all layers, colours in 0..1."""

    family: str = "lucidrains"
    mapping_rate: float = 0.1  # learning rate of the mapping network over that of the rest ("lr_mlp")
    no_const: bool = False  # the 4 px maps are made of the mean row of W+, instead of being learnt

    @property
    def num_ws(self) -> int:
        """One row a block: 7 at 256 px."""
        return len(self.block_resolutions)

    @property
    def noise_sizes(self) -> tuple[tuple[int, int], ...]:
        """One image, of which every layer has a part."""
        return (self.image_size,)

    def layer_resolution(self, layer: int) -> int:
        return 4 << layer
