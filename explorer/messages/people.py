"""People by wish, and one person in many states."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from explorer.messages.frames import Pixels
from generator.project.look import Look
from generator.recipe.recipe import Recipe
from generator.wishes.scales import Scales
from generator.wishes.wish import Brief

NO_SCALES = Scales(())


@dataclass(frozen=True)
class PeopleKnown:
    """What can be wished of the people of a model."""

    model: str  # content hash of the model
    scales: Scales = NO_SCALES  # what its faces measure, in the order of the window
    groups: tuple[tuple[str, str], ...] = ()  # name of each measure, and its group: "Mouth"
    meanings: tuple[tuple[str, str], ...] = ()  # name of each measure, and how it is measured
    is_learnt: bool = False  # False: the model is to be learnt first, and there are no scales
    only_predicted: tuple[str, ...] = ()  # measures that nothing here can measure
    inspects: bool = False  # whether faces can be looked through for tell-tales


@dataclass(frozen=True)
class FoundPerson:
    """Somebody who was found for a brief."""

    number: int  # the person's in its brief, from 1
    seed: int
    recipe: Recipe
    cell: tuple[str, ...]  # label of the band of each wish
    values: tuple[tuple[str, float], ...]  # measures in their units
    predicted: tuple[str, ...] = ()  # those of `values` that were not measured
    cues: tuple[tuple[str, float | None], ...] = ()  # percentiles; None = it cannot be judged
    face: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)  # [E] who it is to a network
    pixels: Pixels | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class PersonFound:
    """Somebody for a search that goes on."""

    search: int  # its number
    person: FoundPerson
    instead: int | None = None  # id of the face whose place it takes; None = it takes none's


@dataclass(frozen=True)
class PeopleFound:
    """The end of a search for people."""

    search: int
    brief: Brief
    found: int
    missing: tuple[tuple[str, ...], ...] = ()  # what was asked of those whom nobody is: labels of their bands
    rejected: tuple[tuple[str, int], ...] = ()  # how many were looked at and not taken, by measure, cue or reason
    only_predicted: tuple[str, ...] = ()  # wished measures that were not measured


@dataclass(frozen=True)
class StateDrawn:
    """A character in one of its states, small."""

    number: int  # of the character
    state: str
    recipe: Recipe
    pixels: Pixels


@dataclass(frozen=True)
class CharacterMade:
    """The end of a character: all of its states were drawn."""

    number: int
    looks: tuple[Look, ...] = ()  # the states, where they are to be kept
    sheet: str = ""  # path of the picture with all of them
