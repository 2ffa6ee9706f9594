"""Models of every family as files: opened with their configuration, or with the one that their shapes show."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import safetensors.torch
import torch

from generator import checkpoint
from generator.config import StyleGAN3Config
from generator.errors import CheckpointError
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.engine import Engine
from tests.support.models import save_generator
from tests.support.network_cases import CONFIGS, drawn_generator, layer_styles


@pytest.mark.parametrize("with_config", [True, False], ids=["told", "inferred"])
@pytest.mark.parametrize("name", CONFIGS)
def test_every_family_opens_as_it_was_saved(tmp_path: Path, name: str, with_config: bool) -> None:
    saved = drawn_generator(CONFIGS[name])
    opened = checkpoint.load(save_generator(saved, tmp_path / "model.safetensors", with_config))
    ws = layer_styles(saved.config)
    if with_config:
        assert opened.config == saved.config
    assert type(opened.config) is type(saved.config)
    if with_config or saved.config.conv_clamp != 1.5:  # a clamp shows in no tensor
        assert torch.equal(opened.synthesis(ws), saved.synthesis(ws))


@pytest.mark.parametrize("name", CONFIGS)
def test_every_family_renders_through_the_engine(name: str) -> None:
    config = CONFIGS[name]
    engine = Engine(drawn_generator(config), "cpu")
    label = 1 if config.c_dim else None
    first, other = (engine.render(Recipe(source=SeedSource(seed, label))) for seed in (1, 2))
    assert engine.notice == ""
    assert first.shape == (config.img_resolution, config.img_resolution, 3)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"num_critical": 14}, "critical"),
        ({"first_cutoff": 100.0}, "cutoffs"),
        ({"first_stopband": 1.0}, "cutoffs"),
        ({"first_cutoff": 1e-9, "first_stopband": 1e-8}, "cutoffs"),
        ({"last_stopband_rel": 0.5}, "cutoffs"),
        ({"output_scale": float("nan")}, "output_scale"),
        ({"lrelu_upsampling": 3}, "lrelu_upsampling"),
        ({"use_radial_filters": "yes"}, "use_radial_filters"),
        ({"img_resolution": 4}, "cutoffs"),
        ({"architecture": "skip"}, "'skip'"),
        ({"margin_size": 4}, "lacks synthesis.L0_24_48.affine.bias"),
    ],
)
def test_a_stylegan3_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, object], found: str) -> None:
    config = CONFIGS["stylegan3-t"]
    assert isinstance(config, StyleGAN3Config)
    settings = {**dataclasses.asdict(config), **changes}
    path = tmp_path / "lie.safetensors"
    safetensors.torch.save_file(drawn_generator(config).state_dict(), path, {"config": json.dumps(settings)})
    with pytest.raises(CheckpointError, match=found):
        checkpoint.load(path)
