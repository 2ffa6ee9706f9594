"""Components and mixing for models with other numbers of layers than the shipped one, and with classes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import FitComponents, LoadModel
from explorer.compute.model_host import ModelHost
from explorer.document.session import Session
from explorer.messages import Quality, RenderRequest
from explorer.panels.directions_panel import DirectionsPanel
from explorer.panels.mixing_panel import MixingPanel
from explorer.panels.truncation_panel import TruncationPanel
from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.models import random_generator, save_generator
from tests.support.network_cases import CONFIGS
from tests.support.panel_fixtures import components, facts_of, type_number

SIZES = {"z_dim": 8, "w_dim": 8}
MODELS: dict[str, tuple[GeneratorConfig, tuple[int, ...]]] = {  # with the layers of each zone
    "stylegan3": (StyleGAN3Config(1024, **SIZES), (4, 4, 8)),  # type: ignore[arg-type]
    "stylegan2 1024": (GeneratorConfig(1024, **SIZES), (4, 4, 10)),  # type: ignore[arg-type]
    "stylegan1 1024": (StyleGAN1Config(1024, **SIZES), (4, 4, 10)),  # type: ignore[arg-type]
    "stylegan_xl": (CONFIGS["stylegan_xl"], (4, 4, 3)),
    "stylegan2 8": (GeneratorConfig(8, **SIZES), (4,)),  # type: ignore[arg-type]
}


def session_of(config: GeneratorConfig) -> Session:
    made = Session()
    made.set_model(facts_of(config))
    made.set_components(components(4))
    return made


@pytest.mark.parametrize("name", MODELS)
def test_the_equaliser_has_a_slider_for_every_layer(qtbot: QtBot, name: str) -> None:
    config, zones = MODELS[name]
    doc = session_of(config)
    panel = MixingPanel(doc)
    qtbot.addWidget(panel)
    assert tuple(len(zone.layers) for zone in panel.equaliser.zones) == zones
    last = config.num_ws - 1
    type_number(panel.equaliser.zones[0].group, "1")
    type_number(panel.equaliser.slider(last), "0.5")
    assert doc.recipe.mix is not None
    expected = [1.0] * 4 + [0.0] * config.num_ws
    assert doc.recipe.mix.weights == (*expected[:last], 0.5)


@pytest.mark.parametrize("name", MODELS)
def test_components_act_on_all_layers_that_the_model_has(qtbot: QtBot, name: str) -> None:
    config, _ = MODELS[name]
    doc = session_of(config)
    panel = DirectionsPanel(doc)
    qtbot.addWidget(panel)
    assert panel.components.chosen_layers == (0, config.num_ws - 1)
    panel.components.first.setValue(2)
    panel.components.last.setValue(99)
    type_number(panel.components.list.sliders[1], "1.5")
    (edit,) = doc.recipe.directions
    assert (edit.direction.name, edit.direction.first, edit.direction.last) == ("pc1", 2, config.num_ws - 1)


@pytest.mark.parametrize("name", MODELS)
def test_truncation_can_end_at_any_layer_of_the_model(qtbot: QtBot, name: str) -> None:
    config, _ = MODELS[name]
    doc = session_of(config)
    panel = TruncationPanel(doc)
    qtbot.addWidget(panel)
    assert (panel.cutoff.maximum(), panel.cutoff.text()) == (config.num_ws, "all layers")
    panel.cutoff.setValue(config.num_ws - 1)
    assert doc.recipe.truncation.cutoff == config.num_ws - 1


@pytest.mark.parametrize(
    "name", ["stylegan3-t", "stylegan2-resnet", "stylegan1-classes", "stylegan_xl"]
)  # all have classes
def test_components_are_found_for_every_family_and_place_faces_of_a_class(name: str, tmp_path: Path) -> None:
    config, host = CONFIGS[name], ModelHost()
    assert config.c_dim
    path = save_generator(random_generator(config), tmp_path / "model.safetensors")
    facts = finish(LoadModel(str(path), "cpu").run(host))
    fitted = finish(FitComponents(2000, 4).run(host))
    recipe = Recipe(facts.hash, SeedSource(3, 1))
    moved = recipe.with_amount(fitted.components.directions[2], 2.0)
    before, after = (
        host.render(RenderRequest(1, host.epoch, each, Quality.FULL)).coordinates for each in (recipe, moved)
    )
    assert before is not None
    assert after is not None
    np.testing.assert_allclose(after - before, [0, 0, 2, 0], atol=1e-3)
    other = host.render(RenderRequest(2, host.epoch, replace(recipe, source=SeedSource(3, 2)), Quality.FULL))
    assert other.w_plus is not None
    assert other.w_plus.shape == (config.num_ws, config.w_dim)
    assert not np.array_equal(other.coordinates, before)
