"""`outis pca` and `outis directions`, in process, on a tiny random model."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from explorer.cli import directions, main, pca
from generator.attributes import attribute_model as measurer
from generator.attributes import identity
from generator.attributes import optional_packages as extra
from generator.errors import DirectionError
from generator.networks import Generator
from generator.recipe import pca as components
from generator.recipe.direction_files import library_of, load_library, mine, save_library, save_mine
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
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
    monkeypatch.setattr(measurer, "FaceMeasurer", lambda apparent: Brightness())
    monkeypatch.setattr(identity, "Identity", lambda: lambda pixels: pixels[0, :4, 0])
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


def test_list_says_of_each_direction_what_it_does_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["directions", "list", "--json"]) == 0
    for facts in json.loads(capsys.readouterr().out):
        assert set(facts["layers"][:1]) < set(facts["layers"]) <= set(range(14))
        moves = facts["effects"]
        assert facts["effect"] == moves.pop(facts["name"])
        assert max(map(abs, facts["others"].values())) == max(map(abs, moves.values()))
        assert {"low", "high", "origin", "identity"} <= set(facts)


@pytest.fixture
def own(tiny: Generator) -> DirectionLibrary:
    """The user's library of the tiny model: `age`, and `face` with a row a layer on layers with a gap."""
    rows = np.random.RandomState(0).randn(tiny.config.num_ws, tiny.config.w_dim).astype(np.float32)
    face = Direction("face", pack(rows), Layers.parse("0-2,5"), tiny.config.num_ws)
    library = library_for(tiny.hash).with_entry(NamedDirection(face, "Face", "less", "more", "", origin="sefa"))
    save_mine(library)
    return library


def test_list_shows_a_direction_of_the_user(
    own: DirectionLibrary, tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["directions", "list", str(tiny_checkpoint), "--json"]) == 0
    age, face = json.loads(capsys.readouterr().out)
    assert (face["layers"], face["rows"], face["origin"], face["effect"]) == ([0, 1, 2, 5], 8, "sefa", None)
    assert age["layers"] == list(range(8))


def test_export_writes_a_library_or_an_array(own: DirectionLibrary, tiny_checkpoint: Path, tmp_path: Path) -> None:
    def export(*arguments: object) -> int:
        return main(["directions", "export", *map(str, arguments), "--model", str(tiny_checkpoint)])

    assert export("face", "age", "--out", tmp_path / "a.json") == 0
    assert load_library(tmp_path / "a.json").entries == (own.find("face"), *own.without("face").entries)
    assert export("face", "--out", tmp_path / "a.npy") == 0
    assert np.load(tmp_path / "a.npy").shape == (8, 32)
    assert export("face", "--out", tmp_path / "a.safetensors") == 0
    assert export("face", "age", "--out", tmp_path / "b.npy") == 1
    assert export("face", "--out", tmp_path / "b.pt") == 1
    assert {path.name for path in tmp_path.glob("[ab].*")} == {"a.json", "a.npy", "a.safetensors"}


def test_remove_and_rename_change_the_users_library_and_no_face(
    own: DirectionLibrary, tiny: Generator, tiny_checkpoint: Path
) -> None:
    model = ["--model", str(tiny_checkpoint)]
    assert main(["directions", "rename", "face", "profile", *model]) == 0
    assert [(entry.name, entry.title) for entry in mine(tiny.hash).entries] == [("age", "Age"), ("profile", "Profile")]
    assert main(["directions", "remove", "age", *model]) == 0
    assert [entry.name for entry in mine(tiny.hash).entries] == ["profile"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("remove", "aje"), "did you mean age?"),
        (("rename", "aje", "x"), "did you mean age?"),
        (("rename", "face", "age"), "There is a direction 'age' already"),
        (("export", "fase", "--out", "a.npy"), "did you mean face?"),
    ],
)
def test_a_wrong_name_is_one_sentence_and_changes_nothing(
    arguments: tuple[str, ...],
    sentence: str,
    own: DirectionLibrary,
    tiny: Generator,
    tiny_checkpoint: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["directions", *arguments, "--model", str(tiny_checkpoint)]) == 1
    assert sentence in capsys.readouterr().err
    assert mine(tiny.hash) == own


def test_a_shipped_direction_is_hidden_not_removed(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["remove", "age"], ["rename", "age", "wisdom"]):
        assert main(["directions", *command]) == 1
        assert "'age' came with Outis and cannot be renamed or removed; hide it" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "  ", "a\x1b[2J"])
def test_a_name_that_nobody_could_see_is_wrong_usage(name: str) -> None:
    assert main(["directions", "rename", "age", name]) == 2


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
    assert table[0] == "| direction | itself | age | yaw | of fine measures | confirmed |"
    assert table[2].endswith("| no |")
    assert table[4].startswith("| direction | from -2 to +2 | person |")


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
    with pytest.raises(DirectionError, match=r'needs the package [a-z_]+; install it with: pip install "outis\[attr'):
        outis("directions", "fit", tiny_checkpoint, "--device", "cpu")
