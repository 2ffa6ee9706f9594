"""Files that contain a face: an image with its recipe, recipe JSON, .npz, .npy, .pt, a latent as text.

Files are known by their content, never by their suffix, and none of them runs code. A file that is refused is
refused with one sentence. Needs torch only for .pt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from generator.config import GeneratorConfig
from generator.errors import LatentError, OutisError, RecipeError, UnknownFileError, refusing
from generator.formats.image_metadata import picture_notes
from generator.formats.latent_file import W_PLUS_NAMES, from_text
from generator.printable import printable
from generator.progress import Job, finish
from generator.recipe.recipe import Floats, LatentSource, Recipe, SeedSource, Source, Space, Transform, Truncation
from generator.recipe.recipe_json import MAX_CHARACTERS, from_json
from generator.storage import arrays as array_files
from generator.storage.regular_file import reading_regular

KNOWN = "image, recipe or latent (PNG, JPEG, WebP, AVIF, TIFF, JSON, .npz, .npy or .pt)"
MAX_FILE = 256_000_000  # bytes: a contact sheet as PNG may have 200 MB
MAX_VALUES = 1_000_000  # of a latent: w+ of the largest public model has 9,216


@dataclass(frozen=True)
class Opened:
    """What was read from a file."""

    path: str
    recipe: Recipe
    has_recipe: bool  # False: a bare latent, as source of a recipe with psi 1 and no directions


def read_file(path: str | Path, config: GeneratorConfig | None = None) -> Opened:
    """The recipe or latent in the file at `path`. With `config`, one that does not fit its shapes is refused.

    Raises `RecipeError` or `LatentError` with one sentence that begins with the file's name.

    Example:
        >>> from generator.formats.open_face import read_file
        >>> opened = read_file("face.png")
        >>> opened.has_recipe, opened.recipe.source
        (True, SeedSource(seed=85, label=None))
    """
    return finish(reading_file(path, config))


def reading_file(path: str | Path, config: GeneratorConfig | None = None) -> Job[Opened]:
    """`read_file` in short steps: a contact sheet of 200 MB takes a while to come from the disk."""
    name = _printable(Path(path).name or str(path))
    with _naming(name):
        data = yield from _reading(Path(path))
        recipe, has_recipe = _parsed(data, name)
        if config is not None:
            check_shapes(recipe, config)
    return Opened(str(path), recipe, has_recipe)


def read_text(text: str, name: str) -> Opened:
    """The recipe or latent in `text`, which comes from `name`. Raises `RecipeError` or `LatentError`."""
    with _naming(name):
        if text.lstrip()[:1] not in ("{", "["):
            raise RecipeError("The text contains neither a recipe nor a latent.")
        return Opened(name, *_from_json(text.encode("utf-8", "replace"), name))


def check_fits(opened: Opened, model_hash: str, config: GeneratorConfig) -> None:
    """Raise `RecipeError` if the file was made with another model, `LatentError` if its shapes are of another one."""
    name, made_with = _printable(Path(opened.path).name), opened.recipe.model
    if made_with not in ("", model_hash):
        raise RecipeError(
            f"{name} was made with model {made_with[:12]}, but the open model is {model_hash[:12]}; "
            "open that model first, since the same latent gives different faces with different models."
        )
    with _naming(name):
        check_shapes(opened.recipe, config)


def check_shapes(recipe: Recipe, config: GeneratorConfig) -> None:
    """Raise `LatentError` or `RecipeError` unless every latent, direction and motion of `recipe` suits the model."""
    for source in (recipe.source, *([recipe.mix.source] if recipe.mix else [])):
        _check_source(source, config)
    for edit in recipe.directions:
        if misfit := edit.direction.misfit(config.num_ws, config.w_dim):
            raise RecipeError(f"The direction {edit.direction.name[:80]!r} {misfit}; it belongs to another model.")
    if recipe.transform != Transform() and not config.has_transform:
        raise RecipeError(
            "It moves or rotates the image, which only StyleGAN3 models can do; the open model is of the family "
            f"{config.family}."
        )


def _check_source(source: Source, config: GeneratorConfig) -> None:
    if isinstance(source, SeedSource):
        if source.label is not None and source.label >= config.c_dim:
            raise RecipeError(f"It has class {source.label}, but the open model has {config.c_dim} classes.")
        return
    wanted = {"z": (1, config.z_dim), "w": (1, config.w_dim), "w+": (config.num_ws, config.w_dim)}[source.space]
    if source.array.shape != wanted:
        raise LatentError(
            f"The latent in {source.space} is {_shape(source.array.shape)}, but the open model takes "
            f"{_shape(wanted)}; it belongs to another model."
        )


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Begin the sentence of an error with the name of the file."""
    try:
        with refusing(RecipeError, "It is damaged or truncated."):
            yield
    except OutisError as error:
        raise type(error)(f"{name}: {_short(str(error))}") from error


