"""`outis project info`: the faces of a project as a table or as JSON; also its summary for `outis info`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.info_faces import model_name
from explorer.cli.project_faces import on_table, reading, shown_name
from generator.errors import RecipeError
from generator.printable import printable
from generator.project.face import MAX_STARS, Face, Place
from generator.project.schema import VERSION
from generator.recipe.recipe_json import to_dict

if TYPE_CHECKING:
    from generator.project.project import Project

WIDEST = 40  # characters of a cell in the table; --json has all
HEADINGS = ("id", "stars", "name", "tags", "model", "made")


def show(path: str, as_json: bool) -> int:
    """Print what is in the project at `path`, which is only read."""
    with reading(path) as project:
        facts = project_facts(project)
        faces = on_table(project)
    if as_json:
        print(json.dumps(facts | {"faces": [face_facts(face) for face in faces]}, indent=2))
    else:
        print("\n".join([*_summary(facts), *_table(faces)]))
    return 0


def project_facts(project: Project) -> dict[str, Any]:
    """A summary as JSON values: `faces` is a count."""
    faces = project.faces()
    places = Counter(face.place for face in faces)
    tags = Counter(tag for face in faces if face.place is Place.TABLE for tag in face.tags)
    return {
        "kind": "project",
        "path": str(project.path),
        "bytes": Path(project.path).stat().st_size,
        "version": VERSION,
        "faces": places[Place.TABLE],
        "history": places[Place.HISTORY],
        "deleted": places[Place.DELETED],
        "damaged": project.skipped,
        "looks": [look.name for look in project.looks()],
        "tags": dict(sorted(tags.items())),
    }


def face_facts(face: Face) -> dict[str, Any]:
    """A face with its complete recipe, as recipe files have it; None where that is damaged."""
    recipe = None
    with suppress(RecipeError):
        recipe = to_dict(face.recipe)
    return {
        "id": face.id,
        "name": shown_name(face),
        "stars": face.stars,
        "rejected": face.rejected,
        "tags": list(face.tags),
        "note": face.note,
        "made": _time(face.made, "seconds"),
        "parent": face.parent,
        "model": face.model,
        "recipe": recipe,
    }


def _time(made: float, precision: str) -> str | None:
    """ISO 8601 in UTC; None where it is unknown."""
    try:
        return datetime.fromtimestamp(made, UTC).isoformat(timespec=precision) if made else None
    except (ArithmeticError, OSError, ValueError):  # a time that no calendar has
        return None


def _summary(facts: dict[str, Any]) -> list[str]:
    rows = [
        ("project", facts["path"]),
        ("faces", f"{facts['faces']:,}, {facts['history']:,} in the history, {facts['deleted']:,} deleted"),
        ("tags", ", ".join(f"{tag} ({count:,})" for tag, count in facts["tags"].items()) or "none"),
        ("looks", ", ".join(facts["looks"]) or "none"),
    ]
    if facts["damaged"]:
        rows.append(("damaged", f"{facts['damaged']:,} faces cannot be read"))
    return [f"{label:11} {printable(str(value))}" for label, value in rows]


def _table(faces: Sequence[Face]) -> list[str]:
    """A line for each face below the headings, aligned; nothing where there is none."""
    if not faces:
        return []
    models = {model: model_name(model) or model[:12] or "any" for model in {face.model for face in faces}}
    rows = [HEADINGS, *(_row(face, models[face.model]) for face in faces)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "",
        *("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows),
    ]


def _row(face: Face, model: str) -> tuple[str, ...]:
    stars = "rejected" if face.rejected else "*" * face.stars + "-" * (MAX_STARS - face.stars)
    made = (_time(face.made, "minutes") or "")[:16].replace("T", " ")
    cells = (str(face.id), stars, shown_name(face), ", ".join(face.tags), model, made)
    return tuple(_cut(printable(cell)) for cell in cells)


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
