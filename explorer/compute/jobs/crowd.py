"""The open model's faces as people, on the compute thread: what is known of them, and those who were found."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, TypeVar

from explorer.compute.jobs.direction_making import identity
from explorer.compute.jobs.inspect import inspector
from explorer.compute.jobs.task import JobSteps, Partial
from explorer.compute.measurer import catalogue, measurer
from explorer.compute.preview_size import THUMBNAIL_RESOLUTION
from explorer.messages import FoundPerson, PeopleKnown, PersonFound, Pixels
from explorer.translation import tr
from generator.errors import DirectionError, ExportError, WishError
from generator.progress import Progress
from generator.recipe.recipe import Floats, Recipe, SeedSource
from generator.wishes.scales import Scales, scales_of

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.attributes.catalogue import Measure
    from generator.attributes.distribution import Distribution
    from generator.people.people import Inspect, People, Person
    from generator.people.predictor import Predictor

log = logging.getLogger(__name__)
T = TypeVar("T")
LOOKING = "Looking for people"  # what a search says for each picture that it looks at


def knowledge(host: ModelHost) -> PeopleKnown:
    """What is known of the faces of the open model: it ships, or was learnt before."""
    from generator.attributes import distribution

    learnt, among = _predictor(host), distribution.known(host.facts.hash)
    if learnt is None or among is None:
        return PeopleKnown(host.facts.hash)
    return told(learnt, among)


def told(learnt: Predictor, among: Distribution) -> PeopleKnown:
    """What can be wished, in the groups of the window."""
    known = [
        measure for measure in catalogue().values() if measure.name in learnt.names and measure.name in among.names
    ]
    groups = list(dict.fromkeys(measure.group for measure in known))
    known.sort(key=lambda measure: groups.index(measure.group))  # within a group as in the catalogue
    return PeopleKnown(
        learnt.model,
        _scales(known, among),
        tuple((measure.name, measure.group) for measure in known),
        tuple((measure.name, measure.meaning) for measure in known),
        is_learnt=True,
        only_predicted=tuple(measure.name for measure in known if measure.name not in measurer().names),
        inspects=_can_inspect(),
    )


def learning(host: ModelHost, faces: int) -> JobSteps[PeopleKnown]:
    """Render and measure faces of the open model, learn to predict what they look like, and keep it for the next time.

    Raises `DirectionError` if its pictures show no faces.
    """
    from generator.attributes.distribution import PSI, distribution_of
    from generator.people import learning as people
    from generator.recipe import pca

    engine, config, model = host.engine, host.facts.config, host.facts.hash  # another one may be open in the end

    def draw(recipe: Recipe) -> Pixels:
        return engine.render(recipe, THUMBNAIL_RESOLUTION, live=True, aside=True)

    w_avg = engine.generator.w_avg.float().cpu().numpy()
    samples = yield from people.sampling(draw, measurer(), engine.mapping, config.z_dim, w_avg, faces)
    fitted = yield from pca.fitting(
        engine.mapping, config.z_dim, model, components=min(config.w_dim, people.COMPONENTS)
    )
    learnt = people.regressed(samples, fitted, measurer().names)
    at = people.PSIS.index(PSI)
    among = distribution_of(samples.values[at :: len(people.PSIS)], model, measurer().names)
    _keep(learnt, among)
    return told(learnt, among)


def _keep(learnt: Predictor, among: Distribution) -> None:
    """For the next start; where that fails, it is learnt again then."""
    from generator.attributes import distribution
    from generator.people import predictor

    try:
        predictor.store(learnt)
        if distribution.known(among.model) is None:
            distribution.store(among)
    except ExportError:
        log.warning("What was learnt of the model's faces could not be cached", exc_info=True)


def crowd(host: ModelHost, clean: bool) -> People:
    """Those who look for people among the faces of the open model; clean: also for tell-tales. Raises `WishError` if it
    is not learnt."""
    from generator.people.people import People
    from generator.recipe.direction_files import library_of

    learnt = _predictor(host)
    if learnt is None:
        raise WishError(tr("This model is not learnt yet; learn it first, then look for people."))
    inspect = _inspecting(host.facts.hash) if clean else None
    return People.of(host.engine, measurer(), learnt, library_of(host.facts.hash), inspect, identity())


def _inspecting(model: str) -> Inspect:
    """How unusual the cues of a picture are among photographs; None = it cannot be judged."""
    look = inspector(model)

    def inspect(pixels: Pixels) -> dict[str, float | None]:
        return {cue.name: cue.percentile for cue in look(pixels)}

    return inspect


def _can_inspect() -> bool:
    from generator.cues import standards

    try:
        return standards.shipped().real is not None
    except (DirectionError, OSError):  # they are not there
        return False


def _predictor(host: ModelHost) -> Predictor | None:
    from generator.people import predictor

    return predictor.known(host.facts.hash, host.facts.config.w_dim)


def _scales(known: Sequence[Measure], among: Distribution) -> Scales:
    return scales_of([(one.name, one.title, one.low, one.high, one.unit, among.of(one.name)) for one in known])


def relayed(job: Generator[Progress, None, T], search: int, instead: int | None = None) -> JobSteps[T]:
    """`job`, with those whom it finds as parts, and with how many faces were looked at."""
    from generator.people.search import Found

    looked_at = 0
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if isinstance(step, Found):
            yield Partial(PersonFound(search, message_of(step.person, step.pixels), instead))
        elif step.text == LOOKING:
            looked_at += 1
            told = tr("{found} found, {count} pictures looked at", found=step.done, count=looked_at)
            yield Progress(step.done, step.total, told)
        else:
            yield Progress(step.done, step.total, step.text)


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
    return people.truncated(w, recipe.truncation.psi)[0]
