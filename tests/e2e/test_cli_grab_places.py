"""`outis grab --pull X,Y=DX,DY`: places of a picture without a face, on a tiny random model."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli.points import Place, parse_pull
from explorer.document.argument_types import NotationError
from generator.formats.open_face import read_file
from tests.e2e.conftest import Outis


@pytest.fixture
def grab(outis: Outis, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Outis:
    monkeypatch.setattr("generator.recipe.pca.SAMPLES", 400)
    model = ("--model", str(tiny_checkpoint), "--device", "cpu")
    return lambda *words: outis("grab", *model, "--seed", 3, *words)


def test_a_pulled_place_is_reported_and_the_picture_has_its_recipe(grab: Outis, tmp_path: Path) -> None:
    code, out, _ = grab("--pull", "16,12=2,0", "--pin", "5,25", "--frames", 2, "--out", "pulled.png")
    assert code == 0
    assert out.startswith("16,12: moved ")
    assert "px of +2,+0\npulled.png: " in out
    assert [edit.direction.name for edit in read_file(tmp_path / "pulled.png").recipe.directions] == ["grab"]


def test_places_and_points_of_a_face_are_not_mixed(grab: Outis) -> None:
    code, _, err = grab("--pull", "16,12=2,0", "--pin", "nose-tip", "--out", "x.png")
    assert code == 2
    assert "not both" in err


def test_a_place_outside_the_picture_is_named(grab: Outis) -> None:
    code, _, err = grab("--pull", "40,12=2,0", "--out", "x.png")
    assert code == 2
    assert "40,12 is outside the picture, which has 32 x 32 px" in err


def test_a_place_is_two_numbers() -> None:
    assert parse_pull("16,12.5=2,-3") == (Place(16, 12.5), (2, -3))
    with pytest.raises(NotationError, match="'b' is not a number of pixels"):
        parse_pull("16,b=2,0")
