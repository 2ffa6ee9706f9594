"""Every tooltip of the window: one short line, which covers neither the face nor the next slider."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from generator.config import StyleGAN3Config
from generator.recipe.recipe import LatentSource, Mix
from tests.support.panel_fixtures import components, direction, facts, facts_of
from tests.support.window_fixtures import FakeController, shown

LONGEST = 70  # characters


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    made = shown(qtbot, session, FakeController(), Notifier())
    session.set_components(components())
    panel = made.panels.directions
    qtbot.waitUntil(lambda: panel.named.complete and panel.components.list.complete)
    return made


def tooltips(window: MainWindow) -> dict[str, str]:
    """What the pointer shows, by where."""
    told = {f"{type(each).__name__} {each.accessibleName()}": each.toolTip() for each in window.findChildren(QWidget)}
    return told | {f"action {each.text()}": each.toolTip() for each in window.findChildren(QAction)}


def too_long(window: MainWindow) -> dict[str, str]:
    seen = {place: html.unescape(re.sub(r"</?span>", "", told)) for place, told in tooltips(window).items()}
    return {place: told for place, told in seen.items() if len(told) > LONGEST or "\n" in told or "<br" in told}


def test_every_tooltip_of_the_window_is_one_short_line(window: MainWindow) -> None:
    assert len([told for told in tooltips(window).values() if told]) > 60
    assert too_long(window) == {}


def test_every_tooltip_stays_short_while_sliders_are_beyond_and_directions_foreign(
    window: MainWindow, session: Session
) -> None:
    foreign = direction("a direction of which only the recipe knows, from layer four on", 50, 4, 9)
    recipe = session.recipe.with_amount(foreign, 12.5).with_amount(facts().named[0].direction, -17.123456789)
    session.edit(foreign.name + "\nand beyond it all that came later", recipe)
    assert too_long(window) == {}


def test_every_tooltip_stays_short_with_any_family_path_and_notice(window: MainWindow, session: Session) -> None:
    path = "/home/somebody/" + "a folder of many words/" * 6 + "model.safetensors"
    notice = "The graphics card failed its test: " + "its numbers were not those of the processor, " * 3
    made = facts_of(StyleGAN3Config(256, z_dim=8, c_dim=10, w_dim=8))
    session.set_model(replace(made, path=path, notice=notice))
    assert too_long(window) == {}


def test_every_tooltip_stays_short_with_latents_of_long_names(window: MainWindow, session: Session) -> None:
    name = "The <b>name</b> that somebody gave to a latent, and which goes on for more than a line"
    latent = LatentSource.from_array("w", np.zeros((1, 8), np.float32), name)
    session.edit("Open", replace(session.recipe, source=latent, mix=Mix(latent, (1.0,))))
    assert too_long(window) == {}


def test_the_stack_of_steps_may_outlive_the_window(qtbot: QtBot, session: Session) -> None:
    session.set_model(facts())
    delete(MainWindow(session, FakeController(), Notifier(), Settings()))  # type: ignore[arg-type]
    with qtbot.captureExceptions() as raised:
        session.edit("Age", session.recipe.with_amount(facts().named[0].direction, 1.0))
    assert raised == []
