"""What a pickle asks for, written down instead of done: names, calls and persistent ids that have no effect."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from generator.checkpoint.file_slice import Section


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A class or function that a pickle names. Nothing is looked up or imported."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """A call or construction that a pickle asks for, and what it puts into the result afterwards."""

    function: object
    arguments: tuple[object, ...]
    state: object = None
    items: dict[object, object] = field(default_factory=dict)  # set by key, as in a dictionary
    elements: list[object] = field(default_factory=list)  # appended, as to a list

    def asks_for(self, *names: str) -> bool:
        """True if the function is one of `names`, each "module.name"."""
        return isinstance(self.function, Name) and str(self.function) in names


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Persistent:
    """Data that the file keeps outside the pickle, under `key`."""

    key: object


def mapping(value: object) -> dict[object, object] | None:
    """The items of a dictionary or of a call that makes one (OrderedDict, EasyDict); None if it is neither."""
    if isinstance(value, dict):
        return value
    if isinstance(value, Call) and value.asks_for(*_MAPPINGS):
        return value.items
    return None


def binary(value: object) -> Section | None:
    """Bytes as a section, wherever they are: in the pickle, or left in the file; None if `value` is not bytes."""
    if isinstance(value, bytes):
        return Section.of(io.BytesIO(value))
    return value if isinstance(value, Section) else None


def describe(value: object) -> str:
    """A few words for an error: never the value itself, which may be endless."""
    if isinstance(value, Name):
        return str(value)[:100]
    if isinstance(value, Call):
        return f"a {value.function}"[:100] if isinstance(value.function, Name) else "a call of a call"
    return "nothing" if value is None else f"a {type(value).__name__}"


_MAPPINGS = ("collections.OrderedDict", "collections.defaultdict", "dnnlib.util.EasyDict", "dnnlib.EasyDict")
