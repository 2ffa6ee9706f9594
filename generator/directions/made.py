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
)
from generator.directions.fitted import drawn, one_sigma
from generator.directions.foreign.found import rows_of
from generator.directions.hold import held_rows, held_still, selective, solved, vector_of
from generator.directions.survey import Array, Survey, surveying
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
TRIED = ("0-3", "0-7", "4-99", "8-99", "all")  # layers, where the user names none


@dataclass(frozen=True)
class Workshop:
    """A model and what is known of it."""

    engine: Engine
    pca: Pca
    measure: Measurer | None = None  # None: nothing is measured, and the tables stay empty
    library: DirectionLibrary = field(default_factory=lambda: DirectionLibrary(""))  # whose directions can be held
    faces: int | None = None  # measured for the survey; None = as many as take half a minute

    @property
    def num_ws(self) -> int:
        return self.engine.config.num_ws


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
    survey = yield from surveying(shop.engine, shop.measure, shop.pca, shop.faces)
    coordinates = [_coordinates(shop, pile, layers) for pile in (more, less)]
    move = make.piles(*coordinates)
    others = [name for name in _alike(survey, *coordinates) if name not in hold]
    held = held_rows([*others, *hold], survey, shop.library, shop.pca)
    effect = np.abs(move @ survey.slopes).max(initial=0.0)
    origin = f"The difference between {len(more)} faces with more of it and {len(less)} with less"
    return (yield from _finished(shop, survey, name, selective(move, held, effect), layers, "piles", origin))


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
    survey = yield from surveying(shop.engine, shop.measure, shop.pca, shop.faces)
    rows = make.difference(*(shop.engine.w_plus(recipe)[0].numpy() for recipe in (a, b)))
    return (
        yield from _of_rows(shop, survey, name, rows, layers, hold, "difference", "The way from one face to another")
    )


def make_combination(
    shop: Workshop, name: str, recipe: Recipe, layers: Layers | None = None, hold: Sequence[str] = ()
) -> Job[Made]:
    """What the sliders of `recipe` do together, as one direction."""
    survey = yield from surveying(shop.engine, shop.measure, shop.pca, shop.faces)
    rows = make.combination(recipe, shop.num_ws)
    told = ", ".join(f"{edit.direction.name} {edit.amount:+.1f}" for edit in recipe.directions[:8])
    return (yield from _of_rows(shop, survey, name, rows, layers, hold, "combination", f"Together: {told}"))


def make_component(
    shop: Workshop, name: str, number: int, layers: Layers | None = None, hold: Sequence[str] = ()
) -> Job[Made]:
    """Principal component `number` of W."""
    survey = yield from surveying(shop.engine, shop.measure, shop.pca, shop.faces)
    rows = make.component(shop.pca, number).array[None]
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
    survey = yield from surveying(shop.engine, shop.measure, shop.pca, shop.faces)
    told = f"Eigenvector {number} of the styles of layers {layers or Layers.ALL}"
    return (yield from _of_rows(shop, survey, name, vectors[number : number + 1], layers, hold, "sefa", told))


def make_measure(
    shop: Workshop, measure: str, name: str = "", layers: Layers | None = None, hold: Sequence[str] = ()
) -> Job[Made]:
    """The direction that raises a measure and leaves the others and `hold` as they are."""
    survey = yield from surveying(shop.engine, shop.measure, shop.pca, shop.faces)
    place = survey.index(measure)
    others = [name for name in survey.independent_of(survey.values[:, place]) if name not in hold]
    wanted, held = survey.slopes[:, place], held_rows([*others, *hold], survey, shop.library, shop.pca)
    words = next(((one.title, one.low, one.high) for one in MEASURES if one.name == measure), (measure, "less", "more"))
    move = selective(wanted, held, float(np.linalg.norm(wanted)))
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
    survey = yield from surveying(shop.engine, shop.measure, shop.pca, shop.faces)
    known = dict(zip(other.measure.names, changes, strict=True))
    effect = np.array([known.get(each, np.nan) for each in survey.names]) / survey.deviations
    seen = np.isfinite(effect)
    if not seen.any():
        raise DirectionError("No face is seen in the pictures of one of the two models, so they cannot be compared.")
    slopes = survey.slopes[:, seen]
    gram = slopes.T @ slopes
    gram += EFFECT_RIDGE * float(np.trace(gram)) / len(gram) * np.eye(len(gram))
    move = slopes @ np.linalg.solve(gram, effect[seen])
    held = held_rows(hold, survey, shop.library, shop.pca)
    told = f"What {there.name!r} does to the pictures of {other.engine.generator.name}"
    origin = f"pictures of {other.engine.generator.name}"
    return (yield from _finished(shop, survey, name, solved(move, held), layers, origin, told))


def bringing(shop: Workshop, direction: Direction, origin: str, told: str) -> Job[Made]:
    """What `direction`, which was made elsewhere, does to this model; `told` says what it is, without a full stop."""
    survey = yield from surveying(shop.engine, shop.measure, shop.pca, shop.faces)
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
    held = held_rows(hold, survey, shop.library, shop.pca)
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
    """Every layer, or of a few ranges the one on which the measure moves furthest beyond all others."""
    if not measure:
        return Layers.ALL
    best, most = Layers.ALL, -np.inf
    for text in TRIED:
        layers = Layers.parse(text)
        if not layers.indices(shop.num_ws):
            continue
        tried = _direction(shop, "trial", row, layers)
        effects = yield from measuring_effects(shop.engine, shop.measure, survey, tried, faces=4)
        moves = dict(zip(effects.names, effects.moves, strict=True))
        own, others = moves.pop(measure, 0.0), [abs(move) for move in moves.values()]
        score = own - max(others, default=0.0) / 2
        best, most = (layers, score) if score > most else (best, most)
    return best


def _direction(shop: Workshop, name: str, rows: Floats, layers: Layers) -> Direction:
    """One sigma long, as `one_sigma` measures it on the layers that act."""
    acting = layers.indices(shop.num_ws)
    if not acting:
        raise DirectionError(f"The model has no layer {layers}; its layers are 0-{shop.num_ws - 1}.")
    scale = one_sigma(rows if len(rows) == 1 else rows[acting], drawn(shop.engine.mapping, shop.engine.config))
    return Direction(name, pack(np.asarray(scale * rows, np.float32)), layers, len(rows))


def _shown(shop: Workshop, survey: Survey, direction: Direction, origin: str, told: str) -> Job[Made]:
    effects = yield from measuring_effects(shop.engine, shop.measure, survey, direction)
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
    )
    return Made(entry, effects, picture, ratio)
