"""Looks: what they change on another face and what they leave, and what their files refuse."""

import doctest
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import ExportError, RecipeError
from generator.project import look as module
from generator.project.look import (
    ALL_PARTS,
    MAX_BYTES,
    Look,
    Movement,
    Part,
    applied,
    look_from_json,
    look_to_json,
    read_look,
    save_look,
    take,
)
from generator.recipe.recipe import (
    MAX_AMOUNT,
    Direction,
    DirectionEdit,
    LatentSource,
    Mix,
    Noise,
    Recipe,
    SeedSource,
    Transform,
    Truncation,
    pack,
)
from tests.support.effort import tries
from tests.support.recipe_strategies import recipes

FEW = settings(max_examples=tries(20))  # a pair of recipes takes long to make
AGE, SMILE, HAIR = (Direction(name, pack(np.full(4, k, "f4"))) for k, name in enumerate(("age", "smile", "hair"), 1))
FACE = Recipe("m", SeedSource(7), Truncation(1.0), (DirectionEdit(AGE, 1.0), DirectionEdit(SMILE, 2.0)))
EDITED = Recipe(
    "m",
    SeedSource(1),
    Truncation(0.5, 4),
    (DirectionEdit(HAIR, 3.0), DirectionEdit(AGE, -1.0)),
    Mix(SeedSource(9), (1.0, 0.5, 0.0)),
    Noise("random", 5),
    Transform(0.1, 0.2, 30),
)
GOOD = json.loads(look_to_json(take("calm", EDITED)))


def amounts(recipe: Recipe) -> dict[str, float]:
    return {edit.direction.name: edit.amount for edit in recipe.directions}


def test_the_examples_of_looks_work() -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_a_look_sets_its_amounts_and_leaves_the_other_directions_source_and_transform_of_the_face() -> None:
    result = applied(take("", EDITED), FACE)
    assert amounts(result) == {"age": -1.0, "smile": 2.0, "hair": 3.0}
    assert (result.source, result.transform, result.model) == (FACE.source, FACE.transform, FACE.model)
    assert (result.truncation, result.noise, result.mix) == (EDITED.truncation, EDITED.noise, EDITED.mix)


def test_half_a_strength_goes_half_the_way() -> None:
    result = applied(take("", EDITED), FACE, 0.5)
    assert amounts(result) == {"smile": 2.0, "hair": 1.5}  # age is between 1 and -1: none is left
    assert result.truncation == Truncation(0.75, 4)
    assert result.mix == Mix(SeedSource(9), (0.5, 0.25, 0.0))
    assert result.noise == EDITED.noise


def test_only_the_ticked_parts_are_taken_and_applied() -> None:
    for part in Part:
        look = take("", EDITED, {part})
        result = applied(look, FACE)
        changed = {
            Part.DIRECTIONS: result.directions != FACE.directions,
            Part.MIX: result.mix != FACE.mix,
            Part.TRUNCATION: result.truncation != FACE.truncation,
            Part.NOISE: result.noise != FACE.noise,
        }
        assert {name for name, is_changed in changed.items() if is_changed} == {part}


def test_replacing_takes_back_what_the_look_lacks_in_its_parts_only() -> None:
    mixed = replace(FACE, mix=Mix(SeedSource(3), (1.0, 1.0)))
    plain = Recipe("m", directions=(DirectionEdit(HAIR, 3.0),))
    both = applied(take("", plain), mixed, replace=True)
    assert amounts(both) == {"hair": 3.0}
    assert both.mix is None
    assert applied(take("", plain, {Part.MIX}), mixed, replace=True).directions == mixed.directions
    half = applied(take("", plain), mixed, 0.5, replace=True)
    assert amounts(half) == {"age": 0.5, "smile": 1.0, "hair": 1.5}
    assert half.mix == Mix(SeedSource(3), (0.5, 0.5))
    assert applied(take("", plain), mixed).mix == mixed.mix


