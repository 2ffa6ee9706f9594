"""Names of the classes of a conditional model: read from a file, kept beside the model, found by a person's word.

Needs no torch. Every name is a stranger's text, made harmless where it is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_dir

from generator.errors import ClassError, ExportError, did_you_mean, refusing
from generator.printable import printable
from generator.recipe.class_names_text import MAX_BYTES, parse
from generator.storage.atomic import make_folder, write_atomically
from generator.storage.regular_file import read_regular

SUFFIX = ".classes.txt"
MAX_INSIDE = 500_000  # bytes of names in a model file, of whose header they are a part
COMPARED = 20_000  # words with which one that is unknown is compared: a second
SHOWN = 12  # names that a sentence or a row lists
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class ClassNames:
    """A name for every class, in the order of their numbers; no names at all is the usual case."""

    names: tuple[str, ...] = ()  # printable; "" = a class without a name
    fault: str = ""  # a sentence: why the names that lie beside the model are not used

    def __bool__(self) -> bool:
        return bool(self.names)

    def of(self, label: int) -> str:
        """The name of class `label`, "" where it has none."""
        return self.names[label] if 0 <= label < len(self.names) else ""

    def title(self, label: int) -> str:
        """ "207 golden retriever", or "207"."""
        return f"{label} {self.of(label)}".rstrip()

    def meant(self, text: str, classes: int) -> tuple[int, ...]:
        """The classes of that number, name or synonym, as in `number_of`; () where there is none."""
        if _NUMBER.fullmatch(text.strip()):
            return (int(text),) if int(text) < classes else ()
        return tuple(_called(text, self.names))

    def number_of(self, text: str, classes: int) -> int:
        """The class that a person means by `text`, of a model with so many: its number, its name, or one of the
        synonyms between the commas of its name, in any case. A number is a number, whatever the names are.

        Raises `ClassError`, with the closest name where there is one.

        >>> ClassNames(("tench, Tinca tinca", "goldfish")).number_of("Goldfish", 2)
        1
        """
        if _NUMBER.fullmatch(text.strip()):
            return checked(int(text), classes)
        found = self.meant(text, classes)
        if len(found) > 1:
            numbers = " and ".join(map(str, found[:SHOWN]))
            raise ClassError(f"{text[:80]!r} is the name of the classes {numbers}; give the number.")
        if found:
            return checked(found[0], classes)
        if not self.names:
            raise ClassError(
                f"{text[:80]!r} is not a number, and the classes of this model have no names: "
                f"give a number from 0 to {classes - 1}, or bring a file of names."
            )
        words = [word for name in self.names for word in (name, *_synonyms(name))][:COMPARED]
        hint = did_you_mean(text, words) or f"; it has the classes 0 to {classes - 1}."
        raise ClassError(f"The model has no class {text[:80]!r}{hint}")


def checked(label: int, classes: int) -> int:
    """`label`, if a model with so many `classes` has it. Raises `ClassError`."""
    if classes == 0:
        raise ClassError("This model has no classes: it was not trained with any, so leave the class out.")
    if not 0 <= label < classes:
        raise ClassError(f"Class {label} is out of range; the model has the classes 0 to {classes - 1}.")
    return label


def read(path: str | Path, classes: int) -> ClassNames:
    """The names in the file at `path`, for a model with so many `classes`. Raises `ClassError` with one sentence."""
    return fitting(read_names(path), classes, Path(path).name)


def read_names(path: str | Path) -> tuple[str, ...]:
    """The names in the file at `path`, printable, for whatever has so many classes. Raises `ClassError`."""
    path = Path(path)
    try:
        with refusing(ClassError, f"{path.name} is damaged or contains no names of classes."):
            return parse(read_regular(path, MAX_BYTES), path.name)
    except OSError as error:
        raise ClassError(f"{path} cannot be read: {error.strerror or error}.") from error


def fitting(names: Sequence[str], classes: int, file: str) -> ClassNames:
    """`names`, if there is one for each class. Raises `ClassError`, whose sentence says that they came from `file`."""
    if classes == 0:
        raise ClassError(f"{file} has names of classes, but this model has none.")
    if len(names) != classes:
        raise ClassError(
            f"{file} has {len(names):,} names and the model {classes:,} classes; give a file with a name for each."
        )
    return ClassNames(tuple(map(printable, names)))


def place_beside(model: str | Path) -> Path:
    """Where names lie beside a model: NAME.classes.txt beside NAME.safetensors."""
    return Path(model).with_suffix(SUFFIX)


def place_of(model_hash: str) -> Path:
    """Where names are kept whose model lies in a folder that cannot be written."""
    return Path(user_data_dir("outis"), "classes", f"{model_hash[:16]}{SUFFIX}")


def known(model: str | Path, model_hash: str, classes: int) -> ClassNames:
    """The names that lie beside the model, or that were kept for it; what is wrong with them is in `fault`.

    A model opens without names as well, so nothing is raised.
    """
    for path in (place_beside(model), place_of(model_hash)):
        if classes and path.exists():
            try:
                return read(path, classes)
            except ClassError as error:
                return ClassNames(fault=str(error))
    return ClassNames()


def in_model(text: str, classes: int, file: str) -> ClassNames:
    """The names that a model file has itself, as the JSON `as_json` writes. Nothing is raised, as in `known`."""
    try:
        with refusing(ClassError, f"{file} has damaged names of classes."):
            return fitting(parse(text.encode(), file), classes, file)
    except ClassError as error:
        return ClassNames(fault=str(error))


def as_json(names: Sequence[str]) -> str:
    """For the inside of a model file; "" where they are too long for its header, so that they must lie beside it."""
    text = json.dumps(names, ensure_ascii=False)
    return text if len(text.encode()) <= MAX_INSIDE else ""


def keep(names: ClassNames, model: str | Path, model_hash: str) -> Path:
    """Write `names` where `known` finds them: beside the model, or where its folder cannot be written, in the user's
    own. Returns the file. Raises `ExportError`."""
    text = as_text(names.names)
    try:
        write_atomically(place_beside(model), text)
        return place_beside(model)
    except ExportError:
        own = place_of(model_hash)
        make_folder(own.parent)
        write_atomically(own, text)
        return own


def as_text(names: Iterable[str]) -> bytes:
    """As a file that `read` reads: numbered, because a name may begin with a number itself."""
    return "".join(f"{number}: {name}\n" for number, name in enumerate(names)).encode()


def _called(text: str, names: Sequence[str]) -> list[int]:
    """The classes of that name, or where there is none, those with such a synonym."""
    word = _folded(text)
    by_name = [number for number, name in enumerate(names) if name and _folded(name) == word]
    return by_name or [number for number, name in enumerate(names) if word in map(_folded, _synonyms(name))]


def _synonyms(name: str) -> list[str]:
    """ "tench, Tinca tinca" -> "tench", "Tinca tinca"."""
    return [part.strip() for part in name.split(",") if part.strip()] if "," in name else []


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())
