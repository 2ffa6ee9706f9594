"""The export of many faces on the compute thread: what it writes, what it says, and what closing does to it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import ContactSheet, ExportFaces, LoadModel, ReadFile
from explorer.compute.model_host import ModelHost
from explorer.document.exploration import with_seed
from generator.checkpoint.save import save
from generator.config import GeneratorConfig
from generator.errors import DeviceError, ExportError
from generator.formats.image_metadata import png_notes
from generator.formats.open_face import Opened, read_file
from generator.formats.picture_options import PictureOptions
from generator.progress import finish
from generator.project.export_options import ExportOptions
from generator.project.face import Face
from generator.recipe.class_names import ClassNames
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.controller_rig import Rig
from tests.support.models import random_generator
from tests.support.picture_fixtures import Finisher


@pytest.fixture
def host(tiny_checkpoint: Path) -> ModelHost:
    made = ModelHost()
    finish(LoadModel(str(tiny_checkpoint), "cpu").run(made))
    return made


def some(model: str, count: int = 3) -> tuple[Face, ...]:
    return tuple(Face.of(number, Recipe(model, SeedSource(number)), name=f"face {number}") for number in range(count))


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_exported_faces_come_back_and_those_of_other_models_are_left_out(host: ModelHost, tmp_path: Path) -> None:
    faces = (*some(host.facts.hash), Face.of(9, Recipe("b" * 64)))
    done = finish(ExportFaces(faces, ExportOptions(str(tmp_path / "out"), csv=True)).run(host))
    assert (done.faces, done.left_out) == (3, 1)
    assert names(tmp_path / "out") == ["face 0.png", "face 1.png", "face 2.png", "manifest.csv"]
    opened = finish(ReadFile(str(tmp_path / "out" / "face 1.png")).run(host))
    assert isinstance(opened, Opened)
    assert opened.recipe == faces[1].recipe


@pytest.fixture
def pets(tmp_path: Path) -> ModelHost:
    """A model with three classes."""
    small = {"z_dim": 16, "w_dim": 16, "mapping_layers": 1, "channel_base": 128, "channel_max": 8}
    save(random_generator(GeneratorConfig(16, c_dim=3, **small)), tmp_path / "pets.safetensors")
    made = ModelHost()
    finish(LoadModel(str(tmp_path / "pets.safetensors"), "cpu").run(made))
    return made


def test_files_are_named_by_their_classes_as_the_window_calls_them(pets: ModelHost, tmp_path: Path) -> None:
    faces = tuple(Face.of(label, Recipe(pets.facts.hash, SeedSource(7, label))) for label in (1, 2))
    options = ExportOptions(str(tmp_path / "out"), "{class}/{name}")
    finish(ExportFaces(faces, options, ClassNames(("tench", "goldfish, carp", ""))).run(pets))
    assert names(tmp_path / "out") == ["1 goldfish/seed-7.png", "2/seed-7.png"]


def test_each_face_of_a_contact_sheet_of_any_class_is_of_that_of_its_seed(pets: ModelHost, tmp_path: Path) -> None:
    recipe, seeds, path = Recipe(pets.facts.hash, SeedSource(7, 1)), (1, 5, 6, 7), str(tmp_path / "sheet.png")
    finish(ContactSheet(path, recipe, seeds, 2, str(tmp_path / "faces"), any_of=3).run(pets))
    expected = [with_seed(recipe, seed, 3) for seed in seeds]
    classes = [face.source.label for face in expected if isinstance(face.source, SeedSource)]
    assert len(set(classes)) > 1
    assert json.loads(png_notes(Path(path).read_bytes())["sheet"])["classes"] == classes
    written = [read_file(tmp_path / "faces" / f"seed{seed:04d}.png").recipe for seed in seeds]
    assert written == expected
    with Image.open(path) as image, Image.open(tmp_path / "faces" / "seed0007.png") as face:
        sheet = np.asarray(image).astype(int)
        assert np.array_equal(sheet[16:, 16:], np.asarray(face))
    finish(ContactSheet(path, recipe, seeds, 2, any_of=3).run(pets))  # in one batch
    with Image.open(path) as image:
        assert np.abs(np.asarray(image) - sheet).max() <= 1
    finish(ContactSheet(path, recipe, seeds, 2).run(pets))
    assert "classes" not in json.loads(png_notes(Path(path).read_bytes())["sheet"])


def test_a_sheet_beside_finished_pictures_shows_the_faces_as_they_are_rendered(
    host: ModelHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finisher = Finisher()
    finisher.install(monkeypatch)
    cut = PictureOptions(enlarge=2, cutout="transparent")
    options = ExportOptions(str(tmp_path / "out"), sizes=(None, 16), sheet=True, latents=True, picture=cut)
    finish(ExportFaces(some(host.facts.hash, 1), options).run(host))
    assert names(tmp_path / "out") == ["face 0-16.png", "face 0-full.npz", "face 0-full.png", "sheet.png"]
    for name, side in (("face 0-16.png", 16), ("face 0-full.png", 64)):
        with Image.open(tmp_path / "out" / name) as image:
            assert image.size == (side, side)
    assert finisher.asked == [cut]  # once for both sizes


def test_faces_are_not_exported_with_another_model_opened_meanwhile(host: ModelHost, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="made with the open model"):
        finish(ExportFaces(some("b" * 64), ExportOptions(str(tmp_path / "out"))).run(host))
    with pytest.raises(DeviceError, match="open one first"):
        finish(ExportFaces(some(""), ExportOptions(str(tmp_path / "out"))).run(ModelHost()))
    assert not (tmp_path / "out").exists()


def test_the_user_is_told_how_many_faces_are_where(qtbot: QtBot, rig: Rig, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    model = rig.engine.generator.hash
    rig.controller.export_faces(some(model, 1), ExportOptions(str(folder)))
    qtbot.waitUntil(lambda: len(rig.said) == 1)
    rig.controller.export_faces(some(model), ExportOptions(str(folder), "b/{name}"))
    qtbot.waitUntil(lambda: len(rig.said) == 2)
    rig.controller.export_faces((*some(model), *some("b" * 64, 2)), ExportOptions(str(folder), "c/{name}"))
    qtbot.waitUntil(lambda: len(rig.said) == 3)
    assert rig.said == [
        f"Saved 1 face in {folder}",
        f"Saved 3 faces in {folder}",
        f"Saved 3 faces in {folder}; left out, because another model made them: 2",
    ]
    assert len(names(folder)) == 7


def test_a_file_that_exists_is_told_before_anything_is_rendered(qtbot: QtBot, rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "face 0.png").write_bytes(b"mine")
    rendered = len(rig.engine.rendered)
    rig.controller.export_faces(some(rig.engine.generator.hash), ExportOptions(str(tmp_path)))
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert rig.failures[0].sentence.startswith(f"face 0.png is in {tmp_path} already; ")
    assert len(rig.engine.rendered) == rendered
    assert (tmp_path / "face 0.png").read_bytes() == b"mine"


def test_it_shows_its_progress_and_a_cancelled_one_leaves_nothing(qtbot: QtBot, rig: Rig, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    rig.engine.gate.shut()
    rig.controller.export_faces(some(rig.engine.generator.hash), ExportOptions(str(folder)))
    rig.engine.gate.wait_reached()
    assert rig.states[-1] is not None
    assert rig.states[-1].title == "Exporting 3 faces"
    assert rig.controller.makes_sheet  # so that closing asks
    rig.controller.cancel_job()
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: rig.states[-1] is None)
    assert not folder.exists()
    assert rig.said == []


def test_closing_leaves_all_of_it_or_nothing(qtbot: QtBot, rig: Rig, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    rig.engine.gate.shut()
    rig.controller.export_faces(some(rig.engine.generator.hash), ExportOptions(str(folder)))
    rig.engine.gate.wait_reached()
    rig.engine.gate.let_one_through()
    rig.engine.gate.wait_reached()
    rig.engine.gate.open()
    assert rig.controller.close()
    assert not folder.exists() or len(names(folder)) == 3
