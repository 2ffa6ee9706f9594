"""A timeline as a video: frames are rendered and handed to a writer, which encodes them at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PureWindowsPath
from time import monotonic

from generator.formats.image_encode import Pixels
from generator.formats.image_metadata import MAX_NOTE
from generator.motion.frames import Frames
from generator.motion.timeline import Timeline
from generator.motion.timeline_json import SUFFIX, to_json
from generator.progress import Job, Progress
from generator.recipe.recipe import Floats, Recipe
from generator.recipe.recipe_json import to_json as recipe_to_json
from generator.storage.atomic import write_atomically
from generator.video.options import VideoOptions, video_suffix
from generator.video.writer import VideoWriter, check_writable, open_writer

Together = Callable[[Sequence[Recipe]], Sequence[Pixels]]

PATIENCE = 0.05  # seconds of a step that waits for the encoder
_WARM = 3  # frames after which the time that remains is guessed


@dataclass(frozen=True)
class VideoDone:
    """What was written."""

    path: str
    frames: int  # those of this process's share
    seconds: float  # of the whole video


def exporting(
    path: str | Path,
    timeline: Timeline,
    options: VideoOptions,
    render: Callable[[Recipe], Pixels],
    w_plus: Callable[[Recipe], Floats],
    share: tuple[int, int] = (0, 1),
    z_dim: int | None = None,
    together: Together | None = None,
    batch: int = 1,
) -> Job[VideoDone]:
    """Write `timeline` as the video, picture or folder that `path` names; `batch` frames are rendered in each step.

    `render` gives uint8 `[H, W, 3]` of a recipe, always of the same shape; `w_plus` and `z_dim` are those of `Frames`.
    `together` renders several recipes of equal noise and transform, faster; a folder is rendered one by one all the
    same, since each of its pictures is that of its recipe to the byte.
    `share` = (index, count) of processes that write one folder together: this one writes every count-th frame.
    Closing the job cancels it, and leaves nothing half-written. The same timeline gives the same bytes. A timeline that
    is too long to be inside the video is written beside it. The path "even" needs its pace measured before.
    Raises `ExportError`, and `MotionError` for a timeline without frames or with too many.

    Example:
        >>> from generator import checkpoint
        >>> from generator.motion.timeline import Timeline
        >>> from generator.progress import finish
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> from generator.render.engine import Engine
        >>> from generator.video.exporting import exporting
        >>> from generator.video.options import VideoOptions
        >>> engine = Engine(checkpoint.load("model.safetensors"), "cpu")
        >>> timeline = Timeline().with_face(Recipe(source=SeedSource(85))).with_face(Recipe(source=SeedSource(1)))
        >>> w_plus = lambda recipe: engine.w_plus(recipe)[0].numpy()
        >>> finish(exporting("morph.mp4", timeline, VideoOptions(fps=10), engine.render, w_plus)).frames
        20
    """
    times = timeline.frame_times(options.fps)
    check_writable(path, options, len(times), share)
    text = to_json(replace(timeline, sound=PureWindowsPath(timeline.sound).name))  # whose folder is nobody's business
    fits = len(text.encode()) < MAX_NOTE or not video_suffix(path)
    ours = times[share[0] :: share[1]]
    with ExitStack() as stack:
        writer: VideoWriter | None = None
        alone = together is None or not video_suffix(path)
        rendering = _Rendering(Frames(timeline, w_plus, z_dim), render, None if alone else together)
        started = monotonic()
        for number in range(0, len(ours), step := 1 if alone else batch):
            yield Progress(number, len(ours), _text(number, len(ours), monotonic() - started))
            for pixels, recipe in rendering.at(ours[number : number + step]):
                if writer is None:
                    notes = {"timeline": text} if fits else {}
                    writer = open_writer(path, options, pixels.shape[:2], len(times), notes, share)
                    stack.callback(writer.cancel)
                writer.add(pixels, {} if video_suffix(path) else {"recipe": recipe_to_json(recipe)})
        yield from _ending(writer, len(ours))
    if not fits:
        write_atomically(Path(path).with_suffix(SUFFIX), text.encode())
    return VideoDone(str(path), len(ours), float(len(times) / options.rate))


def _ending(writer: VideoWriter | None, count: int) -> Job[None]:
    """Wait in short steps until everything is encoded and in place; without a frame, there is nothing to wait for."""
    if writer is None:  # more processes than frames
        return
    while not writer.ended(PATIENCE):
        yield Progress(count, count, "Writing the file")
    writer.close()


class _Rendering:
    """Renders moments; the first frame of a loop, and a face that is held, are rendered once."""

    def __init__(self, frames: Frames, render: Callable[[Recipe], Pixels], together: Together | None) -> None:
        self._frames, self._render, self._together = frames, render, together
        self._first: dict[Recipe, Pixels] = {}
        self._last: dict[Recipe, Pixels] = {}

    def at(self, times: Sequence[float]) -> list[tuple[Pixels, Recipe]]:
        recipes = [self._frames.recipe(time) for time in times]
        known = {**self._first, **self._last}
        new = [recipe for recipe in dict.fromkeys(recipes) if recipe not in known]
        for _, some in groupby(new, key=lambda recipe: (recipe.noise, recipe.transform)):
            group = list(some)
            known |= zip(group, self._rendered(group), strict=True)
        self._last = {recipes[-1]: known[recipes[-1]]}
        self._first = self._first or {recipes[0]: known[recipes[0]]}
        return [(known[recipe], recipe) for recipe in recipes]

    def _rendered(self, recipes: Sequence[Recipe]) -> Sequence[Pixels]:
        together = self._together
        return [self._render(recipe) for recipe in recipes] if together is None else together(recipes)


def _text(done: int, count: int, seconds: float) -> str:
    """What is rendered, and how long it will take at the speed so far."""
    frame = f"Frame {done + 1} of {count}"
    return frame if done < _WARM else f"{frame}, {time_left(seconds / done * (count - done))} left"


def time_left(seconds: float) -> str:
    """A duration for people, no more exact than it is known: "40 s", "3 min", "2 h"."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
