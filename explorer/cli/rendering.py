"""What `outis render` does once its options are understood: faces, latents, contact sheets."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from explorer.cli.distributed import local_device, shared
from explorer.cli.model_files import open_engine
from explorer.cli.recipes import asked_recipe
from explorer.cli.render_output import LIVE, Output
from explorer.cli.terminal import report
from generator.formats.image_encode import save_image
from generator.formats.latent_file import save_latents
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.contact_sheet import contact_sheet, face_name, face_recipe
from generator.render.engine import Engine
from generator.storage.atomic import make_folder


def render(arguments: argparse.Namespace, output: Output) -> None:
    """Render what `arguments` ask for into `output`, printing the path of every file as it is there."""
    engine = open_engine(arguments.model, local_device(arguments.device))
    recipe = asked_recipe(arguments, engine)
    if arguments.grid is None:
        faces = [recipe] if arguments.seeds is None else [face_recipe(recipe, seed) for seed in shared(arguments.seeds)]
        for face in faces:
            _face(engine, face, _path(face, output), arguments)
    else:
        _sheet(engine, recipe, arguments, output)


def _path(face: Recipe, output: Output) -> Path:
    if output.file is not None:
        return output.file
    assert output.folder is not None
    return output.folder / (face_name(face.source.seed) if isinstance(face.source, SeedSource) else "face.png")


def _face(engine: Engine, face: Recipe, path: Path, arguments: argparse.Namespace) -> None:
    pixels = engine.render(face, live=arguments.precision == LIVE)
    make_folder(path.parent)
    save_image(path, pixels, face)
    print(path, flush=True)
    if arguments.latents:
        _latents(engine, face, path)


def _sheet(engine: Engine, recipe: Recipe, arguments: argparse.Namespace, output: Output) -> None:
    assert output.file is not None
    make_folder(output.file.parent)
    job = contact_sheet(
        engine.render_together,
        recipe,
        arguments.seeds,
        arguments.grid,
        output.file,
        output.folder,
        engine.batch_size,
    )
    print(finish(job, report), flush=True)
    for seed in arguments.seeds if output.folder is not None else ():
        image = _path(face_recipe(recipe, seed), replace(output, file=None))
        print(image, flush=True)
        if arguments.latents:
            _latents(engine, face_recipe(recipe, seed), image)


def _latents(engine: Engine, face: Recipe, image: Path) -> None:
    path = image.with_suffix(".npz")
    save_latents(path, engine.latents(face), face)
    print(path, flush=True)
