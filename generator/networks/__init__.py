"""The generator networks, one file per family, written from the papers in plain torch: all other forms must match them.

StyleGAN2, the family of the shipped model, has four forms:

    definition  generator.networks.stylegan2       training, and the numbers that the others must match
    reference   generator.render.reference_form    written independently; the baseline of `outis bench`
    CPU         generator.render.cpu.synthesis     live editing: cached activations, native programs
    CUDA        generator.render.cuda.stylegan2    live editing: one CUDA graph per resolution
"""

from __future__ import annotations

from generator.config import GeneratorConfig
from generator.networks.generator import Generator

__all__ = ["Generator", "create"]


def create(config: GeneratorConfig) -> Generator:
    """A generator of the family that `config` names, its weights not set. Raises KeyError for an unknown family.

    Example:
        >>> from generator.config import GeneratorConfig
        >>> from generator.networks import create
        >>> generator = create(GeneratorConfig(32, z_dim=8, w_dim=8, channel_max=8)).randomise()
        >>> generator.config.num_ws
        8
    """
    from generator.networks import stylegan1, stylegan2, stylegan3, stylegan_xl

    families = {
        "stylegan1": stylegan1.create,
        "stylegan2": stylegan2.create,
        "stylegan3": stylegan3.create,
        "stylegan_xl": stylegan_xl.create,
    }
    return families[config.family](config)