def _reading(path: Path) -> Job[bytes]:
    """The whole file, up to `MAX_FILE`."""
    try:
        data = yield from reading_regular(path, MAX_FILE)
    except FileNotFoundError as error:
        raise RecipeError("The file does not exist.") from error
    except OSError as error:
        raise RecipeError(f"It could not be read: {error.strerror or error}.") from error
    if not data:
        raise RecipeError("It is empty.")
    return bytes(data)


def _parsed(data: bytes, name: str) -> tuple[Recipe, bool]:
    """(recipe, whether the file held one) by what the file begins with."""
    notes = picture_notes(data)
    if notes is not None:
        return _from_picture(notes)
    if data.startswith(array_files.NPY_SIGNATURE):
        return _bare(array_files.read_npy(data), name), False
    if data.startswith(array_files.ZIP_SIGNATURE):
        return _from_archive(data, name)
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _from_json(data, name)
    if data.startswith(b"\x80"):
        raise LatentError("It is a bare pickle, which could run code; save the tensor with torch 1.6 or newer.")
    raise UnknownFileError(f"Unrecognised file; expected an {KNOWN}.")


def _from_picture(notes: dict[str, str]) -> tuple[Recipe, bool]:
    if "recipe" not in notes:
        raise RecipeError("The image contains no recipe; only images exported by Outis can be opened.")
    return from_json(notes["recipe"]), True


def _from_json(data: bytes, name: str) -> tuple[Recipe, bool]:
    if len(data) > MAX_CHARACTERS:
        raise RecipeError(f"The text has {len(data)} bytes; recipes have at most {MAX_CHARACTERS}.")
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise RecipeError("The text is not UTF-8; it may be damaged.") from error
    if text.startswith("["):
        return _bare(from_text(text), name), False
    return from_json(text), True


def _from_archive(data: bytes, name: str) -> tuple[Recipe, bool]:
    if array_files.is_torch_archive(data):
        from generator.formats.torch_latent import read_latent  # late, since it imports torch

        return _bare(read_latent(data, MAX_VALUES), name), False
    arrays = array_files.read_npz(data)
    if "recipe" in arrays:
        return from_json(_text(arrays["recipe"])), True
    usual = [key for key in (*W_PLUS_NAMES, "z") if key in arrays]
    if usual or len(arrays) == 1:
        chosen = (usual or list(arrays))[0]
        recipe = _bare(arrays[chosen], name, is_z=chosen == "z")
        return replace(recipe, model=_model(arrays)), False
    raise LatentError(f"It contains no latent: its arrays are {', '.join(sorted(arrays))[:200] or 'none'}.")


def _model(arrays: dict[str, array_files.Array]) -> str:
    """The hash of the model that an archive of ours was made with; "" for others, which may mean something else."""
    told = str(arrays["model"]) if "model" in arrays else ""
    return told if re.fullmatch("[0-9a-f]{64}", told) else ""


def _text(values: array_files.Array) -> str:
    try:
        if values.dtype.kind != "U" or values.ndim:
            raise ValueError("not one string")
        return str(values[()])
    except ValueError as error:  # code points beyond Unicode
        raise RecipeError("The recipe in the archive is damaged: it is not one text.") from error


def _bare(values: array_files.Array, name: str, is_z: bool = False) -> Recipe:
    """The recipe of a latent `[dim]`, `[1, dim]`, `[num_ws, dim]` or `[1, num_ws, dim]`; one row is w, more are w+."""
    _check_size(values.size)
    if values.dtype.kind != "f":
        raise LatentError(f"The array contains {values.dtype}, not floats, so it is not a latent.")
    while values.ndim > 2 and values.shape[0] == 1:
        values = values[0]
    if values.ndim == 3:
        raise LatentError(
            f"It contains {values.shape[0]} latents {_shape(values.shape[1:])}; save one of them by itself."
        )
    space: Space = "z" if is_z else "w+" if values.ndim == 2 and values.shape[0] > 1 else "w"
    return Recipe(source=LatentSource.from_array(space, _float32(values), name), truncation=Truncation(psi=1.0))


def _float32(values: array_files.Array) -> Floats:
    with np.errstate(over="ignore"):  # to infinity, which `LatentSource` refuses
        return values.astype(np.float32)


def _check_size(count: int) -> None:
    if not 0 < count <= MAX_VALUES:
        raise LatentError(f"The array has {count} values; a latent has 1 to {MAX_VALUES}.")


def _shape(shape: tuple[int, ...]) -> str:
    return "[" + ", ".join(map(str, shape)) + "]"


def _short(sentence: str) -> str:
    """`sentence` without its middle where a hostile file has put a novel into it."""
    return sentence if len(sentence) <= 500 else f"{sentence[:250]} … {sentence[-200:]}"


def _printable(name: str) -> str:
    """`name` as text that can be shown and stored: file names may contain bytes that are not characters."""
    return printable(name.encode("utf-8", "replace").decode("utf-8"))[:200]
