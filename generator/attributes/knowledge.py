"""What the measured faces teach before the first trial: how measures and the embedding follow the components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.attributes.attribute_model import Values
from generator.attributes.samples import Samples
from generator.attributes.solve import Array, Cost, cheapest_move, sensitivities

_TAIL = 0.12  # share of the faces in each of the two groups whose means are compared
_EMBEDDING_RIDGE = 300.0  # its slopes are small against what differs from face to face


@dataclass(frozen=True)
class Knowledge:
    """Slopes over the coordinates of a move, `D = groups * k`."""

    names: tuple[str, ...]  # of the measures
    slopes: Array  # [D, A] by regression, in standard deviations of the attributes
    contrasts: Array  # [D, A] by the difference of the faces with most and those with least of an attribute
    embedding: Array  # [D, E]
    restless: Array  # [D] squared change of the embedding by what differs from face to face

    @classmethod
    def of(cls, samples: Samples, names: tuple[str, ...], deviations: Values) -> Knowledge:
        """Regress; deviations `[A]` of the attributes over unmoved faces."""
        x, values = samples.coordinates - samples.coordinates.mean(axis=0), samples.faces.values / deviations
        slopes, contrasts = sensitivities(x, values), sensitivities(x, _extremes(values))
        people = samples.faces.embeddings
        embedding = sensitivities(x, people, _EMBEDDING_RIDGE)
        return cls(names, slopes, _scaled(contrasts, x, values), embedding, _restless(samples, embedding))

    def learnt(self, move: Array, moved: Values, turned: Values, damping: float) -> Knowledge:
        """This, corrected by what `move` [D] did to the attributes [A] and to the embedding [E] (Broyden 1965)."""
        along = damping * move / (move @ move)
        return Knowledge(
            self.names,
            self.slopes + np.outer(along, moved - move @ self.slopes),
            self.contrasts + np.outer(along, moved - move @ self.contrasts),
            self.embedding + np.outer(along, turned - move @ self.embedding),
            self.restless,
        )

    def move(self, wanted: str, bounds: Values, share: float, by_groups: bool) -> Array:
        """The cheapest move [D] that raises `wanted` by one standard deviation, the others within `bounds` [A].

        share: of the person in the price, see `Cost`. by_groups: what raises the attribute is taken from the contrast
        of groups, not from the regression.
        """
        column = self.names.index(wanted)
        own = (self.contrasts if by_groups else self.slopes)[:, column]
        return cheapest_move(self.slopes, own, bounds, Cost.of(self.embedding, self.restless, share))


def _extremes(values: Values) -> Values:
    """+1 for the faces with most of an attribute, -1 for those with least, 0 for all between, [N, A]."""
    low, high = np.nanquantile(values, [_TAIL, 1 - _TAIL], axis=0)
    return np.asarray((values >= high) * 1.0 - (values <= low) * 1.0)


def _scaled(contrasts: Array, x: Array, values: Values) -> Array:
    """Contrasts in the units of slopes: so that they predict as much as the attribute varies with them."""
    predicted = x @ contrasts
    centred = np.nan_to_num(values - np.nanmean(values, axis=0))
    gain = (predicted * centred).sum(axis=0) / np.maximum((predicted**2).sum(axis=0), 1e-12)
    return contrasts * gain


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
