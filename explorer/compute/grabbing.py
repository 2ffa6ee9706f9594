"""The compute thread's side of the Grab tool: the drag that is going on, and where the points of the face are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.messages import Grab, Pixels, Quality, RenderRequest, RenderResult

if TYPE_CHECKING:
    from generator.faces.finder import FaceFinder
    from generator.grab.grabbing import Grabbing
    from generator.grab.jacobian import Jacobian
    from generator.render.engine import Engine


class Grabber:
    """Finds the recipe of each frame of a drag, and measures what it has become."""

    def __init__(self) -> None:
        self._jacobian: Jacobian | None = None
        self._drag = 0  # the one that is going on
        self._grabbing: Grabbing | None = None
        self._finder: FaceFinder | None = None

    def adopt(self, jacobian: Jacobian) -> None:
        """How the faces of the open model move."""
        self._jacobian, self._grabbing = jacobian, None

    def aimed(self, request: RenderRequest, engine: Engine) -> RenderRequest:
        """`request` with the recipe that brings the pulled points nearer to where they should be."""
        grab = request.grab
        if grab is None or not grab.pulls or grab.start is None:
            return request
        side = engine.config.img_resolution
        if grab.drag != self._drag or self._grabbing is None:
            self._begin(grab, engine)
        assert self._grabbing is not None
        self._grabbing.aim({point: (x * side, y * side) for point, x, y in grab.pulls}, grab.pins)
        return replace(request, recipe=self._grabbing.next())

    def seen(self, result: RenderResult) -> RenderResult:
        """`result` with the points of its face, where they are asked for."""
        grab = result.request.grab
        if grab is None:
            return result
        if grab.pulls and self._grabbing is not None:
            self._grabbing.see(result.pixels)
            points = np.float32(self._grabbing.points / self._grabbing.side)
            return replace(result, points=points, settled=self._grabbing.is_near)
        if result.request.quality is Quality.PREVIEW:
            return result
        return replace(result, points=self._points(result.pixels))

    def _begin(self, grab: Grab, engine: Engine) -> None:
        from generator.errors import DirectionError
        from generator.grab.grabbing import Grabbing

        assert grab.start is not None
        jacobian = self._jacobian
        if jacobian is None or jacobian.model != engine.generator.hash:
            raise DirectionError("How the faces of this model move is not known yet.")
        pixels = engine.render(grab.start, live=True)
        self._grabbing = Grabbing(jacobian, grab.start, pixels, engine.config.img_resolution)
        self._drag = grab.drag

    def _points(self, pixels: Pixels) -> NDArray[np.float32]:
        from generator.faces.finder import FaceFinder

        self._finder = self._finder or FaceFinder()
        found = self._finder.find(pixels)
        if found is None:
            return np.empty((0, 2), np.float32)
        return np.asarray(found.mesh[:, :2] / pixels.shape[0], np.float32)
