"""What cues tell that the inspector does not use: the tables "What was compared and left out" of docs/inspector.md.

    python -m tests.support.try_other_cues pictures photographs/     # by pixels: needs the extra `train`
    python -m tests.support.try_other_cues features                  # by what the model computes

Nothing here was improved on the pictures that are reported. Six minutes of one core, and four.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image

import weights
from generator import checkpoint
from generator.attributes.experiment import face
from generator.attributes.measures import pose
from generator.cues import background, eyes, hair, symmetry, teeth
from generator.cues.evidence import Evidence
from generator.cues.halves import MOST_YAW, Halves
from generator.cues.inspector import Inspector, looks_at
from generator.cues.survey import encoded
from generator.cues.trial import TEST_SEED, auc, split
from generator.render.engine import Engine
from generator.training.features.efficientnet import EfficientNetLite0
from generator.training.features.weights import efficientnet_lite0
from tests.support.marked import marked_faces
from tests.support.workings_of_marked import print_features

PATCHES = {"background": background.patches, "hair": hair.patches, "teeth": teeth.patches, "eyes": eyes.patches}
BANK, NEAREST = 12_000, 3  # patches of photographs of a place; of which the mean distance is taken
RIDGE = 0.5
TRIED = 150  # photographs, and faces, that are reported
Pixels = NDArray[np.uint8]
Values = NDArray[np.float64]
Found = Callable[["Seen"], float | None]


@dataclass(frozen=True, eq=False)
class Seen:
    """A face: patches `[N, 176]` of each place, and numbers of the whole."""

    patches: dict[str, NDArray[np.float32]]
    unlike: float | None  # how far features of both lenses are from each other
    coherence: float | None  # of the structure tensor over the background
    fall: float  # of the spectrum towards the finest detail, decibels
    scores: dict[str, float | None]  # of the inspector's rows


class Looker:
    """EfficientNet-Lite0 on the view of a face, and on its lenses."""

    def __init__(self) -> None:
        self._network: EfficientNetLite0 = efficientnet_lite0()
        self._inspector = Inspector()

    @torch.inference_mode()
    def __call__(self, pixels: Pixels) -> Seen | None:
        found = self._inspector.face(pixels)
        evidence = None if found is None else Evidence(found)
        if evidence is None or evidence.spectrum is None:
            return None
        taps = self._network.taps(_images([evidence.view]))
        fine, middle, coarse = (F.avg_pool2d(taps[stride], 3, 1, 1) for stride in (4, 8, 16))
        planes = [F.avg_pool2d(fine, 2), middle, F.interpolate(coarse, middle.shape[2:], mode="bilinear")]
        features = torch.cat(planes, 1)[0].numpy()
        places = {name: where for name, of in PATCHES.items() if (where := of(evidence)).sum() >= 4}
        wall = places.get("background")
        return Seen(
            {name: features[:, where].T for name, where in places.items()},
            self._unlike(evidence),
            None if wall is None else float(evidence.textures[19, wall].mean()),  # at the middle scale
            float(evidence.spectrum[64:80].mean() - evidence.spectrum[112:].mean()),
            {row.name: row.score for row in looks_at(evidence)},
        )

    def _unlike(self, evidence: Evidence) -> float | None:
        if abs(pose.yaw(evidence.face)) > MOST_YAW:
            return None
        halves, (height, width) = Halves(evidence.face), symmetry.LENS.shape
        cuts = []
        for mirrored in (False, True):
            matrix = halves._to_view(symmetry.LENS, mirrored) @ np.diag([1 / 3, 1 / 3, 1])
            size, affine = (3 * width, 3 * height), Image.Transform.AFFINE
            cut = halves._picture.transform(size, affine, tuple(matrix.ravel()), Image.Resampling.BILINEAR)
            cuts.append(np.array(cut))
        one, other = F.normalize(self._network.taps(_images(cuts))[4], dim=1)
        return float((one - other).square().sum(0).mean())


def _images(pictures: list[Pixels]) -> torch.Tensor:
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).astype(np.float32)) / 127.5 - 1


@dataclass(frozen=True, eq=False)
class Sets:
    """Photographs that bank and rules come from, and the pictures that are reported."""

    bank: list[Seen]
    fitted: list[Seen]  # faces
    photographs: list[Seen]
    faces: list[Seen]
    others: list[Seen]  # photographs that somebody else has scaled down and stored
    marked: dict[str, list[Seen]] = field(default_factory=dict)


def gathered(folder: Path) -> Sets:
    """Look at all of them; faces are encoded as photographs are."""
    look, engine = Looker(), Engine(checkpoint.load(weights.FACES), "cpu")
    standard, test, rest = split(folder)
    others = [file for file in standard if file.parent == standard[0].parent]

    def faces(seeds: Iterable[int]) -> Iterator[Pixels]:
        return (encoded(engine.render(face(seed, 1.0))) for seed in seeds)

    def seen(pictures: Iterable[Pixels]) -> list[Seen]:
        return [one for one in map(look, pictures) if one is not None]

    lists = marked_faces()
    known = {seed: look(pixels) for seed in set().union(*lists.values()) for pixels in faces([seed])}
    return Sets(
        seen(map(_read, [*standard[len(others) : len(others) + 200], *rest])),
        seen(faces(range(6_000_000, 6_000_200))),
        seen(map(_read, test[:TRIED])),
        seen(faces(range(TEST_SEED, TEST_SEED + TRIED))),
        seen(map(_read, others)),
        {row: [one for seed in seeds if (one := known[seed]) is not None] for row, seeds in lists.items()},
    )


def _read(file: Path) -> Pixels:
    with Image.open(file) as image:
        return np.array(image.convert("RGB"))


def nearest(name: str, bank: list[Seen]) -> Found:
    """The mean distance of patches to those of photographs (PatchCore, Roth et al. 2022)."""
    known = np.concatenate([one.patches[name] for one in bank if name in one.patches])
    middle, spread = known.mean(axis=0), known.std(axis=0) + 1e-3
    chosen = np.random.default_rng(0).permutation(len(known))[:BANK]
    memory = (known[chosen] - middle) / spread
    squares = (memory**2).sum(axis=1)

    def distance(one: Seen) -> float | None:
        if name not in one.patches:
            return None
        patches = (one.patches[name] - middle) / spread
        apart = (patches**2).sum(axis=1)[:, None] + squares - 2 * patches @ memory.T
        return float(np.sqrt(np.maximum(np.partition(apart, NEAREST, axis=1)[:, :NEAREST], 0)).mean())

    return distance


def fisher(name: str, bank: list[Seen], faces: list[Seen]) -> Found:
    """A linear discriminant of the mean over the patches, fitted to photographs and faces."""
    real, made = (np.stack([o.patches[name].mean(axis=0) for o in kind if name in o.patches]) for kind in (bank, faces))
    middle, spread = real.mean(axis=0), real.std(axis=0) + 1e-3
    real, made = (real - middle) / spread, (made - middle) / spread
    scatter = (np.cov(real.T) + np.cov(made.T)) / 2 + RIDGE * np.eye(real.shape[1])
    normal = np.linalg.solve(scatter, made.mean(axis=0) - real.mean(axis=0)) / spread
    return lambda one: float((one.patches[name].mean(axis=0) - middle) @ normal) if name in one.patches else None


def together(one: Found, other: Found, bank: list[Seen]) -> Found:
    """The sum of both, in standard deviations of the bank's photographs."""
    (a, b) = (values(found, bank).std() for found in (one, other))

    def total(seen: Seen) -> float | None:
        first, second = one(seen), other(seen)
        return None if first is None or second is None else first / a + second / b

    return total


