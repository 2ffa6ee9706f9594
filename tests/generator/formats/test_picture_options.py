"""What becomes of a picture: possible options come back from their values, impossible ones are told in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ExportError
from generator.formats.finished import LARGEST as MOST_WRITTEN
from generator.formats.picture_options import (
    CROPS,
    ENLARGE,
    FORMATS,
    LARGEST,
    MAX_DPI,
    PictureOptions,
    colour_of,
    format_of,
)

possible = st.builds(
    PictureOptions,
    format=st.sampled_from(["png", "tiff"]),
    size=st.none() | st.integers(1, LARGEST),
    enlarge=st.sampled_from(ENLARGE),
    cutout=st.sampled_from(["", "transparent", "blur", "white", "#12ab34", "beach.jpg"]),
    crop=st.sampled_from([crop for crop in CROPS if crop != "passport"]),
    bits=st.sampled_from([8, 16]),
    dpi=st.none() | st.integers(1, MAX_DPI),
)


@given(possible)
def test_options_come_back_from_their_values(options: PictureOptions) -> None:
    assert PictureOptions.from_values(options.to_values()) == options


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"format": "pngg"}, "did you mean png"),
        ({"format": "bmp"}, "choose png, jpg, webp, avif or tiff"),
        ({"crop": "rond"}, "did you mean round"),
        ({"enlarge": 3}, "choose 1, 2 or 4"),
        ({"bits": 12}, "choose 8 or 16"),
        ({"size": 0}, "choose 1 to 16383"),
        ({"size": 16384}, "choose 1 to 16383"),
        ({"dpi": 0}, "choose 1 to 9600"),
        ({"dpi": 9600, "crop": "passport"}, "choose fewer DPI"),
        ({"format": "jpg", "cutout": "transparent"}, "JPEG has no transparency"),
        ({"format": "jpg", "crop": "round", "cutout": "white"}, "JPEG has no transparency"),
        ({"format": "avif", "bits": 16}, "choose png or tiff"),
        ({"cutout": "#12"}, "as in #ff8800"),
    ],
)
def test_what_is_impossible_is_told_in_a_sentence(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ExportError, match=words):
        PictureOptions(**options)


@pytest.mark.parametrize(
    "values",
    [None, [], {}, PictureOptions().to_values() | {"bits": True}, PictureOptions().to_values() | {"size": "1"}],
)
def test_damaged_values_are_refused(values: Any) -> None:
    with pytest.raises(ExportError, match="choose them again"):
        PictureOptions.from_values(values)


def test_a_background_is_a_word_a_colour_or_else_a_picture() -> None:
    kinds = {
        "": "",
        "transparent": "transparent",
        "blur": "blur",
        "White": "colour",
        "#fff": "colour",
        "./blur": "picture",
    }
    assert {cutout: PictureOptions(cutout=cutout).background for cutout in kinds} == kinds
    assert colour_of("#f80") == (255, 136, 0)


def test_only_scaling_is_plain() -> None:
    assert PictureOptions("webp", 300).plain
    assert not any(
        PictureOptions(**{name: value}).plain for name, value in {"bits": 16, "dpi": 300, "enlarge": 2}.items()
    )


def test_a_passport_picture_of_a_resolution_is_45_mm_high() -> None:
    assert PictureOptions(crop="passport", dpi=300).longer_side == 531
    assert PictureOptions(crop="passport", dpi=300, size=100).longer_side == 100
    assert PictureOptions(dpi=300).longer_side is None


def test_every_format_is_known_by_its_suffix() -> None:
    assert [format_of(f".{name}") for name in FORMATS] == list(FORMATS)
    assert (format_of(".TIF"), format_of(".jpeg"), format_of(".gif")) == ("tiff", "jpg", None)
    assert LARGEST == MOST_WRITTEN
