"""`outis project apply`: a look onto some faces of a project, all in one transaction."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.project_faces import on_table, tagged, writing
from explorer.cli.terminal import complain
from explorer.exit_codes import FAILED, GOOD
from generator.errors import ProjectError, RecipeError, did_you_mean
from generator.printable import printable
from generator.project.face import Face
from generator.project.look import SUFFIX, Look, applied, read_look
from generator.recipe.recipe import LatentSource, Recipe

if TYPE_CHECKING:
    from generator.project.project import Project

EVERYONE = "all"  # in --to, every face


def apply(arguments: argparse.Namespace) -> int:
    """Apply the look; exit code 1 where some of the faces cannot have it."""
    with writing(arguments.file) as project:
        look = _look(arguments.look, project)
        faces = on_table(project)
        chosen = faces if arguments.to == EVERYONE else tagged(faces, arguments.to)
        if not chosen:
            raise ProjectError(f"{Path(arguments.file).name} contains no face.")
        changed, refused = _changed(chosen, look, arguments.strength)
        with project.transaction():
            project.remove(face.id for face in changed)  # with their thumbnails, which show them without the look
            project.put(changed)
    print(f"{printable(look.name)}: applied to {len(changed):,} {'face' if len(changed) == 1 else 'faces'}")
    for sentence in refused:
        complain(sentence)
    return FAILED if refused else GOOD


def _look(name: str, project: Project) -> Look:
    """The look of that name in the project, or else in the file `name`."""
    looks = {look.name: look for look in project.looks()}
    if name in looks:
        return looks[name]
    if name.lower().endswith(SUFFIX):
        return read_look(name)
    hint = did_you_mean(name, looks) or f"; name one of its looks, or a file that ends in {SUFFIX}."
    raise ProjectError(f"The project has no look {name!r}{hint}")


def _changed(faces: Sequence[Face], look: Look, strength: float) -> tuple[list[Face], list[str]]:
    """The faces with the look, and a sentence for each that cannot have it."""
    changed: list[Face] = []
    refused: list[str] = []
    for face in faces:
        try:
            _check_model(look, face.recipe)
            changed.append(face.with_recipe(applied(look, face.recipe, strength)))
        except RecipeError as error:
            refused.append(f"Face {face.id} is left as it was: {error}")
    return changed, refused


def _check_model(look: Look, recipe: Recipe) -> None:
    """Refuse vectors of another model: they mean something else there, if they fit at all."""
    second = look.recipe.mix.source if look.recipe.mix is not None else None
    has_vectors = bool(look.recipe.directions) or isinstance(second, LatentSource)
    if has_vectors and look.recipe.model and recipe.model and look.recipe.model != recipe.model:
        raise RecipeError(
            f"The look was made with model {look.recipe.model[:12]}, and the face with model {recipe.model[:12]}."
        )
