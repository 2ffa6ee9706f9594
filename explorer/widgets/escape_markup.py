"""Escapes names of and in untrusted files where Qt would interpret them as markup or mnemonics."""

from __future__ import annotations

from html import escape

from generator.printable import printable

TIP_LENGTH = 70  # characters: more would cover the next slider


def tip(text: str, keep_end: bool = False) -> str:
    """`text` for a tooltip: one short line of plain text, cut at its end, or at its beginning with `keep_end`."""
    line = printable(" ".join(text.split()))
    if len(line) > TIP_LENGTH:
        line = f"…{line[1 - TIP_LENGTH :]}" if keep_end else f"{line[: TIP_LENGTH - 1]}…"
    return f"<span>{escape(line)}</span>" if "<" in line else line  # without "<" Qt sees no markup


def entry(text: str) -> str:
    """`text` for an entry of a menu."""
    return printable(text).replace("&", "&&")
