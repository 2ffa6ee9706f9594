"""Names of files and of what strangers made, where Qt would read markup or mnemonics into them."""

from __future__ import annotations

from html import escape

from generator.printable import printable


def tip(text: str) -> str:
    """`text` for a tooltip."""
    text = printable(text, kept="\n")
    if "<" not in text:  # which Qt takes for no markup
        return text
    return f"<span>{escape(text)}</span>".replace("\n", "<br>")


def entry(text: str) -> str:
    """`text` for an entry of a menu."""
    return printable(text).replace("&", "&&")
