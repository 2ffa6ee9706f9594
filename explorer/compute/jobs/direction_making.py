"""From a wish of the direction studio to a direction of the open model, and what it does. On the compute thread."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.compute.jobs.components import fitting_components
from explorer.compute.jobs.task import JobSteps, Partial
from explorer.compute.measurer import catalogue, measurer
from explorer.messages import DirectionMade, Measurable, MeasuresKnown
from explorer.studio.wishes import (
    ComponentWish,
    DifferenceWish,
    FoundWish,
    LayersWish,
    MeasureWish,
    PicturesWish,
    PilesWish,
    SefaWish,
    SlidersWish,
    Wish,
)
from explorer.translation import tr
from generator.progress import Job, Progress
from generator.recipe.directions import DirectionLibrary, NamedDirection

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.attributes.identity import Identity
    from generator.directions.made import Made, Workshop

_TRIED = 8  # faces on which the measures of a model are tried
LONGEST_ORIGIN = 80  # characters: the name of a file may be long
SEEN = 0.5  # share of them on which a measure must have a value


def making(wish: Wish, host: ModelHost, held: tuple[NamedDirection, ...] = ()) -> JobSteps[DirectionMade]:
    """Make the direction of `wish` and find out what it does; what is made here leaves the directions `held` as they
    are. Raises `DirectionError`."""
    model = host.facts.hash  # another one may be open in the end
    yield Progress(0, 0, tr("Preparing"))
    if isinstance(wish, FoundWish):
        return (yield from _seen(_fitted(wish, host), host, model))
    if isinstance(wish, LayersWish):
        return (yield from _seen(_on_layers(wish), host, model))
    shop = yield from workshop(host)
    known = tuple(replace(entry, locked=False) for entry in held)  # of what is tied, a locked one is not held
    shop = replace(shop, library=DirectionLibrary(model, known))
    made = yield from _made(wish, shop, [entry.name for entry in held])
    return _told(made.entry, made, model)


def workshop(host: ModelHost) -> Job[Workshop]:
    """The open model, and what directions are made of."""
    from generator.directions.made import Workshop

    pca = yield from fitting_components(host)
    return Workshop(host.engine, pca, measurer(), identity=identity())


@lru_cache(maxsize=1)
def identity() -> Identity | None:
    """What tells people apart; None without the optional packages. Raises `DirectionError` if these are damaged."""
    from generator.attributes.identity import Identity
    from generator.attributes.optional_packages import tell_people_apart

    return Identity() if tell_people_apart() else None


def measurable(host: ModelHost) -> Job[MeasuresKnown]:
    """What can be measured in the pictures of the open model, by a few of them."""
    import numpy as np

    from generator.directions.survey import face, looking

    engine, model = host.engine, host.facts.hash  # another one may be open in the end
    measure, faces = measurer(), [face(seed) for seed in range(_TRIED)]
    values = yield from looking(engine, faces, measure, tr("Looking for faces"))
    seen = np.isfinite(values).mean(axis=0) >= SEEN
    names = {name for name, there in zip(measure.names, seen, strict=True) if there}
    known = [
        Measurable(one.name, one.title, one.group, one.meaning) for one in catalogue().values() if one.name in names
    ]
    known.sort(key=lambda one: one.group)  # within a group as in the catalogue
    lack = "" if names else tr("No faces are seen in the pictures of this model, so nothing can be measured.")
    return MeasuresKnown(model, tuple(known), lack)


def _made(wish: Wish, shop: Workshop, hold: list[str]) -> Job[Made]:
    from generator.directions import made

    match wish:
        case PilesWish():
            return made.make_piles(shop, tr("two piles"), wish.more, wish.less, hold=hold)
        case DifferenceWish():
            return made.make_difference(shop, tr("difference"), wish.start, wish.end, hold=hold)
        case ComponentWish():
            return made.make_component(shop, tr("component {number}", number=wish.number), wish.number, hold=hold)
        case SlidersWish():
            parts = {edit.direction.name for edit in wish.recipe.directions}  # which it is to move
            held = [name for name in hold if name not in parts]
            return made.make_combination(shop, tr("combination"), wish.recipe, hold=held)
        case MeasureWish():
            return _by_measure(wish, shop, hold)
        case SefaWish():
            return made.make_sefa(shop, f"SeFa {wish.number}", wish.number, wish.layers, hold=hold)
        case PicturesWish():
            return _from_pictures(wish, shop, hold)
    raise AssertionError(wish)


def _by_measure(wish: MeasureWish, shop: Workshop, hold: list[str]) -> Job[Made]:
    from generator.directions.made import make_measure

    made = yield from make_measure(shop, wish.measure, hold=hold)
    words = catalogue()[wish.measure]
    return replace(made, entry=replace(made.entry, title=words.title, low=words.low, high=words.high))


def _from_pictures(wish: PicturesWish, shop: Workshop, hold: list[str]) -> Job[Made]:
    """The other model is opened on the CPU, beside the one that is shown, and let go when its faces are measured."""
    from generator.checkpoint import loading
    from generator.directions.made import make_from_pictures
    from generator.recipe.direction_files import library_of
    from generator.render.engine import Engine

    generator = yield from loading(wish.path)
    library = library_of(generator.hash)
    there, other = library.find(wish.direction).direction, Engine(generator, "cpu")
    theirs = replace(shop, engine=other, library=library)
    return (yield from make_from_pictures(shop, wish.direction, theirs, there, hold=hold))


def _fitted(wish: FoundWish, host: ModelHost) -> NamedDirection:
    from generator.directions.fitted import fitted
    from generator.directions.foreign import read_directions

    file = read_directions(wish.path, certain=True, beside=wish.beside or None)
    found = file.directions[wish.number]
    made = fitted(found, host.engine.sampled, host.facts.config, wish.name, layers=wish.layers, sign=wish.sign)
    if found.entry is not None:
        low, high = (found.entry.low, found.entry.high)[:: wish.sign]
        return replace(found.entry, direction=made, title=wish.name or found.entry.title, low=low, high=high)
    title = made.name[:1].upper() + made.name[1:]
    return NamedDirection(made, title, "", "", found.sentence, origin=f"file {Path(wish.path).name}"[:LONGEST_ORIGIN])


def _on_layers(wish: LayersWish) -> NamedDirection:
    """Without what was measured on the other layers."""
    entry, layers = wish.entry, wish.layers
    where = "all layers" if layers.is_all else f"layers {layers}"
    told = f"{entry.description.partition('; acts on')[0].rstrip('.')}; acts on {where}."
    direction = replace(entry.direction, layers=layers)
    return replace(entry, direction=direction, description=told, effects=(), identity=None, limits=None)


def _seen(entry: NamedDirection, host: ModelHost, model: str) -> JobSteps[DirectionMade]:
    """What `entry` does: how it looks is told at once, what it moves when the faces of this model are measured."""
    from generator.directions.effect import acting, drawing_strip, measuring_effects, measuring_identity, reach

    strip = yield from drawing_strip(host.engine, entry.direction)
    ratio = yield from acting(host.engine, entry.direction)
    first = DirectionMade(
        model, replace(entry, effects=()), strip, (), ratio, measured=False, reach=reach(entry.direction)
    )
    yield Partial(first)
    shop = yield from workshop(host)
    survey = yield from shop.surveying()
    effects = yield from measuring_effects(shop.engine, shop.measure, survey, entry.direction)
    person = yield from measuring_identity(shop.engine, shop.measure, shop.identity, entry.direction)
    told = f"{entry.description} {effects.sentence}"
    entry = replace(entry, description=told, effects=effects.table, identity=person)
    return replace(first, entry=entry, effects=_named(effects.strongest), identity=person, measured=True)


def _told(entry: NamedDirection, made: Made, model: str) -> DirectionMade:
    from generator.directions.effect import reach

    effects, ends = _named(made.effects.strongest), reach(entry.direction)
    return DirectionMade(model, entry, made.strip, effects, made.acts, entry.identity, reach=ends)


def _named(effects: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """With the titles of measures in place of their names; what is no measure keeps its own."""
    known = catalogue()
    return tuple((known[name].title if name in known else name, move) for name, move in effects)
