"""`manifest.json` of a data set: what the arrays beside it are. It is read as if a stranger had written it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from generator.errors import DatasetError
from generator.printable import printable
from generator.recipe.class_names_text import MAX_CLASSES
from generator.training.data.options import LARGEST, SMALLEST

FILE_NAME = "manifest.json"
FORMAT, VERSION = "outis image set", 1
MAX_IMAGES = 100_000_000
MAX_BYTES = 512_000_000  # of the file, most of which are names

T = TypeVar("T")


@dataclass(frozen=True)
class Manifest:
    """What is known of a data set without its pixels. Raises `DatasetError` where it cannot be."""

    name: str  # of the collection it was made of
    count: int
    resolutions: tuple[int, ...]  # ascending powers of two
    fingerprint: str  # SHA-256 of the largest array's pixels and of the classes, 64 hexadecimal digits
    sources: tuple[str, ...]  # the file that each image came from
    found: int = 0  # files in the collection
    dropped: Mapping[str, int] = field(default_factory=dict)  # reason -> files
    options: Mapping[str, Any] = field(default_factory=dict)  # of `DataOptions`
    classes: int = 0  # how many; 0 = the images have none
    class_names: tuple[str, ...] = ()  # of all classes, printable; () = not known

    def __post_init__(self) -> None:
        powers = [2**power for power in range(SMALLEST.bit_length() - 1, LARGEST.bit_length())]
        if not 1 <= self.count <= MAX_IMAGES or len(self.sources) != self.count:
            raise DatasetError(f"it states {self.count} images and lists {len(self.sources)}")
        if not self.resolutions or any(resolution not in powers for resolution in self.resolutions):
            raise DatasetError(f"its resolutions are not powers of two from {SMALLEST} to {LARGEST}")
        if list(self.resolutions) != sorted(set(self.resolutions)):
            raise DatasetError("its resolutions are not in ascending order")
        if len(self.fingerprint) != 64 or set(self.fingerprint) - set("0123456789abcdef"):
            raise DatasetError("its fingerprint is not valid")
        if not 0 <= self.classes <= MAX_CLASSES or len(self.class_names) not in (0, self.classes):
            raise DatasetError(f"it states {self.classes} classes and lists {len(self.class_names)}")

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Raises `DatasetError` with the end of a sentence that begins with the file's name."""
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DatasetError("it is not valid JSON") from error
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise DatasetError("it was not written by `outis dataset`")
        if values.get("version") != VERSION:
            raise DatasetError(
                f"it has version {str(values.get('version'))[:20]} and this Outis reads {VERSION}; prepare it again"
            )
        return cls(
            name=_of(str, values, "name"),
            count=_of(int, values, "count"),
            resolutions=tuple(_list_of(int, values, "resolutions")),
            fingerprint=_of(str, values, "fingerprint"),
            sources=tuple(_list_of(str, values, "sources")),
            found=_of(int, values, "found"),
            dropped=_of(dict, values, "dropped"),
            options=_of(dict, values, "options"),
            classes=_of(int, {"classes": 0, **values}, "classes"),
            class_names=tuple(map(printable, _list_of(str, {"class_names": [], **values}, "class_names"))),
        )


def _of(kind: type[T], values: dict[str, Any], key: str) -> T:
    value = values.get(key)
    if type(value) is not kind:  # not isinstance: True is not a number of images
        raise DatasetError(f"its {key!r} is missing or of the wrong kind")
    return value


def _list_of(kind: type[T], values: dict[str, Any], key: str) -> list[T]:
    items = _of(list, values, key)
    if any(type(item) is not kind for item in items):
        raise DatasetError(f"its {key!r} contain something of the wrong kind")
    return items
