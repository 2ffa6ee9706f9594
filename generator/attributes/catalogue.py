"""What is measured of a face, in the order in which a window lists it, and the words for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.attributes.face import Face
from generator.attributes.measures import colours, eyes, looks, mouth, pose, shape

FORMULAS = 1  # raise it when a measure gives other numbers than before: what was measured by then is measured again
_SIZES = "sizes of the face"
_WIDTHS = "eye widths"


@dataclass(frozen=True)
class Measure:
    """Something measurable about a face, and what a slider for it is called."""

    name: str  # "age": unique
    title: str  # "Age"
    low: str  # what less of it is: "younger"
    high: str  # what more of it is: "older"
    unit: str  # "degrees"; "" for a share of something that the meaning names
    meaning: str  # how it is measured: a clause for the tooltip
    group: str  # "Pose", "Mouth", "Eyes", "Shape", "Hair", "Colours", "Picture" or "Apparent"
    measure: Callable[[Face], float] | None = None  # None = by a network of the optional package


MEASURES: tuple[Measure, ...] = (
    Measure("age", "Age", "younger", "older", "years", "apparent age, as a network estimates it", "Apparent"),
    Measure("gender", "Gender", "feminine", "masculine", "log-odds", "apparent gender, by a network", "Apparent"),
    Measure("yaw", "Pose: left/right", "looks left", "looks right", "degrees", "head turned", "Pose", pose.yaw),
    Measure("pitch", "Pose: up/down", "looks down", "looks up", "degrees", "head raised", "Pose", pose.pitch),
    Measure("smile", "Smile", "serious", "smiling", _SIZES, "lip corners above the lips' middle", "Mouth", mouth.smile),
    Measure("eyes", "Eyes", "faint", "striking", "L*", "irises darker than the whites", "Eyes", eyes.eye_contrast),
    Measure("hair", "Hair colour", "dark", "fair", "L*", "lightness above the forehead", "Hair", colours.of("hair", 0)),
    Measure("hair-length", "Hair length", "short", "long", "", "hair beside the jaw", "Hair", looks.hair_length),
    Measure(
        "beard",
        "Beard",
        "shaven",
        "bearded",
        "",
        "rough, dark skin about the mouth",
        "Hair",
        looks.beard,
    ),
    Measure(
        "glasses", "Glasses", "without", "with", "log L*", "a line across the nose's bridge", "Eyes", looks.glasses
    ),
    Measure(
        "skin", "Skin tone", "dark", "fair", "L*", "lightness of cheeks and brow", "Colours", colours.of("skin", 0)
    ),
    Measure(
        *("light", "Light", "from the left", "from the right", "L*", "one cheek against the other", "Picture"),
        colours.light_from_the_right,
    ),
    Measure("warmth", "Colour warmth", "cool", "warm", "b*", "blue to yellow, picture", "Picture", colours.warmth),
    Measure(
        "background", "Background", "dark", "bright", "L*", "its lightness", "Picture", colours.of("background", 0)
    ),
    Measure("clutter", "Clutter", "plain", "busy", "log L*", "steps there", "Picture", colours.background_detail),
    Measure("roll", "Pose: lean", "leans left", "leans right", "degrees", "head leaning", "Pose", pose.roll),
    Measure("teeth", "Teeth", "hidden", "shown", "", "share of the mouth that is white", "Mouth", mouth.teeth),
    Measure("mouth-open", "Mouth", "closed", "open", _SIZES, "gap between the lips", "Mouth", mouth.mouth_open),
    Measure(
        "mouth-width", "Mouth width", "narrow", "wide", _SIZES, "from corner to corner", "Mouth", mouth.mouth_width
    ),
    Measure("lips", "Lips", "thin", "full", "", "their height against the width", "Mouth", mouth.lip_fullness),
    Measure("upper-lip", "Upper lip", "thin", "full", _SIZES, "height of its red", "Mouth", mouth.upper_lip),
    Measure("lower-lip", "Lower lip", "thin", "full", _SIZES, "height of its red", "Mouth", mouth.lower_lip),
    Measure("eyes-open", "Eyelids", "closed", "wide open", _WIDTHS, "gap between the lids", "Eyes", eyes.eyes_open),
    Measure("eye-right", "Right eye", "closed", "open", _WIDTHS, "gap between its lids", "Eyes", eyes.eye_open_right),
    Measure("eye-left", "Left eye", "closed", "open", _WIDTHS, "gap between its lids", "Eyes", eyes.eye_open_left),
    Measure("gaze", "Gaze: left/right", "left", "right", _WIDTHS, "irises in the eyes", "Eyes", eyes.gaze_side),
    Measure("gaze-up", "Gaze: up/down", "down", "up", _WIDTHS, "irises in the eyes", "Eyes", eyes.gaze_up),
    Measure("eye-distance", "Eye distance", "close", "wide apart", _SIZES, "inner corners", "Eyes", eyes.eye_distance),
    Measure("eye-size", "Eye size", "small", "large", _SIZES, "width of the eyes", "Eyes", eyes.eye_size),
    Measure("eye-slant", "Eye slant", "falling", "rising", "degrees", "corner to corner", "Eyes", eyes.eye_slant),
    Measure("brow-height", "Brows", "low", "raised", _SIZES, "height above the eyes", "Eyes", eyes.brow_height),
    Measure("brow-slant", "Brow slant", "falling", "rising", "degrees", "inner to outer end", "Eyes", eyes.brow_slant),
    Measure("nose-length", "Nose length", "short", "long", _SIZES, "eyes to its base", "Shape", shape.nose_length),
    Measure("nose-width", "Nose width", "narrow", "wide", _SIZES, "from wing to wing", "Shape", shape.nose_width),
    Measure("philtrum", "Upper lip length", "short", "long", _SIZES, "nose to lip", "Shape", shape.lip_to_nose),
    Measure("face-width", "Face width", "narrow", "wide", _SIZES, "between the cheekbones", "Shape", shape.face_width),
    Measure("jaw-width", "Jaw width", "narrow", "wide", _SIZES, "between the jaw's corners", "Shape", shape.jaw_width),
    Measure("jaw-taper", "Jaw", "pointed", "square", "", "jaw against cheekbones", "Shape", shape.jaw_taper),
    Measure("chin", "Chin", "short", "long", _SIZES, "lower lip to its tip", "Shape", shape.chin_length),
    Measure(
        "forehead",
        "Forehead",
        "fringe",
        "high",
        "heights",
        "skin from the brows to hair",
        "Hair",
        looks.forehead_height,
    ),
    Measure("hair-red", "Hair: red", "greenish", "reddish", "a*", "colour of hair", "Hair", colours.of("hair", 1)),
    Measure("hair-gold", "Hair: gold", "ashen", "golden", "b*", "colour of hair", "Hair", colours.of("hair", 2)),
    Measure("skin-red", "Skin: red", "pale", "flushed", "a*", "colour of the skin", "Colours", colours.of("skin", 1)),
    Measure(
        "skin-gold", "Skin: gold", "bluish", "golden", "b*", "colour of the skin", "Colours", colours.of("skin", 2)
    ),
    Measure("iris", "Irises", "dark", "light", "L*", "their lightness", "Colours", colours.of("irises", 0)),
    Measure("iris-red", "Irises: red", "greenish", "reddish", "a*", "their colour", "Colours", colours.of("irises", 1)),
    Measure("iris-gold", "Irises: gold", "blue", "brown", "b*", "their colour", "Colours", colours.of("irises", 2)),
    Measure("lip-colour", "Lips: light", "dark", "light", "L*", "their lightness", "Colours", colours.of("lips", 0)),
    Measure("lip-red", "Lips: red", "pale", "red", "a*", "their colour", "Colours", colours.of("lips", 1)),
    Measure("lip-gold", "Lips: gold", "bluish", "golden", "b*", "their colour", "Colours", colours.of("lips", 2)),
    Measure(
        *("background-red", "Background: red", "green", "red", "a*", "its colour", "Picture"),
        colours.of("background", 1),
    ),
    Measure(
        *("background-gold", "Background: gold", "blue", "yellow", "b*", "its colour", "Picture"),
        colours.of("background", 2),
    ),
    Measure("face-size", "Face size", "small", "large", "", "of the picture's side", "Picture", pose.face_size),
    Measure("place-right", "Face: left/right", "left", "right", "", "of the width", "Picture", pose.place_right),
    Measure("place-up", "Face: up/down", "low", "high", "", "of the picture's height", "Picture", pose.place_up),
)
APPARENT = tuple(measure.name for measure in MEASURES if measure.measure is None)  # they need the extra


def measure_of(name: str) -> Measure:
    """The measure `name` of the catalogue. Raises `KeyError` for an unknown one."""
    return {measure.name: measure for measure in MEASURES}[name]
