"""`outis find` in two processes that talk over gloo: who is found does not depend on how many look."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.cli import find_output, finding
from explorer.cli.distributed import is_one_of_many, rank_and_size
from explorer.cli.find_output import FolderOutput
from generator.formats.picture_options import PictureOptions
from generator.people import search
from generator.render.engine import Engine
from generator.wishes.wish import Band, Brief, Wish, steps
from tests.support.forked import Forked
from tests.support.people import D, World

HALVES = (Band(high=0, share=0.5, label="f"), Band(low=0, share=0.5, label="m"))
WISHES = (Wish("age", steps(-10, 10, 5), True), Wish("gender", HALVES))
UNASKED = cast(Engine, None)  # renders only what needs 16 bits
BRIEF = Brief(10, WISHES, apart=0.7, clean=True)


def cues(pixels: NDArray[np.float32]) -> dict[str, float | None]:
    """Every third face is flagged, by what only its picture shows."""
    return {"hair": None, "teeth": 99.0 if pixels[D] > 0.15 else 20.0}


def who(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """To the network, people differ by what only pictures show."""
    return np.asarray(2 * pixels[D:], np.float32)


def write(path: Path, pixels: NDArray[np.float32], *_: object) -> None:
    path.write_text(json.dumps([float(value) for value in pixels]), encoding="utf-8")


def find(folder: Path, brief: Brief) -> None:
    """What each process does; a picture is the values of its face."""
    world = World()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "STAGES", (2048, 4096))
        patch.setattr(find_output, "save_image", write)
        output = FolderOutput(folder, brief, ("gender",), PictureOptions(), UNASKED)
        looking = finding._together if is_one_of_many() else finding._alone
        crowd = looking(brief, world.people(inspect=cues, embed=who), output)
        if crowd is not None:
            output.finish(crowd)
    (folder / f"drawn-{rank_and_size()[0]}.txt").write_text(str(len(world.drawn)), encoding="utf-8")


def together(folder: Path, brief: Brief) -> Path:
    """The folder that two processes have filled."""
    folder.mkdir()
    port = str(20_000 + (os.getpid() + 7) % 20_000)
    environment = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "OMP_NUM_THREADS": "1"}
    one, two = ({**environment, "RANK": str(rank)} for rank in range(2))
    with Forked(find, folder, brief, environment=one) as leader, Forked(find, folder, brief, environment=two) as other:
        assert (leader.wait(120), other.wait(120)) == (0, 0), leader.stderr.read() + other.stderr.read()
    return folder


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Who two processes have found."""
    return together(tmp_path_factory.mktemp("crowd") / "people", BRIEF)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Who one process has found."""
    folder = tmp_path_factory.mktemp("alone")
    find(folder, BRIEF)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*.*") if path.is_file() and path.suffix != ".txt"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def drawn(folder: Path) -> list[int]:
    return [int(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("drawn-*.txt"))]


def test_processes_find_the_same_people_and_write_the_same_bytes_as_one_alone(crowded: Path, alone: Path) -> None:
    found = contents(crowded)
    assert found == contents(alone)
    assert json.loads(found["report.json"])["got"]["missing"] == []
    with (crowded / "manifest.csv").open(encoding="utf-8", newline="") as file:
        pictures = [row["file"] for row in csv.DictReader(file)]
    assert set(pictures) == {name for name in found if name.endswith(".png") and "person" in name}
    assert len(pictures) == BRIEF.count


def test_each_process_draws_some_of_the_faces_and_none_draws_as_many_as_one_alone(crowded: Path, alone: Path) -> None:
    (whole,), parts = drawn(alone), drawn(crowded)
    assert len(parts) == 2
    assert all(0 < part < whole for part in parts)
