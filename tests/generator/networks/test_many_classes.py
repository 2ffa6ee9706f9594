"""Models of very many classes: no class costs nothing, and means what a vector of zeros means."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
import torch

from generator.checkpoint import load
from generator.checkpoint.configure import LIMITS
from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config
from generator.config.stylegan_xl import grown
from generator.progress import finish
from generator.recipe import pca
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.engine import Engine
from tests.support.models import random_generator, save_generator

MANY = LIMITS["c_dim"][1]
FAMILIES = [
    GeneratorConfig(16, 16, MANY, 16, mapping_layers=2, channel_base=256),
    StyleGAN1Config(16, 16, MANY, 16, mapping_layers=2, channel_base=256),
    StyleGAN3Config(16, 16, MANY, 16, channel_base=256, channel_max=16, num_layers=4),
    grown(StyleGAN3Config(16, 16, MANY, 16, channel_base=256, channel_max=16, num_layers=4), embedding=(MANY, 4)),
]
pytestmark = pytest.mark.usefixtures("no_gradients")


@pytest.mark.parametrize("config", FAMILIES, ids=lambda config: config.family)
def test_no_class_is_a_vector_of_zeros(config: GeneratorConfig) -> None:
    mapping, z = random_generator(config).mapping, torch.randn(3, 16)
    torch.testing.assert_close(mapping(z), mapping(z, torch.zeros(3, MANY)), rtol=1e-5, atol=1e-5)
    one = torch.eye(2, MANY)[1:].expand(3, -1)  # StyleGAN-XL draws class 0 where there is none
    assert not torch.allclose(mapping(z), mapping(z, one), atol=1e-3)


@pytest.mark.parametrize("config", FAMILIES, ids=lambda config: config.family)
def test_opening_a_model_of_very_many_classes_takes_the_work_of_one_without(
    config: GeneratorConfig, tmp_path: Path
) -> None:
    path = save_generator(random_generator(config), tmp_path / "many.safetensors")
    start = process_time()
    engine = Engine(load(path), "cpu")
    engine.render(Recipe(source=SeedSource(1, label=MANY - 1)), live=True)
    finish(pca.fitting(engine.mapping, 16, engine.generator.hash, components=8))
    assert process_time() - start < 8
