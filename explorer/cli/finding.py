"""What `outis find` does once its options are parsed."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
import torch.distributed as dist

from explorer.cli.class_options import AskedClass
from explorer.cli.distributed import is_one_of_many, local_device, shared
from explorer.cli.find_output import Output, output_of
from explorer.cli.model_files import open_engine
from explorer.cli.people import people_of
from explorer.cli.terminal import UsageError, complain, report, say
from explorer.exit_codes import FAILED, GOOD
from generator.people.finding import Crowd, Found, find
from generator.people.people import People, Person
from generator.people.scales import scales_for
from generator.people.search import Search
from generator.progress import Job
from generator.recipe.recipe import MAX_SEED, Recipe
from generator.training.distributed import joined
from generator.wishes.lexicon import understood
from generator.wishes.parse import parse_wish
from generator.wishes.scales import Scales
from generator.wishes.wish import Brief, Cell, Wish

_NEXT_SEEDS = 10_007  # from the seeds of one process to those of the next


def run(arguments: argparse.Namespace) -> int:
    """Find, write, and print each path; exit code 1 where a place stayed empty."""
    engine = open_engine(arguments.model, local_device(arguments.device))
    asked = AskedClass(arguments, engine.generator)
    asked.of(Recipe())  # says where the zero class is drawn
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
    """Find this process's part; the first one returns all that were found, the others None."""
    cells = dict(enumerate(brief.cells(), start=1))
    mine = {number: cells[number] for number in shared(tuple(cells))}
    with joined(torch.device("cpu")) as ranks:
        search = Search(_with_seeds_of(brief, ranks.rank), people)
        found = _followed(search.looking(mine), output)
        parts: list[Any] = [None] * ranks.size
        dist.all_gather_object(parts, (found, dict(search.rejected), search.screened))
    if not ranks.leads:
        return None
    everybody = [person for part in parts for person in part[0]]
    last = Search(_with_seeds_of(brief, ranks.size), people, never={person.seed for person in everybody})
    kept = _completed(everybody, cells, last, output)
    rejected = sum((Counter(part[1]) for part in parts), last.rejected)
    missing = tuple(sorted(cells.keys() - {person.number for person in kept}))
    screened = sum(part[2] for part in parts) + last.screened
    return Crowd(brief, kept, missing, dict(sorted(rejected.items())), screened)


def _with_seeds_of(brief: Brief, rank: int) -> Brief:
    """The same brief among other seeds: each process has its own, and the last search, after all of them, too."""
    return replace(brief, seed=(brief.seed + _NEXT_SEEDS * rank) % (MAX_SEED + 1))


def _completed(
    everybody: Sequence[Person], cells: Mapping[int, Cell], search: Search, output: Output
) -> tuple[Person, ...]:
    """Everybody, and others for those who are too much like somebody of another process, and for empty places."""
    kept: dict[int, Person] = {}
    for person in everybody:
        if search.is_apart(person):
            search.keep_apart_from(person)
            kept[person.number] = person
    empty = {number: cell for number, cell in cells.items() if number not in kept}
    found: Sequence[Person] = _followed(search.looking(empty), output) if empty else ()
    kept |= {person.number: person for person in found}
    for person in everybody:
        if person.number not in kept:
            output.take_back(person)
    return tuple(kept[number] for number in sorted(kept))


def _missing(crowd: Crowd) -> str:
    """Who was not found, and what they lack most often."""
    reasons = ", ".join(f"{count} by {reason}" for reason, count in Counter(crowd.rejected).most_common(3))
    hint = f" (most faces were rejected by: {reasons})" if reasons else ""
    return (
        f"Nobody was found for {len(crowd.missing):,} of {crowd.brief.count:,} places{hint}; "
        "widen the wishes, or lower --apart."
    )
