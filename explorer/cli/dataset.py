"""`outis dataset SOURCE OUT`: prepare a training data set from any images."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from explorer.cli.terminal import report
from explorer.document.argument_types import parse_three

if TYPE_CHECKING:
    from generator.progress import Progress
    from generator.training.data import ImageSet, PreparationReport

CLASSES = 12  # that the summary lists
NAMED = 3  # skipped files that the summary lists for each reason; report.json lists all


def add_parser(subparsers: Any) -> None:
    """Declare `outis dataset` and its options."""
    parser = subparsers.add_parser(
        "dataset",
        help="prepare a training data set from any images",
        description="Prepare a training data set: images are cropped square, duplicates and broken files are skipped, "
        "and each resolution becomes one array.",
    )
    parser.add_argument("source", metavar="FOLDER|TAR|ZIP", help="source of the images, in folders of any depth")
    parser.add_argument("out", metavar="OUT", help="folder of the data set; an existing one is replaced")
    parser.add_argument("--size", type=int, default=256, metavar="PX", help="largest resolution; default: %(default)s")
    parser.add_argument("--least", type=int, metavar="PX", help="skip smaller crops; default: as --size")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--crop", type=parse_three, metavar="LEFT,TOP,SIDE", help="default: the largest centred square")
    shape.add_argument("--align", action="store_true", help="rotate, scale and crop faces as in FFHQ")
    parser.add_argument(
        "--background",
        type=parse_three,
        default=(255, 255, 255),
        metavar="R,G,B",
        help="colour behind transparent pixels; default: white",
    )
    parser.add_argument(
        "--alike",
        type=int,
        default=6,
        metavar="BITS",
        help="of 64 by which duplicates may differ; default: %(default)s",
    )
    _add_class_options(parser)
    parser.add_argument("--keep-duplicates", action="store_true", help="keep duplicates")
    parser.add_argument(
        "--json", action="store_true", help="print a JSON object on each line: progress, then the result"
    )
    parser.set_defaults(run=run)


def _add_class_options(parser: argparse.ArgumentParser) -> None:
    classes = parser.add_mutually_exclusive_group()
    classes.add_argument(
        "--classes-from-folders",
        dest="classes",
        action="store_const",
        const="folders",
        default="labels",
        help="each folder in the source is a class; default: the labels of its dataset.json, if there is one",
    )
    classes.add_argument(
        "--no-classes", dest="classes", action="store_const", const="none", help="leave all classes out"
    )
    parser.add_argument("--class-names", metavar="FILE", help="names of the classes; default: those in dataset.json")


def run(arguments: argparse.Namespace) -> int:
    """Prepare the data set and print how many files were kept and why others were not."""
    from generator.progress import finish
    from generator.recipe.class_names import read_names
    from generator.training.data import DataOptions, ImageSet, preparing

    options = DataOptions(
        size=arguments.size,
        least=arguments.least,
        crop=arguments.crop,
        align=arguments.align,
        background=arguments.background,
        classes=arguments.classes,
        alike=None if arguments.keep_duplicates else arguments.alike,
    )
    names = () if arguments.class_names is None else read_names(arguments.class_names)
    making = preparing(arguments.source, arguments.out, options, names)
    done = finish(making, _JsonProgress() if arguments.json else report)
    images = ImageSet.open(arguments.out)
    print(json.dumps({"kind": "data", **_facts(images, done)}) if arguments.json else _text(images, done))
    return 0


class _JsonProgress:
    """A line for every percent, or for every new text where the whole is unknown."""

    def __init__(self) -> None:
        self._reported: tuple[str, int] | None = None

    def __call__(self, progress: Progress) -> None:
        state = progress.text, 100 * progress.done // progress.total if progress.total else 0
        if state != self._reported:
            self._reported = state
            print(json.dumps({"kind": "progress", **asdict(progress)}), flush=True)


def _facts(images: ImageSet, done: PreparationReport) -> dict[str, Any]:
    return {
        "folder": str(images.folder),
        "name": images.name,
        "resolutions": images.resolutions,
        "fingerprint": images.fingerprint,
        "classes": [{"name": name, "images": count} for name, count in _classes(images)],
        **done.facts(),
    }


def _classes(images: ImageSet) -> list[tuple[str, int]]:
    """The name of each class, "" where it is not known, and how many images are of it."""
    import numpy as np

    names = images.class_names or ("",) * images.classes
    return list(zip(names, np.bincount(images.labels(), minlength=images.classes).tolist(), strict=True))


def _text(images: ImageSet, done: PreparationReport) -> str:
    smallest, largest = images.resolutions[0], images.resolutions[-1]
    lines = [f"{done.kept:,} of {done.found:,} files kept, at {smallest} to {largest} px: {images.folder}"]
    if images.classes:
        told = [f"{number} {name}".rstrip() + f" ({count:,})" for number, (name, count) in enumerate(_classes(images))]
        more = f" and {len(told) - CLASSES:,} more" if len(told) > CLASSES else ""
        lines.append(f"{images.classes:,} classes: {', '.join(told[:CLASSES])}{more}")
    for reason, count in done.counts.items():
        names = [f"{drop.name} ({drop.detail})" if drop.detail else drop.name for drop in done.of(reason)]
        more = f" and {count - NAMED:,} more" if count > NAMED else ""
        lines.append(f"{count:7,} {reason}: {', '.join(names[:NAMED])}{more}")
    if done.drops:
        lines.append("report.json in the data set lists every skipped file.")
    return "\n".join(lines)
