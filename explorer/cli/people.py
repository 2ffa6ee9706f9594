"""The people of a model, for the commands that look for some: what is predicted of them is learned where it is not
known."""

from __future__ import annotations

from explorer.cli.terminal import report, say
from generator.attributes import optional_packages
from generator.attributes.attribute_model import FaceMeasurer
from generator.cues.inspector import Inspector
from generator.cues.standards import of_model
from generator.errors import ExportError
from generator.people import predictor
from generator.people.learning import learning
from generator.people.people import Embed, People
from generator.people.predictor import Predictor
from generator.progress import finish
from generator.recipe.direction_files import library_of
from generator.render.engine import Engine


def people_of(engine: Engine, clean: bool = False) -> People:
    """The faces of the engine's model as people; clean: they are inspected too.

    Raises `DirectionError` if it shows no faces.
    """
    measure = FaceMeasurer()
    inspect = Inspector(of_model(engine.generator.hash)).percentiles if clean else None
    known = predictor.known(engine.generator.hash, engine.config.w_dim) or _learned(engine, measure)
    return People.of(engine, measure, known, library_of(engine.generator.hash), inspect, _embed())


def _learned(engine: Engine, measure: FaceMeasurer) -> Predictor:
    say("What this model's faces look like is learned first; that takes some minutes and is kept.")
    w_avg = engine.generator.class_average(None).float().cpu().numpy()
    job = learning(engine.render, measure, engine.mapping, engine.config.z_dim, engine.generator.hash, w_avg)
    found = finish(job, report)
    try:
        predictor.store(found)
    except ExportError as error:  # the result is valid all the same
        say(f"What was learned could not be cached: {error}")
    return found


def _embed() -> Embed | None:
    """Who a face is, where the optional packages are installed; without them, W alone keeps people apart."""
    if not optional_packages.tell_people_apart():
        return None
    from generator.attributes.identity import Identity

    return Identity()
