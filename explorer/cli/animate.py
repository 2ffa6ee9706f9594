"""`outis animate`: a video from faces, from a ready-made motion or from a timeline, without a window."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

from explorer.cli.distributed import is_one_of_many
from explorer.cli.terminal import UsageError, add_device_option, add_model_option
from explorer.compute.torch_start import start_drawing
from explorer.document.argument_types import (
    NotationError,
    parse_count,
    parse_psi,
    parse_seconds,
    parse_seeds,
    parse_size,
)
from generator.errors import ExportError, MotionError, did_you_mean
from generator.motion.easing import EASINGS, Easing
from generator.motion.motions import MOTIONS
from generator.motion.timeline import PATHS
from generator.video.options import VideoOptions, check_video, video_suffix

VALUES = {"around": "[=RADIUS]", "sweep": "=DIRECTION", "wander": "[=SECONDS]"}  # what follows the name of a motion
MAX_RADIUS = 10.0  # distances between random faces


@dataclass(frozen=True)
class AskedMotion:
    """NAME[=VALUE]: a ready-made motion; the value is "" where it is left out."""

    name: str
    value: str = ""

    def number(self, default: float) -> float:
        """The value as a number."""
        return float(self.value) if self.value else default


def parse_motion(text: str) -> AskedMotion:
    """`around=0.3`, `sweep=smile`, `shimmer`."""
    name, equals, value = text.partition("=")
    if name not in MOTIONS:
        hint = did_you_mean(name, MOTIONS) or f"; choose from {', '.join(MOTIONS)}"
        raise NotationError(f"{name[:60]!r} is not a motion{hint}")
    if equals and (name not in VALUES or not value):
        raise NotationError(f"{text[:60]!r} is not {_form(name)}.")
    if name == "sweep" and not value:
        raise NotationError("Which direction is swept? Write sweep=NAME, as in sweep=smile.")
    if value and name == "wander":
        _positive_seconds(value)
    if value and name == "around":
        _check_radius(value)
    return AskedMotion(name, value)


def parse_easing(text: str) -> Easing:
    """`smooth`, or the handles of a curve as in CSS: `0.3,0,0.2,1`."""
    try:
        if "," not in text:
            return Easing(text)
        x1, y1, x2, y2 = map(float, text.split(","))
        return Easing("curve", (x1, y1, x2, y2))
    except ValueError as error:
        raise NotationError(f"{text[:60]!r} is not X1,Y1,X2,Y2, as in 0.3,0,0.2,1.") from error
    except MotionError as error:
        raise NotationError(str(error)) from error


def add_parser(subparsers: Any) -> None:
    """Declare `outis animate` and its options."""
    parser = subparsers.add_parser(
        "animate",
        help="make a video of faces that become each other",
        description="Make a video of faces that become each other, or of one face in motion. The timeline is stored "
        "in the file, which --timeline reads again. Started by torchrun (-m explorer animate ...), each process "
        "renders its share of the pictures of a folder.",
    )
    add_model_option(parser)
    _add_timeline_options(parser)
    add_device_option(parser)
    _add_video_options(parser)
    parser.set_defaults(run=run)


def _add_timeline_options(parser: argparse.ArgumentParser) -> None:
    def many(option: str, **details: Any) -> None:
        parser.add_argument(option, nargs="+", action="extend", default=[], **details)

    many("--faces", metavar="FILE", help="faces in order: images or recipes of Outis, or latents")
    parser.add_argument("--seeds", type=parse_seeds, metavar="1,5-9", help="faces by number, 0..4294967295")
    parser.add_argument("--timeline", metavar="FILE", help="a timeline, or a video that contains one")
    parser.add_argument("--truncation", "--psi", type=parse_psi, metavar="PSI", help="with --seeds; default: 0.7")
    parser.add_argument(
        "--seconds",
        type=_positive_seconds,
        metavar="S",
        help="from face to face; of one face: altogether; default: 2",
    )
    parser.add_argument("--path", choices=PATHS, help="how one face becomes the next; default: straight")
    parser.add_argument(
        "--easing", type=parse_easing, metavar="NAME", help=f"{', '.join(EASINGS[:-1])}, or a curve as 0.3,0,0.2,1"
    )
    parser.add_argument("--loop", action="store_true", help="return from the last face to the first")
    motions = ", ".join(_form(name) for name in MOTIONS)
    many("--motion", type=parse_motion, metavar="NAME[=VALUE]", help=f"motions to add: {motions}")


def _add_video_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fps", type=float, default=30.0, metavar="N", help="frames a second; default: %(default)g")
    parser.add_argument("--size", type=parse_size, metavar="PX", help="pixels on a side; default: as the model renders")
    parser.add_argument("--quality", type=parse_count, default=80, metavar="N", help="1..100; default: %(default)s")
    parser.add_argument("--sound", metavar="FILE", help="sound for .mp4 and .webm")
    parser.add_argument("--fit-sound", action="store_true", help="make the timeline as long as the sound")
    parser.add_argument("--on-beats", action="store_true", help="move each face to the nearest beat of the sound")
    parser.add_argument(
        "--loops", type=int, default=0, metavar="N", help="how often a GIF, WebP or PNG is shown; default: for ever"
    )
    parser.add_argument(
        "--out", required=True, metavar="FILE_OR_FOLDER", help=".mp4, .webm, .gif, .webp or .png, or a folder of PNGs"
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the video that `arguments` ask for."""
    options = asked_options(arguments)  # what is wrong with the options is reported before torch is loaded
    start_drawing(live=False)
    from explorer.cli import animation

    animation.animate(arguments, options)
    return 0


