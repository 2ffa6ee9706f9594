"""The list of exported faces beside them: as CSV for a spreadsheet, as JSON lines with recipes for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass

from generator.project.face import Face
from generator.project.times import utc_time
from generator.recipe.recipe import SeedSource
from generator.recipe.recipe_json import to_dict

COLUMNS = ("file", "name", "seed", "stars", "tags", "note", "made", "model", "size")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a text that a spreadsheet would compute


@dataclass(frozen=True)
class ManifestRow:
    """One exported image."""

    file: str  # relative to the manifest, with "/"
    face: Face
    size: int  # pixels on the longer side

    @property
    def values(self) -> dict[str, object]:
        """By the names of COLUMNS."""
        face, source = self.face, self.face.recipe.source
        return {
            "file": self.file,
            "name": face.name,
            "seed": source.seed if isinstance(source, SeedSource) else None,
            "stars": face.stars,
            "tags": list(face.tags),
            "note": face.note,
            "made": utc_time(face.made),
            "model": face.model,
            "size": self.size,
        }


def to_csv(rows: Iterable[ManifestRow]) -> bytes:
    """The rows as CSV in UTF-8, tags separated by semicolons.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        values = row.values | {"tags": "; ".join(row.face.tags)}
        writer.writerow([_harmless(values[column]) for column in COLUMNS])
    return file.getvalue().encode("utf-8", "replace")


def to_jsonl(rows: Iterable[ManifestRow]) -> bytes:
    """The rows as one JSON object a line, with `recipe`."""
    objects = (row.values | {"recipe": to_dict(row.face.recipe)} for row in rows)
    lines = (json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n" for values in objects)
    return "".join(lines).encode("utf-8", "replace")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
