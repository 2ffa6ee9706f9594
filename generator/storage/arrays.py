"""Arrays from untrusted .npy and .npz files: no object is ever unpickled, and no length is trusted unchecked.

Headers are checked against the actual size before anything is allocated, so that a small file cannot claim gigabytes.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generator.errors import LatentError
from generator.storage.regular_file import open_regular

NPY_SIGNATURE = b"\x93NUMPY"
ZIP_SIGNATURE = b"PK\x03\x04"
MAX_MEMBERS = 200  # of a zip archive
MAX_BYTES = 128_000_000  # of an archive unpacked: a recipe of 16 million characters takes half of it

_HEADER = re.compile(
    r"\{'descr': *'([<>|=]?)([a-zA-Z]\d{0,9})', *'fortran_order': *(True|False), *"
    r"'shape': *\(((?:[0-9]{1,12},? ?){0,8})\),? *\}\s*"
)
_MAX_HEADER = 4096  # bytes
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
_KINDS = {"O": "Python objects, which could run code", "c": "complex numbers", "S": "raw bytes", "b": "truth values"}

Array = NDArray[Any]


def read_npy(data: bytes) -> Array:
    """The array of numbers or text in an .npy file. Raises `LatentError`."""
    dtype, shape, order, start = _checked_npy_header(data[: _MAX_HEADER + 12], len(data))
    try:
        return np.ndarray(shape, np.dtype(dtype), data, start, order=order)  # numpy's own reader trusts the header
    except (ValueError, TypeError, OverflowError) as error:
        raise LatentError("The numpy array is damaged.") from error


def map_npy(path: Path) -> Array:
    """The array of numbers in an .npy file, read-only and memory-mapped. Raises `LatentError` or `OSError`."""
    with open_regular(path) as file:
        length = file.seek(0, io.SEEK_END)
        file.seek(0)
        dtype, shape, order, start = _checked_npy_header(file.read(_MAX_HEADER + 12), length)
        try:
            return np.memmap(file, np.dtype(dtype), "r", start, shape, order)
        except (ValueError, TypeError, OverflowError) as error:
            raise LatentError("The numpy array is damaged.") from error


def read_npz(data: bytes, most: int = MAX_BYTES) -> dict[str, Array]:
    """The arrays in an .npz file by name, of at most `most` bytes together. Raises `LatentError`."""
    return {name.removesuffix(".npy"): read_npy(member) for name, member in _members(data, ".npy", most).items()}


def floats_in(values: Array) -> NDArray[np.float32]:
    """An array of a file that must have floats, as float32. Raises `ValueError`."""
    if values.dtype.kind != "f":
        raise ValueError("not floats")
    with np.errstate(over="ignore"):  # to infinity, which whoever reads it refuses
        return np.asarray(values, np.float32)


def is_plain(member: zipfile.ZipInfo) -> bool:
    """Whether a member is stored or deflated: zipfile unpacks any other kind without a limit."""
    encrypted_or_patched = 0b1100001  # bits of the flags
    return member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not (
        member.flag_bits & encrypted_or_patched
    )


def is_torch_archive(data: bytes) -> bool:
    """Whether a zip archive is one that torch.save wrote, and not an .npz."""
    return b"/data.pkl" in data


def _checked_npy_header(head: bytes, count: int) -> tuple[str, tuple[int, ...], Literal["C", "F"], int]:
    """(type, shape, order, offset of the numbers), consistent with the `count` bytes of the file."""
    width = 2 if head[6:7] == b"\x01" else 4  # of the header's length field
    start = 8 + width
    length = int.from_bytes(head[8:start], "little")
    header = _HEADER.fullmatch(head[start : start + min(length, _MAX_HEADER)].decode("latin-1"))
    if header is None:
        raise LatentError("The header of the numpy array is damaged or unsupported.")
    byte_order, kind, fortran, sizes = header.groups()
    if kind[0] not in "fiuU":
        raise LatentError(f"The numpy array contains {_KINDS.get(kind[0], 'no numbers')}; only plain numbers are read.")
    shape = tuple(int(size) for size in re.findall("[0-9]+", sizes))
    claimed = math.prod(shape) * int(kind[1:] or 0) * (4 if kind[0] == "U" else 1)
    if claimed != count - start - length:
        raise LatentError(f"The numpy array claims {claimed} bytes but {count - start - length} follow its header.")
    return byte_order + kind, shape, "F" if fortran == "True" else "C", start + length


def _members(data: bytes, suffix: str, most: int) -> dict[str, bytes]:
    """Members of a zip archive whose names end in `suffix`. Raises `LatentError`."""
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:  # each member has this signature: counted before zipfile lists them
        raise LatentError(f"The archive has more than {MAX_MEMBERS} members; no file of latents has that many.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist(), most)
            names = [name for name in archive.namelist() if name.lower().endswith(suffix)]
            return {name: archive.read(name) for name in names}
    except _ZIP_ERRORS as error:
        raise LatentError("The archive is damaged or truncated.") from error


def _check_members(members: list[zipfile.ZipInfo], most: int) -> None:
    """Check the sizes; zipfile never unpacks more than `file_size` of deflated data, so the check is reliable."""
    if any(not is_plain(member) for member in members):
        raise LatentError("The archive is encrypted or packed in an unusual way; unpack it, and save the arrays again.")
    if sum(member.file_size for member in members) > most:
        raise LatentError(f"The archive unpacks to more than {most} bytes; no file of latents does.")
    if len({member.filename.lower() for member in members}) < len(members):
        raise LatentError("The archive has two members of the same name.")
