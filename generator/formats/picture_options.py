"""How a picture leaves: format, size, enlarging, cutting out, cropping. Needs neither torch nor an image library."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from generator.errors import ExportError, did_you_mean

FORMATS = ("png", "jpg", "webp", "avif", "tiff")
WITH_ALPHA = ("png", "webp", "avif", "tiff")
WITH_16_BITS = ("png", "tiff")
ENLARGE = (1, 2, 4)
CROPS = ("", "round", "rounded", "avatar", "passport")
ROUND_CROPS = ("round", "rounded")  # with transparent corners
BITS = (8, 16)
LARGEST = 16383  # pixels on a side, as `generator.formats.image_encode` has it
MAX_DPI = 9600  # of printers and scanners
NONE, TRANSPARENT, BLUR, COLOUR, PICTURE = "", "transparent", "blur", "colour", "picture"  # kinds of backgrounds
PASSPORT_HEIGHT = 45 / 25.4  # inches
Rgb = tuple[int, int, int]  # 0..255

_FORMAT_OF = {**{f".{name}": name for name in FORMATS}, ".jpeg": "jpg", ".tif": "tiff"}
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def format_of(suffix: str) -> str | None:
    """The format of files that end in `suffix`; None where Outis writes no such pictures.

    >>> format_of(".JPEG"), format_of(".bmp")
    ('jpg', None)
    """
    return _FORMAT_OF.get(suffix.lower())


def colour_of(text: str) -> Rgb | None:
    """The colour that `text` names: #rgb, #rrggbb or a name of CSS; None where it names none.

    >>> colour_of("#f80"), colour_of("White"), colour_of("beach.jpg")
    ((255, 136, 0), (255, 255, 255), None)
    """
    from PIL.ImageColor import colormap, getrgb  # late: a dialog that shows no colours needs no Pillow

    if not _HEX.fullmatch(text) and text.lower() not in colormap:
        return None
    red, green, blue = getrgb(text)[:3]
    return red, green, blue


@dataclass(frozen=True)
class PictureOptions:
    """What becomes of a picture. Raises `ExportError` for what is impossible; accesses no file.

    Example:
        >>> from generator.formats.picture_options import PictureOptions
        >>> PictureOptions(cutout="#ffffff", crop="passport", dpi=600).background
        'colour'
    """

    format: str = "png"  # one of FORMATS
    size: int | None = None  # pixels of the longer side at the end; None = as it comes
    enlarge: int = 1  # by the network: one of ENLARGE
    cutout: str = ""  # behind the person: "" = as rendered, "transparent", "blur", a colour, or the path of a picture
    crop: str = ""  # one of CROPS
    bits: int = 8  # of each channel: one of BITS
    dpi: int | None = None  # pixels in an inch; a passport picture of no `size` is made 35 × 45 mm large

    def __post_init__(self) -> None:
        _check_choice("Pictures cannot be written as", self.format, FORMATS)
        _check_choice("There is no crop", self.crop, CROPS)
        if self.enlarge not in ENLARGE:
            raise ExportError(f"Enlarging {self.enlarge} times is not possible; choose 1, 2 or 4.")
        if self.bits not in BITS:
            raise ExportError(f"{self.bits} bits are not possible; choose 8 or 16.")
        _check_range("A size", self.size, LARGEST, "pixels")
        _check_range("A resolution", self.dpi, MAX_DPI, "DPI")
        if self.longer_side is not None and self.longer_side > LARGEST:
            raise ExportError(f"At {self.dpi} DPI, a passport picture has {self.longer_side} pixels; choose fewer DPI.")
        self._check_format()
        if self.cutout.startswith("#") and not _HEX.fullmatch(self.cutout):
            raise ExportError(f"{self.cutout[:40]!r} is not a colour; write it as #rrggbb, as in #ff8800.")

    def _check_format(self) -> None:
        others = f"choose {_either(WITH_ALPHA)}"
        if self.format not in WITH_ALPHA and self.cutout == TRANSPARENT:
            raise ExportError(f"JPEG has no transparency; {others}, or another background than transparent.")
        if self.format not in WITH_ALPHA and self.crop in ROUND_CROPS:
            raise ExportError(f"JPEG has no transparency, which a {self.crop} crop has at its corners; {others}.")
        if self.bits == 16 and self.format not in WITH_16_BITS:
            raise ExportError(f"{self.format.upper()} has 8 bits; choose {_either(WITH_16_BITS)} for 16.")

    @property
    def suffix(self) -> str:
        """Of the file: ".png"."""
        return f".{self.format}"

    @property
    def longer_side(self) -> int | None:
        """Pixels of the longer side at the end; None = as it comes."""
        if self.size is None and self.dpi is not None and self.crop == "passport":
            return max(round(self.dpi * PASSPORT_HEIGHT), 1)
        return self.size

    @property
    def plain(self) -> bool:
        """Whether there is nothing to do but to scale and to write."""
        return self == PictureOptions(self.format, self.size)

    @property
    def has_alpha(self) -> bool:
        """Whether a part of the picture is transparent."""
        return self.cutout == TRANSPARENT or self.crop in ROUND_CROPS

    @property
    def needs_face(self) -> bool:
        """Whether a person must be seen in the picture."""
        return bool(self.cutout) or self.crop in ("avatar", "passport")

    @property
    def background(self) -> str:
        """What comes behind the person: NONE (it stays), TRANSPARENT, BLUR, COLOUR or PICTURE."""
        if self.cutout in (NONE, TRANSPARENT, BLUR):
            return self.cutout
        return PICTURE if self.colour is None else COLOUR

    @property
    def colour(self) -> Rgb | None:
        """The colour behind the person; None where that is something else."""
        return colour_of(self.cutout)

    def to_values(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: Any) -> PictureOptions:
        """What `to_values` returned. Raises `ExportError` for anything else."""
        if not isinstance(values, dict) or set(values) != {field.name for field in fields(cls)}:
            raise ExportError("The kept options of a picture are damaged; choose them again.")
        right = all(isinstance(values[name], str) for name in ("format", "cutout", "crop"))
        right = right and all(type(values[name]) is int for name in ("enlarge", "bits"))
        if not (right and all(values[name] is None or type(values[name]) is int for name in ("size", "dpi"))):
            raise ExportError("The kept options of a picture have values of a wrong type; choose them again.")
        return cls(**values)


def _check_choice(what: str, chosen: str, known: tuple[str, ...]) -> None:
    if chosen not in known:
        hint = did_you_mean(chosen, filter(None, known)) or f"; choose {_either(tuple(filter(None, known)))}."
        raise ExportError(f"{what} {chosen[:40]!r}{hint}")


def _check_range(what: str, value: int | None, most: int, unit: str) -> None:
    if value is not None and not 1 <= value <= most:
        raise ExportError(f"{what} of {value} {unit} is not possible; choose 1 to {most}.")


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
