"""`outis render`: sizes, several recipes at once, contact sheets with labels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.cli import main
from generator.formats.image_encode import scaled
from generator.formats.image_metadata import png_notes
from generator.formats.open_face import read_file
from generator.formats.sheet_labels import label, label_height
from generator.networks import Generator
from generator.recipe.recipe import Noise, Recipe, SeedSource, Truncation
from generator.recipe.recipe_json import to_json
from generator.render.engine import Engine


@pytest.fixture
def recipes(tmp_path: Path) -> list[Path]:
    """Two faces that differ in everything, with the same name in two folders."""
    made = []
    for name, recipe in {
        "a/anna.json": Recipe(source=SeedSource(3), truncation=Truncation(0.5)),
        "b/anna.json": Recipe(source=SeedSource(4), noise=Noise("none")),
    }.items():
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(to_json(recipe))
        made.append(path)
    return made


def pixels(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(path) as image:
        return np.asarray(image)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --size ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [12, 80])
def test_size_resamples_the_image_as_the_window_exports_it(render_tiny, out: Path, tiny: Generator, size: int) -> None:
    assert render_tiny("--seeds", 85, "--size", size, "--out", out / "a.png")[0] == 0
    expected = scaled(Engine(tiny, "cpu").render(Recipe(source=SeedSource(85))), size)
    assert np.array_equal(pixels(out / "a.png"), expected)
    assert read_file(out / "a.png").recipe.source == SeedSource(85)


def test_size_is_that_of_each_face_on_a_sheet_and_in_its_folder(render_tiny, out: Path) -> None:
    assert render_tiny("--seeds", "0-5", "--grid", 3, "--size", 20, "--out", out)[0] == 0
    assert pixels(out / "sheet.png").shape == (40, 60, 3)
    assert pixels(out / "seed0000.png").shape == (20, 20, 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--size", "0"], "at least 1"),
        (["--size", "16384"], "the limit is 16383"),
        (["--size", "wide"], "wide"),
        (["--grid", "100", "--size", "512"], "the largest --size is 81"),
    ],
)
def test_a_size_that_no_image_can_have_is_refused(render_tiny, out: Path, options: list[str], words: str) -> None:
    code, _, stderr = render_tiny("--seeds", "0-199", *options, "--out", out / "a.png")
    assert code == 2
    assert words in stderr
    assert not out.exists()


# several recipes -------------------------------------------------------------------------------------------------


def test_several_recipes_become_files_of_their_names(render_tiny, out: Path, recipes: list[Path]) -> None:
    code, stdout, _ = render_tiny("--recipe", *recipes, "--out", out)
    assert (code, stdout.split()) == (0, [str(out / "anna.png"), str(out / "anna-2.png")])
    assert read_file(out / "anna.png").recipe.truncation == Truncation(0.5)
    assert read_file(out / "anna-2.png").recipe.noise == Noise("none")


def test_recipes_may_be_given_one_by_one_and_options_change_all(render_tiny, out: Path, recipes: list[Path]) -> None:
    options = ["--recipe", recipes[0], "--recipe", recipes[1], "--truncation", 1]
    assert render_tiny(*options, "--latents", "--out", out)[0] == 0
    assert names(out) == ["anna-2.npz", "anna-2.png", "anna.npz", "anna.png"]
    assert {read_file(out / name).recipe.truncation.psi for name in ("anna.png", "anna-2.png")} == {1.0}


def test_a_pattern_names_the_files_and_their_format(render_tiny, out: Path, recipes: list[Path]) -> None:
    assert render_tiny("--recipe", *recipes, "--out", out / "{name}-x.jpg")[0] == 0
    assert render_tiny("--seeds", "1-2", "--out", out / "{name}.webp")[0] == 0
    assert names(out) == ["anna-2-x.jpg", "anna-x.jpg", "seed0001.webp", "seed0002.webp"]


def test_several_recipes_fill_a_sheet(render_tiny, out: Path, recipes: list[Path], tiny: Generator) -> None:
    assert render_tiny("--recipe", *recipes, "--grid", 2, "--out", out / "sheet.png")[0] == 0
    engine = Engine(tiny, "cpu")
    faces = [engine.render(read_file(path).recipe) for path in recipes]
    assert np.array_equal(pixels(out / "sheet.png"), np.hstack(faces))
    layout = json.loads(png_notes((out / "sheet.png").read_bytes())["sheet"])
    assert (layout["names"], "seeds" in layout) == (["anna", "anna-2"], False)


def test_the_sheet_of_recipes_is_shown_by_info(render_tiny, out: Path, recipes: list[Path], capsys) -> None:
    render_tiny("--recipe", *recipes, "--grid", 2, "--out", out / "sheet.png")
    assert main(["info", str(out / "sheet.png")]) == 0
    assert "recipes     anna, anna-2\n" in capsys.readouterr().out


def test_a_recipe_is_never_overwritten_by_its_image(render_tiny, tmp_path: Path) -> None:
    for seed in (1, 2):
        render_tiny("--seeds", seed, "--out", tmp_path / f"{seed}.png")
    before = (tmp_path / "1.png").read_bytes()
    options = ["--recipe", tmp_path / "1.png", tmp_path / "2.png", "--truncation", 0]
    code, _, stderr = render_tiny(*options, "--out", tmp_path)
    assert code == 2
    assert "1.png would be overwritten" in stderr
    assert (tmp_path / "1.png").read_bytes() == before


def test_a_recipe_that_cannot_be_read_stops_all_before_the_first(render_tiny, out: Path, recipes: list[Path]) -> None:
    code, _, stderr = render_tiny("--recipe", *recipes, "absent.json", "--out", out)
    assert (code, stderr.count("\n")) == (1, 1)
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--out", "x.png"], "one file for 2 faces"),
        (["--seeds", "1", "--out", "x/"], "one --recipe"),
        (["--labels", "--out", "x/"], "add --grid"),
    ],
)
def test_options_that_do_not_suit_several_recipes_are_refused(
    render_tiny, recipes: list[Path], options: list[str], words: str
) -> None:
    code, stdout, stderr = render_tiny("--recipe", *recipes, *options)
    assert (code, stdout) == (2, "")
    assert words in stderr


# --labels --------------------------------------------------------------------------------------------------------


def test_labels_stand_under_the_faces(render_tiny, out: Path, recipes: list[Path]) -> None:
    assert render_tiny("--seeds", "8-10", "--grid", 2, "--labels", "--out", out / "seeds.png")[0] == 0
    sheet, line = pixels(out / "seeds.png"), label_height(32)
    assert sheet.shape == (2 * (32 + line), 64, 3)
    for row, column, text in ((0, 0, "8"), (0, 1, "9"), (1, 0, "10")):
        top = row * (32 + line) + 32
        found = sheet[top : top + line, 32 * column : 32 * column + 32]
        assert np.array_equal(found, label(text, 32, line))
        assert found.max() > 100
    assert render_tiny("--recipe", *recipes, "--grid", 2, "--labels", "--out", out / "names.png")[0] == 0
    assert np.array_equal(pixels(out / "names.png")[32:, :32], label("anna", 32, line))


def test_a_label_too_long_for_its_face_is_cut_and_stays_inside() -> None:
    long, short = label("W" * 10_000, 64, 16), label("W", 64, 16)
    assert long.shape == short.shape == (16, 64, 3)
    assert long.sum() > short.sum() > 0
    assert label("4294967295", 1, 12).shape == (12, 1, 3)
