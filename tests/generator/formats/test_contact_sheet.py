"""Contact sheets hold every face and its recipe, and leave nothing behind when they are cancelled or fail."""

from __future__ import annotations

import errno
import json
import math
from collections.abc import Sequence
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from generator.errors import ExportError
from generator.formats.image_encode import Pixels
from generator.formats.image_metadata import jpeg_notes, png_notes
from generator.formats.open_face import read_file
from generator.formats.sheet_grid import MAX_FACES, MAX_SIDE, MIN_CELL, Grid
from generator.progress import Progress, finish
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.contact_sheet import contact_sheet

RECIPE = Recipe("abc", SeedSource(7, label=2), Truncation(0.5))
SEEDS = (3, 1, 4, 10_000, 2**32 - 1)


def seed_of(recipe: Recipe) -> int:
    assert isinstance(recipe.source, SeedSource)
    return recipe.source.seed


def render(recipes: Sequence[Recipe]) -> list[Pixels]:
    """Plain faces whose colour is the seed."""
    assert all(isinstance(recipe.source, SeedSource) and recipe.source.label == 2 for recipe in recipes)
    return [np.full((32, 32, 3), seed_of(recipe) % 251, np.uint8) for recipe in recipes]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if "home" not in path.parts)


def test_the_sheet_shows_the_faces_row_after_row(tmp_path: Path) -> None:
    assert finish(contact_sheet(render, RECIPE, SEEDS, 3, tmp_path / "sheet.png")) == tmp_path / "sheet.png"
    with Image.open(tmp_path / "sheet.png") as image:
        sheet = np.asarray(image)
    assert sheet.shape == (64, 96, 3)
    assert [int(sheet[row * 32, column * 32, 0]) for row in range(2) for column in range(3)] == [
        *(seed % 251 for seed in SEEDS),
        0,
    ]


@pytest.mark.parametrize(("suffix", "notes"), [(".png", png_notes), (".jpg", jpeg_notes)])
def test_the_sheet_carries_the_first_recipe_and_every_seed(tmp_path: Path, suffix: str, notes: object) -> None:
    path = tmp_path / f"sheet{suffix}"
    finish(contact_sheet(render, RECIPE, SEEDS, 3, path))
    assert callable(notes)
    layout = json.loads(notes(path.read_bytes())["sheet"])
    assert layout == {"format": "outis-sheet", "version": 1, "seeds": list(SEEDS), "columns": 3}
    assert read_file(path).recipe == Recipe("abc", SeedSource(3, label=2), Truncation(0.5))


def test_a_sheet_of_several_classes_tells_the_class_of_each_face(tmp_path: Path) -> None:
    labels = [2, 0, 2, None, 1]
    drawn: list[Recipe] = []

    def drawing(recipes: Sequence[Recipe]) -> list[Pixels]:
        drawn.extend(recipes)
        return [np.zeros((32, 32, 3), np.uint8) for _ in recipes]

    finish(contact_sheet(drawing, RECIPE, SEEDS, 3, tmp_path / "sheet.png", tmp_path / "faces", labels=labels))
    layout = json.loads(png_notes((tmp_path / "sheet.png").read_bytes())["sheet"])
    assert (layout["seeds"], layout["classes"]) == (list(SEEDS), labels)
    assert [recipe.source for recipe in drawn] == [SeedSource(*each) for each in zip(SEEDS, labels, strict=True)]
    assert read_file(tmp_path / "sheet.png").recipe == drawn[0]
    assert read_file(tmp_path / "faces" / "seed0001.png").recipe == drawn[1]


def test_each_face_in_the_folder_has_its_own_recipe_and_name(tmp_path: Path) -> None:
    finish(contact_sheet(render, RECIPE, SEEDS, 3, tmp_path / "sheet.png", tmp_path / "faces"))
    names = [f"faces/seed{seed:04d}.png" for seed in SEEDS]
    assert "faces/seed0003.png" in names
    assert files(tmp_path) == sorted(["faces", "sheet.png", *names])
    for seed, name in zip(SEEDS, names, strict=True):
        assert read_file(tmp_path / name).recipe.source == SeedSource(seed, label=2)


