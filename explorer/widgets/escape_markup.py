"""Names of files and of what strangers made, where Qt would read markup or mnemonics into them."""

from __future__ import annotations

from html import escape


def tip(text: str) -> str:
    """`text` for a tooltip."""
    if "<" not in text:  # which Qt takes for no markup
        return text
    return f"<span>{escape(text)}</span>".replace("\n", "<br>")


def entry(text: str) -> str:
    """`text` for an entry of a menu."""
    return text.replace("&", "&&")