def values(found: Found, kind: list[Seen]) -> Values:
    return np.array([value for value in map(found, kind) if value is not None])


def line(row: str, cue: str, found: Found, sets: Sets) -> str:
    """AUC of faces and of marked ones against photographs, of marked against clean ones, and who would be flagged."""
    real, made, others = (values(found, kind) for kind in (sets.photographs, sets.faces, sets.others))
    marked, clean = (values(found, sets.marked[kind]) for kind in (row, "clean"))
    areas = (auc(real, made), auc(clean, marked), auc(real, marked))
    limit = np.percentile(real, 95)
    flagged = (f"{100 * (kind > limit).mean():.0f} %" for kind in (marked, others))
    return f"| {row} | {cue} | {' | '.join(f'{area:.2f}' for area in areas)} | {' | '.join(flagged)} |"


def print_pictures(folder: Path) -> None:
    sets = gathered(folder)
    print("| row | cue | faces | marked, clean | marked | flagged: marked | flagged: other photographs |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in (*PATCHES, "symmetry"):
        print(line(row, "the row", partial(_score, row), sets))
    for row in PATCHES:
        near, rule = nearest(row, sets.bank), fisher(row, sets.bank, sets.fitted)
        print(line(row, "patches, nearest", near, sets))
        print(line(row, "patches, discriminant", rule, sets))
        print(line(row, "both added", together(near, rule, sets.bank), sets))
    print(line("symmetry", "patches of both lenses", lambda seen: seen.unlike, sets))
    print(line("background", "coherence", lambda seen: seen.coherence, sets))
    print(line("background", "fall of the spectrum", lambda seen: seen.fall, sets))


def _score(row: str, seen: Seen) -> float | None:
    return seen.scores[row]


if __name__ == "__main__":
    print_features() if sys.argv[1] == "features" else print_pictures(Path(sys.argv[2]))
