"""What the measures of a model's faces depend on: some hundred faces drawn, measured, and regressed on W.

The same survey serves every direction that is made afterwards; it is cached by the hash of the model. What was
measured on the shipped model ships.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from generator.attributes.attribute_model import FaceMeasurer, Measurer
from generator.attributes.identity import Embedding
from generator.attributes.solve import Cost, sensitivities
from generator.directions.measured_faces import EMBEDDING, MeasuredFaces, known, store
from generator.errors import DirectionError, did_you_mean
from generator.faces.finder import SeenFace
from generator.progress import Job, Progress
from generator.recipe.latent import z_from_seed
from generator.recipe.pca import Pca
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.cpu.pixels import Pixels
from generator.render.engine import Engine

Array = NDArray[np.float64]
T = TypeVar("T")
PSI = 0.7  # truncation of the faces: what people look at
FACES = 200  # of a 256 px model, some 30 s on one core; fewer of larger ones
PERSON = 0.5  # share of the person in the price of a move
SIDE_EFFECTS = 0.5  # share of what a move changes in its price, where one is solved again
RELATED = 0.4  # correlation above which two measures belong together, and one is free to move with the other
LEAST_FACES = 64
WORK = 6e9  # multiplications of one face for which there are `FACES`
MEASURED_SIZE = 256  # pixels: previews of larger models are measured
MISSING = 0.3  # share of faces without a value above which a measure is not known for the model
_TRIED = LEAST_FACES // 4  # of them show whether the model draws faces at all
_FIRST_SEED = 5_000_000  # far from those that people look at, and from those of the checks

Identify = Callable[[Pixels, SeenFace | None], Embedding]  # as `generator.attributes.identity.Identity`


@dataclass(frozen=True)
class Survey:
    """Faces of one model: where they lie in W and what is measured on them."""

    names: tuple[str, ...]  # of the measures that this model's faces have; may be empty
    coordinates: Array  # [N, k] on the principal components, in sigma, truncated
    values: Array  # [N, A]
    people: Array | None = None  # [N, 128] who each face is; None where nobody can say

    @property
    def deviations(self) -> Array:
        """Standard deviation of each measure over the faces, `[A]`."""
        return np.asarray(np.maximum(self.values.std(axis=0), 1e-9)) if self.names else np.zeros(0)

    @cached_property
    def slopes(self) -> Array:
        """How much each measure grows with one sigma of each component, `[k, A]`, in standard deviations."""
        if not self.names:
            return np.zeros((self.coordinates.shape[1], 0))
        return sensitivities(self.coordinates / PSI, self.values / self.deviations) / PSI

    @cached_property
    def cost(self) -> Cost | None:
        """The price of a move: half of it for changing the person, half for its length; None where only that counts."""
        if self.people is None:
            return None
        slopes = sensitivities(self.coordinates / PSI, self.people) / PSI
        return Cost.of(slopes, np.full(len(slopes), float(np.mean((slopes**2).sum(axis=1)))), PERSON)

    @cached_property
    def side_effects(self) -> Cost | None:
        """The price of a move: half of it for what it moves, half for its length; None where nothing is measured."""
        return Cost.of(self.slopes, np.zeros(len(self.slopes)), SIDE_EFFECTS) if self.names else None

    def independent_of(self, values: Array) -> list[str]:
        """The measures that vary on their own: their correlation with `values` `[N]` is small."""
        centred = self.values - self.values.mean(axis=0)
        other = values - values.mean()
        norms = np.linalg.norm(centred, axis=0) * max(float(np.linalg.norm(other)), 1e-12)
        correlations = np.abs(other @ centred) / np.maximum(norms, 1e-12)
        return [name for name, size in zip(self.names, correlations, strict=True) if size < RELATED]

    def index(self, name: str) -> int:
        """The place of a measure. Raises `DirectionError` with what there is."""
        if name in self.names:
            return self.names.index(name)
        if not self.names:
            raise DirectionError(f"No faces are seen in the pictures of this model, so {name!r} cannot be measured.")
        hint = did_you_mean(name, self.names) or f"; there are {', '.join(self.names)}."
        raise DirectionError(f"There is no measure {name!r} of this model's faces{hint}")


def face(seed: int, psi: float = PSI) -> Recipe:
    """The unmoved face of `seed`."""
    return Recipe(source=SeedSource(seed), truncation=Truncation(psi))


def surveying(
    engine: Engine, measure: Measurer | None, pca: Pca, faces: int | None = None, identity: Identify | None = None
) -> Job[Survey]:
    """Draw and measure faces, or load what was measured before. Without `measure`, and for a model on whose pictures
    no face is seen, the survey has no measures; without `identity` it does not know people apart."""
    if measure is None:
        return Survey((), np.zeros((0, len(pca.components))), np.zeros((0, 0)))
    model, count = engine.generator.hash, faces_for(engine)
    found = known(model, measure.names, identity is not None, faces, count)
    if found is None:
        found = yield from measuring_faces(engine, measure, identity, count if faces is None else faces)
        store(found, count if faces is None else faces)
    return _survey(engine, measure.names, pca, found)


def faces_for(engine: Engine) -> int:
    """How many faces are measured: fewer where one takes longer."""
    return int(np.clip(FACES * WORK / engine.config.work, LEAST_FACES, FACES))


def measuring_faces(engine: Engine, measure: Measurer, identity: Identify | None, count: int) -> Job[MeasuredFaces]:
    """Draw and measure `count` faces, fewer where none is seen on the first ones."""
    look = partial(_measured, measure, identity)
    faces = [face(_FIRST_SEED + number) for number in range(count)]
    seen = yield from looking(engine, faces[:_TRIED], look, "Measuring faces of this model", of=count)
    if np.isnan([values for values, _ in seen]).mean() <= 0.9:  # else it draws no faces
        rest = faces[_TRIED:]
        seen += yield from looking(engine, rest, look, "Measuring faces of this model", done=_TRIED, of=count)
    values, people = (np.array(column) for column in zip(*seen, strict=True))
    rounded = values.astype(np.float32), people.astype(np.float16)  # as they are kept
    return MeasuredFaces(engine.generator.hash, measure.names, *(each.astype(np.float64) for each in rounded))


def looking(
    engine: Engine, faces: Sequence[Recipe], look: Callable[[Pixels], T], text: str, done: int = 0, of: int = 0
) -> Job[list[T]]:
    """What `look` finds in the pictures of `faces`, which a second core does while the next one is drawn.

    done, of: how many were looked at before, and how many there are in all, for the progress; 0 = these alone.
    """
    found, waiting = list[T](), list[Future[T]]()
    with ThreadPoolExecutor(max_workers=1) as beside:
        for number, recipe in enumerate(faces):
            yield Progress(done + number, of or len(faces), text)
            pixels = engine.render(recipe, max_resolution=min(MEASURED_SIZE, engine.config.img_resolution))
            found += [each.result() for each in waiting]
            waiting = [beside.submit(look, pixels)]
        return found + [each.result() for each in waiting]


def person_on(measure: Measurer, identity: Identify, pixels: Pixels) -> Array:
    """The embedding `[128]` of a face, NaN where there is none; without its measures, which take longer."""
    if not isinstance(measure, FaceMeasurer):
        return np.asarray(identity(pixels, None), np.float64)
    return _embedded(identity, pixels, measure.find(pixels))


def _measured(measure: Measurer, identity: Identify | None, pixels: Pixels) -> tuple[Array, Array]:
    """(measures `[A]`, embedding `[128]`, or `[0]` without `identity`) of a face."""
    if identity is None:
        return np.asarray(measure(pixels), np.float64), np.zeros(0)
    if not isinstance(measure, FaceMeasurer):
        return np.asarray(measure(pixels), np.float64), np.asarray(identity(pixels, None), np.float64)
    seen, values = measure.seen(pixels)
    return values, _embedded(identity, pixels, seen)


def _embedded(identity: Identify, pixels: Pixels, seen: SeenFace | None) -> Array:
    return np.full(EMBEDDING, np.nan) if seen is None else np.asarray(identity(pixels, seen), np.float64)


def _survey(engine: Engine, names: tuple[str, ...], pca: Pca, found: MeasuredFaces) -> Survey:
    """Without the measures that this model's faces lack, or that never vary; a missing value is the mean."""
    filled, missing = _filled(found.of(names))
    people = found.people
    kept = (missing <= MISSING) & (filled.std(axis=0) > 1e-9)
    seeds = range(_FIRST_SEED, _FIRST_SEED + len(filled))
    z = np.concatenate([z_from_seed(seed, engine.config.z_dim) for seed in seeds])
    coordinates = engine.config.psi(PSI) * pca.coordinates(engine.mapping(z)).astype(np.float64)
    chosen = tuple(name for name, keep in zip(names, kept, strict=True) if keep)
    known = bool(people.shape[1]) and np.isfinite(people).all(axis=1).mean() > 1 - MISSING
    return Survey(chosen, coordinates, filled[:, kept], _filled(people)[0] if known else None)


def _filled(values: Array) -> tuple[Array, Array]:
    """`[N, A]` with the mean of a column where a value is missing, and the share `[A]` of these."""
    absent = np.isnan(values)
    means = np.where(absent, 0, values).sum(axis=0) / np.maximum((~absent).sum(axis=0), 1)
    return np.where(absent, means, values), absent.mean(axis=0)
