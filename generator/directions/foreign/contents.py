"""The contents of a file that may hold directions: what it is by its first bytes, and its values as plain ones.

Nothing in it is executed: numpy's headers, zip archives, pickles, torch's files and .safetensors are read by our own
readers, which check every length.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from generator.checkpoint import pickle_file
from generator.checkpoint.file_slice import FormatError, Section
from generator.checkpoint.safetensors_file import reading as reading_safetensors
from generator.checkpoint.safetensors_file import recognises as is_safetensors
from generator.errors import DirectionError
from generator.formats.stored_values import npy_value, pickle_value, torch_value
from generator.progress import finish
from generator.storage.arrays import NPY_SIGNATURE, ZIP_SIGNATURE, is_torch_archive, read_npz
from generator.storage.regular_file import read_regular

MAX_FILE = 128_000_000  # bytes: 80 components of a 1024 px model have 160,000, those of feature maps some 40 million
MAX_TEXT = 16_000_000  # bytes: a library of 500 directions of 18 rows has 25 million, ours hundreds of thousands


@dataclass(frozen=True)
class Contents:
    """A file that was read."""

    path: Path
    form: str  # "npy", "npz", "torch", "pickle", "safetensors", "json" or "text"
    value: object  # plain values: dicts, lists, text, numbers, arrays; the text itself of a "json" or "text"
    notes: dict[str, str] = field(default_factory=dict)  # the metadata of a .safetensors file

    @property
    def name(self) -> str:
        return self.path.name


def read_contents(path: Path) -> Contents:
    """The contents of the file at `path`. Raises `DirectionError`, `LatentError` or `FormatError`."""
    if path.is_dir():
        raise DirectionError(_about_folder(path))
    try:
        if path.stat().st_size > MAX_FILE:
            raise DirectionError(f"it has more than {MAX_FILE // 1_000_000} MB: a model maybe, but not directions.")
        data = read_regular(path, MAX_FILE)
    except FileNotFoundError as error:
        raise DirectionError("the file does not exist.") from error
    except ValueError as error:  # a NUL in the name
        raise DirectionError("no file can have this name.") from error
    except OSError as error:
        raise DirectionError(f"it could not be read: {error.strerror or error}.") from error
    for form, recognises, read in _FORMS:
        if recognises(data):
            return Contents(path, form, *read(data))
    raise DirectionError(_about_unknown(data))


def _about_folder(path: Path) -> str:
    if any(path.glob("style_vect_mean_*")):
        return "it is a folder of StyleSpace vectors (styles S of each layer), which Outis does not draw."
    return "it is a folder; give one file in it."


def _about_unknown(data: bytes) -> str:
    head = data[:200].lstrip()
    if not data:
        return "it is empty."
    if head.startswith(b"<"):
        return "it is a web page, not a file of directions; download the file itself."
    if head.startswith(b"version https://git-lfs"):
        return "it is a Git LFS pointer, not the file itself; fetch it with `git lfs pull`."
    if head.startswith(b"\x89HDF"):
        return "it is an HDF5 file, which Outis does not read; save the direction with numpy.save."
    if head.startswith((b"\x89PNG", b"\xff\xd8", b"RIFF")):
        return "it is a picture, not a file of directions."
    return (
        "it is not a file of directions that Outis knows (.npy, .npz, .pt, .pkl, .safetensors, .json or .csv); save "
        "the direction with numpy.save."
    )


def _is_npy(data: bytes) -> bool:
    return data.startswith(NPY_SIGNATURE)


def _npy(data: bytes) -> tuple[object]:
    return (npy_value(data),)


def _is_zip(data: bytes) -> bool:
    return data.startswith(ZIP_SIGNATURE)


def _is_npz(data: bytes) -> bool:
    return _is_zip(data) and not is_torch_archive(data)


def _npz(data: bytes) -> tuple[object]:
    return (dict(read_npz(data)),)


def _torch(data: bytes) -> tuple[object]:
    return (torch_value(data),)


def _pickle(data: bytes) -> tuple[object]:
    return (pickle_value(data),)


def _safetensors(data: bytes) -> tuple[object, dict[str, str]]:
    raw = finish(reading_safetensors(Section.of(io.BytesIO(data)), "the file"))
    arrays = {name: tensor.float().numpy() for name, tensor in raw.tensors.items()}
    return arrays, raw.metadata


def _is_old_pickle(data: bytes) -> bool:
    """Pickles of protocol 0 and 1 are opcodes in plain letters: a list, a dict or a name, each in its own way."""
    return data[:3] in (b"(dp", b"(lp", b"cnu", b"cto", b"cco", b"}q\x01", b"]q\x01", b"(i_")


def _old_pickle(data: bytes) -> tuple[object]:
    raise FormatError("is a pickle of protocol 0 or 1, as Python 2 wrote; save the array with numpy.save")


def _is_json(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _json(data: bytes) -> tuple[object]:
    """The text of a direction library, or the array of a list of numbers."""
    text = _text(data)[0]
    if text.lstrip().startswith("{"):
        return (text,)
    try:
        with np.errstate(over="ignore"):  # to infinity, which no direction may hold
            return (np.asarray(json.loads(text), np.float32),)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise DirectionError("it is JSON, but neither a direction library nor rows of numbers.") from error


def _is_text(data: bytes) -> bool:
    head = data[:4096]
    printable = sum(byte in b"\t\r\n" or 32 <= byte < 127 for byte in head)
    return (
        len(head) > 0 and printable == len(head) and not _about_unknown(data).startswith(("it is a web", "it is a G"))
    )


def _text(data: bytes) -> tuple[str]:
    if len(data) > MAX_TEXT:
        raise DirectionError(f"its text has {len(data)} bytes; at most {MAX_TEXT} are read.")
    try:
        return (data.decode("utf-8-sig"),)
    except UnicodeDecodeError as error:
        raise DirectionError("its text is not UTF-8; it may be damaged.") from error


_Reader = Callable[[bytes], tuple[object] | tuple[object, dict[str, str]] | tuple[str]]
_FORMS: tuple[tuple[str, Callable[[bytes], bool], _Reader], ...] = (
    ("npy", _is_npy, _npy),
    ("npz", _is_npz, _npz),
    ("torch", _is_zip, _torch),
    ("pickle", pickle_file.recognises, _pickle),
    ("safetensors", is_safetensors, _safetensors),
    ("pickle", _is_old_pickle, _old_pickle),
    ("json", _is_json, _json),
    ("text", _is_text, _text),
)
