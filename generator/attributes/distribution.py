"""How the measures of a model's own faces are distributed: where a face lies among two thousand of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_dir

import weights
from generator.attributes.attribute_model import Measurer, Values
from generator.attributes.catalogue import FORMULAS
from generator.errors import DirectionError, refusing
from generator.progress import Job, Progress
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.storage.atomic import make_folder, write_atomically
from generator.storage.regular_file import read_regular

FACES = 2000
PSI = 0.7  # what people look at
FIRST_SEED = 3_000_000  # far from the seeds that anything is fitted to or checked on
STEPS = 101  # quantiles of a measure: the least, then each hundredth, then the greatest
SUFFIX = ".measures.json"
_FORMAT = "outis-measures"
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Distribution:
    """Quantiles of each measure over a model's faces."""

    model: str  # content hash
    faces: int  # that were measured
    names: tuple[str, ...]
    quantiles: Values  # [A, 101]: never falling along a row; NaN where no face had the measure

    def share_below(self, name: str, value: float) -> float:
        """The share of faces, 0..1, whose measure `name` is below `value`. Raises `KeyError` for an unknown name."""
        return float(np.interp(value, self.of(name), np.linspace(0, 1, STEPS)))

    def of(self, name: str) -> Values:
        """The 101 quantiles of the measure `name`. Raises `KeyError` for an unknown name."""
        if name not in self.names:
            raise KeyError(name)
        return np.asarray(self.quantiles[self.names.index(name)])

    def spread(self, name: str) -> float:
        """Half the distance of the 16th and 84th hundredths: the standard deviation, were it a normal distribution."""
        row = self.of(name)
        return float(row[84] - row[16]) / 2


def measuring(
    render: Callable[[Recipe], NDArray[np.uint8]], measure: Measurer, model: str, faces: int = FACES
) -> Job[Distribution]:
    """Render and measure `faces` faces of the model with this hash at psi 0.7."""
    values = []
    for done in range(faces):
        yield Progress(done, faces, "Measuring faces")
        values.append(measure(render(Recipe(source=SeedSource(FIRST_SEED + done), truncation=Truncation(PSI)))))
    return distribution_of(np.stack(values), model, measure.names)


def distribution_of(values: Values, model: str, names: tuple[str, ...]) -> Distribution:
    """The distribution of measured faces, `[N, A]`."""
    quantiles = np.full((len(names), STEPS), np.nan)
    for row, column in zip(quantiles, values.T, strict=True):
        seen = column[np.isfinite(column)]
        if len(seen):
            row[:] = np.quantile(seen, np.linspace(0, 1, STEPS))
    return Distribution(model, len(values), names, quantiles)


def known(model: str, names: Sequence[str] = ()) -> Distribution | None:
    """The distribution of the measures `names`, and perhaps of others, for the model with this hash: the one that
    ships, or is in the user's cache; None if there is none.

    A file of the cache that cannot be read, or was measured by other formulas, counts as none.
    """
    for path in (Path(weights.FACES).with_suffix(SUFFIX), cache_path(model)):
        try:
            found = load(path)
        except (DirectionError, OSError):
            continue
        if found.model == model and set(names) <= set(found.names):
            return found
    return None


def store(distribution: Distribution) -> None:
    """Keep `distribution` in the user's cache. Raises `ExportError` if it cannot be written."""
    path = cache_path(distribution.model)
    make_folder(path.parent)
    save(distribution, path)


def cache_path(model: str) -> Path:
    """Where the distribution of the model with this hash is cached."""
    return Path(user_cache_dir("outis"), "measures", f"{model[:64]}{SUFFIX}")


def save(distribution: Distribution, path: str | Path) -> None:
    """Write `distribution` as JSON. Raises `ExportError`."""
    rows = zip(distribution.names, distribution.quantiles, strict=True)
    data = {
        "format": _FORMAT,
        "version": 1,
        "formulas": FORMULAS,
        "model": distribution.model,
        "faces": distribution.faces,
        "psi": PSI,
        "first_seed": FIRST_SEED,
        "quantiles": {name: [_rounded(value) for value in row] for name, row in rows},
    }
    lines = json.dumps(data, indent=1).replace("\n   ", " ").replace("\n  ]", " ]")  # a line a measure
    write_atomically(path, (lines + "\n").encode())


def load(path: str | Path) -> Distribution:
    """The distribution in the JSON file `path`. Raises `DirectionError` if it holds none, or `OSError`."""
    text = read_regular(path, _MOST_BYTES)
    with refusing(DirectionError, f"{Path(path).name} is not a distribution of measures; measure the model again."):
        data = json.loads(text)
        if data["format"] != _FORMAT or data["version"] != 1 or data["formulas"] != FORMULAS:
            raise ValueError("another format, or other formulas")
        rows = data["quantiles"]
        quantiles = np.array([_quantiles(row) for row in rows.values()]).reshape(-1, STEPS)
        return Distribution(str(data["model"]), int(data["faces"]), tuple(map(str, rows)), quantiles)


def _quantiles(row: list[Any]) -> Values:
    values = np.array([np.nan if value is None else float(value) for value in row])
    if values.shape != (STEPS,) or not (np.isnan(values).all() or (np.diff(values) >= 0).all()):
        raise ValueError("not the quantiles of a measure")
    return values


def _rounded(value: float) -> float | None:
    """Five digits are finer than any measure; None is JSON's word for no number."""
    return float(f"{value:.5g}") if np.isfinite(value) else None
