"""`outis render`: images, latents and contact sheets without a window, from the same recipes and the same engine."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.cli.class_options import add_class_options
from explorer.cli.latent_options import add_latent_options
from explorer.cli.picture_options import add_picture_options
from explorer.cli.render_output import EXACT, LIVE, asked_output
from explorer.cli.terminal import add_device_option, add_model_option
from explorer.compute.torch_start import start_drawing
from explorer.document.argument_types import (
    parse_component_amount,
    parse_count,
    parse_degrees,
    parse_layer_number,
    parse_mixed_layers,
    parse_named_amount,
    parse_psi,
    parse_seeds,
    parse_shift,
    parse_size,
)
from generator.recipe.recipe import NOISE_MODES


def add_parser(subparsers: Any) -> None:
    """Declare `outis render` and its options."""
    parser = subparsers.add_parser(
        "render",
        help="render images without a window",
        description="Render images without a window. Options given beside --recipe or --face change that recipe. "
        "Started by torchrun (-m explorer render ...), each process takes its range of the seeds.",
    )
    add_model_option(parser)
    _add_recipe_options(parser)
    add_device_option(parser)
    _add_output_options(parser)
    parser.set_defaults(run=run)


def _add_recipe_options(parser: argparse.ArgumentParser) -> None:
    def many(option: str, **details: Any) -> None:
        parser.add_argument(option, nargs="+", action="extend", default=[], **details)

    parser.add_argument("--seeds", type=parse_seeds, metavar="1,5-9", help="faces by number, 0..4294967295")
    add_class_options(parser)
    parser.add_argument(
        "--truncation", type=parse_psi, metavar="PSI", help="0: the average face, 1: no truncation; default: 0.7"
    )
    parser.add_argument("--cutoff", type=parse_layer_number, metavar="N", help="truncate only the layers below N")
    parser.add_argument("--noise", choices=NOISE_MODES, help="default: const")
    many("--direction", type=parse_named_amount, metavar="NAME=SIGMA[@LAYERS]", help="move along a named direction")
    many("--pc", type=parse_component_amount, metavar="INDEX=SIGMA[@LAYERS]", help="move along a component of W")
    many("--mix", type=parse_mixed_layers, metavar="SEED@LAYERS[:WEIGHT]", help="take these layers from a seed")
    shift = "shift by widths of the image, right and down; --translate=-0.1,0 where X is negative (StyleGAN3)"
    parser.add_argument("--translate", type=parse_shift, metavar="X,Y", help=shift)
    parser.add_argument("--rotate", type=parse_degrees, metavar="DEGREES", help="rotate counter-clockwise (StyleGAN3)")
    many("--recipe", metavar="FILE", help="start from recipes (.json), or from images or latents that contain one")
    add_latent_options(parser)
    parser.add_argument("--project", metavar="FILE", help="with --face: project (NAME.outis) that contains the faces")
    many("--face", metavar="NAME", help="start from faces of the project: their names or numbers")


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--precision",
        choices=(EXACT, LIVE),
        default=EXACT,
        help="exact: float32; live: as in the window, bfloat16 where that is faster; default: %(default)s",
    )
    parser.add_argument("--size", type=parse_size, metavar="PX", help="pixels on a side; default: as the model renders")
    add_picture_options(parser)
    parser.add_argument("--grid", type=parse_count, metavar="COLS", help="one contact sheet with this many columns")
    parser.add_argument("--labels", action="store_true", help="with --grid: the seed or recipe name under each face")
    parser.add_argument("--latents", action="store_true", help="also save z, w and w+ beside each image, as .npz")
    parser.add_argument(
        "--out",
        required=True,
        metavar="FILE_OR_FOLDER",
        help=".png, .jpg, .webp, .avif or .tiff, or a folder; {name} stands for the name of each face, as in "
        "faces/{name}.jpg",
    )


def run(arguments: argparse.Namespace) -> int:
    """Render what `arguments` ask for."""
    output = asked_output(arguments)  # what is wrong with the options is reported before torch is loaded
    start_drawing(live=arguments.precision == LIVE)
    from explorer.cli import rendering

    rendering.render(arguments, output)
    return 0
