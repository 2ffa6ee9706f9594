"""Measuring the face shown, and the faces of its model that it is compared with."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.messages import FaceMeasured, MeasuredValue, Pixels
from explorer.translation import tr
from generator.errors import ExportError
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.attributes.attribute_model import FaceMeasurer
    from generator.attributes.catalogue import Measure
    from generator.attributes.distribution import Distribution

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MeasureFace(Task["FaceMeasured | None"]):
    """Measure the picture that `recipe` has become."""

    recipe: Recipe
    pixels: Pixels = field(repr=False, compare=False)

    def run(self, host: ModelHost) -> JobSteps[FaceMeasured | None]:
        from generator.attributes import distribution

        yield from ()  # a single step: it is milliseconds
        if self.recipe.model not in ("", host.facts.hash):  # another model is open by now
            return None
        return _measured(self.recipe, self.pixels, distribution.of(host.facts.hash))

    def deliver(self, result: FaceMeasured | None, control: Control) -> None:
        if result is not None:
            control.face_measured.emit(result)


@dataclass(frozen=True)
class LearnDistribution(MeasureFace):
    """Measure many faces of the open model, once, and then the picture shown."""

    title = tr("Measuring faces of this model")

    def run(self, host: ModelHost) -> JobSteps[FaceMeasured | None]:
        from generator.attributes import distribution

        learnt = yield from distribution.learning(host.thumbnail, host.facts.hash, _measurer())
        _cache(learnt)
        return _measured(self.recipe, self.pixels, learnt)


@lru_cache(maxsize=1)
def _measurer() -> FaceMeasurer:
    """Its networks are read once."""
    from generator.attributes.attribute_model import FaceMeasurer

    return FaceMeasurer()


def _cache(learnt: Distribution) -> None:
    """Cache what was measured; where that fails, it is measured again at the next start."""
    from generator.attributes import distribution

    try:
        distribution.store(learnt)
    except ExportError:
        log.warning("The measures of the model's faces could not be cached", exc_info=True)


def _measured(recipe: Recipe, pixels: Pixels, among: Distribution | None) -> FaceMeasured:
    measurer = _measurer()
    seen, values = measurer.seen(pixels)
    if seen is None:
        return FaceMeasured(recipe, (), among is not None)
    rows = zip(measurer.measures, values, strict=True)
    shown = tuple(_row(measure, float(value), among) for measure, value in rows if value == value)
    return FaceMeasured(recipe, shown, among is not None)


def _row(measure: Measure, value: float, among: Distribution | None) -> MeasuredValue:
    shown = _text(value, measure.unit)
    if among is None or measure.name not in among.names:
        return MeasuredValue(measure.name, measure.title, measure.group, shown, measure.meaning)
    return MeasuredValue(
        measure.name,
        measure.title,
        measure.group,
        shown,
        measure.meaning,
        among.share_below(measure.name, value),
        among.place(measure.name, value),
        among.curve(measure.name),
    )


def _text(value: float, unit: str) -> str:
    """The value with as many digits as mean something; sizes of the face are far below 1."""
    number = f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return f"{number}°" if unit == "degrees" else number
