"""`outis render --project`: a face of a project by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.formats.open_face import read_file
from generator.networks import Generator
from generator.project.face import Face
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.project_files import OTHER, pixels, written

Outis = Callable[..., tuple[int, str, str]]


def test_a_face_of_a_project_is_rendered_by_its_name(outis: Outis, project: Path, tiny: Generator) -> None:
    assert outis("render", "--project", project, "--face", "Anna", "--out", "a.png")[:2] == (0, "a.png\n")
    assert read_file("a.png").recipe == Recipe(tiny.hash, SeedSource(1))


@pytest.mark.parametrize(("name", "seed"), [("Seed 3", 3), ("2", 2), ("Anna", 1)])
def test_a_face_is_found_by_name_by_seed_and_by_number(outis: Outis, project: Path, name: str, seed: int) -> None:
    assert outis("render", "--project", project, "--face", name, "--out", "a.png")[0] == 0
    assert read_file("a.png").recipe.source == SeedSource(seed)


def test_several_faces_become_files_of_their_names_with_the_other_options(outis: Outis, project: Path) -> None:
    options = ["--face", "Anna", "Bert", "--truncation", 0.2, "--size", 20]
    code, out, _ = outis("render", "--project", project, *options, "--out", "out/")
    assert (code, out.split()) == (0, ["out/Anna.png", "out/Bert.png"])
    assert read_file("out/Bert.png").recipe.truncation == Truncation(0.2)
    assert pixels("out/Bert.png").shape == (20, 20, 3)
    assert outis("render", "--project", project, "--face", "Anna", "Bert", "--grid", 2, "--out", "s.png")[0] == 0


def test_one_face_in_a_folder_is_called_by_its_name(outis: Outis, project: Path) -> None:
    assert outis("render", "--project", project, "--face", "Anna", "--out", "out/")[1] == "out/Anna.png\n"


def test_seeds_take_the_edits_of_a_face(outis: Outis, project: Path, tiny: Generator) -> None:
    edited = Face.of(6, Recipe(tiny.hash, truncation=Truncation(0.1)), name="Eve")
    written("p.outis", edited)
    assert outis("render", "--project", project, "--face", "Eve", "--seeds", "8", "--out", "a.png")[0] == 0
    assert read_file("a.png").recipe == Recipe(tiny.hash, SeedSource(8), Truncation(0.1))


def test_two_faces_of_one_name_are_told_apart_by_their_numbers(outis: Outis, project: Path, tiny: Generator) -> None:
    written("p.outis", Face.of(9, Recipe(tiny.hash, SeedSource(9)), order=9, name="Anna"))
    code, out, err = outis("render", "--project", project, "--face", "Anna", "--out", "a.png")
    assert (code, out, err) == (1, "", "outis: 2 faces are called 'Anna'; name one by its number: 1, 9.\n")
    assert outis("render", "--project", project, "--face", "9", "--out", "a.png")[0] == 0
    assert read_file("a.png").recipe.source == SeedSource(9)


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--project", "p.outis", "--face", "Anan"], 1, "The project has no face 'Anan'; did you mean Anna?"),
        (["--project", "p.outis", "--face", "Dora"], 1, "The project has no face 'Dora'"),
        (["--project", "absent.outis", "--face", "Anna"], 1, "There is no file absent.outis"),
        (["--project", "p.outis"], 2, "Which faces of the project? Give --face NAME"),
        (["--face", "Anna"], 2, "add --project FILE"),
        (["--project", "p.outis", "--face", "Anna", "--recipe", "a.json"], 2, "cannot be combined"),
        (["--project", "p.outis", "--face", "Anna", "Bert", "--seeds", "1"], 2, "give one --face"),
        (["--project", "p.outis", "--face", "Anna", "Bert"], 2, "one file for 2 faces"),
    ],
)
def test_what_cannot_be_rendered_is_one_sentence(
    outis: Outis, project: Path, options: list[str], code: int, words: str
) -> None:
    found, out, err = outis("render", *options, "--out", "a.png")
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert words in err
    assert not Path("a.png").exists()


def test_a_face_of_another_model_is_refused(outis: Outis, project: Path) -> None:
    written("p.outis", Face.of(6, Recipe(OTHER), name="Other"))
    code, _, err = outis("render", "--project", project, "--face", "Other", "--out", "a.png")
    assert (code, err.count("\n")) == (1, 1)
    assert "Other was made with model cdcdcdcdcdcd" in err
