"""Making a direction, from the first face to the strip: each job ends, can be cancelled, and does what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import weights
from generator.attributes.attribute_model import FaceMeasurer
from generator.attributes.catalogue import MEASURES
from generator.directions import effect, made, measured_faces, survey
from generator.directions.again import solving_again
from generator.directions.layer_effect import measuring_layers
from generator.directions.made import Made, Workshop
from generator.directions.survey import face
from generator.errors import DirectionError
from generator.networks import Generator
from generator.progress import Job, finish
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, DirectionEdit, Recipe, Target, pack
from generator.render.engine import Engine
from tests.support.workshop import Blind, Colours, Greenness, small, workshop

SHIPPED = Path(weights.FACES).with_suffix(measured_faces.SUFFIX)


@pytest.fixture(scope="module")
def shop() -> Workshop:
    return workshop(small("stylegan2"), Colours())


@pytest.fixture(autouse=True)
def few_random_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effect, "RANDOM", 3)


@pytest.fixture(scope="module")
def shop3() -> Workshop:
    return workshop(small("stylegan3"))


def moves(result: Made) -> dict[str, float]:
    return dict(result.effects.table)


def sorted_by(shop: Workshop, place: int) -> list[Recipe]:
    faces = [face(seed) for seed in range(40)]
    return sorted(faces, key=lambda recipe: Colours()(shop.engine.render(recipe))[place])


def test_two_piles_move_what_they_were_sorted_by_and_leave_the_other_measure(shop: Workshop) -> None:
    faces = sorted_by(shop, 0)
    result = finish(made.make_piles(shop, "redder", faces[-10:], faces[:10]))
    assert (result.entry.direction.name, result.entry.origin) == ("redder", "piles")
    assert moves(result)["red"] > 1.5
    assert abs(moves(result)["blue-left"]) < 0.6 * moves(result)["red"]
    assert "10 faces with more" in result.entry.description


def test_a_measure_is_raised_and_the_other_left(shop: Workshop) -> None:
    result = finish(made.make_measure(shop, "blue-left"))
    assert result.entry.origin == "measure"
    assert moves(result)["blue-left"] > 1.5
    assert abs(moves(result)["red"]) < 0.6 * moves(result)["blue-left"]


def test_the_difference_of_two_faces_leads_from_one_to_the_other(shop: Workshop) -> None:
    a, b = face(1), face(2)
    result = finish(made.make_difference(shop, "to b", a, b))
    way = shop.engine.w_plus(b)[0, 0].numpy() - shop.engine.w_plus(a)[0, 0].numpy()
    vector = result.entry.direction.array
    assert vector @ way == pytest.approx(np.linalg.norm(vector) * np.linalg.norm(way), rel=1e-4)


def test_sliders_become_one_direction_with_a_row_a_layer(shop: Workshop) -> None:
    ones = pack(np.ones(32, np.float32))
    edits = (
        DirectionEdit(Direction("a", ones, Layers.span(0, 3)), 1.0),
        DirectionEdit(Direction("b", ones, Layers.span(2, 7)), -2.0),
    )
    result = finish(made.make_combination(shop, "both", Recipe(directions=edits)))
    rows = result.entry.direction.array[:, 0]
    assert result.entry.direction.rows == 8
    assert rows / rows[0] == pytest.approx([1, 1, -1, -1, -2, -2, -2, -2])


def test_a_direction_of_another_model_is_found_again_by_its_pictures(shop: Workshop) -> None:
    other = workshop(small("stylegan2", seed=5), Colours(), faces=60)
    there = finish(made.make_measure(other, "red")).entry.direction
    here = finish(made.make_from_pictures(shop, "their red", other, there))
    assert moves(here)["red"] > 0.8
    assert abs(moves(here)["blue-left"]) < moves(here)["red"]
    assert here.entry.origin == "pictures of tiny"


JOBS: dict[str, Callable[[Workshop], Job[Made]]] = {
    "piles": lambda shop: made.make_piles(shop, "a", [face(1), face(2)], [face(3)]),
    "difference": lambda shop: made.make_difference(shop, "a", face(1), face(2)),
    "component": lambda shop: made.make_component(shop, "a", 2, Layers.span(0, 3)),
    "sefa": lambda shop: made.make_sefa(shop, "a", 1, Layers.parse("0-1,4")),
}


@pytest.mark.parametrize("job", JOBS)
def test_a_model_without_faces_makes_directions_without_measures(shop3: Workshop, job: str) -> None:
    result = finish(JOBS[job](shop3))
    assert result.effects.table == ()
    assert result.strip.shape == (3 * 16, 4 * 16, 3)
    assert result.strip.dtype == np.uint8
    assert result.acts > 0
    assert result.entry.direction.misfit(shop3.num_ws, 32) == ""


def test_measures_that_see_no_face_are_absent_and_said_so() -> None:
    blind = workshop(small("stylegan3"), Blind())
    assert finish(made.make_component(blind, "a", 0)).effects.table == ()
    with pytest.raises(DirectionError, match="No faces are seen"):
        finish(made.make_measure(blind, "smile"))


def test_a_direction_is_one_sigma_long_on_its_layers(shop: Workshop) -> None:
    direction = finish(made.make_component(shop, "a", 3, Layers.span(2, 4))).entry.direction
    assert np.linalg.norm(direction.array) == pytest.approx(shop.pca.sigma[3], rel=0.05)
    assert str(direction.layers) == "2-4"


def test_what_is_held_moves_less(shop: Workshop) -> None:
    free = finish(made.make_component(shop, "a", 1))
    held = finish(made.make_component(shop, "a", 1, hold=["red"]))
    assert abs(moves(held)["red"]) < 0.8 * abs(moves(free)["red"])


def test_a_direction_of_the_library_is_held_by_its_name(shop: Workshop) -> None:
    entry = NamedDirection(shop.pca.direction(1), "Second", "", "", "")
    tilted = Recipe(directions=(DirectionEdit(shop.pca.direction(0), 1), DirectionEdit(shop.pca.direction(1), 1)))
    held = replace(shop, library=DirectionLibrary("", (entry,)))
    vector = finish(made.make_combination(held, "a", tilted, hold=["pc1"])).entry.direction.array
    places = shop.pca.components @ vector / shop.pca.sigma
    assert abs(places[1]) < 0.3 * abs(places[0])
    with pytest.raises(DirectionError, match=r"'pc2' to hold; did you mean pc1\?"):
        finish(made.make_combination(held, "a", tilted, hold=["pc2"]))


def test_a_locked_direction_is_held_by_all_others(shop: Workshop) -> None:
    locked = NamedDirection(shop.pca.direction(1), "Second", "", "", "", locked=True)
    tilt = replace(shop.pca.direction(0), name="tilt", vector=pack(shop.pca.components[0] + shop.pca.components[1]))
    held = replace(shop, library=DirectionLibrary("", (locked, NamedDirection(tilt, "Tilt", "", "", ""))))
    (again,) = finish(solving_again(held, ["tilt"]))
    new = finish(made.make_combination(held, "new", Recipe(directions=(DirectionEdit(tilt, 1),)))).entry
    for direction in (again.after.direction, new.direction):
        places = shop.pca.components @ direction.array / shop.pca.sigma
        assert abs(places[1]) < 0.05 * abs(places[0])


def test_the_person_is_the_price_of_a_move_where_people_are_told_apart(shop: Workshop) -> None:
    telling = replace(shop, identity=Greenness())
    plain, kept = (finish(made.make_measure(each, "red", layers=Layers.ALL)) for each in (shop, telling))
    assert plain.entry.identity is None
    assert kept.entry.identity is not None
    unpriced = finish(effect.measuring_identity(shop.engine, Colours(), Greenness(), plain.entry.direction))
    assert unpriced is not None
    assert kept.entry.identity / moves(kept)["red"] < unpriced / moves(plain)["red"]


def test_a_measure_that_no_layers_raise_is_refused_and_says_what_to_do(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def falling(*_: object, faces: int) -> Job[effect.Effects]:
        yield from ()
        return effect.Effects(("red",), (-1.0,))

    monkeypatch.setattr(made, "measuring_effects", falling)
    with pytest.raises(DirectionError, match="measure red; name the layers"):
        finish(made.make_measure(shop, "red"))


def test_each_layer_alone_is_compared_whether_the_direction_acts_on_it_or_not(shop: Workshop) -> None:
    changes = finish(measuring_layers(shop.engine, replace(shop.pca.direction(0), layers=Layers.parse("0-2,5"))))
    assert len(changes) == 8
    assert min(changes) > 0


def test_a_survey_is_made_once_for_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = workshop(small("stylegan2", seed=3), Colours(), faces=20)
    finish(made.make_component(shop, "a", 0))
    monkeypatch.setattr(survey, "measuring_faces", None)
    assert finish(made.make_component(shop, "b", 1)).effects.names == Colours.names


def test_what_was_measured_is_measured_again_where_it_does_not_cover_what_is_asked(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Red(Colours):
        names = ("red",)

        def __call__(self, pixels: np.ndarray) -> np.ndarray:
            return super().__call__(pixels)[:1]

    def steps(measure: object, identity: object = None) -> int:
        """How many faces were measured."""
        seen: list[object] = []
        job = survey.surveying(shop.engine, measure, shop.pca, 17, identity)  # type: ignore[arg-type]
        assert finish(job, seen.append).names == measure.names  # type: ignore[attr-defined]
        return len(seen)

    assert steps(Red()) == 17
    assert steps(Colours()) == 17  # it lacks a measure
    assert steps(Red()) == 0  # it has one more
    assert steps(Colours(), Greenness()) == 17  # it does not tell people apart
    assert steps(Colours()) == 0
    monkeypatch.setattr(measured_faces, "FORMULAS", 2)
    assert steps(Colours()) == 17  # by other formulas


def test_what_is_cached_is_what_was_measured(shop: Workshop) -> None:
    first, second = (finish(survey.surveying(shop.engine, Colours(), shop.pca, 18, Greenness())) for _ in range(2))
    for name in ("values", "people", "coordinates"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_the_shipped_model_has_measured_faces_and_measuring_them_again_gives_the_same(faces: Generator) -> None:
    """If this fails because a formula was changed on purpose: raise `catalogue.FORMULAS`, and measure again what ships
    (docs/directions.md says how)."""
    found, engine = measured_faces.load(SHIPPED), Engine(faces, "cpu")
    assert (found.model, len(found.values)) == (faces.hash, 600)
    assert set(found.names) == {measure.name for measure in MEASURES}
    assert found.people.shape == (600, 128)
    measure = FaceMeasurer(apparent=False)
    again = finish(survey.measuring_faces(engine, measure, None, 3))
    difference = np.abs(again.values - found.of(measure.names)[:3]) / np.nanstd(found.of(measure.names), axis=0)
    assert np.nanmax(difference) < 0.1
    assert SHIPPED.stat().st_size < 400_000


@pytest.mark.parametrize("change", [{"model": None}, {"values": np.zeros((3, 1))}, {"people": np.zeros((2, 9))}])
def test_damaged_measures_are_made_again(change: dict[str, object], shop: Workshop) -> None:
    model = shop.engine.generator.hash
    path = measured_faces.cache_path(model, 2)
    measured_faces.store(measured_faces.MeasuredFaces(model, Colours.names, np.ones((2, 2)), np.zeros((2, 0))), 2)
    assert measured_faces.known(model, Colours.names, people=False, faces=2, default=9) is not None
    held = {**np.load(path), **change}
    np.savez(path, **{name: value for name, value in held.items() if value is not None})
    assert measured_faces.known(model, Colours.names, people=False, faces=2, default=9) is None


def test_a_job_that_is_closed_leaves_nothing_behind(isolated_user_folders: object) -> None:
    shop = workshop(small("stylegan2", seed=4), Colours(), faces=20)
    job = made.make_component(shop, "a", 0)
    texts = [next(job).text for _ in range(10)]
    job.close()
    assert texts[0] == "Measuring faces of this model"
    assert finish(survey.surveying(shop.engine, shop.measure, shop.pca, 20)).values.shape == (20, 2)


def test_a_direction_acts_where_the_styles_depend_on_it() -> None:
    generator = small("stylegan2", seed=6)
    for name, module in generator.synthesis.named_modules():  # type: ignore[attr-defined]
        if name.endswith("affine"):
            module.weight[:, 1:] = 0
    engine = Engine(generator, "cpu")
    rows = np.eye(32, dtype=np.float32)
    assert finish(effect.acting(engine, Direction("seen", pack(rows[0])))) > 1.3
    assert finish(effect.acting(engine, Direction("unseen", pack(rows[20])))) == 0


def test_the_middle_row_of_the_strip_is_the_unmoved_faces(shop: Workshop) -> None:
    direction = shop.pca.direction(0)
    picture = finish(effect.drawing_strip(shop.engine, direction, faces=2))
    assert picture.shape == (3 * 32, 2 * 32, 3)
    assert np.array_equal(picture[32:64], finish(effect.drawing_strip(shop.engine, direction, 2, amounts=(0.0,))))
    assert not np.array_equal(picture[:32], picture[64:])


def test_what_leads_to_a_target_is_shown_once_the_whole_way(shop: Workshop) -> None:
    there = replace(shop.pca.direction(0), target=Target(pack(shop.pca.mean), 2.0))
    result = finish(made.bringing(shop, there, "file a.csv", "Sets a component"))
    assert result.effects.reach == 1
    assert "From -1 to +1" in result.entry.description
    assert np.array_equal(result.strip, finish(effect.drawing_strip(shop.engine, there, amounts=(-1.0, 0.0, 1.0))))
    assert result.acts > 0


@pytest.mark.parametrize(("ratio", "words"), [(1.2, "hardly acts"), (3.0, "It acts on this model")])
def test_whether_it_acts_is_said_in_words(ratio: float, words: str) -> None:
    assert words in effect.about_acting(ratio)


def test_what_it_does_is_said_with_the_strongest_first() -> None:
    found = effect.Effects(("age", "smile"), (0.5, -2.25))
    assert found.sentence == "From -3 to +3 it moves, in standard deviations: smile -2.2, age +0.5."
    assert found.strongest[0] == ("smile", -2.25)
    assert "No measure" in effect.Effects().sentence
