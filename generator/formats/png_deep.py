"""PNG with 16 bits a channel, which Pillow does not write (ISO/IEC 15948)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from generator.formats.image_chunks import PNG_SIGNATURE, png_chunk, png_chunks

_ROWS = 256  # packed at once
_COLOUR_TYPE = {3: 2, 4: 6}  # by channels: RGB, and RGB with alpha
_LEFT = 1  # the filter that leaves the difference to the pixel on the left


def png_deep(pixels: NDArray[np.uint16], shell: bytes) -> bytes:
    """uint16 `[H, W, 3 or 4]` as PNG, with everything but the pixels taken from `shell`, a PNG file."""
    height, width, channels = pixels.shape
    header = width.to_bytes(4) + height.to_bytes(4) + bytes((16, _COLOUR_TYPE[channels], 0, 0, 0))
    before = [(kind, payload) for kind, payload in png_chunks(shell) if kind not in (b"IHDR", b"IDAT")]
    chunks = [(b"IHDR", header), *before, *((b"IDAT", part) for part in _packed(pixels)), (b"IEND", b"")]
    return PNG_SIGNATURE + b"".join(png_chunk(kind, payload) for kind, payload in chunks)


def _packed(pixels: NDArray[np.uint16]) -> Iterator[bytes]:
    """The rows, filtered and compressed, in parts that together are one zlib stream."""
    packer, step = zlib.compressobj(6), 2 * pixels.shape[2]
    for first in range(0, len(pixels), _ROWS):
        rows = pixels[first : first + _ROWS]
        data = rows.astype(">u2").view(np.uint8).reshape(len(rows), -1)
        filtered = np.full((len(rows), 1 + data.shape[1]), _LEFT, np.uint8)
        filtered[:, 1 : 1 + step] = data[:, :step]
        filtered[:, 1 + step :] = data[:, step:] - data[:, :-step]
        if part := packer.compress(filtered.tobytes()):
            yield part
    yield packer.flush()
