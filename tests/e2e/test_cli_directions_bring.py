"""`outis directions import` and `make`, in process, on small random models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.cli import directions_workshop, main
from generator.attributes import attribute_model, optional_packages
from generator.directions import effect, survey
from generator.networks import Generator
from generator.recipe.direction_export import export
from generator.recipe.direction_files import library_of, mine, save_mine
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, pack
from tests.support import direction_files as files
from tests.support.direction_files import LAYERS, D, noise, npy, npz, unit
from tests.support.models import save_generator
from tests.support.workshop import Colours, small


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few samples, and colours instead of faces: the models are random."""
    monkeypatch.setattr(directions_workshop, "SAMPLES", 500)
    monkeypatch.setattr(directions_workshop, "COMPONENTS", 12)
    monkeypatch.setattr(attribute_model, "FaceMeasurer", Colours)
    monkeypatch.setattr(survey, "faces_for", lambda engine: 16)
    monkeypatch.setattr(effect, "RANDOM", 2)
    monkeypatch.setattr(effect, "_EFFECT_SEEDS", range(3))
    monkeypatch.setattr(optional_packages, "are_installed", lambda: False)


def outis(model: Path, *words: object) -> int:
    return main(["directions", *map(str, words), "--model", str(model), "--device", "cpu"])


def stored(generator: Generator) -> dict[str, NamedDirection]:
    return {entry.name: entry for entry in mine(generator.hash).entries}


