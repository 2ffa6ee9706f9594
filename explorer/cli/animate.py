"""`outis animate`: a video from faces, from a ready-made motion or from a timeline, without a window."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.cli.class_options import add_class_options
from explorer.cli.distributed import is_one_of_many
from explorer.cli.motion_options import form, parse_duration, parse_easing, parse_motion
from explorer.cli.terminal import UsageError, add_device_option, add_model_option
from explorer.compute.torch_start import start_drawing
from explorer.document.argument_types import parse_count, parse_psi, parse_seeds, parse_size
from generator.errors import ExportError
from generator.motion.easing import EASINGS
from generator.motion.motions import MOTIONS
from generator.motion.timeline import PATHS
from generator.video.options import VideoOptions, check_video, video_suffix


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
    add_class_options(parser)
    parser.add_argument("--timeline", metavar="FILE", help="a timeline, or a video that contains one")
    parser.add_argument("--truncation", "--psi", type=parse_psi, metavar="PSI", help="with --seeds; default: 0.7")
    parser.add_argument(
        "--seconds",
        type=parse_duration,
        metavar="S",
        help="from face to face; of one face: altogether; default: 2",
    )
    parser.add_argument("--path", choices=PATHS, help="how one face becomes the next; default: straight")
    parser.add_argument(
        "--easing", type=parse_easing, metavar="NAME", help=f"{', '.join(EASINGS[:-1])}, or a curve as 0.3,0,0.2,1"
    )
    parser.add_argument("--loop", action="store_true", help="return from the last face to the first")
    motions = ", ".join(form(name) for name in MOTIONS)
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
    if arguments.label is not None and arguments.seeds is None:
        raise UsageError("--class is for --seeds: files have their own.")
    names = [motion.name for motion in arguments.motion]
    if len(set(names)) < len(names):
        raise UsageError("--motion has the same motion twice: name each of them once.")
    if "wander" in names and (arguments.seeds is None or len(arguments.seeds) > 1):
        raise UsageError("A random walk begins at one seed: give --seeds N with --motion wander.")
