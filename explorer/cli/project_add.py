"""`outis project add`: pictures, recipes, latents and seeds become faces of a project, all of them or none."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import time

from explorer.cli.class_options import AskedClass
from explorer.cli.latents import say_of
from explorer.cli.model_files import local
from explorer.cli.project_faces import writing
from explorer.cli.terminal import UsageError, complain
from explorer.document.argument_types import NotationError, parse_seeds
from explorer.exit_codes import FAILED, GOOD
from generator.config import GeneratorConfig
from generator.errors import OutisError
from generator.formats.array_readings import Yardstick
from generator.formats.latent_choice import Asked
from generator.formats.open_face import HeldFile, check_fits, reading_held
from generator.printable import printable
from generator.progress import finish
from generator.project.face import Face, Place
from generator.project.picture_thumbnail import picture_thumbnail
from generator.project.recognise import SUFFIX
from generator.recipe.direction_files import load_library
from generator.recipe.recipe import Recipe, SeedSource
from weights import FACES

_SEEDS = re.compile(r"[\d,\s-]+")


@dataclass(frozen=True)
class NewFace:
    """A face that has been read, but is in no project yet."""

    name: str  # "" = called by its seed
    recipe: Recipe
    thumbnail: bytes | None = None  # WebP; None = rendered when it is needed
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Model:
    """What faces that state no model are made with."""

    hash: str
    asked: AskedClass  # of seeds
    config: GeneratorConfig | None = None  # None: the shipped one, which was not opened


def add(arguments: argparse.Namespace) -> int:
    """Add all faces that are asked for; where one cannot be read, a sentence for each such and nothing is added."""
    check_name(arguments.file)
    model = _model(arguments)
    faces, refused = _read_all(arguments.faces, model)
    for sentence in refused:
        complain(sentence)
    if refused:
        return FAILED
    put(arguments.file, [replace(face, tags=tuple(arguments.tags)) for face in faces], arguments.stars)
    return GOOD


def check_name(path: str) -> None:
    """A new project is called NAME.outis, so that a forgotten FILE does not become one."""
    if not path.endswith(SUFFIX) and not Path(path).exists():
        raise UsageError(f"There is no project {path!r}; the name of a new one ends in {SUFFIX}.")


def _model(arguments: argparse.Namespace) -> Model:
    """The shipped model is known without opening it."""
    if arguments.model is None:
        return Model(load_library(FACES.with_suffix(".directions.json")).model, AskedClass(arguments, None))
    from explorer.compute.torch_start import start_torch

    start_torch()
    from generator import checkpoint

    generator = checkpoint.load(local(arguments.model))
    return Model(generator.hash, AskedClass(arguments, generator), generator.config)


def _read_all(words: Sequence[str], model: Model) -> tuple[list[NewFace], list[str]]:
    """Every face, and a sentence for every word that gives none."""
    faces: list[NewFace] = []
    refused: list[str] = []
    for word in words:
        try:
            faces.extend(_read(word, model))
        except (NotationError, OutisError) as error:
            refused.append(str(error))
    return faces, refused


def _read(word: str, model: Model) -> Iterator[NewFace]:
    if _SEEDS.fullmatch(word):
        for seed in parse_seeds(word):
            yield NewFace("", model.asked.of(Recipe(model.hash, SeedSource(seed))))
    else:
        yield _from_file(word, model)


def _from_file(path: str, model: Model) -> NewFace:
    opened = finish(reading_held(path))
    if isinstance(opened, HeldFile):
        opened = opened.chosen(Asked(has_options=False), Yardstick(model.config))
        say_of(opened)
    recipe = opened.recipe
    if not recipe.model and model.config is not None:  # without --model it suits any
        check_fits(opened, model.hash, model.config)
        recipe = replace(recipe, model=model.hash)
    name = Path(path).stem.encode("utf-8", "replace").decode("utf-8")
    return NewFace(name, recipe, picture_thumbnail(path))


def put(path: str, new: Sequence[NewFace], stars: int = 0) -> None:
    """Add the faces to the project at `path`, created if it is missing, behind those on its table; says how many."""
    made = time()
    with writing(path, create=True) as project:
        there = project.faces()
        first = project.last_id() + 1
        order = 1 + max((face.order for face in there if face.place is Place.TABLE), default=0.0)
        faces = [
            Face.of(
                id,
                face.recipe,
                order=order + id - first,
                name=face.name,
                stars=stars,
                tags=tuple(sorted(set(face.tags))),
                note=face.note,
                made=made,
            )
            for id, face in enumerate(new, first)
        ]
        drawn = {face.id: one.thumbnail for face, one in zip(faces, new, strict=True) if one.thumbnail}
        with project.transaction():
            project.put(faces)
            project.set_thumbnails(drawn)
    print(f"{printable(path)}: {len(new):,} {'face' if len(new) == 1 else 'faces'} added")
