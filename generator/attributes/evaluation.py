"""What the named directions really do, on faces that had no part in fitting them: the matrix in the docs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.attributes.attribute_model import Values
from generator.attributes.experiment import PSI, Experiment
from generator.progress import Job
from generator.recipe.directions import DirectionLibrary, NamedDirection

AMOUNTS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)  # sigma
FACES = 64
LEAST_MOVE = 2.5  # standard deviations from -3 to +3 sigma that earn a name
LEAST_MOVES = {"yaw": 5.0}
SIDE_EFFECT = 1 / 3  # how much every other attribute may move, as a share of the named one
CHECK_SEEDS = range(FACES)  # held out: fitting draws its seeds elsewhere
SPREAD_SEEDS = range(1000, 1200)  # the standard deviation of an attribute is that of these faces at psi 0.7


@dataclass(frozen=True)
class Effect:
    """The effect of one direction, averaged over faces, in standard deviations of each attribute."""

    name: str  # of the direction, and of the attribute it is for
    attributes: tuple[str, ...]
    curves: Values  # [amounts, A]: mean change against the unmoved faces

    @property
    def moves(self) -> Values:
        """Change of each attribute from the lowest amount to the highest, [A]."""
        return np.asarray(self.curves[-1] - self.curves[0])

    @property
    def own(self) -> float:
        return float(self.moves[self.attributes.index(self.name)])

    @property
    def worst_other(self) -> float:
        """The largest move among the attributes the direction is not for."""
        others = [abs(move) for name, move in zip(self.attributes, self.moves, strict=True) if name != self.name]
        return float(max(others, default=0.0))

    @property
    def is_monotonic(self) -> bool:
        own = self.curves[:, self.attributes.index(self.name)]
        return bool((np.diff(own) > 0).all())

    @property
    def strength(self) -> float:
        """The named attribute's move as a multiple of the one that earns a name."""
        return self.own / LEAST_MOVES.get(self.name, LEAST_MOVE)

    @property
    def selectivity(self) -> float:
        """How many times smaller than tolerated the side effects are."""
        return SIDE_EFFECT * self.own / max(self.worst_other, 1e-9)

    @property
    def score(self) -> float:
        """What fitting maximises: selectivity, once the strength is above the least by a margin for other faces."""
        return min(self.strength / 1.15, 1) ** 3 * min(self.selectivity, 3)

    @property
    def is_confirmed(self) -> bool:
        return self.strength >= 1 and self.selectivity >= 1 and self.is_monotonic


def spread(experiment: Experiment, seeds: Sequence[int] = SPREAD_SEEDS) -> Job[Values]:
    """Standard deviation of each attribute over unmoved faces at psi 0.7, [A]."""
    values = yield from experiment.faces(seeds, PSI, "Measuring the variation of attributes")
    return np.asarray(np.maximum(values.std(axis=0), 1e-9))


def effect_of(
    experiment: Experiment, entry: NamedDirection, deviations: Values, seeds: Sequence[int], amounts: Sequence[float]
) -> Job[Effect]:
    """Measure `entry` on the faces of `seeds`; deviations `[A]` from `spread`."""
    curves = yield from experiment.moves(entry.direction, amounts, seeds, f"Trying {entry.title}")
    return Effect(entry.direction.name, experiment.measure.names, (curves - curves.mean(axis=0)) / deviations)


def checking(
    experiment: Experiment, library: DirectionLibrary, seeds: Sequence[int] = CHECK_SEEDS
) -> Job[tuple[Effect, ...]]:
    """The effect of every direction of `library` on held-out faces."""
    deviations = yield from spread(experiment)
    effects = []
    for entry in library.entries:
        effects.append((yield from effect_of(experiment, entry, deviations, seeds, AMOUNTS)))
    return tuple(effects)


def markdown(effects: Sequence[Effect]) -> str:
    """The moves from -3 to +3 sigma as a table: a row a direction, a column an attribute."""
    if not effects:
        return "No directions."
    names = effects[0].attributes
    lines = [_row("direction", *names, "confirmed"), _row(*["---"] * (len(names) + 2))]
    for effect in effects:
        moves = zip(names, effect.moves, strict=True)
        cells = [f"**{move:+.1f}**" if name == effect.name else f"{move:+.1f}" for name, move in moves]
        lines.append(_row(effect.name, *cells, "yes" if effect.is_confirmed else "no"))
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
