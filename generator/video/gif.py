"""GIF: one palette for all frames, and of each frame only the pixels that change (CompuServe, "GIF89a", 1990)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from tempfile import TemporaryFile
from typing import BinaryIO

import numpy as np
from PIL import GifImagePlugin, Image

from generator.formats import xmp
from generator.formats.image_encode import Pixels
from generator.storage.atomic import atomic_write
from generator.video.palette import Indices, Palette, palette_of, sampled
from generator.video.plan import MARK, Picture, Plan, changed_box

CENTISECONDS = 100  # a second, which is how a GIF counts
CLEAR = 255  # the index that shows what was there before
XMP_NAME = b"\x21\xff\x0bXMP DataXMP"  # Adobe, "XMP Specification" part 3, section 1.1.2
XMP_END = bytes([1, *range(255, -1, -1), 0])  # leads a reader that counts the packet as blocks to their end


def write_gif(plan: Plan, pictures: Iterator[Picture]) -> None:
    """Write a GIF. The synthetic mark and the notes are XMP; the mark is also a comment.

    The frames wait in a hidden file until all are known, since their colours come from all of them.
    """
    with atomic_write(plan.path) as file, TemporaryFile(dir=plan.path.resolve().parent) as waiting:
        palette = palette_of(_kept(plan, pictures, waiting), _colours(plan.options.quality))
        file.write(_head(plan, palette) + _loops(plan.options.loops) + _comment(MARK) + _xmp(plan.notes))
        waiting.seek(0)
        shown: Indices | None = None
        for delay in plan.shown(CENTISECONDS):
            pixels = np.frombuffer(waiting.read(plan.width * plan.height * 3), np.uint8)
            indices = palette.indices(pixels.reshape(plan.height, plan.width, 3))
            file.write(_frame(shown, indices, delay))
            shown = indices
        file.write(b";")


def _kept(plan: Plan, pictures: Iterator[Picture], waiting: BinaryIO) -> Pixels:
    """Write the frames into the file `waiting`; returns samples of all, uint8 `[n, 3]`."""
    total, samples = plan.width * plan.height * plan.count, []
    for index, picture in enumerate(pictures):
        waiting.write(np.ascontiguousarray(picture.pixels).data)
        samples.append(sampled(picture.pixels, index, total).copy())
    return np.concatenate(samples)


def _colours(quality: int) -> int:
    """As many as there can be at a quality of 80 and above."""
    return min(255, max(8, round(255 * quality / 80)))


def _frame(shown: Indices | None, indices: Indices, delay: int) -> bytes:
    """The blocks of one frame over what is shown."""
    left, top, right, bottom = changed_box(shown, indices)
    part = indices[top:bottom, left:right]
    if shown is not None:
        part = np.where(part == shown[top:bottom, left:right], np.uint8(CLEAR), part)
    image = Image.frombytes("P", (right - left, bottom - top), part.tobytes())
    image.putpalette(bytes(768))  # not written: the frame has the palette of the file
    control = {"duration": 10 * delay, "disposal": 1, "transparency": CLEAR}
    return b"".join(GifImagePlugin.getdata(image, (left, top), **control))


def _head(plan: Plan, palette: Palette) -> bytes:
    """The signature, the size and 256 colours."""
    size = plan.width.to_bytes(2, "little") + plan.height.to_bytes(2, "little")
    return b"GIF89a" + size + b"\xf7\0\0" + palette.colours.tobytes().ljust(768, b"\0")


def _loops(loops: int) -> bytes:
    """How often it is repeated after the first time; 0 = for ever, and nothing = shown once."""
    if loops == 1:
        return b""
    return b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + max(0, loops - 1).to_bytes(2, "little") + b"\0"


def _comment(text: str) -> bytes:
    return b"\x21\xfe" + bytes([len(text)]) + text.encode("ascii") + b"\0"


def _xmp(notes: Mapping[str, str]) -> bytes:
    return XMP_NAME + xmp.packet(notes) + XMP_END
