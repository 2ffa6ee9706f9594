"""`--class` of the commands: by number and by name, and what is said where it does not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.cli import main
from generator.checkpoint.save import save
from generator.config import GeneratorConfig
from generator.formats.open_face import read_file
from generator.recipe.recipe import SeedSource
from generator.video.reading import timeline_of
from tests.support.models import random_generator

PETS = ("tench, Tinca tinca", "goldfish", "crane")
Outis = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 16 px with three classes, whose names it has itself."""
    small = {"z_dim": 16, "w_dim": 16, "mapping_layers": 1, "channel_base": 128, "channel_max": 8}
    generator = random_generator(GeneratorConfig(16, c_dim=3, **small))
    generator.class_names = PETS
    path = tmp_path_factory.mktemp("models") / "pets.safetensors"
    save(generator, path)
    return path


@pytest.fixture
def outis(pets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Outis:
    """words -> (exit code, stdout, stderr), with the model and in a folder of this test."""
    monkeypatch.chdir(tmp_path)

    def run(command: str, *options: str) -> tuple[int, str, str]:
        code = main([command, "--model", str(pets), "--device", "cpu", *options])
        return code, *capsys.readouterr()

    return run


def test_a_class_by_name_is_the_class_of_every_seed_and_of_the_mix(outis: Outis, tmp_path: Path) -> None:
    assert outis("render", "--seeds", "1,2", "--class", "GoldFish", "--mix", "7@2-3", "--out", "out")[::2] == (0, "")
    recipe = read_file(tmp_path / "out" / "seed0002.png").recipe
    assert recipe.source == SeedSource(2, 1)
    assert recipe.mix is not None
    assert recipe.mix.source == SeedSource(7, 1)


def test_a_recipe_keeps_its_class_and_an_option_changes_it(outis: Outis, tmp_path: Path) -> None:
    assert outis("render", "--seeds", "1", "--class", "2", "--out", "a.png")[0] == 0
    assert outis("render", "--recipe", "a.png", "--out", "b.png")[::2] == (0, "")
    assert outis("render", "--recipe", "a.png", "--class", "Tinca tinca", "--out", "c.png")[0] == 0
    classes = [read_file(tmp_path / name).recipe.source for name in ("b.png", "c.png")]
    assert classes == [SeedSource(1, 2), SeedSource(1, 0)]


def test_without_a_class_the_zero_class_is_drawn_and_one_sentence_says_so(outis: Outis, tmp_path: Path) -> None:
    code, _, stderr = outis("render", "--seeds", "0-4", "--grid", "5", "--out", "sheet.png")
    assert (code, stderr.count("zero class is rendered")) == (0, 1)
    assert "3 classes" in stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [("goldfsh", "did you mean goldfish"), ("3", "classes 0 to 2"), ("-1", "no class '-1'"), ("ostrich", "no class")],
)
def test_a_class_that_is_not_there_is_one_sentence(outis: Outis, name: str, words: str) -> None:
    code, _, stderr = outis("render", "--seeds", "0", f"--class={name}", "--out", "a.png")
    assert code == 1
    assert words in stderr
    assert not Path("a.png").exists()


def test_a_stored_latent_has_its_class_in_itself(outis: Outis, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((1, 16), np.float32))
    code, _, stderr = outis("render", "--recipe", "a.npy", "--as", "w", "--class", "2", "--out", "b.png")
    assert (code, "class cannot be changed" in stderr) == (1, True)


def test_names_in_a_file_take_the_place_of_the_models(outis: Outis, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Schleie\nGoldfisch\nKranich")
    named = ("--class", "kranich", "--class-names", "names.txt")
    assert outis("render", "--seeds", "1", *named, "--out", "a.png")[0] == 0
    assert read_file(tmp_path / "a.png").recipe.source == SeedSource(1, 2)
    (tmp_path / "names.txt").write_text("Schleie")
    assert "1 names and the model 3 classes" in outis("render", "--seeds", "1", *named, "--out", "b.png")[2]


def test_a_model_without_classes_takes_none(render_tiny, out: Path) -> None:  # type: ignore[no-untyped-def]
    code, _, stderr = render_tiny("--seeds", 1, "--class", 2, "--out", out / "a.png")
    assert (code, "has no classes" in stderr) == (1, True)
    assert "zero class" not in render_tiny("--seeds", 1, "--out", out / "a.png")[2]


def test_faces_in_motion_and_a_random_walk_are_of_the_class(outis: Outis, tmp_path: Path) -> None:
    video = ("--seconds", "0.2", "--fps", "5")
    assert outis("animate", "--seeds", "1,2", "--class", "crane", *video, "--out", "walk.png")[0] == 0
    assert (
        outis("animate", "--seeds", "1", "--class", "2", "--motion", "wander=1", *video[2:], "--out", "w.png")[0] == 0
    )
    faces = [*timeline_of("walk.png").keyframes, *timeline_of("w.png").keyframes]
    assert {face.recipe.source.label for face in faces if isinstance(face.recipe.source, SeedSource)} == {2}


def test_a_pulled_face_is_of_the_class(outis: Outis, tmp_path: Path) -> None:
    code, _, stderr = outis("grab", "--seed", "1", "--class", "5", "--pull", "4,4=1,0", "--out", "a.png")
    assert (code, "classes 0 to 2" in stderr) == (1, True)


def test_info_lists_the_classes(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(pets)]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("classes"))
    assert line.split(maxsplit=1)[1] == "3: 0 tench, Tinca tinca, 1 goldfish, 2 crane"
    assert main(["info", str(pets), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["class_names"] == list(PETS)


def test_faces_of_a_project_are_of_the_class(pets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(tmp_path / "pets.outis")
    assert main(["project", "add", project, "1,2", "--model", str(pets), "--class", "crane"]) == 0
    capsys.readouterr()
    assert main(["project", "info", project, "--json"]) == 0
    sources = [face["recipe"]["source"] for face in json.loads(capsys.readouterr().out)["faces"]]
    assert sources == [{"seed": 1, "label": 2}, {"seed": 2, "label": 2}]
    assert main(["project", "add", project, "1", "--class", "crane"]) == 1
    assert "has no classes" in capsys.readouterr().err
