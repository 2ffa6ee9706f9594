"""The jobs behind "make a direction": each yields its progress and ends in the direction, a strip and its effects.

A `Workshop` holds what they share. Every job takes below a minute on two cores for a 256 px model: most of it is the
survey, which is made once for a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from generator.attributes.attribute_model import Measurer
from generator.attributes.catalogue import MEASURES
from generator.directions import make
from generator.directions.effect import (
    Effects,
    acting,
    drawing_strip,
    measuring_changes,
    measuring_effects,
    measuring_identity,
)
from generator.directions.fitted import drawn, one_sigma
from generator.directions.foreign.found import rows_of
from generator.directions.hold import held_rows, held_still, selective, solved, vector_of
from generator.directions.survey import Array, Identify, Survey, surveying
from generator.errors import DirectionError
from generator.progress import Job, Progress
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.pca import Pca
from generator.recipe.recipe import Direction, Floats, Recipe, pack
from generator.render.cpu.pixels import Pixels
from generator.render.engine import Engine

KEPT_SHARE = 0.6  # of the largest difference between two piles: measures that differ as much belong to what is sorted
EFFECT_RIDGE = 0.5  # of the mean square of the slopes: what is measured over 24 faces is noisy
STRONG = 0.7  # times the strongest move, of the layers among which the most selective are chosen
TRIED = ("0-3", "0-7", "4-99", "8-99", "all")  # layers, where the user names none


@dataclass(frozen=True)
class Workshop:
    """A model and what is known of it."""

    engine: Engine
    pca: Pca
    measure: Measurer | None = None  # None: nothing is measured, and the tables stay empty
    library: DirectionLibrary = field(default_factory=lambda: DirectionLibrary(""))  # whose directions can be held
    faces: int | None = None  # measured for the survey; None = what takes half a minute
    identity: Identify | None = None  # who a face is; None: people are not told apart

    @property
    def num_ws(self) -> int:
        return self.engine.config.num_ws

    def surveying(self) -> Job[Survey]:
        """What is measured of the model's faces."""
        return surveying(self.engine, self.measure, self.pca, self.faces, self.identity)

    def held(self, survey: Survey, names: Sequence[str], but: str = "") -> Array:
        """The rows `[H, k]` that hold the measures or directions of `names`, and every locked direction but one."""
        locked = (entry.name for entry in self.library.entries if entry.locked and entry.name not in (but, *names))
        return held_rows([*names, *locked], survey, self.library, self.pca)


@dataclass(frozen=True)
class Made:
    """A new direction and what it does."""

    entry: NamedDirection
    effects: Effects
    strip: Pixels  # uint8: faces at -3, 0 and +3, see `effect.drawing_strip`
    acts: float  # times the change of random directions, see `effect.acting`


def make_piles(
    shop: Workshop,
    name: str,
    more: Sequence[Recipe],
    less: Sequence[Recipe],
    layers: Layers | None = None,
    hold: Sequence[str] = (),
) -> Job[Made]:
    """The direction from the faces `less` to the faces `more`, other measures and `hold` kept still.

    A measure in which the piles differ about as much as in any belongs to what was sorted, and is left free.
    """
    survey = yield from shop.surveying()
    coordinates = [_coordinates(shop, pile, layers) for pile in (more, less)]
    move = make.piles(*coordinates)
    others = [name for name in _alike(survey, *coordinates) if name not in hold]
    loose, held = held_rows(others, survey, shop.library, shop.pca), shop.held(survey, hold, name)
    changes = move @ survey.slopes
    top = int(np.abs(changes).argmax()) if len(changes) else -1
    own = move if top < 0 else survey.slopes[:, top] * np.sign(changes[top])
    origin = f"The difference between {len(more)} faces with more of it and {len(less)} with less"
    found = selective(move, loose, held, own, survey.cost)
    return (yield from _finished(shop, survey, name, found, layers, "piles", origin))


def _coordinates(shop: Workshop, faces: Sequence[Recipe], layers: Layers | None) -> Array:
    if not faces:
        raise DirectionError("Both piles need at least one face.")
    acting = (layers or Layers.ALL).indices(shop.num_ws)
    w = np.stack([shop.engine.w_plus(recipe)[0].numpy()[acting].mean(axis=0) for recipe in faces])
    return shop.pca.coordinates(w).astype(np.float64)


