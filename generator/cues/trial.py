"""What the looks are worth: how well each row tells photographs from a model's faces, on pictures that nothing came
from. The table of docs/inspector.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.attributes.distribution import Distribution
from generator.cues.cue import FLAGGED, NAMES
from generator.cues.inspector import Inspector
from generator.cues.standards import FACES, REAL
from generator.cues.survey import Sample, Seen, faces, learning, photographs, pictures_in
from generator.errors import DatasetError
from generator.progress import Job
from generator.render.engine import Engine

TEST_SEED = 7_000_400  # faces before it were looked at
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """How one look does; scores of what was judged."""

    name: str
    limit: float  # the score from which a cue is flagged: the percentile `FLAGGED` of the standards
    photographs: Scores
    faces: Scores
    counts: tuple[int, int]  # photographs and faces that were looked at

    @property
    def auc(self) -> float:
        """How often a face scores higher than a photograph: 0.5 = chance."""
        return auc(self.photographs, self.faces)

    def flagged(self, scores: Scores) -> float:
        """The share of judged pictures above the limit."""
        return float((scores > self.limit).mean()) if len(scores) else float("nan")


@dataclass(frozen=True)
class Trial:
    """The standards, and the rows on other pictures."""

    real: Sample
    own: Sample
    rows: tuple[Row, ...] = field(default=())


def split(folder: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """The first 500 photographs by name, which set the standards, the next 500, on which they are tried, and the rest,
    to which rules are fitted. Raises `DatasetError` where the rest is empty.
    """
    files = pictures_in(folder)
    if len(files) <= 2 * FACES:
        raise DatasetError(
            f"{folder} has {len(files)} pictures; more than {2 * FACES} photographs of faces are needed."
        )
    return files[:FACES], files[FACES : 2 * FACES], files[2 * FACES :]


def trying(engine: Engine, folder: Path) -> Job[Trial]:
    """Set standards, then look at as many other photographs, and at other faces encoded as these are."""
    standard, test, _ = split(folder)
    inspector = Inspector()
    real = Sample.of((yield from photographs(standard, inspector)), REAL)
    own = yield from learning(engine, inspector)
    others = yield from photographs(test, inspector)
    made = yield from faces(engine, range(TEST_SEED, TEST_SEED + FACES), inspector, as_files=True)
    return Trial(real, own, rows_of(real.scores, others, made))


def rows_of(real: Distribution, others: Sequence[Seen], made: Sequence[Seen]) -> tuple[Row, ...]:
    """The six rows from what was seen in photographs and in faces."""
    counts = (len(others), len(made))
    limits = [float(real.of(name)[int(FLAGGED)]) for name in NAMES]
    return tuple(
        Row(name, limit, _scores(others, i), _scores(made, i), counts)
        for i, (name, limit) in enumerate(zip(NAMES, limits, strict=True))
    )


def auc(low: Scores, high: Scores) -> float:
    """The area under the ROC curve: the share of pairs in which `high` is higher, ties by half; NaN without pairs."""
    if not (len(low) and len(high)):
        return float("nan")
    ordered = np.sort(low)
    below = np.searchsorted(ordered, high, "left") + np.searchsorted(ordered, high, "right")
    return float(below.mean() / (2 * len(low)))


def markdown(rows: Sequence[Row]) -> str:
    """A table with a row a look."""
    titles = ("row", "judged: photographs", "judged: faces", "AUC", "flagged: photographs", "flagged: faces")
    return "\n".join([_line(titles), _line(["---"] * len(titles)), *(_line(_cells(row)) for row in rows)])


def _cells(row: Row) -> tuple[str, ...]:
    judged = [
        f"{len(scores)} of {count}" for scores, count in zip((row.photographs, row.faces), row.counts, strict=True)
    ]
    flagged = [f"{100 * row.flagged(scores):.1f} %" for scores in (row.photographs, row.faces)]
    return row.name, *judged, f"{row.auc:.2f}", *flagged


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _scores(seen: Sequence[Seen], place: int) -> Scores:
    found = [one.looks[place].score for one in seen]
    return np.array([score for score in found if score is not None])
