"""The small languages of the command line: `1,5-9`, `age=1.5`, `3=-2@0-7`, `85@7-13:0.5`.

Converts text to values. Every parser raises `NotationError` with one sentence, and `str()` of every value reads
back as an equal value.
"""

from __future__ import annotations

import argparse
import math
import re
from dataclasses import dataclass
from itertools import chain

from generator.errors import RecipeError
from generator.printable import printable
from generator.project.face import MAX_STARS
from generator.recipe.layers import MAX_LAYER, Layers
from generator.recipe.recipe import MAX_AMOUNT, MAX_DEGREES, MAX_SEED, MAX_SHIFT

MAX_SEEDS = 100_000  # of one command; more is a mistyped range
MAX_SIZE = 16383  # pixels on a side of an image, as `generator.formats.image_encode` has it
MAX_SECONDS = 3600.0  # of one measurement
_QUOTED = 60  # characters of the argument that a sentence quotes


class NotationError(argparse.ArgumentTypeError):
    """A value on the command line does not have the expected form; argparse makes it a usage error."""


@dataclass(frozen=True)
class NamedAmount:
    """NAME=SIGMA[@LAYERS]: a move along a named direction, on its own layers or on these."""

    name: str
    sigma: float
    layers: Layers | None = None  # None = those of the direction

    def __str__(self) -> str:
        layers = "" if self.layers is None else f"@{self.layers}"
        return f"{self.name}={self.sigma!r}{layers}"


@dataclass(frozen=True)
class ComponentAmount:
    """INDEX=SIGMA[@LAYERS]: a move along a principal component of W, on some layers."""

    index: int  # from 0
    sigma: float
    layers: Layers = Layers.ALL

    def __str__(self) -> str:
        return f"{self.index}={self.sigma!r}@{self.layers}"


@dataclass(frozen=True)
class MixedLayers:
    """SEED@LAYERS[:WEIGHT]: these layers are `weight` times the styles of `seed`."""

    seed: int
    layers: Layers
    weight: float = 1.0  # 0..1

    def __str__(self) -> str:
        return f"{self.seed}@{self.layers}:{self.weight!r}"


def parse_seeds(text: str, most: int = MAX_SEEDS) -> tuple[int, ...]:
    """`1,5-9` -> (1, 5, 6, 7, 8, 9): seeds 0..2**32-1 in the order written, repeats kept and counted.

    More than `most` are refused before there is a list of them.
    """
    too_many = NotationError(f"{_quoted(text)} has more than {most} seeds; ask for fewer at a time.")
    if text.count(",") >= most:
        raise too_many
    ranges: list[range] = []
    count = 0
    for part in text.split(","):
        ranges.append(_seed_range(part.strip()))
        count += len(ranges[-1])
        if count > most:
            raise too_many
    return tuple(chain.from_iterable(ranges))


def _seed_range(text: str) -> range:
    """`5-9`, or `5` for one seed."""
    first, dash, last = text.partition("-")
    if dash and not first:
        raise NotationError(f"{_quoted(text)} is not a seed: the smallest is 0.")
    start = parse_seed(first)
    stop = parse_seed(last) if dash else start
    if stop < start:
        raise NotationError(f"The range of seeds {_quoted(text)} runs backwards; write {stop}-{start}.")
    return range(start, stop + 1)


def parse_seed(text: str) -> int:
    """One seed, 0..2**32-1."""
    digits = text.strip()
    too_long = len(digits) > len(str(MAX_SEED)) and digits.isdecimal()
    if too_long or _whole_number(digits, "a seed") > MAX_SEED:
        raise NotationError(f"Seed {_shortened(digits)} is too large; the largest is {MAX_SEED}.")
    return int(digits)


def parse_layers(text: str) -> Layers:
    """`4-7`, `4` for one layer, `0-7,10` for several ranges, or `all`."""
    try:
        return Layers.parse(text)
    except RecipeError as error:
        raise NotationError(str(error)) from error


def parse_named_amount(text: str) -> NamedAmount:
    """`age=1.5` or `age=1.5@0-7,10`."""
    name, equals, rest = text.rpartition("=")  # from the right: a name may hold "="
    if not equals or not name.strip():
        raise NotationError(f"{text!r} is not NAME=SIGMA or NAME=SIGMA@LAYERS, as in age=1.5.")
    sigma, at, layers = rest.partition("@")
    return NamedAmount(name.strip(), _amount(sigma), parse_layers(layers) if at else None)


def parse_component_amount(text: str) -> ComponentAmount:
    """`3=-2` or `3=-2@0-7,10`."""
    index, equals, rest = text.partition("=")
    if not equals:
        raise NotationError(f"{text!r} is not INDEX=SIGMA or INDEX=SIGMA@LAYERS, as in 3=-2@0-7.")
    sigma, at, layers = rest.partition("@")
    return ComponentAmount(
        _whole_number(index, "the number of a component"), _amount(sigma), parse_layers(layers) if at else Layers.ALL
    )


