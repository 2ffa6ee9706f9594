"""What an export can be asked for, and what a kept preset brings back."""

import doctest
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ExportError
from generator.project import export_options as module
from generator.project.export_options import FORMATS, LARGEST, ExportOptions

options = st.builds(
    ExportOptions,
    folder=st.text(max_size=9),
    pattern=st.sampled_from(["{name}", "{tag}/{index:03}"]),
    format=st.sampled_from(FORMATS),
    sizes=st.lists(st.none() | st.integers(1, LARGEST), min_size=1, max_size=5, unique=True).map(tuple),
    latents=st.booleans(),
    csv=st.booleans(),
    overwrite=st.booleans(),
)


def test_the_example_works() -> None:
    assert doctest.testmod(module).failed == 0


@given(options)
def test_what_a_preset_keeps_comes_back_without_the_folder(wanted: ExportOptions) -> None:
    assert ExportOptions.from_values(wanted.to_values()) == replace(wanted, folder="")
    assert ExportOptions.from_values(wanted.to_values()).into(wanted.folder) == wanted


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pattern": "{nme}"}, "did you mean name"),
        ({"format": "pngg"}, "did you mean png"),
        ({"format": "bmp"}, "choose from png, jpg, webp, avif, tiff"),
        ({"sizes": ()}, "1 to 16 different sizes"),
        ({"sizes": (256, 256)}, "different sizes"),
        ({"sizes": (0,)}, "size of 0 pixels"),
        ({"sizes": (LARGEST + 1,)}, "choose 1 to"),
    ],
)
def test_impossible_options_are_refused_with_a_sentence(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(ExportError, match=sentence):
        replace(ExportOptions(), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        ExportOptions().to_values() | {"sizes": 5},
        ExportOptions().to_values() | {"sizes": [True]},
        ExportOptions().to_values() | {"csv": 1},
        ExportOptions().to_values() | {"pattern": None},
        ExportOptions().to_values() | {"odd": 1},
        ExportOptions().to_values() | {"format": "exe"},
    ],
)
def test_damaged_presets_are_refused(values: object) -> None:
    with pytest.raises(ExportError):
        ExportOptions.from_values(values)
