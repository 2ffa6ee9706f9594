"""Whether what a network computes tells the faces that were marked by eye from clean ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import nn

import weights
from generator import checkpoint
from generator.attributes.cielab import lab
from generator.attributes.experiment import face
from generator.attributes.face import VIEW
from generator.cues import background, eyes, hair, teeth
from generator.cues.evidence import Evidence
from generator.cues.inspector import Inspector
from generator.cues.texture import CELL
from generator.cues.trial import auc
from generator.recipe.recipe import Noise, Recipe, Truncation
from generator.render.engine import Engine
from tests.support.marked import marked_faces

FITTED = range(6_100_000, 6_100_300)  # to whose means of feature maps others are compared
RISKY = 2.0  # standard deviations
NOISES = 4
SIZES = (4, 8, 16, 32, 64)  # pixels of the maps
PLACES = {"background": background.patches, "hair": hair.patches, "teeth": teeth.patches, "eyes": eyes.patches}
Plane = NDArray[np.float32]
Place = tuple[str, str]  # cue and row
Numbers = dict[Place, float]


class Maps:
    """The feature maps after each convolution at 4 to 64 pixels of the shipped model."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._kept = engine, list[torch.Tensor]()
        network = engine.generator.synthesis
        assert isinstance(network, nn.Module)
        self._network = network
        layers = [layer for size in SIZES for layer in getattr(network, f"b{size}").layers]
        for layer in layers:
            layer.register_forward_hook(lambda _layer, _inputs, output: self._kept.append(output[0].float()))
        means = np.stack([np.concatenate([one.mean(axis=(1, 2)) for one in self(seed)]) for seed in FITTED])
        self._mean, self._spread = means.mean(axis=0), means.std(axis=0) + 1e-6

    @torch.inference_mode()
    def __call__(self, seed: int) -> list[Plane]:
        self._kept.clear()
        self._network(self._engine.w_plus(face(seed, 1.0)), "const", 0)
        return [one.numpy() for one in self._kept]

    def proliferation(self, seed: int) -> tuple[float, Plane]:
        """The share of features whose mean is risky, and where these are strong, `[256, 256]` over the picture."""
        found, total, shares, first = self(seed), np.zeros((VIEW, VIEW), np.float32), [], 0
        for maps in found:
            mean, spread = (one[first : first + len(maps)] for one in (self._mean, self._spread))
            first += len(maps)
            risky = np.abs((maps.mean(axis=(1, 2)) - mean) / spread) > RISKY
            shares.append(risky.mean())
            heat = np.abs((maps - mean[:, None, None]) / spread[:, None, None])[risky].sum(axis=0) / len(maps)
            plane = torch.from_numpy(heat.astype(np.float32))[None, None]
            total += F.interpolate(plane, (VIEW, VIEW), mode="bilinear")[0, 0].numpy()
        return float(np.mean(shares)), total


def print_features() -> None:
    """A table with a line for each cue, and for each list of marked faces the AUC against clean ones."""
    engine, inspector = Engine(checkpoint.load(weights.FACES), "cpu"), Inspector()
    maps, lists = Maps(engine), marked_faces()
    seeds = sorted({seed for seeds in lists.values() for seed in seeds})
    found = {seed: dict(_numbers(engine, inspector, maps, seed)) for seed in seeds}
    rows = [row for row in lists if row != "clean" and lists[row]]
    print(f"| cue | {' | '.join(rows)} |\n| --- |{' --- |' * len(rows)}")
    for cue in ("features", "features in the place", "of the face", "noise", "psi", "distance from the mean of W"):
        areas = (auc(*(_judged(found, lists[kind], cue, row) for kind in ("clean", row))) for row in rows)
        print(f"| {cue} | {' | '.join(f'{area:.2f}' for area in areas)} |")


def _judged(found: dict[int, Numbers], seeds: list[int], cue: str, row: str) -> NDArray[np.float64]:
    return np.array([found[seed][cue, row] for seed in seeds if (cue, row) in found[seed]])


def _numbers(engine: Engine, inspector: Inspector, maps: Maps, seed: int) -> Iterator[tuple[Place, float]]:
    recipe = face(seed, 1.0)
    seen = inspector.face(engine.render(recipe))
    if seen is None:
        return
    evidence = Evidence(seen)
    share, heat = maps.proliferation(seed)
    light = _light(engine, recipe)
    noises = [_light(engine, replace(recipe, noise=Noise("random", one))) for one in range(1, 1 + NOISES)]
    near = _light(engine, replace(recipe, truncation=Truncation(0.9)))
    planes = {"features in the place": heat, "noise": np.std(noises, axis=0), "psi": np.abs(near - light)}
    apart = _from_the_mean(engine, seed)
    for row, where in _places(evidence).items():
        yield ("features", row), share
        yield ("distance from the mean of W", row), apart
        if where.any():
            for cue, plane in planes.items():
                yield (cue, row), float(_over(evidence, plane)[where].mean())
            over = _over(evidence, heat)
            yield ("of the face", row), float(over[where].mean() / over[seen.regions.face].mean())


def _light(engine: Engine, recipe: Recipe) -> Plane:
    return lab(engine.render(recipe))[..., 0]


def _from_the_mean(engine: Engine, seed: int) -> float:
    w = engine.w_plus(face(seed, 1.0))[0, 0].float().cpu()
    return float((w - engine.generator.w_avg.float().cpu()).norm())


def _places(evidence: Evidence) -> dict[str, NDArray[np.bool_]]:
    cells = np.ones((CELL, CELL), bool)
    return {"symmetry": evidence.face.regions.face} | {row: np.kron(of(evidence), cells) for row, of in PLACES.items()}


def _over(evidence: Evidence, plane: Plane) -> Plane:
    """`plane` over the picture, `[256, 256]`, as it lies over the view."""
    left, top, right, bottom = evidence.square
    x, y = (np.clip(np.linspace(*ends, VIEW).astype(int), 0, VIEW - 1) for ends in ((left, right), (top, bottom)))
    return plane[np.ix_(y, x)]
