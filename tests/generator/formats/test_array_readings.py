"""What the arrays of a file are for a model: latents and directions are told apart, and what is doubtful is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.cli.latents import held_in
from generator.errors import LatentError, OutisError
from generator.formats.array_readings import Kind, Readings, Yardstick, readings
from generator.formats.latent_choice import Asked
from generator.formats.open_face import HeldFile, Opened, check_fits
from generator.recipe.recipe import LatentSource
from tests.support import latent_files as files
from tests.support.latent_files import CASES, CONFIG, KNOWN, ROWS, D, face, normal, npy, photo, pt, unit, w_of


def held(path: Path) -> HeldFile:
    found = held_in(str(path))
    assert isinstance(found, HeldFile)
    return found


def source(opened: Opened) -> LatentSource:
    assert isinstance(opened.recipe.source, LatentSource)
    return opened.recipe.source


def told(found: Readings) -> str:
    """ "KIND COUNT" of each reading."""
    counts = (1 if one.kind == "direction" else len(one.arrays) for one in found.options)
    pairs = zip(found.options, counts, strict=True)
    return ", ".join(one.kind if count == 1 else f"{one.kind} {count}" for one, count in pairs)


def outcome(path: Path) -> str:
    """What the file can be; of a refusal its sentence."""
    try:
        file = held(path)
        found = readings(file.held, KNOWN)
        if found.options[0].kind != "direction" and (found.is_certain or found.likely):
            check_fits(file.chosen(Asked(), KNOWN), "a" * 64, CONFIG)
        return told(found)
    except OutisError as error:
        return str(error)


@pytest.mark.parametrize("name", CASES)
def test_every_file_of_public_tools_is_what_it_is_or_refused_by_name(name: str, tmp_path: Path) -> None:
    write, expected = CASES[name]
    found = outcome(write(tmp_path / name))
    assert found == expected or (found.startswith(f"{name}: ") and len(expected) > 20 and expected in found)


def test_the_face_of_every_layout_is_the_one_that_was_written(tmp_path: Path) -> None:
    for name in ("old.pt", "array.pkl", "projector.pt", "restyle.npy", "latent.csv", "fortran.npy", "codes.txt"):
        opened = held(CASES[name][0](tmp_path / name)).chosen(Asked(), KNOWN)
        expected = normal(D, 1).T if name == "codes.txt" else face()
        assert np.allclose(source(opened).array, expected, atol=1e-5), name


def test_a_direction_is_drawn_only_where_the_user_says_that_it_is_a_face(tmp_path: Path) -> None:
    file = held(npy(tmp_path / "age.npy", unit(1, D)))
    with pytest.raises(LatentError, match=r"a direction, not a face: .*`outis directions import`, or add --as w "):
        file.chosen(Asked(), KNOWN)
    assert source(file.chosen(Asked("w"), KNOWN)).space == "w"


def test_rows_as_short_as_those_of_directions_are_asked_about(tmp_path: Path) -> None:
    file = held(npy(tmp_path / "age.npy", files.alike(ROWS)))
    with pytest.raises(
        LatentError, match=r"It may be direction \(.*\) or w\+ .* Say which: --as direction or --as w\+"
    ):
        file.chosen(Asked(), KNOWN)
    assert source(file.chosen(Asked("w+"), KNOWN)).rows == ROWS


def test_z_is_never_drawn_as_w_without_a_word(tmp_path: Path) -> None:
    opened = held(npy(tmp_path / "z.npy", normal(1, D))).chosen(Asked(), KNOWN)
    assert source(opened).space == "z"
    assert opened.note == "z.npy: Read as z, since its numbers have mean 0 and deviation 1."


def test_one_of_several_is_chosen_by_its_number_and_the_first_is_told(tmp_path: Path) -> None:
    values = w_of(10)
    file = held(npy(tmp_path / "w.npy", values))
    first, third = file.chosen(Asked(), KNOWN), file.chosen(Asked(index=3), KNOWN)
    assert np.array_equal(source(first).array, values[:1])
    assert np.array_equal(source(third).array, values[3:4])
    assert (first.note, third.note) == (
        "w.npy: It holds 10 latents [512]; this is the first, --index N takes another.",
        "",
    )
    with pytest.raises(LatentError, match="no latent 10: its 10 are counted from 0 to 9"):
        file.chosen(Asked(index=10), KNOWN)


def test_several_photographs_have_their_names_and_their_noises_are_told(tmp_path: Path) -> None:
    file = held(pt(tmp_path / "p.pt", {"photos/a.jpg": photo(), "b.jpg": photo(seed=5)}))
    opened = file.chosen(Asked(), KNOWN)
    assert "0 photos/a.jpg, 1 b.jpg" in opened.note
    assert opened.note.endswith("have other sizes than the layers of the model, and are left out.")
    assert source(file.chosen(Asked(index=1), KNOWN)).name == "p.pt, b.jpg"


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("w+", w_of(1), "It has one row of 512 numbers"),
        ("w", np.stack([face(), face()]), "It holds 2 arrays of 14 rows, and w has one row"),
        ("direction", face(), "It holds a direction, not a face"),
    ],
)
def test_what_the_shape_forbids_cannot_be_said(kind: Kind, values: files.Floats, words: str, tmp_path: Path) -> None:
    with pytest.raises(LatentError) as error:
        held(npy(tmp_path / "a.npy", values)).chosen(Asked(kind), KNOWN)
    assert words in str(error.value)


def test_without_a_model_lengths_alone_tell(tmp_path: Path) -> None:
    expected = {"direction.npy": "direction", "w.npy": "w", "z.npy": "z", "face.npy": "w+", "ten_w.npy": "w+, w 10"}
    for name, kinds in expected.items():
        assert told(readings(held(CASES[name][0](tmp_path / name)).held, Yardstick())) == kinds


def test_what_is_like_no_face_is_asked_about_before_it_is_drawn(tmp_path: Path) -> None:
    file = held(npy(tmp_path / "far.npy", 60 * unit(1, D)))
    with pytest.raises(LatentError, match="Say which: --as w, --as z or --as direction"):
        file.chosen(Asked(), KNOWN)
    with pytest.raises(LatentError, match="Say which: `outis render --latents` writes it anew with --as w"):
        file.chosen(Asked(has_options=False), KNOWN)
