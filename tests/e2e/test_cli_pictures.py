"""Pictures to take home from the command line: enlarged, cropped and in all formats, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.cli import main
from explorer.cli.find_output import FolderOutput
from generator.formats.open_face import read_file
from generator.formats.picture_options import PictureOptions
from generator.networks import Generator
from generator.people.people import Person
from generator.pictures import enlarge
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.engine import Engine
from generator.wishes.wish import Brief

Outis = Callable[..., tuple[int, str, str]]
FACE = np.load(Path(__file__).parents[1] / "data" / "seen-faces.npz")["images"][0]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each tile, of what stands in for the network."""
    tiles: list[object] = []
    monkeypatch.setattr(enlarge, "_network", lambda: None)
    monkeypatch.setattr(enlarge, "_through", lambda network, tile: tiles.append(tile) or tile.repeat(4, 0).repeat(4, 1))
    return tiles


def opened(path: str) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        return image


def test_an_enlarged_face_says_by_what_and_restores_its_recipe(outis: Outis, quick: list[object]) -> None:
    code, out, err = outis("render", "--seeds", 85, "--enlarge", 2, "--crop", "round", "--dpi", 300, "--out", "a.png")
    assert (code, out, err) == (0, "a.png\n", "")
    image = opened("a.png")
    assert (image.size, image.mode, round(image.info["dpi"][0])) == ((64, 64), "RGBA", 300)
    assert read_file("a.png").recipe.source == SeedSource(85)
    _, told, _ = outis("info", "a.png")
    assert "history     enlarged 2 times by Real-ESRGAN x4plus; cropped to a disc\n" in told


def test_without_the_network_it_is_resampled_with_a_sentence(outis: Outis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enlarge, "find_spec", lambda name: None)
    code, _, err = outis("render", "--seeds", "1-2", "--enlarge", 4, "--out", "out/")
    assert code == 0
    assert err.count("outis[enlarge]") == 1
    assert opened("out/seed0001.png").size == (128, 128)


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "avif", "tiff"])
def test_a_folder_has_the_format_asked_for(outis: Outis, format: str) -> None:
    assert outis("render", "--seeds", 85, "--format", format, "--out", "out")[0] == 0
    path = Path(f"out/seed0085.{format}")
    assert read_file(path).recipe.source == SeedSource(85)
    assert "kind        picture" in outis("info", path)[1]


def test_16_bits_hold_more_than_the_rounded_image(outis: Outis, tiny: Generator) -> None:
    assert outis("render", "--seeds", 85, "--bits", 16, "--out", "a.tiff")[0] == 0
    recipe = read_file("a.tiff").recipe
    engine = Engine(tiny, "cpu")
    assert np.array_equal(np.floor(255 * engine.values(recipe) + 0.5).astype(np.uint8), engine.render(recipe))
    assert np.abs(np.asarray(opened("a.tiff")).astype(int) - engine.render(recipe)).max() <= 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--crop", "roun"], "did you mean round?"),
        (["--enlarge", 3], "choose from 1, 2, 4"),
        (["--cutout", "whyte"], "did you mean white?"),
        (["--cutout", "missing.jpg"], "There is no picture 'missing.jpg'"),
        (["--cutout", "#12"], "is not a colour"),
        (["--bits", 16, "--format", "avif"], "AVIF has 8 bits; choose png or tiff"),
        (["--cutout", "transparent", "--format", "jpg"], "JPEG has no transparency"),
        (["--dpi", 0], "choose 1 to 9600"),
        (["--format", "bmp"], "choose png, jpg, webp, avif or tiff"),
        (["--grid", 2, "--enlarge", 2], "--enlarge is for pictures of one face"),
        (["--grid", 2, "--format", "webp"], "--format is for pictures of one face"),
    ],
)
def test_what_cannot_be_is_one_sentence(outis: Outis, options: list[object], sentence: str) -> None:
    code, out, err = outis("render", "--seeds", "1-2", *options, "--out", "out/")
    assert (code, out) == (2, "")
    assert sentence in err
    assert not Path("out").exists()


def test_the_format_of_one_file_is_that_of_its_name(outis: Outis) -> None:
    code, _, err = outis("render", "--seeds", 1, "--format", "png", "--out", "a.webp")
    assert (code, "does not end as --format png does" in err) == (2, True)


def test_a_face_that_cannot_be_cut_out_is_named(outis: Outis) -> None:
    code, _, err = outis("render", "--seeds", 85, "--cutout", "white", "--out", "a.png")
    assert (code, err) == (1, f"outis: Face seed0085: {NOBODY}\n")
    assert not Path("a.png").exists()


NOBODY = "No face is to be seen that could be cut out or cropped to; leave that out for this picture."


def test_a_project_is_exported_enlarged_once_for_all_sizes(outis: Outis, project: Path, quick: list[object]) -> None:
    options = ["--enlarge", 4, "--size", 128, "--size", 48, "--format", "avif", "--stars", 4, "--csv"]
    assert outis("project", "export", project, "--out", "out", *options)[0] == 0
    assert len(quick) == 1  # Bert, in one tile
    assert {opened(str(path)).size for path in Path("out").glob("*.avif")} == {(128, 128), (48, 48)}
    assert ",48\n" in Path("out/manifest.csv").read_text("utf-8")


def test_a_project_whose_faces_cannot_be_cut_out_names_one_and_writes_nothing(outis: Outis, project: Path) -> None:
    code, _, err = outis("project", "export", project, "--out", "out", "--cutout", "blur")
    assert (code, f"Anna: {NOBODY}" in err) == (1, True)
    assert not Path("out").exists()


def test_people_are_written_cut_out(tmp_path: Path, tiny: Generator) -> None:
    person = Person(1, 1, Recipe(tiny.hash, SeedSource(1)), (), {})
    options = PictureOptions("webp", 64, cutout="transparent", crop="avatar")
    FolderOutput(tmp_path, Brief(1, ()), (), options, Engine(tiny, "cpu")).write(person, FACE)
    image = opened(str(tmp_path / "person-0001.webp"))
    assert (image.size, image.mode) == ((64, 64), "RGBA")


def test_find_refuses_pictures_for_a_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "--count", "1", "--cutout", "white", "--project", "p.outis"]) == 2
    assert "--cutout is of the images in --out FOLDER" in capsys.readouterr().err