@pytest.mark.parametrize(("folder", "batches"), [(None, [0, 2, 4, 5]), ("faces", [0, 1, 2, 3, 4, 5])])
def test_a_batch_of_faces_is_one_step_or_one_face_where_each_is_written(
    tmp_path: Path, folder: str | None, batches: list[int]
) -> None:
    steps: list[Progress] = []
    faces = None if folder is None else tmp_path / folder
    finish(contact_sheet(render, RECIPE, SEEDS, 3, tmp_path / "sheet.png", faces, batch=2), steps.append)
    assert [step.done for step in steps] == batches
    assert {step.total for step in steps} == {5}
    assert steps[2].text == f"Face of seed {SEEDS[batches[2]]}"


@pytest.mark.parametrize("steps", range(1, 7))
def test_cancelled_at_any_step_it_leaves_nothing(tmp_path: Path, steps: int) -> None:
    job = contact_sheet(render, RECIPE, SEEDS, 3, tmp_path / "sheet.png", tmp_path / "faces")
    for _ in range(steps):
        next(job)
    job.close()
    assert files(tmp_path) == []


def test_a_failing_render_leaves_what_was_there(tmp_path: Path) -> None:
    def failing(recipes: Sequence[Recipe]) -> list[Pixels]:
        if seed_of(recipes[0]) == 4:
            raise ZeroDivisionError
        return render(recipes)

    (tmp_path / "faces").mkdir()
    (tmp_path / "faces" / "seed0003.png").write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        finish(contact_sheet(failing, RECIPE, SEEDS, 3, tmp_path / "sheet.png", tmp_path / "faces"))
    assert files(tmp_path) == ["faces", "faces/seed0003.png"]
    assert (tmp_path / "faces" / "seed0003.png").read_bytes() == b"old"


def test_a_full_disk_is_a_sentence_that_names_the_face(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ExportError, match=r"^seed0003\.png could not be written: the disk is full; .*\.$"):
        finish(contact_sheet(render, RECIPE, SEEDS, 3, tmp_path / "sheet.png", tmp_path / "faces"))
    assert files(tmp_path) == []


def test_many_large_faces_are_made_smaller(tmp_path: Path) -> None:
    def large(recipes: Sequence[Recipe]) -> list[Pixels]:
        return [np.zeros((1024, 1024, 3), np.uint8) for _ in recipes]

    finish(contact_sheet(large, RECIPE, range(18), 9, tmp_path / "sheet.jpg"))
    with Image.open(tmp_path / "sheet.jpg") as image:
        assert image.width == MAX_SIDE // 9 * 9
    assert read_file(tmp_path / "sheet.jpg").has_recipe


@pytest.mark.parametrize(
    ("seeds", "columns", "name"),
    [((), 3, "s.png"), ((1,), 0, "s.png"), ((1,), -1, "s.png"), ((1,), 1, "s.gif"), ((1,), 1, "no/s.png")],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, seeds: tuple[int, ...], columns: int, name: str) -> None:
    with pytest.raises(ExportError, match=r"\.$"):
        finish(contact_sheet(render, RECIPE, seeds, columns, tmp_path / name))
    assert files(tmp_path) == []


def test_too_many_faces_for_one_sheet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="choose 100 columns"):
        finish(contact_sheet(render, RECIPE, range(10_000), 1, tmp_path / "sheet.png"))


@pytest.mark.parametrize(("count", "columns"), [(10_001, 101), (100_000, 320), (2_000_000, 1500)])
def test_more_faces_than_a_sheet_holds_are_refused_before_one_is_drawn(
    tmp_path: Path, count: int, columns: int
) -> None:
    def forbidden(recipes: Sequence[Recipe]) -> list[Pixels]:
        raise AssertionError

    seeds = (7,) * count  # equal ones are faces as well
    start = process_time()
    with pytest.raises(ExportError, match=rf"^{count} faces do not fit on one sheet, which holds {MAX_FACES}: "):
        finish(contact_sheet(forbidden, RECIPE, seeds, columns, tmp_path / "sheet.png", tmp_path / "faces"))
    assert process_time() - start < 0.5
    assert files(tmp_path) == []


@given(st.integers(1, MAX_FACES))
def test_as_many_faces_as_a_sheet_holds_fit_in_a_square(count: int) -> None:
    columns = math.isqrt(count - 1) + 1
    grid = Grid.of(count, columns)
    assert grid.columns * grid.rows >= count
    assert grid.cell == MIN_CELL
