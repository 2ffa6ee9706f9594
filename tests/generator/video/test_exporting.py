"""Exporting a timeline: every format, cancelling, and what goes wrong on the way."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import enumerate as running_threads
from typing import BinaryIO

import numpy as np
import pytest

from generator.errors import ExportError, MotionError
from generator.formats.image_encode import Pixels, scaled
from generator.motion.easing import HOLD
from generator.motion.timeline import Key, Lane, Timeline
from generator.motion.timeline_json import from_json
from generator.progress import Progress, finish
from generator.recipe.recipe import Floats, Recipe, SeedSource
from generator.storage import atomic
from generator.video.exporting import exporting, time_left
from generator.video.options import VideoOptions
from generator.video.writer import open_writer
from tests.support.videos import decoded, difference, moving_pictures, write_video

SUFFIXES = [".mp4", ".webm", ".gif", ".webp", ".png", ""]
FORMATS = pytest.mark.parametrize("suffix", SUFFIXES)


def w_plus(recipe: Recipe) -> Floats:
    """A stand-in for the model: of a seed, its number; of a latent, itself."""
    if isinstance(recipe.source, SeedSource):
        return np.full((2, 4), recipe.source.seed, np.float32)
    return recipe.source.array


def render(recipe: Recipe) -> Pixels:
    """A picture that follows the latent."""
    return np.roll(moving_pictures(1, 32, 32)[0], round(float(w_plus(recipe)[0, 0])), axis=1)


def a_timeline(faces: int = 2, loop: bool = False) -> Timeline:
    timeline = Timeline(loop=loop)
    for number in range(faces):
        timeline = timeline.with_face(Recipe(source=SeedSource(10 * number)), f"face {number}", gap=0.5)
    return timeline


@FORMATS
def test_the_same_timeline_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    contents = []
    for name in ("a", "b"):
        done = finish(exporting(tmp_path / f"{name}{suffix}", a_timeline(), VideoOptions(fps=20), render, w_plus))
        assert (done.frames, done.seconds) == (10, 0.5)
        files = sorted((tmp_path / name).iterdir()) if not suffix else [tmp_path / f"{name}{suffix}"]
        contents.append([file.read_bytes() for file in files])
    assert contents[0] == contents[1]


def test_the_first_and_the_last_frame_of_a_loop_are_equal(tmp_path: Path) -> None:
    given: list[Pixels] = []

    def kept(recipe: Recipe) -> Pixels:
        given.append(render(recipe))
        return given[-1]

    done = finish(exporting(tmp_path / "loop.mp4", a_timeline(3, loop=True), VideoOptions(fps=10), kept, w_plus))
    frames = decoded(tmp_path / "loop.mp4")
    assert len(frames) == done.frames == 15
    assert len(given) == 14  # the last one is the first again, and is not rendered twice
    assert difference(frames[0], frames[-1]) < 3


def test_a_face_that_is_held_is_rendered_once(tmp_path: Path) -> None:
    calls = []
    timeline = a_timeline().eased(0, HOLD)
    finish(
        exporting(tmp_path / "held.png", timeline, VideoOptions(fps=20), lambda r: calls.append(r) or render(r), w_plus)
    )
    assert len(calls) == 1


def test_progress_states_the_frame_and_the_time_that_remains(tmp_path: Path) -> None:
    seen: list[Progress] = []
    finish(exporting(tmp_path / "video.mp4", a_timeline(), VideoOptions(fps=20), render, w_plus), seen.append)
    assert (seen[0].done, seen[0].total, seen[0].text) == (0, 10, "Frame 1 of 10")
    assert re.fullmatch(r"Frame 8 of 10, 1 s left", seen[7].text)
    assert [time_left(s) for s in (0.2, 40.4, 200, 9000)] == ["1 s", "40 s", "3 min", "2 h"]


@FORMATS
def test_cancelling_midway_leaves_nothing(suffix: str, tmp_path: Path) -> None:
    job = exporting(tmp_path / f"video{suffix}", a_timeline(), VideoOptions(fps=20), render, w_plus)
    for _ in range(6):
        next(job)
    job.close()
    assert not list(tmp_path.iterdir())
    assert "video encoder" not in [thread.name for thread in running_threads()]


@FORMATS
def test_an_error_of_the_model_leaves_what_was_there_before(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"video{suffix}"
    before = finish(exporting(target, a_timeline(), VideoOptions(fps=10), render, w_plus)) and _content(tmp_path)
    calls = iter(range(100))

    def failing(recipe: Recipe) -> Pixels:
        if next(calls) == 4:
            raise MemoryError("no memory")
        return 255 - render(recipe)

    with pytest.raises(MemoryError):
        finish(exporting(target, a_timeline(), VideoOptions(fps=10), failing, w_plus))
    assert _content(tmp_path) == before


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class _FullDisk:
    """A file on a disk that is full after some bytes."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self._file, self._left = file, left
        self.name = file.name

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(data)

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


@pytest.mark.parametrize("room", [0, 700])
@pytest.mark.parametrize("suffix", SUFFIXES[:-1])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    suffix: str, room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def full(path: Path) -> Iterator[_FullDisk]:
        with atomic.atomic_write(path) as file:
            yield _FullDisk(file, room)

    for module in ("h264", "webm", "gif", "picture_sequence"):
        monkeypatch.setattr(f"generator.video.{module}.atomic_write", full)
    with pytest.raises(ExportError, match=rf"video\{suffix} could not be written: the disk is full"):
        finish(exporting(tmp_path / f"video{suffix}", a_timeline(), VideoOptions(fps=20), render, w_plus))
    assert not list(tmp_path.iterdir())


def test_a_folder_on_a_full_disk_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ExportError, match="frames could not be written: the disk is full"):
        finish(exporting(tmp_path / "frames", a_timeline(), VideoOptions(fps=20), render, w_plus))
    assert not list(tmp_path.iterdir())


