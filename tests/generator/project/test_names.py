"""Names of exported files: what the fields say, and that no face can leave the folder or overwrite another."""

import doctest
from pathlib import PurePosixPath, PureWindowsPath
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import ExportError
from generator.formats import file_names as cleaning
from generator.formats.file_names import MAX_BYTES, clean, same_on_every_disk
from generator.project import names as module
from generator.project.face import Face
from generator.project.names import FIELDS, MAX_PART, check_pattern, file_names
from generator.recipe.class_names import ClassNames
from generator.recipe.recipe import LatentSource, Recipe, SeedSource

NOON = 1_700_000_000.0  # 2023-11-14 in every time zone but those of the far west and east
ANNA = Face.of(1, Recipe(source=SeedSource(85)), name="Anna", stars=4, tags=("a", "b"), made=NOON)
PLAIN = Face.of(2, Recipe(source=SeedSource(7)))
LATENT = Face.of(3, Recipe(source=LatentSource.from_array("w", np.ones((1, 4), "f4"), "bob.npy")))


@pytest.mark.parametrize("kind", [module, cleaning])
def test_the_examples_of_names_work(kind: object) -> None:
    result = doctest.testmod(kind)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("pattern", "anna", "plain", "latent"),
    [
        ("{name}", "Anna", "seed-7", "bob.npy"),
        ("{seed}", "85", "7", "bob.npy"),
        ("{seed:05}", "00085", "00007", "bob.npy"),
        ("{index:03}-{stars}", "001-4", "002-0", "003-0"),
        ("{tag}/{look}", "a/summer", "untagged/summer", "untagged/summer-2"),
        ("{size}/{{{index}}}", "full/1", "full/2", "full/3"),
    ],
)
def test_every_field_says_what_it_stands_for(pattern: str, anna: str, plain: str, latent: str) -> None:
    assert file_names(pattern, [ANNA, PLAIN, LATENT], "summer") == [anna, plain, latent]


def test_a_class_is_called_by_its_number_and_the_first_of_its_names() -> None:
    faces = [Face.of(1, Recipe("ab", SeedSource(1, label))) for label in (0, 2, None)]
    titles = ClassNames(("tench, Tinca tinca", "goldfish", "../con: 1/2"))

    def title(model: str, label: int) -> str:
        assert model == "ab"
        return titles.title(label)

    named = file_names("{class}/{seed}", [*faces, LATENT], title=title)
    assert named == ["0 tench/1", "2 ..-con- 1-2/1", "no-class/1", "no-class/bob.npy"]
    assert file_names("{class}", faces) == ["0", "2", "no-class"]


def test_a_date_is_the_day_on_which_the_face_was_made() -> None:
    dated, undated = file_names("{date}", [ANNA, PLAIN])
    assert dated.startswith("2023-11-1")
    assert undated == "undated"
    assert file_names("{date}", [Face.of(1, Recipe(), made=1e300)]) == ["undated"]


def test_faces_of_the_same_name_are_numbered_whatever_the_case() -> None:
    faces = [Face.of(i, Recipe(), name=name) for i, name in enumerate(("Anna", "anna", "ANNA-2", "anna"))]
    assert file_names("{name}", faces) == ["Anna", "anna-2", "ANNA-2-2", "anna-3"]


def test_the_same_letter_composed_or_not_is_one_name() -> None:
    faces = [Face.of(i, Recipe(), name=name) for i, name in enumerate(("Zo\u00eb", "Zoe\u0308"))]
    assert file_names("{name}", faces) == ["Zo\u00eb", "Zo\u00eb-2"]


def test_sizes_are_told_apart_with_and_without_a_field() -> None:
    assert file_names("{size}/{name}", [ANNA], sizes=(256, None)) == ["256/Anna", "full/Anna"]
    assert file_names("{name}", [ANNA], sizes=(256, None)) == ["Anna-256", "Anna-full"]
    assert file_names("{name}", [ANNA], sizes=(256,)) == ["Anna"]


def test_our_own_files_are_avoided() -> None:
    faces = [Face.of(1, Recipe(), name=name) for name in ("sheet", "Manifest", "manifest.csv")]
    assert file_names("{name}", faces) == ["sheet-2", "Manifest-2", "manifest.csv-2"]
    assert file_names("{name}/{name}", faces)[2] == "face-manifest.csv/manifest.csv"


