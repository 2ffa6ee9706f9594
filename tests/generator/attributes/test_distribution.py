"""Where a face lies among a model's own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import weights
from generator.attributes import distribution
from generator.attributes.catalogue import MEASURES
from generator.attributes.distribution import (
    STEPS,
    SUFFIX,
    Distribution,
    distribution_of,
    known,
    load,
    measuring,
    save,
    store,
)
from generator.errors import DirectionError
from generator.networks import Generator
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource

SHIPPED = Path(weights.FACES).with_suffix(SUFFIX)


class Seeds:
    """Measures the seed that was rendered, and something that cannot be seen on odd ones."""

    names = ("seed", "seldom")

    def render(self, recipe: Recipe) -> np.ndarray:
        assert isinstance(recipe.source, SeedSource)
        assert recipe.truncation.psi == distribution.PSI
        return np.array([recipe.source.seed - distribution.FIRST_SEED])

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        return np.array([pixels[0], np.nan if pixels[0] % 2 else 5.0])


@pytest.fixture
def measured() -> Distribution:
    seeds = Seeds()
    return finish(measuring(seeds.render, seeds, "ab" * 32, 201))


def test_a_distribution_is_the_quantiles_of_the_models_own_faces(measured: Distribution) -> None:
    assert measured.faces == 201
    np.testing.assert_allclose(measured.of("seed"), np.arange(0, 202, 2))
    np.testing.assert_allclose(measured.of("seldom"), 5)


def test_a_face_has_the_share_of_those_below_it(measured: Distribution) -> None:
    assert [measured.share_below("seed", value) for value in (-9, 0, 50, 201, 900)] == [0, 0, 0.25, 1, 1]
    with pytest.raises(KeyError):
        measured.share_below("charm", 1)


def test_a_cancelled_measurement_leaves_off_within_one_face() -> None:
    seeds = Seeds()
    job = measuring(seeds.render, seeds, "model", 10)
    assert [next(job).done for _ in range(3)] == [0, 1, 2]
    job.close()
    with pytest.raises(StopIteration):
        next(job)


def test_a_file_keeps_it_also_what_was_never_seen(measured: Distribution, tmp_path: Path) -> None:
    unseen = distribution_of(np.array([[1.0, np.nan], [2.0, np.nan]]), "model", ("one", "none"))
    for given in (measured, unseen):
        save(given, tmp_path / "d.json")
        found = load(tmp_path / "d.json")
        assert (found.model, found.faces, found.names) == (given.model, given.faces, given.names)
        np.testing.assert_allclose(found.quantiles, given.quantiles, rtol=1e-4)


def test_what_was_measured_once_is_known_from_then_on(measured: Distribution) -> None:
    assert known(measured.model) is None
    store(measured)
    found = known(measured.model)
    assert found is not None
    assert found.names == measured.names
    assert known(measured.model, ("seed",)) is not None
    assert known(measured.model, ("seed", "age")) is None  # it was made without the extra
    distribution.cache_path(measured.model).write_text("{")
    assert known(measured.model) is None


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 2},
        {"formulas": 0},
        {"quantiles": {"age": [1, 2]}},
        {"quantiles": {"age": [0] * 100 + [-1]}},
        {"quantiles": {"age": ["x"] * 101}},
        {"quantiles": [1]},
        {"faces": "many"},
    ],
)
def test_a_damaged_file_is_refused_in_one_sentence(
    change: dict[str, object], measured: Distribution, tmp_path: Path
) -> None:
    path = tmp_path / "d.json"
    save(measured, path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(DirectionError, match=r"d\.json is not a distribution of measures; measure the model again\."):
        load(path)


def test_the_shipped_model_has_one_of_every_measure(faces: Generator) -> None:
    found = known(faces.hash)
    assert found is not None
    assert found.faces == distribution.FACES
    assert set(found.names) == {measure.name for measure in MEASURES}
    assert found.quantiles.shape == (len(MEASURES), STEPS)
    assert np.isfinite(found.quantiles).all()
    assert SHIPPED.stat().st_size < 100_000
