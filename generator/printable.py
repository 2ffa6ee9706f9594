"""Text of strangers, made fit to be shown: a terminal obeys control characters, and a line break forges a row."""

from __future__ import annotations


def printable(text: str, kept: str = "") -> str:
    """`text` with a mark in the place of every character that is no visible one; those in `kept` stay."""
    return "".join(char if char.isprintable() or char in kept else "\N{REPLACEMENT CHARACTER}" for char in text)
