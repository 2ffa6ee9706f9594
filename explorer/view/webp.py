"""WebP images of a project as QImages; on any thread."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

LARGEST_PICTURE, LARGEST_THUMBNAIL = 4096, 512  # pixels on a side; larger ones are not ours, and could fill the memory


def decoded(data: bytes, largest: int) -> QImage | None:
    """The image in `data`; None if it is not a WebP of at most `largest` pixels on a side, which its header says."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"webp"))
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > largest:
        return None
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)
