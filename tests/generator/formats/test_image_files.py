"""Pictures carry their recipe home and back, say that they are synthetic, and are written whole or not at all."""

from __future__ import annotations

import errno
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from generator.errors import ExportError, RecipeError
from generator.formats import image_metadata as metadata
from generator.formats import xmp
from generator.formats.image_chunks import jpeg_segments
from generator.formats.image_encode import Pixels, image_bytes, save_image
from generator.formats.open_face import read_file
from generator.recipe.recipe import Recipe, SeedSource
from generator.storage.atomic import atomic_write, staged_folder
from tests.support.recipe_strategies import large_recipe, recipes

SUFFIXES = [".png", ".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff", ".PNG"]


@pytest.fixture
def pixels() -> Pixels:
    return np.random.RandomState(0).randint(0, 256, (48, 32, 3)).astype(np.uint8)


def decoded(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("recipe", [Recipe(), large_recipe()], ids=["small", "large"])
def test_a_picture_brings_back_its_recipe(tmp_path: Path, pixels: Pixels, suffix: str, recipe: Recipe) -> None:
    path = tmp_path / f"face{suffix}"
    save_image(path, pixels, recipe)
    opened = read_file(path)
    assert opened.recipe == recipe
    assert opened.has_recipe
    assert decoded(path.read_bytes()).shape == pixels.shape


@given(recipes)
@settings(max_examples=30)
def test_any_recipe_survives_xmp(recipe: Recipe) -> None:
    for suffix, notes in ((".jpg", metadata.jpeg_notes), (".webp", metadata.webp_notes), (".png", metadata.png_notes)):
        from generator.recipe.recipe_json import from_json

        assert from_json(notes(image_bytes(np.zeros((4, 4, 3), np.uint8), recipe, suffix))["recipe"]) == recipe


def test_a_png_holds_exactly_the_pixels(pixels: Pixels) -> None:
    assert np.array_equal(decoded(image_bytes(pixels, Recipe())), pixels)


def test_the_same_picture_gives_the_same_bytes(pixels: Pixels) -> None:
    for suffix in SUFFIXES:
        assert image_bytes(pixels, Recipe(), suffix) == image_bytes(pixels, Recipe(), suffix)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".avif", ".tiff"])
@pytest.mark.parametrize("recipe", [Recipe(), large_recipe()], ids=["small", "large"])
def test_every_picture_says_in_standard_xmp_that_it_is_synthetic(pixels: Pixels, suffix: str, recipe: Recipe) -> None:
    with Image.open(io.BytesIO(image_bytes(pixels, recipe, suffix))) as image:
        packet = image.info["xmp"]
    mark = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    assert xmp._read(packet, mark) == {"DigitalSourceType": xmp.SYNTHETIC}
    assert xmp._read(packet, "http://ns.adobe.com/xap/1.0/") == {"CreatorTool": "Outis"}


def test_a_png_holds_the_recipe_as_itxt(pixels: Pixels) -> None:
    with Image.open(io.BytesIO(image_bytes(pixels, Recipe()))) as image:
        assert isinstance(image, Image.Image)
        assert image.info["outis-recipe"].startswith('{"format": "outis-recipe", "version": 1')


def test_a_large_recipe_becomes_extended_xmp_in_segments_that_jpeg_can_hold(pixels: Pixels) -> None:
    segments = [payload for marker, payload in jpeg_segments(image_bytes(pixels, large_recipe(), ".jpg"))]
    extended = [part for part in segments if part.startswith(b"http://ns.adobe.com/xmp/extension/\0")]
    assert len(extended) > 3
    assert b":HasExtendedXMP>" + extended[0][35:67] + b"<" in segments[1]  # what ExifTool looks for when it rewrites
    assert segments[0].startswith(b"JFIF\0")
    assert all(len(part) <= 65533 for part in segments)


def test_a_missing_part_of_the_extended_xmp_is_told(tmp_path: Path, pixels: Pixels) -> None:
    data = image_bytes(pixels, large_recipe(), ".jpg")
    second = data.index(b"http://ns.adobe.com/xmp/extension/\0") - 4
    length = int.from_bytes(data[second + 2 : second + 4])
    (tmp_path / "face.jpg").write_bytes(data[:second] + data[second + 2 + length :])
    with pytest.raises(RecipeError, match="extended XMP is missing"):
        read_file(tmp_path / "face.jpg")


def test_a_recipe_moved_by_another_tool_is_still_found(tmp_path: Path, pixels: Pixels) -> None:
    recipe, path, text = Recipe(source=SeedSource(7)), tmp_path / "face.png", image_bytes(pixels, Recipe())
    note = metadata.png_notes(image_bytes(pixels, recipe))
    packed, moved = PngInfo(), PngInfo()
    packed.add_itxt("outis-recipe", note["recipe"], zip=True)
    moved.add_itxt(metadata.XMP_KEYWORD, xmp.packet(note).decode())
    for info in (packed, moved):
        with Image.open(io.BytesIO(text)) as image:
            image.save(path, pnginfo=info)
        assert read_file(path).recipe == recipe


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "avif", "tiff"])
def test_a_photo_without_a_recipe_is_told_so_in_one_sentence(tmp_path: Path, suffix: str) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / f"photo.{suffix}")
    with pytest.raises(RecipeError, match=r"^photo\.\w+: The image contains no recipe; .*\.$"):
        read_file(tmp_path / f"photo.{suffix}")


@pytest.mark.parametrize(("name", "seed"), [("seed0085.png", "85"), ("seed-7-psi1.png", "7"), ("Seed0000.png", "0")])
def test_a_picture_of_nvidias_code_says_which_seed_its_name_tells(tmp_path: Path, name: str, seed: str) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / name)
    with pytest.raises(RecipeError, match=f"its name tells seed {seed}, which the model that drew it draws again"):
        read_file(tmp_path / name)


