"""`outis inspect PICTURE...|--seeds 1-9`: six places where a generated face may give itself away."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.class_options import AskedClass, add_class_options
from explorer.cli.terminal import UsageError, add_device_option, add_model_option, complain, report
from explorer.compute.pictures import PictureError, read_picture
from explorer.compute.torch_start import start_torch
from explorer.document.argument_types import parse_psi, parse_seeds
from explorer.exit_codes import FAILED, GOOD
from generator.printable import printable

if TYPE_CHECKING:
    from generator.cues.cue import Cue
    from generator.cues.inspector import Spectrum
    from generator.cues.spectrum import Band

    Inspected = tuple[dict[str, Any], tuple[Cue, ...], Spectrum | None]  # "file" or "seed", the six cues, the spectrum

_PSI = 0.7


def add_parser(subparsers: Any) -> None:
    """Declare `outis inspect` and its options."""
    parser = subparsers.add_parser(
        "inspect",
        help="look closer at faces: background, symmetry, teeth, hair, droplets, eyes",
        description="Look at six places where a generated face may give itself away, and say how unusual each is "
        "among 500 photographs. These are cues and not verdicts: photographs can be unusual, and faces that no camera "
        "saw can be flawless.",
    )
    parser.add_argument("pictures", metavar="PICTURE", nargs="*", help="pictures of faces, of any size")
    parser.add_argument("--seeds", type=parse_seeds, metavar="1,5-9", help="instead, faces of --model by number")
    add_class_options(parser)
    parser.add_argument("--truncation", "--psi", type=parse_psi, metavar="PSI", help=f"with --seeds; default: {_PSI}")
    parser.add_argument("--json", action="store_true", help="print JSON for other programs")
    parser.add_argument(
        "--learn", action="store_true", help="look at 500 faces of --model, and compare with them from now on"
    )
    parser.add_argument(
        "--trial", metavar="FOLDER", help="print how well each row separates 500 photographs in it and faces of --model"
    )
    parser.add_argument(
        "--fit", metavar="FOLDER", help="fit the rules of background and hair to the photographs that a trial leaves"
    )
    parser.add_argument(
        "--out", metavar="FILE", help="with --trial: write the quantiles of scores; with --fit: the rules"
    )
    add_model_option(parser)
    add_device_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the six cues of every picture that shows a face, and a sentence for every other."""
    _check(arguments)
    start_torch()
    if arguments.trial is not None:
        return _try(arguments)
    if arguments.fit is not None:
        return _fit(arguments)
    if arguments.learn:
        return _learn(arguments)
    if arguments.seeds is not None:
        _print(_of_seeds(arguments), arguments.json)
        return GOOD
    found = _of_pictures(arguments.pictures)
    _print(found, arguments.json)
    return GOOD if len(found) == len(arguments.pictures) else FAILED


def _check(arguments: argparse.Namespace) -> None:
    given = (arguments.seeds, arguments.trial, arguments.fit)
    wishes = [bool(arguments.pictures), arguments.learn, *(value is not None for value in given)]
    if not any(wishes):
        raise UsageError("Which faces? Give pictures, or --seeds 1-9.")
    if sum(wishes) > 1:
        raise UsageError("Give only one of pictures, --seeds, --learn, --trial and --fit.")
    if arguments.truncation is not None and arguments.seeds is None:
        raise UsageError("--truncation belongs to --seeds; pictures are looked at as they are.")
    if arguments.out is not None and arguments.trial is None and arguments.fit is None:
        raise UsageError("--out belongs to --trial FOLDER or --fit FOLDER.")
    if arguments.label is not None and arguments.seeds is None:
        raise UsageError("--class is of faces by --seeds; leave one of them out.")
    if arguments.fit is not None and arguments.out is None:
        raise UsageError("Name the file to write with --out FILE.")


def _of_pictures(files: list[str]) -> list[Inspected]:
    """What is seen in pictures; of others, a sentence is printed."""
    from generator.cues.inspector import Inspector
    from generator.cues.standards import of_photographs

    inspector, found = Inspector(of_photographs()), []
    for file in files:
        try:
            face = inspector.face(read_picture(file, "inspected"))
            if face is None:
                raise PictureError(f"{file} shows no face that can be looked at; choose one with a face in it.")
            found.append(({"file": file}, inspector.of(face), inspector.spectrum(face)))
        except PictureError as error:
            complain(str(error))
    return found


def _of_seeds(arguments: argparse.Namespace) -> list[Inspected]:
    from explorer.cli.model_files import open_engine
    from generator.cues.inspector import Inspector
    from generator.cues.standards import of_model
    from generator.cues.workings import workings_of
    from generator.recipe.recipe import Recipe, SeedSource, Truncation

    engine, found = open_engine(arguments.model, arguments.device), []
    inspector = Inspector(of_model(engine.generator.hash))
    asked = AskedClass(arguments, engine.generator)
    psi = _PSI if arguments.truncation is None else arguments.truncation
    for seed in arguments.seeds:
        recipe = asked.of(Recipe(source=SeedSource(seed), truncation=Truncation(psi)))
        face = inspector.face(engine.render(recipe))
        cues = inspector.unseen if face is None else inspector.of(face, workings_of(engine, recipe))
        found.append(({"seed": seed}, cues, None if face is None else inspector.spectrum(face)))
    return found


