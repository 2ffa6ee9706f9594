"""Paths and URLs in a drag or on the clipboard that can be opened."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

from generator.hub.address import SCHEMES, is_address


def carried(data: QMimeData) -> list[str]:
    """The paths of its local files, else the URLs of its links, else its text if that is a path or URL."""
    urls = data.urls()
    links = [url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in urls if url.scheme() in SCHEMES]
    return [url.toLocalFile() for url in urls if url.isLocalFile()] or links or _named(data.text().strip())


def _named(text: str) -> list[str]:
    if len(text.splitlines()) != 1:
        return []
    if is_address(text):
        return [text]
    path = Path(text)
    with suppress(RuntimeError):  # an unknown home folder
        path = path.expanduser()
    return [str(path)] if path.is_absolute() else []
