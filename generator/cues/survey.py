"""Looking at many pictures: photographs of a folder, and faces of a model at psi 1."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.attributes.distribution import Distribution
from generator.cues import background, eyes, hair, teeth
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, Workings
from generator.cues.inspector import NO_FACE, Inspector, all_not_judged, looks_at
from generator.cues.rules import LEAST, RULED, fitted
from generator.cues.spectrum import Band, Values, band_of
from generator.cues.standards import FACES, FIRST_SEED, PSI, distribution
from generator.cues.texture import Numbers, Rule
from generator.cues.workings import workings_of
from generator.progress import Job, Progress
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.engine import Engine

FITTED_SEEDS = range(6_000_000, 6_000_400)
QUALITY = 90  # of WebP, as the photographs of the trial are stored
_PICTURES = {".webp", ".png", ".jpg", ".jpeg"}
Pixels = NDArray[np.uint8]
Looks = tuple[Look, ...]
Shown = tuple[Pixels, Workings | None]
Found = TypeVar("Found")
_TEXTURED = {
    "background": background.patches,
    "hair": hair.patches,
    "teeth": teeth.patches,
    "eyes": eyes.patches,
}


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in `folder` and in its folders, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _PICTURES)


@dataclass(frozen=True, eq=False)
class Seen:
    """What is kept of a picture: those of two thousand with their heats would have some gigabytes."""

    looks: Looks  # without heats
    spectrum: Values | None  # [128] decibels; None where there is no face, or too small a one


@dataclass(frozen=True, eq=False)
class Sample:
    """What was seen of many pictures."""

    scores: Distribution
    band: Band | None  # of their spectra

    @classmethod
    def of(cls, seen: Sequence[Seen], model: str) -> Sample:
        """model: content hash, or `standards.REAL`."""
        spectra = [one.spectrum for one in seen if one.spectrum is not None]
        return cls(distribution([one.looks for one in seen], model), band_of(spectra))


def photographs(files: Sequence[Path], inspector: Inspector) -> Job[list[Seen]]:
    """What is seen in each of the files. Raises `OSError` for one that cannot be read."""
    found = yield from _looking(map(_read, files), len(files), inspector, _seen)
    return found


def faces(engine: Engine, seeds: Sequence[int], inspector: Inspector, as_files: bool = False) -> Job[list[Seen]]:
    """What is seen in faces of the model at psi 1.

    as_files: encoded as photographs are, and without the workings of the network: by pixels alone, on equal terms.
    """
    shown = (_rendered(engine, seed, as_files) for seed in seeds)
    found = yield from _looking(shown, len(seeds), inspector, _seen)
    return found


def learning(engine: Engine, inspector: Inspector, count: int = FACES) -> Job[Sample]:
    """What is seen in `count` faces of a model, as it renders them."""
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    seen = yield from faces(engine, seeds, inspector)
    return Sample.of(seen, engine.generator.hash)


def fitting(engine: Engine, files: Sequence[Path]) -> Job[dict[str, Rule]]:
    """The rules of textures from photographs and from faces of the model, encoded as these are."""
    inspector = Inspector()
    real = yield from _looking(map(_read, files), len(files), inspector, _patches)
    shown = (_rendered(engine, seed, as_file=True) for seed in FITTED_SEEDS)
    made = yield from _looking(shown, len(FITTED_SEEDS), inspector, _patches)
    return {name: fitted(*([one[name] for one in kind if name in one] for kind in (real, made))) for name in RULED}


def encoded(pixels: Pixels) -> Pixels:
    """`pixels` after they were stored as WebP of quality `QUALITY`."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=QUALITY)
    with Image.open(file) as image:
        return np.array(image.convert("RGB"))


def _read(file: Path) -> Shown:
    with Image.open(file) as image:
        return np.array(image.convert("RGB")), None


def _rendered(engine: Engine, seed: int, as_file: bool) -> Shown:
    recipe = Recipe(source=SeedSource(seed), truncation=Truncation(PSI))
    pixels = engine.render(recipe)
    return (encoded(pixels), None) if as_file else (pixels, workings_of(engine, recipe))


def _seen(evidence: Evidence | None) -> Seen:
    looks = all_not_judged(NO_FACE) if evidence is None else looks_at(evidence)
    return Seen(tuple(replace(look, heat=None) for look in looks), None if evidence is None else evidence.spectrum)


def _patches(evidence: Evidence | None) -> dict[str, Numbers]:
    """The patches [N, T] of each texture that is to be seen."""
    if evidence is None:
        return {}
    found = {name: patches(evidence) for name, patches in _TEXTURED.items()}
    return {name: evidence.textures[:, where].T for name, where in found.items() if where.sum() >= LEAST}


def _looking(
    pictures: Iterable[Shown], count: int, inspector: Inspector, of: Callable[[Evidence | None], Found]
) -> Job[list[Found]]:
    """What is found in each picture; None is given for one without a face."""
    found = []
    for done, (pixels, workings) in enumerate(pictures):
        yield Progress(done, count, "Looking at faces")
        face = inspector.face(pixels)
        found.append(of(None if face is None else Evidence(face, workings)))
    return found
