"""Looking closer on the compute thread: the face shown, and pictures of the user's, by their pixels alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import weights
from explorer.compute.jobs import InspectFace, InspectFaces, InspectPicture, LoadModel
from explorer.compute.jobs.task import Partial
from explorer.compute.model_host import ModelHost
from explorer.compute.pictures import PictureError
from generator.cues.cue import NAMES
from generator.progress import Progress, finish
from generator.recipe.recipe import Recipe, SeedSource, Truncation


@pytest.fixture(scope="module")
def host() -> ModelHost:
    made = ModelHost()
    finish(LoadModel(str(weights.FACES), "cpu").run(made))
    return made


@pytest.fixture(scope="module")
def pixels(host: ModelHost) -> np.ndarray:
    return host.engine.render(Recipe(host.facts.hash, SeedSource(2), Truncation(0.7)))


def test_the_face_shown_is_compared_with_photographs_and_with_its_models_faces(
    host: ModelHost, pixels: np.ndarray
) -> None:
    recipe = Recipe(host.facts.hash, SeedSource(2), Truncation(0.7))
    looked = finish(InspectFace(recipe, pixels).run(host))
    assert looked is not None
    assert tuple(cue.name for cue in looked.cues) == NAMES
    background = looked.cues[0]
    assert background.percentile is not None
    assert background.among is not None
    assert background.crop is not None
    assert background.crop.shape == (128, 128, 3)
    assert background.heat is not None
    assert background.heat.shape == (256, 256)
    assert looked.spectrum is not None
    assert (len(looked.spectrum.power), len(looked.spectrum.real), len(looked.spectrum.own)) == (128, 2, 2)


def test_a_picture_from_a_file_is_judged_by_its_pixels(host: ModelHost, pixels: np.ndarray, tmp_path: Path) -> None:
    wide = np.full((300, 512, 3), 90, np.uint8)
    wide[20:276, 100:356] = pixels
    Image.fromarray(wide).save(tmp_path / "me.png")
    looked = finish(InspectPicture(str(tmp_path / "me.png")).run(host))
    assert looked.picture == "me.png"
    assert any(cue.percentile is not None for cue in looked.cues)
    assert all(cue.among is None for cue in looked.cues)
    assert looked.spectrum is not None
    assert looked.spectrum.own == ()
    assert all(cue.heat is None or cue.heat.shape == (150, 256) for cue in looked.cues)


def test_a_picture_without_a_face_and_one_that_is_none_are_sentences(host: ModelHost, tmp_path: Path) -> None:
    Image.new("RGB", (200, 200)).save(tmp_path / "dark.png")
    (tmp_path / "words.png").write_text("no picture")
    for name, sentence in (("dark.png", "shows no face"), ("words.png", "could not be inspected")):
        with pytest.raises(PictureError, match=sentence):
            finish(InspectPicture(str(tmp_path / name)).run(host))


def test_faces_of_the_table_are_judged_one_by_one_the_highest_row_first_and_those_of_other_models_left_out(
    host: ModelHost,
) -> None:
    face = Recipe(host.facts.hash, SeedSource(2), Truncation(0.7))
    faces = ((1, face), (2, Recipe("b" * 64, SeedSource(2))), (3, Recipe("", SeedSource(2), Truncation(0.7))))
    steps = list(InspectFaces(faces).run(host))
    assert [step.done for step in steps if isinstance(step, Progress)] == [0, 1, 2]
    found = [step.value for step in steps if isinstance(step, Partial)]
    assert [(one.id, one.recipe) for one in found] == [faces[0], faces[2]]
    percentiles = [percentile for _, percentile in found[0].rows]
    assert "Background" in dict(found[0].rows)
    assert percentiles == sorted(percentiles, reverse=True)
    assert found[0].rows == found[1].rows
