"""The content of a file that is not a model as JSON values: a picture, recipe, latent, contact sheet, direction
library or project.

Needs torch only for archives, which may contain either a model or a latent.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer.cli.info_project import project_facts
from explorer.compute.torch_start import start_torch
from generator.errors import DirectionError, LatentError, OutisError, RecipeError, UnknownFileError, refusing
from generator.formats.array_readings import Readings, Yardstick, as_kind, readings
from generator.formats.avif import is_avif
from generator.formats.image_facts import ImageFacts, image_facts
from generator.formats.latent_choice import Asked
from generator.formats.open_face import MAX_FILE, HeldFile, read_file, reading_held
from generator.progress import finish
from generator.recipe import directions_json
from generator.recipe.direction_files import load_library
from generator.recipe.directions import DirectionLibrary
from generator.recipe.recipe import MAX_SEED, DirectionEdit, Mix, Noise, Recipe, SeedSource, Source
from generator.storage.regular_file import open_regular, read_regular
from weights import FACES

HEAD = 16  # bytes that identify the kind of a file
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"II*\0", b"MM\0*")
PROJECT = b"SQLite format 3\0"  # whether it is one of ours is found when it is opened
NOTHING = Asked()
MAX_CELLS = 300_000  # of a contact sheet; Outis writes no larger ones


def file_facts(path: str, asked: Asked = NOTHING) -> dict[str, Any] | None:
    """The facts of the file at `path`; None where it is a model, or cannot be opened at all.

    Raises `RecipeError`, `LatentError`, `DirectionError` or `ProjectError` where it is damaged.
    """
    head = _head(path)
    if head is not None and head.startswith(PROJECT):
        return project_facts(path)
    if head is None or _is_model(path, head):
        return None
    facts = {"file": path, "bytes": Path(path).stat().st_size}
    if _is_picture(head):
        return facts | _picture_facts(path)
    if _is_library(path, head):
        return facts | library_facts(load_library(path))
    return facts | _face_facts(path, asked)


def _head(path: str) -> bytes | None:
    try:
        with open_regular(path) as file:
            return file.read(HEAD)
    except OSError:
        return None  # the model reader reports why


def _is_model(path: str, head: bytes) -> bool:
    if _is_picture(head) or head.startswith(b"\x93NUMPY") or _is_text(head):
        return False
    start_torch()
    from generator.checkpoint import looks_like_model

    return looks_like_model(path)


def _is_picture(head: bytes) -> bool:
    return head.startswith(PICTURES) or is_avif(head)


def _is_text(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _is_library(path: str, head: bytes) -> bool:
    if not _is_text(head) or Path(path).stat().st_size > directions_json.MAX_BYTES:
        return False
    return directions_json.looks_like_library(Path(path).read_text("utf-8", "replace"))


def _picture_facts(path: str) -> dict[str, Any]:
    name = Path(path).name
    try:
        facts = image_facts(read_regular(path, MAX_FILE))
        if facts is None:
            raise RecipeError("It is not a picture format that Outis supports.")
        sheet = _sheet_facts(facts)
    except OutisError as error:
        raise RecipeError(f"{name}: {error}") from error
    recipe = recipe_facts(read_file(path).recipe) if "recipe" in facts.notes else None
    image = {name: value for name, value in asdict(facts).items() if name != "notes"}
    return {"kind": "picture" if sheet is None else "sheet", "image": image, "sheet": sheet, "recipe": recipe}


def _sheet_facts(facts: ImageFacts) -> dict[str, Any] | None:
    """The content of each cell of a contact sheet: seeds, or names of recipes. Raises `RecipeError`."""
    if "sheet" not in facts.notes:
        return None
    with refusing(RecipeError, "The layout of the contact sheet is damaged."):
        layout = json.loads(facts.notes["sheet"])
        cells = {key: layout.get(key, []) for key in ("seeds", "names", "classes")}
        seeds_fit = all(type(seed) is int and 0 <= seed <= MAX_SEED for seed in cells["seeds"])
        names_fit = all(isinstance(name, str) for name in cells["names"])
        if not (seeds_fit and names_fit and _classes_fit(**cells) and type(layout["columns"]) is int):
            raise ValueError("not a layout")
    return {"columns": layout["columns"], **cells}


def _classes_fit(seeds: list[int], names: list[str], classes: list[int | None]) -> bool:
    """Whether there is a class for each seed, or none at all, and not too much of anything."""
    fit = all(label is None or (type(label) is int and 0 <= label <= MAX_SEED) for label in classes)
    return fit and len(classes) in (0, len(seeds)) and len(seeds) + len(names) <= MAX_CELLS


def _face_facts(path: str, asked: Asked) -> dict[str, Any]:
    try:
        found = finish(reading_held(path))
    except UnknownFileError as error:
        raise UnknownFileError(
            f"{Path(path).name} is not a model, picture, recipe, latent or direction library that Outis knows."
        ) from error
    except LatentError as error:
        return _directions_or(error, path)
    if isinstance(found, HeldFile):
        return latent_facts(found, asked)
    kind = "recipe" if not path.lower().endswith(".npz") else "latent"
    return {"kind": kind, "recipe": recipe_facts(found.recipe)}


def _directions_or(error: LatentError, path: str) -> dict[str, Any]:
    """The directions of other tools in a file without a face. Raises `RecipeError`, or `error` again."""
    from explorer.compute.jobs.found_directions import refusal
    from generator.directions.foreign import read_directions

    try:
        return {"kind": "direction", "found": read_directions(path).sentence}
    except DirectionError:
        if known := refusal(path):
            raise RecipeError(known) from error
        raise error from None


def latent_facts(file: HeldFile, asked: Asked) -> dict[str, Any]:
    """What the arrays of a file may be; as much as can be said without a model."""
    found = readings(file.held, Yardstick())
    if asked.kind is not None:
        found = Readings((as_kind(file.held, asked.kind),))
    first, number = found.options[0], asked.index or 0
    count = len(first.arrays)
    if not 0 <= number < count:
        raise LatentError(f"{Path(file.path).name}: It holds no latent {number}: its {count} are counted from 0.")
    facts = {"note": " ".join(filter(None, (found.sentence, file.held.note))), "count": count}
    if first.kind == "direction":
        return {"kind": "direction", "found": _as_direction(file), **facts}
    recipe = recipe_facts(file.face(first, number).recipe)
    return {"kind": "latent", "recipe": recipe, **facts, "names": list(file.held.names)}


def _as_direction(file: HeldFile) -> str:
    """What the readers of directions say of the file."""
    from generator.directions.foreign import read_directions

    try:
        return read_directions(file.path).sentence
    except DirectionError as error:
        return str(error)


def recipe_facts(recipe: Recipe) -> dict[str, Any]:
    """A recipe without its arrays: its model, sources and edits."""
    return {
        "model": {"hash": recipe.model, "name": model_name(recipe.model)} if recipe.model else None,
        "source": _source_facts(recipe.source),
        "truncation": asdict(recipe.truncation),
        "mix": None if recipe.mix is None else _mix_facts(recipe.mix),
        "directions": [_edit_facts(edit) for edit in recipe.directions],
        "noise": _noise_facts(recipe.noise),
        "transform": asdict(recipe.transform),
    }


def model_name(model: str) -> str | None:
    """The name of the shipped model; None for others, of which a recipe contains only the hash."""
    shipped = load_library(FACES.with_suffix(".directions.json"))
    return FACES.stem if model == shipped.model else None


def _noise_facts(noise: Noise) -> dict[str, Any]:
    stored = {} if noise.stored is None else {"stored": [list(size) for size in noise.stored.sizes]}
    return {"mode": noise.mode, "seed": noise.seed, **stored}


def _source_facts(source: Source) -> dict[str, Any]:
    if isinstance(source, SeedSource):
        return {"seed": source.seed, "class": source.label}
    return {"space": source.space, "shape": list(source.array.shape), "name": source.name}


def _mix_facts(mix: Mix) -> dict[str, Any]:
    return {"source": _source_facts(mix.source), "weights": list(mix.weights)}


def _edit_facts(edit: DirectionEdit) -> dict[str, Any]:
    direction = edit.direction
    return {
        "name": direction.name,
        "amount": edit.amount,
        "first": direction.first,
        "last": direction.last,
        "layers": str(direction.layers),
        "rows": direction.rows,
        "target": None if direction.target is None else direction.target.value,
    }


def library_facts(library: DirectionLibrary) -> dict[str, Any]:
    """A direction library without its vectors."""
    return {
        "kind": "directions",
        "model": {"hash": library.model, "name": model_name(library.model)},
        "directions": [
            {
                "name": entry.direction.name,
                "title": entry.title,
                "low": entry.low,
                "high": entry.high,
                "layers": str(entry.direction.layers),
            }
            for entry in library.entries
        ],
        "provenance": library.provenance,
    }
