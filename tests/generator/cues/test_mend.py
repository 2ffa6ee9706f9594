"""Mending: the worst cue falls by a small step, no other rises, and the edit is one like any other."""

from __future__ import annotations

import numpy as np
import pytest

from generator.cues.cue import NAMES, Cue
from generator.cues.mend import FARTHEST, NAME, Inspect, Mended, Mender
from generator.networks import Generator
from generator.progress import finish
from generator.recipe import pca
from generator.recipe.pca import Pca
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.engine import Engine

FACE = Recipe(source=SeedSource(5), truncation=Truncation(1.0))


@pytest.fixture(scope="module")
def engine(tiny: Generator) -> Engine:
    return Engine(tiny, "cpu")


@pytest.fixture(scope="module")
def components(engine: Engine) -> Pca:
    return finish(pca.fitting(engine.mapping, engine.config.z_dim, engine.generator.hash, 1000, 12))


def cues(**percentiles: float) -> tuple[Cue, ...]:
    """Those that are named judged, in hundredths."""
    return tuple(
        Cue(name, percentiles[name] / 100, percentile=percentiles[name])
        if name in percentiles
        else Cue(name, None, "?")
        for name in NAMES
    )


def by_distance(engine: Engine, components: Pca, recipe: Recipe) -> Inspect:
    """Eyes are the more unusual the farther W+ is from the mean of W."""

    def distance(moved: Recipe) -> float:
        return float(np.linalg.norm(engine.w_plus(moved)[0].numpy() - components.mean))

    start = distance(recipe)
    return lambda moved, pixels: cues(eyes=min(99 * distance(moved) / start, 100), hair=40)


def mended(engine: Engine, components: Pca, inspect: Inspect, recipe: Recipe = FACE) -> Mended:
    return finish(Mender(engine, components, inspect).mending(recipe))


def test_the_worst_cue_falls_by_a_step_that_is_small(engine: Engine, components: Pca) -> None:
    found = mended(engine, components, by_distance(engine, components, FACE))
    assert found.cue == "eyes"
    assert found.after < found.before - 10
    assert 0 < found.apart <= FARTHEST * 1.01
    assert f"{found.before:.0f} of 100" in found.sentence


def test_what_mends_is_an_edit_of_amount_one_with_a_row_for_each_layer(engine: Engine, components: Pca) -> None:
    found = mended(engine, components, by_distance(engine, components, FACE))
    assert found.edit is not None
    assert found.recipe == Recipe(source=FACE.source, truncation=FACE.truncation, directions=(found.edit,))
    assert (found.edit.direction.name, found.edit.amount) == (NAME, 1.0)
    assert found.edit.direction.array.shape == (engine.config.num_ws, engine.config.w_dim)


def test_mending_again_goes_on_in_the_same_edit(engine: Engine, components: Pca) -> None:
    inspect = by_distance(engine, components, FACE)
    once = mended(engine, components, inspect)
    assert once.recipe is not None
    twice = mended(engine, components, inspect, once.recipe)
    assert twice.recipe is not None
    assert [edit.direction.name for edit in twice.recipe.directions] == [NAME]
    assert twice.before == pytest.approx(once.after, abs=0.1)
    assert twice.after < once.after


def test_nothing_is_changed_where_every_step_makes_another_cue_worse(engine: Engine, components: Pca) -> None:
    distance = by_distance(engine, components, FACE)

    def inspect(moved: Recipe, pixels: np.ndarray) -> tuple[Cue, ...]:
        eyes = next(cue.percentile for cue in distance(moved, pixels) if cue.name == "eyes")
        return cues(eyes=eyes or 0, teeth=99.0 if moved.directions else 10.0)

    found = mended(engine, components, inspect)
    assert found.recipe is None
    assert found.edit is None
    assert found.sentence.startswith("Eyes could not be mended")


def test_another_person_is_not_a_mended_face(engine: Engine, components: Pca) -> None:
    def embed(pixels: np.ndarray) -> np.ndarray:
        return pixels.astype(np.float32).ravel()  # any change is another person

    inspect = by_distance(engine, components, FACE)
    found = finish(Mender(engine, components, inspect, embed).mending(FACE))
    assert found.recipe is None


def test_a_face_without_anything_unusual_stays_as_it_is(engine: Engine, components: Pca) -> None:
    found = mended(engine, components, lambda moved, pixels: cues(eyes=20, teeth=45))
    assert found.sentence == "Nothing about this face is unusual enough to be mended."
    assert found.recipe is None
