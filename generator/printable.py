"""Text of strangers, made fit to be shown: a terminal obeys control characters, and a line break forges a row."""

from __future__ import annotations

import unicodedata

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # without which some scripts cannot be written


def printable(text: str, kept: str = "") -> str:
    """`text` with a mark in the place of every character that is neither seen nor a space; those in `kept` stay."""
    if text.isprintable():  # as nearly all is, and ten thousand faces have many texts
        return text
    return "".join(char if _is_harmless(char) or char in kept else "\N{REPLACEMENT CHARACTER}" for char in text)


def _is_harmless(char: str) -> bool:
    return char.isprintable() or char in _JOINERS or unicodedata.category(char) == "Zs"
