"""Where `outis find` puts people: a folder with their pictures and lists, or a project."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Protocol

from explorer.cli.picture_options import asked_picture
from explorer.cli.project_add import NewFace, check_name, put
from explorer.cli.take_home import TakeHome, naming
from generator.formats.file_names import clean, unreserved
from generator.formats.finished import save_finished
from generator.formats.image_encode import Pixels, save_image
from generator.formats.picture_options import PictureOptions
from generator.people.card import card_files
from generator.people.finding import Crowd
from generator.people.manifest import CSV, JSONL, REPORT, report_bytes, title_of, to_csv, to_jsonl
from generator.people.people import Person
from generator.render.engine import Engine
from generator.storage.atomic import make_folder, write_atomically
from generator.wishes.wish import Brief


class Output(Protocol):
    """Takes people as they are found, in any order, and at the end all of them."""

    def write(self, person: Person, pixels: Pixels) -> None:
        """Somebody was found."""
        ...

    def finish(self, crowd: Crowd) -> None:
        """Nobody else will be."""
        ...


def output_of(arguments: argparse.Namespace, brief: Brief, engine: Engine) -> Output:
    """What --out or --project names. Raises `UsageError`."""
    if arguments.project is not None:
        check_name(arguments.project)
        return ProjectOutput(arguments.project, brief)
    return FolderOutput(
        Path(arguments.out), brief, arguments.folders, asked_picture(arguments, arguments.format), engine
    )


def name_of(person: Person) -> str:
    """What a person's file and face are called: person-0001."""
    return f"person-{person.number:04d}"


class FolderOutput:
    """A folder: a picture as soon as somebody is found; manifest, report and card at the end."""

    def __init__(
        self, folder: Path, brief: Brief, folders: tuple[str, ...], options: PictureOptions, engine: Engine
    ) -> None:
        """folders: measures whose bands make sub-folders. options: what becomes of each picture.

        Raises `UsageError` where there is no such background.
        """
        self._folder, self._options, self._engine = folder, options, engine
        self._taking = None if options.plain else TakeHome(options)
        measures = [wish.measure for wish in brief.wishes]
        self._places = [measures.index(name) for name in folders]

    def write(self, person: Person, pixels: Pixels) -> None:
        """Write the picture with its recipe, and print its path."""
        path = self._folder / self._file(person)
        make_folder(path.parent)
        if self._taking is None:
            save_image(path, pixels, person.recipe, self._options.size)
        else:
            deep = self._options.bits == 16  # as they are found, people have 8
            with naming(name_of(person)):
                done = self._taking.finished(self._engine.values(person.recipe) if deep else pixels)
            save_finished(path, done, person.recipe)
        print(path, flush=True)

    def finish(self, crowd: Crowd) -> None:
        """Write the lists and the card, and print their paths."""
        files = {person.number: self._file(person) for person in crowd.people}
        lists = {
            CSV: to_csv(crowd.people, files, crowd.brief),
            JSONL: to_jsonl(crowd.people, files, crowd.brief),
            REPORT: report_bytes(crowd),
            **card_files(crowd),
        }
        make_folder(self._folder)
        for name, data in lists.items():
            write_atomically(self._folder / name, data)
            print(self._folder / name, flush=True)

    def _file(self, person: Person) -> str:
        """Relative to the folder, with "/"."""
        folders = [_folder_name(person.cell[place]) for place in self._places]
        return "/".join([*folders, f"{name_of(person)}{self._options.suffix}"])


class ProjectOutput:
    """A project: everybody at the end, with tags of their bands and a note of what was measured."""

    def __init__(self, path: str, brief: Brief) -> None:
        self._path, self._measures = path, [wish.measure for wish in brief.wishes]

    def write(self, person: Person, pixels: Pixels) -> None:
        """Nothing yet: faces are added together."""

    def finish(self, crowd: Crowd) -> None:
        """Add all faces."""
        put(self._path, [NewFace(name_of(p), p.recipe, None, self._tags(p), self._note(p)) for p in crowd.people])

    def _tags(self, person: Person) -> tuple[str, ...]:
        return tuple(f"{name} {label}" for name, label in zip(self._measures, person.cell, strict=True))

    def _note(self, person: Person) -> str:
        values = [(name, person.values[name]) for name in self._measures if name in person.values]
        return ", ".join(f"{title_of(name, name in person.predicted)} {value:.4g}" for name, value in values)


def _folder_name(label: str) -> str:
    """A band as the name of a folder: "20..30" as 20-30, "> 0.05" as over 0.05."""
    words = label.replace("..", " to ").replace("> ", "over ").replace("< ", "under ")
    return unreserved(clean(words))
