"""Latents as files that other tools read, and as text for the clipboard. Needs torch only to write .pt.

What is written:
- `.npy` and `.pt`: w+ `[num_ws, w_dim]`, one face as the public encoders keep it in their latent files. Tools that
  want a batch put an axis before it: `w_plus[None]`.
- `.npz`: everything, by name. (The projector of StyleGAN2-ADA and StyleGAN3 writes w+ `[1, num_ws, w_dim]` as
  `w`; `open_face.py` takes that as well.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from generator.errors import ExportError, LatentError
from generator.recipe.recipe import Floats, Recipe
from generator.recipe.recipe_json import to_json
from generator.storage.atomic import atomic_write

W_PLUS_NAMES = (  # under which public tools keep w or w+ in a file of several arrays
    *("w_plus", "w+", "wp", "ws", "w", "latent", "latents", "dlatent", "dlatents", "projected_w"),
)
MAX_CHARACTERS = 4_000_000  # of a latent as text: w+ of the largest public model has about 130,000
_NUMBERS = re.compile(rb"[-+0-9.eE,;\s]*")


@dataclass(frozen=True)
class Latents:
    """The latents behind one image, numpy float32."""

    z: Floats | None  # [1, z_dim] of the first source; None where that is a stored w or w+
    w: Floats | None  # [1, w_dim] of the first source, untruncated; None where that is a stored w+
    w_plus: Floats  # [num_ws, w_dim] what synthesis got: mixed, truncated, moved


def save_latents(path: str | Path, latents: Latents, recipe: Recipe) -> None:
    """Write `latents` as .npz, .npy or .pt by the suffix of `path`. Raises `ExportError`; whole or not at all.

    .npz holds `z` and `w` (where there are any) and `w_plus`, float32, and `recipe` (JSON) and `model` (content
    hash) as unicode strings; .npy and .pt hold w+ alone.

    Example:
        >>> import numpy as np
        >>> from generator.formats.latent_file import Latents, save_latents
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> latents = Latents(z=None, w=None, w_plus=np.zeros((8, 32), np.float32))
        >>> save_latents("face.npy", latents, Recipe(source=SeedSource(85)))
        >>> np.load("face.npy").shape
        (8, 32)
    """
    write = _WRITERS.get(Path(path).suffix.lower())
    if write is None:
        raise ExportError(f"{Path(path).name} does not end in a suffix for latents; use .npz, .npy or .pt.")
    with atomic_write(path) as file:
        write(file, latents, recipe)


def to_text(w_plus: Floats) -> str:
    """w+ `[num_ws, w_dim]` as a JSON list of rows; `from_text` and numpy.array(json.loads(...)) return the same bits.

    Example:
        >>> import numpy as np
        >>> from generator.formats.latent_file import from_text, to_text
        >>> to_text(np.array([[0.5, 2.0]], np.float32))
        '[[0.5, 2]]'
        >>> from_text("[[0.5, 2]]").dtype
        dtype('float32')
    """
    rows = (", ".join(f"{value:.9g}" for value in row) for row in w_plus.tolist())
    return "[" + ",\n".join(f"[{row}]" for row in rows) + "]"


def from_text(text: str) -> Floats:
    """The array that `to_text`, or any tool that writes lists of numbers, wrote. Raises `LatentError`."""
    if len(text) > MAX_CHARACTERS:
        raise LatentError(f"The text has {len(text)} characters; latents have at most {MAX_CHARACTERS}.")
    try:
        with np.errstate(over="ignore"):  # to infinity, which no latent may hold and `LatentSource` refuses
            return np.asarray(json.loads(text), dtype=np.float32)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise LatentError("The text is not a latent: it should be a JSON list of rows of numbers.") from error


def is_numbers(data: bytes) -> bool:
    """Whether a file is plain text of numbers, as numpy.savetxt and tables write it."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    return bool(_NUMBERS.fullmatch(head)) and any(byte in b"0123456789" for byte in head)


def numbers_of(data: bytes) -> Floats:
    """The rows of numbers in a text; a single column is one row, as tools write z. Raises `LatentError`."""
    if len(data) > MAX_CHARACTERS:
        raise LatentError(f"The text has {len(data)} characters; latents have at most {MAX_CHARACTERS}.")
    text = re.sub(rb"[,;\t ]+", b" ", data.removeprefix(b"\xef\xbb\xbf"))
    try:
        with np.errstate(over="ignore"):  # to infinity, which no latent may hold and `LatentSource` refuses
            rows = [np.array(line.split(), np.float64) for line in text.splitlines() if line.strip()]
            values = np.stack(rows).astype(np.float32)
    except ValueError as error:
        raise LatentError("The text is not a latent: it should be rows of equally many numbers.") from error
    return values.reshape(1, -1) if values.shape[1] == 1 else values


def _write_npz(file: BinaryIO, latents: Latents, recipe: Recipe) -> None:
    named = {"z": latents.z, "w": latents.w, "w_plus": latents.w_plus}
    arrays: dict[str, Any] = {name: values.astype(np.float32) for name, values in named.items() if values is not None}
    arrays |= {"recipe": np.array(to_json(recipe)), "model": np.array(recipe.model)}
    np.savez_compressed(file, **arrays)


def _write_npy(file: BinaryIO, latents: Latents, recipe: Recipe) -> None:
    np.save(file, latents.w_plus.astype(np.float32), allow_pickle=False)


def _write_pt(file: BinaryIO, latents: Latents, recipe: Recipe) -> None:
    import torch

    torch.save(torch.tensor(latents.w_plus, dtype=torch.float32), file)


_WRITERS: dict[str, Callable[[BinaryIO, Latents, Recipe], None]] = {
    ".npz": _write_npz,
    ".npy": _write_npy,
    ".pt": _write_pt,
}