def asked_options(arguments: argparse.Namespace) -> VideoOptions:
    """How the video is written. Raises `UsageError` if the options cannot be combined; accesses no file."""
    _check_faces(arguments)
    if (arguments.fit_sound or arguments.on_beats) and not arguments.sound:
        raise UsageError("--fit-sound and --on-beats need a sound: add --sound FILE.")
    if not arguments.out:
        raise UsageError("--out is empty: name a video or a folder; . is the current folder.")
    try:
        options = VideoOptions(arguments.fps, arguments.size, arguments.quality, arguments.loops, arguments.sound or "")
        check_video(arguments.out, options)
        if is_one_of_many() and video_suffix(arguments.out):
            raise UsageError("One video is written by one process: name a folder, or run it without the launcher.")
    except ExportError as error:
        raise UsageError(str(error)) from error
    return options


def _check_faces(arguments: argparse.Namespace) -> None:
    given = [bool(arguments.faces), arguments.seeds is not None, arguments.timeline is not None]
    if sum(given) != 1:
        raise UsageError("Which faces? Give one of --faces FILE ..., --seeds 1,5-9 and --timeline FILE.")
    if arguments.timeline is not None and arguments.seconds is not None:
        raise UsageError("--seconds is for faces: a timeline has its own times.")
    if arguments.truncation is not None and arguments.seeds is None:
        raise UsageError("--truncation is for --seeds: files have their own.")
    names = [motion.name for motion in arguments.motion]
    if len(set(names)) < len(names):
        raise UsageError("--motion has the same motion twice: name each of them once.")
    if "wander" in names and (arguments.seeds is None or len(arguments.seeds) > 1):
        raise UsageError("A random walk begins at one seed: give --seeds N with --motion wander.")


def _form(name: str) -> str:
    """How a motion is written."""
    return name + VALUES.get(name, "")


def _positive_seconds(text: str) -> float:
    if (seconds := parse_seconds(text)) <= 0:
        raise NotationError(f"{text} seconds are not above 0.")
    return seconds


def _check_radius(text: str) -> None:
    try:
        fits = 0 < float(text) <= MAX_RADIUS
    except ValueError:
        fits = False
    if not fits:
        raise NotationError(f"{text[:60]!r} is not a radius in 0..{MAX_RADIUS:g}, as in around=0.25.")
