"""What a drag or the clipboard carries that can be opened."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QUrl

from generator.address import SCHEMES


def carried(data: QMimeData) -> list[str]:
    """Paths of its local files, or the addresses of its links if there are none."""
    urls = data.urls()
    links = [url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in urls if url.scheme() in SCHEMES]
    return [url.toLocalFile() for url in urls if url.isLocalFile()] or links
