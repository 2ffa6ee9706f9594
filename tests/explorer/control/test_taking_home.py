"""A face that is enlarged and cut out in the background: what is written, what is shown meanwhile, what cancelling
leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import EnlargePart, ExportFaces, KnowEnlarging, PreviewPicture
from explorer.messages import PartEnlarged, PicturePreviewed
from explorer.view.clipboard import copied_recipe
from generator.formats.picture_options import PictureOptions
from generator.project.export_options import ExportOptions
from generator.project.face import Face
from generator.recipe.recipe import Recipe, SeedSource
from generator.recipe.recipe_json import from_json
from tests.support.controller_rig import Rig
from tests.support.picture_fixtures import NOBODY, Finisher

LARGE = PictureOptions(enlarge=2, cutout="transparent")


@pytest.fixture
def finisher(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Finisher:
    made = Finisher()
    made.install(monkeypatch)
    return made


def test_the_file_holds_what_was_made_of_the_face(qtbot: QtBot, rig: Rig, finisher: Finisher, tmp_path: Path) -> None:
    rig.seed(40)
    rig.controller.export_image(str(tmp_path / "a.webp"), LARGE)
    qtbot.waitUntil(lambda: bool(rig.said))
    assert rig.said == [f"Saved {tmp_path / 'a.webp'}"]
    assert finisher.asked == [PictureOptions("webp", enlarge=2, cutout="transparent")]
    with Image.open(tmp_path / "a.webp") as image:
        assert (image.size, image.mode) == ((12, 8), "RGBA")
    assert not rig.session.has_unsaved_work


def test_frames_are_rendered_between_the_steps_and_cancelling_leaves_nothing(
    qtbot: QtBot, rig: Rig, finisher: Finisher, tmp_path: Path
) -> None:
    finisher.gate.shut()
    rig.controller.export_image(str(tmp_path / "a.png"), LARGE)
    finisher.gate.wait_reached()
    for seed in (1, 2):
        rig.seed(seed)
        finisher.gate.let_one_through()
        qtbot.waitUntil(lambda seed=seed: seed in rig.shown)
    rig.controller.cancel_job()
    finisher.gate.open()
    qtbot.waitUntil(finisher.closed.is_set)
    qtbot.waitUntil(lambda: rig.states[-1] is None)
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []
    assert (rig.said, rig.failures) == ([], [])


def test_a_name_that_ends_in_no_picture_is_told_before_the_work(
    qtbot: QtBot, rig: Rig, finisher: Finisher, tmp_path: Path
) -> None:
    rig.controller.export_image(str(tmp_path / "a.bmp"), LARGE)
    qtbot.waitUntil(lambda: bool(rig.failures))
    rig.controller.export_image(str(tmp_path / "a.jpg"), LARGE)
    qtbot.waitUntil(lambda: len(rig.failures) == 2)
    assert ".bmp" in rig.failures[0].sentence
    assert "JPEG has no transparency" in rig.failures[1].sentence
    assert finisher.asked == []


def test_what_is_copied_is_made_as_an_export_and_brings_its_recipe(qtbot: QtBot, rig: Rig, finisher: Finisher) -> None:
    rig.seed(7)
    rig.controller.copy_image(PictureOptions("tiff", bits=16, cutout="transparent"))
    qtbot.waitUntil(lambda: bool(rig.said))
    clipboard = QGuiApplication.clipboard()
    image = clipboard.image()
    assert (image.pixelColor(0, 0).alpha(), image.pixelColor(1, 0).getRgb()) == (0, (7, 7, 7, 255))
    assert from_json(copied_recipe(clipboard.mimeData())) == rig.session.recipe
    assert finisher.asked == [PictureOptions("tiff", cutout="transparent")]


def test_a_preview_is_small_and_shows_cut_and_crop_alone(qtbot: QtBot, rig: Rig, finisher: Finisher) -> None:
    shown: list[PicturePreviewed] = []
    rig.controller.picture_previewed.connect(shown.append)
    options = PictureOptions("tiff", 4096, 4, "transparent", "round", 16, 600)
    rig.controller.submit(PreviewPicture(rig.session.recipe, options))
    qtbot.waitUntil(lambda: bool(shown))
    assert finisher.asked == [PictureOptions(cutout="transparent", crop="round")]
    assert (shown[0].options, shown[0].sentence) == (options, "")
    assert shown[0].pixels is not None
    assert shown[0].pixels.shape == (4, 6, 4)


def test_a_preview_that_is_impossible_is_a_sentence_and_no_failure(qtbot: QtBot, rig: Rig, finisher: Finisher) -> None:
    shown: list[PicturePreviewed] = []
    rig.controller.picture_previewed.connect(shown.append)
    finisher.sees_nobody = True
    rig.controller.submit(PreviewPicture(rig.session.recipe, LARGE))
    qtbot.waitUntil(lambda: bool(shown))
    assert (shown[0].pixels, shown[0].sentence) == (None, NOBODY)
    assert rig.failures == []


def test_whether_the_network_is_there_is_found_out_in_the_background(
    qtbot: QtBot, rig: Rig, finisher: Finisher
) -> None:
    finisher.no_network = "It is not installed."
    with qtbot.waitSignal(rig.controller.enlarging_known) as known:
        rig.controller.submit(KnowEnlarging())
    assert known.args == ["It is not installed."]


def test_a_part_is_enlarged_beside_what_resampling_makes_of_it(qtbot: QtBot, rig: Rig, finisher: Finisher) -> None:
    shown: list[PartEnlarged] = []
    rig.controller.part_enlarged.connect(shown.append)
    rig.controller.submit(EnlargePart(rig.session.recipe, 2, (0.4, 0.5)))
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[0].before.shape == shown[0].after.shape == (8, 12, 3)


def test_many_faces_are_finished_in_steps_and_one_that_cannot_be_is_named(
    qtbot: QtBot, rig: Rig, finisher: Finisher, tmp_path: Path
) -> None:
    faces = tuple(Face.of(n, Recipe(rig.engine.generator.hash, SeedSource(n)), name=f"f{n}") for n in (1, 2))
    options = ExportOptions(str(tmp_path / "out"), sizes=(None, 64), csv=True, picture=LARGE)
    finisher.gate.shut()
    rig.controller.export_faces(faces, options)
    finisher.gate.wait_reached()
    rig.seed(5)
    finisher.gate.let_one_through()
    qtbot.waitUntil(lambda: 5 in rig.shown)
    finisher.gate.open()
    qtbot.waitUntil(lambda: bool(rig.said))
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["f1-64.png", "f1-full.png", "f2-64.png", "f2-full.png", "manifest.csv"]
    assert (tmp_path / "out" / "manifest.csv").read_text().count("\n") == 5
    finisher.sees_nobody = True
    rig.controller.submit(ExportFaces(faces, options.into(str(tmp_path / "none"))))
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert rig.failures[0].sentence == f"f1: {NOBODY}"
    assert not (tmp_path / "none").exists()


def test_without_options_the_file_is_as_it_always_was(qtbot: QtBot, rig: Rig, tmp_path: Path) -> None:
    from generator.formats.image_encode import image_bytes

    rig.seed(9)
    rig.controller.export_image(str(tmp_path / "a.png"), PictureOptions(size=64))
    qtbot.waitUntil(lambda: bool(rig.said))
    pixels = np.full((4, 6, 3), 9, np.uint8)
    assert (tmp_path / "a.png").read_bytes() == image_bytes(pixels, rig.session.recipe, ".png", 64)
