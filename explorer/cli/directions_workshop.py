"""Shared by `outis directions import` and `make`: the workshop, faces by word, what is stored and said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.pca import components_of
from explorer.document.argument_types import parse_seeds
from generator.errors import DirectionError
from generator.printable import printable
from generator.recipe.pca import COMPONENTS, SAMPLES
from generator.recipe.recipe import Recipe, SeedSource

if TYPE_CHECKING:
    from generator.directions.made import Made, Workshop
    from generator.recipe.directions import NamedDirection
    from generator.render.engine import Engine

_SEEDS = re.compile(r"[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*")
_SHOWN = 8  # effects that are listed


def workshop_of(engine: Engine) -> Workshop:
    """The engine with its components, measures and directions."""
    from generator.attributes.attribute_model import FaceMeasurer
    from generator.attributes.identity import Identity
    from generator.attributes.optional_packages import tell_people_apart
    from generator.directions.made import Workshop
    from generator.recipe.direction_files import library_of

    pca = components_of(engine, SAMPLES, COMPONENTS)
    identity = Identity() if tell_people_apart() else None
    return Workshop(engine, pca, FaceMeasurer(), library_of(engine.generator.hash), identity=identity)


def faces_of(words: Sequence[str], engine: Engine) -> list[Recipe]:
    """The faces that words mean: seeds (`7`, `1-20`), or files with a recipe or latent. Raises `OutisError`, one
    sentence, for others: a photograph holds neither."""
    faces: list[Recipe] = []
    for word in words:
        if _SEEDS.fullmatch(word) and not Path(word).exists():
            faces += [Recipe(engine.generator.hash, SeedSource(seed)) for seed in parse_seeds(word)]
        else:
            faces.append(_from_file(word, engine))
    return faces


def _from_file(path: str, engine: Engine) -> Recipe:
    from explorer.cli.latents import face_of, held_in
    from generator.formats.latent_choice import Asked
    from generator.formats.open_face import check_fits

    opened = face_of(held_in(path), Asked(has_options=False), engine)
    check_fits(opened, engine.generator.hash, engine.config)
    return replace(opened.recipe, model=engine.generator.hash)


def free_name(name: str, model: str, given: bool) -> str:
    """`name`, unless the model has a direction of that name: then one with a number behind it. A name that the user
    has given is kept, or refused where it is taken in the user's own library."""
    from generator.recipe.direction_files import library_of, mine

    if given:
        if name in mine(model):
            raise DirectionError(
                f"Your library has a direction {name!r} already; choose another name, or remove it first: "
                f"outis directions remove {name}"
            )
        return name
    known = {entry.name for entry in library_of(model).entries}
    numbered = (f"{name}-{number}" for number in range(2, len(known) + 3))
    return next(candidate for candidate in (name, *numbered) if candidate not in known)


def keep(entry: NamedDirection, model: str) -> None:
    """Store the direction in the user's library of the model, and print where. Raises `ExportError`."""
    from generator.recipe.direction_files import mine, mine_path, save_mine

    save_mine(mine(model).with_entry(entry))
    print(printable(f"Stored as {entry.name!r} in {mine_path(model)}"))


def tell(made: Made) -> None:
    """Print what a direction does, in words and as a table."""
    from generator.directions.effect import about_acting, compared_at

    print(printable(made.entry.description))
    print(about_acting(made.acts))
    if made.entry.identity is not None:
        far = compared_at(made.entry.direction)
        moves = f"From {-far:.2g} to {far:+.2g} the face embedding moves by {made.entry.identity:.2f}"
        print(f"{moves}; two people are about 0.7 apart.")
    width = max((len(name) for name, _ in made.effects.strongest[:_SHOWN]), default=0)
    for name, move in made.effects.strongest[:_SHOWN]:
        print(f"  {name:{width}}  {move:+.1f}")


def save_strip(made: Made, path: str | None) -> None:
    """Write the faces at -3, 0 and +3 as a picture, if it was asked for. Raises `ExportError`."""
    if path is None:
        return
    from generator.formats.image_encode import encoded
    from generator.storage.atomic import write_atomically

    write_atomically(path, encoded(made.strip, {}, Path(path).suffix))
