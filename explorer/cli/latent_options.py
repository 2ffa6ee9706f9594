"""The options that say what a file with latents holds: --as and --index. Loads nothing heavy."""

from __future__ import annotations

import argparse

from explorer.document.argument_types import parse_component
from generator.formats.array_readings import KINDS


def add_latent_options(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    parser.add_argument(
        "--as", dest="kind", choices=KINDS, help="what a file of bare numbers holds; default: its numbers tell"
    )
    parser.add_argument(
        "--index", type=parse_component, metavar="N", help="which of several latents in a file, from 0; default: 0"
    )
