"""`outis project export`: faces of a project as files, rendered by the models that made them."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.info_faces import model_name
from explorer.cli.model_files import open_engine
from explorer.cli.picture_options import asked_picture
from explorer.cli.project_faces import on_table, reading, shown_name, tagged
from explorer.cli.terminal import UsageError, complain, report, say
from explorer.compute.torch_start import start_drawing
from explorer.exit_codes import FAILED, GOOD
from generator.errors import ExportError, OutisError, ProjectError
from generator.formats.picture_options import PictureOptions
from generator.progress import Job, finish
from generator.project.export_options import ExportOptions
from generator.project.face import Face
from generator.recipe.class_names import ClassNames
from generator.recipe.recipe import Recipe
from generator.storage.atomic import make_folder
from weights import FACES

if TYPE_CHECKING:
    from explorer.cli.take_home import TakeHome
    from generator.formats.finished import Finished
    from generator.formats.image_encode import Pixels
    from generator.formats.latent_file import Latents
    from generator.render.engine import Engine


def export(arguments: argparse.Namespace) -> int:
    """Render the chosen faces; exit code 1 where some of them had to be left out."""
    picture = asked_picture(arguments, arguments.format)
    options = _options(arguments)  # what is wrong with the options is reported before anything is opened
    faces = _chosen(arguments)
    start_drawing(live=False)
    take = _taking(picture)
    engines = Engines(arguments.models or [str(FACES)], arguments.device, {face.model for face in faces})
    fitting, refused = _fitting(faces, engines)
    if fitting:
        _write(fitting, options, engines, take)
    for sentence in refused:
        complain(sentence)
    return FAILED if refused else GOOD


def _options(arguments: argparse.Namespace) -> ExportOptions:
    if not arguments.out:
        raise UsageError("--out is empty: name a folder; . is the current folder.")
    try:
        return ExportOptions(
            folder=arguments.out,
            pattern=arguments.name,
            format=arguments.format,
            sizes=tuple(arguments.sizes) or (None,),
            latents=arguments.latents,
            csv=arguments.csv,
            jsonl=arguments.csv,
            sheet=arguments.sheet,
            overwrite=arguments.overwrite,
        )
    except ExportError as error:
        raise UsageError(str(error)) from error


def _chosen(arguments: argparse.Namespace) -> list[Face]:
    """The faces that are asked for, without rejected ones. Raises `ProjectError` where there is none."""
    with reading(arguments.file) as project:
        faces = on_table(project)
    for tag in arguments.tags:
        faces = tagged(faces, tag)
    found = [face for face in faces if face.stars >= arguments.stars]
    chosen = [face for face in found if not face.rejected]
    if len(chosen) < len(found):
        say(f"{_counted(len(found) - len(chosen))} left out, as rejected.")
    if not chosen:
        stars = f" with {arguments.stars} stars or more" if arguments.stars else ""
        raise ProjectError(f"There is no face{stars} to export in {Path(arguments.file).name}.")
    return chosen


class Engines:
    """The engines of all models that are named, and of the shipped one where a face needs it."""

    def __init__(self, models: Sequence[str], device: str, needed: set[str]) -> None:
        opened = [open_engine(model, device) for model in models]
        self._of_any = opened[0]  # renders faces that state no model
        self._by_hash = {engine.generator.hash: engine for engine in opened}
        for model in needed - set(self._by_hash):
            if model and model_name(model):
                self._by_hash[model] = open_engine(str(FACES), device)

    def of(self, model: str) -> Engine | None:
        """The engine of the model with that hash; None where it is not known."""
        return self._by_hash.get(model) if model else self._of_any

    def render(self, recipe: Recipe) -> Pixels:
        """The picture, exact, by the model of the recipe."""
        return self._needed(recipe).picture(recipe)

    def latents(self, recipe: Recipe) -> Latents:
        """The latents, by the model of the recipe."""
        return self._needed(recipe).latents(recipe)

    def title(self, model: str, label: int) -> str:
        """What the class is called, of the model with that hash."""
        engine = self.of(model)
        return ClassNames(() if engine is None else engine.generator.class_names).title(label)

    def taking(self, taking: TakeHome, recipe: Recipe, size: int | None) -> Job[Finished]:
        """The finished picture, by the model of the recipe."""
        return taking.at_size(self._needed(recipe), recipe, size)

    def _needed(self, recipe: Recipe) -> Engine:
        engine = self.of(recipe.model)
        assert engine is not None  # `_fitting` has left out the others
        return engine


def _fitting(faces: Sequence[Face], engines: Engines) -> tuple[list[Face], list[str]]:
    """The faces that can be rendered, and sentences about those that cannot."""
    from generator.formats.open_face import check_shapes

    fitting: list[Face] = []
    refused: list[str] = []
    strangers: Counter[str] = Counter()
    for face in faces:
        engine = engines.of(face.model)
        if engine is None:
            strangers[face.model] += 1
            continue
        try:
            check_shapes(face.recipe, engine.config)
            fitting.append(face)
        except OutisError as error:
            refused.append(f"{shown_name(face)}: {error}")
    return fitting, refused + [_left_out(count, model) for model, count in strangers.items()]


def _left_out(count: int, model: str) -> str:
    return f"{_counted(count)} left out, as made with model {model[:12]}, which is not known here; add it with --model."


def _counted(count: int) -> str:
    return f"{count:,} {'face is' if count == 1 else 'faces are'}"


def _taking(picture: PictureOptions) -> TakeHome | None:
    """What becomes of each picture; None where they stay as they are rendered."""
    from explorer.cli.take_home import TakeHome

    return None if picture.plain else TakeHome(picture)


def _write(faces: Sequence[Face], options: ExportOptions, engines: Engines, taking: TakeHome | None) -> None:
    """Write all files, or none where one fails, and print where they are."""
    from generator.render.export_faces import exporting

    make_folder(Path(options.folder).absolute().parent)
    take = None if taking is None else partial(engines.taking, taking)
    done = finish(exporting(faces, options, engines.render, engines.latents, take=take, title=engines.title), report)
    print(done.folder)
