"""`outis grab --pull X,Y=DX,DY`: pull places of a picture without a face, as the window's Grab tool does."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer.cli.points import Place
from explorer.cli.terminal import UsageError, report

if TYPE_CHECKING:
    from generator.grab.patches import Hold, PatchGrabbing
    from generator.recipe.pca import Pca
    from generator.recipe.recipe import Floats, Recipe
    from generator.render.engine import Engine


def pulls_places(arguments: argparse.Namespace) -> bool:
    """Whether the points are places of the picture. Raises `UsageError` where some are and others are of a face."""
    kinds = {isinstance(point, Place) for point in [*(point for point, _ in arguments.pull), *arguments.pin]}
    if len(kinds) == 2:
        raise UsageError("Give either points of a face, such as nose-tip, or places such as 120,140, and not both.")
    return kinds == {True}


def pull_places(engine: Engine, recipe: Recipe, arguments: argparse.Namespace) -> int:
    """Pull, write the image and print what was reached."""
    from generator.formats.image_encode import save_image
    from generator.grab.features import look
    from generator.grab.patches import PatchGrabbing

    pulled = [place for place, _ in arguments.pull]
    hold = _hold(engine, recipe, _inside(engine, [*pulled, *arguments.pin]))
    grabbing = PatchGrabbing(hold, recipe)
    ways = dict(enumerate(way for _, way in arguments.pull))
    goals = {k: (pulled[k].x + x, pulled[k].y + y) for k, (x, y) in ways.items()}
    grabbing.aim(goals, frozenset(range(len(pulled), len(hold.tracker.points))))
    frames = _follow(engine, grabbing, arguments.frames)
    best = grabbing.best
    grabbing.see(look(engine, best))
    save_image(arguments.out, engine.render(best), best)
    for k, (x, y) in ways.items():
        moved = grabbing.points[k] - pulled[k]
        print(f"{pulled[k].x:g},{pulled[k].y:g}: moved {moved[0]:+.1f},{moved[1]:+.1f} px of {x:+g},{y:+g}")
    print(f"{arguments.out}: {grabbing.error:.1f} px from the goal on average, {frames} frames")
    return 0


def _inside(engine: Engine, places: list[Place]) -> Floats:
    """The places as `[P, 2]`."""
    import numpy as np

    size = engine.config.img_resolution
    for x, y in places:
        if not (0 <= x < size and 0 <= y < size):
            raise UsageError(f"The place {x:g},{y:g} is outside the picture, which has {size} x {size} px.")
    return np.array(places, np.float32)


def _hold(engine: Engine, recipe: Recipe, places: Floats) -> Hold:
    from generator.grab.patches import taking_hold
    from generator.progress import finish

    return finish(taking_hold(engine, recipe, _components(engine), places), report)


def _components(engine: Engine) -> Pca:
    from explorer.cli.pca import components_of
    from generator.grab.features import check_has_features
    from generator.recipe.pca import COMPONENTS, SAMPLES

    check_has_features(engine)
    return components_of(engine, SAMPLES, COMPONENTS)


def try_places(engine: Engine, faces: int) -> int:
    """Print what pulls by features reach on faces, whose mesh tells what really moved."""
    from generator.grab.patch_trial import markdown, trying
    from generator.progress import finish

    print(markdown(finish(trying(engine, _components(engine), faces), report)))
    return 0


def _follow(engine: Engine, grabbing: PatchGrabbing, most: int) -> int:
    """Compute frames until the goals are reached; returns how many."""
    from generator.grab.features import look

    for frame in range(1, most + 1):
        grabbing.see(look(engine, grabbing.next()))
        if grabbing.is_settled:
            return frame
    return most
