"""Which faces of a place are shown, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from typing import Any

from generator.project.face import Face


@dataclass(frozen=True)
class Unusual:
    """How unusual a face is among photographs, as the inspector sees it."""

    rows: tuple[tuple[str, float], ...] = ()  # title and percentile, 0..100, of what could be judged; the highest first

    @property
    def key(self) -> tuple[Any, ...]:
        """The most unusual face first, those of which nothing could be judged last."""
        return not self.rows, tuple(-percentile for _, percentile in self.rows)


_UNKNOWN = Unusual()


class Sort(Enum):
    """What faces are sorted by."""

    ORDER = "order"  # as the user arranged them; of a history: as they were made
    NAME = "name"
    STARS = "stars"  # most first
    TIME = "time"  # newest first
    MODEL = "model"
    TAGS = "tags"
    UNUSUAL = "unusual"  # most first; what has not been looked at last

    def key(self, face: Face, unusual: Unusual | None = None) -> tuple[Any, ...]:
        """Faces are shown by this, ascending; no two have the same. unusual: None = nobody has looked at it yet."""
        first = (unusual or _UNKNOWN).key if self is Sort.UNUSUAL else _FIRST[self](face)
        return (*first, face.order, face.id)


_FIRST: dict[Sort, Callable[[Face], tuple[Any, ...]]] = {
    Sort.ORDER: lambda face: (),
    Sort.NAME: lambda face: (not face.name, face.name.casefold()),  # the nameless last
    Sort.STARS: lambda face: (-face.stars,),
    Sort.TIME: lambda face: (-face.made,),
    Sort.MODEL: lambda face: (face.model,),
    Sort.TAGS: lambda face: (not face.tags, face.tags),
}


class Rejected(Enum):
    """What becomes of rejected faces."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    ALONE = "alone"


@dataclass(frozen=True)
class Filter:
    """Which faces are shown."""

    stars: int = 0  # at least
    tag: str = ""  # "" = any, with and without tags
    model: str = ""  # hash; "" = any
    rejected: Rejected = Rejected.SHOWN
    deleted: bool = False  # show deleted faces alone
    text: str = ""  # in the name, the tags or the note

    def accepts(self, face: Face) -> bool:
        if face.stars < self.stars or (self.tag and self.tag not in face.tags):
            return False
        if self.model and face.model not in ("", self.model):
            return False
        if self.rejected is not Rejected.SHOWN and face.rejected is not (self.rejected is Rejected.ALONE):
            return False
        return self._finds(face)

    def _finds(self, face: Face) -> bool:
        words = self.text.casefold().split()
        text = " ".join((face.name, *face.tags, face.note)).casefold() if words else ""
        return all(word in text for word in words)


def moved(faces: tuple[Face, ...], ids: tuple[int, ...], before: int | None) -> tuple[Face, ...]:
    """The faces whose `order` changes where `ids`, in this order, go before the face `before` (None: to the end).

    faces: all of the table, in their order.
    """
    going = {face.id: face for face in faces if face.id in ids}
    rest = [face for face in faces if face.id not in going]
    at = next((place for place, face in enumerate(rest) if face.id == before), len(rest))
    low = rest[at - 1].order if at else (rest[0].order - 1 if rest else 0.0)
    high = rest[at].order if at < len(rest) else low + len(ids) + 1
    step = (high - low) / (len(ids) + 1)
    wanted = [replace(going[id], order=low + step * (place + 1)) for place, id in enumerate(ids)]
    orders = [low, *(face.order for face in wanted), high]
    if all(one < other for one, other in pairwise(orders)):
        return tuple(wanted)
    return _numbered([*rest[:at], *wanted, *rest[at:]])


def _numbered(faces: list[Face]) -> tuple[Face, ...]:
    """All of them anew: there is no number left between two of them."""
    return tuple(replace(face, order=float(place)) for place, face in enumerate(faces))
