"""The compute thread's side of the timeline: the recipe of the frame at a moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.messages import RenderRequest

if TYPE_CHECKING:
    from generator.motion.frames import Frames
    from generator.motion.timeline import Timeline
    from generator.recipe.recipe import Floats, Recipe
    from generator.render.engine import Engine

MOST_KNOWN = 4000  # W+ of faces that are kept: a timeline is another one with every move of a key, its faces stay


class Moments:
    """Finds recipes of the timeline that was asked for last."""

    def __init__(self) -> None:
        self._epoch = 0
        self._timeline: Timeline | None = None
        self._frames: Frames | None = None
        self._known: dict[Recipe, Floats] = {}

    def aimed(self, request: RenderRequest, engine: Engine) -> RenderRequest:
        """`request` with the recipe of its moment. Raises `MotionError` where the timeline has none."""
        moment = request.moment
        if moment is None:
            return request
        if request.epoch != self._epoch:
            self._epoch, self._timeline = request.epoch, None
            self._known.clear()
        if self._frames is None or self._timeline is not moment.timeline:
            self._timeline, self._frames = moment.timeline, self._frames_of(moment.timeline, engine)
        return replace(request, recipe=self._frames.recipe(moment.time))

    def _frames_of(self, timeline: Timeline, engine: Engine) -> Frames:
        from generator.motion.frames import Frames

        def w_plus(recipe: Recipe) -> Floats:
            if recipe not in self._known:
                if len(self._known) >= MOST_KNOWN:
                    self._known.clear()
                self._known[recipe] = engine.w_plus(recipe)[0].numpy()
            return self._known[recipe]

        return Frames(timeline, w_plus, engine.config.z_dim)
