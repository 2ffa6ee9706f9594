"""Exporting many faces: what is written brings the same faces back, and what is not finished leaves nothing."""

from __future__ import annotations

import csv
import errno
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from PIL import Image

from generator.errors import ExportError, RecipeError
from generator.formats.image_encode import Pixels
from generator.formats.image_metadata import png_notes
from generator.formats.open_face import read_file
from generator.networks import Generator
from generator.progress import Progress, finish
from generator.project.export_options import ExportOptions
from generator.project.face import Face
from generator.project.manifest import COLUMNS
from generator.project.packing import PackedRecipe
from generator.recipe.recipe import Direction, Recipe, SeedSource, Truncation, pack
from generator.recipe.recipe_json import from_dict
from generator.render.engine import Engine
from generator.render.export_faces import READ_AT_ONCE, ExportDone, exporting

AGE = Direction("age", pack(np.linspace(-0.1, 0.1, 32, dtype="f4")))
ALL = {"latents": True, "csv": True, "jsonl": True, "sheet": True}


@pytest.fixture(scope="module")
def engine(tiny: Generator) -> Engine:
    return Engine(tiny, "cpu")


@pytest.fixture
def some(engine: Engine) -> list[Face]:
    """Three faces with edits."""
    recipe = Recipe(engine.generator.hash, SeedSource(1), Truncation(0.8)).with_amount(AGE, 1.5)
    return [
        Face.of(1, recipe, name="Anna", stars=5, tags=("hair", "red"), note="=1+1", made=1_700_000_000.0),
        Face.of(2, replace(recipe, source=SeedSource(2)), name="Zoë", stars=1),
        Face.of(3, replace(recipe, source=SeedSource(3))),
    ]


def export(engine: Engine, faces: list[Face], options: ExportOptions, model: str = "") -> ExportDone:
    return finish(exporting(faces, options, engine.render, engine.latents, model))


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_written_face_is_the_face_bit_for_bit_and_brings_its_recipe_back(
    engine: Engine, some: list[Face], tmp_path: Path
) -> None:
    done = export(engine, some, ExportOptions(str(tmp_path / "out")))
    assert done == ExportDone(tmp_path / "out", 3, 0)
    assert tree(tmp_path / "out") == ["Anna.png", "Zoë.png", "seed-3.png"]
    for face, name in zip(some, ("Anna", "Zoë", "seed-3"), strict=True):
        path = tmp_path / "out" / f"{name}.png"
        back = read_file(path)
        assert back.has_recipe
        assert back.recipe == face.recipe
        with Image.open(path) as image:
            assert np.array_equal(np.asarray(image), engine.render(back.recipe))


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_every_format_has_every_size_and_the_recipe(
    engine: Engine, some: list[Face], tmp_path: Path, suffix: str
) -> None:
    options = ExportOptions(str(tmp_path / "out"), "{size}/{name}", suffix, (None, 16, 48))
    export(engine, some, options)
    for folder, size in (("full", 32), ("16", 16), ("48", 48)):
        path = tmp_path / "out" / folder / f"Anna.{suffix}"
        with Image.open(path) as image:
            assert image.size == (size, size)
        assert read_file(path).recipe == some[0].recipe


def test_each_face_is_rendered_once_whatever_is_written(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    rendered: list[Recipe] = []

    def render(recipe: Recipe) -> Pixels:
        rendered.append(recipe)
        return engine.render(recipe)

    options = ExportOptions(str(tmp_path / "out"), sizes=(None, 16, 48), **ALL)
    finish(exporting(some, options, render, engine.latents))
    assert rendered == [face.recipe for face in some]


def test_latents_beside_a_face_bring_it_back(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    export(engine, some, ExportOptions(str(tmp_path / "out"), sizes=(16, 32), latents=True))
    assert [name for name in tree(tmp_path / "out") if name.endswith("npz")] == [
        "Anna-16.npz",
        "Zoë-16.npz",
        "seed-3-16.npz",
    ]
    assert read_file(tmp_path / "out" / "Anna-16.npz").recipe == some[0].recipe
    with np.load(tmp_path / "out" / "Anna-16.npz") as arrays:
        assert np.array_equal(arrays["w_plus"], engine.latents(some[0].recipe).w_plus)


def test_the_manifests_list_every_image(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    export(engine, some, ExportOptions(str(tmp_path / "out"), "{tag}/{name}", sizes=(None, 16), csv=True, jsonl=True))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "manifest.csv").read_text("utf-8"))))
    lines = (tmp_path / "out" / "manifest.jsonl").read_text("utf-8").splitlines()
    objects = [json.loads(line) for line in lines]
    assert tuple(rows[0]) == COLUMNS
    assert set(objects[0]) == {*COLUMNS, "recipe"}
    for listed in (rows, objects):
        assert [row["file"] for row in listed][:2] == ["hair/Anna-full.png", "hair/Anna-16.png"]
        assert all((tmp_path / "out" / row["file"]).is_file() for row in listed)
        assert [int(row["size"]) for row in listed] == [32, 16] * 3
        assert [int(row["stars"]) for row in listed] == [5, 5, 1, 1, 0, 0]
        assert [int(row["seed"]) for row in listed] == [1, 1, 2, 2, 3, 3]
        assert listed[0]["made"] == "2023-11-14T22:13:20+00:00"
        assert listed[2]["name"] == "Zoë"
        assert {row["model"] for row in listed} == {engine.generator.hash}
    assert (rows[0]["tags"], objects[0]["tags"]) == ("hair; red", ["hair", "red"])
    assert objects[2]["made"] is None
    assert from_dict(objects[0]["recipe"]) == some[0].recipe


