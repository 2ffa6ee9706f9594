"""WebP images of a project: those that are larger than ours are refused before they take any memory."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from PIL import Image
from PySide6.QtGui import QImage, QImageReader

from explorer.view import webp
from explorer.view.webp import LARGEST_PICTURE, LARGEST_THUMBNAIL, decoded


def of_size(width: int, height: int) -> bytes:
    """A WebP of one colour, which has few bytes at any size."""
    data = BytesIO()
    Image.new("RGB", (width, height), (200, 100, 50)).save(data, "WEBP", method=0)
    return data.getvalue()


def with_canvas(data: bytes, width: int, height: int) -> bytes:
    """The same image after a header that says another size."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = b"WEBPVP8X" + (10).to_bytes(4, "little") + bytes(4) + size + data[12:]
    return b"RIFF" + len(chunks).to_bytes(4, "little") + chunks


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[QImageReader]:
    """The readers that were asked for pixels."""
    asked: list[QImageReader] = []

    class Reader(QImageReader):
        def read(self) -> QImage:  # type: ignore[override]
            asked.append(self)
            return super().read()

    monkeypatch.setattr(webp, "QImageReader", Reader)
    return asked


@pytest.mark.parametrize("largest", [LARGEST_THUMBNAIL, LARGEST_PICTURE])
def test_the_largest_one_is_decoded(largest: int) -> None:
    image = decoded(of_size(largest, 3), largest)
    assert image is not None
    assert (image.width(), image.height(), image.format()) == (largest, 3, QImage.Format.Format_RGB32)
    assert image.pixelColor(largest - 1, 2).red() == pytest.approx(200, abs=3)


@pytest.mark.parametrize("largest", [LARGEST_THUMBNAIL, LARGEST_PICTURE])
def test_a_larger_one_is_not_even_decoded(largest: int, reads: list[QImageReader]) -> None:
    assert decoded(of_size(largest + 1, 1), largest) is None
    assert decoded(of_size(1, largest + 1), largest) is None
    assert reads == []


def test_one_of_millions_of_pixels_that_says_that_it_is_small_is_refused_at_once() -> None:
    assert decoded(with_canvas(of_size(10, 10), 10, 10), LARGEST_THUMBNAIL) is not None
    lying = with_canvas(of_size(16383, 600), 10, 10)
    start = time.thread_time()
    assert decoded(lying, LARGEST_THUMBNAIL) is None
    assert time.thread_time() - start < 0.05


@pytest.mark.parametrize("data", [b"", b"RIFF", b"\x89PNG\r\n\x1a\n", of_size(5, 5)[:30], bytes(1000)])
def test_what_is_not_a_webp_is_none(data: bytes) -> None:
    assert decoded(data, LARGEST_PICTURE) is None
