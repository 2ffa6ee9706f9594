"""What `outis find` does once its options are parsed."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
import torch.distributed as dist

from explorer.cli.class_options import AskedClass
from explorer.cli.distributed import is_one_of_many, local_device
from explorer.cli.find_output import Output, output_of
from explorer.cli.model_files import open_engine
from explorer.cli.people import people_of
from explorer.cli.terminal import UsageError, complain, report, say
from explorer.exit_codes import FAILED, GOOD
from generator.people.finding import Crowd, Found, find
from generator.people.people import People
from generator.people.scales import scales_for
from generator.progress import Job
from generator.recipe.recipe import Recipe
from generator.training.distributed import joined
from generator.wishes.lexicon import understood
from generator.wishes.parse import parse_wish
from generator.wishes.scales import Scales
from generator.wishes.wish import Brief, Wish

T = TypeVar("T")


def run(arguments: argparse.Namespace) -> int:
    """Find, write, and print each path; exit code 1 where a place stayed empty."""
    engine = open_engine(arguments.model, local_device(arguments.device))
    asked = AskedClass(arguments, engine.generator)
    asked.of(Recipe())  # says where the zero class is rendered
    people = people_of(engine, arguments.clean, asked.label)
    brief = brief_of(arguments, scales_for(people))
    for line in _shown(brief, people):
        (print if arguments.show else say)(line)
    if arguments.show:
        return GOOD
    output = output_of(arguments, brief, engine)
    crowd = _alone(brief, people, output) if not is_one_of_many() else _together(brief, people, output)
    if crowd is None:
        return GOOD  # the first process writes what all have found
    output.finish(crowd)
    if crowd.missing:
        complain(_missing(crowd))
    return FAILED if crowd.missing else GOOD


def brief_of(arguments: argparse.Namespace, scales: Scales) -> Brief:
    """The brief of the options: a --where counts more than what --text says of the same measure.

    Raises `WishError` or `UsageError`.
    """
    stated = [parse_wish(text, scales) for text in arguments.where]
    said = understood(arguments.text or "", scales, arguments.count)
    if said.ignored:
        say(f"Not understood, and left out: {', '.join(map(repr, said.ignored))}.")
    count = arguments.count or said.count
    if count is None:
        raise UsageError("How many people? --text does not say it; add --count N.")
    measures = {wish.measure for wish in stated}
    wishes = (*(wish for wish in said.wishes if wish.measure not in measures), *stated)
    cross = arguments.cross or said.cross
    _check_folders(arguments.folders, wishes)
    return Brief(count, wishes, cross, arguments.apart, arguments.seed, arguments.truncation, clean=arguments.clean)


def _check_folders(names: Sequence[str], wishes: Sequence[Wish]) -> None:
    strange = next((name for name in names if name not in {wish.measure for wish in wishes}), None)
    if strange is not None:
        raise UsageError(f"--folders {strange}: there is no wish about it; add one, as in --where '{strange} half'.")


def _shown(brief: Brief, people: People) -> list[str]:
    """The brief in words: one wish a line, as it can be given to --where."""
    crossed = f", crossed by {', '.join(brief.cross)}" if brief.cross else ""
    lines = [f"{brief.count:,} {'person' if brief.count == 1 else 'people'}{crossed}:"]
    lines += [f'  --where "{wish}"' for wish in brief.wishes]
    guessed = [wish.measure for wish in brief.wishes if wish.measure in people.only_predicted]
    if guessed:
        lines.append(
            f"Apparent {' and '.join(guessed)} can only be predicted here, not measured: "
            'pip install "outis[attributes]" adds the networks.'
        )
    return lines


def _followed(job: Job[Any], output: Output) -> Any:
    """Run a search to its end, and write everybody as soon as they are found."""
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            return end.value
        if isinstance(step, Found):
            output.write(step.person, step.pixels)
        report(step)


def _alone(brief: Brief, people: People, output: Output) -> Crowd:
    crowd: Crowd = _followed(find(brief, people), output)
    return crowd


def _together(brief: Brief, people: People, output: Output) -> Crowd | None:
    """Search as one of many; the first process returns who was found, the others None."""
    with joined(torch.device("cpu")) as ranks:
        crowd: Crowd = _followed(find(brief, people, _Processes(ranks.rank, ranks.size)), output)
        dist.barrier()  # until everybody is written
    return crowd if ranks.leads else None


@dataclass(frozen=True)
class _Processes:
    """The processes of a launcher as a team."""

    rank: int
    size: int

    def gather(self, mine: T) -> list[T]:
        parts: list[Any] = [None] * self.size
        dist.all_gather_object(parts, mine)
        return parts


def _missing(crowd: Crowd) -> str:
    """Who was not found, and what they lack most often."""
    reasons = ", ".join(f"{count} by {reason}" for reason, count in Counter(crowd.rejected).most_common(3))
    hint = f" (most faces were rejected by: {reasons})" if reasons else ""
    return (
        f"Nobody was found for {len(crowd.missing):,} of {crowd.brief.count:,} places{hint}; "
        "widen the wishes, or lower --apart."
    )