@pytest.mark.parametrize("name", ["CON", "nul.png", "com1", "LPT9.x", "COM¹", "aux ."])
def test_names_that_windows_keeps_for_itself_are_not_used(name: str) -> None:
    folder, stem = file_names("{name}/{name}", [Face.of(1, Recipe(), name=name)])[0].split("/")
    assert folder.startswith("face-")
    assert stem.startswith("face-")


@pytest.mark.parametrize(
    "pattern",
    ["", " ", "..", "../{name}", "/{name}", "{name}/", "{tag}//{name}", "{tag}/. ./{name}", "C:{name}", "a\\{name}"],
)
def test_a_pattern_that_leaves_the_folder_or_names_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(ExportError, match=r"inside the folder|is empty"):
        file_names(pattern, [ANNA])


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("{nam}", r"unknown field \{nam\}; did you mean name\?"),
        ("{xyzzy}", r"choose from name, seed"),
        ("{}", r"unknown field \{\}"),
        ("{name.__class__}", "unknown field"),
        ("{name[0]}", "unknown field"),
        ("{name!r}", "cannot be written with '!r'"),
        ("{name:>9}", "cannot be written with ':>9'"),
        ("{index:999999999}", "cannot be written"),
        ("{index:{seed}}", "cannot be written"),
        ("{index:.3f}", "cannot be written"),
        ("{name", "lacks its partner"),
        ("name}", "lacks its partner"),
        ("{name" + "x" * 400, "400|characters"),
        ("/".join("abcdefgh"), "8 parts"),
    ],
)
def test_a_wrong_pattern_is_refused_with_one_sentence(pattern: str, sentence: str) -> None:
    with pytest.raises(ExportError, match=sentence) as caught:
        check_pattern(pattern)
    assert "\n" not in str(caught.value)


texts = st.text(max_size=120) | st.sampled_from(["..", "/etc/passwd", "C:\\x", "a/b", "nul", "", ".", "~", "-", "\0"])
faces = st.builds(
    lambda name, tag, seed, made: Face.of(1, Recipe(source=SeedSource(seed, seed)), name=name, tags=(tag,), made=made),
    texts,
    texts,
    st.integers(0, 9),
    st.floats(allow_nan=True, allow_infinity=True),
)
pieces = st.sampled_from([f"{{{field}}}" for field in FIELDS]) | st.sampled_from([" ", ".", "-", "x", "{index:03}"])
patterns = st.lists(st.lists(pieces, min_size=1, max_size=4).map("".join), min_size=1, max_size=3).map("/".join)


@settings(max_examples=50)
@given(patterns, st.lists(faces, max_size=12), texts, st.sampled_from([(None,), (256, 512, None)]))
def test_any_names_are_unique_inside_the_folder_and_good_on_every_system(
    pattern: str, some: list[Face], look: str, sizes: tuple[int | None, ...]
) -> None:
    try:
        check_pattern(pattern)
    except ExportError:
        return
    names = file_names(pattern, some, look, sizes, lambda _model, label: look[label:])
    assert len(names) == len(some) * len(sizes)
    assert len({same_on_every_disk(name) for name in names}) == len(names)
    for name in names:
        assert not PurePosixPath(name).is_absolute()
        assert not PureWindowsPath(name).is_absolute()
        assert not PureWindowsPath(name).drive
        parts = name.split("/")
        assert len(parts) == pattern.count("/") + 1
        for part in parts:
            assert 0 < len(part) <= MAX_PART
            assert len(part.encode()) <= MAX_BYTES + len("face-")
            assert part == part.strip(" .")
            assert not set(part) & set('\\:*?"<>|\0\n')


@given(st.text())
def test_any_pattern_is_taken_or_refused_with_a_sentence(pattern: str) -> None:
    try:
        names = file_names(pattern, [ANNA, PLAIN])
    except ExportError:
        return
    assert len(set(names)) == 2


@given(st.text())
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_ten_thousand_faces_of_one_name_are_numbered_in_little_time() -> None:
    start = process_time()
    names = file_names("{name}", [ANNA] * 10_000)
    assert names[-1] == "Anna-10000"
    assert process_time() - start < 5
