"""The attributes that are measured, in the order in which a window lists them, and the words for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.attributes import measures
from generator.attributes.face import Face


@dataclass(frozen=True)
class Attribute:
    """Something measurable about a face, and what a slider for it is called."""

    name: str  # "age": unique
    title: str  # "Age"
    low: str  # what less of it is: "younger"
    high: str  # what more of it is: "older"
    meaning: str  # how it is measured: a clause for the tooltip
    measure: Callable[[Face], float] | None = None  # None = by a network of the optional package


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("age", "Age", "younger", "older", "apparent age in years, as a network estimates it"),
    Attribute("gender", "Gender", "feminine", "masculine", "apparent gender, as a network estimates it"),
    Attribute("yaw", "Pose: left/right", "looks left", "looks right", "head yaw from landmarks", measures.yaw),
    Attribute("pitch", "Pose: up/down", "looks down", "looks up", "head pitch from landmarks", measures.pitch),
    Attribute("smile", "Smile", "serious", "smiling", "how much of the mouth is teeth", measures.smile),
    Attribute("eyes", "Eyes", "faint", "striking", "how far the irises stand out", measures.eye_contrast),
    Attribute("hair", "Hair colour", "dark", "fair", "lightness above the forehead", measures.hair_lightness),
    Attribute("hair-length", "Hair length", "short", "long", "hair beside the jaw", measures.hair_length),
    Attribute("beard", "Beard", "shaven", "bearded", "colour of the upper lip's skin", measures.beard),
    Attribute("glasses", "Glasses", "without", "with", "a line across the bridge of the nose", measures.glasses),
    Attribute("skin", "Skin tone", "dark", "fair", "lightness of cheeks and forehead", measures.skin_lightness),
    Attribute(
        "light",
        "Light",
        "from the left",
        "from the right",
        "one cheek against the other",
        measures.light_from_the_right,
    ),
    Attribute("warmth", "Colour warmth", "cool", "warm", "blue against yellow, whole image", measures.warmth),
    Attribute(
        "background", "Background", "dark", "bright", "lightness of the upper corners", measures.background_lightness
    ),
    Attribute(
        "clutter",
        "Clutter",
        "plain",
        "busy",
        "contrast between neighbouring pixels",
        measures.background_detail,
    ),
)
