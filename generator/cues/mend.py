"""Mending: a small step in W+ that lessens the most unusual cue of a face and leaves who it is.

The axes are those along which a face can return to the mean of W, where faces break least: each group of layers as a
whole, and the principal components on which this face lies farthest out. One render an axis gives the slope of the
cue's score by a finite difference; then steps of a few lengths down that slope are tried. A step counts only if the cue
is measured again and has become less unusual, no other cue has become worse, and it is still the same person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from generator.cues.cue import FLAGGED, TEXTS, Cue
from generator.grab.moves import MoveSpace
from generator.progress import Job, Progress
from generator.recipe.layers import Layers
from generator.recipe.pca import Pca
from generator.recipe.recipe import Direction, DirectionEdit, Floats, Recipe, pack
from generator.render.engine import Engine

NO_W = "This model has no W, whose mean faces are mended towards; so its faces cannot be mended."
NAME = "Mend"  # of the direction in a recipe
COMPONENTS = 9  # on which the face lies farthest out, that are tried
LENGTHS = (0.12, 0.2, 0.3)  # of the steps down the slope, in distances of two random faces
FARTHEST = LENGTHS[-1]
FARTHEST_UNSEEN = LENGTHS[0]  # where nobody can tell whether it is the same person
USUAL = 80.0  # percentile that is good enough: of the steps that reach it the shortest is taken
PROBE = 0.12  # length of the step that the slope is measured by
LEAST_FALL = 3.0  # hundredths of photographs by which the cue must fall
SAME = 0.4  # distance of embeddings below which it is clearly the same person; 0.6 is the network's own limit

Pixels = NDArray[np.uint8]
Values = NDArray[np.float64]
Inspect = Callable[[Recipe, Pixels], tuple[Cue, ...]]
Embed = Callable[[Pixels], NDArray[np.float32]]


@dataclass(frozen=True)
class Mended:
    """What became of mending a face."""

    sentence: str  # what was done, or why nothing was
    recipe: Recipe | None = None  # with one edit more, named "Mend", of amount 1; None = nothing could be mended
    cue: str = ""  # the name of the cue that was worked on
    before: float = float("nan")  # its percentile among photographs
    after: float = float("nan")
    apart: float = 0.0  # how far the face was moved, in distances of two random faces

    @property
    def edit(self) -> DirectionEdit | None:
        """The edit that mends."""
        return None if self.recipe is None else self.recipe.directions[-1]


@dataclass(frozen=True)
class _Seen:
    """One face that was tried."""

    rows: Floats
    cues: tuple[Cue, ...]
    who: NDArray[np.float32] | None

    def percentile(self, name: str) -> float:
        return next((cue.percentile for cue in self.cues if cue.name == name and cue.percentile is not None), np.nan)

    def score(self, name: str) -> float:
        return next((cue.score for cue in self.cues if cue.name == name and cue.score is not None), np.nan)


@dataclass(frozen=True)
class Mender:
    """A model, what inspects its faces and, with the extra `attributes`, who they are."""

    engine: Engine
    pca: Pca
    inspect: Inspect
    embed: Embed | None = None

    def mending(self, recipe: Recipe) -> Job[Mended]:
        """Lessen the worst cue of the face of `recipe`; some 17 renders, each inspected."""
        if not self.engine.config.has_w:
            return Mended(NO_W)
        base, rows = self._without(recipe)
        start = self._seen(base, rows)
        worst = _worst(start)
        if worst is None:
            return Mended("Nothing about this face is unusual enough to be mended.")
        tried: list[_Seen] = []
        axes = self._axes(base, rows)
        for done, step in enumerate(axes):
            yield Progress(done, len(axes) + len(LENGTHS), f"Mending: {TEXTS[worst].title}")
            tried.append(self._seen(base, rows + step))
        for done, step in enumerate(self._down(worst, start, tried, axes), len(axes)):
            yield Progress(done, len(axes) + len(LENGTHS), f"Mending: {TEXTS[worst].title}")
            tried.append(self._seen(base, rows + step))
        return self._best(base, worst, start, tried)

    def _without(self, recipe: Recipe) -> tuple[Recipe, Floats]:
        """`recipe` without what was mended before, and the rows of that, so that one edit holds all."""
        shape = (self.engine.config.num_ws, self.engine.config.w_dim)
        earlier = [edit for edit in recipe.directions if _is_mend(edit.direction, shape)]
        others = tuple(edit for edit in recipe.directions if not _is_mend(edit.direction, shape))
        rows = np.zeros(shape, np.float32)
        for edit in earlier:
            rows += np.float32(edit.amount) * edit.direction.array
        return replace(recipe, directions=others), rows

    def _seen(self, base: Recipe, rows: Floats) -> _Seen:
        recipe = _mended(base, rows)
        pixels = self.engine.render(recipe)
        return _Seen(rows, self.inspect(recipe, pixels), None if self.embed is None else self.embed(pixels))

    def _axes(self, base: Recipe, rows: Floats) -> list[Floats]:
        """Steps towards the mean of W, `[num_ws, w_dim]`, each `PROBE` long or as far as the mean."""
        out = self.engine.w_plus(base)[0].numpy() + rows - self.pca.mean
        steps = [np.where(np.isin(np.arange(len(out)), list(group))[:, None], -out, 0) for group in _groups(len(out))]
        places = out @ self.pca.components.T  # [num_ws, k]
        sigma = np.maximum(self.pca.sigma, 1e-12)
        far = np.argsort(-np.abs(places.mean(axis=0) / sigma))[:COMPONENTS]
        steps += [-np.outer(places[:, one], self.pca.components[one]) for one in far]
        return [np.asarray(self._cut(step, PROBE), np.float32) for step in steps]

    def _down(self, name: str, start: _Seen, tried: list[_Seen], axes: list[Floats]) -> Iterator[Floats]:
        """Steps down the slope of the score: each axis by how much it lessened it."""
        falls = np.array([start.score(name) - seen.score(name) for seen in tried])
        falls = np.where(np.isfinite(falls), np.maximum(falls, 0), 0)
        if not falls.any():
            return
        slope = np.tensordot(falls / falls.max(), np.stack(axes), 1).astype(np.float32)
        for length in LENGTHS:
            yield np.asarray(slope * np.float32(length / max(self._apart(slope), 1e-9)), np.float32)

    def _best(self, base: Recipe, name: str, start: _Seen, tried: list[_Seen]) -> Mended:
        title, before = TEXTS[name].title, start.percentile(name)
        good = [seen for seen in tried if self._is_better(name, start, seen)]
        if not good:
            said = f"{title} could not be mended: no small step made it less unusual and left the person."
            return Mended(said, cue=name, before=before, after=before)
        usual = [seen for seen in good if seen.percentile(name) <= USUAL]
        best = min(usual, key=lambda seen: self._apart(seen.rows - start.rows)) if usual else _least(name, good)
        after, apart = best.percentile(name), self._apart(best.rows - start.rows)
        said = f"{title}: more unusual than {before:.0f} of 100 photographs before, than {after:.0f} now."
        return Mended(said, _mended(base, best.rows), name, before, after, apart)

    def _is_better(self, name: str, start: _Seen, seen: _Seen) -> bool:
        """Whether the cue fell, no other became worse than is usual, and it is the same person."""
        fell = start.percentile(name) - seen.percentile(name) >= LEAST_FALL  # NaN is not
        others = [cue for cue in seen.cues if cue.name != name and cue.percentile is not None]
        kept = all((cue.percentile or 0) <= max(FLAGGED, np.nan_to_num(start.percentile(cue.name))) for cue in others)
        return fell and kept and self._is_same(start, seen)

    def _is_same(self, start: _Seen, seen: _Seen) -> bool:
        """Whether it is clearly the same person: by the embedding or, without it, by a shorter way."""
        apart = self._apart(seen.rows - start.rows) / 1.001
        if start.who is None or seen.who is None:
            return apart <= FARTHEST_UNSEEN
        return apart <= FARTHEST and float(np.linalg.norm(start.who - seen.who)) <= SAME

    def _cut(self, step: Floats, length: float) -> Floats:
        """`step`, or as much of it as is `length` long."""
        return step * min(1.0, length / max(self._apart(step), 1e-9))

    def _apart(self, step: Floats) -> float:
        """How far a step `[num_ws, w_dim]` is, in distances of two random faces: root mean square over layers."""
        spread = float(self.pca.sigma[0] ** 2 / max(float(self.pca.explained[0]), 1e-12))  # variance of W
        return float(np.sqrt((step.astype(np.float64) ** 2).sum() / len(step) / (2 * spread)))


def _least(name: str, tried: list[_Seen]) -> _Seen:
    return min(tried, key=lambda seen: seen.score(name))


def _worst(seen: _Seen) -> str | None:
    """The name of the cue with the highest percentile; None where no cue is in the upper half."""
    judged = [(cue.percentile, cue.name) for cue in seen.cues if cue.percentile is not None]
    return max(judged)[1] if judged and max(judged)[0] > 50 else None


def _groups(num_ws: int) -> tuple[range, ...]:
    return MoveSpace(np.empty((0, num_ws, 1), np.float32)).groups


def _is_mend(direction: Direction, shape: tuple[int, int]) -> bool:
    adds = direction.layers.is_all and direction.target is None
    return direction.name == NAME and adds and direction.array.shape == shape


def _mended(base: Recipe, rows: Floats) -> Recipe:
    """`base` with `rows` as its last edit, if they are not all 0."""
    edit = DirectionEdit(Direction(NAME, pack(rows), Layers.ALL, len(rows)), 1.0)
    return replace(base, directions=(*base.directions, edit)) if rows.any() else base