def test_a_mix_is_cut_or_padded_to_the_layers_of_the_model() -> None:
    look = take("", EDITED)
    for num_ws, weights in ((2, (1.0, 0.5)), (5, (1.0, 0.5, 0.0, 0.0, 0.0))):
        result = applied(look, FACE, num_ws=num_ws)
        assert result.mix is not None
        assert result.mix.weights == weights


def test_a_cutoff_behind_the_last_layer_of_the_model_truncates_every_layer() -> None:
    assert applied(take("", EDITED), FACE, num_ws=4).truncation == Truncation(0.5, None)
    assert applied(take("", EDITED), FACE, num_ws=5).truncation == Truncation(0.5, 4)


def test_a_mix_with_the_same_second_face_goes_from_the_weights_of_the_face() -> None:
    mixed = replace(FACE, mix=Mix(SeedSource(9), (0.0, 0.5)))
    assert applied(take("", EDITED), mixed, 0.5).mix == Mix(SeedSource(9), (0.5, 0.5, 0.0))


def test_vectors_of_another_length_are_refused_with_the_name_of_the_look() -> None:
    look = take("summer", EDITED)
    assert applied(look, FACE, w_dim=4) == applied(look, FACE)
    with pytest.raises(RecipeError, match=r"'summer'.*'hair' has shape \[4\], and the model takes \[8\]"):
        applied(look, FACE, w_dim=8)


def test_a_second_face_of_another_shape_is_refused_with_the_name_of_the_look() -> None:
    second = LatentSource.from_array("w+", np.ones((3, 4), "f4"))
    look = take("summer", replace(FACE, mix=Mix(second, (1.0,))))
    assert applied(look, FACE, num_ws=3, w_dim=4).mix is not None
    with pytest.raises(RecipeError, match=r"'summer'.*\[3, 4\].*\[2, 4\]"):
        applied(look, FACE, num_ws=2, w_dim=4)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_0_to_1_is_refused(strength: float) -> None:
    with pytest.raises(RecipeError, match="strength"):
        applied(take("", EDITED), FACE, strength)


@FEW
@given(recipes, recipes, st.booleans())
def test_strength_0_changes_nothing(look: Recipe, face: Recipe, replacing: bool) -> None:
    assert applied(take("", look), face, 0.0, 18, replacing) == face


@FEW
@given(recipes, recipes, st.floats(0, 1), st.booleans(), st.none() | st.integers(1, 20))
def test_any_look_applies_to_any_face_at_any_strength(
    look: Recipe, face: Recipe, strength: float, replacing: bool, num_ws: int | None
) -> None:
    result = applied(take("", look), face, strength, num_ws, replacing)
    assert result.source == face.source
    assert result.transform == face.transform


@FEW
@given(recipes, recipes)
def test_all_of_a_look_applied_twice_is_the_same_as_once(look: Recipe, face: Recipe) -> None:
    once = applied(take("", look), face)
    assert applied(take("", look), once) == once


def test_an_edit_of_one_face_moves_another_by_the_same_difference() -> None:
    after = FACE.with_amount(AGE, 1.5).with_amount(SMILE, 0)
    other = Recipe("m", SeedSource(8), Truncation(0.3), (DirectionEdit(AGE, 0.1), DirectionEdit(HAIR, 1.0)))
    result = Movement(FACE, after).of(other)
    assert amounts(result) == {"age": 0.6, "hair": 1.0, "smile": -2.0}
    assert result.truncation == other.truncation
    assert result.source == other.source


def test_what_is_not_a_direction_takes_the_new_value_only_where_it_was_changed() -> None:
    after = replace(FACE, truncation=Truncation(0.2), noise=Noise("none"), transform=Transform(degrees=5))
    other = replace(EDITED, source=SeedSource(8))
    result = Movement(FACE, after).of(other)
    assert result.truncation == Truncation(0.2, 4)
    assert result.noise == Noise("none", 5)
    assert result.transform == Transform(0.1, 0.2, 5)
    assert result.mix == other.mix


def test_a_slider_ends_at_the_largest_amount() -> None:
    far = Recipe(directions=(DirectionEdit(AGE, MAX_AMOUNT - 1.0),))
    assert Movement(Recipe(), Recipe().with_amount(AGE, 5.0)).of(far).amount(AGE) == MAX_AMOUNT


