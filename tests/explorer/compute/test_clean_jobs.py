"""Faces that are flagged are left out: of what comes next, of the gallery and of contact sheets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.compute.jobs import ContactSheet, DrawFaces, FindClean, LoadModel, clean, faces
from explorer.compute.jobs.task import Partial
from explorer.compute.model_host import ModelHost
from explorer.messages import CleanFound, FaceDrawn, Pixels
from generator.errors import ExportError
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource


@pytest.fixture
def host(tiny_checkpoint: Path) -> ModelHost:
    made = ModelHost()
    finish(LoadModel(str(tiny_checkpoint), "cpu").run(made))
    return made


@pytest.fixture
def recipe(host: ModelHost) -> Recipe:
    return Recipe(host.facts.hash, SeedSource(1))


@pytest.fixture(autouse=True)
def even_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faces of even seeds are clean."""

    def is_clean(host: ModelHost, recipe: Recipe, pixels: Pixels) -> bool:
        assert isinstance(recipe.source, SeedSource)
        return recipe.source.seed % 2 == 0

    monkeypatch.setattr(clean, "is_clean", is_clean)
    monkeypatch.setattr(faces, "is_clean", is_clean)


def test_the_first_clean_seed_is_found_and_those_before_it_counted(host: ModelHost, recipe: Recipe) -> None:
    assert finish(FindClean(recipe, (3, 5, 8, 10)).run(host)) == CleanFound(recipe.model, 8, 2)
    assert finish(FindClean(recipe, (3, 5)).run(host)) == CleanFound(recipe.model, None, 2)
    assert finish(FindClean(Recipe("b" * 64, SeedSource(2)), (2,)).run(host)) is None


def test_another_face_takes_the_place_of_one_that_is_flagged(host: ModelHost, recipe: Recipe) -> None:
    asked = tuple(Recipe(recipe.model, SeedSource(seed)) for seed in (2, 3))
    drawn: list[FaceDrawn] = []
    job = DrawFaces(asked, only_clean=True).run(host)
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            left_out = end.value
            break
        drawn += [step.value] if isinstance(step, Partial) else []
    assert [face.instead_of for face in drawn] == [None, 3]
    assert drawn[0].seed == 2
    assert drawn[1].seed % 2 == 0 or left_out == faces.MOST_LEFT_OUT
    assert left_out >= 1


def test_a_contact_sheet_of_clean_faces_is_smaller_and_one_of_none_is_refused(
    host: ModelHost, recipe: Recipe, tmp_path: Path
) -> None:
    for name, seeds in (("all", (2, 4)), ("clean", (1, 2, 3, 4))):
        sheet = ContactSheet(str(tmp_path / f"{name}.png"), recipe, seeds, 2, None, name == "clean")
        assert finish(sheet.run(host)) == (None, len(seeds) - 2)
    sheets = [np.array(Image.open(tmp_path / f"{name}.png")) for name in ("all", "clean")]
    np.testing.assert_array_equal(*sheets)
    with pytest.raises(ExportError, match="choose other seeds"):
        finish(ContactSheet(str(tmp_path / "none.png"), recipe, (1, 3), 2, None, True).run(host))
