"""GIF, animated WebP and PNG, and folders of PNGs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from generator.errors import ExportError
from generator.formats import image_metadata as metadata
from generator.formats import xmp
from generator.formats.image_encode import Pixels
from generator.video import gif
from generator.video.options import VideoOptions
from generator.video.palette import palette_of
from generator.video.writer import open_writer
from tests.support.videos import difference, moving_pictures, write_video

NOTES = {"timeline": '{"faces": ["<&>", "é"]}'}
ANIMATED = pytest.mark.parametrize("suffix", [".gif", ".webp", ".png"])


def frames_of(path: Path) -> list[Pixels]:
    """What is shown one after the other."""
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


def milliseconds_of(path: Path) -> list[float]:
    with Image.open(path) as image:
        found = []
        for index in range(image.n_frames):
            image.seek(index)
            image.load()
            found.append(float(image.info["duration"]))
        return found


@ANIMATED
def test_count_duration_and_pictures_come_back(suffix: str, tmp_path: Path) -> None:
    path, pictures = tmp_path / f"moving{suffix}", moving_pictures(25, 33, 57)
    write_video(path, pictures, VideoOptions(fps=24, quality=95))
    frames = frames_of(path)
    assert sum(milliseconds_of(path)) == pytest.approx(25_000 / 24, abs=5)  # to the unit of the format, in all
    tolerance = {".gif": 8, ".webp": 5, ".png": 0}[suffix]
    assert max(difference(frame, picture) for frame, picture in zip(frames, pictures, strict=True)) <= tolerance


@ANIMATED
def test_the_last_frame_of_a_loop_is_its_first(suffix: str, tmp_path: Path) -> None:
    pictures = moving_pictures(9, loop=True)
    assert np.array_equal(pictures[0], pictures[-1])
    write_video(tmp_path / f"loop{suffix}", pictures)
    frames = frames_of(tmp_path / f"loop{suffix}")
    assert difference(frames[0], frames[-1]) <= (2.5 if suffix == ".webp" else 0)


@ANIMATED
def test_the_same_frames_give_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    pictures = moving_pictures(6)
    first = write_video(tmp_path / f"a{suffix}", pictures, notes=NOTES)
    assert first == write_video(tmp_path / f"b{suffix}", pictures, notes=NOTES)


@ANIMATED
@pytest.mark.parametrize(("asked", "stated"), [(0, 0), (1, 1), (3, 3)])
def test_it_is_shown_as_often_as_asked(suffix: str, asked: int, stated: int, tmp_path: Path) -> None:
    write_video(tmp_path / f"loops{suffix}", moving_pictures(3), VideoOptions(loops=asked))
    with Image.open(tmp_path / f"loops{suffix}") as image:
        repeats = image.info.get("loop")  # of a GIF: after the first time, and none where it is shown once
    expected = {0: 0, 1: None, 3: 2}[stated] if suffix == ".gif" else stated
    assert repeats == expected


@ANIMATED
def test_frames_that_do_not_change_are_frames_nevertheless(suffix: str, tmp_path: Path) -> None:
    (picture,) = moving_pictures(1)
    write_video(tmp_path / f"still{suffix}", [picture] * 4)
    assert len(milliseconds_of(tmp_path / f"still{suffix}")) == 4


def test_an_animated_png_contains_mark_and_timeline_as_pngs_do(tmp_path: Path) -> None:
    data = write_video(tmp_path / "moving.png", moving_pictures(3), notes=NOTES)
    assert metadata.png_notes(data) == NOTES
    assert xmp.is_synthetic(metadata.png_xmp(data) or b"")


def test_an_animated_webp_contains_mark_and_timeline_as_webps_do(tmp_path: Path) -> None:
    data = write_video(tmp_path / "moving.webp", moving_pictures(3), notes=NOTES)
    assert metadata.webp_notes(data) == NOTES
    with Image.open(tmp_path / "moving.webp") as image:
        assert xmp.is_synthetic(image.info["xmp"])


def test_a_gif_contains_mark_and_timeline_as_xmp(tmp_path: Path) -> None:
    data = write_video(tmp_path / "moving.gif", moving_pictures(3), notes=NOTES)
    begin = data.index(gif.XMP_NAME) + len(gif.XMP_NAME)
    packet = data[begin : data.index(gif.XMP_END, begin)]
    assert xmp.is_synthetic(packet)
    assert xmp.properties_of(packet) == NOTES
    with Image.open(tmp_path / "moving.gif") as image:
        assert xmp.SYNTHETIC in image.info["comment"].decode()


def test_what_is_still_in_a_gif_does_not_flicker(tmp_path: Path) -> None:
    pictures = moving_pictures(10)
    palette = palette_of(np.concatenate([picture.reshape(-1, 3) for picture in pictures]), 64)
    indices = [palette.indices(picture) for picture in pictures]
    for before, after, left, right in zip(pictures, pictures[1:], indices, indices[1:], strict=False):
        still = (before == after).all(axis=2)
        assert still.any()
        assert np.array_equal(left[still], right[still])


def test_a_gif_of_few_colours_is_exact(tmp_path: Path) -> None:
    picture = np.zeros((20, 20, 3), np.uint8)
    picture[:10], picture[10:] = (200, 30, 40), (10, 20, 230)
    write_video(tmp_path / "two.gif", [picture] * 2)
    assert difference(frames_of(tmp_path / "two.gif")[0], picture) <= 1


def test_lower_quality_makes_a_smaller_gif(tmp_path: Path) -> None:
    pictures = moving_pictures(6)
    sizes = [len(write_video(tmp_path / f"{q}.gif", pictures, VideoOptions(quality=q))) for q in (20, 80)]
    assert sizes[0] < 0.8 * sizes[1]


def test_a_folder_has_a_png_with_its_recipe_for_every_frame_and_the_timeline(tmp_path: Path) -> None:
    pictures = moving_pictures(3)
    writer = open_writer(tmp_path / "frames", VideoOptions(), (64, 64), 3, NOTES)
    for index, picture in enumerate(pictures):
        writer.add(picture, {"recipe": f"recipe {index}"})
    writer.close()
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == ["frame-00001.png", "frame-00002.png", "frame-00003.png", "timeline.json"]
    for index, name in enumerate(names[:3]):
        data = (tmp_path / "frames" / name).read_bytes()
        assert metadata.png_notes(data) == {"recipe": f"recipe {index}"}
        assert xmp.is_synthetic(metadata.png_xmp(data) or b"")
        assert np.array_equal(frames_of(tmp_path / "frames" / name)[0], pictures[index])
    assert (tmp_path / "frames" / "timeline.json").read_text(encoding="utf-8") == NOTES["timeline"]


def test_a_folder_that_has_frames_of_a_longer_video_is_refused(tmp_path: Path) -> None:
    write_video(tmp_path / "frames", moving_pictures(3))
    with pytest.raises(ExportError, match=r"frames of a longer video, such as frame-00003\.png"):
        write_video(tmp_path / "frames", moving_pictures(2))
    assert len(list((tmp_path / "frames").iterdir())) == 3


@pytest.mark.parametrize(("fps", "sentence"), [(60, "at most 50 frames a second"), (0, "0.1 to 120")])
def test_a_rate_that_the_format_cannot_state_is_refused(fps: float, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=sentence):
        write_video(tmp_path / "fast.gif", moving_pictures(2), VideoOptions(fps=fps))


def test_a_gif_that_would_be_huge_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"36000 frames of 512 × 512 pixels would be huge"):
        open_writer(tmp_path / "huge.gif", VideoOptions(), (512, 512), 36_000, {})
    assert not list(tmp_path.iterdir())


def test_gif_blocks_are_skipped_by_readers_that_know_no_xmp() -> None:
    block = gif._xmp({"timeline": "x" * 3000})[len(gif.XMP_NAME) :]
    place = 0
    while block[place]:  # counted as blocks, whose lengths the text happens to state
        place += 1 + block[place]
    assert place == len(block) - 1
