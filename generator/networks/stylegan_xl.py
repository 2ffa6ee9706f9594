"""StyleGAN-XL (Sauer et al. 2022, "StyleGAN-XL: Scaling StyleGAN to Large Diverse Datasets").

A stem of few pixels, and stages that each replace the last layers of what is there by new ones of more pixels. What
comes out is one chain of the layers of StyleGAN3, whose rates and cutoffs the configuration lists.
"""

from __future__ import annotations

from generator.config import GeneratorConfig, StyleGANXLConfig
from generator.networks.generator import Generator
from generator.networks.mapping_xl import ClassEmbeddingMapping
from generator.networks.stylegan3 import SynthesisNetwork


def create(config: GeneratorConfig) -> Generator:
    """A StyleGAN-XL generator, its weights not set."""
    assert isinstance(config, StyleGANXLConfig)
    return Generator(config, ClassEmbeddingMapping(config), SynthesisNetwork(config))
