"""The list of people who were found, beside their pictures: what was asked, what was measured, and how it came about.

What a network guesses of a face has "apparent" in its name; what nobody here could measure, "(predicted)". The same
people have the same bytes: there is no time in them.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from generator.attributes.catalogue import APPARENT
from generator.people.finding import Crowd
from generator.people.people import Person
from generator.recipe.recipe_json import to_dict
from generator.wishes.wish import Brief, Wish

CSV, JSONL, REPORT = "manifest.csv", "manifest.jsonl", "report.json"
FIRST = ("file", "number", "seed", "model", "psi", "synthetic")
PREDICTED = " (predicted)"


def title_of(name: str, predicted: bool = False) -> str:
    """What a measure is called in a list: "apparent age (predicted)"."""
    return f"{'apparent ' if name in APPARENT else ''}{name}{PREDICTED if predicted else ''}"


def values_of(person: Person, file: str, brief: Brief) -> dict[str, Any]:
    """What a manifest says of a person: JSON values, five digits of each measure.

    file: of the picture, relative to the manifest, with "/".
    """
    asked = {title_of(wish.measure): label for wish, label in zip(brief.wishes, person.cell, strict=True)}
    measures = {title_of(name, name in person.predicted): _rounded(value) for name, value in person.values.items()}
    return {
        **{"file": file, "number": person.number, "seed": person.seed, "model": person.recipe.model},
        **{"psi": person.recipe.truncation.psi, "synthetic": True},
        **{"asked": asked, "measures": measures},
        "edits": {name: _rounded(amount) for name, amount in person.edits.items()},
        "cues": {name: _rounded(value) for name, value in person.cues.items()},
    }


def to_jsonl(people: Iterable[Person], files: Mapping[int, str], brief: Brief) -> bytes:
    """One JSON object a line, with `recipe`. files: the picture of each person by number."""
    objects = (values_of(person, files[person.number], brief) | {"recipe": to_dict(person.recipe)} for person in people)
    lines = (json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n" for values in objects)
    return "".join(lines).encode()


def to_csv(people: Iterable[Person], files: Mapping[int, str], brief: Brief) -> bytes:
    """A row for each person in UTF-8: what was asked, every measure, sigma of every edit, the percentile of every cue.

    A cell is empty where nothing was measured, or a direction was not moved along.
    """
    rows = [values_of(person, files[person.number], brief) for person in people]
    groups = {"asked": "asked: {}", "measures": "{}", "edits": "sigma: {}", "cues": "cue: {}"}
    flat = [
        {name: row[name] for name in FIRST}
        | {text.format(name): value for group, text in groups.items() for name, value in row[group].items()}
        for row in rows
    ]
    columns = [*FIRST, *(text.format(name) for group, text in groups.items() for name in _names(rows, group))]
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return file.getvalue().encode()


def _names(rows: Sequence[Mapping[str, Any]], group: str) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row[group]))


def report(crowd: Crowd) -> dict[str, Any]:
    """What was asked, what came out, and why faces were rejected: JSON values without any time."""
    cells = crowd.brief.cells()
    return {
        "asked": crowd.brief.to_dict() | {"written": [str(wish) for wish in crowd.brief.wishes]},
        "got": {
            "people": len(crowd.people),
            "missing": list(crowd.missing),
            "quotas": {wish.measure: quotas_of(crowd, wish) for wish in crowd.brief.wishes},
            "crossed": _crossed(crowd),
            "predicted only": sorted({title_of(name) for person in crowd.people for name in person.predicted}),
        },
        "rejected": dict(crowd.rejected),
        "seeds screened": crowd.screened,
        "cells": [list(cell.labels) for cell in cells],
    }


def report_bytes(crowd: Crowd) -> bytes:
    """The report as JSON text."""
    return (json.dumps(report(crowd), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def quotas_of(crowd: Crowd, wish: Wish) -> list[dict[str, Any]]:
    """For each band: how many people were asked for and how many are in it by what was measured."""
    place = crowd.brief.wishes.index(wish)
    asked = Counter(cell.labels[place] for cell in crowd.brief.cells())
    placed = Counter(person.cell[place] for person in crowd.people if _is_in(person, wish, place))
    return [{"band": label, "asked": asked[label], "got": placed[label]} for label in _labels(wish)]


def _labels(wish: Wish) -> list[str]:
    return list(dict.fromkeys(band.label for band in wish.bands))


def _is_in(person: Person, wish: Wish, place: int) -> bool:
    """Whether what was measured is in the band that was asked for."""
    value = person.values.get(wish.measure, math.nan)
    return any(band.label == person.cell[place] and value in band for band in wish.bands)


def _crossed(crowd: Crowd) -> list[dict[str, Any]]:
    """For each combination of crossed bands: how many were asked for, and how many there are."""
    places = [place for place, wish in enumerate(crowd.brief.wishes) if wish.measure in crowd.brief.cross]
    if not places:
        return []
    asked = Counter(tuple(cell.labels[place] for place in places) for cell in crowd.brief.cells())
    wishes = crowd.brief.wishes
    placed = Counter(
        tuple(person.cell[place] for place in places)
        for person in crowd.people
        if all(_is_in(person, wishes[place], place) for place in places)
    )
    return [{"bands": list(cell), "asked": asked[cell], "got": placed[cell]} for cell in sorted(asked)]


def _rounded(value: float | None) -> float | None:
    """Five digits are finer than any measure; None, which JSON calls null, where there is nothing."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.5g}")
