"""What is not a regular file is refused by every reader, at once: a pipe would be waited for, a device never ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator import checkpoint
from generator.errors import OutisError, RecipeError
from generator.formats.image_chunks import PNG_SIGNATURE
from generator.formats.open_face import read_file, reading_file
from generator.hub import catalogue
from generator.hub.download import _Part
from generator.progress import Progress, finish
from generator.recipe import pca
from generator.recipe.direction_files import load_library
from generator.storage.atomic import alone
from generator.storage.regular_file import STEP, open_regular, read_regular, reading_regular
from generator.training.data import ImageSet
from generator.training.features import reference
from generator.training.journal import Journal
from generator.training.run_folder import RunFolder, read_state
from tests.support.bounds import bounded
from tests.support.training_fixtures import shapes

READERS: dict[str, Callable[[Path], Any]] = {
    "model": checkpoint.load,
    "face": read_file,
    "library": load_library,
    "catalogue": catalogue.read,
    "state of a training": read_state,
}


def odd_file(kind: str, path: Path) -> Path:
    if kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("no pipes here")
        os.mkfifo(path)
    elif kind == "device":
        if not Path("/dev/zero").exists():
            pytest.skip("no such device here")
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        return path.with_name({"NUL": "a\0b", "half a character": "a\udfff\ud800", "absent": "absent"}[kind])
    return path


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "NUL", "half a character", "absent"])
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_file_is_refused_with_a_sentence(reader: str, kind: str, tmp_path: Path) -> None:
    path = odd_file(kind, tmp_path / "odd")
    with bounded(), pytest.raises(OutisError) as caught:
        READERS[reader](path)
    assert str(caught.value).endswith(".")
    str(caught.value).encode()


IN_FOLDERS: dict[str, Callable[[Path], Any]] = {
    "settings.json": lambda folder: RunFolder(folder).origin,
    "journal.jsonl": lambda folder: Journal(folder / "journal.jsonl"),
    "manifest.json": ImageSet.open,
}


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
@pytest.mark.parametrize("name", IN_FOLDERS)
def test_what_is_no_file_in_a_folder_is_refused_with_a_sentence(name: str, kind: str, tmp_path: Path) -> None:
    odd_file(kind, tmp_path / name)
    with bounded(), pytest.raises(OutisError, match=r"\.$"):
        IN_FOLDERS[name](tmp_path)


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_pixels_that_are_no_file_are_refused(kind: str, tmp_path: Path) -> None:
    folder = shapes(tmp_path, 4, 16).folder
    (folder / "16.npy").unlink()
    odd_file(kind, folder / "16.npy")
    with bounded(), pytest.raises(OutisError, match="prepare the data again"):
        ImageSet.open(folder)


@pytest.mark.parametrize("take", [lambda folder: RunFolder(folder).held(), lambda folder: alone(folder / "lock")])
def test_a_lock_that_is_a_pipe_is_not_waited_for(
    take: Callable[[Path], contextlib.AbstractContextManager[None]], tmp_path: Path
) -> None:
    odd_file("pipe", tmp_path / "lock")
    with contextlib.suppress(OutisError), take(tmp_path):  # taken or refused, whatever the system does
        pass


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_note_or_a_cache_of_features_that_is_no_file_counts_as_none(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(b"123")
    odd_file(kind, tmp_path / "a.part.json")
    part = _Part(tmp_path / "a", "https://example.org/a")
    assert part.known() == (0, "")
    part.close()
    assert reference._cached(odd_file(kind, tmp_path / "features.npz"), (4, 8)) is None


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "NUL", "half a character", "absent"])
def test_what_is_no_file_does_not_open(kind: str, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        open_regular(odd_file(kind, tmp_path / "odd"))


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_cache_that_is_no_file_counts_as_absent(kind: str, isolated_user_folders: Path) -> None:
    path = pca._path("model", 100)
    path.parent.mkdir(parents=True)
    odd_file(kind, path)
    assert pca.cached("model", 100) is None


def test_a_longer_file_than_allowed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a", 5) == b"12345"
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_regular(tmp_path / "a", 4)


def test_a_long_file_is_read_in_steps_that_let_others_in_between(tmp_path: Path) -> None:
    data = bytes(range(256)) * (3 * STEP // 256)
    (tmp_path / "sheet.png").write_bytes(data)
    steps: list[Progress] = []
    assert finish(reading_regular(tmp_path / "sheet.png", len(data)), steps.append) == data
    assert [step.done for step in steps] == [STEP, 2 * STEP, 3 * STEP]


def test_a_picture_is_opened_in_such_steps(tmp_path: Path) -> None:
    (tmp_path / "sheet.png").write_bytes(PNG_SIGNATURE + bytes(2 * STEP))
    steps: list[Progress] = []
    with pytest.raises(RecipeError, match=r"^sheet\.png: "):
        finish(reading_file(tmp_path / "sheet.png"), steps.append)
    assert len(steps) == 3
