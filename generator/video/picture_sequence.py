"""Animated WebP and PNG, and folders of PNGs: frames encoded one by one as pictures are.

Each frame is written as it comes, and of it only the box that has changed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

from PIL import Image

from generator.errors import ExportError
from generator.formats import xmp
from generator.formats.image_chunks import PNG_SIGNATURE, png_chunk, png_chunks, webp_chunks
from generator.formats.image_encode import Pixels, encoded
from generator.formats.image_metadata import XMP_KEYWORD
from generator.storage.atomic import atomic_write, staged_folder
from generator.video.plan import Box, Picture, Plan, changed_box

MILLISECONDS = 1000  # a second, which is how WebP and APNG count here
TIMELINE = "timeline.json"  # in a folder of PNGs
_MAX_RIFF = 2**32 - 10  # bytes behind the length of a RIFF file


def write_webp(plan: Plan, pictures: Iterator[Picture]) -> None:
    """Write an animated WebP (RFC 9649, section 2.7). The synthetic mark and the notes are XMP."""
    has_animation, has_xmp = 0b10, 0b100
    size = (plan.width - 1).to_bytes(3, "little") + (plan.height - 1).to_bytes(3, "little")
    with atomic_write(plan.path) as file:
        file.write(b"RIFF\0\0\0\0WEBP")
        file.write(_riff(b"VP8X", bytes([has_animation | has_xmp, 0, 0, 0]) + size))
        file.write(_riff(b"ANIM", bytes(4) + plan.options.loops.to_bytes(2, "little")))
        for box, part, milliseconds in _parts(plan, pictures, even=True):
            file.write(_riff(b"ANMF", _webp_frame(box, part, milliseconds, plan.options.quality)))
        file.write(_riff(b"XMP ", xmp.packet(plan.notes)))
        length = file.tell() - 8
        if length > _MAX_RIFF:
            raise ExportError(f"{plan.path.name} would have more than 4 GB, which no WebP can; write an .mp4.")
        file.seek(4)
        file.write(length.to_bytes(4, "little"))
        file.seek(0, os.SEEK_END)


def write_apng(plan: Plan, pictures: Iterator[Picture]) -> None:
    """Write an animated PNG (W3C, "PNG", third edition, clause 11.3.6); exact. Mark and notes as in any PNG of ours."""
    with atomic_write(plan.path) as file:
        file.write(PNG_SIGNATURE + png_chunk(b"IHDR", _header(plan)) + png_chunk(b"iTXt", _text(XMP_KEYWORD, _mark())))
        for name, text in plan.notes.items():
            file.write(png_chunk(b"iTXt", _text(f"outis-{name}", text)))
        file.write(png_chunk(b"acTL", plan.count.to_bytes(4) + plan.options.loops.to_bytes(4)))
        number = 0  # of control and data chunks, from the second frame on
        for box, part, milliseconds in _parts(plan, pictures):
            file.write(png_chunk(b"fcTL", number.to_bytes(4) + _control(box, milliseconds)))
            is_first, number = number == 0, number + 1
            for data in _compressed(part):
                file.write(png_chunk(b"IDAT", data) if is_first else png_chunk(b"fdAT", number.to_bytes(4) + data))
                number += 0 if is_first else 1
        file.write(png_chunk(b"IEND", b""))


def write_folder(plan: Plan, pictures: Iterator[Picture]) -> None:
    """Write each frame as a PNG with its own notes into a folder, and the timeline beside them.

    Other files in the folder stay; frames of a longer video, which would follow ours, are refused.
    """
    _check_no_others(plan)
    with staged_folder(plan.path) as staging:
        for number, picture in zip(plan.ours, pictures, strict=True):
            (staging / frame_name(number)).write_bytes(encoded(picture.pixels, picture.notes, ".png"))
        if "timeline" in plan.notes and plan.share[0] == 0:
            (staging / TIMELINE).write_text(plan.notes["timeline"], encoding="utf-8")


def frame_name(number: int) -> str:
    """The name of frame `number` (from 0) in a folder, counted from 1 as other programs do."""
    return f"frame-{number + 1:05}.png"


def _check_no_others(plan: Plan) -> None:
    wanted = {frame_name(number) for number in range(plan.count)}
    found = sorted({path.name for path in plan.path.glob("frame-*.png")} - wanted) if plan.path.is_dir() else []
    if found:
        raise ExportError(
            f"{plan.path.name} has frames of a longer video, such as {found[0]}; choose another folder, or empty it."
        )


def _parts(plan: Plan, pictures: Iterator[Picture], even: bool = False) -> Iterator[tuple[Box, Pixels, int]]:
    """(box, the pixels in it, milliseconds) of each frame."""
    before: Pixels | None = None
    for picture, milliseconds in zip(pictures, plan.shown(MILLISECONDS), strict=True):
        box = left, top, right, bottom = changed_box(before, picture.pixels, even)
        yield box, picture.pixels[top:bottom, left:right], milliseconds
        before = picture.pixels


def _riff(kind: bytes, payload: bytes) -> bytes:
    return kind + len(payload).to_bytes(4, "little") + payload + bytes(len(payload) % 2)


def _webp_frame(box: Box, part: Pixels, milliseconds: int, quality: int) -> bytes:
    """The payload of an ANMF chunk: where the frame is, how long it is shown, and a picture that covers what was."""
    left, top, right, bottom = box
    numbers = (left // 2, top // 2, right - left - 1, bottom - top - 1, milliseconds)
    not_blended = 0b10
    file = io.BytesIO()
    Image.fromarray(part).save(file, "WEBP", quality=quality)
    chunks = (_riff(kind, data) for kind, data in webp_chunks(file.getvalue()) if kind in (b"VP8 ", b"VP8L"))
    return b"".join(number.to_bytes(3, "little") for number in numbers) + bytes([not_blended]) + b"".join(chunks)


def _header(plan: Plan) -> bytes:
    depth, colours = 8, 2  # RGB
    return plan.width.to_bytes(4) + plan.height.to_bytes(4) + bytes([depth, colours, 0, 0, 0])


def _text(keyword: str, text: str) -> bytes:
    return keyword.encode("latin-1") + bytes(5) + text.encode()  # not compressed, no language, nothing translated


def _mark() -> str:
    return xmp.packet({}).decode()


def _control(box: Box, milliseconds: int) -> bytes:
    """The payload of an fcTL chunk behind its number; the frame stays, and replaces what is below it."""
    left, top, right, bottom = box
    place = b"".join(number.to_bytes(4) for number in (right - left, bottom - top, left, top))
    return place + milliseconds.to_bytes(2) + MILLISECONDS.to_bytes(2) + b"\0\0"


def _compressed(part: Pixels) -> Iterator[bytes]:
    """The filtered and compressed pixels, as Pillow's encoder makes them."""
    file = io.BytesIO()
    Image.fromarray(part).save(file, "PNG")
    return (payload for kind, payload in png_chunks(file.getvalue()) if kind == b"IDAT")
