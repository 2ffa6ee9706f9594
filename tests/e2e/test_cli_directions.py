"""`outis pca` and `outis directions`, in process, on a tiny random model."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from explorer.cli import directions, pca
from generator.attributes import attribute_model as measurer
from generator.attributes import optional_packages as extra
from generator.errors import DirectionError
from generator.networks import Generator
from generator.recipe import pca as components
from generator.recipe.direction_files import library_of, save_library
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.recipe import Direction, pack


def outis(*argv: object) -> int:
    """Exit code of the command."""
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers(required=True)
    pca.add_parser(subparsers)
    directions.add_parser(subparsers)
    arguments = parser.parse_args(list(map(str, argv)))
    code: int = arguments.run(arguments)
    return code


class Brightness:
    """Stands in for the measures of the optional packages."""

    names = ("age", "yaw")

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        return np.array([pixels[..., 0].mean(), pixels[..., 2].mean()])


@pytest.fixture
def measurable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measurer, "FaceMeasurer", Brightness)
    monkeypatch.setattr(directions, "SAMPLES", 500)


def library_for(model: str) -> DirectionLibrary:
    direction = Direction("age", pack(np.ones(32, np.float32)))
    return DirectionLibrary(model, (NamedDirection(direction, "Age", "younger", "older", "planted"),))


def test_pca_prints_what_the_components_explain_and_caches_them(
    tiny_checkpoint: Path, tiny: Generator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outis("pca", tiny_checkpoint, "--samples", 400, "--components", 5, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["samples"], facts["components"], len(facts["explained"])) == (400, 5, 5)
    assert components.cached(tiny.hash, 400, 5) is not None


def test_a_second_pca_comes_from_the_cache(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outis("pca", tiny_checkpoint, "--samples", 400)
    monkeypatch.setattr(components, "fitting", None)
    assert outis("pca", tiny_checkpoint, "--samples", 400) == 0
    assert "components of 400 samples explain" in capsys.readouterr().out


def test_pca_of_one_sample_is_wrong_usage(tiny_checkpoint: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        outis("pca", tiny_checkpoint, "--samples", 1)
    assert stop.value.code == 2


def test_list_shows_the_directions_of_the_shipped_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert outis("directions", "list", "--json") == 0
    assert {"age", "yaw", "hair"} <= {entry["name"] for entry in json.loads(capsys.readouterr().out)}


def test_list_of_a_model_without_directions_says_so(tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outis("directions", "list", tiny_checkpoint) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "No directions are known" in said.err


def test_fit_writes_a_library_that_belongs_to_the_model(
    tiny_checkpoint: Path, tiny: Generator, measurable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.attributes import fitting

    def quick(experiment: object, model: str, faces: int) -> object:
        yield from ()
        return library_for(model)

    monkeypatch.setattr(fitting, "fitting", quick)
    assert outis("directions", "fit", tiny_checkpoint, "--samples", 10) == 0
    assert [entry.direction.name for entry in library_of(tiny.hash).entries] == ["age"]


def test_check_prints_the_matrix_and_fails_where_a_name_is_not_earned(
    tiny_checkpoint: Path, tiny: Generator, measurable: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_library(library_for(tiny.hash), tmp_path / "planted.json")
    options = ("--samples", 2, "--library", tmp_path / "planted.json", "--device", "cpu")
    assert outis("directions", "check", tiny_checkpoint, *options) == 1
    table = capsys.readouterr().out.splitlines()
    assert table[0] == "| direction | age | yaw | confirmed |"
    assert table[2].endswith("| no |")


def test_a_library_of_another_model_is_refused(tiny_checkpoint: Path, measurable: None, tmp_path: Path) -> None:
    save_library(library_for("0123456789"), tmp_path / "other.json")
    with pytest.raises(DirectionError, match="give the model it was fitted to"):
        outis("directions", "check", tiny_checkpoint, "--library", tmp_path / "other.json", "--device", "cpu")


def test_fit_without_the_optional_packages_says_how_to_install_them(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(module: str) -> None:
        raise ImportError(name=module)

    monkeypatch.setattr(extra.importlib, "import_module", absent)
    with pytest.raises(DirectionError, match=r'needs the package dlib; install it with: pip install "outis\[attr'):
        outis("directions", "fit", tiny_checkpoint, "--device", "cpu")
