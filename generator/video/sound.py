"""Sound: how long it really is, and where its beats are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generator.progress import Job, finish


@dataclass(frozen=True)
class Sound:
    """What was heard in a sound file."""

    seconds: float  # as decoded, whatever the file states
    beats: tuple[float, ...]  # times in seconds, in order; empty where nothing is regular


def read_sound(path: str | Path) -> Sound:
    """Decode the sound (or the sound of the video) at `path`, and find its beats. Raises `ExportError`."""
    return finish(reading_sound(path))


def reading_sound(path: str | Path) -> Job[Sound]:
    """`read_sound` in short steps."""
    raise NotImplementedError
    yield
