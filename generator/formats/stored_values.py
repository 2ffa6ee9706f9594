"""What files of numpy, torch and pickle hold, as plain values: dicts, lists, text, numbers and arrays.

Nothing in them is executed: the readers of models read them (`generator.checkpoint`), which interpret pickles without
calling anything and check every length. They import torch, and are imported only where a file needs them.
"""

from __future__ import annotations

import io
import re

from generator.storage.arrays import read_npy

_OBJECTS = re.compile(rb"'descr': *'\|?O'")
_HEADER = 4096  # bytes in which the type of an array is looked for


def has_objects(data: bytes) -> bool:
    """Whether an .npy file holds objects, such as a dict of arrays, which numpy pickles."""
    return bool(_OBJECTS.search(data[: min(_start(data), _HEADER)]))


def npy_value(data: bytes) -> object:
    """The array of an .npy file; of one with objects, such as a dict, the values that were pickled into it.

    Raises `LatentError`, or `FormatError` for objects.
    """
    start = _start(data)
    if not has_objects(data) or start > len(data):
        return read_npy(data)  # which says what is wrong with the header
    from generator.checkpoint.allowlist import permit
    from generator.checkpoint.file_slice import Section, Stream
    from generator.checkpoint.restricted_pickle import Budget, read_pickle
    from generator.checkpoint.torch_values import NestedStorages
    from generator.formats.plain import Plainer

    budget, section = Budget(), Section.of(io.BytesIO(data))
    root = read_pickle(Stream(section, start), permit, budget)
    return Plainer(NestedStorages(budget))(root)


def torch_value(data: bytes, left_out: frozenset[str] = frozenset(), later: frozenset[str] = frozenset()) -> object:
    """The value of a zip archive as torch.save has written it since 1.6. Raises `FormatError`.

    left_out, later: keys of dicts whose values are not read, or not yet.
    """
    from generator.checkpoint import torch_zip_file
    from generator.checkpoint.file_slice import Section
    from generator.formats.plain import Plainer

    archive = torch_zip_file.opened(Section.of(io.BytesIO(data)))
    return Plainer(archive.find, left_out=left_out, later=later)(archive.root)


def pickle_value(data: bytes, left_out: frozenset[str] = frozenset(), later: frozenset[str] = frozenset()) -> object:
    """The value of a pickle, or of a file that torch.save wrote before 1.6, which begins with one. Raises
    `FormatError`.

    left_out, later: keys of dicts whose values are not read, or not yet.
    """
    from generator.checkpoint import pickle_file
    from generator.checkpoint.file_slice import Section
    from generator.formats.plain import Plainer

    root, find = pickle_file.opened(Section.of(io.BytesIO(data)))
    return Plainer(find, left_out=left_out, later=later)(root)


def _start(data: bytes) -> int:
    """Where the numbers of an .npy file begin."""
    width = 2 if data[6:7] == b"\x01" else 4  # of the header's length field
    return 8 + width + int.from_bytes(data[8 : 8 + width], "little")
