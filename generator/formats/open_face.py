"""Files that contain a face: an image with its recipe, recipe JSON, .npz, .npy, .pt, .pkl, a latent as text.

Files are known by their content, never by their suffix, and none of them runs code. A file that is refused is
refused with one sentence. Needs torch only for what is pickled: .pt, .pkl and arrays of objects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from generator.config import GeneratorConfig
from generator.errors import LatentError, OutisError, RecipeError, UnknownFileError, refusing
from generator.formats.array_readings import Reading, Yardstick
from generator.formats.held_latents import BESIDE, LATER, Held, has_usual_name, held_in
from generator.formats.image_metadata import picture_notes
from generator.formats.latent_choice import Asked, Chosen, by_shape, check_several, chosen, face_of
from generator.formats.latent_file import from_text, is_numbers, numbers_of
from generator.formats.stored_values import has_objects, npy_value, pickle_value, torch_value
from generator.printable import printable
from generator.progress import Job, finish
from generator.recipe.recipe import Recipe, SeedSource, Source, Transform
from generator.recipe.recipe_json import MAX_CHARACTERS, from_json
from generator.storage import arrays as array_files
from generator.storage.regular_file import reading_regular

KNOWN = "image, recipe or latent (PNG, JPEG, WebP, AVIF, TIFF, JSON, .npz, .npy, .pt, .pkl or text)"
HEAD = 32  # bytes that tell a file of other tools
MAX_FILE = 256_000_000  # bytes: a contact sheet as PNG may have 200 MB


@dataclass(frozen=True)
class Opened:
    """What was read from a file."""

    path: str
    recipe: Recipe
    has_recipe: bool  # False: a bare latent, as source of a recipe with psi 1 and no directions
    note: str = ""  # what is to be told of how it was read


@dataclass(frozen=True, eq=False)
class HeldFile:
    """A file with arrays, of which a model is needed to say what they are."""

    path: str
    held: Held

    def chosen(self, asked: Asked, known: Yardstick) -> Opened:
        """The face that is meant. Raises `LatentError`, which names the options, where it must be told."""
        with _naming(self._name):
            return self._opened(chosen(self.held, self._name, asked, known))

    def by_shape(self, config: GeneratorConfig | None = None) -> Opened:
        """The only face, by the shape of its array alone. config: of the model that is open, whose noise has other
        sizes perhaps. Raises `LatentError`."""
        with _naming(self._name):
            return self._opened(by_shape(self.held, self._name, config))

    def check(self, reading: Reading, known: Yardstick) -> None:
        """Raise `LatentError` if there are several latents of another model."""
        with _naming(self._name):
            check_several(reading, known)

    def face(self, reading: Reading, number: int = 0, config: GeneratorConfig | None = None) -> Opened:
        """One face of one reading; with the noise that the file stores for it where the model of `config` takes it.
        Raises `LatentError`."""
        with _naming(self._name):
            return self._opened(face_of(self.held, reading, number, self._name, config))

    @property
    def _name(self) -> str:
        return _printable(Path(self.path).name or self.path)

    def _opened(self, found: Chosen) -> Opened:
        note = f"{self._name}: {found.note}" if found.note else ""
        return Opened(self.path, found.recipe, False, note)


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
    found = yield from reading_held(path)
    opened = found.by_shape(config) if isinstance(found, HeldFile) else found
    if config is not None:
        with _naming(_printable(Path(path).name)):
            check_shapes(opened.recipe, config)
    return opened


def reading_held(path: str | Path) -> Job[Opened | HeldFile]:
    """The recipe in the file at `path`, or its arrays, which may be latents. Raises as `read_file` does."""
    name = _printable(Path(path).name or str(path))
    with _naming(name):
        data = yield from _reading(Path(path))
        parsed = _parsed(data, name)
    return HeldFile(str(path), parsed) if isinstance(parsed, Held) else Opened(str(path), parsed, True)


def read_text(text: str, name: str) -> Opened:
    """The recipe or latent in `text`, which comes from `name`. Raises `RecipeError` or `LatentError`."""
    found = held_text(text, name)
    return found.by_shape() if isinstance(found, HeldFile) else found


def held_text(text: str, name: str) -> Opened | HeldFile:
    """The recipe in `text`, or its numbers, which may be latents. Raises as `read_text` does."""
    with _naming(name):
        if text.lstrip()[:1] not in ("{", "["):
            raise RecipeError("The text contains neither a recipe nor a latent.")
        parsed = _from_json(text.encode("utf-8", "replace"))
        return HeldFile(name, parsed) if isinstance(parsed, Held) else Opened(name, parsed, True)


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
    recipe.noise.check_fits(config.noise_sizes)
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


def _parsed(data: bytes, name: str) -> Recipe | Held:
    """The recipe or the arrays in a file, by what it begins with."""
    notes = picture_notes(data)
    if notes is not None:
        return _from_picture(notes, name)
    if data.startswith(array_files.NPY_SIGNATURE):
        return held_in(_interpreted(npy_value, data) if has_objects(data) else array_files.read_npy(data))
    if data.startswith(array_files.ZIP_SIGNATURE):
        return _from_archive(data)
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _from_json(data)
    if data.startswith(b"\x80"):
        return held_in(_interpreted(_pickle_value, data))
    if is_numbers(data):
        return held_in(numbers_of(data))
    _refuse_foreign(data)
    raise UnknownFileError(f"Unrecognised file; expected an {KNOWN}.")


def _refuse_foreign(data: bytes) -> None:
    """Raise `RecipeError` with what the reader of models says of a web page, a model of another tool and others."""
    from generator.checkpoint.file_slice import FormatError  # late, since it imports torch
    from generator.checkpoint.strangers import refuse_foreign

    try:
        refuse_foreign(data[:HEAD])
    except FormatError as fault:
        raise RecipeError(f"It {fault}.") from fault


_torch_value = partial(torch_value, left_out=BESIDE, later=LATER)
_pickle_value = partial(pickle_value, left_out=BESIDE, later=LATER)


def _interpreted(read: Callable[[bytes], object], data: bytes) -> object:
    """What `read` finds in a file with a pickle, which is not run. Raises `LatentError`."""
    from generator.checkpoint.file_slice import FormatError  # late, since it imports torch

    try:
        return read(data)
    except FormatError as fault:
        raise LatentError(f"It {fault}.") from fault


def _from_picture(notes: dict[str, str], name: str) -> Recipe:
    if "recipe" not in notes:
        told = re.search(r"seed[-_ ]?0*(\d{1,10})(?!\d)", name, re.IGNORECASE)  # as NVIDIA's generate.py names them
        hint = f"; its name tells seed {told[1]}, which the model that drew it draws again" if told else ""
        raise RecipeError(f"The image contains no recipe; only images exported by Outis can be opened{hint}.")
    return from_json(notes["recipe"])


def _from_json(data: bytes) -> Recipe | Held:
    if len(data) > MAX_CHARACTERS:
        raise RecipeError(f"The text has {len(data)} bytes; recipes have at most {MAX_CHARACTERS}.")
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise RecipeError("The text is not UTF-8; it may be damaged.") from error
    return held_in(from_text(text)) if text.startswith("[") else from_json(text)


def _from_archive(data: bytes) -> Recipe | Held:
    if array_files.is_torch_archive(data):
        return held_in(_interpreted(_torch_value, data))
    arrays = array_files.read_npz(data)
    if "recipe" in arrays:
        return from_json(_text(arrays["recipe"]))
    if len(arrays) != 1 and not has_usual_name(arrays):
        raise LatentError(f"It contains no latent: its arrays are {', '.join(sorted(arrays))[:200] or 'none'}.")
    return replace(held_in(dict(arrays)), model=_model(arrays))


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


def _shape(shape: tuple[int, ...]) -> str:
    return "[" + ", ".join(map(str, shape)) + "]"


def _short(sentence: str) -> str:
    """`sentence` without its middle where a hostile file has put a novel into it."""
    return sentence if len(sentence) <= 500 else f"{sentence[:250]} … {sentence[-200:]}"


def _printable(name: str) -> str:
    """`name` as text that can be shown and stored: file names may contain bytes that are not characters."""
    return printable(name.encode("utf-8", "replace").decode("utf-8"))[:200]
