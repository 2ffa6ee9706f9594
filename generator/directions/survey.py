"""What the measures of a model's faces depend on: some hundred faces drawn, measured, and regressed on W.

The same survey serves every direction that is made afterwards; it is cached by the hash of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_dir

from generator.attributes.attribute_model import FaceMeasurer, Measurer
from generator.attributes.identity import Embedding
from generator.attributes.solve import Cost, sensitivities
from generator.errors import DirectionError, ExportError, LatentError, did_you_mean, refusing
from generator.faces.finder import SeenFace
from generator.progress import Job, Progress
from generator.recipe.latent import z_from_seed
from generator.recipe.pca import Pca
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.cpu.pixels import Pixels
from generator.render.engine import Engine
from generator.storage.arrays import read_npz
from generator.storage.atomic import atomic_write, make_folder
from generator.storage.regular_file import read_regular

Array = NDArray[np.float64]
PSI = 0.7  # truncation of the faces: what people look at
FACES = 200  # of a 256 px model, some 30 s on one core; fewer of larger ones
PERSON = 0.5  # share of the person in the price of a move
RELATED = 0.4  # correlation above which two measures belong together, and one is free to move with the other
LEAST_FACES = 64
WORK = 6e9  # multiplications of one face for which there are `FACES`
MEASURED_SIZE = 256  # pixels: previews of larger models are measured
MISSING = 0.3  # share of faces without a value above which a measure is not known for the model
EMBEDDING = 128  # numbers of an embedding
_FIRST_SEED = 5_000_000  # far from those that people look at, and from those of the checks
_MAX_CACHE = 16_000_000  # bytes

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
    count = faces if faces is not None else faces_for(engine)
    path, names = _path(engine.generator.hash, count, identity), measure.names
    known = _cached(path, names, count)
    if known is None:
        known = yield from _drawn(engine, measure, identity, count)
        _store(path, names, *known)
    return _survey(engine, names, pca, *known)


def faces_for(engine: Engine) -> int:
    """How many faces are measured: fewer where one takes longer."""
    return int(np.clip(FACES * WORK / engine.config.work, LEAST_FACES, FACES))


def measured(engine: Engine, measure: Measurer, recipe: Recipe) -> Array:
    """The measures `[A]` of a face, NaN where it shows none."""
    return _looked_at(engine, measure, None, recipe)[0]


def who(engine: Engine, measure: Measurer, identity: Identify, recipe: Recipe) -> Array:
    """The embedding `[128]` of a face, NaN where it shows none."""
    return _looked_at(engine, measure, identity, recipe)[1]


def _looked_at(engine: Engine, measure: Measurer, identity: Identify | None, recipe: Recipe) -> tuple[Array, Array]:
    """(measures `[A]`, embedding `[128]`, or `[0]` without `identity`)."""
    pixels = engine.render(recipe, max_resolution=min(MEASURED_SIZE, engine.config.img_resolution))
    if identity is None:
        return np.asarray(measure(pixels), np.float64), np.zeros(0)
    if not isinstance(measure, FaceMeasurer):
        return np.asarray(measure(pixels), np.float64), np.asarray(identity(pixels, None), np.float64)
    seen, values = measure.seen(pixels)
    return values, np.full(EMBEDDING, np.nan) if seen is None else np.asarray(identity(pixels, seen), np.float64)


def _drawn(engine: Engine, measure: Measurer, identity: Identify | None, count: int) -> Job[tuple[Array, Array]]:
    values, people = [], []
    for done in range(count):
        yield Progress(done, count, "Measuring faces of this model")
        value, person = _looked_at(engine, measure, identity, face(_FIRST_SEED + done))
        values.append(value)
        people.append(person)
        if done == LEAST_FACES // 4 and np.isnan(np.array(values)).mean() > 0.9:  # it draws no faces
            break
    return np.array(values), np.array(people)


def _survey(engine: Engine, names: tuple[str, ...], pca: Pca, values: Array, people: Array) -> Survey:
    """Without the measures that this model's faces lack, or that never vary; a missing value is the mean."""
    filled, missing = _filled(values)
    kept = (missing <= MISSING) & (filled.std(axis=0) > 1e-9)
    seeds = range(_FIRST_SEED, _FIRST_SEED + len(values))
    z = np.concatenate([z_from_seed(seed, engine.config.z_dim) for seed in seeds])
    coordinates = PSI * pca.coordinates(engine.mapping(z)).astype(np.float64)
    chosen = tuple(name for name, keep in zip(names, kept, strict=True) if keep)
    known = bool(people.shape[1]) and np.isfinite(people).all(axis=1).mean() > 1 - MISSING
    return Survey(chosen, coordinates, filled[:, kept], _filled(people)[0] if known else None)


def _filled(values: Array) -> tuple[Array, Array]:
    """`[N, A]` with the mean of a column where a value is missing, and the share `[A]` of these."""
    absent = np.isnan(values)
    means = np.where(absent, 0, values).sum(axis=0) / np.maximum((~absent).sum(axis=0), 1)
    return np.where(absent, means, values), absent.mean(axis=0)


def _path(model: str, count: int, identity: Identify | None) -> Path:
    what = "survey" if identity is None else "people"
    return Path(user_cache_dir("outis"), "measures", f"{model}-{count}.{what}.npz")


def _cached(path: Path, names: tuple[str, ...], count: int) -> tuple[Array, Array] | None:
    """What was measured: (values `[N, A]`, people `[N, E]`); None where it is not known, or damaged."""
    try:
        with refusing(LatentError, "The cache is damaged."):
            held = read_npz(read_regular(path, _MAX_CACHE))
            values, people = (np.asarray(held[name], np.float64) for name in ("values", "people"))
            same = tuple(str(name) for name in held["names"]) == names
    except (OSError, LatentError):
        return None
    fits = same and values.ndim == people.ndim == 2 and 0 < len(values) == len(people) <= count
    fits = fits and values.shape[1] == len(names) and people.shape[1] in (0, EMBEDDING)
    return (values, people) if fits and not (np.isinf(values).any() or np.isinf(people).any()) else None


def _store(path: Path, names: tuple[str, ...], values: Array, people: Array) -> None:
    """Cache what was measured; where it cannot be written the next direction measures again, and nothing is lost."""
    try:
        make_folder(path.parent)
        with atomic_write(path) as file:
            np.savez(file, names=np.array(names), values=values, people=people)
    except ExportError:
        return
