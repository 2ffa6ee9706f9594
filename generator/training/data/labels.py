"""Which class each image of a collection is of: from a `dataset.json` in it, as the tools of StyleGAN write it, or from
its sub-folders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from generator.errors import ClassError, DatasetError
from generator.printable import printable
from generator.recipe.class_names_text import MAX_CLASSES, parse
from generator.training.data.collection import Item
from generator.training.data.options import DataOptions
from generator.training.data.report import Refused

FILE_NAME = "dataset.json"
MAX_BYTES = 128_000_000  # of it; that of ImageNet's 1.3 million images has 50
_ADVICE = "correct it, or leave the classes out with --no-classes"


@dataclass(frozen=True)
class Labels:
    """The class of each image; none at all where `classes` is 0. Raises `DatasetError` where names do not fit."""

    classes: int = 0
    numbers: Mapping[str, int] | None = None  # by the name of the item; those that are missing have no class
    names: tuple[str, ...] = ()  # of the classes, printable; () = not known

    def __post_init__(self) -> None:
        if self.classes > MAX_CLASSES:
            raise DatasetError(f"There are {self.classes:,} classes; a data set has at most {MAX_CLASSES:,}.")
        if self.names and len(self.names) != self.classes:
            raise DatasetError(
                f"There are {len(self.names):,} names for {self.classes:,} classes; give a name for each."
            )

    def of(self, name: str) -> int | None:
        """The class of the item called `name`."""
        return None if self.numbers is None else self.numbers.get(name)

    def named(self, names: Sequence[str]) -> Labels:
        """With these names; there may be more of them than classes that were found."""
        if names and not self.classes:
            raise DatasetError("There are names of classes, but the images have none; add --classes-from-folders.")
        return replace(self, classes=max(self.classes, len(names)), names=tuple(names)) if names else self


def labelled(items: Sequence[Item], options: DataOptions, names: Sequence[str] = ()) -> tuple[list[Item], Labels]:
    """The items that may be images, and their classes.

    names: of the classes, in place of those that are found. Raises `DatasetError`.
    """
    if options.classes == "none":
        return list(items), Labels()
    notes = min((item for item in items if _is_notes(item)), key=lambda item: item.name.count("/"), default=None)
    images = [item for item in items if item is not notes]
    if options.classes == "folders":
        return images, _of_folders(images).named(names)
    found = Labels() if notes is None else _of_notes(notes)
    return images, found.named(names)


def _is_notes(item: Item) -> bool:
    return PurePosixPath(item.name).name == FILE_NAME


def _of_folders(items: Sequence[Item]) -> Labels:
    """A class for each folder at the top, in the order of their names."""
    folders = {item.name: item.name.split("/")[0] for item in items if "/" in item.name}
    names = sorted(set(folders.values()))
    if not names:
        raise DatasetError("There are no sub-folders that could be classes; leave --classes-from-folders out.")
    numbers = {name: number for number, name in enumerate(names)}
    return Labels(len(names), {item: numbers[folder] for item, folder in folders.items()}, tuple(names))


def _of_notes(notes: Item) -> Labels:
    """What `dataset.json` says; its "labels" may be null, which means that there are none."""
    values = _json(notes)
    if values.get("labels") is None:
        return Labels()
    if not isinstance(values["labels"], list):
        raise DatasetError(f'"labels" of {notes.name} is no list of [file, class]; {_ADVICE}.')
    numbers: dict[str, int] = {}
    folder = PurePosixPath(notes.name).parent
    for entry in values["labels"]:
        file, label = _entry(entry, notes.name)
        if numbers.setdefault(name := printable((folder / file).as_posix()), label) != label:
            raise DatasetError(f"{notes.name} has two classes for {name[:100]}; {_ADVICE}.")
    return Labels(max(numbers.values(), default=-1) + 1, numbers).named(_names(values))


def _json(notes: Item) -> dict[str, Any]:
    try:
        data = notes.read()
        values = json.loads(data) if len(data) <= MAX_BYTES else None
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{notes.name} is not valid JSON; {_ADVICE}.") from error
    except Refused as error:
        raise DatasetError(f"{notes.name} cannot be read ({error.reason.value}); {_ADVICE}.") from error
    if not isinstance(values, dict):
        raise DatasetError(f'{notes.name} is not an object with "labels"; {_ADVICE}.')
    return values


def _entry(entry: object, notes: str) -> tuple[str, int]:
    """["00000/img00000000.png", 6]"""
    match entry:
        case [str(file), int(label)] if type(label) is int and 0 <= label < MAX_CLASSES and "\0" not in file:
            return file, label
        case [str(file), [*_]]:
            raise DatasetError(
                f"{notes} has a vector as the class of {file[:100]}, and Outis trains with numbers of classes, 0 to "
                f"{MAX_CLASSES - 1}; {_ADVICE}."
            )
    raise DatasetError(f"{notes} has {str(entry)[:60]} where a file and the number of its class should be; {_ADVICE}.")


def _names(values: Mapping[str, Any]) -> tuple[str, ...]:
    held = {key: values[key] for key in ("class_names", "classes") if key in values}
    try:
        return parse(json.dumps(held).encode(), FILE_NAME) if held else ()
    except ClassError as error:
        raise DatasetError(str(error)) from error
