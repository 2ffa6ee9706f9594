"""What the direction studio can be asked to make: frozen values, which the compute thread carries out."""

from __future__ import annotations

from dataclasses import dataclass

from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Recipe


@dataclass(frozen=True)
class FoundWish:
    """A direction of a file, fitted to the open model."""

    path: str
    number: int  # of the directions in the file
    name: str = ""  # "" = as the file calls it
    layers: Layers | None = None  # None = those of the file
    sign: int = 1  # -1 turns it round
    beside: str = ""  # path of the components that a table of edits is for; "" = those in the same folder


@dataclass(frozen=True)
class PilesWish:
    """What the faces of one pile have more of than those of another; at least one face in each."""

    more: tuple[Recipe, ...]
    less: tuple[Recipe, ...]


@dataclass(frozen=True)
class DifferenceWish:
    """The way from one face to another."""

    start: Recipe
    end: Recipe


@dataclass(frozen=True)
class ComponentWish:
    """A principal component of W, counted from 0."""

    number: int


@dataclass(frozen=True)
class SlidersWish:
    """The directions of a recipe, with their amounts, as one."""

    recipe: Recipe


@dataclass(frozen=True)
class MeasureWish:
    """What changes a measure of faces, by its name."""

    measure: str


@dataclass(frozen=True)
class SefaWish:
    """An eigenvector of the affine weights of the chosen layers (Shen & Zhou 2021), counted from 0."""

    number: int
    layers: Layers = Layers.ALL


@dataclass(frozen=True)
class PicturesWish:
    """A named direction of another model: its effect is measured there, and solved again here."""

    path: str  # of the other model
    direction: str


@dataclass(frozen=True)
class LayersWish:
    """A direction that is there, on other layers."""

    entry: NamedDirection
    layers: Layers


Wish = (
    FoundWish
    | PilesWish
    | DifferenceWish
    | ComponentWish
    | SlidersWish
    | MeasureWish
    | SefaWish
    | PicturesWish
    | LayersWish
)
