"""What is not a regular file is refused by every reader, at once: a pipe would be waited for, a device never ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator import checkpoint
from generator.errors import OutisError, RecipeError
from generator.formats.image_chunks import PNG_SIGNATURE
from generator.formats.open_face import read_file, reading_file
from generator.progress import Progress, finish
from generator.recipe import pca
from generator.recipe.direction_files import load_library
from generator.storage.regular_file import STEP, open_regular, read_regular, reading_regular
from tests.support.bounds import bounded

READERS: dict[str, Callable[[Path], Any]] = {"model": checkpoint.load, "face": read_file, "library": load_library}


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
