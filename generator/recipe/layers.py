"""A set of layers of the synthesis network, as people write it: `0-7,10`. Needs no torch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from generator.errors import RecipeError

MAX_LAYER = 99  # public models have fewer than 30; slices by larger numbers overflow in torch
MAX_TEXT = 1000  # characters of a notation; the longest that is needed has 145
_ALL = "all"
_QUOTED = 60  # characters of the notation that a sentence quotes


@dataclass(frozen=True)
class Layers:
    """Layers counted from 0, as spans whose ends both belong to them: sorted, and with a gap between neighbours.

    A set can contain layers that a model does not have: `ALL` is every layer of any model. Raises `RecipeError` for
    spans in any other form, so that equal sets are equal values.
    """

    ALL: ClassVar[Layers]
    spans: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not self.spans:
            raise RecipeError("A set of layers is empty; name at least one layer.")
        before = -2
        for first, last in self.spans:
            if not before + 1 < first <= last <= MAX_LAYER:
                raise RecipeError(
                    f"Layers {first}-{last} are out of order or do not exist; they count from 0 to {MAX_LAYER}."
                )
            before = last

    @classmethod
    def of(cls, layers: Iterable[int]) -> Layers:
        """The set of these layers, in any order.

        Example:
            >>> from generator.recipe.layers import Layers
            >>> str(Layers.of([10, 0, 1, 2]))
            '0-2,10'
        """
        spans: list[tuple[int, int]] = []
        for layer in sorted(set(layers)):
            joins = spans and spans[-1][1] + 1 == layer
            spans[-1:] = [(spans[-1][0], layer)] if joins else [*spans[-1:], (layer, layer)]
        return cls(tuple(spans))

    @classmethod
    def span(cls, first: int, last: int) -> Layers:
        """The layers `first` to `last`, both included."""
        return _span(first, last)

    @classmethod
    def parse(cls, text: str) -> Layers:
        """The set that `text` names: layers and ranges in any order with commas between them, or "all".

        Raises `RecipeError` with one sentence.

        Example:
            >>> from generator.recipe.layers import Layers
            >>> Layers.parse("0-7, 10").indices(9)
            [0, 1, 2, 3, 4, 5, 6, 7]
        """
        return _parsed(text)

    @property
    def first(self) -> int:
        """The lowest layer."""
        return self.spans[0][0]

    @property
    def last(self) -> int:
        """The highest layer; `MAX_LAYER` = every layer from the last span on, in any model."""
        return self.spans[-1][1]

    @property
    def is_all(self) -> bool:
        """Whether it is every layer of any model."""
        return self == Layers.ALL

    def indices(self, num_ws: int) -> list[int]:
        """Those of the layers that a model of `num_ws` layers has, upwards."""
        return [layer for layer in self if layer < num_ws]

    def __iter__(self) -> Iterator[int]:
        return (layer for first, last in self.spans for layer in range(first, last + 1))

    def __contains__(self, layer: int) -> bool:
        return any(first <= layer <= last for first, last in self.spans)

    def __str__(self) -> str:
        spans = (f"{first}" if first == last else f"{first}-{last}" for first, last in self.spans)
        return _ALL if self.is_all else ",".join(spans)


Layers.ALL = Layers(((0, MAX_LAYER),))


@lru_cache(maxsize=256)  # thousands of recipes contain the same few
def _span(first: int, last: int) -> Layers:
    return Layers(((first, last),))


@lru_cache(maxsize=256)
def _parsed(text: str) -> Layers:
    if len(text) > MAX_TEXT:
        raise RecipeError(f"The layers are {len(text)} characters of text; at most {MAX_TEXT} are read.")
    if text.strip() == _ALL:
        return Layers.ALL
    return Layers.of(layer for part in text.split(",") for layer in _range(part.strip()))


def _range(text: str) -> range:
    """`5-9`, or `5` for one layer."""
    start, dash, end = text.partition("-")
    first = _layer(start)
    last = _layer(end) if dash else first
    if last < first:
        raise RecipeError(f"The range of layers {text!r} runs backwards; write {last}-{first}.")
    return range(first, last + 1)


def _layer(text: str) -> int:
    digits = text.strip()
    if not re.fullmatch(r"[0-9]{1,12}", digits):  # int() would also accept "1_0" and other scripts' digits
        raise RecipeError(f"{digits[:_QUOTED]!r} is not the number of a layer: a whole number from 0 is expected.")
    if int(digits) > MAX_LAYER:
        raise RecipeError(f"Layer {digits} is beyond {MAX_LAYER}; a 256 px model has layers 0-13.")
    return int(digits)
