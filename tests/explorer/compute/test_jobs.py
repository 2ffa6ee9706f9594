"""The jobs with a real model of 32 px: what is exported comes back, what does not fit is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.compute.jobs import (
    ContactSheet,
    ExportImage,
    ExportLatents,
    ExportModel,
    ExportRecipe,
    FitComponents,
    LoadModel,
    NoModelYet,
    ReadFile,
)
from explorer.compute.model_host import ModelHost
from explorer.dialogs.export_model import MODEL_KINDS
from explorer.messages import Quality, RenderRequest, RenderResult, Role
from generator import checkpoint
from generator.checkpoint.convert import KINDS
from generator.errors import DeviceError, ExportError, OutisError, RecipeError
from generator.formats.open_face import Opened
from generator.formats.picture_options import PictureOptions
from generator.networks.stylegan2 import Generator
from generator.progress import finish
from generator.recipe import pca
from generator.recipe.recipe import LatentSource, Recipe, SeedSource, Truncation


@pytest.fixture
def host(tiny_checkpoint: Path) -> ModelHost:
    made = ModelHost()
    finish(LoadModel(str(tiny_checkpoint), "cpu").run(made))
    return made


@pytest.fixture
def recipe(host: ModelHost) -> Recipe:
    return Recipe(host.facts.hash, SeedSource(85), Truncation(0.9, cutoff=4))


def frame(host: ModelHost, recipe: Recipe, quality: Quality = Quality.FULL, role: Role = Role.LIVE) -> RenderResult:
    return host.render(RenderRequest(1, host.epoch, recipe, quality, role))


def read_back(host: ModelHost, path: Path) -> Recipe:
    result = finish(ReadFile(str(path)).run(host))
    assert isinstance(result, Opened)
    return result.recipe


def test_loading_reports_progress_and_tells_what_the_model_is(tiny: Generator, tiny_checkpoint: Path) -> None:
    host, steps = ModelHost(), []
    facts = finish(LoadModel(str(tiny_checkpoint), "cpu").run(host), steps.append)
    assert (facts.hash, facts.epoch, facts.config) == (tiny.hash, 1, tiny.config)
    assert facts.parameters == sum(parameter.numel() for parameter in tiny.parameters())
    assert len(steps) >= 2


def test_the_model_is_exported_for_other_tools(host: ModelHost, tmp_path: Path) -> None:
    remark = finish(ExportModel(str(tmp_path / "a.pt"), "rosinality").run(host))
    assert remark.startswith("In rosinality's Generator, set channels to")
    opened = checkpoint.load(tmp_path / "a.pt")
    assert opened.hash == host.facts.hash
    assert "Exported from " in opened.description


def test_the_window_offers_the_kinds_of_files_that_models_can_be_written_as() -> None:
    assert [(f".{kind.file.suffix}", kind.key) for kind in MODEL_KINDS] == [
        (suffix, key) for suffix, keys in KINDS.items() for key in keys
    ]


def test_each_load_is_a_new_epoch_and_a_refused_one_is_none(host: ModelHost, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.safetensors"
    nonsense.write_bytes(b"nonsense")
    engine = host.engine
    with pytest.raises(OutisError):
        finish(LoadModel(str(nonsense)).run(host))
    assert (host.epoch, host.engine) == (1, engine)
    facts = finish(LoadModel(host.facts.path, "cpu").run(host))
    assert (facts.epoch, host.epoch) == (2, 2)


def test_a_face_opened_before_any_model_waits_for_one(host: ModelHost, recipe: Recipe, tmp_path: Path) -> None:
    path = str(tmp_path / "face.png")
    finish(ExportImage(path, recipe).run(host))
    assert finish(ReadFile(path).run(ModelHost())) == NoModelYet(path)


def test_an_exported_png_brings_back_its_recipe_and_the_same_bytes_of_image(
    host: ModelHost, recipe: Recipe, tmp_path: Path
) -> None:
    path = tmp_path / "face.png"
    finish(ExportImage(str(path), recipe).run(host))
    back = read_back(host, path)
    assert back == recipe
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), host.engine.render(back))  # exact, as what is looked at need not be


def test_an_exported_image_can_be_larger(host: ModelHost, recipe: Recipe, tmp_path: Path) -> None:
    path = tmp_path / "face.webp"
    finish(ExportImage(str(path), recipe, PictureOptions("webp", 100)).run(host))
    with Image.open(path) as image:
        assert image.size == (100, 100)


def test_latents_come_back_as_the_face_they_were(host: ModelHost, recipe: Recipe, tmp_path: Path) -> None:
    bare, whole = tmp_path / "w.npy", tmp_path / "w.npz"
    finish(ExportLatents(str(bare), recipe).run(host))
    finish(ExportLatents(str(whole), recipe).run(host))
    assert read_back(host, whole) == recipe
    back = read_back(host, bare)
    assert isinstance(back.source, LatentSource)
    assert np.array_equal(frame(host, back).pixels, frame(host, recipe).pixels)


def test_a_saved_recipe_comes_back(host: ModelHost, recipe: Recipe, tmp_path: Path) -> None:
    path = tmp_path / "face.json"
    finish(ExportRecipe(str(path), recipe).run(host))
    assert read_back(host, path) == recipe


def test_a_recipe_of_another_model_is_refused(host: ModelHost, recipe: Recipe, tmp_path: Path) -> None:
    path = tmp_path / "face.json"
    finish(ExportRecipe(str(path), replace(recipe, model="b" * 64)).run(host))
    with pytest.raises(RecipeError, match="open that model first"):
        read_back(host, path)


def test_nothing_is_exported_with_a_model_opened_meanwhile(host: ModelHost, recipe: Recipe, tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    with pytest.raises(ExportError, match="Another model has been opened"):
        finish(ExportImage(str(path), replace(recipe, model="b" * 64)).run(host))
    assert list(tmp_path.glob("face*")) == []


def test_a_contact_sheet_cancelled_half_way_leaves_nothing(host: ModelHost, recipe: Recipe, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    sheet = ContactSheet(str(folder / "sheet.png"), recipe, tuple(range(6)), 3, str(folder / "faces"))
    job = sheet.run(host)
    for _ in range(3):
        next(job)
    job.close()
    assert list(folder.iterdir()) == []
    assert finish(sheet.run(host)) == (str(folder / "faces"), 0)
    assert len(list((folder / "faces").iterdir())) == 6
    assert finish(sheet.run(host)) == (str(folder / "faces-2"), 0)  # nothing is written over


def test_components_are_fitted_once_and_then_place_every_face(
    host: ModelHost, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert frame(host, recipe).coordinates is None
    fitted = finish(FitComponents(3000, 8).run(host))
    assert fitted.model == host.facts.hash
    assert [direction.name for direction in fitted.components.directions] == [f"pc{i}" for i in range(8)]
    assert fitted.components.explained.shape == (8,)
    monkeypatch.delattr(pca, "fitting")
    finish(FitComponents(3000, 8).run(host))
    moved = recipe.with_amount(fitted.components.directions[2], 1.5)
    before, after = frame(host, recipe).coordinates, frame(host, moved, Quality.PREVIEW).coordinates
    assert before is not None
    assert after is not None
    np.testing.assert_allclose(after - before, [0, 0, 1.5, 0, 0, 0, 0, 0], atol=1e-4)


def test_components_that_cannot_be_cached_are_used_all_the_same(
    host: ModelHost, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full_disk(fitted: pca.Pca) -> None:
        raise ExportError("The disk is full.")

    monkeypatch.setattr(pca, "store", full_disk)
    assert len(finish(FitComponents(3000, 4).run(host)).components.directions) == 4
    assert "could not be cached" in caplog.text


def test_the_same_weights_opened_again_keep_their_components(host: ModelHost, recipe: Recipe) -> None:
    finish(FitComponents(3000, 4).run(host))
    finish(LoadModel(host.facts.path, "cpu").run(host))
    assert frame(host, recipe).coordinates is not None


def test_previews_are_smaller_than_full_frames(host: ModelHost, recipe: Recipe) -> None:
    assert frame(host, recipe).pixels.shape == (32, 32, 3)
    assert frame(host, recipe, Quality.PREVIEW).pixels.shape == (16, 16, 3)


def test_without_a_model_every_job_but_loading_says_so(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="open one first"):
        finish(FitComponents().run(ModelHost()))


def test_what_is_neither_a_model_nor_a_face_is_told_of_both(host: ModelHost, tmp_path: Path) -> None:
    (tmp_path / "wrong.pkl").write_text("junk")
    with pytest.raises(
        RecipeError,
        match=r"^wrong\.pkl: Unrecognised file; expected a model, directions, or an image, recipe or latent",
    ):
        finish(ReadFile(str(tmp_path / "wrong.pkl")).run(host))
