"""Measuring the picture shown: what the panel is told, and what is learnt once for a model."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest

from explorer.compute.jobs import LearnDistribution, LoadModel, MeasureFace
from explorer.compute.measure_words import GROUPS, WORDS
from explorer.compute.model_host import ModelHost
from explorer.messages import FaceMeasured, Pixels
from generator.attributes import distribution
from generator.attributes.catalogue import APPARENT, MEASURES
from generator.attributes.distribution import Distribution
from generator.progress import finish
from generator.recipe.recipe import Recipe
from generator.render.engine import Engine
from tests.support.models import TINY, random_generator

FACE: Pixels = np.load(Path(__file__).parents[2] / "data" / "seen-faces.npz")["images"][0]


@pytest.fixture
def host(tiny_checkpoint: Path) -> ModelHost:
    made = ModelHost()
    finish(LoadModel(str(tiny_checkpoint), "cpu").run(made))
    return made


def measured(host: ModelHost, pixels: Pixels, task: type[MeasureFace] = MeasureFace) -> FaceMeasured:
    result = finish(task(Recipe(host.facts.hash), pixels).run(host))
    assert result is not None
    return result


def test_a_face_is_told_by_every_measure_with_its_unit(host: ModelHost) -> None:
    values = {value.name: value for value in measured(host, FACE).values}
    assert {measure.name for measure in MEASURES} - set(APPARENT) <= set(values)
    assert values["yaw"].value.endswith("°")
    assert float(values["smile"].value) == pytest.approx(0, abs=1)


def test_every_measure_has_the_words_of_the_catalogue_in_the_users_language() -> None:
    assert {measure.name: (measure.title, measure.low, measure.high, measure.meaning) for measure in MEASURES} == WORDS
    assert {measure.group: measure.group for measure in MEASURES} == GROUPS


def test_where_nothing_was_learnt_of_the_model_there_is_no_curve(host: ModelHost) -> None:
    found = measured(host, FACE)
    assert not found.compared
    assert all(value.share_below is None and value.curve == () for value in found.values)


def test_a_face_lies_where_it_belongs_among_the_models_faces(host: ModelHost) -> None:
    distribution.store(wide(host.facts.hash))
    yaw = next(value for value in measured(host, FACE).values if value.name == "yaw")
    angle = float(yaw.value[:-1])
    assert yaw.share_below == pytest.approx(0.5 + angle / 200, abs=0.001)
    assert yaw.place == pytest.approx(0.5 + angle / 196, abs=0.001)
    assert yaw.curve == pytest.approx([1] * len(yaw.curve))


def test_a_file_without_a_measure_that_can_be_seen_now_is_not_used(host: ModelHost) -> None:
    distribution.store(wide(host.facts.hash, {"yaw"}))
    assert not measured(host, FACE).compared


def test_the_file_of_a_model_is_read_once(host: ModelHost, monkeypatch: pytest.MonkeyPatch) -> None:
    distribution.store(wide(host.facts.hash))
    assert measured(host, FACE).compared
    monkeypatch.setattr(distribution, "load", None)
    assert measured(host, FACE).compared


def wide(model: str, names: Collection[str] = frozenset(measure.name for measure in MEASURES)) -> Distribution:
    """Faces between which every measure of `names` varies from -100 to 100."""
    spread = np.linspace(-100, 100, distribution.STEPS)[None]
    return Distribution(model, 9, tuple(names), np.repeat(spread, len(names), axis=0))


def test_a_picture_without_a_face_has_no_measures(host: ModelHost) -> None:
    assert measured(host, np.full_like(FACE, 128)).values == ()


def test_a_face_of_a_model_that_is_no_longer_open_is_not_measured(host: ModelHost) -> None:
    assert finish(MeasureFace(Recipe("e" * 64), FACE).run(host)) is None


def test_what_is_learnt_of_a_model_stays_for_the_next_start(host: ModelHost) -> None:
    steps: list[object] = []
    finish(LearnDistribution(Recipe(host.facts.hash), FACE, faces=3).run(host), steps.append)
    assert len(steps) == 3
    learnt = distribution.known(host.facts.hash)
    assert learnt is not None
    assert learnt.faces == 3
    assert measured(host, FACE).compared


def test_a_model_opened_meanwhile_puts_no_face_among_those_of_the_one_measured(host: ModelHost) -> None:
    measured_model, drawn = host.facts.hash, []
    learning = LearnDistribution(Recipe(measured_model), FACE, faces=3).run(host)
    render = host.engine.render
    host.engine.render = lambda *how, **flags: drawn.append(1) or render(*how, **flags)  # type: ignore[method-assign]
    next(learning)
    finish(host.switch_to(Engine(random_generator(TINY, seed=9), "cpu"), "other.safetensors"))
    finish(learning)
    assert len(drawn) == 3
