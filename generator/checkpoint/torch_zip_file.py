"""Reader of the zip archives of torch.save: .pt and .pth files."""

from __future__ import annotations

from generator.checkpoint.allowlist import Tolerance, permit
from generator.checkpoint.file_slice import FormatError, Section
from generator.checkpoint.raw import RawCheckpoint
from generator.checkpoint.restricted_pickle import Budget, Permit
from generator.checkpoint.torch_archive import TorchArchive, members, program_of, read_archive
from generator.checkpoint.values import reading_value
from generator.progress import Job


def recognises(head: bytes) -> bool:
    """True for the first bytes of a zip archive."""
    return head.startswith(b"PK\x03\x04")


def reading(section: Section, file_name: str) -> Job[RawCheckpoint]:
    """Read the archive. Raises `FormatError`."""
    tolerance = Tolerance()
    archive = opened(section, tolerance)
    return tolerance.noted((yield from reading_value(archive.root, archive.find, file_name, section.length)))


def opened(section: Section, permit: Permit = permit) -> TorchArchive:
    """The value of the archive, its tensors still in the file. Raises `FormatError`."""
    names = members(section)
    program = program_of(names)
    if program is None:
        raise FormatError("is a zip archive, but not one written by torch")
    return read_archive(section, names, program, permit, Budget())
