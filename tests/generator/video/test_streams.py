"""MP4 and WebM: what players and other tools find in them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from generator.errors import ExportError
from generator.formats import xmp
from generator.video.options import VideoOptions
from generator.video.writer import open_writer
from tests.support.videos import decoded, difference, moving_pictures, write_video

NOTES = {"timeline": '{"faces": ["<&>"]}'}
STREAMS = pytest.mark.parametrize("suffix", [".mp4", ".webm"])


@STREAMS
def test_frames_and_duration_are_exact(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"video{suffix}"
    write_video(path, moving_pictures(31), VideoOptions(fps=25))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 25
        assert container.duration == 31 * 40_000  # microseconds
        times = [frame.time for frame in container.decode(stream)]
    assert times == pytest.approx([index / 25 for index in range(31)], abs=6e-4)  # WebM counts in milliseconds


def test_an_mp4_is_what_plays_everywhere(tmp_path: Path) -> None:
    data = write_video(tmp_path / "video.mp4", moving_pictures(5))
    assert data.index(b"moov") < data.index(b"mdat")  # plays while it loads
    with av.open(str(tmp_path / "video.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec.name, stream.profile, stream.codec_context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (stream.frames, stream.codec_context.codec_tag) == (5, "avc1")
        context = stream.codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)


@STREAMS
def test_the_same_frames_give_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    pictures = moving_pictures(12)
    assert write_video(tmp_path / f"a{suffix}", pictures, notes=NOTES) == write_video(
        tmp_path / f"b{suffix}", pictures, notes=NOTES
    )


@STREAMS
def test_pictures_come_back_within_the_tolerance_of_the_codec(suffix: str, tmp_path: Path) -> None:
    pictures = moving_pictures(20, loop=True)
    path = tmp_path / f"video{suffix}"
    write_video(path, pictures, VideoOptions(quality=90))
    frames = decoded(path)
    assert max(difference(frame, picture) for frame, picture in zip(frames, pictures, strict=True)) < 4
    assert difference(frames[0], frames[-1]) < 2.5
    colour = np.mean(
        [frame - picture.astype(float) for frame, picture in zip(frames, pictures, strict=True)], (0, 1, 2)
    )
    assert np.abs(colour).max() < 1  # no tint


@STREAMS
def test_odd_sizes_repeat_the_last_row_and_column(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"video{suffix}"
    (picture,) = moving_pictures(1, 33, 57)
    write_video(path, [picture] * 2, VideoOptions(quality=100))
    assert decoded(path)[0].shape == (34, 58, 3)
    assert difference(decoded(path)[0][:33, :57], picture) < 4


def test_size_scales_the_longer_side(tmp_path: Path) -> None:
    write_video(tmp_path / "video.mp4", moving_pictures(2, 32, 64), VideoOptions(size=100))
    assert decoded(tmp_path / "video.mp4")[0].shape == (50, 100, 3)


def test_an_mp4_contains_mark_and_timeline_as_images_do(tmp_path: Path) -> None:
    write_video(tmp_path / "video.mp4", moving_pictures(2), notes=NOTES)
    with av.open(str(tmp_path / "video.mp4"), options={"export_xmp": "1"}) as container:
        packet = container.metadata["xmp"].encode()
        assert xmp.SYNTHETIC in container.metadata["comment"]
    assert xmp.is_synthetic(packet)
    assert xmp.properties_of(packet) == NOTES


def test_a_webm_contains_mark_and_timeline_as_tags(tmp_path: Path) -> None:
    write_video(tmp_path / "video.webm", moving_pictures(2), notes=NOTES)
    with av.open(str(tmp_path / "video.webm")) as container:
        assert container.metadata["DIGITAL_SOURCE_TYPE"] == xmp.SYNTHETIC
        assert container.metadata["OUTIS_TIMELINE"] == NOTES["timeline"]


def test_rates_that_are_no_whole_number_stay_exact(tmp_path: Path) -> None:
    write_video(tmp_path / "video.mp4", moving_pictures(30), VideoOptions(fps=23.976))
    with av.open(str(tmp_path / "video.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == Fraction(2997, 125)
        assert stream.duration * stream.time_base == 30 / Fraction(2997, 125)


def test_a_build_without_the_encoder_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(av.codec, "codecs_available", {"aac"})
    with pytest.raises(ExportError, match=r"no encoder libx264.*install PyAV from PyPI"):
        open_writer(tmp_path / "video.mp4", VideoOptions(), (64, 64), 2, {})
