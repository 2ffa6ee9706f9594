"""`outis find` in two processes that talk over gloo: everybody once, within their bands, and nobody who is flagged."""

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
from explorer.cli.find_output import FolderOutput
from generator.formats.picture_options import PictureOptions
from generator.people import search
from generator.people.people import Person
from generator.progress import finish
from generator.render.engine import Engine
from generator.wishes.wish import Band, Brief, Wish, steps
from tests.support.forked import Forked
from tests.support.people import NAMES, SCALES, D, World

HALVES = (Band(high=0, share=0.5, label="f"), Band(low=0, share=0.5, label="m"))
WISHES = (Wish("age", steps(-10, 10, 5), True), Wish("gender", HALVES))
UNASKED = cast(Engine, None)  # renders only what needs 16 bits
BRIEF = Brief(10, WISHES, apart=0.7, clean=True)


def cues(pixels: NDArray[np.float32]) -> dict[str, float | None]:
    """Every third face is flagged, by what only its picture shows."""
    return {"hair": None, "teeth": 99.0 if pixels[D] > 0.15 else 20.0}


def find(folder: Path, brief: Brief) -> None:
    """What each process does; a picture is the values of its face."""
    world, patch = World(), pytest.MonkeyPatch()  # for as long as the process lives
    patch.setattr(search, "STAGES", (2048, 4096))

    def write(path: Path, pixels: NDArray[np.float32], *_: object) -> None:
        path.write_text(json.dumps([float(value) for value in pixels]), encoding="utf-8")

    patch.setattr(find_output, "save_image", write)
    output = FolderOutput(folder, brief, ("gender",), PictureOptions(), UNASKED)
    crowd = finding._together(brief, world.people(inspect=cues), output)
    if crowd is not None:
        output.finish(crowd)
        (folder / "missing.json").write_text(json.dumps(crowd.missing), encoding="utf-8")


def together(folder: Path, brief: Brief) -> Path:
    """The folder that two processes have filled."""
    folder.mkdir()
    port = str(20_000 + (os.getpid() + 7) % 20_000)
    environment = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "OMP_NUM_THREADS": "1"}
    one, two = ({**environment, "RANK": str(rank)} for rank in range(2))
    with Forked(find, folder, brief, environment=one) as leader, Forked(find, folder, brief, environment=two) as other:
        assert (leader.wait(120), other.wait(120)) == (0, 0), leader.stderr.read() + other.stderr.read()
    return folder


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check(folder: Path, brief: Brief) -> None:
    """Every picture in the folder is one of the list, shows what the list says, and its person is who was asked for."""
    listed = rows(folder)
    pictures = {str(path.relative_to(folder)) for path in folder.rglob("person-*.png")}
    assert pictures == {row["file"] for row in listed}
    assert len({row["seed"] for row in listed}) == len(listed)
    cells, places = brief.cells(), []
    for row in listed:
        pixels = np.array(json.loads((folder / row["file"]).read_text(encoding="utf-8")))
        values = dict(zip(NAMES, (pixels[: len(NAMES)] + pixels[D:]) * SCALES, strict=True))
        bands = cells[int(row["number"]) - 1].bands
        assert all(values[wish.measure] in band for wish, band in zip(brief.wishes, bands, strict=True))
        assert float(row["apparent age"]) == pytest.approx(values["age"], rel=1e-4)
        assert cues(pixels)["teeth"] == 20.0
        places.append(World().people().w(int(row["seed"]))[0])
    least = brief.apart * brief.psi * World().people().usual_distance
    distances = brief.psi * np.linalg.norm(np.array(places)[:, None] - np.array(places), axis=2)
    assert distances[np.triu_indices(len(places), 1)].min() >= least


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return together(tmp_path_factory.mktemp("crowd") / "people", BRIEF)


def test_everybody_is_found_once_and_nobody_who_is_flagged_or_like_another(crowded: Path) -> None:
    assert [row["number"] for row in rows(crowded)] == [str(number) for number in range(1, 11)]
    assert json.loads((crowded / "report.json").read_text(encoding="utf-8"))["got"]["missing"] == []
    check(crowded, BRIEF)


def test_as_many_processes_find_the_same_people_again(crowded: Path, tmp_path: Path) -> None:
    again = together(tmp_path / "again", BRIEF)
    contents = [
        {path.name: path.read_bytes() for path in one.rglob("*.*") if path.is_file()} for one in (crowded, again)
    ]
    assert contents[0] == contents[1]


class Heard:
    """Writes down who was written, and who was taken back."""

    def __init__(self) -> None:
        self.written: list[int] = []
        self.taken_back: list[int] = []

    def write(self, person: Person, pixels: object) -> None:
        self.written.append(person.number)

    def take_back(self, person: Person) -> None:
        self.taken_back.append(person.number)

    def finish(self, crowd: object) -> None: ...


@pytest.fixture
def few_seeds(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(search, "STAGES", (2048, 4096))
    return monkeypatch


@pytest.fixture
def found(few_seeds: pytest.MonkeyPatch) -> tuple[Person, ...]:
    """What processes have found: nobody for the ninth place, and for the tenth a twin of the eighth."""
    people = finish(search.Search(BRIEF, World().people()).looking(dict(enumerate(BRIEF.cells(), start=1))))
    return (*people[:8], Person(**{**vars(people[7]), "number": 10}))


def completed(found: tuple[Person, ...], output: Heard) -> tuple[Person, ...]:
    cells = dict(enumerate(BRIEF.cells(), start=1))
    last = search.Search(Brief(**{**vars(BRIEF), "seed": 5}), World().people(), {person.seed for person in found})
    return finding._completed(found, cells, last, output)


def test_others_take_empty_places_and_those_of_people_who_are_like_somebody_of_another_process(
    found: tuple[Person, ...],
) -> None:
    output = Heard()
    people = completed(found, output)
    assert people[:8] == found[:8]
    assert [person.number for person in people] == list(range(1, 11))
    assert sorted(output.written) == [9, 10]
    assert people[9].seed != found[8].seed
    assert output.taken_back == []


def test_who_is_like_another_does_not_stay_where_nobody_takes_the_place(
    found: tuple[Person, ...], few_seeds: pytest.MonkeyPatch
) -> None:
    output = Heard()
    few_seeds.setattr(search, "STAGES", ())  # there is nobody else
    assert completed(found, output) == found[:8]
    assert (output.written, output.taken_back) == ([], [10])


def test_a_picture_that_is_taken_back_is_gone(found: tuple[Person, ...], tmp_path: Path) -> None:
    output = FolderOutput(tmp_path, BRIEF, ("gender",), PictureOptions(), UNASKED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(find_output, "save_image", lambda path, *_: path.write_text("somebody"))
        for person in found:
            output.write(person, np.zeros((1, 1, 3), np.uint8))
    output.take_back(found[8])
    assert {path.name for path in tmp_path.rglob("*.png")} == {f"person-{number:04}.png" for number in range(1, 9)}
