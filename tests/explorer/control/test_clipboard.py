"""What "copy" puts on the clipboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from generator.formats.latent_file import from_text, to_text
from generator.recipe.recipe import LatentSource
from tests.support.controller_rig import Rig


def test_copied_images_are_whole_where_previews_are_shown(
    qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.make_full_frames_slow(monkeypatch)
    QGuiApplication.clipboard().clear()
    rig.seed(40)
    rig.controller.copy_image()
    qtbot.waitUntil(lambda: bool(rig.said))
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (6, 4)
    assert image.pixelColor(5, 3).getRgb()[:3] == (40, 40, 40)


def test_what_is_copied_is_the_face_of_that_moment(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(5)
    rig.controller.copy_image()
    rig.seed(6)
    qtbot.waitUntil(lambda: bool(rig.said))
    assert QGuiApplication.clipboard().image().pixelColor(0, 0).red() == 5


def test_what_was_copied_as_text_is_pasted_as_the_same_latent(qtbot: QtBot, rig: Rig) -> None:
    rig.controller.open_text(to_text(np.full((14, 8), 2.0, np.float32)))
    qtbot.waitUntil(lambda: isinstance(rig.session.recipe.source, LatentSource))
    source = rig.session.recipe.source
    assert isinstance(source, LatentSource)
    assert np.array_equal(source.array, np.full((14, 8), 2.0, np.float32))
    assert rig.session.recipe.truncation.psi == 1.0


@pytest.mark.parametrize("text", ["", "hello", "[[1, 2]]", "{}", "[[]", "[" * 100_000])
def test_a_text_that_is_no_face_of_this_model_is_one_sentence(qtbot: QtBot, rig: Rig, text: str) -> None:
    before = rig.session.recipe
    rig.controller.open_text(text)
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert rig.failures[0].sentence.startswith("Clipboard: ")
    assert rig.session.recipe == before


def test_the_copied_latent_is_w_plus_as_text(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(6)
    rig.controller.copy_latent()
    qtbot.waitUntil(lambda: bool(rig.said))
    assert np.array_equal(from_text(QGuiApplication.clipboard().text()), np.full((14, 8), 6))
