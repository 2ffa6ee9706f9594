"""What was measured on some hundred faces of a model, as a file: shipped for the shipped model, cached for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_dir

import weights
from generator.attributes.catalogue import FORMULAS
from generator.errors import ExportError, LatentError, refusing
from generator.storage.arrays import read_npz
from generator.storage.atomic import atomic_write, make_folder
from generator.storage.regular_file import read_regular

Array = NDArray[np.float64]
EMBEDDING = 128  # numbers of an embedding
SUFFIX = ".survey.npz"
_MAX_BYTES = 16_000_000


@dataclass(frozen=True, eq=False)
class MeasuredFaces:
    """Measures of the faces of seeds that follow each other, and who they are."""

    model: str  # content hash
    names: tuple[str, ...]  # of the measures
    values: Array  # [N, A]; NaN where a face does not have it
    people: Array  # [N, 128] embeddings, NaN where no face was seen; [N, 0] = nobody could tell people apart

    def of(self, names: Sequence[str]) -> Array:
        """The values of these measures, `[N, len(names)]`. Raises `ValueError` for an unknown one."""
        return self.values[:, [self.names.index(name) for name in names]]

    def covers(self, names: Sequence[str], people: bool) -> bool:
        """Whether it has every measure of `names`, and who the faces are if that is asked for."""
        return set(names) <= set(self.names) and (not people or bool(self.people.shape[1]))


def known(model: str, names: Sequence[str], people: bool, faces: int | None, default: int) -> MeasuredFaces | None:
    """What ships or is in the user's cache for the model with this hash, if it covers `names`, and `people` if that is
    asked for; None where there is none, or it is damaged, or was measured by other formulas.

    faces: how many were to be measured; None = `default`, or as many as the shipped file has.
    """
    shipped = sorted(Path(weights.__file__).parent.glob(f"*{SUFFIX}")) if faces is None else []
    for path in (*shipped, cache_path(model, default if faces is None else faces)):
        try:
            found = load(path)
        except (OSError, LatentError):
            continue
        if found.model == model and found.covers(names, people):
            return found
    return None


def cache_path(model: str, faces: int) -> Path:
    """Where the measures of so many faces of the model with this hash are cached."""
    return Path(user_cache_dir("outis"), "measures", f"{model[:64]}-{faces}{SUFFIX}")


def store(measured: MeasuredFaces, faces: int) -> None:
    """Cache what was measured; where it cannot be written the next direction measures again, and nothing is lost."""
    path = cache_path(measured.model, faces)
    try:
        make_folder(path.parent)
        save(measured, path)
    except ExportError:
        return


def save(measured: MeasuredFaces, path: str | Path) -> None:
    """Write it: measures as float32, embeddings as float16, which is finer than they are. Raises `ExportError`."""
    with atomic_write(path) as file:
        np.savez_compressed(
            file,
            model=np.array(measured.model),
            formulas=np.array(FORMULAS),
            names=np.array(measured.names, np.str_),
            values=np.asarray(measured.values, np.float32),
            people=np.asarray(measured.people, np.float16),
        )


def load(path: str | Path) -> MeasuredFaces:
    """Read what `save` wrote. Raises `LatentError` if that is damaged or by other formulas, or `OSError`."""
    with refusing(LatentError, f"{Path(path).name} is damaged, or of another version; measure the faces again."):
        held = read_npz(read_regular(path, _MAX_BYTES))
        names = tuple(str(name) for name in held["names"])
        values, people = (np.asarray(held[name], np.float64) for name in ("values", "people"))
        fits = values.ndim == people.ndim == 2 and 0 < len(values) == len(people) and values.shape[1] == len(names)
        fits = fits and people.shape[1] in (0, EMBEDDING) and int(held["formulas"]) == FORMULAS
        if not fits or np.isinf(values).any() or np.isinf(people).any():
            raise ValueError("arrays of other shapes")
        return MeasuredFaces(str(held["model"]), names, values, people)
