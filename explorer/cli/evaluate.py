"""`outis evaluate MODEL DATA`: measures of a model's quality, with everything they depend on."""

from __future__ import annotations

import argparse
import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

from explorer.cli.terminal import MODEL_HELP, add_device_option, report, say

if TYPE_CHECKING:
    from typing import Any

    from generator.training.evaluation import Evaluation

WORDS = {
    "frechet": "Fréchet distance (lower is better)",
    "precision": "precision: share of samples that look like data",
    "recall": "recall: share of the data that samples look like",
    "nearest_closest": "nearest in the data, closest sample (1 = usual among the data)",
    "nearest_median": "nearest in the data, median sample",
    "nearest_close": "closer than this are 1 % of the data to each other",
    "share_close": "share of samples that close (about 0.01 without copies)",
    "path_length": "perceptual path length in W",
}


def add_parser(subparsers: Any) -> None:
    """Declare `outis evaluate` and its options."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure a model against a data set",
        description="Measure how close a model's images are to a data set, and whether they copy it.",
    )
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument("data", metavar="DATA", help="folder of a data set")
    parser.add_argument("--samples", type=int, default=2000, metavar="N", help="images to render; default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first sample; default: %(default)s")
    parser.add_argument("--psi", type=float, default=1.0, help="truncation; default: %(default)s, none")
    parser.add_argument(
        "--space",
        default="efficientnet-lite0",
        help='or "patches", which does not need the extra; default: %(default)s',
    )
    parser.add_argument(
        "--reference", type=int, default=10_000, metavar="N", help="largest number of images; default: %(default)s"
    )
    parser.add_argument(
        "--metrics",
        type=_names,
        default=("frechet", "coverage", "neighbours"),
        metavar="A,B",
        help="any of frechet, coverage, neighbours, path-length; default: all but path-length",
    )
    parser.add_argument(
        "--neighbours", metavar="PNG", help="write the samples nearest to the data beside their neighbours"
    )
    parser.add_argument("--json", action="store_true", help="print JSON for other programs")
    add_device_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    from explorer.cli.model_files import open_engine
    from explorer.cli.terminal import UsageError
    from generator.progress import finish
    from generator.storage.atomic import atomic_write
    from generator.training.data import ImageSet
    from generator.training.evaluation import EvaluationSettings, Sampler, evaluating, labels_for
    from generator.training.neighbour_sheet import write_neighbours

    if arguments.neighbours and not arguments.neighbours.lower().endswith(".png"):
        raise UsageError(f"--neighbours {arguments.neighbours} is not a .png file, the only format of that image.")
    if arguments.neighbours and "neighbours" not in arguments.metrics:
        raise UsageError("--neighbours needs neighbours among the --metrics.")
    settings = EvaluationSettings(
        samples=arguments.samples,
        seed=arguments.seed,
        psi=arguments.psi,
        space=arguments.space,
        reference=arguments.reference,
        metrics=arguments.metrics,
    )
    images = ImageSet.open(arguments.data)
    generator = open_engine(arguments.model, arguments.device).generator
    with atomic_write(arguments.neighbours) if arguments.neighbours else nullcontext() as sheet:  # fails at once
        found = finish(evaluating(generator, images, settings), report)
        if sheet is not None:
            write_neighbours(sheet, found, Sampler(generator, settings.psi, labels_for(generator, images)), images)
    print(json.dumps(found.facts(), indent=2) if arguments.json else _text(found, images.name))
    if arguments.neighbours:
        say(f"{arguments.neighbours}: the samples nearest to the data, each left of its neighbour.")
    return 0


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _text(found: Evaluation, data: str) -> str:
    settings = found.settings
    lines = [f"{value:10.4g}  {WORDS[name]}" for name, value in found.values.items()]
    lines.append(
        f"{settings.samples:,} samples from seed {settings.seed}, psi {settings.psi:g}, of model {found.model[:8]} "
        f"against {found.images:,} images of {data} ({found.data[:8]}) at {found.resolution} px in {settings.space}."
    )
    return "\n".join(lines)
