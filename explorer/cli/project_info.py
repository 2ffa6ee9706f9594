"""`outis project info`: the faces of a project as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from explorer.cli.info_faces import model_name
from explorer.cli.info_project import summary
from explorer.cli.info_text import text_of
from explorer.cli.project_faces import kept_of, reading, shown_name
from generator.errors import RecipeError
from generator.printable import printable
from generator.project.face import MAX_STARS, Face
from generator.project.times import local_time, utc_time
from generator.recipe.recipe_json import to_dict

WIDEST = 40  # characters of a cell in the table; --json has all
HEADINGS = ("id", "stars", "name", "tags", "model", "made")


def show(path: str, as_json: bool) -> int:
    """Print what is in the project at `path`, which is only read."""
    with reading(path) as project:
        every = project.faces()
        facts, faces = summary(project, path, every), kept_of(every)
    if as_json:
        _print_json(facts | {"path": path}, faces)
    else:
        print("\n".join([text_of(facts), *_table(faces)]))
    return 0


def _print_json(facts: dict[str, Any], faces: Iterable[Face]) -> None:
    """Print one object, in which each face is a line that is written before the next one is read."""
    del facts["faces"]  # their number: the faces themselves are there
    print(json.dumps(facts, indent=2).removesuffix("\n}"), '  "faces": [', sep=",\n", end="")
    for number, face in enumerate(faces):
        print("," if number else "", json.dumps(face_facts(face)), sep="\n    ", end="")
    print("\n  ]\n}")


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
        "made": utc_time(face.made),
        "parent": face.parent,
        "model": face.model,
        "recipe": recipe,
    }


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
    cells = (str(face.id), stars, shown_name(face), ", ".join(face.tags), model, local_time(face.made))
    return tuple(_cut(printable(cell)) for cell in cells)


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
