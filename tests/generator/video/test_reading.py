"""Opening our own videos again as their timelines, and files of others as a sentence."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from generator.errors import MotionError
from generator.motion.timeline import Timeline
from generator.motion.timeline_json import to_json
from generator.recipe.recipe import Recipe, SeedSource
from generator.video.reading import timeline_of
from tests.support.effort import tries
from tests.support.videos import moving_pictures, write_video

TIMELINE = Timeline().with_face(Recipe(source=SeedSource(85)), "Zoë <&> ]]>").with_face(Recipe(source=SeedSource(1)))
NOTES = {"timeline": to_json(TIMELINE)}
SUFFIXES = [".mp4", ".webm", ".gif", ".webp", ".png", ""]
FORMATS = pytest.mark.parametrize("suffix", SUFFIXES)


@FORMATS
def test_every_format_opens_again_as_its_timeline(suffix: str, tmp_path: Path) -> None:
    write_video(tmp_path / f"video{suffix}", moving_pictures(3), notes=NOTES)
    assert timeline_of(tmp_path / f"video{suffix}") == TIMELINE


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    write_video(tmp_path / "video.webm", moving_pictures(3), notes=NOTES)
    (tmp_path / "video.webm").rename(tmp_path / "video.jpg")
    assert timeline_of(tmp_path / "video.jpg") == TIMELINE


def test_a_timeline_file_opens(tmp_path: Path) -> None:
    (tmp_path / "a.timeline.json").write_text(NOTES["timeline"], encoding="utf-8")
    assert timeline_of(tmp_path / "a.timeline.json") == TIMELINE


@pytest.mark.parametrize("suffix", SUFFIXES[:-1])
def test_a_video_without_a_timeline_is_a_sentence(suffix: str, tmp_path: Path) -> None:
    write_video(tmp_path / f"video{suffix}", moving_pictures(3))
    with pytest.raises(MotionError, match=rf"^video\{suffix}: It contains no timeline"):
        timeline_of(tmp_path / f"video{suffix}")


@pytest.mark.parametrize("suffix", SUFFIXES[:-1])
def test_a_truncated_or_damaged_video_is_its_timeline_or_a_sentence(suffix: str, tmp_path: Path) -> None:
    path, chance = tmp_path / f"video{suffix}", random.Random(1)
    data = write_video(path, moving_pictures(2, 16, 16), notes=NOTES)
    for attempt in range(tries(40)):
        damaged = bytearray(data[: chance.randrange(len(data))] if attempt % 2 else data)
        for _ in range(attempt % 5):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256) if damaged else 0
        path.write_bytes(damaged)
        with suppress(MotionError):
            assert isinstance(timeline_of(path), Timeline)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "neither a video of Outis"),
        (b"hello", "neither a video of Outis"),
        (b"{}", 'has no "format"'),
        (b"\xff\xd8\xff" + bytes(50), "neither a video of Outis"),
        (b"\0\0\0\x08ftyp" * 1000, "contains no timeline"),
        (b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff" + b"\x12\x54\xc3\x67\xff" * 1000, "contains no timeline"),
        (b"{" + b"\xff" * 100, "damaged"),
    ],
)
def test_other_files_are_a_sentence(data: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(MotionError, match=f"^file: .*{sentence}"):
        timeline_of(tmp_path / "file")


def test_a_missing_file_and_a_folder_without_frames_are_sentences(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.mp4"):
        with pytest.raises(MotionError, match=rf"^{path.name}: It does not exist, or is a folder without"):
            timeline_of(path)


@pytest.mark.parametrize("head", [b"\0\0\0\x18ftypisom" + bytes(12), b"RIFF\0\0\0\0WEBP"])
def test_a_large_video_is_read_in_a_moment_and_hardly_in_memory(head: bytes, tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:  # with a hole of many gigabytes
        file.write(head + (b"\0\0\0\1mdat" + (20 << 30).to_bytes(8) if b"ftyp" in head else b"ANMF\xf0\xff\xff\xff"))
        file.truncate(24 << 30)
    with pytest.raises(MotionError, match=r"^large: "):
        timeline_of(tmp_path / "large")
