"""The open model's faces as people, on the compute thread: what is known of them, and those who were found."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeVar

from explorer.compute.jobs.direction_making import identity
from explorer.compute.jobs.inspect import inspector
from explorer.compute.jobs.task import JobSteps, Partial
from explorer.compute.measurer import catalogue, measurer
from explorer.compute.preview_size import THUMBNAIL_RESOLUTION
from explorer.messages import FoundPerson, PeopleKnown, PersonFound, Pixels
from explorer.translation import tr
from generator.errors import DirectionError, WishError
from generator.progress import Job, Progress
from generator.recipe.recipe import Floats, Recipe, SeedSource
from generator.wishes.scales import Scales

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.attributes.identity import Identity
    from generator.people.people import Inspect, People, Person
    from generator.people.predictor import Predictor

T = TypeVar("T")
LOOKING = "Looking for people"  # what a search says for each picture that it looks at


def knowledge(host: ModelHost) -> PeopleKnown:
    """What can be wished of the faces of the open model; not learnt: nothing yet."""
    from generator.people.scales import scales_for

    learnt = _predictor(host)
    if learnt is None:
        return PeopleKnown(host.facts.hash)
    people = _people(host, learnt)
    rows = {scale.name: scale for scale in scales_for(people).scales}
    known = [measure for measure in catalogue().values() if measure.name in rows]
    groups = list(dict.fromkeys(measure.group for measure in known))
    known.sort(key=lambda measure: groups.index(measure.group))  # within a group as in the catalogue
    return PeopleKnown(
        learnt.model,
        Scales(tuple(rows[measure.name] for measure in known)),
        tuple((measure.name, measure.group) for measure in known),
        tuple((measure.name, measure.meaning) for measure in known),
        is_learnt=True,
        only_predicted=people.only_predicted,
        inspects=_can_inspect(),
    )


def learning(host: ModelHost, faces: int) -> Job[None]:
    """Render and measure faces of the open model, learn to predict what they look like, and keep it.

    Raises `DirectionError` if its pictures show no faces, or `ExportError` if what was learnt cannot be cached.
    """
    from generator.people import predictor
    from generator.people.learning import learning as learning_from

    engine, z_dim = host.engine, host.facts.config.z_dim
    w_avg = engine.generator.class_average(None).float().cpu().numpy()

    def draw(recipe: Recipe) -> Pixels:
        return engine.render(recipe, THUMBNAIL_RESOLUTION, live=True, aside=True)

    mapping, model = engine.mapping, host.facts.hash  # another one may be open in the end
    predictor.store((yield from learning_from(draw, measurer(), mapping, z_dim, model, w_avg, faces)))


def crowd(host: ModelHost, clean: bool) -> People:
    """Those who look for people among the faces of the open model; clean: also for tell-tales. Raises `WishError` if it
    is not learnt."""
    learnt = _predictor(host)
    if learnt is None:
        raise WishError(tr("This model is not learnt yet; learn it first, then look for people."))
    inspect = inspector(host.facts.hash).percentiles if clean else None
    return _people(host, learnt, inspect, identity())


def _people(
    host: ModelHost, learnt: Predictor, inspect: Inspect | None = None, embed: Identity | None = None
) -> People:
    from generator.people.people import People
    from generator.recipe.direction_files import library_of

    return People.of(host.engine, measurer(), learnt, library_of(host.facts.hash), inspect, embed)


def _can_inspect() -> bool:
    from generator.cues import standards

    try:
        return standards.shipped().real is not None
    except (DirectionError, OSError):  # they are not there
        return False


def _predictor(host: ModelHost) -> Predictor | None:
    from generator.people import predictor

    return predictor.known(host.facts.hash, host.facts.config.w_dim)


def relayed(job: Generator[Progress, None, T], search: int, total: int, instead: int | None = None) -> JobSteps[T]:
    """`job`, with those whom it finds as parts; its progress is how many of `total` are found."""
    from generator.people.search import Found

    found = looked_at = 0
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if isinstance(step, Found):
            found += 1
            yield Partial(PersonFound(search, message_of(step.person, step.pixels), instead))
            continue
        looked_at += step.text == LOOKING
        if step.text == LOOKING:
            told = tr("{found} found, {count} pictures looked at", found=found, count=looked_at)
        else:
            share = step.done / max(step.total, 1)
            told = tr("{found} found, looking through seeds ({share:.0%})", found=found, share=share)
        yield Progress(found, total, told)


def message_of(person: Person, pixels: Pixels) -> FoundPerson:
    """Somebody for the window."""
    return FoundPerson(
        person.number,
        person.seed,
        person.recipe,
        person.cell,
        tuple(person.values.items()),
        person.predicted,
        tuple(person.cues.items()),
        person.face,
        pixels.copy(),
    )


def person_of(found: FoundPerson, people: People) -> Person:
    """Who was told to the window."""
    from generator.people.people import Person

    values, cues = dict(found.values), dict(found.cues)
    w = _w(found.recipe, people)
    return Person(
        found.number, found.seed, found.recipe, found.cell, values, found.predicted, cues, w=w, face=found.face
    )


def _w(recipe: Recipe, people: People) -> Floats:
    """w `[D]` of a face before it was moved: of its seed, or of its two, which are mixed alike on all layers."""
    assert isinstance(recipe.source, SeedSource)
    w = people.w(recipe.source.seed)
    if recipe.mix is not None and isinstance(recipe.mix.source, SeedSource):
        w = w + recipe.mix.weights[0] * (people.w(recipe.mix.source.seed) - w)
    truncated: Floats = people.truncated(w, recipe.truncation.psi)[0]
    return truncated
