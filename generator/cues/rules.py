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
from generator.cues.cue import Heat
from generator.cues.evidence import Evidence
from generator.cues.halves import Usual
from generator.cues.texture import Numbers, Rule, expanded, spread_out
from generator.errors import DatasetError, DirectionError, refusing
from generator.storage.atomic import write_atomically
from generator.storage.regular_file import read_regular

FILE = Path(weights.__file__).with_name("textures.json")
RULED = ("background", "hair", "teeth", "eyes")
LEAST = 12  # patches of 1,024 that a look needs
_WITHIN = 0.05  # how much of the variance inside a picture counts beside that between pictures
_RIDGE = 0.003  # of each variance, added to it
_FLOOR = 1e-3
_MOST = 2.5  # deviations
_FORMAT = "outis-textures"
_MOST_BYTES = 1_000_000


def values(name: str, evidence: Evidence, where: NDArray[np.bool_]) -> Numbers:
    """What the rule `name` says of the patches `where` [32, 32], [N]: positive = more like a generated one."""
    return shipped(name)(evidence.textures[:, where].T)


def heat_of(cells: Numbers, where: NDArray[np.bool_]) -> Heat:
    """Values [N] of the patches `where` [32, 32] over the view, [256, 256]; those below 0 are cold."""
    spread = np.zeros(where.shape, np.float32)
    spread[where] = np.maximum(cells, 0)
    return spread_out(spread)


def excess(name: str, evidence: Evidence, where: NDArray[np.bool_], usual: Usual) -> float:
    """How much more the texture of patches `where` [32, 32] is like a generated one than is usual, in deviations.

    A few patches can be very far from any that the rule was fitted to, so it is at most 2.5 either way.
    """
    if not where.any():
        return 0.0
    value = float(values(name, evidence, where).mean())
    return float(np.clip(usual.excess(value), -_MOST, _MOST))


def fitted(photographs: Sequence[Numbers], faces: Sequence[Numbers]) -> Rule:
    """The rule from patches `[N, T]` of each photograph and of each generated face.

    Raises `DatasetError` for fewer than two of either.
    """
    if min(len(photographs), len(faces)) < 2:
        found = f"{len(photographs)} photographs, {len(faces)} faces"
        raise DatasetError(f"Too few of the pictures show enough to fit a rule to: {found}; give more.")
    patches = np.concatenate(photographs)
    mean, spread = patches.mean(axis=0), np.maximum(patches.std(axis=0), _FLOOR)
    (real, near), (made, far) = (_moments([(one - mean) / spread for one in kind]) for kind in (photographs, faces))
    scatter = (near + far) / 2
    scatter[np.diag_indices_from(scatter)] += _RIDGE * (np.diag(scatter) + _FLOOR)
    normal = np.linalg.solve(scatter, made - real)
    return Rule(mean, spread, normal, float(-normal @ (real + made) / 2))


def _moments(pictures: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
    """The mean over pictures of their means, and the covariance of these with some of that inside pictures."""
    means, inside = list[Numbers](), np.zeros(())
    for patches in pictures:  # one at a time: each has a hundred thousand numbers once it is expanded
        values = expanded(patches)
        means.append(values.mean(axis=0))
        inside = inside + np.cov(values.T) / len(pictures)
    return np.mean(means, axis=0), _WITHIN * inside + np.cov(np.stack(means).T)


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
