"""What became of every file of a collection: kept, or dropped for a stated reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why a file is not in the data set."""

    NOT_A_FILE = "link or special file"
    UNREADABLE = "unreadable"
    NOT_AN_IMAGE = "not an image"
    BROKEN = "broken"
    UNKNOWN_SCALE = "brightness of unknown scale"
    TOO_LARGE = "too large"
    TOO_SMALL = "too small"
    NO_FACE = "no face"
    FACE_CUT_OFF = "face cut off"
    DUPLICATE = "duplicate"
    NO_CLASS = "no class"


class Refused(Exception):
    """One file cannot be used; ends in the report, never on the screen."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Drop:
    """One file that was dropped."""

    name: str
    reason: Reason
    detail: str = ""  # what exactly was found: "60 x 40 px", "of faces/12.png"


@dataclass(frozen=True)
class PreparationReport:
    """What `preparing` found and made of it."""

    source: str
    found: int  # files, of whatever kind
    kept: int
    drops: tuple[Drop, ...]  # in order of their names

    @property
    def counts(self) -> dict[str, int]:
        """How many files each reason cost, the most frequent first."""
        return dict(Counter(drop.reason.value for drop in self.drops).most_common())

    def of(self, reason: str) -> list[Drop]:
        """What was dropped for `reason`."""
        return [drop for drop in self.drops if drop.reason == reason]

    def facts(self) -> dict[str, Any]:
        """The report as it is written to `report.json`."""
        return {
            "source": self.source,
            "found": self.found,
            "kept": self.kept,
            "counts": self.counts,
            "dropped": [{"name": drop.name, "reason": drop.reason.value, "detail": drop.detail} for drop in self.drops],
        }