def parse_mixed_layers(text: str) -> MixedLayers:
    """`85@7-13` or `85@7-13:0.5`."""
    seed, at, rest = text.partition("@")
    if not at:
        raise NotationError(f"{text!r} is not SEED@LAYERS or SEED@LAYERS:WEIGHT, as in 85@7-13:0.5.")
    layers, colon, weight = rest.partition(":")
    return MixedLayers(parse_seed(seed), parse_layers(layers), _share(weight, "weight") if colon else 1.0)


def parse_psi(text: str) -> float:
    """Truncation psi, -10..10."""
    psi = _number(text)
    if abs(psi) > 10:
        raise NotationError(f"Truncation {text} is not in -10..10; 0.7 is usual.")
    return psi


def parse_shift(text: str) -> tuple[float, float]:
    """`0.1,-0.25` -> (0.1, -0.25): widths of the image to the right and down."""
    numbers = text.split(",")
    if len(numbers) != 2:
        raise NotationError(f"{text!r} is not X,Y, as in 0.1,-0.25.")
    x, y = map(_number, numbers)
    if max(abs(x), abs(y)) > MAX_SHIFT:
        raise NotationError(f"The shift {text} is not in -{MAX_SHIFT}..{MAX_SHIFT} widths of the image.")
    return x, y


def parse_degrees(text: str) -> float:
    """An angle, -360..360."""
    degrees = _number(text)
    if abs(degrees) > MAX_DEGREES:
        raise NotationError(f"The angle {text} is not in -{MAX_DEGREES}..{MAX_DEGREES} degrees.")
    return degrees


def parse_count(text: str) -> int:
    """A whole number from 1."""
    count = _whole_number(text, "a count")
    if count == 0:
        raise NotationError("It must be at least 1.")
    return count


def parse_size(text: str) -> int:
    """Pixels on a side, 1..16383."""
    size = parse_count(text)
    if size > MAX_SIZE:
        raise NotationError(f"{size} pixels are too many: the limit is {MAX_SIZE}.")
    return size


def parse_several(text: str) -> int:
    """A whole number from 2."""
    count = _whole_number(text, "a count")
    if count < 2:
        raise NotationError(f"{count} is fewer than 2.")
    return count


def parse_seconds(text: str) -> float:
    """A time up to an hour."""
    seconds = _number(text)
    if not 0 <= seconds <= MAX_SECONDS:
        raise NotationError(f"{text} is not in 0..{MAX_SECONDS:g} seconds.")
    return seconds


def parse_stars(text: str) -> int:
    """Stars of a face, 0..5."""
    stars = _whole_number(text, "a number of stars")
    if stars > MAX_STARS:
        raise NotationError(f"A face has 0 to {MAX_STARS} stars, not {stars}.")
    return stars


def parse_strength(text: str) -> float:
    """Strength of a look, 0..1."""
    return _share(text, "strength")


def parse_tag(text: str) -> str:
    """A tag of a face: some characters that can be seen."""
    tag = text.strip()
    if not tag or tag != printable(tag):
        raise NotationError(f"{_quoted(text)} is not a tag: it needs letters, and no characters that control a screen.")
    return tag


def parse_three(text: str) -> tuple[int, ...]:
    """`10,20,300`: three whole numbers from 0."""
    numbers = tuple(_whole_number(part, "one of three numbers") for part in text.split(","))
    if len(numbers) != 3:
        raise NotationError(f"{text!r} is not three numbers with commas.")
    return numbers


def parse_layer_number(text: str) -> int:
    """The number of one layer, from 0."""
    return _layer(text)


def _layer(text: str) -> int:
    layer = _whole_number(text, "the number of a layer")
    if layer > MAX_LAYER:
        raise NotationError(f"Layer {text.strip()} is beyond {MAX_LAYER}; a 256 px model has layers 0-13.")
    return layer


def _amount(text: str) -> float:
    amount = _number(text)
    if abs(amount) > MAX_AMOUNT:
        raise NotationError(f"{text.strip()} sigma is not in -{MAX_AMOUNT}..{MAX_AMOUNT}; faces hold up to about 4.")
    return amount


def _share(text: str, what: str) -> float:
    share = _number(text)
    if not 0 <= share <= 1:
        raise NotationError(f"The {what} {text.strip()} is not in 0..1.")
    return share


def _whole_number(text: str, what: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text.strip()):  # int() would also accept "1_0" and other scripts' digits
        raise NotationError(f"{_quoted(text.strip())} is not {what}: a whole number from 0 is expected.")
    return int(text)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = None
    if number is None or "_" in text:  # float() accepts 1_000
        raise NotationError(f"{text!r} is not a number.")
    if not math.isfinite(number):
        raise NotationError(f"{text!r} is not a finite number.")
    return number


def _quoted(text: str) -> str:
    return repr(_shortened(text))


def _shortened(text: str) -> str:
    """`text`, or its beginning: a list may be megabytes long, a sentence may not."""
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