def test_a_spreadsheet_computes_nothing_that_a_face_says(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    export(engine, some, ExportOptions(str(tmp_path / "out"), csv=True, jsonl=True))
    row = next(csv.DictReader(io.StringIO((tmp_path / "out" / "manifest.csv").read_text("utf-8"))))
    assert row["note"] == "'=1+1"
    assert json.loads((tmp_path / "out" / "manifest.jsonl").read_text("utf-8").splitlines()[0])["note"] == "=1+1"


def test_the_sheet_shows_exactly_these_faces_with_captions(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    export(engine, some, ExportOptions(str(tmp_path / "out"), sheet=True, format="webp"))
    path = tmp_path / "out" / "sheet.png"
    layout = json.loads(png_notes(path.read_bytes())["sheet"])
    assert layout["names"] == ["Anna", "Zoë", "Seed 3"]
    with Image.open(path) as image:
        sheet = np.asarray(image)
    assert sheet.shape[:2] == (2 * (32 + 12), 2 * 32)
    assert np.array_equal(sheet[:32, 32:], engine.render(some[1].recipe))
    assert sheet[32:44, :32].any()  # the caption


def test_faces_of_other_models_are_left_out_and_counted(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    strange = Face.of(4, Recipe("b" * 64), name="Bob")
    free = Face.of(5, Recipe(), name="Eve")
    options = ExportOptions(str(tmp_path / "out"), **ALL)
    done = export(engine, [strange, *some, free], options, engine.generator.hash)
    assert (done.faces, done.left_out) == (4, 1)
    assert "Bob.png" not in tree(tmp_path / "out")
    with pytest.raises(ExportError, match="None of the 1 faces"):
        export(engine, [strange], options, engine.generator.hash)


def forbidden(recipe: Recipe) -> Pixels:
    raise AssertionError("a face was rendered")


@pytest.mark.parametrize(
    ("there", "sentence"),
    [
        (("a/Anna.png",), r"^a/Anna\.png is in .* already; .* or allow overwriting\.$"),
        (("a/Anna.png", "a/Zoë.npz", "manifest.csv"), r"^a/Anna\.png is in .*, and so are 2 more; "),
        (("sheet.png",), r"^sheet\.png is"),
        (("manifest.jsonl",), r"^manifest\.jsonl is"),
        (("a",), "^a is"),
    ],
)
def test_nothing_is_overwritten_and_that_is_said_before_the_first_face_is_rendered(
    engine: Engine, some: list[Face], tmp_path: Path, there: tuple[str, ...], sentence: str
) -> None:
    out = tmp_path / "out"
    for name in there:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(b"mine")
    options = ExportOptions(str(out), "a/{name}", **ALL)
    with pytest.raises(ExportError, match=sentence):
        finish(exporting(some, options, forbidden, engine.latents))
    assert tree(out) == sorted(there)


def test_files_are_replaced_when_that_was_asked_for(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "Anna.png").write_bytes(b"old")
    (tmp_path / "out" / "mine.txt").write_bytes(b"mine")
    export(engine, some, ExportOptions(str(tmp_path / "out"), overwrite=True))
    assert read_file(tmp_path / "out" / "Anna.png").recipe == some[0].recipe
    assert (tmp_path / "out" / "mine.txt").read_bytes() == b"mine"


def test_a_folder_in_the_place_of_a_file_is_never_replaced(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    (tmp_path / "out" / "Anna.png").mkdir(parents=True)
    with pytest.raises(ExportError, match=r"^Anna\.png is in .* already; choose another folder or other names\.$"):
        finish(exporting(some, ExportOptions(str(tmp_path / "out"), overwrite=True), forbidden, engine.latents))


@pytest.mark.parametrize("sheet", [True, False])
@pytest.mark.parametrize("steps", range(1, 4))
def test_cancelled_at_any_face_it_leaves_nothing(
    engine: Engine, some: list[Face], tmp_path: Path, steps: int, sheet: bool
) -> None:
    options = ExportOptions(str(tmp_path / "out"), "{tag}/{name}", latents=True, csv=True, sheet=sheet)
    job = exporting(some, options, engine.render, engine.latents)
    for number in range(steps):
        assert next(job).done == number
    job.close()
    assert not (tmp_path / "out").exists()


def test_a_cancelled_export_over_another_leaves_the_other(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    options = ExportOptions(str(tmp_path / "out"), "{tag}/{name}", overwrite=True, **ALL)
    export(engine, some, options)
    before = {name: (tmp_path / "out" / name).read_bytes() for name in tree(tmp_path / "out")}
    job = exporting(some, options, engine.render, engine.latents)
    next(job)
    next(job)
    job.close()
    assert {name: (tmp_path / "out" / name).read_bytes() for name in tree(tmp_path / "out")} == before


def test_progress_names_the_face(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    steps: list[Progress] = []
    options = ExportOptions(str(tmp_path / "out"))
    finish(exporting(some, options, engine.render, engine.latents), steps.append)
    assert [(step.done, step.total, step.text) for step in steps] == [
        (0, 3, "Face Anna"),
        (1, 3, "Face Zoë"),
        (2, 3, "Face Seed 3"),
    ]


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    engine: Engine, some: list[Face], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, opened = Path.open, list[Path]()

    class Full(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def opening(self: Path, mode: str = "r", *rest: object) -> BinaryIO:
        if mode == "xb":
            opened.append(self)
        if len(opened) == 5:
            return Full()  # type: ignore[return-value]
        return really(self, mode, *rest)  # type: ignore[arg-type, call-overload, no-any-return]

    monkeypatch.setattr(Path, "open", opening)
    with pytest.raises(ExportError, match=r"^seed-3\.png could not be written: the disk is full; .*\.$"):
        export(engine, some, ExportOptions(str(tmp_path / "out"), latents=True))
    assert not (tmp_path / "out").exists()


def test_a_face_that_does_not_fit_is_named_and_leaves_nothing(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    wrong = Face.of(9, Recipe().with_amount(Direction("odd", pack(np.ones(3, "f4"))), 1.0), name="Odd")
    with pytest.raises(RecipeError, match=r"^Odd: Direction 'odd' has shape \[3\], and the model takes \[32\]"):
        export(engine, [*some, wrong], ExportOptions(str(tmp_path / "out")))
    assert not (tmp_path / "out").exists()


def test_no_faces_no_folder_and_a_missing_parent_are_refused(engine: Engine, some: list[Face], tmp_path: Path) -> None:
    for faces, folder, sentence in (
        ([], "out", "no faces"),
        (some, "", "No folder"),
        (some, str(tmp_path / "none" / "out"), "does not exist"),
    ):
        with pytest.raises(ExportError, match=sentence):
            finish(exporting(faces, ExportOptions(folder), forbidden, engine.latents))


def test_thousands_of_recipes_are_unpacked_in_short_steps_before_the_first_face_is_rendered(
    engine: Engine, tmp_path: Path
) -> None:
    texts = [PackedRecipe.of(Recipe(source=SeedSource(seed))).text for seed in range(3 * READ_AT_ONCE)]
    faces = [Face(number, PackedRecipe(text, {})) for number, text in enumerate(texts)]
    job = exporting(faces, ExportOptions(str(tmp_path / "out")), forbidden, engine.latents)
    steps = [next(job) for _ in range(3)]
    assert [step.text for step in steps] == ["Reading the recipes"] * 2 + ["Face Seed 0"]
    job.close()
    assert not (tmp_path / "out").exists()


def test_a_damaged_recipe_is_named_before_the_first_face_is_rendered(
    engine: Engine, some: list[Face], tmp_path: Path
) -> None:
    damaged = Face(9, PackedRecipe("{", {}), name="Odd")
    with pytest.raises(RecipeError, match=r"^Odd: The recipe in the project is not valid JSON"):
        finish(exporting([*some, damaged], ExportOptions(str(tmp_path / "out")), forbidden, engine.latents))
    assert not (tmp_path / "out").exists()