def _alike(survey: Survey, more: Array, less: Array) -> list[str]:
    """The measures in which the piles differ least, as the survey predicts them from where the faces lie."""
    if not survey.names:
        return []
    differences = np.abs((more.mean(axis=0) - less.mean(axis=0)) @ survey.slopes)
    return [name for name, size in zip(survey.names, differences, strict=True) if size < KEPT_SHARE * differences.max()]


def make_difference(
    shop: Workshop, name: str, a: Recipe, b: Recipe, layers: Layers | None = None, hold: Sequence[str] = ()
) -> Job[Made]:
    """The direction from face `a` to face `b`, their own sliders included."""
    rows = make.difference(*(shop.engine.w_plus(recipe)[0].numpy() for recipe in (a, b)))
    survey = yield from shop.surveying()
    return (
        yield from _of_rows(shop, survey, name, rows, layers, hold, "difference", "The way from one face to another")
    )


def make_combination(
    shop: Workshop, name: str, recipe: Recipe, layers: Layers | None = None, hold: Sequence[str] = ()
) -> Job[Made]:
    """What the sliders of `recipe` do together, as one direction."""
    rows = make.combination(recipe, shop.num_ws)
    survey = yield from shop.surveying()
    told = ", ".join(f"{edit.direction.name} {edit.amount:+.1f}" for edit in recipe.directions[:8])
    return (yield from _of_rows(shop, survey, name, rows, layers, hold, "combination", f"Together: {told}"))


def make_component(
    shop: Workshop, name: str, number: int, layers: Layers | None = None, hold: Sequence[str] = ()
) -> Job[Made]:
    """Principal component `number` of W."""
    rows = make.component(shop.pca, number).array[None]
    survey = yield from shop.surveying()
    return (
        yield from _of_rows(shop, survey, name, rows, layers, hold, "component", f"Principal component {number} of W")
    )


def make_sefa(
    shop: Workshop, name: str, number: int, layers: Layers | None = None, hold: Sequence[str] = ()
) -> Job[Made]:
    """Eigenvector `number` of the weights that make the styles of `layers` from w (SeFa), for these layers."""
    vectors = make.sefa(shop.engine.generator, layers or Layers.ALL)
    if not 0 <= number < len(vectors):
        raise DirectionError(f"There is no eigenvector {number}; there are {len(vectors)}, counted from 0.")
    survey = yield from shop.surveying()
    told = f"Eigenvector {number} of the styles of layers {layers or Layers.ALL}"
    return (yield from _of_rows(shop, survey, name, vectors[number : number + 1], layers, hold, "sefa", told))


def make_measure(
    shop: Workshop, measure: str, name: str = "", layers: Layers | None = None, hold: Sequence[str] = ()
) -> Job[Made]:
    """The direction that raises a measure and leaves the others and `hold` as they are."""
    survey = yield from shop.surveying()
    place = survey.index(measure)
    others = [each for each in survey.independent_of(survey.values[:, place]) if each not in hold]
    wanted, loose = survey.slopes[:, place], held_rows(others, survey, shop.library, shop.pca)
    held = shop.held(survey, hold, name or measure)
    words = next(((one.title, one.low, one.high) for one in MEASURES if one.name == measure), (measure, "less", "more"))
    move = selective(wanted, loose, held, wanted, survey.cost)
    told = f"Raises the measure {measure}"
    made = yield from _finished(shop, survey, name or measure, move, layers, "measure", told, measure)
    return replace(made, entry=replace(made.entry, title=words[0], low=words[1], high=words[2]))


def make_from_pictures(
    shop: Workshop,
    name: str,
    other: Workshop,
    there: Direction,
    layers: Layers | None = None,
    hold: Sequence[str] = (),
) -> Job[Made]:
    """A direction of another model, by what it does to the pictures: how the measures change there, solved again here.

    A ridge regression: the shortest move whose predicted changes are those that were measured over 24 faces.
    """
    if shop.measure is None or other.measure is None:
        raise DirectionError("Pictures of two models are compared by measures, and none are known here.")
    misfit = there.misfit(other.num_ws, other.engine.config.w_dim)
    if misfit:
        raise DirectionError(f"The direction {there.name!r} {misfit}; it belongs to another model.")
    changes = yield from measuring_changes(other.engine, other.measure, there)
    survey = yield from shop.surveying()
    known = dict(zip(other.measure.names, changes, strict=True))
    effect = np.array([known.get(each, np.nan) for each in survey.names]) / survey.deviations
    seen = np.isfinite(effect)
    if not seen.any():
        raise DirectionError("No face is seen in the pictures of one of the two models, so they cannot be compared.")
    slopes = survey.slopes[:, seen]
    gram = slopes.T @ slopes
    gram += EFFECT_RIDGE * float(np.trace(gram)) / len(gram) * np.eye(len(gram))
    move = slopes @ np.linalg.solve(gram, effect[seen])
    held = shop.held(survey, hold, name)
    told = f"What {there.name!r} does to the pictures of {other.engine.generator.name}"
    origin = f"pictures of {other.engine.generator.name}"
    return (yield from _finished(shop, survey, name, solved(move, held), layers, origin, told))


