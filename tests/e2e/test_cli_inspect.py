"""`outis inspect`: six cues of pictures and of seeds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.cli import main
from generator.cues import rules, survey, trial
from generator.cues.cue import NAMES
from generator.cues.standards import load, load_band

REFERENCE = np.load(Path(__file__).parents[1] / "data" / "seen-faces.npz")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "face.png"
    Image.fromarray(REFERENCE["images"][0]).save(path)
    return path


def photographs(folder: Path, count: int) -> None:
    for i in range(count):
        image = REFERENCE["images"][i % 2]
        Image.fromarray(image[:, ::-1] if i > 1 else image).save(folder / f"{i}.png")


def test_a_picture_has_six_cues_each_with_a_percentile_or_a_reason(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(picture), "--json"]) == 0
    (facts,) = json.loads(capsys.readouterr().out)
    assert facts["file"] == str(picture)
    assert tuple(facts["cues"]) == NAMES
    for cue in facts["cues"].values():
        assert (cue["percentile"] is None) == bool(cue["reason"])
        assert cue["percentile"] is None or 0 <= cue["percentile"] <= 100
    spectrum = facts["spectrum"]
    assert (len(spectrum["decibels"]), spectrum["faces_of_the_model"]) == (128, None)
    assert all(0 <= share <= 1 for share in spectrum["photographs"].values())
    weak = {name for name, cue in facts["cues"].items() if cue["weak"].startswith("A weak row")}
    assert weak == {"symmetry", "teeth", "droplets", "eyes"}


def test_cues_in_words_never_call_a_picture_fake(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(picture)]) == 0
    text = capsys.readouterr().out
    assert "of photographs" in text
    assert "  Spectrum        below 95 of 100 photographs at " in text
    assert "fake" not in text.lower()
    assert "photographs (a weak row)" in text


def test_seeds_are_compared_with_faces_of_their_model_and_make_no_droplets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--seeds", "85", "--json", "--device", "cpu"]) == 0
    (facts,) = json.loads(capsys.readouterr().out)
    assert facts["seed"] == 85
    assert facts["cues"]["droplets"]["percentile"] is None
    assert "makes no droplets" in facts["cues"]["droplets"]["reason"]
    assert facts["cues"]["hair"]["among_faces_of_the_model"] is not None
    assert facts["spectrum"]["faces_of_the_model"].keys() == {"below", "above"}


def test_what_is_no_picture_of_a_face_is_one_sentence_and_the_others_are_looked_at(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (300, 200), "green").save(tmp_path / "green.jpg")
    (tmp_path / "text.png").write_text("not a picture")
    files = [str(tmp_path / name) for name in ("green.jpg", "face.png", "text.png", "missing.png")]
    assert main(["inspect", *files, "--json"]) == 1
    output = capsys.readouterr()
    assert [facts["file"] for facts in json.loads(output.out)] == [str(picture)]
    sentences = output.err.splitlines()
    assert len(sentences) == 3
    assert "green.jpg shows no face that can be looked at; choose one with a face in it." in sentences[0]
    assert "text.png could not be inspected: not an image" in sentences[1]
    assert "missing.png could not be read: No such file or directory." in sentences[2]


def test_a_face_of_few_pixels_is_not_judged(picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.open(picture).resize((110, 110)).save(tmp_path / "small.png")
    assert main(["inspect", str(tmp_path / "small.png"), "--json"]) == 0
    (facts,) = json.loads(capsys.readouterr().out)
    assert {cue["percentile"] for cue in facts["cues"].values()} == {None}
    assert all("too small" in cue["reason"] for cue in facts["cues"].values())
    assert facts["spectrum"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Which faces? Give pictures, or --seeds 1-9."),
        (["face.png", "--seeds", "1"], "Give only one of pictures, --seeds, --learn, --trial and --fit."),
        (["face.png", "--psi", "1"], "--truncation belongs to --seeds; pictures are looked at as they are."),
        (["face.png", "--out", "x"], "--out belongs to --trial FOLDER or --fit FOLDER."),
        (["--fit", "folder"], "Name the file to write with --out FILE."),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", *words]) == 2
    assert capsys.readouterr().err == f"outis: {sentence} See `outis inspect --help`.\n"


def test_a_trial_prints_a_row_a_look_and_writes_the_standards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    photographs(tmp_path, 3)
    monkeypatch.setattr(trial, "FACES", 1)
    monkeypatch.setattr(survey.learning, "__defaults__", (1,))
    assert main(["inspect", "--trial", str(tmp_path), "--out", str(tmp_path / "cues.json"), "--device", "cpu"]) == 0
    rows = capsys.readouterr().out.splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == list(NAMES)
    assert load(tmp_path / "cues.json", "real").faces == 1
    assert load_band(tmp_path / "cues.json", "model") is not None
    assert main(["inspect", "--trial", str(tmp_path / "nothing")]) == 1
    assert "more than 2 photographs of faces are needed" in capsys.readouterr().err


def test_rules_are_fitted_to_the_photographs_that_a_trial_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    photographs(tmp_path, 4)
    monkeypatch.setattr(trial, "FACES", 1)
    monkeypatch.setattr(survey, "FITTED_SEEDS", range(2))
    monkeypatch.setattr(survey, "RULED", ("background", "hair"))
    monkeypatch.setattr(rules, "RULED", ("background", "hair"))
    out = tmp_path / "textures.json"
    assert main(["inspect", "--fit", str(tmp_path), "--out", str(out), "--device", "cpu"]) == 0
    assert "fitted to 2 photographs" in capsys.readouterr().out
    assert set(rules.loaded(out)) == {"background", "hair"}
