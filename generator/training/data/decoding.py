"""Bytes of any image -> upright 8-bit RGB, whatever its depth, colours, transparency and frames were.

Only formats with a decoder inside Pillow are tried: EPS, for one, would start another program.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from generator.formats.image_chunks import MAX_PIXELS, PILLOW_DAMAGE, png_for_decoding
from generator.training.data.report import Reason, Refused

FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "PPM", "JPEG2000", "AVIF")
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_LYING = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I")  # 16 bits a pixel, or those in 32


@dataclass(frozen=True)
class Picture:
    """An upright image of mode RGB."""

    image: Image.Image
    full: tuple[int, int]  # width, height in the file; `image` may be smaller where a JPEG was decoded smaller


@contextmanager
def quiet_decoders() -> Iterator[None]:
    """No warning of a decoder is printed. Filters are the whole process's: hold this around a batch, not in each
    thread.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def decoded(data: bytes, background: tuple[int, int, int], needed: int | None = None) -> Picture:
    """The first frame in `data`; transparent places show `background`.

    With `needed`, a JPEG may be decoded at half, a quarter or an eighth of its size, as long as each side keeps
    that many pixels: quicker by far, and as sharp. Raises `Refused`.
    """
    try:
        with Image.open(io.BytesIO(png_for_decoding(data)), formats=_formats()) as image:
            full = image.size
            if full[0] * full[1] > MAX_PIXELS:
                raise Refused(Reason.TOO_LARGE, f"{full[0]} x {full[1]} px")
            if needed is not None:
                image.draft("", (needed, needed))  # no other mode than the file's
            lies = image.getexif().get(ExifTags.Base.Orientation, 1) in _LYING
            picture = _rgb(ImageOps.exif_transpose(image), background)
            return Picture(picture, full[::-1] if lies else full)
    except UnidentifiedImageError as error:
        raise Refused(Reason.NOT_AN_IMAGE) from error
    except Image.DecompressionBombError as error:  # twice as many
        raise Refused(Reason.TOO_LARGE, f"more than {MAX_PIXELS} px") from error
    except MemoryError as error:
        raise Refused(Reason.TOO_LARGE, "for the memory that is left") from error
    except PILLOW_DAMAGE as error:
        raise Refused(Reason.BROKEN, " ".join(str(error).split())[:200]) from error


def _formats() -> list[str]:
    """Those of `FORMATS` that this build of Pillow knows."""
    Image.init()
    return [name for name in FORMATS if name in Image.OPEN]


def _rgb(image: Image.Image, background: tuple[int, int, int]) -> Image.Image:
    if image.mode == "F":
        raise Refused(Reason.UNKNOWN_SCALE, "floating point")
    if image.mode in _DEEP:
        return _of_16_bits(image).convert("RGB")
    if image.has_transparency_data:
        picture = image.convert("RGBA")
        return _in_srgb(Image.alpha_composite(Image.new("RGBA", picture.size, (*background, 255)), picture), image)
    return _in_srgb(image, image)


def _of_16_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits scaled, not clipped, to 8. In 32 bits a pixel there may be 8 as well, or any others."""
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535 or (image.mode == "I" and values.max() < 256):
        raise Refused(Reason.UNKNOWN_SCALE, f"grey from {values.min()} to {values.max()}")
    return Image.fromarray(np.rint(values / 257).astype(np.uint8))


def _in_srgb(picture: Image.Image, source: Image.Image) -> Image.Image:
    """`picture` as RGB in sRGB, out of the colour space that `source` names, if it names one that can be read."""
    plain = picture if picture.mode == "CMYK" else picture.convert("RGB")
    profile = source.info.get("icc_profile")
    if not profile or source.mode in ("L", "LA", "1"):
        return plain.convert("RGB")
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(plain, given, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):  # every viewer shows such an image without it
        return plain.convert("RGB")
    assert isinstance(converted, Image.Image)  # None only where it is done in place
    return converted
