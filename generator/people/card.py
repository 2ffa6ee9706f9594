"""The Data Card of people who were found: what was asked, what came out, and what the numbers do not say.

After Pushkarna, Zaldivar & Kjartansson, "Data Cards" (2022): short, beside the data, for whoever uses them.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from generator.formats.file_names import clean
from generator.people.finding import Crowd
from generator.people.manifest import quotas_of, title_of
from generator.wishes.wish import Wish, written

NAME = "card.md"
_WIDTH, _HEIGHT, _MARGIN = 640, 320, 40  # pixels of a histogram
_BARS = 20
_INK, _BAR, _EDGE, _PAPER = (40, 40, 40), (76, 120, 168), (200, 60, 60), (255, 255, 255)

_ABOUT = """
## What these pictures are

Every picture was generated; nobody in it exists, and each file says so (IPTC digital source type and a recipe). Age and
gender are *apparent*: what a network guesses of a picture, with the errors and habits of the photographs it learned
from. Nobody has an age or a gender here, and no measure says anything about real people. A balanced set is balanced by
these measures alone: what they do not measure is as uneven as the model's training data. Do not use it to decide about
people, and name it as generated wherever it is shown.
"""


def card_files(crowd: Crowd) -> dict[str, bytes]:
    """The card and its histograms by file name: `card.md`, and `card-MEASURE.png` for each wish."""
    pictures = {_picture(wish): _histogram(crowd, wish) for wish in crowd.brief.wishes}
    return {NAME: _text(crowd).encode(), **{name: data for name, data in pictures.items() if data}}


def _picture(wish: Wish) -> str:
    return f"card-{clean(wish.measure)}.png"


def _text(crowd: Crowd) -> str:
    brief, people = crowd.brief, crowd.people
    wishes = "\n".join(f"- `{wish}`" for wish in brief.wishes) or "- anybody"
    crossed = f"\nQuotas crossed: {', '.join(brief.cross)}.\n" if brief.cross else ""
    model = people[0].recipe.model[:12] if people else "-"
    parts = [
        f"# {len(people)} people by wish\n",
        f"Asked for: {brief.count} people, seed {brief.seed}, psi {written(brief.psi)}, at least "
        f"{written(brief.apart)} of the usual distance apart, model `{model}`.\n",
        f"{wishes}\n{crossed}",
        f"Found: {len(people)}. Looked through {crowd.screened:,} seeds; rejected after a look: {_rejected(crowd)}.\n",
        *(_section(crowd, wish) for wish in brief.wishes),
        _ABOUT.lstrip(),
    ]
    return "\n".join(parts)


def _rejected(crowd: Crowd) -> str:
    return ", ".join(f"{count} by {reason}" for reason, count in crowd.rejected.items()) or "nobody"


def _section(crowd: Crowd, wish: Wish) -> str:
    rows = "\n".join(f"| {row['band']} | {row['asked']} | {row['got']} |" for row in quotas_of(crowd, wish))
    guessed = any(wish.measure in person.predicted for person in crowd.people)
    title = title_of(wish.measure, guessed)
    picture = f"\n\n![{title}]({_picture(wish)})" if _values(crowd, wish) else ""
    return f"## {title}\n\n| band | asked | got |\n| --- | --- | --- |\n{rows}{picture}\n"


def _values(crowd: Crowd, wish: Wish) -> list[float]:
    found = (person.values.get(wish.measure, math.nan) for person in crowd.people)
    return [value for value in found if math.isfinite(value)]


def _histogram(crowd: Crowd, wish: Wish) -> bytes:
    """How the people are distributed over the measure, with the edges of the bands; b"" where none has it."""
    values = _values(crowd, wish)
    if not values:
        return b""
    edges = sorted({end for band in wish.bands for end in (band.low, band.high) if math.isfinite(end)})
    low, high = min(*values, *edges, math.inf), max(*values, *edges, -math.inf)
    counts, ends = np.histogram(values, _BARS, (low, high) if low < high else (low - 1, high + 1))
    axis = _Axis(float(ends[0]), float(ends[-1]), int(counts.max()))
    image = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(14)
    for count, left, right in zip(counts, ends[:-1], ends[1:], strict=True):
        if count:
            draw.rectangle((axis.x(left) + 1, axis.y(count), axis.x(right) - 1, axis.y(0)), fill=_BAR)
    for edge in edges:
        draw.line((axis.x(edge), _MARGIN, axis.x(edge), axis.y(0)), _EDGE)
    draw.line((_MARGIN, axis.y(0), _WIDTH - _MARGIN, axis.y(0)), _INK)
    for text, x, y, anchor in _labels(axis, title_of(wish.measure), len(values)):
        draw.text((x, y), text, _INK, font, anchor=anchor)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@dataclass(frozen=True)
class _Axis:
    """From values and counts to pixels."""

    low: float
    high: float
    most: int

    def x(self, value: float) -> float:
        return _MARGIN + (_WIDTH - 2 * _MARGIN) * (value - self.low) / (self.high - self.low)

    def y(self, count: float) -> float:
        return _HEIGHT - _MARGIN - (_HEIGHT - 2 * _MARGIN) * count / self.most


def _labels(axis: _Axis, title: str, people: int) -> list[tuple[str, float, float, str]]:
    """Texts with their places and what of them is there."""
    below = axis.y(0) + 6
    return [
        (f"{title}: {people} people, red: the bands", _WIDTH / 2, _MARGIN / 2, "mm"),
        (f"{axis.low:.4g}", axis.x(axis.low), below, "la"),
        (f"{(axis.low + axis.high) / 2:.4g}", _WIDTH / 2, below, "ma"),
        (f"{axis.high:.4g}", axis.x(axis.high), below, "ra"),
        (str(axis.most), _MARGIN - 6, axis.y(axis.most), "rm"),
    ]
