"""Names of files made from what users and strangers wrote, so that every file system takes them."""

from __future__ import annotations

import re
import unicodedata

MAX_BYTES = 200  # of a name; file systems allow 255, and a suffix follows
_FORBIDDEN = re.compile(r"[^\w .+-]+")  # on some system
_RESERVED = re.compile(r"(con|prn|aux|nul|(com|lpt)[\d¹²³]) *(\.|$)", re.IGNORECASE)  # by Windows


def clean(text: str) -> str:
    """`text` without what some system forbids in a name; "" if nothing is left.

    Example:
        >>> from generator.formats.file_names import clean
        >>> clean("../Anna: 1/2?")
        'Anna- 1-2'
    """
    return _FORBIDDEN.sub("-", unicodedata.normalize("NFC", text)).strip(" .-")


def cut(text: str, characters: int) -> str:
    """As much of the clean `text` as fits in so many characters and in `MAX_BYTES`."""
    return text[:characters].encode()[:MAX_BYTES].decode(errors="ignore").rstrip(" .-")


def unreserved(stem: str) -> str:
    """The clean `stem`, with "face-" before it where Windows keeps that name for a device, and "face" for none."""
    return f"face-{stem}" if _RESERVED.match(stem) else stem or "face"


def numbered(stem: str, number: int, characters: int) -> str:
    """`stem` with "-2", "-3" ... behind it, cut so that both fit in so many characters."""
    end = f"-{number}"
    room = min(characters, MAX_BYTES) - len(end)
    return cut(stem.encode()[: MAX_BYTES - len(end)].decode(errors="ignore"), room) + end


def same_on_every_disk(name: str) -> str:
    """What two names share if some file system takes them for the same."""
    return unicodedata.normalize("NFC", name).casefold()