def test_processes_share_a_folder(tmp_path: Path) -> None:
    for index in (2, 0, 1):
        finish(exporting(tmp_path / "frames", a_timeline(), VideoOptions(fps=20), render, w_plus, (index, 3)))
    finish(exporting(tmp_path / "alone", a_timeline(), VideoOptions(fps=20), render, w_plus))
    shared, alone = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("frames", "alone"))
    assert len(shared) == 11
    assert shared == alone


def test_processes_that_share_one_file_are_told_so(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"3 processes cannot write one file together; .* or write a folder of PNGs"):
        finish(exporting(tmp_path / "video.mp4", a_timeline(), VideoOptions(), render, w_plus, (0, 3)))


@pytest.mark.parametrize(
    ("seconds", "fps", "sentence"),
    [(0.0, 30, "which is no frame"), (3600.0, 30, "108000 frames are too many: at most 36000")],
)
def test_no_frames_and_a_hundred_thousand_are_sentences(
    seconds: float, fps: float, sentence: str, tmp_path: Path
) -> None:
    timeline = Timeline(a_timeline().keyframes[:1], duration=seconds)
    with pytest.raises(MotionError, match=sentence):
        finish(exporting(tmp_path / "video.mp4", timeline, VideoOptions(fps=fps), render, w_plus))
    assert not list(tmp_path.iterdir())


def test_a_video_that_lacks_frames_is_not_written(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "video.mp4", VideoOptions(), (32, 32), 3, {})
    writer.add(moving_pictures(1, 32, 32)[0])
    with pytest.raises(ExportError, match=r"got 1 of its 3 frames"):
        writer.close()
    assert not list(tmp_path.iterdir())


def test_adding_to_a_writer_that_has_failed_says_why_and_never_waits(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "missing" / "video.mp4", VideoOptions(), (32, 32), 50, {})
    (picture,) = moving_pictures(1, 32, 32)

    def add_all() -> None:
        for _ in range(50):
            writer.add(picture)

    with pytest.raises(ExportError, match="its folder does not exist"):
        add_all()
    writer.cancel()


@pytest.mark.parametrize(("name", "sentence"), [("a.avi", "'.avi'"), ("a.mp3", r"did you mean \.mp4\?")])
def test_an_unknown_suffix_is_a_sentence(name: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=sentence):
        write_video(tmp_path / name, moving_pictures(1))


@pytest.mark.parametrize(
    ("suffix", "height", "width"),
    [*((suffix, 17, 31) for suffix in SUFFIXES), (".mp4", 257, 257), (".mp4", 16, 301), (".webm", 301, 16)],
)
def test_odd_sizes_are_written(suffix: str, height: int, width: int, tmp_path: Path) -> None:
    write_video(tmp_path / f"odd{suffix}", moving_pictures(2, height, width))
    assert (tmp_path / f"odd{suffix}").exists()


def test_the_folder_of_a_sound_stays_private(tmp_path: Path) -> None:
    timeline = replace(a_timeline(), sound="/home/somebody/private/song.mp3")
    finish(exporting(tmp_path / "frames", timeline, VideoOptions(fps=4), render, w_plus))
    assert from_json((tmp_path / "frames" / "timeline.json").read_text()).sound == "song.mp3"


def test_a_timeline_that_is_too_long_for_the_video_is_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.video.exporting.MAX_NOTE", 10)
    finish(exporting(tmp_path / "video.mp4", a_timeline(), VideoOptions(fps=4), render, w_plus))
    assert from_json((tmp_path / "video.timeline.json").read_text()) == a_timeline()


def test_options_are_kept_as_values() -> None:
    options = VideoOptions(25, 512, 60, 3, "song.mp3")
    assert VideoOptions.from_values(options.to_values()) == replace(options, sound="")
    with pytest.raises(ExportError, match="are damaged"):
        VideoOptions.from_values({"fps": 3})


def test_frames_of_equal_noise_are_rendered_together_and_those_of_a_folder_alone(tmp_path: Path) -> None:
    sizes: list[int] = []

    def together(recipes: Sequence[Recipe]) -> list[Pixels]:
        assert len({(recipe.noise, recipe.transform) for recipe in recipes}) == 1
        sizes.append(len(recipes))
        return [render(recipe) for recipe in recipes]

    seeds = Lane("noise", (Key(0.0, 0.0, HOLD), Key(0.35, 1.0, HOLD)))
    for name, timeline, expected in (
        ("plain.png", a_timeline(), [4, 4, 2]),
        ("noise.png", a_timeline().with_lane(seeds), [4, 3, 1, 2]),
        ("folder", a_timeline(), []),
    ):
        sizes.clear()
        job = exporting(tmp_path / name, timeline, VideoOptions(fps=20), render, w_plus, together=together, batch=4)
        finish(job)
        assert sizes == expected
    alone = exporting(tmp_path / "alone.png", a_timeline(), VideoOptions(fps=20), render, w_plus)
    finish(alone)
    assert (tmp_path / "alone.png").read_bytes() == (tmp_path / "plain.png").read_bytes()


@pytest.mark.parametrize("size", [64, 63])
def test_a_video_of_another_size_shows_the_same(size: int, tmp_path: Path) -> None:
    for suffix in (".mp4", ".webm"):
        path = tmp_path / f"video{suffix}"
        finish(exporting(path, a_timeline(), VideoOptions(fps=20, size=size), render, w_plus))
        frames = decoded(path)
        assert frames[0].shape[:2] == (64, 64)  # an odd size gets one more row and column
        expected = scaled(render(a_timeline().keyframes[0].recipe), size)
        assert difference(frames[0][:size, :size], expected) < 8