def test_a_boundary_is_imported_and_described(
    tiny_checkpoint: Path, tiny: Generator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = npy(tmp_path, "stylegan_ffhq_age_w_boundary.npy", unit(1, D))
    strip = tmp_path / "strip.png"
    assert outis(tiny_checkpoint, "import", path, "--layers", "0-3,6", "--strip", strip) == 0
    said = capsys.readouterr().out
    assert "Direction 'age' in W, one row for all layers, from InterFaceGAN." in said
    assert "times as much as random directions" in said
    assert "red" in said
    entry = stored(tiny)["age"]
    assert (str(entry.direction.layers), entry.origin) == ("0-3,6", f"file {path.name}")
    vector = entry.direction.array
    assert vector / np.linalg.norm(vector) == pytest.approx(unit(D), abs=1e-5)
    assert library_of(tiny.hash).find("age") == entry
    with Image.open(strip) as picture:
        assert picture.size == (4 * 32, 3 * 32)


def test_a_row_that_may_be_in_w_or_in_z_needs_a_word(
    tiny_checkpoint: Path, tiny: Generator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = npy(tmp_path, "age_boundary.npy", unit(1, D))
    assert outis(tiny_checkpoint, "import", path) == 1
    assert "Add --as w if it is one in W." in capsys.readouterr().err
    assert stored(tiny) == {}
    assert outis(tiny_checkpoint, "import", path, "--as", "w") == 0
    assert list(stored(tiny)) == ["age"]


def test_names_in_a_file_cannot_command_the_terminal(
    tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = npz(tmp_path, "a.npz", **{"age\x1b[2J": unit(D), "hat": unit(D)})
    assert outis(tiny_checkpoint, "import", path) == 0
    said = capsys.readouterr()
    assert "hat" in said.out
    assert "\x1b[2J" not in said.out + said.err


def test_a_component_is_chosen_named_and_flipped(
    tiny_checkpoint: Path, tiny: Generator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = npz(tmp_path, "a.npz", **files.ganspace_components())
    assert outis(tiny_checkpoint, "import", path) == 2
    assert "choose one with --component 0 to 4" in capsys.readouterr().err
    assert outis(tiny_checkpoint, "import", path, "--component", 2, "--name", "grin", "--flip") == 0
    vector = stored(tiny)["grin"].direction.array
    assert vector / np.linalg.norm(vector) == pytest.approx(-files.orthonormal(5)[2], abs=1e-4)


def test_named_directions_come_all_at_once_and_twice_under_other_names(
    tiny_checkpoint: Path, tiny: Generator, tmp_path: Path
) -> None:
    path = tmp_path / "all.pt"
    torch.save({"31_Smiling": torch.tensor(unit(D)), "39_Young": torch.tensor(unit(D, seed=1))}, path)
    assert outis(tiny_checkpoint, "import", path) == 0
    assert outis(tiny_checkpoint, "import", path, "--component", 1) == 0
    assert list(stored(tiny)) == ["Smiling", "Young", "Young-2"]


def test_many_directions_are_kept_without_measuring_each(
    tiny_checkpoint: Path, tiny: Generator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "surveying", None)
    lines = "".join(f"edit{number}\t{number % 6}\t0\t3\t2.5\n" for number in range(20))
    files.e4e_pca(tmp_path)
    assert outis(tiny_checkpoint, "import", files.configs(tmp_path, lines)) == 0
    assert len(stored(tiny)) == 20


def test_a_face_is_doubted_until_it_is_said_to_be_a_direction(
    tiny_checkpoint: Path, tiny: Generator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = npy(tmp_path, "face.npy", 30 * noise(LAYERS, D))
    assert outis(tiny_checkpoint, "import", path) == 1
    assert "add --as direction" in capsys.readouterr().err
    assert outis(tiny_checkpoint, "import", path, "--as", "direction") == 0
    assert stored(tiny)["face"].direction.rows == LAYERS


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("a_w_boundary.npy", unit(1, 16), f"[1, 16], and the model takes [1, {D}] or [{LAYERS}, {D}]"),
        ("a.npy", noise(14, D), f"[14, {D}], and the model takes"),
        ("pggan_celebahq_age_boundary.npy", unit(1, D), "in Z"),
        ("fs3.npy", noise(6048, 4), "StyleSpace"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(
    tiny_checkpoint: Path,
    tiny: Generator,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    values: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    words: str,
) -> None:
    assert outis(tiny_checkpoint, "import", npy(tmp_path, name, values)) == 1
    assert words in capsys.readouterr().err
    assert stored(tiny) == {}


def test_a_table_of_edits_needs_the_file_of_its_components(
    tiny_checkpoint: Path, tiny: Generator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    table, components = files.configs(tmp_path), files.e4e_pca(tmp_path / "elsewhere")
    assert outis(tiny_checkpoint, "import", table) == 1
    assert "PCA file" in capsys.readouterr().err
    assert outis(tiny_checkpoint, "import", table, "--beside", components) == 0
    layers = {name: str(entry.direction.layers) for name, entry in stored(tiny).items()}
    assert layers == {"smile": "2-4", "eyes": "0-2"}
    target = stored(tiny)["smile"].direction.target
    assert target is not None
    assert target.value == -20


@pytest.mark.parametrize("suffix", [".json", ".npy", ".safetensors"])
def test_what_we_export_comes_back(tiny_checkpoint: Path, tiny: Generator, tmp_path: Path, suffix: str) -> None:
    vector = np.random.RandomState(3).randn(D).astype(np.float32)
    vector *= 0.4 / np.linalg.norm(vector)
    mood = NamedDirection(Direction("mood", pack(vector), Layers.parse("1-2,5")), "Mood", "sad", "glad", "")
    export(tmp_path / f"mood{suffix}", DirectionLibrary(tiny.hash, (mood,)), LAYERS)
    assert outis(tiny_checkpoint, "import", tmp_path / f"mood{suffix}") == 0
    back = stored(tiny)["mood"]
    assert str(back.direction.layers) == "1-2,5"
    assert back.direction.array @ vector == pytest.approx(np.linalg.norm(back.direction.array) * 0.4, rel=1e-4)
    assert suffix == ".npy" or back.direction.array == pytest.approx(vector, abs=1e-6)
    assert suffix != ".json" or (back.low, back.high) == ("sad", "glad")


WAYS: dict[str, tuple[list[object], str]] = {
    "piles": (["--more", "1-3", "7", "--less", "4", "5"], "piles"),
    "difference": (["--difference", "1", "2"], "difference"),
    "component": (["--component", "2", "--layers", "0-3"], "component"),
    "sefa": (["--sefa", "0", "--layers", "0-1,4", "--hold", "red"], "sefa"),
    "measure": (["--measure", "red"], "measure"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_direction_is_made_and_described(
    tiny_checkpoint: Path, tiny: Generator, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    words, origin = WAYS[way]
    assert outis(tiny_checkpoint, "make", "mine", *words) == 0
    said = capsys.readouterr().out
    assert "Stored as 'mine' in" in said
    assert "blue-left" in said
    assert stored(tiny)["mine"].origin == origin


def test_pictures_and_latents_that_we_wrote_are_faces(tiny_checkpoint: Path, tiny: Generator, tmp_path: Path) -> None:
    picture, face = tmp_path / "1.png", ["--model", str(tiny_checkpoint), "--device", "cpu"]
    assert main(["render", *face, "--seeds", "1", "--out", str(picture)]) == 0
    assert outis(tiny_checkpoint, "make", "way", "--difference", picture, "2") == 0
    assert outis(tiny_checkpoint, "make", "same", "--difference", "1", "2") == 0
    assert stored(tiny)["way"].direction.vector == stored(tiny)["same"].direction.vector


def test_a_photograph_is_not_a_face_of_the_model(
    tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (32, 32)).save(tmp_path / "photo.png")
    assert outis(tiny_checkpoint, "make", "a", "--more", tmp_path / "photo.png", "--less", "2") == 1
    assert "contains no recipe" in capsys.readouterr().err


def test_a_direction_of_another_model_is_found_again(tiny_checkpoint: Path, tiny: Generator, tmp_path: Path) -> None:
    other = small("stylegan2", seed=9)
    path = save_generator(other, tmp_path / "other.safetensors")
    theirs = NamedDirection(Direction("red", pack(unit(D))), "Red", "", "", "")
    save_mine(DirectionLibrary(other.hash, (theirs,)))
    assert outis(tiny_checkpoint, "make", "theirs", "--pictures", path, "red") == 0
    assert stored(tiny)["theirs"].origin == "pictures of tiny"


def test_a_stylegan3_model_makes_directions_too(tmp_path: Path) -> None:
    generator = small("stylegan3")
    path = save_generator(generator, tmp_path / "three.safetensors")
    assert outis(path, "make", "mine", "--sefa", 1) == 0
    assert outis(path, "make", "piled", "--more", 1, 2, "--less", 3) == 0
    assert list(stored(generator)) == ["mine", "piled"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--more", "1"], "faces for both --more and --less"),
        ([], "Give one way to make it, not 0"),
        (["--sefa", "1", "--measure", "red"], "Give one way to make it, not 2"),
        (["--difference", "1-3", "5"], "two faces, not ranges"),
    ],
)
def test_ways_that_do_not_go_together_are_wrong_usage(
    tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert outis(tiny_checkpoint, "make", "a", *words) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--measure", "rad"], "did you mean red?"),
        (["--component", "99"], "There is no component 99"),
        (["--sefa", "99"], "There is no eigenvector 99"),
        (["--sefa", "1", "--hold", "smile"], "no direction 'smile' to hold"),
        (["--difference", "1", "1"], "The two faces are the same"),
    ],
)
def test_what_the_model_lacks_is_named(
    tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert outis(tiny_checkpoint, "make", "a", *words) == 1
    assert sentence in capsys.readouterr().err


def test_a_name_is_not_taken_twice(tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outis(tiny_checkpoint, "make", "mine", "--sefa", 1) == 0
    assert outis(tiny_checkpoint, "make", "mine", "--sefa", 2) == 1
    assert "has a direction 'mine' already" in capsys.readouterr().err
