"""Looking at many pictures: photographs of a folder, and faces of a model at psi 1."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.attributes.distribution import Distribution
from generator.cues.cue import Look
from generator.cues.evidence import Evidence, Workings
from generator.cues.inspector import NO_FACE, Inspector, all_not_judged, looks_at
from generator.cues.standards import FACES, FIRST_SEED, PSI, distribution
from generator.cues.workings import workings_of
from generator.progress import Job, Progress
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.engine import Engine

QUALITY = 90  # of WebP, as the photographs of the trial are stored
_PICTURES = {".webp", ".png", ".jpg", ".jpeg"}
Pixels = NDArray[np.uint8]
Looks = tuple[Look, ...]


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in `folder` and in its folders, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _PICTURES)


def photographs(files: Sequence[Path], inspector: Inspector) -> Job[list[Looks]]:
    """The six looks at each of the files. Raises `OSError` for one that cannot be read."""

    def read(file: Path) -> tuple[Pixels, None]:
        with Image.open(file) as image:
            return np.array(image.convert("RGB")), None

    found = yield from _inspecting(map(read, files), len(files), inspector, "Looking at photographs")
    return found


def faces(engine: Engine, seeds: Sequence[int], inspector: Inspector, as_files: bool = False) -> Job[list[Looks]]:
    """The six looks at faces of the model at psi 1.

    as_files: encoded as photographs are, and without the workings of the network: by pixels alone, on equal terms.
    """

    def rendered(seed: int) -> tuple[Pixels, Workings | None]:
        recipe = Recipe(source=SeedSource(seed), truncation=Truncation(PSI))
        pixels = engine.render(recipe)
        return (encoded(pixels), None) if as_files else (pixels, workings_of(engine, recipe))

    found = yield from _inspecting(map(rendered, seeds), len(seeds), inspector, "Looking at faces")
    return found


def learning(engine: Engine, inspector: Inspector, count: int = FACES) -> Job[Distribution]:
    """The distribution of the scores of `count` faces of a model, as it renders them."""
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    looks = yield from faces(engine, seeds, inspector)
    return distribution(looks, engine.generator.hash)


def encoded(pixels: Pixels) -> Pixels:
    """`pixels` after they were stored as WebP of quality `QUALITY`."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=QUALITY)
    with Image.open(file) as image:
        return np.array(image.convert("RGB"))


def _inspecting(
    pictures: Iterable[tuple[Pixels, Workings | None]], count: int, inspector: Inspector, text: str
) -> Job[list[Looks]]:
    found = []
    for done, (pixels, workings) in enumerate(pictures):
        yield Progress(done, count, text)
        face = inspector.face(pixels)
        found.append(all_not_judged(NO_FACE) if face is None else looks_at(Evidence(face, workings)))
    return found
