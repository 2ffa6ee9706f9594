"""What a configuration of R3GAN must keep to."""

from __future__ import annotations

from generator.checkpoint.file_slice import FormatError
from generator.config import R3GANConfig


def check_r3gan(config: R3GANConfig) -> None:
    """Refuse stages that do not fit the resolution or each other, and a latent without room for z and its class."""
    if config.block_channels or not config.is_square:
        raise FormatError("is an R3GAN of unusual channels or aspect, which Outis does not open")
    stages = len(config.block_resolutions)
    if any(len(sizes) != stages for sizes in (config.widths, config.cardinalities, config.blocks)):
        raise FormatError(f"has other numbers of stages than the {stages} that {config.img_resolution} pixels take")
    if any(config.expanded(stage) % count for stage, count in enumerate(config.cardinalities)):
        raise FormatError("has cardinalities that do not divide the maps of their stages")
    if config.w_dim - config.z_dim < min(config.c_dim, 1) or (config.c_dim == 0 and config.w_dim != config.z_dim):
        raise FormatError(
            f"has w_dim {config.w_dim}, which z_dim {config.z_dim} and {config.c_dim} classes do not give"
        )
