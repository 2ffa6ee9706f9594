"""`outis measure`: numbers of faces in pictures, and of a model's faces."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.cli import main
from generator.attributes.catalogue import MEASURES
from generator.attributes.distribution import load
from generator.directions import measured_faces
from generator.formats.image_encode import save_image
from generator.recipe.recipe import Recipe, SeedSource
from weights import FACES

REFERENCE = np.load(Path(__file__).parents[1] / "data" / "seen-faces.npz")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "face.png"
    Image.fromarray(REFERENCE["images"][0]).save(path)
    return path


def test_measures_are_printed_as_json_with_landmarks_in_pixels(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measure", str(picture), "--json", "--landmarks"]) == 0
    (facts,) = json.loads(capsys.readouterr().out)
    assert facts["file"] == str(picture)
    assert len(facts["measures"]) >= 30
    assert set(facts["measures"]) <= {measure.name for measure in MEASURES}
    mesh = np.array(facts["landmarks"])
    assert mesh.shape == (468, 3)
    assert np.abs(mesh - REFERENCE["meshes"][0])[:, :2].mean() < 1.5


def test_measures_are_printed_for_people_with_their_units(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", str(picture)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == str(picture)
    assert any(line.split()[0] == "yaw" and "degrees" in line for line in lines[1:])


def test_a_picture_without_a_face_is_one_sentence_and_the_others_are_measured(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (300, 200), "green").save(tmp_path / "green.jpg")
    (tmp_path / "text.png").write_text("not a picture")
    files = [str(tmp_path / name) for name in ("green.jpg", "face.png", "text.png", "missing.png")]
    assert main(["measure", *files, "--json"]) == 1
    output = capsys.readouterr()
    assert [facts["file"] for facts in json.loads(output.out)] == [str(picture)]
    sentences = output.err.splitlines()
    assert len(sentences) == 3
    assert "green.jpg shows no face that can be measured" in sentences[0]
    assert "text.png could not be measured: not an image" in sentences[1]
    assert "missing.png could not be read: No such file or directory." in sentences[2]


def test_exported_pictures_with_their_recipe_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "exported.webp"
    save_image(path, REFERENCE["images"][1], Recipe(source=SeedSource(1)))
    assert main(["measure", str(path), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_without_pictures_it_asks_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure"]) == 2
    assert capsys.readouterr().err == "outis: Which pictures? Give one or more files. See `outis measure --help`.\n"


def test_the_distribution_of_a_models_faces_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "faces.measures.json"
    command = ["measure", "--model", str(FACES), "--distribution", str(path), "--samples", "3", "--device", "cpu"]
    assert main(command) == 0
    assert "measures of 3 faces" in capsys.readouterr().out
    found = load(path)
    assert found.faces == 3
    assert found.share_below("yaw", found.of("yaw")[50]) == pytest.approx(0.5)
    assert main([*command, "face.png"]) == 2


def test_the_numbers_that_directions_are_made_from_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faces.survey.npz"
    command = ["measure", "--model", str(FACES), "--survey", str(path), "--samples", "2", "--device", "cpu"]
    assert main(command) == 0
    assert "measures of 2 faces" in capsys.readouterr().out
    assert measured_faces.load(path).of(["yaw", "smile"]).shape == (2, 2)
    assert main([*command, "face.png"]) == 2
