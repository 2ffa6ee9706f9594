"""`outis grab`: pull points of a face to where they should be, as the window's Grab tool does."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from explorer.cli.face_options import add_face_options, face_recipe
from explorer.cli.grab_places import pull_places, pulls_places, try_places
from explorer.cli.points import parse_point, parse_pull
from explorer.cli.terminal import UsageError, add_device_option, add_model_option, report, say
from explorer.compute.torch_start import start_drawing
from explorer.document.argument_types import parse_count

if TYPE_CHECKING:
    from generator.grab.grabbing import Grabbing
    from generator.grab.jacobian import Jacobian
    from generator.render.engine import Engine

FRAMES = 10


def add_parser(subparsers: Any) -> None:
    """Declare `outis grab` and its options."""
    parser = subparsers.add_parser(
        "grab",
        help="pull points of a face, such as nose-tip=14,0",
        description="Pull points of a face to where they should be; what is not pulled stays. A point is a number of "
        "the mesh, 0..467, or a name such as nose-tip, mouth-left, pupil-left or hairline; left and right are the "
        "person's. Where a StyleGAN2 model shows no faces, it is a place such as 120,140: pixels from the upper left "
        "corner.",
    )
    add_model_option(parser)
    add_face_options(parser)
    many = {"nargs": "+", "action": "extend", "default": []}
    pull = "pixels of the model, to the right and down"
    parser.add_argument("--pull", type=parse_pull, metavar="POINT=DX,DY", help=pull, **many)
    parser.add_argument("--pin", type=parse_point, metavar="POINT", help="points that must stay", **many)
    parser.add_argument("--frames", type=parse_count, default=FRAMES, metavar="N", help="at most; default: %(default)s")
    parser.add_argument("--out", metavar="FILE", help="the image to write, with its recipe")
    parser.add_argument("--learn", action="store_true", help="learn how the model's faces move, and keep it in --out")
    parser.add_argument("--trial", type=parse_count, metavar="N", help="print what eight tasks reach on N faces")
    parser.add_argument("--places", action="store_true", help="with --trial: pull places, as where there are no faces")
    add_device_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Learn, try or pull, and print what was reached."""
    _check(arguments)
    start_drawing(live=False)
    from explorer.cli.model_files import open_engine

    engine = open_engine(arguments.model, arguments.device)
    if arguments.learn:
        return _learn(engine, arguments.out)
    if arguments.trial and arguments.places:
        return try_places(engine, arguments.trial)
    if pulls_places(arguments):
        return pull_places(engine, face_recipe(engine, arguments), arguments)
    jacobian = _jacobian(engine)
    if arguments.trial:
        return _trial(engine, jacobian, arguments.trial)
    return _pull(engine, jacobian, arguments)


def _check(arguments: argparse.Namespace) -> None:
    if arguments.learn or arguments.trial:
        return
    if (arguments.seed is None) == (arguments.recipe is None):
        raise UsageError("Which face? Give --seed N or --recipe FILE, and not both.")
    if not arguments.pull:
        raise UsageError("Nothing is pulled: give --pull POINT=DX,DY, as in --pull nose-tip=14,0.")
    if not arguments.out:
        raise UsageError("Name the image to write with --out FILE.")
    if arguments.places:
        raise UsageError("--places belongs to --trial N; a place to pull is written as in --pull 120,140=10,0.")
    pulls_places(arguments)


def _pull(engine: Engine, jacobian: Jacobian, arguments: argparse.Namespace) -> int:
    from generator.formats.image_encode import save_image
    from generator.grab.grabbing import Grabbing
    from generator.grab.tracker import face_in

    recipe = face_recipe(engine, arguments)
    grabbing = Grabbing(jacobian, recipe, face_in(engine.render(recipe)), engine.config.img_resolution)
    before = grabbing.points.copy()
    pulls = {point: tuple(before[point] + way) for point, way in arguments.pull}
    grabbing.aim(pulls, frozenset(arguments.pin))
    frames = _follow(engine, grabbing, arguments.frames)
    best = grabbing.best
    pixels = engine.render(best)
    grabbing.see(pixels)
    save_image(arguments.out, pixels, best)
    for point, way in arguments.pull:
        moved = grabbing.points[point] - before[point]
        print(f"{_title(point)}: moved {moved[0]:+.1f},{moved[1]:+.1f} px of {way[0]:+g},{way[1]:+g}")
    print(f"{arguments.out}: {grabbing.error:.1f} px from the goal on average, {frames} frames")
    return 0


def _follow(engine: Engine, grabbing: Grabbing, most: int) -> int:
    """Render frames until the goals are reached; returns how many."""
    for frame in range(1, most + 1):
        grabbing.see(engine.render(grabbing.next(), live=True))
        if grabbing.is_settled:
            return frame
    return most


def _jacobian(engine: Engine) -> Jacobian:
    """The one that is known, or one learnt now and kept for the next time."""
    from generator.errors import ExportError
    from generator.grab import jacobian

    found = jacobian.known(engine.generator.hash, engine.config.num_ws, engine.config.w_dim)
    if found is None:
        found = _learnt(engine)
        try:
            jacobian.store(found)
        except ExportError as error:  # the result is valid all the same
            say(f"How faces move could not be cached: {error}")
    return found


def _learnt(engine: Engine) -> Jacobian:
    from generator.attributes.optional_packages import recognition_file
    from generator.attributes.recognition import RecognitionNetwork
    from generator.errors import DirectionError
    from generator.grab.learning import learning
    from generator.progress import finish

    try:
        embed = RecognitionNetwork(recognition_file())
    except DirectionError as error:
        say(f"The picture is held still instead of the identity. {error}")
        embed = None
    return finish(learning(engine, embed), report)


def _learn(engine: Engine, out: str | None) -> int:
    from pathlib import Path

    from generator.grab import jacobian

    learnt = _learnt(engine)
    if out:
        jacobian.save(learnt, Path(out))
    else:
        jacobian.store(learnt)
    return 0


def _trial(engine: Engine, jacobian: Jacobian, faces: int) -> int:
    from generator.grab.trial import markdown, trying
    from generator.progress import finish

    print(markdown(finish(trying(engine.render, jacobian, engine.config.img_resolution, faces), report)))
    return 0


def _title(point: int) -> str:
    from generator.faces.points import HELD

    names = [name for name, number in HELD.items() if number == point]
    return names[0] if names else f"point {point}"
