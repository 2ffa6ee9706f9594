"""The mixing equaliser and the frame times, through the mouse and the keyboard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.messages import Quality, RenderRequest, RenderResult, Role
from explorer.panels.mixing_panel import MixingPanel
from explorer.panels.times_panel import KEPT, TimesPanel
from explorer.widgets.slider_track import Groove
from generator.config import GeneratorConfig
from generator.recipe.recipe import LatentSource, Mix, Recipe, SeedSource
from tests.support.panel_fixtures import W_DIM, Recipes, click, drag, facts, session, type_number

STORED = LatentSource.from_array("w", np.ones((1, W_DIM), np.float32), "ulysses")


def shown(qtbot: QtBot, doc: Session) -> MixingPanel:
    panel = MixingPanel(doc)
    qtbot.addWidget(panel)
    panel.resize(1060, 190)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def mixed(*weights: float) -> Recipe:
    return Recipe("f" * 64, SeedSource(85), mix=Mix(SeedSource(1), weights))


def layer_sources(recipe: Recipe, layers: int = 14) -> list[dict[int, float]]:
    """Share of each seed in each layer: what the picture is made of."""
    assert recipe.mix is not None
    weights = (*recipe.mix.weights, *[0.0] * layers)[:layers]
    seeds = recipe.source.seed, recipe.mix.source.seed
    return [{seeds[0]: round(1 - w, 6), seeds[1]: round(w, 6)} for w in weights]


def test_there_is_one_weight_a_layer_under_three_brackets(qtbot: QtBot) -> None:
    panel = shown(qtbot, session())
    assert [tuple(zone.layers) for zone in panel.equaliser.zones] == [(0, 1, 2, 3), (4, 5, 6, 7), tuple(range(8, 14))]


def test_another_model_has_its_own_number_of_weights(qtbot: QtBot) -> None:
    doc = session()
    panel = shown(qtbot, doc)
    doc.set_model(replace(facts(), config=GeneratorConfig(1024, z_dim=W_DIM, w_dim=W_DIM)))
    assert panel.equaliser.num_ws == 18
    type_number(panel.equaliser.slider(17), "0.5")
    assert doc.recipe.mix is not None
    assert doc.recipe.mix.weights == (*[0.0] * 17, 0.5)


def test_dragging_a_weight_mixes_live_and_is_one_undo_step(qtbot: QtBot) -> None:
    doc = session()
    recipes = Recipes(doc)
    panel = shown(qtbot, doc)
    groove = panel.equaliser.slider(5).findChild(Groove)
    start = groove.handle_position().toPoint()
    drag(groove, start, *(start - QPoint(0, step) for step in (10, 20, 30)))
    weights = [recipe.mix.weights[5] for recipe in recipes.seen]
    assert len(weights) == 3
    assert weights == sorted(weights)
    assert doc.undo_stack.count() == 1
    doc.undo_stack.undo()
    assert panel.equaliser.slider(5).value() == 0
    assert len(recipes.seen) == 4


def test_the_slider_of_a_zone_sets_its_layers_and_no_other(qtbot: QtBot) -> None:
    doc = session()
    panel = shown(qtbot, doc)
    type_number(panel.equaliser.zones[1].group, "0.25")
    assert doc.recipe.mix == Mix(SeedSource(1), (*[0.0] * 4, *[0.25] * 4, *[0.0] * 6))
    assert [panel.equaliser.slider(layer).value() for layer in (3, 4, 7, 8)] == [0, 0.25, 0.25, 0]
    assert doc.undo_stack.count() == 1


def test_the_slider_of_a_zone_stands_at_the_mean_of_its_layers(qtbot: QtBot) -> None:
    doc = session()
    panel = shown(qtbot, doc)
    doc.edit("open", mixed(1, 0, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3))
    assert [zone.group.value() for zone in panel.equaliser.zones] == [0.5, 0.3, 0]


@pytest.mark.parametrize("weights", [(0.1, 0.3, 1.0), (), (1.0,) * 14])
def test_swapping_keeps_what_every_layer_is_made_of(qtbot: QtBot, weights: tuple[float, ...]) -> None:
    doc = session()
    doc.edit("open", mixed(*weights))
    before = doc.recipe
    panel = shown(qtbot, doc)
    click(panel.swap)
    assert doc.recipe.source == SeedSource(1)
    assert layer_sources(doc.recipe) == layer_sources(before)
    click(panel.swap)
    assert doc.recipe == replace(before, mix=Mix(SeedSource(1), (*weights, *[0.0] * 14)[:14]))


def test_swapping_without_a_mix_keeps_the_picture_too(qtbot: QtBot) -> None:
    doc = session()
    panel = shown(qtbot, doc)
    click(panel.swap)
    assert doc.recipe.source == SeedSource(1)
    assert doc.recipe.mix == Mix(SeedSource(0), (1.0,) * 14)


def test_undoing_a_swap_brings_back_the_second_source_too(qtbot: QtBot) -> None:
    doc = session(recipe=Recipe("f" * 64, SeedSource(85)))
    panel = shown(qtbot, doc)
    before = doc.recipe, doc.second_source
    click(panel.swap)
    after = doc.recipe, doc.second_source
    doc.undo_stack.undo()
    assert (doc.recipe, doc.second_source) == before
    assert panel.field.seed.value() == 1
    doc.undo_stack.redo()
    assert (doc.recipe, doc.second_source) == after


def test_the_second_source_is_a_seed_another_one_or_a_stored_latent(qtbot: QtBot) -> None:
    doc = session()
    doc.edit("open", mixed(0.5))
    doc.store_source(STORED)
    panel = shown(qtbot, doc)
    type_number(panel.field.seed, "4294967295")
    assert doc.recipe.mix.source == SeedSource(2**32 - 1)
    click(panel.dice)
    assert doc.recipe.mix.source != SeedSource(2**32 - 1)
    panel.stored.menu().actions()[0].trigger()
    assert doc.recipe.mix.source == STORED
    assert panel.field.latent.text() == "Stored latent: ulysses"
    assert doc.recipe.mix.weights[:2] == (0.5, 0.0)


def test_off_takes_the_second_source_out_and_remembers_it(qtbot: QtBot) -> None:
    doc = session()
    doc.edit("open", mixed(0.5))
    panel = shown(qtbot, doc)
    type_number(panel.field.seed, "77")
    click(panel.off)
    assert doc.recipe.mix is None
    assert not panel.off.isEnabled()
    type_number(panel.equaliser.slider(0), "1")
    assert doc.recipe.mix.source == SeedSource(77)


def test_a_mix_from_elsewhere_is_shown_without_an_echo(qtbot: QtBot) -> None:
    doc = session()
    recipes = Recipes(doc)
    panel = shown(qtbot, doc)
    doc.edit("open", mixed(0.123456789))
    doc.undo_stack.undo()
    doc.undo_stack.redo()
    assert panel.equaliser.slider(0).value() == 0.123456789
    assert doc.recipe == mixed(0.123456789)
    assert len(recipes.seen) == 3


def test_thumbnails_show_the_pixels_of_their_source(qtbot: QtBot) -> None:
    panel = shown(qtbot, session())
    pixels = np.zeros((5, 7, 3), np.uint8)  # a width that no row of four bytes divides
    pixels[4, 6] = (1, 2, 3)
    panel.set_thumbnail(Role.SECOND_THUMBNAIL, pixels)
    image = panel.thumbnails[Role.SECOND_THUMBNAIL].image
    assert image.pixelColor(6, 4).getRgb()[:3] == (1, 2, 3)
    assert panel.thumbnails[Role.FIRST_THUMBNAIL].image is None


def test_every_weight_is_reached_by_keyboard_and_named(qtbot: QtBot) -> None:
    doc = session()
    panel = shown(qtbot, doc)
    groove = panel.equaliser.slider(13).findChild(Groove)
    groove.setFocus()
    QTest.keyClick(groove, Qt.Key.Key_Up)
    assert doc.recipe.mix.weights[13] == 0.05
    assert panel.equaliser.slider(13).accessibleName() == "Weight of layer 13"


# frame times ----------------------------------------------------------------------------------------------------


def frame(number: int, milliseconds: float, quality: Quality) -> RenderResult:
    request = RenderRequest(number, 1, Recipe(), quality)
    return RenderResult(request, np.zeros((1, 1, 3), np.uint8), milliseconds)


def test_frame_times_tell_previews_from_full_frames(qtbot: QtBot) -> None:
    panel = TimesPanel(session())
    qtbot.addWidget(panel)
    panel.resize(600, 190)
    panel.show()
    qtbot.waitUntil(lambda: panel.curve.plot is not None and panel.curve.plot.isVisible())
    for number in range(4):
        panel.add_frame(frame(number, 10.0 * number, Quality.FULL if number == 3 else Quality.PREVIEW))
    points = panel.curve.plot.points
    qtbot.waitUntil(lambda: len(points[Quality.PREVIEW].data) == 3)
    assert points[Quality.FULL].data["y"].tolist() == [30]


def test_the_last_frames_are_kept_and_drawn_only_when_looked_at(qtbot: QtBot) -> None:
    panel = TimesPanel(session())
    qtbot.addWidget(panel)
    for number in range(KEPT + 20):
        panel.add_frame(frame(number, float(number), Quality.FULL))
    assert len(panel.frames) == KEPT
    assert panel.frames[0] == (Quality.FULL, 20.0)
    assert panel.curve.plot is None