@pytest.mark.parametrize(
    "attack",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<x>&b;</x>",
        b"<x>",
        b"",
        b"\xff\xfe<\0x\0/\0>\0",
        pytest.param(b"<a>" * 100_000, id="deep"),
        pytest.param(b"<a>" + b" " * xmp.MAX_PACKET + b"</a>", id="long"),
    ],
)
def test_xml_with_entities_or_broken_xml_is_refused(attack: bytes) -> None:
    with pytest.raises(RecipeError):
        xmp.properties_of(attack)


@pytest.mark.parametrize("size", [16, 48, 100])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".avif", ".tiff"])
def test_a_scaled_picture_has_the_size_asked_for_and_the_recipe(pixels: Pixels, size: int, suffix: str) -> None:
    data = image_bytes(pixels, Recipe(), suffix, size)
    assert decoded(data).shape == (size, round(size * 32 / 48), 3)


@pytest.mark.parametrize("size", [0, -1, 16384, 10**9])
def test_an_impossible_size_is_refused(pixels: Pixels, size: int) -> None:
    with pytest.raises(ExportError, match=str(size)):
        image_bytes(pixels, Recipe(), size=size)


@pytest.mark.parametrize("name", ["face.gif", "face", "face.png.exe"])
def test_an_unknown_suffix_is_refused_and_writes_nothing(tmp_path: Path, pixels: Pixels, name: str) -> None:
    with pytest.raises(ExportError, match=r"end it in \.png, \.jpg, \.webp"):
        save_image(tmp_path / name, pixels, Recipe())
    assert not (tmp_path / name).exists()


def write_half(path: Path, error: BaseException | type[BaseException]) -> None:
    with atomic_write(path) as file:
        file.write(b"half")
        raise error


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(b"old")
    for error in (ValueError, KeyboardInterrupt, GeneratorExit):
        with pytest.raises(error):
            write_half(path, error)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["face.png"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "write-protected"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_full_or_broken_disk_is_one_sentence(tmp_path: Path, code: int, words: str) -> None:
    with (
        pytest.raises(ExportError, match=rf"face\.png could not be written: .*{words}.*\.$"),
        atomic_write(tmp_path / "face.png"),
    ):
        raise OSError(code, "Input/output error")
    assert not [file for file in tmp_path.iterdir() if file.is_file()]


def test_a_really_full_disk_is_one_sentence(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space") as caught:
        full.write(b"x")
    with pytest.raises(ExportError, match="disk is full"):
        write_half(tmp_path / "face.png", caught.value)
    assert not (tmp_path / "face.png").exists()


def test_targets_that_cannot_be_files_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    cases = {
        "missing/face.png": "folder does not exist",
        "folder": "a folder has that name",
        "file/face.png": "is a file, not a folder",
        "x" * 300: "name is too long",
    }
    for name, words in cases.items():
        with pytest.raises(ExportError, match=words), atomic_write(tmp_path / name):
            pass
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(ExportError, match="write-protected"), atomic_write(tmp_path / "file"):
        pass
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_device_is_never_replaced_by_a_file() -> None:
    with pytest.raises(ExportError, match="device"), atomic_write("/dev/null"):
        pass


def test_a_link_keeps_pointing_at_the_file_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with atomic_write(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_staged_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "faces"
    with pytest.raises(KeyboardInterrupt), staged_folder(folder) as staging:
        write_half(staging / "a", KeyboardInterrupt)
    assert not folder.exists()
    folder.mkdir()
    (folder / "mine").write_bytes(b"0")
    with staged_folder(folder) as staging:
        (staging / "a").write_bytes(b"1")
    assert sorted(file.name for file in folder.iterdir()) == ["a", "mine"]


def tree(folder: Path) -> list[str]:
    """All files and folders below it, but for those of the user."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return sorted(name for name in found if not name.startswith("home"))


def test_a_staged_folder_moves_its_sub_folders_in_and_replaces_files_of_the_same_names(tmp_path: Path) -> None:
    (tmp_path / "faces" / "a").mkdir(parents=True)
    (tmp_path / "faces" / "a" / "1").write_bytes(b"old")
    with staged_folder(tmp_path / "faces") as staging:
        for name in ("a", "b/c"):
            (staging / name).mkdir(parents=True)
        (staging / "a" / "1").write_bytes(b"new")
        (staging / "b" / "c" / "2").write_bytes(b"2")
    assert tree(tmp_path) == ["faces", "faces/a", "faces/a/1", "faces/b", "faces/b/c", "faces/b/c/2"]
    assert (tmp_path / "faces" / "a" / "1").read_bytes() == b"new"


def test_a_staged_folder_that_may_not_replace_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"old")
    refused = pytest.raises(ExportError, match="b could not be written: a file has that name")
    with refused, staged_folder(tmp_path, replaces=False) as staging:
        (staging / "a").mkdir()
        (staging / "a" / "1").write_bytes(b"new")
        (staging / "b").write_bytes(b"new")
    assert tree(tmp_path) == ["b"]
    assert (tmp_path / "b").read_bytes() == b"old"


def test_a_staged_folder_that_cannot_move_everything_puts_back_what_it_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").mkdir()
    refused = pytest.raises(ExportError, match="b could not be written: a folder has that name")
    with refused, staged_folder(tmp_path) as staging:
        (staging / "a").write_bytes(b"new")
        (staging / "b").write_bytes(b"new")
    assert tree(tmp_path) == ["a", "b"]
    assert (tmp_path / "a").read_bytes() == b"old"
