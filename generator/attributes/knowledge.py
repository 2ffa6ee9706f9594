"""What the measured faces teach before the first trial: how measures and the embedding follow the components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.attributes.attribute_model import Values
from generator.attributes.samples import Samples
from generator.attributes.solve import Array, Cost, cheapest_move, sensitivities

_EMBEDDING_RIDGE = 300.0  # its slopes are small against what differs from face to face


@dataclass(frozen=True)
class Knowledge:
    """Slopes over the coordinates of a move, `D = groups * k`."""

    names: tuple[str, ...]  # of the measures
    slopes: Array  # [D, A] by regression, in standard deviations of the attributes
    embedding: Array  # [D, E]
    restless: Array  # [D] squared change of the embedding by what differs from face to face

    @classmethod
    def of(cls, samples: Samples, names: tuple[str, ...], deviations: Values) -> Knowledge:
        """Regress; deviations `[A]` of the attributes over unmoved faces."""
        x, values = samples.coordinates - samples.coordinates.mean(axis=0), samples.faces.values / deviations
        slopes = sensitivities(x, values)
        people = samples.faces.embeddings
        embedding = sensitivities(x, people, _EMBEDDING_RIDGE)
        return cls(names, slopes, embedding, _restless(samples, embedding))

    def learnt(self, move: Array, moved: Values, turned: Values, damping: float) -> Knowledge:
        """This, corrected by what `move` [D] did to the attributes [A] and to the embedding [E] (Broyden 1965)."""
        along = damping * move / (move @ move)
        return Knowledge(
            self.names,
            self.slopes + np.outer(along, moved - move @ self.slopes),
            self.embedding + np.outer(along, turned - move @ self.embedding),
            self.restless,
        )

    def move(self, wanted: str, bounds: Values, share: float, near: Array | None = None) -> Array:
        """The cheapest move [D] that raises `wanted` by one standard deviation, the others within `bounds` [A].

        share: of the person in the price, see `Cost`. near: where the price counts from, see `cheapest_move`.
        """
        own = self.slopes[:, self.names.index(wanted)]
        return cheapest_move(self.slopes, own, bounds, Cost.of(self.embedding, self.restless, share), near)


def _restless(samples: Samples, embedding: Array) -> Array:
    """[D], the same for all components of a group: the mean squared change by a sigma that `embedding` leaves."""
    count = len(samples.shifts)
    if not count or not embedding.shape[1]:
        return np.full(len(embedding), 1.0)
    before = samples.faces.embeddings[:count]
    left = ((samples.shifted - before - samples.shifts @ embedding) ** 2).sum(axis=1)
    size = samples.shifts**2  # each face moves one group: the ratio of sums is that group's mean
    moved = size > 0
    return np.asarray((left[:, None] * moved).sum(axis=0) / (size.sum(axis=1)[:, None] * moved).sum(axis=0))
