"""Reader of pickles: those of NVIDIA's repositories (.pkl), and torch's format before 1.6 (.pt), which begins with one.

Nothing in them is run: see `restricted_pickle`.
"""

from __future__ import annotations

from generator.checkpoint.allowlist import Tolerance, permit
from generator.checkpoint.file_slice import Section, Stream
from generator.checkpoint.raw import RawCheckpoint
from generator.checkpoint.restricted_pickle import Budget, Permit, read_pickle
from generator.checkpoint.torch_values import MAGIC_NUMBER, FindStorage, NestedStorages, read_legacy
from generator.checkpoint.values import reading_value
from generator.progress import Job


def recognises(head: bytes) -> bool:
    """True for the first bytes of a pickle of protocol 2 to 5."""
    return head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def reading(section: Section, file_name: str) -> Job[RawCheckpoint]:
    """Read the file. Raises `FormatError`."""
    tolerance = Tolerance()
    root, find = opened(section, tolerance)
    return tolerance.noted((yield from reading_value(root, find, file_name, section.length)))


def opened(section: Section, permit: Permit = permit) -> tuple[object, FindStorage]:
    """The value of the file, and how to find the storages of its tensors. Raises `FormatError`."""
    budget = Budget()
    root = read_pickle(Stream(section), permit, budget)
    if root == MAGIC_NUMBER:
        legacy = read_legacy(section, budget, permit)
        return legacy.root, legacy.find
    return root, NestedStorages(budget)
