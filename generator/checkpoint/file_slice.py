"""A stretch of an open file: what a reader holds of large data until the numbers are wanted.

So a checkpoint costs the memory of the tensors that are used, and no length that a file claims is believed:
a section never reaches beyond the one it was cut from.
"""

from __future__ import annotations

import os
from typing import BinaryIO


class FormatError(Exception):
    """Why a file is refused, as the rest of a sentence that begins with the file's name."""


class Section:
    """`length` bytes of `file` from `start`."""

    __slots__ = ("file", "length", "start")

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self.file = file
        self.start = start
        self.length = length

    @staticmethod
    def of(file: BinaryIO) -> Section:
        """The whole of an open file."""
        return Section(file, 0, file.seek(0, os.SEEK_END))

    def section(self, start: int, length: int) -> Section:
        """A part of this section. Raises `FormatError` if it reaches beyond it."""
        if start < 0 or length < 0 or start + length > self.length:
            raise FormatError(
                f"is truncated or damaged: it claims {length} bytes and has {self.length - start}; copy it again"
            )
        return Section(self.file, self.start + start, length)

    def read(self) -> bytearray:
        """All its bytes, writable and the caller's own. Raises `FormatError` if the file has become shorter."""
        data = bytearray(self.length)
        self.file.seek(self.start)
        if self.file.readinto(data) != self.length:  # type: ignore[attr-defined]  # every binary file has it
            raise FormatError("was truncated while it was read")
        return data


class Stream:
    """The bytes of a section from its beginning to its end. One at a time, since a file has one position."""

    __slots__ = ("_section", "position")

    def __init__(self, section: Section, position: int = 0) -> None:
        self._section = section
        self.position = position
        section.file.seek(section.start + position)

    @property
    def left(self) -> int:
        return self._section.length - self.position

    def take(self, count: int) -> bytes:
        """The next `count` bytes. Raises `FormatError` where there are fewer."""
        if count > self._section.length - self.position:
            raise FormatError("is truncated; copy or download it again")
        self.position += count
        data = self._section.file.read(count)
        if len(data) != count:
            raise FormatError("was truncated while it was read")
        return data

    def line(self, limit: int) -> bytes:
        """The next bytes up to a newline, without it."""
        line = self._section.file.readline(min(limit, self.left))
        self.position += len(line)
        if not line.endswith(b"\n"):
            raise FormatError(f"is damaged: a line is longer than {limit} bytes or truncated")
        return line[:-1]

    def leave(self, count: int) -> Section:
        """The next `count` bytes as a section that is read later."""
        section = self._section.section(self.position, count)
        self.position += count
        self._section.file.seek(self._section.start + self.position)
        return section
