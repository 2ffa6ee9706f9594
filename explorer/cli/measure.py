"""`outis measure PICTURE...`: numbers of the faces in pictures; or their distribution over a model's own faces."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from explorer.cli.terminal import UsageError, add_device_option, add_model_option, complain, report
from explorer.compute.pictures import PictureError, read_picture
from explorer.compute.torch_start import start_torch
from explorer.document.argument_types import parse_several
from explorer.exit_codes import FAILED, GOOD
from generator.printable import printable

if TYPE_CHECKING:
    from generator.attributes.attribute_model import FaceMeasurer

_FACES = 2000


def add_parser(subparsers: Any) -> None:
    """Declare `outis measure` and its options."""
    parser = subparsers.add_parser(
        "measure",
        help="measure the faces in pictures: pose, smile, eyes, colours and others",
        description="Measure the largest face in each picture. Apparent age and gender need: "
        'pip install "outis[attributes]"',
    )
    parser.add_argument("pictures", metavar="PICTURE", nargs="*", help="a photograph or a generated face, of any size")
    parser.add_argument("--json", action="store_true", help="print JSON for other programs")
    parser.add_argument("--landmarks", action="store_true", help="print the 468 points of the face in pixels too")
    parser.add_argument(
        "--distribution",
        metavar="FILE",
        help="instead, render and measure faces of --model and write the quantiles of each measure",
    )
    parser.add_argument(
        "--survey",
        metavar="FILE",
        help="instead, measure faces of --model and write the numbers of each, which directions are made from",
    )
    add_model_option(parser)
    parser.add_argument(
        "--samples", type=parse_several, default=_FACES, metavar="N", help="faces to render; default: %(default)s"
    )
    add_device_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the measures of every picture that shows a face, and a sentence for every other."""
    if arguments.distribution:
        return _write_distribution(arguments)
    if arguments.survey:
        return _write_survey(arguments)
    if not arguments.pictures:
        raise UsageError("Which pictures? Give one or more files.")
    start_torch()
    from generator.attributes.attribute_model import FaceMeasurer

    measure, found, code = FaceMeasurer(), [], GOOD
    for file in arguments.pictures:
        try:
            found.append(_facts(file, measure, arguments.landmarks))
        except PictureError as error:
            complain(str(error))
            code = FAILED
    if arguments.json:
        print(json.dumps(found, indent=1).replace("\n    ", " ").replace("\n   ]", " ]"))  # a line a point
    elif found:
        print("\n\n".join(_text(facts) for facts in found))
    return code


def _facts(file: str, measure: FaceMeasurer, landmarks: bool) -> dict[str, Any]:
    """What is printed of one picture. Raises `PictureError` with one sentence."""
    seen, values = measure.seen(read_picture(file, "measured"))
    if seen is None:
        raise PictureError(f"{file} shows no face that can be measured; choose one with a face in it.")
    facts: dict[str, Any] = {
        "file": file,
        "measures": {n: _rounded(v) for n, v in zip(measure.names, values, strict=True)},
    }
    if landmarks:
        facts["landmarks"] = [[round(float(x), 2) for x in point] for point in seen.mesh]
    return facts


def _rounded(value: float) -> float | None:
    """Five digits are finer than any measure; None, which JSON calls null, where there is nothing to measure."""
    return float(f"{value:.5g}") if value == value else None


def _text(facts: dict[str, Any]) -> str:
    from generator.attributes.catalogue import MEASURES

    lines = [printable(facts["file"])]
    for measure in MEASURES:
        if measure.name in facts["measures"]:
            value = facts["measures"][measure.name]
            number = "-" if value is None else f"{value:.3g}" if abs(value) < 1 else f"{value:.1f}"
            lines.append(f"  {measure.name:16} {number:>8} {measure.unit:18} {measure.low} - {measure.high}")
    lines += [f"  {i:3} {_words(point)}" for i, point in enumerate(facts.get("landmarks", ()))]
    return "\n".join(lines)


def _words(point: Sequence[float]) -> str:
    return " ".join(f"{x:8.2f}" for x in point)


def _refuse_pictures(arguments: argparse.Namespace, option: str) -> None:
    if arguments.pictures:
        raise UsageError(f"{option} measures a model's own faces; leave out the pictures.")


def _write_survey(arguments: argparse.Namespace) -> int:
    from explorer.cli.model_files import open_engine
    from generator.attributes.attribute_model import FaceMeasurer
    from generator.attributes.identity import Identity
    from generator.attributes.optional_packages import tell_people_apart
    from generator.directions import measured_faces
    from generator.directions.survey import measuring_faces
    from generator.progress import finish

    _refuse_pictures(arguments, "--survey")
    identity = Identity() if tell_people_apart() else None
    engine = open_engine(arguments.model, arguments.device)
    found = finish(measuring_faces(engine, FaceMeasurer(), identity, arguments.samples), report)
    measured_faces.save(found, arguments.survey)
    print(f"{printable(arguments.survey)}: {len(found.names)} measures of {len(found.values):,} faces")
    return GOOD


def _write_distribution(arguments: argparse.Namespace) -> int:
    from explorer.cli.model_files import open_engine
    from generator.attributes.attribute_model import FaceMeasurer
    from generator.attributes.distribution import measuring, save
    from generator.progress import finish

    _refuse_pictures(arguments, "--distribution")
    engine = open_engine(arguments.model, arguments.device)
    job = measuring(engine.render, FaceMeasurer(), engine.generator.hash, arguments.samples)
    distribution = finish(job, report)
    save(distribution, arguments.distribution)
    print(f"{printable(arguments.distribution)}: {len(distribution.names)} measures of {distribution.faces:,} faces")
    return GOOD
