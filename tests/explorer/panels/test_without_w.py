"""What a model has nothing of is off in its panel, which says why; with another model it is there again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.messages import ModelFacts
from explorer.panels.component_list import ComponentList
from explorer.panels.mixing_panel import MixingPanel
from explorer.panels.noise_panel import NoisePanel
from explorer.panels.truncation_panel import TruncationPanel
from explorer.timeline.lane_kinds import TITLES, suits
from generator.config import GeneratorConfig, StyleGAN3Config
from generator.recipe.recipe import Noise, Recipe, Truncation
from tests.support.panel_fixtures import components, facts, facts_of
from tests.support.r3gan_cases import PLAIN

HAS_ALL, HAS_NO_W = facts(), replace(facts_of(PLAIN), hash="3" * 64)
HAS_NO_NOISE = replace(facts_of(StyleGAN3Config(256, z_dim=8, w_dim=8)), hash="a" * 64)


def shown(panel: QWidget, qtbot: QtBot) -> None:
    qtbot.addWidget(panel)
    panel.resize(600, 200)
    panel.show()
    qtbot.waitExposed(panel)


@pytest.fixture
def doc() -> Session:
    made = Session(Recipe(noise=Noise("random", 3)))
    made.set_model(HAS_ALL)
    return made


@pytest.mark.parametrize(
    ("kind", "without", "controls"),
    [
        (TruncationPanel, HAS_NO_W, ("psi", "cutoff")),
        (MixingPanel, HAS_NO_W, ("field", "dice", "swap", "equaliser")),
        (NoisePanel, HAS_NO_W, ("mode", "seed", "reroll")),
        (NoisePanel, HAS_NO_NOISE, ("mode", "seed", "reroll")),
    ],
)
def test_a_panel_says_why_its_controls_are_off(
    kind: type[TruncationPanel | MixingPanel | NoisePanel],
    without: ModelFacts,
    controls: tuple[str, ...],
    doc: Session,
    qtbot: QtBot,
) -> None:
    panel = kind(doc)
    shown(panel, qtbot)
    assert not panel.reason.isVisible()
    assert all(getattr(panel, name).isEnabled() for name in controls)
    doc.set_model(without)
    assert panel.reason.isVisible()
    assert panel.reason.text().startswith("This model ")
    assert panel.reason.isEnabled()
    assert not any(getattr(panel, name).isEnabled() for name in controls)
    doc.set_model(HAS_ALL)
    assert not panel.reason.isVisible()
    assert all(getattr(panel, name).isEnabled() for name in controls)


def test_a_component_says_what_it_explains(doc: Session, qtbot: QtBot) -> None:
    made = ComponentList(doc)
    shown(made, qtbot)
    for model, said in ((HAS_ALL, "of the variance of W"), (HAS_NO_W, "of what the model draws first")):
        doc.set_model(model)
        doc.set_components(components(3))
        assert said in made.list.rows[0].tooltip


def test_the_recipe_of_a_model_without_w_is_not_truncated(doc: Session) -> None:
    doc.set_model(HAS_NO_W)
    assert doc.recipe.truncation == Truncation(1.0)
    doc.new_face()
    assert doc.recipe.truncation == Truncation(1.0)
    doc.set_model(HAS_ALL)
    assert doc.recipe.truncation == Truncation()


@pytest.mark.parametrize(
    ("config", "offered"),
    [
        (None, {"truncation", "noise"}),
        (GeneratorConfig(256), {"truncation", "noise"}),
        (StyleGAN3Config(256), {"truncation", "x", "y", "degrees"}),
        (PLAIN, set()),
    ],
)
def test_only_lanes_that_change_something_are_offered(config: GeneratorConfig | None, offered: set[str]) -> None:
    assert {kind for kind in TITLES if suits(kind, config)} == offered
