"""Rules that tell textures of photographs from those of generated faces: fitted, kept in a file, and applied.

A rule is a linear discriminant (Fisher 1936) of a patch's numbers and of their products, two by two: what is typical of
a photograph is seldom one number, it is which numbers go together. It is fitted to means over pictures, with some of
the variance inside them, on photographs and faces that serve nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import weights
from generator.cues.cue import Look
from generator.cues.evidence import Evidence
from generator.cues.texture import Numbers, Rule, expanded, spread_out
from generator.errors import DirectionError, refusing
from generator.storage.atomic import write_atomically
from generator.storage.regular_file import read_regular

FILE = Path(weights.__file__).with_name("textures.json")
RULED = ("background", "hair")
_WITHIN = 0.05  # how much of the variance inside a picture counts beside that between pictures
_RIDGE = 0.003  # of each variance, added to it
_LEAST = 1e-3
_FORMAT = "outis-textures"
_MOST_BYTES = 1_000_000


def judged(name: str, evidence: Evidence, where: NDArray[np.bool_]) -> Look:
    """The look of a texture: the mean of its rule over patches `where` [32, 32], hot where that is above 0."""
    values = shipped(name)(evidence.textures[:, where].T)
    cells = np.zeros(where.shape, np.float32)
    cells[where] = np.maximum(values, 0)
    return evidence.judged(name, float(values.mean()), spread_out(cells))


def fitted(photographs: Sequence[Numbers], faces: Sequence[Numbers]) -> Rule:
    """The rule from patches `[N, T]` of each photograph and of each generated face."""
    patches = np.concatenate(photographs)
    mean, spread = patches.mean(axis=0), patches.std(axis=0) + 1e-6
    kinds = [[expanded((one - mean) / spread) for one in kind] for kind in (photographs, faces)]
    real, made = (np.mean([one.mean(axis=0) for one in kind], axis=0) for kind in kinds)
    scatter = np.asarray(sum(_scatter(kind) for kind in kinds)) / 2
    scatter[np.diag_indices_from(scatter)] += _RIDGE * (np.diag(scatter) + _LEAST)
    normal = np.linalg.solve(scatter, made - real)
    return Rule(mean, spread, normal, float(-normal @ (real + made) / 2))


def _scatter(kind: Sequence[Numbers]) -> Numbers:
    """Covariance of the means of pictures, and some of that inside them."""
    inside = np.mean([np.cov(one.T) for one in kind], axis=0)
    return np.asarray(_WITHIN * inside + np.cov(np.stack([one.mean(axis=0) for one in kind]).T))


@cache
def shipped(name: str) -> Rule:
    """The rule `name` that ships."""
    return loaded(FILE)[name]


def loaded(path: Path) -> dict[str, Rule]:
    """The rules in the JSON file `path`. Raises `DirectionError` if it holds none, or `OSError`."""
    text = read_regular(path, _MOST_BYTES)
    with refusing(DirectionError, f"{path.name} holds no rules of textures; install Outis again."):
        data = json.loads(text)
        if data["format"] != _FORMAT or data["version"] != 1:
            raise ValueError("another format")
        return {name: _rule(data["rules"][name]) for name in RULED}


def _rule(data: Mapping[str, Any]) -> Rule:
    mean, spread, values = (np.array(data[key], np.float64) for key in ("mean", "spread", "weights"))
    if not len(mean) == len(spread) or len(values) != len(mean) + len(mean) * (len(mean) + 1) // 2:
        raise ValueError("not a rule")
    return Rule(mean, spread, values, float(data["bias"]))


def save(path: str | Path, rules: Mapping[str, Rule]) -> None:
    """Write rules as JSON. Raises `ExportError`."""
    data = {
        name: {"mean": _rounded(r.mean), "spread": _rounded(r.spread), "bias": r.bias, "weights": _rounded(r.weights)}
        for name, r in rules.items()
    }
    write_atomically(path, (json.dumps({"format": _FORMAT, "version": 1, "rules": data}) + "\n").encode())


def _rounded(values: Numbers) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
