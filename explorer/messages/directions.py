"""Directions: found in files, made, solved, measured."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.messages.frames import Pixels
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction


@dataclass(frozen=True)
class FoundDirection:
    """One direction in a file, before it is fitted to a model."""

    name: str
    sentence: str  # what it is: "Direction in W, one row for all layers, from InterFaceGAN."
    layers: Layers


@dataclass(frozen=True)
class DirectionsFound:
    """A file with directions."""

    path: str
    sentence: str  # what was found, in words
    directions: tuple[FoundDirection, ...]  # none where it is a table of edits without its components
    components: str | None = None  # file that a table of edits was read with, "" = it is missing; None = no table


@dataclass(frozen=True)
class DirectionMade:
    """A direction of the open model, and what it does."""

    model: str  # content hash of the model
    entry: NamedDirection  # not yet among the user's
    strip: Pixels  # four faces in three rows: at -reach, 0 and +reach
    effects: tuple[tuple[str, float], ...]  # (title of a measure, its move from -3 to +3 in standard deviations)
    acts: float  # how much it changes the picture, in random directions of the same length
    identity: float | None = None  # distance of the faces at -2 and +2, by an embedding; None = it was not measured
    measured: bool = True  # False: the effects follow
    reach: float = 3.0  # sigma of both ends of the strip; of a direction that leads to a target, 1: all the way


@dataclass(frozen=True)
class DirectionsSolved:
    """The user's own directions, solved again so that others stay as they are."""

    model: str  # content hash of the model
    held: tuple[NamedDirection, ...]  # what stays
    solved: tuple[tuple[NamedDirection, NamedDirection], ...]  # before and after, of those that are others now
    kept: tuple[str, ...] = ()  # titles of those of which nothing would be left: they are as they were


@dataclass(frozen=True)
class LayersMeasured:
    """What a direction changes in the picture on each layer by itself."""

    model: str  # content hash of the model
    direction: Direction
    changes: tuple[float, ...]  # a layer each, levels 0..255


@dataclass(frozen=True)
class OtherModel:
    """A model whose directions can be made again for the open one."""

    path: str
    name: str
    directions: tuple[tuple[str, str], ...]  # name and title; () = it has none
