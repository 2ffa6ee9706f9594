"""What `outis render` does once its options are parsed: faces, latents, contact sheets."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from explorer.cli.class_options import AskedClass
from explorer.cli.distributed import local_device, shared
from explorer.cli.latents import asked_of, face_of, held_in
from explorer.cli.model_files import open_engine
from explorer.cli.project_faces import faces_called
from explorer.cli.recipes import asked_recipe
from explorer.cli.render_output import LIVE, Output, picture_of, recipe_names
from explorer.cli.take_home import TakeHome, naming
from explorer.cli.terminal import report
from generator.formats.finished import save_finished
from generator.formats.image_encode import save_image
from generator.formats.latent_file import save_latents
from generator.formats.open_face import HeldFile, Opened
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.contact_sheet import SheetFace, SheetStyle, seed_face, sheet_of_faces
from generator.render.engine import Engine
from generator.storage.atomic import make_folder


def render(arguments: argparse.Namespace, output: Output) -> None:
    """Render what `arguments` ask for into `output`, printing the path of every file once it is there."""
    starts = _starts(arguments)  # before the model, which takes longer
    picture = picture_of(arguments, output)
    taking = None if picture.plain else TakeHome(picture)
    engine = open_engine(arguments.model, local_device(arguments.device))
    asked = asked_of(arguments)
    faces = _faces({name: face_of(start, asked, engine) for name, start in starts.items()}, arguments, engine)
    if arguments.grid is None:
        for face in shared(faces):
            _face(engine, face, output.path_of(face.name), arguments, taking)
    else:
        _sheet(engine, faces, arguments, output)


def _starts(arguments: argparse.Namespace) -> dict[str, Opened | HeldFile]:
    """The recipes to start from, or files with latents, by their names."""
    if arguments.project is not None:
        return dict(faces_called(arguments.face, arguments.project))
    names = recipe_names(arguments.recipe)
    return {name: held_in(path) for name, path in zip(names, arguments.recipe, strict=True)}


def _faces(starts: Mapping[str, Opened], arguments: argparse.Namespace, engine: Engine) -> list[SheetFace]:
    """Every face with its name: seeds of one recipe, or recipes."""
    label = AskedClass(arguments, engine.generator)
    if arguments.seeds is not None:
        recipe = asked_recipe(next(iter(starts.values()), None), label, arguments, engine)
        return [seed_face(recipe, seed) for seed in arguments.seeds]
    recipes = {name: asked_recipe(start, label, arguments, engine) for name, start in starts.items()}
    if len(recipes) == 1 and arguments.project is None:
        return [_only_face(*recipes.values())]
    return [SheetFace(name, recipe) for name, recipe in recipes.items()]


def _only_face(recipe: Recipe) -> SheetFace:
    """A single face is named by its seed."""
    return seed_face(recipe, recipe.source.seed) if isinstance(recipe.source, SeedSource) else SheetFace("face", recipe)


def _face(engine: Engine, face: SheetFace, path: Path, arguments: argparse.Namespace, taking: TakeHome | None) -> None:
    live = arguments.precision == LIVE
    if taking is None:
        pixels = engine.render(face.recipe, live=True) if live else engine.picture(face.recipe)
        make_folder(path.parent)
        save_image(path, pixels, face.recipe, arguments.size)
    else:
        with naming(f"Face {face.name}"):
            finished = taking.rendered(engine, face.recipe, live)
        make_folder(path.parent)
        save_finished(path, finished, face.recipe)
    print(path, flush=True)
    if arguments.latents:
        _latents(engine, face.recipe, path)


def _sheet(engine: Engine, faces: Sequence[SheetFace], arguments: argparse.Namespace, output: Output) -> None:
    assert output.file is not None
    make_folder(output.file.parent)
    style = SheetStyle(arguments.grid, arguments.size, arguments.labels)
    batch = engine.batch_size if _go_together(faces) else 1
    job = sheet_of_faces(engine.pictures, faces, style, output.file, output.folder, batch)
    print(finish(job, report), flush=True)
    for face in faces if output.folder is not None else ():
        image = output.path_of(face.name)
        print(image, flush=True)
        if arguments.latents:
            _latents(engine, face.recipe, image)


def _go_together(faces: Sequence[SheetFace]) -> bool:
    """Whether the faces may be rendered as one batch."""
    return len({(face.recipe.noise, face.recipe.transform) for face in faces}) == 1


def _latents(engine: Engine, face: Recipe, image: Path) -> None:
    path = image.with_suffix(".npz")
    save_latents(path, engine.latents(face), face)
    print(path, flush=True)