def _print(found: list[Inspected], as_json: bool) -> None:
    if as_json:
        facts = [
            subject | {"cues": {cue.name: _facts(cue) for cue in cues}, "spectrum": _spectrum_facts(spectrum)}
            for subject, cues, spectrum in found
        ]
        print(re.sub(r"\n {4,}", " ", json.dumps(facts, indent=1)).replace("\n   }", " }"))  # a line a cue
    elif found:
        print("\n\n".join(_text(*result) for result in found))


def _facts(cue: Cue) -> dict[str, Any]:
    """Numbers of one cue; None, which JSON calls null, where it cannot be judged."""
    from generator.cues.cue import TEXTS

    box = None if cue.box is None else [round(edge, 1) for edge in cue.box]
    return {
        "percentile": _rounded(cue.percentile),
        "reason": cue.reason,
        "among_faces_of_the_model": _rounded(cue.among),
        "box": box,
        "weak": TEXTS[cue.name].weak,
    }


def _spectrum_facts(spectrum: Spectrum | None) -> dict[str, Any] | None:
    """Decibels at 1, 2, ... 128 cycles, and the shares of these frequencies that lie outside of other pictures'."""
    if spectrum is None:
        return None
    bands = {"photographs": spectrum.real, "faces_of_the_model": spectrum.own}
    places = {
        name: None if band is None else dict(zip(("below", "above"), _shares(band, spectrum), strict=True))
        for name, band in bands.items()
    }
    return {"decibels": [round(float(value), 2) for value in spectrum.power], **places}


def _shares(band: Band, spectrum: Spectrum) -> tuple[float, ...]:
    return tuple(round(share, 3) for share in band.outside(spectrum.power))


def _rounded(percentile: float | None) -> float | None:
    return None if percentile is None else round(percentile, 1)


def _text(subject: dict[str, Any], cues: tuple[Cue, ...], spectrum: Spectrum | None) -> str:
    from generator.cues.cue import TEXTS

    (kind, value), *_ = subject.items()
    lines = [printable(value) if kind == "file" else f"seed {value}"]
    for cue in cues:
        mark = "*" if cue.is_flagged else " "
        lines.append(f"{mark} {TEXTS[cue.name].title:15} {_place(cue)}")
        told = (TEXTS[cue.name].look_for, TEXTS[cue.name].weak) if cue.is_flagged else ()
        lines += [f"{'':17} {sentence}" for sentence in told if sentence]
    if spectrum is not None and spectrum.real is not None:
        below, above = (100 * share for share in spectrum.real.outside(spectrum.power))
        places = f"below 95 of 100 photographs at {below:.0f} % of frequencies, above at {above:.0f} %"
        lines.append(f"  {'Spectrum':15} {places}")
    return "\n".join(lines)


def _place(cue: Cue) -> str:
    if cue.percentile is None:
        return f"cannot be judged: {cue.reason}"
    from generator.cues.cue import TEXTS

    own = "" if cue.among is None else f", {cue.among:.0f} % of faces of the model"
    weak = " (a weak row)" if TEXTS[cue.name].weak else ""
    return f"more unusual than {cue.percentile:.0f} % of photographs{own}{weak}"


def _learn(arguments: argparse.Namespace) -> int:
    from explorer.cli.model_files import open_engine
    from generator.cues.inspector import Inspector
    from generator.cues.standards import store
    from generator.cues.survey import learning
    from generator.progress import finish

    engine = open_engine(arguments.model, arguments.device)
    own = finish(learning(engine, Inspector()), report)
    store(own.scores, own.band)
    print(f"{printable(engine.generator.name)}: the scores of {own.scores.faces} faces are known from now on")
    return GOOD


def _try(arguments: argparse.Namespace) -> int:
    from explorer.cli.model_files import open_engine
    from generator.cues.standards import save
    from generator.cues.trial import markdown, trying
    from generator.progress import finish

    trial = finish(trying(open_engine(arguments.model, arguments.device), Path(arguments.trial)), report)
    print(markdown(trial.rows))
    if arguments.out is not None:
        bands = {"real": trial.real.band, "model": trial.own.band}
        save(arguments.out, bands, real=trial.real.scores, model=trial.own.scores)
    return GOOD


def _fit(arguments: argparse.Namespace) -> int:
    from explorer.cli.model_files import open_engine
    from generator.cues.rules import save
    from generator.cues.survey import fitting
    from generator.cues.trial import split
    from generator.progress import finish

    _, _, rest = split(Path(arguments.fit))
    save(arguments.out, finish(fitting(open_engine(arguments.model, arguments.device), rest), report))
    print(f"{printable(arguments.out)}: rules of background and hair, fitted to {len(rest)} photographs")
    return GOOD