def bringing(shop: Workshop, direction: Direction, origin: str, told: str) -> Job[Made]:
    """What `direction`, which was made elsewhere, does to this model; `told` says what it is, without a full stop."""
    survey = yield from shop.surveying()
    return (yield from _shown(shop, survey, direction, origin, told))


def _of_rows(
    shop: Workshop,
    survey: Survey,
    name: str,
    rows: Floats,
    layers: Layers | None,
    hold: Sequence[str],
    origin: str,
    told: str,
) -> Job[Made]:
    """The direction of `rows` `[1 or num_ws, D]`, as few as say the same."""
    fewest, acting = rows_of(rows)
    chosen = layers if layers is not None else acting
    held = shop.held(survey, hold, name)
    kept = np.array([held_still(row, held, shop.pca) if row.any() else row for row in fewest])
    return (yield from _shown(shop, survey, _direction(shop, name, kept, chosen), origin, told))


def _finished(
    shop: Workshop,
    survey: Survey,
    name: str,
    move: Array,
    layers: Layers | None,
    origin: str,
    told: str,
    measure: str = "",
) -> Job[Made]:
    """The direction of a move on the components, on the layers where it does most of what is wanted."""
    row = vector_of(move, shop.pca)[None]
    if layers is None:
        layers = yield from _best_layers(shop, survey, row, measure)
    return (yield from _shown(shop, survey, _direction(shop, name, row, layers), origin, told))


def _best_layers(shop: Workshop, survey: Survey, row: Floats, measure: str) -> Job[Layers]:
    """Every layer, or of a few ranges that move the measure far the one that moves the others least."""
    if not measure:
        return Layers.ALL
    found: list[tuple[float, float, Layers]] = []  # (its own move, the others', layers)
    for text in TRIED:
        layers = Layers.parse(text)
        if layers.indices(shop.num_ws):
            tried = _direction(shop, "trial", row, layers)
            effects = yield from measuring_effects(shop.engine, shop.measure, survey, tried, faces=4)
            moves = dict(zip(effects.names, effects.moves, strict=True))
            own, others = moves.pop(measure, 0.0), list(moves.values())
            found.append((own, float(np.sqrt(np.mean(np.square(others or [0.0])))), layers))
    strongest = max(own for own, _, _ in found)
    if strongest <= 0:
        raise DirectionError(
            f"On none of the layers that were tried does it raise the measure {measure}; name the layers it acts on."
        )
    strong = [each for each in found if each[0] >= STRONG * strongest]
    return max(strong, key=lambda each: each[0] / max(each[1], 0.05))[2]


def _direction(shop: Workshop, name: str, rows: Floats, layers: Layers) -> Direction:
    """One sigma long, as `one_sigma` measures it on the layers that act."""
    acting = layers.indices(shop.num_ws)
    if not acting:
        raise DirectionError(f"The model has no layer {layers}; its layers are 0-{shop.num_ws - 1}.")
    scale = one_sigma(rows if len(rows) == 1 else rows[acting], drawn(shop.engine.sampled, shop.engine.config))
    return Direction(name, pack(np.asarray(scale * rows, np.float32)), layers, len(rows))


def _shown(shop: Workshop, survey: Survey, direction: Direction, origin: str, told: str) -> Job[Made]:
    effects = yield from measuring_effects(shop.engine, shop.measure, survey, direction)
    identity = yield from measuring_identity(shop.engine, shop.measure, shop.identity, direction)
    ratio = yield from acting(shop.engine, direction)
    picture = yield from drawing_strip(shop.engine, direction)
    yield Progress(1, 1, "Made")
    where = "all layers" if direction.layers.is_all else f"layers {direction.layers}"
    entry = NamedDirection(
        direction,
        title=direction.name[:1].upper() + direction.name[1:],
        low="less",
        high="more",
        description=f"{told}; acts on {where}. {effects.sentence}",
        effects=effects.table,
        origin=origin,
        identity=identity,
    )
    return Made(entry, effects, picture, ratio)
