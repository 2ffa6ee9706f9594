"""How unusual scores are: their quantiles over real photographs, and over a model's own faces at psi 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_dir

import weights
from generator.attributes.distribution import Distribution, distribution_of
from generator.cues.cue import NAMES, Cue, Look
from generator.errors import DirectionError, refusing
from generator.storage.atomic import make_folder, write_atomically
from generator.storage.regular_file import read_regular

FACES = 500  # photographs, and faces of a model
PSI = 1.0  # not truncated: where faces break most often
FIRST_SEED = 5_000_000  # far from the seeds that anything is tried on
REAL = "real photographs"  # in the place of a model's hash
SUFFIX = ".cues.json"
_FORMAT = "outis-cues"
_MOST_BYTES = 1_000_000
_STEPS = 101


@dataclass(frozen=True)
class Standards:
    """Quantiles of each look's score over photographs and, if they are known, over faces of one model."""

    real: Distribution | None = None
    own: Distribution | None = None

    def cue(self, look: Look) -> Cue:
        """`look` with its place among photographs and among the model's faces."""
        percentile, among = (None if found is None else _place(found, look) for found in (self.real, self.own))
        fields = {name: getattr(look, name) for name in ("name", "score", "reason", "heat", "square", "box")}
        return Cue(**fields, percentile=percentile, among=among)


def _place(among: Distribution, look: Look) -> float | None:
    """Percentile 0..100; None for what was not judged, here or in nearly all that it is compared with."""
    if look.score is None or look.name not in among.names or not np.isfinite(among.of(look.name)).all():
        return None
    return 100 * among.share_below(look.name, look.score)


def shipped() -> Standards:
    """The standards that ship: photographs, and faces of the shipped model."""
    return Standards(load(_shipped_file(), "real"), load(_shipped_file(), "model"))


def of_model(model: str) -> Standards:
    """The standards of the model with this hash, as far as they are known; see `known`."""
    return Standards(load(_shipped_file(), "real"), known(model))


def known(model: str) -> Distribution | None:
    """The scores of faces of the model with this hash that ship, or are in the user's cache; None if there are none."""
    for path in (_shipped_file(), cache_path(model)):
        try:
            found = load(path, "model")
        except (DirectionError, OSError):
            continue
        if found.model == model:
            return found
    return None


def _shipped_file() -> Path:
    return Path(weights.__file__).with_name("cues.json")


def cache_path(model: str) -> Path:
    """Where the scores of the model with this hash are cached."""
    return Path(user_cache_dir("outis"), "cues", f"{model[:64]}{SUFFIX}")


def store(own: Distribution) -> None:
    """Keep the scores of a model's faces in the user's cache. Raises `ExportError` if they cannot be written."""
    path = cache_path(own.model)
    make_folder(path.parent)
    save(path, model=own)


def distribution(looks: Sequence[Sequence[Look]], model: str) -> Distribution:
    """The distribution of the scores of many faces, each with its six looks."""
    scores = np.array([[np.nan if look.score is None else look.score for look in face] for face in looks])
    return distribution_of(scores, model, NAMES)


def save(path: str | Path, **distributions: Distribution) -> None:
    """Write distributions by their names, "real" and "model", as JSON. Raises `ExportError`."""
    data = {"format": _FORMAT, "version": 1} | {name: _data(found) for name, found in distributions.items()}
    lines = json.dumps(data, indent=1).replace("\n    ", " ").replace("\n   ]", " ]")  # a line a cue
    write_atomically(path, (lines + "\n").encode())


def load(path: str | Path, name: str) -> Distribution:
    """A distribution of the JSON file `path`. Raises `DirectionError` if it does not hold it, or `OSError`."""
    text = read_regular(path, _MOST_BYTES)
    with refusing(DirectionError, f"{Path(path).name} holds no scores of cues; inspect the model again."):
        data = json.loads(text)
        if data["format"] != _FORMAT or data["version"] != 1:
            raise ValueError("another format")
        found = data[name]
        quantiles = np.array([_quantiles(found["quantiles"][cue]) for cue in NAMES])
        return Distribution(str(found["model"]), int(found["faces"]), NAMES, quantiles)


def _data(found: Distribution) -> dict[str, Any]:
    rows = zip(found.names, found.quantiles, strict=True)
    quantiles = {name: [float(f"{v:.5g}") if np.isfinite(v) else None for v in row] for name, row in rows}
    return {"model": found.model, "faces": found.faces, "quantiles": quantiles}


def _quantiles(row: Sequence[float | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = np.array([np.nan if value is None else float(value) for value in row])
    if values.shape != (_STEPS,) or not (np.isnan(values).all() or (np.diff(values) >= 0).all()):
        raise ValueError("not the quantiles of a cue")
    return values
