"""Measuring the face shown, and the faces of its model that it is compared with."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.compute.measurer import catalogue, measurer
from explorer.compute.preview_size import THUMBNAIL_RESOLUTION
from explorer.messages import FaceMeasured, MeasuredValue, Pixels
from explorer.translation import tr
from generator.errors import ExportError
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.attributes.attribute_model import Values
    from generator.attributes.catalogue import Measure
    from generator.attributes.distribution import Distribution

log = logging.getLogger(__name__)
BARS = 25  # of a curve


@dataclass(frozen=True)
class MeasureTask(Task["FaceMeasured | None"]):
    """It ends with the measures of the picture that `recipe` has become."""

    recipe: Recipe
    pixels: Pixels = field(repr=False, compare=False)

    def deliver(self, result: FaceMeasured | None, control: Control) -> None:
        if result is not None:
            control.face_measured.emit(result)


@dataclass(frozen=True)
class MeasureFace(MeasureTask):
    """Measure the picture shown."""

    def run(self, host: ModelHost) -> JobSteps[FaceMeasured | None]:
        yield from ()  # a single step: it is milliseconds
        if self.recipe.model not in ("", host.facts.hash):  # another model is open by now
            return None
        return _measured(self.recipe, self.pixels, _known(host))


@dataclass(frozen=True)
class LearnDistribution(MeasureTask):
    """Measure many faces of the model that is open when it begins, once, and then the picture shown."""

    faces: int = 2000

    title = tr("Measuring faces of this model")

    def run(self, host: ModelHost) -> JobSteps[FaceMeasured | None]:
        from generator.attributes import distribution

        engine, model = host.engine, host.facts.hash

        def draw(recipe: Recipe) -> Pixels:
            return engine.render(recipe, THUMBNAIL_RESOLUTION, live=True, aside=True)

        learnt = yield from distribution.measuring(draw, measurer(), model, self.faces)
        _cache(learnt)
        host.distributions[model] = learnt
        return _measured(self.recipe, self.pixels, learnt)


def _known(host: ModelHost) -> Distribution | None:
    """How the measures of the open model's faces are distributed, if that is known; its file is read once."""
    from generator.attributes import distribution

    model = host.facts.hash
    if model not in host.distributions:
        host.distributions[model] = distribution.known(model, measurer().names)
    return host.distributions[model]


def _cache(learnt: Distribution) -> None:
    """Cache what was measured; where that fails, it is measured again at the next start."""
    from generator.attributes import distribution

    try:
        distribution.store(learnt)
    except ExportError:
        log.warning("The measures of the model's faces could not be cached", exc_info=True)


def _measured(recipe: Recipe, pixels: Pixels, among: Distribution | None) -> FaceMeasured:
    measure = measurer()
    seen, values = measure.seen(pixels)
    if seen is None:
        return FaceMeasured(recipe, (), among is not None)
    found = zip(measure.names, map(float, values), strict=True)
    shown = tuple(_row(catalogue()[name], value, among) for name, value in found if isfinite(value))
    return FaceMeasured(recipe, shown, among is not None)


def _row(measure: Measure, value: float, among: Distribution | None) -> MeasuredValue:
    name, shown = measure.name, _text(value, measure.unit)
    row = MeasuredValue(name, measure.title, measure.group, shown, measure.meaning)
    if among is None or name not in among.names:
        return row
    place, curve = _place_and_curve(among.of(name), value)
    return replace(row, share_below=among.share_below(name, value), place=place, curve=curve)


def _place_and_curve(quantiles: Values, value: float) -> tuple[float, tuple[float, ...]]:
    """Where `value` stands between the ends of the curve, 0..1, and the heights of the curve, 0..1.

    The outermost hundredths are left out: one odd face would squeeze all others together.
    """
    low, high = quantiles[1], quantiles[-2]
    if not high > low:
        return 0.5, ()
    edges = np.linspace(low, high, BARS + 1)
    shares = np.interp(edges, quantiles, np.linspace(0, 1, len(quantiles)))
    heights = np.diff(shares)
    place = float(np.clip((value - low) / (high - low), 0, 1))
    return place, tuple(float(height) for height in heights / heights.max())


def _text(value: float, unit: str) -> str:
    """The value with as many digits as mean something; sizes of the face are far below 1."""
    number = f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return f"{number}°" if unit == "degrees" else number
