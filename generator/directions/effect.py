"""What a direction does to the faces of a model: whether it acts at all, how it looks, which measures it moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from generator.attributes.attribute_model import Measurer
from generator.attributes.identity import distance
from generator.directions.survey import Array, Identify, Survey, face, looking, person_on
from generator.progress import Job, Progress
from generator.recipe.recipe import Direction, DirectionEdit, Recipe, pack
from generator.render.contact_sheet import in_square
from generator.render.cpu.pixels import Pixels
from generator.render.engine import Engine

RANDOM = 32  # directions of the same length that it is compared with
ACTS = 1.5  # times the change of random ones: directions that people use have 2 to 5, those of other models 0.7 to 1.4
STRIP_SIZE = 128  # pixels of one face of the strip
REACH = 3.0  # sigma to either side of the strip and the table of effects
_STRIP_SEEDS = (900_101, 900_102, 900_103, 900_104, 900_105, 900_106, 900_107, 900_108)
_EFFECT_SEEDS = range(910_000, 910_012)  # faces that are moved and measured
_COMPARED_SEEDS = (920_000, 920_001)  # each for half of the random directions
_COMPARED_SIZE = 64  # pixels: the layers that differ more finely change little


@dataclass(frozen=True)
class Effects:
    """How far each measure moves from one end to the other, in standard deviations over unmoved faces."""

    names: tuple[str, ...] = ()
    moves: tuple[float, ...] = ()
    reach: float = REACH  # amount at either end, see `reach`

    @property
    def table(self) -> tuple[tuple[str, float], ...]:
        """(measure, its move), in the order of the measures, as a named direction stores them."""
        return tuple((name, round(move, 2)) for name, move in zip(self.names, self.moves, strict=True))

    @property
    def strongest(self) -> tuple[tuple[str, float], ...]:
        """The table, what moves most first."""
        return tuple(sorted(self.table, key=lambda pair: -abs(pair[1])))

    @property
    def sentence(self) -> str:
        """The five strongest in words."""
        if not self.names:
            return "No measure is known for the pictures of this model."
        words = ", ".join(f"{name} {move:+.1f}" for name, move in self.strongest[:5])
        return f"From {-self.reach:.0f} to +{self.reach:.0f} it moves, in standard deviations: {words}."


def reach(direction: Direction) -> float:
    """The largest amount that is shown: 3 sigma, or once the whole way to a target."""
    return REACH if direction.target is None else 1.0


def moved(recipe: Recipe, direction: Direction, amount: float) -> Recipe:
    """`recipe` moved `amount` along `direction` alone."""
    edits = (DirectionEdit(direction, amount),) if amount else ()
    return Recipe(source=recipe.source, truncation=recipe.truncation, directions=edits)


def drawing_strip(
    engine: Engine, direction: Direction, faces: int = 4, amounts: Sequence[float] | None = None
) -> Job[Pixels]:
    """Faces moved along `direction`: uint8 `[amounts * size, faces * size, 3]`, a row an amount, a column a face.

    amounts: None = -3, 0 and +3, or -1, 0 and +1 where it leads to a target.
    """
    amounts = (-reach(direction), 0.0, reach(direction)) if amounts is None else amounts
    size = min(STRIP_SIZE, engine.config.img_resolution)
    rows = []
    for place, amount in enumerate(amounts):
        row = []
        for number in range(faces):
            yield Progress(place * faces + number, len(amounts) * faces, "Drawing the strip")
            seed = _STRIP_SEEDS[number % len(_STRIP_SEEDS)] + number // len(_STRIP_SEEDS)
            row.append(_at_size(engine.render(moved(face(seed), direction, amount), max_resolution=size), size))
        rows.append(np.concatenate(row, axis=1))
    return np.concatenate(rows)


def _at_size(pixels: Pixels, size: int) -> Pixels:
    """Three colours, and `size` pixels on a side: networks that cannot stop early are drawn whole, and what is not
    square lies on black."""
    from PIL import Image  # late: the strip is wanted long after torch has been loaded

    colours = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    height, width = colours.shape[:2]
    longer = max(height, width)
    if longer != size:
        shape = max(width * size // longer, 1), max(height * size // longer, 1)
        colours = np.array(Image.fromarray(np.ascontiguousarray(colours)).resize(shape, Image.Resampling.BOX))
    return colours if colours.shape[:2] == (size, size) else in_square(colours, size)


def acting(engine: Engine, direction: Direction, amount: float | None = None) -> Job[float]:
    """How much `direction` changes pictures, as a multiple of what random directions of the same length and layers do
    (the mean of 32). About 1 is noise: the file belongs to another model."""
    source, amount = np.random.RandomState(0), compared_at(direction) if amount is None else amount
    shape, lengths = direction.array.shape, np.linalg.norm(direction.array, axis=-1, keepdims=True)
    others = []
    for _ in range(RANDOM):
        noise = source.randn(*shape)
        vector = noise / np.linalg.norm(noise, axis=-1, keepdims=True) * lengths
        others.append(replace(direction, name="random", vector=pack(np.asarray(vector, np.float32))))
    size = min(_COMPARED_SIZE, engine.config.img_resolution)
    plain = {seed: _small(engine, face(seed), size) for seed in _COMPARED_SEEDS}
    pairs = [(direction, seed) for seed in plain]
    pairs += [(other, _COMPARED_SEEDS[number % len(plain)]) for number, other in enumerate(others)]
    changes = []
    for done, (candidate, seed) in enumerate(pairs):
        yield Progress(done, len(pairs), "Comparing with random directions")
        changes.append(np.abs(_small(engine, moved(face(seed), candidate, amount), size) - plain[seed]).mean())
    own, random = changes[: len(plain)], changes[len(plain) :]
    return float(np.mean(own) / max(np.mean(random), 1e-9))


def compared_at(direction: Direction) -> float:
    """The amount at which pictures are compared, well within what is shown: 2 sigma, or two thirds of the way to a
    target."""
    return 2 / 3 * reach(direction)


def _small(engine: Engine, recipe: Recipe, size: int) -> Array:
    return engine.render(recipe, max_resolution=size).astype(np.float64)


def about_acting(ratio: float) -> str:
    """What the ratio of `acting` means, one sentence."""
    if ratio < ACTS:
        return (
            f"It hardly acts on this model: it changes pictures {ratio:.1f} times as much as random directions of the "
            "same length do, so it may belong to another model."
        )
    return f"It acts on this model: it changes pictures {ratio:.1f} times as much as random directions."


def measuring_effects(
    engine: Engine, measure: Measurer | None, survey: Survey, direction: Direction, faces: int = len(_EFFECT_SEEDS)
) -> Job[Effects]:
    """Move faces from one end to the other and measure them; without measures for this model the table is empty."""
    if measure is None or not survey.names:
        return Effects()
    far = reach(direction)
    changes = yield from _changes(
        engine, measure, direction, _EFFECT_SEEDS[:faces], (-far, far), "Measuring what it does"
    )
    known = dict(zip(measure.names, changes, strict=True))
    moves = [known[name] / deviation for name, deviation in zip(survey.names, survey.deviations, strict=True)]
    seen = [(name, float(move)) for name, move in zip(survey.names, moves, strict=True) if np.isfinite(move)]
    return Effects(tuple(name for name, _ in seen), tuple(move for _, move in seen), far)


def _changes(
    engine: Engine, measure: Measurer, direction: Direction, seeds: Sequence[int], ends: tuple[float, float], text: str
) -> Job[Array]:
    """Mean change of every measure `[A]` between the two ends; NaN where hardly any face is seen at both."""
    faces = [moved(face(seed), direction, amount) for seed in seeds for amount in ends]
    values = np.array((yield from looking(engine, faces, measure, text)), np.float64)
    return _mean_of_seen(values[1::2] - values[::2])


def _mean_of_seen(differences: Array) -> Array:
    seen = np.isfinite(differences)
    sums, counts = np.where(seen, differences, 0).sum(axis=0), seen.sum(axis=0)
    return np.where(counts * 3 >= len(differences), sums / np.maximum(counts, 1), np.nan)


def measuring_identity(
    engine: Engine, measure: Measurer | None, identity: Identify | None, direction: Direction
) -> Job[float | None]:
    """The median distance of the embedded faces at -2 and +2 (see `compared_at`), over eight faces: about 0.7 is
    another person, below 0.6 the network's authors call it the same. None where nobody can say."""
    if measure is None or identity is None:
        return None
    far = compared_at(direction)
    faces = [moved(face(seed), direction, amount) for seed in _EFFECT_SEEDS[:8] for amount in (-far, far)]
    look = partial(person_on, measure, identity)
    people = np.array((yield from looking(engine, faces, look, "Comparing the person")))
    distances = distance(people[::2], people[1::2])
    seen = distances[np.isfinite(distances)]
    return round(float(np.median(seen)), 3) if len(seen) > 3 else None


def measuring_changes(
    engine: Engine, measure: Measurer, direction: Direction, faces: int = 24, ends: tuple[float, float] = (-1.5, 1.5)
) -> Job[Array]:
    """Mean change of every measure of `measure` `[A]`, in its own unit, over `faces` faces; for another model."""
    seeds = range(_EFFECT_SEEDS.start, _EFFECT_SEEDS.start + faces)
    return (yield from _changes(engine, measure, direction, seeds, ends, "Measuring the other model's faces"))
