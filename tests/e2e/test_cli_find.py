"""`outis find` and `outis character`, with the shipped model and all networks."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.cli import main
from explorer.cli.project_faces import on_table, reading
from generator.formats.open_face import read_file
from generator.wishes.wish import Brief

WISHES = ["--where", "smile > p40", "--where", "glasses without", "--where", "yaw half"]
TWO = ["find", "--count", "2", *WISHES, "--device", "cpu"]


def pixels(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people in sub-folders by where they look."""
    folder = tmp_path_factory.mktemp("found") / "people"
    assert main([*TWO, "--folders", "yaw", "--size", "64", "--out", str(folder)]) == 0
    return folder


def test_two_people_are_where_the_manifest_says(found: Path) -> None:
    with (found / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["number"] for row in rows] == ["1", "2"]
    assert {row["file"].split("/")[0] for row in rows} == {"under 0.60369", "over 0.60369"}
    for row in rows:
        assert pixels(found / row["file"]).shape == (64, 64, 3)
        assert read_file(found / row["file"]).recipe.model == row["model"]
        assert float(row["smile"]) >= 0.048
        assert float(row["glasses"]) <= 2.2
        assert (float(row["yaw"]) < 0.60369) == row["file"].startswith("under")


def test_the_report_and_the_card_are_beside_them(found: Path) -> None:
    report = json.loads((found / "report.json").read_text(encoding="utf-8"))
    assert Brief.from_dict(report["asked"]).count == 2
    assert report["got"]["missing"] == []
    assert "`glasses without`" in (found / "card.md").read_text(encoding="utf-8")
    assert {path.name for path in found.glob("card-*.png")} == {"card-smile.png", "card-glasses.png", "card-yaw.png"}


def test_the_same_command_adds_the_same_people_to_a_project(found: Path, tmp_path: Path) -> None:
    project = tmp_path / "crowd.outis"
    assert main([*TWO, "--project", str(project)]) == 0
    lines = (found / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    with reading(str(project)) as opened:
        faces = on_table(opened)
    assert [face.name for face in faces] == ["person-0001", "person-0002"]
    assert [face.recipe for face in faces] == [read_file(found / json.loads(line)["file"]).recipe for line in lines]
    assert "glasses without" in faces[0].tags
    assert faces[0].note.startswith("smile 0.0")


def test_what_was_understood_is_shown_and_what_was_not_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    text = "six women and six men between 20 and 70, smiling, with hats"
    assert main(["find", "--show", "--text", text, "--where", "smile high"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "12 people:"
    assert '  --where "age 20..70 spread 5"' in out.splitlines()
    assert '  --where "smile > 0.062239"' in out.splitlines()  # --where counts more
    assert "Not understood, and left out: 'hats'." in err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--out", "f"], "How many people?"),
        (["--count", "3"], "Where to?"),
        (["--count", "3", "--out", "f", "--project", "p.outis"], "Where to?"),
        (["--count", "3", "--out", ""], "--out is empty"),
        (["--count", "3", "--project", "p.outis", "--folders", "age"], "--folders makes sub-folders"),
        (["--count", "3", "--out", "f", "--cross", "age,"], "is not a list of measures"),
        (["--count", "3", "--out", "f", "--apart", "2"], "is not a number from 0 to 1.2"),
    ],
)
def test_wrong_options_are_named_in_a_sentence(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["find", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_a_wish_out_of_reach_is_refused_with_what_can_be_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["find", "--count", "2", "--where", "age 90..95", "--out", str(tmp_path / "f")]) == 1
    assert "can be moved to 73.4 at most; age > p70 asks" in capsys.readouterr().err
    assert not (tmp_path / "f").exists()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two states."""
    path = tmp_path_factory.mktemp("states") / "states.csv"
    path.write_text("neutral\nsly,smile=1,gaze=-2\n", encoding="utf-8")
    return path


def test_a_character_is_one_file_and_one_look_for_each_state_and_a_sheet(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "anna"
    command = ["character", "--seed", "85", "--states", str(table), "--device", "cpu", "--name", "{index}-{name}"]
    assert main([*command, "--out", str(out)]) == 0
    neutral, sly = (pixels(out / name) for name in ("1-neutral.png", "2-sly.png"))
    assert np.abs(neutral.astype(int) - sly).max() > 20
    assert read_file(out / "2-sly.png").recipe.source == read_file(out / "1-neutral.png").recipe.source
    assert pixels(out / "sheet.png").shape[1] == 2 * 256
    assert {path.name for path in (out / "looks").iterdir()} == {"neutral.look.json", "sly.look.json"}


def test_a_character_in_a_project_brings_its_looks(table: Path, tmp_path: Path) -> None:
    project = tmp_path / "anna.outis"
    assert main(["character", "--seed", "85", "--states", str(table), "--project", str(project)]) == 0
    with reading(str(project)) as opened:
        assert [face.name for face in on_table(opened)] == ["neutral", "sly"]
        assert [look.name for look in opened.looks()] == ["neutral", "sly"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--out", "f"], "Which face?"),
        (["--seed", "1", "--recipe", "a.json", "--out", "f"], "Which face?"),
        (["--seed", "1"], "Where to?"),
        (["--recipe", "a.json", "--psi", "0.5", "--out", "f"], "--truncation is of the face of a --seed"),
        (["--seed", "1", "--out", "f", "--name", "{odd}"], "unknown field"),
    ],
)
def test_wrong_options_of_a_character_are_named(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["character", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_a_damaged_table_is_refused_with_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("sly,smile", encoding="utf-8")
    assert main(["character", "--seed", "1", "--states", str(path), "--out", str(tmp_path / "f")]) == 1
    assert "odd.csv: 'smile' of the state 'sly' is no amount" in capsys.readouterr().err
