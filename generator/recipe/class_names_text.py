"""The text of a file with names of classes -> the names, in the order of their numbers; read as a stranger's.

Lines: a name each, or numbered as in "0: tench". JSON: a list; {"0": "tench"} or {"0": ["n01440764", "tench"]}, as for
ImageNet; or either under "class_names" or "classes", as in a data set's `dataset.json`.
"""

from __future__ import annotations

import json
import re

from generator.errors import ClassError
from generator.printable import printable

MAX_BYTES = 4_000_000  # of a file; the 21,841 names of ImageNet have 0.7 MB
MAX_CLASSES = 65_536
MAX_NAME = 200  # characters
_NUMBERED = re.compile(r"(\d{1,6})(?:\s*[:;,=\t]\s*|\s+)(.*)", re.ASCII)
_KEYS = ("class_names", "classes")


def parse(data: bytes, file: str) -> tuple[str, ...]:
    """The names in `data`. Raises `ClassError` with one sentence that begins with `file`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClassError(f"{file} is not text in UTF-8; it must have a name of a class on each line.") from error
    names = _of_json(text, file) if text.lstrip()[:1] in ("{", "[") else _of_lines(text)
    if not any(names):
        raise ClassError(f"{file} contains no names; it must have a name of a class on each line.")
    if len(names) > MAX_CLASSES:
        raise ClassError(f"{file} has {len(names):,} names; a model has at most {MAX_CLASSES:,} classes.")
    for number, name in enumerate(names):
        if len(name) > MAX_NAME:
            raise ClassError(f"{file} has a name of more than {MAX_NAME} characters for class {number}; shorten it.")
    return tuple(printable(name) for name in names)


def _of_lines(text: str) -> list[str]:
    """Numbered lines where they all are, and count from 0; else the lines as they are."""
    lines = [line.strip() for line in text.rstrip().split("\n")]
    numbered = [_NUMBERED.fullmatch(line) or _only_number(line) for line in lines if line]
    if all(numbered):
        by_number = {int(found[1]): found[2].strip() for found in numbered if found}
        if len(by_number) == len(numbered) and set(by_number) == set(range(len(by_number))):
            return [by_number[number] for number in range(len(by_number))]
    return lines


def _only_number(line: str) -> re.Match[str] | None:
    """ "7:", a class without a name."""
    return re.fullmatch(r"(\d{1,6})\s*:()", line, re.ASCII)


def _of_json(text: str, file: str) -> list[str]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ClassError(f"{file} is neither valid JSON nor lines of names.") from error
    if isinstance(values, dict) and "labels" in values and not any(key in values for key in _KEYS):
        raise ClassError(f"{file} has numbers of classes and not their names; give a file with a name on each line.")
    if isinstance(values, dict):
        values = next((values[key] for key in _KEYS if key in values), values)
    if isinstance(values, dict):
        values = _in_order(values, file)
    if not isinstance(values, list):
        raise ClassError(f"{file} has no list of names; it should look like {_EXAMPLE}.")
    return [_name(value, file) for value in values]


def _in_order(values: dict[str, object], file: str) -> list[object]:
    """The values of {"0": ..., "1": ...}, which may come in any order."""
    if set(values) != {str(number) for number in range(len(values))}:
        raise ClassError(f"{file} does not number the classes from 0 on; it should look like {_EXAMPLE}.")
    return [values[str(number)] for number in range(len(values))]


def _name(value: object, file: str) -> str:
    """A name, or the last of ["n01440764", "great_white_shark"], whose words are joined."""
    match value:
        case str(name):
            return name.strip()
        case [*_, str(name)] if all(isinstance(part, str) for part in value):
            return name.replace("_", " ").strip()
    raise ClassError(f"{file} has {str(value)[:40]!r} where a name should be; it should look like {_EXAMPLE}.")


_EXAMPLE = '{"0": "tench", "1": "goldfish"}'
