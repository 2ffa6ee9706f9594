"""What can be made of an exported picture, in the words of the dialogs."""

from __future__ import annotations

from explorer.dialogs.files import FileKind
from explorer.translation import tr
from generator.formats.picture_options import BLUR, COLOUR, NONE, PICTURE, TRANSPARENT, PictureOptions

PICTURES = (
    FileKind(tr("PNG, lossless"), "png"),
    FileKind(tr("JPEG, small"), "jpg"),
    FileKind(tr("WebP, smaller"), "webp"),
    FileKind(tr("AVIF, smallest"), "avif"),
    FileKind(tr("TIFF, lossless, for printing"), "tiff"),
)
ENLARGE = ((tr("Not at all"), 1), (tr("2 times"), 2), (tr("4 times"), 4))
BACKGROUNDS = (
    (tr("As it is"), NONE),
    (tr("Transparent"), TRANSPARENT),
    (tr("Blurred"), BLUR),
    (tr("One colour"), COLOUR),
    (tr("A picture"), PICTURE),
)
CROPS = (
    (tr("Nothing"), ""),
    (tr("Round"), "round"),
    (tr("Rounded corners"), "rounded"),
    (tr("Avatar: head and shoulders"), "avatar"),
    (tr("Passport: 35 × 45 mm"), "passport"),
)
BITS = ((tr("8 bits"), 8), (tr("16 bits"), 16))
FACE_CROPS = ("avatar", "passport")  # as large as the face is in the picture


def native_size(options: PictureOptions, resolution: int) -> str:
    """The size of the picture where none is chosen. resolution: pixels on a side of what the model renders."""
    if options.crop == "passport" and options.dpi is not None:
        return tr("35 × 45 mm at {dpi} DPI", dpi=options.dpi)
    if options.crop in FACE_CROPS:
        return tr("As large as the crop")
    side = resolution * options.enlarge
    return tr("{resolution} px (native)", resolution=side) if options.enlarge == 1 else tr("{pixels} px", pixels=side)


def in_words(options: PictureOptions) -> str:
    """What is done to the picture, but for format and size: "Enlarged 4 times, blurred background"; "" = nothing."""
    crops, bits = {key: title for title, key in CROPS}, {key: title for title, key in BITS}
    parts = [tr("enlarged {factor} times", factor=options.enlarge)] if options.enlarge > 1 else []
    parts += [_BEHIND[options.background]] if options.cutout else []
    parts += [tr("crop: {crop}", crop=crops[options.crop].split(":")[0].lower())] if options.crop else []
    parts += [bits[options.bits]] if options.bits > 8 else []
    parts += [tr("{dpi} DPI", dpi=options.dpi)] if options.dpi is not None else []
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


_BEHIND = {
    TRANSPARENT: tr("transparent background"),
    BLUR: tr("blurred background"),
    COLOUR: tr("background of one colour"),
    PICTURE: tr("another background"),
}
