"""Names of many exported files, from a pattern such as `{tag}/{name}-{size}`.

A "/" begins a sub-folder. Every value is made safe before it becomes part of a name, so that no face, whatever it is
called, can leave the folder or overwrite another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import Formatter

from generator.errors import ExportError, did_you_mean
from generator.formats.file_names import clean, cut, numbered, same_on_every_disk, unreserved
from generator.project.face import Face
from generator.project.times import local_time
from generator.recipe.recipe import SeedSource

MANIFEST_CSV, MANIFEST_JSONL, SHEET = "manifest.csv", "manifest.jsonl", "sheet.png"  # beside the faces
MAX_PART = 80  # characters of a file's or folder's name, without suffix
MAX_PATTERN = 300  # characters
MAX_DEPTH = 5  # folders, the file's name included
_OURS = frozenset({MANIFEST_CSV, MANIFEST_JSONL, SHEET, "manifest", "sheet"})
_WIDTH = re.compile(r"0?\d?d?")  # of a number: {index:03}
_NAMELESS = re.compile(r"[\s.]*")  # a part that would be no name, or the folder above

Size = int | None  # pixels on a side; None = as the model renders it
ClassTitle = Callable[[str, int], str]  # of a class by its number, of the model with that hash: "207 golden retriever"


def untitled(_model: str, label: int) -> str:
    """The number alone, of a class whose name is not known."""
    return str(label)


@dataclass(frozen=True)
class _Subject:
    """What a name is made of."""

    face: Face
    index: int  # from 1
    size: Size
    look: str
    title: ClassTitle


FIELDS: dict[str, Callable[[_Subject], str | int]] = {
    "name": lambda subject: subject.face.name or _source(subject.face, "seed-"),
    "seed": lambda subject: _seed(subject.face),
    "index": lambda subject: subject.index,
    "stars": lambda subject: subject.face.stars,
    "tag": lambda subject: next(iter(subject.face.tags), "untagged"),
    "class": lambda subject: _class(subject.face, subject.title),
    "date": lambda subject: local_time(subject.face.made, "%Y-%m-%d") or "undated",
    "look": lambda subject: subject.look or "plain",
    "size": lambda subject: "full" if subject.size is None else subject.size,
}
_NUMBERS = ("seed", "index", "stars", "size")  # which can have a width


def file_names(
    pattern: str,
    faces: Sequence[Face],
    look: str = "",
    sizes: Sequence[Size] = (None,),
    title: ClassTitle = untitled,
) -> list[str]:
    """Paths without suffix, relative to the folder: of the first face at every size, of the second, and so on. title:
    what the classes are called.

    No two are the same on any file system: what would be gets a number. Where there are several sizes and none in the
    pattern, it is added at the end. Raises `ExportError` with one sentence about a wrong pattern.

    Example:
        >>> from generator.project.face import Face
        >>> from generator.project.names import file_names
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> anna = Face.of(1, Recipe(source=SeedSource(85)), name="Anna", tags=("red hair",))
        >>> file_names("{tag}/{index:03} {name}", [anna, anna])
        ['red hair/001 Anna', 'red hair/002 Anna']
        >>> file_names("{name}", [anna, anna], sizes=(256, 512))
        ['Anna-256', 'Anna-512', 'Anna-256-2', 'Anna-512-2']
    """
    parts = _parsed(pattern)
    if len(sizes) > 1 and not any(piece.field == "size" for part in parts for piece in part):
        parts[-1] = [*parts[-1], _Piece("-", "size")]
    subjects = (_Subject(face, index, size, look, title) for index, face in enumerate(faces, 1) for size in sizes)
    return list(_unique([_filled(part, subject) for part in parts] for subject in subjects))


def check_pattern(pattern: str) -> None:
    """Raise `ExportError` with one sentence if no names can be made with `pattern`."""
    _parsed(pattern)


@dataclass(frozen=True)
class _Piece:
    """A text, and the field behind it."""

    text: str
    field: str = ""
    width: str = ""


def _parsed(pattern: str) -> list[list[_Piece]]:
    """The pieces of every part of the path."""
    if len(pattern) > MAX_PATTERN:
        raise ExportError(f"The name pattern has {len(pattern)} characters; at most {MAX_PATTERN} are possible.")
    parts = [_pieces(part) for part in pattern.split("/")]
    if len(parts) > MAX_DEPTH:
        raise ExportError(f"The name pattern has {len(parts)} parts between /; at most {MAX_DEPTH} are possible.")
    for part in parts:
        _check_inside(part, pattern)
    return parts


def _pieces(part: str) -> list[_Piece]:
    try:
        found = list(Formatter().parse(part))
    except ValueError as error:
        raise ExportError("A { or } of the name pattern lacks its partner; write {{ or }} for the sign.") from error
    return [_Piece(text, *_field(field, width or "", conversion)) for text, field, width, conversion in found]


def _field(name: str | None, width: str, conversion: str | None) -> tuple[str, str]:
    if name is None:
        return "", ""
    if name not in FIELDS:
        hint = did_you_mean(name, FIELDS) or f"; choose from {', '.join(FIELDS)}."
        raise ExportError(f"The name pattern has an unknown field {{{name[:40]}}}{hint}")
    if conversion or (width and (name not in _NUMBERS or not _WIDTH.fullmatch(width))):
        odd = f"{'!' if conversion else ':'}{conversion or width[:20]}"
        raise ExportError(
            f"The field {{{name}}} of the name pattern cannot be written with {odd!r}; "
            "numbers can have a width, as in {index:03}."
        )
    return name, width


def _check_inside(part: list[_Piece], pattern: str) -> None:
    """Refuse what would be another folder than the chosen one."""
    text = "".join(piece.text for piece in part)
    only_text = not any(piece.field for piece in part)
    if (only_text and _NAMELESS.fullmatch(text)) or ":" in text or "\\" in text:
        what = "is empty" if not pattern else f"{pattern[:80]!r} does not stay inside the folder"
        raise ExportError(
            f"The name pattern {what}; write names and fields with / between them, as in {{tag}}/{{name}}."
        )


def _filled(part: list[_Piece], subject: _Subject) -> str:
    """The part with the values of `subject`, as a name that every file system takes."""
    return unreserved(cut(clean("".join(f"{piece.text}{_value(piece, subject)}" for piece in part)), MAX_PART - 5))


def _value(piece: _Piece, subject: _Subject) -> str:
    if not piece.field:
        return ""
    value = FIELDS[piece.field](subject)
    return clean(value) if isinstance(value, str) else format(value, piece.width)


def _unique(paths: Iterable[list[str]]) -> Iterator[str]:
    """Each path with the names of our own files avoided, and with a number where it has been there already."""
    taken = set(_OURS)
    last: dict[str, int] = {}
    for *folders, stem in paths:
        folder = "".join(f"{_not_ours(name)}/" for name in folders)
        wanted = same_on_every_disk(folder + stem)
        name, number = folder + stem, last.get(wanted, 1)
        while same_on_every_disk(name) in taken:
            number += 1
            name = folder + numbered(stem, number, MAX_PART)
        last[wanted] = number
        taken.add(same_on_every_disk(name))
        yield name


def _not_ours(folder: str) -> str:
    return f"face-{folder}" if same_on_every_disk(folder) in _OURS else folder


def _seed(face: Face) -> str | int:
    source = face.recipe.source
    return source.seed if isinstance(source, SeedSource) else _source(face)


def _class(face: Face, title: ClassTitle) -> str:
    """The class with the first of its synonyms: "0 tench" of "0 tench, Tinca tinca"."""
    label = face.recipe.source.label if isinstance(face.recipe.source, SeedSource) else None
    return "no-class" if label is None else title(face.model, label).split(",")[0]


def _source(face: Face, before: str = "") -> str:
    source = face.recipe.source
    return f"{before}{source.seed}" if isinstance(source, SeedSource) else source.name or "latent"