def test_no_change_returns_the_other_face_itself() -> None:
    assert Movement(FACE, FACE).of(EDITED) is EDITED


@FEW
@given(recipes, recipes)
def test_an_edit_moved_along_the_face_that_was_edited_is_that_edit(a: Recipe, b: Recipe) -> None:
    same_source = replace(b, source=a.source, model=a.model)
    assert Movement(a, same_source).of(a) == same_source


steps = st.floats(-20, 20)


@given(st.lists(steps, min_size=3, max_size=3), st.lists(steps, min_size=3, max_size=3), steps, steps)
def test_the_way_back_brings_back_the_amounts(first: list[float], second: list[float], x: float, y: float) -> None:
    def moved(values: list[float]) -> Recipe:
        edits = zip((AGE, SMILE, HAIR), values, strict=True)
        return Recipe(directions=tuple(DirectionEdit(*edit) for edit in edits if edit[1]))

    a, b, other = moved(first), moved(second), moved([x, y, 0.0])
    back = Movement(b, a).of(Movement(a, b).of(other))
    for direction in (AGE, SMILE, HAIR):
        assert back.amount(direction) == pytest.approx(other.amount(direction), abs=1e-8)


@FEW
@given(recipes, st.sets(st.sampled_from(list(Part))), st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_a_look_comes_back_from_its_json(recipe: Recipe, parts: set[Part], name: str) -> None:
    look = take(name, recipe, parts)
    assert look_from_json(look_to_json(look)) == look


def test_a_look_comes_back_from_its_file(tmp_path: Path) -> None:
    look = take("Sömmer", EDITED, {Part.MIX, Part.NOISE})
    save_look(tmp_path / "summer.look.json", look)
    assert read_look(tmp_path / "summer.look.json") == look


def test_parts_that_are_not_ticked_are_not_in_the_file() -> None:
    text = look_to_json(take("", EDITED, {Part.TRUNCATION}))
    assert "hair" not in text
    assert json.loads(text)["recipe"]["mix"] is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "outis-recipe"}, "not a look"),
        ({"version": 2}, "version 2"),
        ({"name": 5}, "'name' is int"),
        ({"name": "\ud800"}, "not Unicode"),
        ({"name": "a" * 300}, "300 characters"),
        ({"parts": "mix"}, "not a list"),
        ({"parts": ["mix"] * 100}, "not a list"),
        ({"parts": ["direction"]}, "did you mean directions"),
        ({"parts": [5]}, "expected some of"),
        ({"parts": [["mix"]]}, "not a part"),
        ({"recipe": 3}, "not a recipe"),
        ({"extra": 1}, "'extra' is missing or unknown"),
    ],
)
def test_a_file_that_is_not_a_look_is_refused_with_one_sentence(
    change: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.look.json"
    path.write_text(json.dumps(GOOD | change))
    with pytest.raises(RecipeError, match=sentence) as caught:
        read_look(path)
    assert str(caught.value).startswith("bad.look.json: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[" * 100_000, b"[]", b"null", b'{"format": "outis-look"}'])
def test_bytes_that_are_not_a_look_are_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.look.json"
    path.write_bytes(data)
    with pytest.raises(RecipeError, match=r"^bad\.look\.json: "):
        read_look(path)


def test_a_field_that_is_missing_is_refused() -> None:
    for name in ("name", "parts", "recipe"):
        with pytest.raises(RecipeError, match=repr(name)):
            look_from_json(json.dumps({key: value for key, value in GOOD.items() if key != name}))


def test_a_huge_file_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.look.json"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    for path in (huge, tmp_path, tmp_path / "none.look.json"):
        with pytest.raises(RecipeError, match="could not be read"):
            read_look(path)


def test_a_look_is_only_written_under_the_name_of_a_look(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.look\.json"):
        save_look(tmp_path / "summer.json", Look("", Recipe(), ALL_PARTS))
    assert list(tmp_path.iterdir()) == []
