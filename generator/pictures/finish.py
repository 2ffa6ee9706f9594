"""From a rendered picture to the one that is taken home: enlarged, cut out, cropped, scaled, in this order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from generator.errors import ExportError
from generator.faces.finder import FaceFinder, SeenFace
from generator.formats.finished import Deep, Finished, Floats, Pixels
from generator.formats.image_encode import scaled
from generator.formats.picture_options import BLUR, COLOUR, PASSPORT_HEIGHT, PICTURE, TRANSPARENT, PictureOptions
from generator.pictures.aside import Pulse, aside
from generator.pictures.background import read_background
from generator.pictures.crop import FRAMES, ROUNDED, cropped, cut_of, rounded
from generator.pictures.cutout import cut_out
from generator.pictures.enlarge import enlarging_floats, method
from generator.pictures.resample import fitted
from generator.progress import Job, Progress

Find = Callable[[Pixels], SeenFace | None]  # the largest face in uint8 [H, W, 3]
_BACKGROUNDS = {TRANSPARENT: "background removed", BLUR: "background blurred", PICTURE: "background replaced"}
_CROPS = {
    "round": "cropped to a disc",
    "rounded": "cropped with rounded corners",
    "avatar": "cropped to the head",
    "passport": "cropped to 35 × 45 mm (ICAO 9303)",
}


def finishing(
    picture: Pixels | Floats,
    options: PictureOptions,
    find: Find | None = None,
    background: Pixels | None = None,
) -> Job[Finished]:
    """What `options` make of `picture`: uint8 `[H, W, 3]`, or float32 `[H, W, 3]` in 0..1, as 16 bits need it.

    find: finds the face; None takes the networks of `generator.faces`, where the options need one. background: uint8
    `[h, w, 3]`, the picture at the path `options.cutout`, where it names one; None reads it. The same arguments give
    the same bytes. A step takes at most about 50 ms, but for loading. Closing the job cancels it. Raises `ExportError`
    where there is no person to cut out or to crop to, and where the background cannot be read.

    Example:
        >>> import numpy as np
        >>> from generator.formats.picture_options import PictureOptions
        >>> from generator.pictures.finish import finishing
        >>> from generator.progress import finish
        >>> done = finish(finishing(np.full((32, 32, 3), 128, np.uint8), PictureOptions(crop="round", size=64)))
        >>> done.pixels.shape, done.history
        ((64, 64, 4), 'cropped to a disc')
    """
    if picture.dtype == np.uint8 and replace(options, dpi=None).plain:
        return Finished(scaled(_bytes(picture), options.size), dpi=options.dpi)
    face = None
    if options.needs_face or options.enlarge > 1:
        yield Progress(0, 0, "Looking for the person")
        face = (find or FaceFinder().find)(_bytes(picture))
    if face is None and options.needs_face:
        raise ExportError("No face is to be seen that could be cut out or cropped to; leave that out for this picture.")
    if face is not None and options.cutout:
        yield Progress(0, 0, "Looking for the person")
        _ = face.mask  # here, since the thread of the work must use no network that this one may use
    if background is None and options.background == PICTURE:
        background = yield from aside(lambda pulse: read_background(options.cutout), "Reading the background")
    colours = _floats(picture)
    if options.enlarge > 1:
        colours = yield from enlarging_floats(colours, options.enlarge, face)
    behind = None if background is None else _floats(background)
    pixels = yield from aside(lambda pulse: _finished(colours, options, face, behind, pulse), "Finishing the picture")
    return Finished(pixels, history(options), _dpi(options, pixels.shape[0]))


def at_size(finished: Finished, options: PictureOptions) -> Finished:
    """What `finishing` made at another size, that of `options`, without enlarging and cutting out once more."""
    whole = finished.pixels.astype(np.float32) / np.float32(np.iinfo(finished.pixels.dtype).max)
    pixels = _rounded(fitted(whole, options.longer_side), options.bits)
    return Finished(pixels, finished.history, _dpi(options, pixels.shape[0]))


def history(options: PictureOptions) -> str:
    """What is done to the picture, in English: "enlarged 4 times by Real-ESRGAN x4plus; background removed"."""
    enlarged = f"enlarged {options.enlarge} times by {method()}" if options.enlarge > 1 else ""
    colour = f"background replaced by {options.cutout}" if options.background == COLOUR else ""
    behind = _BACKGROUNDS.get(options.background, colour)
    return "; ".join(filter(None, (enlarged, behind, _CROPS.get(options.crop, ""))))


def _finished(
    colours: Floats, options: PictureOptions, face: SeenFace | None, background: Floats | None, pulse: Pulse
) -> Pixels | Deep:
    """Everything after enlarging, on a thread of its own."""
    if options.cutout:
        assert face is not None
        colours = cut_out(colours, face, options, background)
        pulse(1, 3)
    if options.crop:
        colours = _cropped(colours, options, face)
        pulse(2, 3)
    return _rounded(fitted(colours, options.longer_side), options.bits)


def _rounded(colours: Floats, bits: int) -> Pixels | Deep:
    if bits == 16:
        return np.asarray(np.rint(np.float32(65535) * colours), np.uint16)
    return np.asarray(np.rint(np.float32(255) * colours), np.uint8)


def _cropped(colours: Floats, options: PictureOptions, face: SeenFace | None) -> Floats:
    if options.crop not in FRAMES:
        return rounded(colours, 0.5 if options.crop == "round" else ROUNDED)
    assert face is not None
    cut, factor = cut_of(face, FRAMES[options.crop]), colours.shape[0] / face.pixels.shape[0]
    larger = replace(cut, x=cut.x * factor, y=cut.y * factor, width=cut.width * factor, height=cut.height * factor)
    return cropped(colours, larger)


def _dpi(options: PictureOptions, height: int) -> float | None:
    """The resolution for the file: of a passport picture, the one at which it is 45 mm high."""
    return options.dpi if options.crop != "passport" or options.dpi is not None else height / PASSPORT_HEIGHT


def _floats(picture: Pixels | Floats) -> Floats:
    values = picture.astype(np.float32)
    return values / np.float32(255) if picture.dtype == np.uint8 else values


def _bytes(picture: Pixels | Floats) -> Pixels:
    return np.asarray(picture if picture.dtype == np.uint8 else np.rint(255 * picture), np.uint8)
