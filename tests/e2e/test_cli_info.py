"""`outis info` on everything but models: pictures, contact sheets, recipes, latents, direction libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.cli import main
from generator.formats.image_encode import encoded, save_image
from generator.formats.latent_file import Latents, save_latents
from generator.recipe.direction_files import save_library
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import (
    Direction,
    DirectionEdit,
    LatentSource,
    Mix,
    Noise,
    Recipe,
    SeedSource,
    Transform,
    Truncation,
    pack,
)
from generator.recipe.recipe_json import to_json
from weights import FACES

VECTOR = pack(np.ones(32, np.float32))
PIXELS = np.zeros((48, 64, 3), np.uint8)
RECIPE = Recipe(
    "ab" * 32,
    SeedSource(85, 3),
    Truncation(0.5, 8),
    (DirectionEdit(Direction("age", VECTOR), 2.0), DirectionEdit(Direction("pc3", VECTOR, Layers.span(2, 4)), -1.5)),
    Mix(SeedSource(7), (0, 0, 0, 0.5, 0.5, 0, 1)),
    Noise("random", 9),
    Transform(0.1, 0, 30),
)


def info(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The facts as JSON, and the lines for people by their label."""
    assert main(["info", str(path), "--json"]) == 0
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert main(["info", str(path)]) == 0
    return facts, {line[:11].strip(): line[12:] for line in capsys.readouterr().out.splitlines()}


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_info_shows_the_size_the_mark_and_the_recipe_of_a_picture(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"face{suffix}"
    save_image(path, PIXELS, RECIPE)
    facts, lines = info(path, capsys)
    assert (facts["kind"], facts["image"]["width"], facts["image"]["height"]) == ("picture", 64, 48)
    assert facts["image"]["is_synthetic"]
    assert "AI-generated" in lines["synthetic"]
    assert lines["image"].startswith("64 x 48 px")
    assert lines["model"] == "ab" * 32
    assert lines["source"] == "seed 85, class 3"
    assert lines["truncation"] == "psi 0.5 on the layers below 8"
    assert lines["mix"] == "seed 7 on layers 3-4 at 0.5, 6 at 1"
    assert lines["directions"] == "age +2 sigma"
    assert lines[""] == "pc3 -1.5 sigma, layers 2-4"
    assert lines["noise"] == "random, seed 9"
    assert lines["transform"] == "x 0.1, y 0, 30 degrees"


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("lossless", [False, True])
def test_info_shows_a_picture_of_others_as_unmarked(
    format: str, lossless: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "photograph"
    Image.fromarray(PIXELS).save(path, format, lossless=lossless)
    facts, lines = info(path, capsys)
    assert (facts["image"]["width"], facts["image"]["height"], facts["image"]["is_synthetic"]) == (64, 48, False)
    assert (lines["synthetic"], lines["recipe"]) == ("not marked as AI-generated", "none")


def test_info_shows_a_recipe_and_names_the_shipped_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = json.loads(FACES.with_suffix(".directions.json").read_text())["model"]
    (tmp_path / "r.json").write_text(to_json(Recipe(model)))
    facts, lines = info(tmp_path / "r.json", capsys)
    assert facts["kind"] == "recipe"
    assert facts["recipe"]["model"] == {"hash": model, "name": "faces-256"}
    assert lines["model"] == f"faces-256, {model}"
    assert (lines["mix"], lines["directions"], lines["noise"]) == ("none", "none", "const")


def test_info_shows_space_and_shape_of_latents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    w_plus = np.zeros((8, 32), np.float32)
    latents = Latents(None, None, w_plus)
    stored = Recipe("ab" * 32, LatentSource.from_array("w+", w_plus, "mine.npy"))
    for suffix in (".npy", ".pt", ".npz"):
        path = tmp_path / f"latent{suffix}"
        save_latents(path, latents, stored)
        facts, lines = info(path, capsys)
        assert facts["kind"] == "latent"
        assert (facts["recipe"]["source"]["space"], facts["recipe"]["source"]["shape"]) == ("w+", [8, 32])
        assert lines["source"].startswith("latent in w+, 8 x 32, from ")


def test_info_shows_the_directions_of_a_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = NamedDirection(Direction("kind", VECTOR, Layers.span(2, 5)), "Kindness", "stern", "kind", "for this test")
    save_library(DirectionLibrary("cd" * 32, (named,), "made for a test"), tmp_path / "mine.json")
    facts, lines = info(tmp_path / "mine.json", capsys)
    assert (facts["kind"], facts["directions"][0]["layers"]) == ("directions", "2-5")
    assert (lines["model"], lines["directions"]) == ("cd" * 32, "kind  stern - kind")


def test_info_shows_the_faces_of_a_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layout = {"format": "outis-sheet", "version": 1, "seeds": [1, 5, 6, 7], "columns": 2}
    notes = {"recipe": to_json(RECIPE), "sheet": json.dumps(layout)}
    (tmp_path / "sheet.png").write_bytes(encoded(PIXELS, notes, ".png"))
    facts, lines = info(tmp_path / "sheet.png", capsys)
    assert (facts["kind"], facts["sheet"]["seeds"]) == ("sheet", [1, 5, 6, 7])
    assert (lines["faces"], lines["seeds"], "classes" in lines) == ("4 in 2 columns", "1, 5-7", False)
    notes["sheet"] = json.dumps(layout | {"classes": [2, 0, None, 2]})
    (tmp_path / "sheet.png").write_bytes(encoded(PIXELS, notes, ".png"))
    facts, lines = info(tmp_path / "sheet.png", capsys)
    assert (facts["sheet"]["classes"], lines["classes"]) == ([2, 0, None, 2], "2, 0, none, 2")


@pytest.mark.parametrize(
    "sheet",
    [
        *("[]", "7", "{", '{"seeds": ["x"], "columns": 1}', '{"seeds": 3, "columns": 1}'),
        *(
            f'{{"seeds": [1], "classes": {classes}, "columns": 1}}'
            for classes in ("3", "[-1]", '["x"]', "[1, 2]", "[{}]")
        ),
    ],
)
def test_info_refuses_a_damaged_sheet_in_one_sentence(
    sheet: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sheet.png").write_bytes(encoded(PIXELS, {"sheet": sheet}, ".png"))
    assert main(["info", str(tmp_path / "sheet.png")]) == 1
    assert capsys.readouterr().err == "outis: sheet.png: The layout of the contact sheet is damaged.\n"


def test_no_name_in_a_file_forges_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit = DirectionEdit(Direction("age\nmodel       mine\x1b[2J", VECTOR), 1.0)
    (tmp_path / "r.json").write_text(to_json(Recipe(directions=(edit,))))
    assert main(["info", str(tmp_path / "r.json")]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert [line for line in out.splitlines() if line.startswith("model")] == ["model       any"]


def test_many_directions_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edits = tuple(DirectionEdit(Direction(f"pc{index}", VECTOR), 1.0) for index in range(1000))
    (tmp_path / "r.json").write_text(to_json(Recipe(directions=edits)))
    facts, lines = info(tmp_path / "r.json", capsys)
    assert len(facts["recipe"]["directions"]) == 1000
    assert lines[""] == "and 970 more"


def test_a_file_of_no_known_kind_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("To do: buy bread.")
    assert main(["info", str(tmp_path / "notes.txt")]) == 1
    assert capsys.readouterr().err == (
        "outis: notes.txt is not a model, picture, recipe, latent or direction library that Outis knows.\n"
    )


def test_a_pt_file_with_a_model_is_still_a_model(
    tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save({"w": torch.zeros(1, 8, 32)}, tmp_path / "latent.pt")
    assert main(["info", str(tiny_checkpoint), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "model"


def test_info_of_a_picture_needs_no_torch(tmp_path: Path) -> None:
    save_image(tmp_path / "face.png", PIXELS, RECIPE)
    program = (
        "import sys\nfrom explorer.cli import main\n"
        "assert main(['info', sys.argv[1]]) == 0\nsys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path / "face.png"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
