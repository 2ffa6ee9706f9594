"""Sound: its true length, its beats, and how it comes into a video."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import pytest

from generator.errors import ExportError
from generator.recipe.recipe import Floats
from generator.video import sound
from generator.video.options import VideoOptions
from generator.video.sound import read_sound
from tests.support.videos import moving_pictures, write_video

RATE = 16_000


def write_wav(path: Path, samples: Floats, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((32_000 * np.clip(samples, -1, 1)).astype("<i2").tobytes())
    return path


def clicks(seconds: float, beats: Floats, level: float = 0.9) -> Floats:
    """Short decaying tones at `beats`, in quiet noise."""
    samples = 1e-4 * np.random.default_rng(0).standard_normal(round(seconds * RATE))
    tone = np.exp(-np.arange(1600) / 200) * np.sin(np.arange(1600) * 0.4)
    for beat in beats:
        place = round(beat * RATE)
        samples[place : place + 1600] += level * tone[: len(samples) - place]
    return samples.astype(np.float32)


@pytest.mark.parametrize("tempo", [90, 120, 150])
def test_beats_are_found_within_thirty_milliseconds(tempo: float, tmp_path: Path) -> None:
    beats = np.arange(0.4, 9.5, 60 / tempo)
    found = read_sound(write_wav(tmp_path / "clicks.wav", clicks(10, beats)))
    assert found.seconds == pytest.approx(10, abs=0.01)
    assert len(found.beats) == pytest.approx(len(beats), abs=1)
    assert max(np.abs(beats - beat).min() for beat in found.beats) < 0.03


@pytest.mark.parametrize("kind", ["silence", "noise", "tone", "short"])
def test_what_is_not_regular_has_no_beats(kind: str, tmp_path: Path) -> None:
    samples = {
        "silence": np.zeros(6 * RATE, np.float32),
        "noise": 0.3 * np.random.default_rng(3).standard_normal(6 * RATE),
        "tone": np.sin(np.arange(6 * RATE) * 0.2),
        "short": clicks(0.5, np.array([0.1])),
    }[kind]
    assert read_sound(write_wav(tmp_path / "sound.wav", samples)).beats == ()


@pytest.mark.parametrize("claimed", [10, 500_000_000, 0xFFFFFFFF])
def test_a_file_that_lies_about_its_length_is_as_long_as_it_sounds(claimed: int, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "liar.wav", clicks(3, np.array([1.0])))
    data = bytearray(path.read_bytes())
    if claimed > 10:  # more than there is; of less, only that much is sound by the definition of the format
        data[4:8], data[40:44] = claimed.to_bytes(4, "little"), claimed.to_bytes(4, "little")
    else:  # a rate of bytes from which players compute another duration
        data[28:32] = claimed.to_bytes(4, "little")
    path.write_bytes(data)
    assert read_sound(path).seconds == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize("data", [b"", b"hello, this is a text" * 100, b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"])
def test_what_is_no_sound_is_a_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_bytes(data)
    with pytest.raises(ExportError, match=r"^song\.mp3 is not a sound that can be read; choose"):
        read_sound(tmp_path / "song.mp3")


@pytest.mark.parametrize("suffix", [".webm", ".wav"])
def test_a_truncated_sound_ends_where_it_ends(suffix: str, tmp_path: Path) -> None:
    song = write_wav(tmp_path / "song.wav", clicks(4, np.array([1.0])))
    if suffix == ".webm":
        write_video(tmp_path / "song.webm", moving_pictures(40, 16, 16), VideoOptions(fps=10, sound=str(song)))
    data = (tmp_path / f"song{suffix}").read_bytes()
    (tmp_path / "cut").write_bytes(data[: len(data) // 2])
    assert 0.5 < read_sound(tmp_path / "cut").seconds < 3.5


def test_a_video_without_sound_and_a_missing_file_are_sentences(tmp_path: Path) -> None:
    write_video(tmp_path / "mute.mp4", moving_pictures(2))
    with pytest.raises(ExportError, match=r"^mute\.mp4 has no sound"):
        read_sound(tmp_path / "mute.mp4")
    with pytest.raises(ExportError, match=r"^none\.wav could not be read"):
        read_sound(tmp_path / "none.wav")


def test_a_sound_of_hours_is_refused_before_it_is_heard_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "MAX_SECONDS", 1.0)
    with pytest.raises(ExportError, match="lasts longer than 1 s"):
        read_sound(write_wav(tmp_path / "long.wav", clicks(3, np.array([1.0]))))


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
@pytest.mark.parametrize("seconds", [0.3, 5.0])
def test_the_sound_is_in_the_video_and_ends_with_the_pictures(suffix: str, seconds: float, tmp_path: Path) -> None:
    song = write_wav(tmp_path / "song.wav", 0.5 * np.sin(np.arange(round(seconds * RATE)) * 0.2))
    path = tmp_path / f"video{suffix}"
    options = VideoOptions(fps=20, sound=str(song))
    assert write_video(path, moving_pictures(30), options) == write_video(path, moving_pictures(30), options)
    with av.open(str(path)) as container:
        assert container.duration == pytest.approx(1_500_000, abs=15_000)
        assert len(list(container.decode(video=0))) == 30
        assert container.streams.audio[0].codec_context.name == {".mp4": "aac", ".webm": "opus"}[suffix]
    heard = read_sound(path).seconds
    assert heard == pytest.approx(min(seconds, 1.5), abs=0.06)  # a packet of the codec


def test_a_sound_that_is_cut_fades_so_that_it_does_not_click() -> None:
    from generator.video.sound_track import RATE as RATE_OF_TRACK
    from generator.video.sound_track import faded

    pieces = iter([np.ones((2, 30_000), np.float32)] * 4)
    whole = np.concatenate(list(faded(pieces, RATE_OF_TRACK)), axis=1)
    assert whole.shape == (2, RATE_OF_TRACK)
    assert np.all(whole[:, :30_000] == 1)
    assert whole[0, -1] < 1e-3


def test_a_broken_sound_fails_with_the_video_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_text("no sound at all")
    with pytest.raises(ExportError, match=r"song\.mp3 is not a sound"):
        write_video(tmp_path / "video.mp4", moving_pictures(9), VideoOptions(sound=str(tmp_path / "song.mp3")))
    assert [path.name for path in tmp_path.iterdir()] == ["song.mp3"]


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png", ""])
def test_pictures_have_no_sound(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"has no sound; write an \.mp4 or \.webm"):
        write_video(tmp_path / f"video{suffix}", moving_pictures(1), VideoOptions(sound="song.mp3"))
