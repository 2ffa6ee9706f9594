"""Titles of faces, and the names that exports suggest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.document.face_names import MAX_STEM, OpenedFile, file_stem, title_of
from generator.recipe.recipe import (
    Direction,
    LatentSource,
    Mix,
    Noise,
    Recipe,
    SeedSource,
    Transform,
    Truncation,
    pack,
)

AGE = Direction("age", pack(np.ones(8, np.float32)))
SMILE = Direction("smile", pack(np.full(8, 2, np.float32)))
PLAIN = Recipe("m", SeedSource(85))
AGED = PLAIN.with_amount(AGE, 1.5)
LATENT = LatentSource.from_array("w", np.ones((1, 8), np.float32), "bob.npy")


@pytest.mark.parametrize(
    ("recipe", "stem"),
    [
        (PLAIN, "seed-85"),
        (AGED.with_amount(SMILE, -0.7), "seed-85-age+1.5-smile-0.7"),
        (PLAIN.with_amount(AGE, 1.23456), "seed-85-age+1.23"),
        (replace(PLAIN, truncation=Truncation(0.5, 8)), "seed-85-psi0.5-cutoff8"),
        (replace(AGED, mix=Mix(SeedSource(12), (1.0,))), "seed-85-age+1.5-mix-seed-12"),
        (replace(PLAIN, noise=Noise("none"), transform=Transform(0.1)), "seed-85-noise-none-moved"),
        (replace(AGED, source=LATENT), "bob-age+1.5"),
        (Recipe(source=replace(LATENT, name="seed 85, age +1.5")), "seed 85- age +1.5"),
    ],
)
def test_a_suggested_name_tells_the_face_and_its_edits(recipe: Recipe, stem: str) -> None:
    assert file_stem(recipe) == stem


@pytest.mark.parametrize(
    ("recipe", "stem"),
    [
        (AGED, "anna"),
        (AGED.with_amount(SMILE, 2), "anna-smile+2"),
        (AGED.with_amount(AGE, 2), "anna-age+2"),
        (PLAIN, "anna-age+0"),
        (replace(AGED, truncation=Truncation(1)), "anna-psi1"),
    ],
)
def test_the_name_of_an_opened_file_stays_and_tells_what_was_done_since(recipe: Recipe, stem: str) -> None:
    assert file_stem(recipe, OpenedFile("anna.png", AGED)) == stem
    assert title_of(recipe, OpenedFile("anna.png", AGED)) == "anna.png"


@given(name=st.text(), edits=st.lists(st.tuples(st.text(min_size=1), st.floats(-1000, 1000)), max_size=20))
def test_any_name_is_one_that_every_file_system_takes(name: str, edits: list[tuple[str, float]]) -> None:
    recipe = PLAIN
    for title, amount in edits:
        recipe = recipe.with_amount(Direction(title, AGE.vector), amount)
    for stem in (file_stem(recipe, OpenedFile(name, PLAIN)), file_stem(replace(recipe, source=LATENT))):
        assert 0 < len(stem) <= MAX_STEM + len("face-")
        assert len(stem.encode()) <= 255 - len(".webp")
        assert not set(stem) & set('/\\:*?"<>|\0\n')
        assert stem == stem.strip(" .")
        assert stem.partition(".")[0].lower() not in ("con", "nul", "com1")


def test_a_name_that_windows_keeps_for_itself_is_not_suggested() -> None:
    assert file_stem(PLAIN, OpenedFile("NUL.png", PLAIN)) == "face-NUL"


def test_no_edit_is_cut_in_the_middle() -> None:
    recipe = PLAIN
    for number in range(20):
        recipe = recipe.with_amount(Direction(f"direction{number}", AGE.vector), 1.25)
    stem = file_stem(recipe)
    assert stem == "seed-85-" + "-".join(f"direction{number}+1.25" for number in range(4))


def test_titles_name_seeds_and_stored_latents() -> None:
    assert title_of(PLAIN) == "Seed 85"
    assert title_of(Recipe(source=LATENT)) == "bob.npy"
    assert title_of(Recipe(source=replace(LATENT, name=""))) == "Stored latent"
