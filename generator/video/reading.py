"""The timeline inside a video, found without decoding a picture: any of our files opens again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from generator.errors import MotionError, OutisError, refusing
from generator.motion.timeline import Timeline
from generator.motion.timeline_json import MAX_CHARACTERS, from_json
from generator.storage.regular_file import open_regular
from generator.video.containers import notes_of
from generator.video.picture_sequence import TIMELINE


def timeline_of(path: str | Path) -> Timeline:
    """The timeline in an MP4, WebM, GIF, WebP or APNG of ours, in a folder of PNGs, or in a `.timeline.json` file.

    Files are known by their content. At most some megabytes are read, however long the video.
    Raises `MotionError` with one sentence that begins with the file's name.

    Example:
        >>> from generator.video.reading import timeline_of
        >>> timeline_of("morph.mp4").duration
        2.0
    """
    path = Path(path)
    with _naming(path.name or str(path)), open_regular(path / TIMELINE if path.is_dir() else path) as file:
        return from_json(_text(file))


def _text(file: BinaryIO) -> str:
    """The JSON in the file."""
    notes = notes_of(file)
    if notes is None:
        return _plain(file)
    if "timeline" not in notes:
        raise MotionError(
            "It contains no timeline; only videos that Outis has exported, whole and unchanged, have one."
        )
    return notes["timeline"]


def _plain(file: BinaryIO) -> str:
    """The whole file, if it is JSON."""
    file.seek(0)
    if file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        raise MotionError("It is neither a video of Outis (MP4, WebM, GIF, WebP, PNG) nor a timeline.")
    file.seek(0)
    data = file.read(MAX_CHARACTERS + 1)
    if len(data) > MAX_CHARACTERS:
        raise MotionError(f"It has more than {MAX_CHARACTERS} bytes, which no timeline has.")
    return data.decode("utf-8-sig")


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Make every error one sentence that begins with the name of the file."""
    try:
        with refusing(MotionError, "It is damaged or truncated."):
            yield
    except FileNotFoundError as error:
        raise MotionError(f"{name}: It does not exist, or is a folder without a {TIMELINE}.") from error
    except OSError as error:
        raise MotionError(f"{name}: It could not be read: {error.strerror or error}.") from error
    except OutisError as error:
        raise MotionError(f"{name}: {error}") from error
