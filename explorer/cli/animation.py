"""What `outis animate` does once its options are parsed: the timeline, its pace, the video."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from explorer.cli.class_options import AskedClass
from explorer.cli.distributed import local_device, rank_and_size
from explorer.cli.model_files import open_engine
from explorer.cli.motion_options import AskedMotion
from explorer.cli.terminal import report
from generator.formats.open_face import Opened, check_fits, read_file
from generator.motion import motions
from generator.motion.frames import WPlus
from generator.motion.pace import SIDE, pacing
from generator.motion.timeline import GAP, Keyframe, Timeline
from generator.progress import finish
from generator.recipe.direction_files import library_of
from generator.recipe.recipe import Floats, Recipe, SeedSource, Truncation
from generator.render.cpu.pixels import Pixels
from generator.render.engine import Engine
from generator.video.exporting import exporting
from generator.video.options import VideoOptions
from generator.video.reading import timeline_of
from generator.video.sound import read_sound

WANDER = 10.0  # seconds
_CLOSED = {"around", "sweep", "shimmer"}  # motions that end where they begin


def animate(arguments: argparse.Namespace, options: VideoOptions) -> None:
    """Write the video that `arguments` ask for, and print its path once it is there."""
    read = timeline_of(arguments.timeline) if arguments.timeline is not None else None  # before the model: it is fast
    opened = [read_file(path) for path in arguments.faces]
    engine = open_engine(arguments.model, local_device(arguments.device))

    def w_plus(recipe: Recipe) -> Floats:
        values: Floats = engine.w_plus(recipe)[0].numpy()
        return values

    timeline = _fitting(read, engine) if read is not None else _timeline(_faces(opened, arguments, engine), arguments)
    for motion in arguments.motion:
        timeline = _with_motion(timeline, motion, engine, w_plus)
    timeline = _with_sound(_changed(timeline, arguments), arguments)
    if timeline.path == "even" and not timeline.pace:
        timeline = finish(pacing(timeline, w_plus, lambda recipe: _preview(engine, recipe), options.fps), report)
    z_dim, together = engine.config.z_dim, engine.render_together
    share, batch = rank_and_size(), engine.batch_size
    job = exporting(arguments.out, timeline, options, engine.render, w_plus, share, z_dim, together, batch)
    print(finish(job, report).path, flush=True)


def _faces(opened: Sequence[Opened], arguments: argparse.Namespace, engine: Engine) -> list[tuple[str, Recipe]]:
    """Every face with its name. Raises `RecipeError` or `LatentError` if one does not fit the model."""
    model = engine.generator.hash
    for face in opened:
        check_fits(face, model, engine.config)
    if opened:
        return [(Path(face.path).stem, replace(face.recipe, model=model)) for face in opened]
    psi = Truncation().psi if arguments.truncation is None else arguments.truncation
    truncation, asked = Truncation(engine.config.psi(psi)), AskedClass(arguments, engine.generator)
    return [(f"{seed}", asked.of(Recipe(model, SeedSource(seed), truncation))) for seed in arguments.seeds]


def _timeline(faces: Sequence[tuple[str, Recipe]], arguments: argparse.Namespace) -> Timeline:
    """The faces one after the other, or the random walk that begins at the only one."""
    wander = next((motion for motion in arguments.motion if motion.name == "wander"), None)
    if wander is not None:
        recipe = faces[0][1]
        assert isinstance(recipe.source, SeedSource)
        seed, psi = arguments.seeds[0], recipe.truncation.psi
        return motions.wander(seed, wander.number(WANDER), psi, recipe.model, recipe.source.label)
    names, recipes = zip(*faces, strict=True)
    closes = arguments.loop or bool(_CLOSED & {motion.name for motion in arguments.motion})
    walk = motions.walk(recipes, arguments.seconds or GAP, closes, names)
    return walk if any(motion.name == "walk" for motion in arguments.motion) else replace(walk, path="straight")


def _fitting(timeline: Timeline, engine: Engine) -> Timeline:
    """A timeline that was read, for this model. Raises `RecipeError` or `LatentError` if it was made for another."""
    model = engine.generator.hash
    for face in timeline.keyframes:
        check_fits(Opened(face.name, face.recipe, True), model, engine.config)
    return replace(timeline, keyframes=tuple(_of_model(face, model) for face in timeline.keyframes))


def _of_model(face: Keyframe, model: str) -> Keyframe:
    return replace(face, recipe=replace(face.recipe, model=model))


def _with_motion(timeline: Timeline, motion: AskedMotion, engine: Engine, w_plus: WPlus) -> Timeline:
    """`timeline` with the lanes of a motion of its first face, as long as it is itself."""
    if motion.name in ("walk", "wander") or not timeline.keyframes:
        return timeline
    recipe, seconds = timeline.keyframes[0].recipe, timeline.duration
    if motion.name == "around":
        made = motions.around(recipe, w_plus, motion.number(motions.RADIUS), seconds)
    elif motion.name == "sweep":
        made = motions.sweep(recipe, library_of(engine.generator.hash).find(motion.value).direction, seconds)
    else:
        made = {"from-average": motions.from_average, "shimmer": motions.shimmer}[motion.name](recipe, seconds)
    for lane in made.lanes:
        timeline = timeline.with_lane(lane)
    return timeline


def _changed(timeline: Timeline, arguments: argparse.Namespace) -> Timeline:
    """`timeline` with the path, the easing and the loop that the options name."""
    if arguments.easing is not None:
        for index in range(len(timeline.keyframes)):
            timeline = timeline.eased(index, arguments.easing)
    timeline = timeline.looping() if arguments.loop else timeline
    return timeline if arguments.path is None else replace(timeline, path=arguments.path)


def _with_sound(timeline: Timeline, arguments: argparse.Namespace) -> Timeline:
    """`timeline` as long as the sound, and its faces on the beats, as far as the options say so."""
    if not arguments.sound:
        return timeline
    timeline = replace(timeline, sound=arguments.sound)
    if not (arguments.fit_sound or arguments.on_beats):
        return timeline
    sound = read_sound(arguments.sound)
    timeline = timeline.lasting(sound.seconds) if arguments.fit_sound else timeline
    return timeline.on_beats(sound.beats) if arguments.on_beats else timeline


def _preview(engine: Engine, recipe: Recipe) -> Pixels:
    return engine.render(recipe, SIDE if engine.config.stops_early else None)
