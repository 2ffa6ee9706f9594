"""How unusual scores and spectra are: their quantiles over real photographs, and over a model's own faces at psi 1."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_dir

import weights
from generator.attributes.distribution import Distribution, distribution_of
from generator.cues.cue import NAMES, Cue, Look
from generator.cues.spectrum import COUNT, Band
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
_BAND = ("low", "middle", "high")


@dataclass(frozen=True)
class Standards:
    """Quantiles of each look's score over photographs and, if they are known, over faces of one model."""

    real: Distribution | None = None
    own: Distribution | None = None
    real_band: Band | None = None  # of their radial spectra
    own_band: Band | None = None

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
    return of_model(load(_shipped_file(), "model").model)


def of_photographs() -> Standards:
    """The standards for pictures by an unknown hand: photographs alone."""
    return Standards(real=load(_shipped_file(), "real"), real_band=load_band(_shipped_file(), "real"))


def of_model(model: str) -> Standards:
    """The standards of the model with this hash, as far as they are known; see `known`."""
    real, (own, own_band) = of_photographs(), known(model)
    return replace(real, own=own, own_band=own_band)


def known(model: str) -> tuple[Distribution | None, Band | None]:
    """The scores and spectra of faces of the model with this hash that ship, or are in the user's cache; None for what
    is not known."""
    for path in (_shipped_file(), cache_path(model)):
        try:
            found, band = load(path, "model"), load_band(path, "model")
        except (DirectionError, OSError):
            continue
        if found.model == model:
            return found, band
    return None, None


def _shipped_file() -> Path:
    return Path(weights.__file__).with_name("cues.json")


def cache_path(model: str) -> Path:
    """Where the scores of the model with this hash are cached."""
    return Path(user_cache_dir("outis"), "cues", f"{model[:64]}{SUFFIX}")


def store(own: Distribution, band: Band | None = None) -> None:
    """Keep the scores and spectra of a model's faces in the user's cache. Raises `ExportError` if they cannot be
    written."""
    path = cache_path(own.model)
    make_folder(path.parent)
    save(path, {"model": band}, model=own)


def distribution(looks: Sequence[Sequence[Look]], model: str) -> Distribution:
    """The distribution of the scores of many faces, each with its six looks."""
    scores = np.array([[np.nan if look.score is None else look.score for look in face] for face in looks])
    return distribution_of(scores, model, NAMES)


def save(path: str | Path, bands: Mapping[str, Band | None], **distributions: Distribution) -> None:
    """Write distributions and bands of spectra by their names, "real" and "model", as JSON. Raises `ExportError`."""
    told = {name: _data(found) | _data_of(bands.get(name)) for name, found in distributions.items()}
    data = {"format": _FORMAT, "version": 1} | told
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


def load_band(path: str | Path, name: str) -> Band | None:
    """The band of the spectra whose scores are `load(path, name)`; None where none was kept. Raises as it does."""
    text = read_regular(path, _MOST_BYTES)
    with refusing(DirectionError, f"{Path(path).name} holds no spectra; inspect the model again."):
        found = json.loads(text)[name].get("spectrum")
        return None if found is None else Band(*(_decibels(found[key]) for key in _BAND))


def _data_of(band: Band | None) -> dict[str, Any]:
    if band is None:
        return {}
    return {"spectrum": {key: [round(float(value), 2) for value in getattr(band, key)] for key in _BAND}}


def _decibels(row: Sequence[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = np.array(row, np.float64)
    if values.shape != (COUNT,) or not np.isfinite(values).all():
        raise ValueError("not a spectrum")
    return values


def _data(found: Distribution) -> dict[str, Any]:
    rows = zip(found.names, found.quantiles, strict=True)
    quantiles = {name: [float(f"{v:.5g}") if np.isfinite(v) else None for v in row] for name, row in rows}
    return {"model": found.model, "faces": found.faces, "quantiles": quantiles}


def _quantiles(row: Sequence[float | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = np.array([np.nan if value is None else float(value) for value in row])
    if values.shape != (_STEPS,) or not (np.isnan(values).all() or (np.diff(values) >= 0).all()):
        raise ValueError("not the quantiles of a cue")
    return values
