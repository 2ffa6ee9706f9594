"""Arrays out of .npy, .npz and .pt files from strangers: no object is ever unpickled, no length believed unchecked.

Headers are checked against the bytes that are there before anything is allocated, so that a small file cannot
ask for gigabytes. torch is imported only for .pt.
"""

from __future__ import annotations

import io
import lzma
import math
import pickle
import pickletools
import re
import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.errors import LatentError

NPY_SIGNATURE = b"\x93NUMPY"
ZIP_SIGNATURE = b"PK\x03\x04"
MAX_MEMBERS = 200  # of a zip archive
MAX_BYTES = 128_000_000  # of an archive unpacked: a recipe of 16 million characters takes half of it

_HEADER = re.compile(
    r"\{'descr': *'([<>|=]?)([a-zA-Z]\d*)', *'fortran_order': *(?:True|False), *'shape': *\(([\d, ]{0,100})\),? *\}\s*"
)
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)
_PT_ERRORS = (pickle.UnpicklingError, RuntimeError, ValueError, TypeError, LookupError, AttributeError, EOFError)
_PT_GLOBALS = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    *(f"torch {kind}Storage" for kind in ("Float", "Double", "Half", "BFloat16", "Long", "Int")),
}
_PROTOCOL = 2  # of every torch.save that was not told otherwise, and the one that torch reads for sure
_OBJECT_OPCODES = {"STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4"}
_KINDS = {"O": "Python objects, which could run code", "c": "complex numbers", "S": "raw bytes", "b": "truth values"}

Array = NDArray[Any]


def read_npy(data: bytes) -> Array:
    """The array of numbers or text in an .npy file. Raises `LatentError`."""
    _check_npy_header(data)
    try:
        return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))
    except (ValueError, TypeError, EOFError) as error:
        raise LatentError("The numpy array is damaged.") from error


def read_npz(data: bytes) -> dict[str, Array]:
    """The arrays in an .npz file by name. Raises `LatentError`."""
    return {name.removesuffix(".npy"): read_npy(member) for name, member in _members(data, ".npy").items()}


def is_torch_archive(data: bytes) -> bool:
    """Whether a zip archive is one that torch.save wrote, and not an .npz."""
    return b"/data.pkl" in data


def read_pt(data: bytes) -> Any:
    """What torch.save wrote: a tensor, or containers of tensors and plain values. Raises `LatentError`.

    Before torch reads it (with weights_only=True), the pickle must name nothing else than tensors and their
    storages: torch itself would allow a bytearray of any length.
    """
    for member in _members(data, "data.pkl", stored=True).values():
        _check_pickle(member)
    import torch

    try:
        return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except _PT_ERRORS as error:
        raise LatentError("The torch file is damaged, or holds something else than tensors.") from error


def _check_npy_header(data: bytes) -> None:
    """Compare the length that the header claims with the bytes that follow it."""
    width = 2 if data[6:7] == b"\x01" else 4  # of the field with the header's length
    start = 8 + width
    length = int.from_bytes(data[8:start], "little")
    header = _HEADER.fullmatch(data[start : start + min(length, 4096)].decode("latin-1"))
    if header is None:
        raise LatentError("The numpy array has a damaged header, or one that is not of a plain array.")
    _, kind, shape = header.groups()
    if kind[0] not in "fiuU":
        raise LatentError(f"The numpy array holds {_KINDS.get(kind[0], 'no numbers')}; only plain numbers are read.")
    count = math.prod(int(size) for size in shape.split(",") if size.strip())
    claimed = count * int(kind[1:] or 0) * (4 if kind[0] == "U" else 1)
    if claimed != len(data) - start - length:
        raise LatentError(f"The numpy array claims {claimed} bytes but {len(data) - start - length} follow its header.")


def _members(data: bytes, suffix: str, stored: bool = False) -> dict[str, bytes]:
    """Members of a zip archive whose names end in `suffix`; `stored` refuses compression. Raises `LatentError`."""
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:  # each member has this mark: counted before zipfile lists them
        raise LatentError(f"The archive has more than {MAX_MEMBERS} members; no file of latents has.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist(), stored)
            names = [name for name in archive.namelist() if name.lower().endswith(suffix)]
            return {name: archive.read(name) for name in names}
    except _ZIP_ERRORS as error:
        raise LatentError("The archive is damaged or was not copied whole.") from error


def _check_members(members: list[zipfile.ZipInfo], stored: bool) -> None:
    """zipfile never unpacks more than `file_size`, so what is checked here holds."""
    if sum(member.file_size for member in members) > MAX_BYTES:
        raise LatentError(f"The archive unpacks to more than {MAX_BYTES} bytes; no file of latents does.")
    if len({member.filename.lower() for member in members}) < len(members):
        raise LatentError("The archive has two members of one name, so that nobody can say which is meant.")
    if stored and any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise LatentError("The torch file is compressed, which torch never writes.")


def _check_pickle(program: bytes) -> None:
    try:
        for opcode, argument, _ in pickletools.genops(program):
            if opcode.name == "GLOBAL" and argument not in _PT_GLOBALS:
                raise LatentError(f"The torch file asks for {str(argument)[:80]!r}; only tensors are read.")
            if opcode.name == "PROTO" and argument != _PROTOCOL:
                raise LatentError(f"The torch file uses pickle protocol {argument}; save it with torch's default, 2.")
            if opcode.name in _OBJECT_OPCODES:
                raise LatentError("The torch file holds Python objects, which could run code; only tensors are read.")
    except ValueError as error:
        raise LatentError("The torch file is damaged.") from error
