"""The thumbnails in memory: the latest ones that were looked at, and which are wanted or missing."""

from __future__ import annotations

from PySide6.QtGui import QImage

MAX_IMAGES = 600  # of 192 px: 88 MB
MAX_MISSING = 300  # that are waiting to be rendered; older ones are asked for again when they are looked at


class ThumbnailCache:
    """Images by the id of their face; the one looked at longest ago is forgotten first."""

    def __init__(self, max_images: int = MAX_IMAGES) -> None:
        self._max_images = max_images
        self._images: dict[int, QImage] = {}  # the latest looked at last
        self._missing: dict[int, None] = {}  # in no file, or of an earlier recipe; the newest last

    def get(self, id: int) -> QImage | None:
        image = self._images.pop(id, None)
        if image is not None:
            self._images[id] = image
        return image

    def put(self, id: int, image: QImage) -> None:
        self._images.pop(id, None)
        self._missing.pop(id, None)
        self._images[id] = image
        if len(self._images) > self._max_images:
            del self._images[next(iter(self._images))]

    @property
    def missing(self) -> tuple[int, ...]:
        """Ids that wait to be rendered, the newest last."""
        return tuple(self._missing)

    def is_missing(self, id: int) -> bool:
        return id in self._missing

    def miss(self, id: int) -> None:
        """Note that it must be rendered; an older image stays until then."""
        self._missing.pop(id, None)
        self._missing[id] = None
        if len(self._missing) > MAX_MISSING:
            del self._missing[next(iter(self._missing))]

    def forget(self, *ids: int) -> None:
        for id in ids:
            self._images.pop(id, None)
            self._missing.pop(id, None)

    def clear(self) -> None:
        self._images.clear()
        self._missing.clear()
