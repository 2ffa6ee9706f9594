"""The scales that wishes stand on, of one model: measured, or else as its faces are predicted."""

from __future__ import annotations

import numpy as np

from generator.attributes.catalogue import measure_of
from generator.attributes.distribution import PSI, STEPS, Distribution, known
from generator.people.people import People
from generator.wishes.scales import Scales, scales_of

_FACES = 4000  # predicted
_FIRST_SEED = 7_000_000  # far from the seeds that anything is fitted to


def scales_for(people: People) -> Scales:
    """What the faces of a model measure at psi 0.7: from its distribution if that is known, or as it is predicted.

    Only what is predicted can be wished.
    """
    distribution = known(people.model)
    rows = _measured(distribution) if distribution is not None else {}
    missing = [name for name in people.predictor.names if name not in rows]
    rows |= _predicted(people, missing) if missing else {}
    return scales_of([_row(name, rows[name]) for name in people.predictor.names])


def _row(name: str, quantiles: tuple[float, ...]) -> tuple[str, str, str, str, str, tuple[float, ...]]:
    measure = measure_of(name)
    return name, measure.title, measure.low, measure.high, measure.unit, quantiles


def _measured(distribution: Distribution) -> dict[str, tuple[float, ...]]:
    rows = {name: tuple(map(float, distribution.of(name))) for name in distribution.names}
    return {name: row for name, row in rows.items() if np.isfinite(row).all()}


def _predicted(people: People, names: list[str]) -> dict[str, tuple[float, ...]]:
    """Quantiles of predictions with the deviation that a prediction has."""
    w = people.truncated(people.w(*range(_FIRST_SEED, _FIRST_SEED + _FACES)), PSI)
    chance = np.random.default_rng(0).standard_normal((_FACES, len(people.predictor.names)))
    values = people.predictor.predict(w) + chance * people.predictor.residual
    columns = {name: values[:, people.predictor.index(name)] for name in names}
    quantiles = {name: np.quantile(column, np.linspace(0, 1, STEPS)) for name, column in columns.items()}
    return {name: tuple(float(f"{value:.5g}") for value in row) for name, row in quantiles.items()}
