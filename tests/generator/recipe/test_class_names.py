"""Names of classes: every form of file, what does not fit, and files that mean no good."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import checkpoint
from generator.checkpoint.save import save
from generator.errors import ClassError
from generator.networks import Generator
from generator.printable import printable
from generator.recipe import class_names
from generator.recipe.class_names import ClassNames
from generator.recipe.class_names_text import MAX_CLASSES, parse
from tests.support.models import TINY, random_generator, save_generator

PETS = ("tench, Tinca tinca", "goldfish", "crane", "great white shark", "crane")


@pytest.mark.parametrize(
    "text",
    [
        "tench\ngoldfish\n\n",
        "\ufefftench\r\ngoldfish\r\n",
        "1: goldfish\n0: tench",
        "0 tench\n1 goldfish",
        "0\ttench\n1\tgoldfish",
        '["tench", "goldfish"]',
        '{"1": "goldfish", "0": "tench"}',
        '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}',
        '{"labels": [["a.png", 0]], "class_names": ["tench", "goldfish"]}',
        '{"classes": {"0": "tench", "1": "goldfish"}}',
    ],
)
def test_every_form_of_file_gives_the_names_in_the_order_of_the_numbers(text: str, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text(text)
    assert class_names.read(tmp_path / "names.txt", 2).names == ("tench", "goldfish")


def test_lines_that_begin_with_numbers_of_their_own_stay_as_they_are() -> None:
    assert parse(b"1 euro\n2 euro", "coins.txt") == ("1 euro", "2 euro")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\nb\nc", "has 3 names and the model 2 classes"),
        ('{"labels": [["a.png", 0]]}', "numbers of classes and not their names"),
        ('{"0": "a", "2": "b"}', "does not number the classes from 0 on"),
        ('[["a", 1], "b"]', "where a name should be"),
        ('{"classes": 7}', "no list of names"),
        ("[[[", "neither valid JSON nor lines"),
        ("[" * 100_000, "neither valid JSON nor lines"),
        ("\n\n", "contains no names"),
        ("a" * 201 + "\nb", "more than 200 characters for class 0"),
        ("\n".join("ab" * 33_000), "at most 65,536 classes"),
    ],
)
def test_a_file_that_does_not_fit_is_one_sentence(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text(text)
    with pytest.raises(ClassError, match=words):
        class_names.read(tmp_path / "names.txt", 2)


def test_a_file_of_100_mb_is_not_read_and_one_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.txt").touch()
    os.truncate(tmp_path / "large.txt", 100_000_000)
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\xff\xfe")
    for name, words in {"large.txt": "more than 4000000 bytes", "picture.txt": "not text", "no.txt": "No such"}.items():
        with pytest.raises(ClassError, match=words):
            class_names.read(tmp_path / name, 2)


def test_control_characters_of_a_name_are_never_shown() -> None:
    assert parse(b"red\x1b[2J\nup\xe2\x80\xaedown", "names.txt") == ("red\ufffd[2J", "up\ufffddown")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=8))
def test_names_that_were_written_are_read_as_they_are_shown(names: list[str]) -> None:
    try:
        shown = parse(json.dumps(names).encode(), "names.json")
    except ClassError as error:
        assert "no names" in str(error)  # noqa: PT017 (nothing but blanks)
        return
    assert shown == tuple(map(printable, shown))
    assert parse(class_names.as_text(shown), "names.txt") == shown


@given(st.binary(max_size=200))
def test_no_bytes_give_anything_but_names_or_one_sentence(data: bytes) -> None:
    try:
        names = parse(data, "names.txt")
    except ClassError as error:
        assert str(error).startswith("names.txt ")  # noqa: PT017
    else:
        assert 0 < len(names) <= MAX_CLASSES


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), (" 3 ", 3), ("GOLDFISH", 1), ("tench", 0), ("Tinca  tinca", 0), ("great_white_shark", 3)],
)
def test_a_class_is_found_by_number_name_and_synonym(text: str, number: int) -> None:
    assert ClassNames(PETS).number_of(text, 5) == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("goldfsh", "did you mean goldfish"),
        ("crane", "the classes 2 and 4; give the number"),
        ("5", "Class 5 is out of range; the model has the classes 0 to 4"),
        ("zzz", "it has the classes 0 to 4"),
    ],
)
def test_a_class_that_is_not_there_is_one_sentence_that_helps(text: str, words: str) -> None:
    with pytest.raises(ClassError, match=words):
        ClassNames(PETS).number_of(text, 5)


def test_a_name_for_a_model_without_names_asks_for_a_number() -> None:
    with pytest.raises(ClassError, match="give a number from 0 to 4"):
        ClassNames().number_of("tench", 5)


# beside the model ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pets() -> Generator:
    """A random StyleGAN2 of 32 px with five classes; read-only."""
    return random_generator(dataclasses.replace(TINY, c_dim=5))


def test_names_beside_a_model_are_found_when_it_opens(pets: Generator, tmp_path: Path) -> None:
    model = save_generator(pets, tmp_path / "pets.safetensors")
    assert checkpoint.load(model).class_names == ()
    assert class_names.keep(ClassNames(PETS), model, pets.hash) == tmp_path / "pets.classes.txt"
    assert checkpoint.load(model).class_names == PETS


def test_names_beside_a_model_that_do_not_fit_are_left_out_and_it_says_so(pets: Generator, tmp_path: Path) -> None:
    model = save_generator(pets, tmp_path / "pets.safetensors")
    (tmp_path / "pets.classes.txt").write_text("tench\ngoldfish")
    opened = checkpoint.load(model)
    assert (opened.class_names, opened.class_fault) == (
        (),
        "pets.classes.txt has 2 names and the model 5 classes; give a file with a name for each.",
    )


def test_names_are_kept_for_the_user_where_the_folder_of_the_model_is_read_only(
    pets: Generator, tmp_path: Path
) -> None:
    missing = tmp_path / "gone" / "pets.safetensors"  # a folder in which nothing can be written
    kept = class_names.keep(ClassNames(PETS), missing, pets.hash)
    assert kept == class_names.place_of(pets.hash)
    assert checkpoint.load(save_generator(pets, tmp_path / "pets.safetensors")).class_names == PETS
    kept.unlink()


def test_names_go_along_inside_a_model_that_is_saved(pets: Generator, tmp_path: Path) -> None:
    named = random_generator(pets.config)
    named.class_names = PETS
    save(named, tmp_path / "a.safetensors")
    assert checkpoint.load(tmp_path / "a.safetensors").class_names == PETS
    assert not (tmp_path / "a.classes.txt").exists()


def test_names_too_long_for_the_header_of_a_model_go_along_beside_it(tmp_path: Path) -> None:
    many = random_generator(dataclasses.replace(TINY, c_dim=4000, z_dim=4, w_dim=4, mapping_layers=1))
    many.class_names = tuple(f"{number} {'x' * 150}" for number in range(4000))
    save(many, tmp_path / "many.safetensors")
    assert (tmp_path / "many.classes.txt").exists()
    assert checkpoint.load(tmp_path / "many.safetensors").class_names == many.class_names
