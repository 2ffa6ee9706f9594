"""The compute thread's side of the Grab tool: the drag that is going on, and where the points of the face are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.messages import Pixels, Quality, RenderRequest, RenderResult

if TYPE_CHECKING:
    from generator.faces.finder import FaceFinder, SeenFace
    from generator.grab.grabbing import Grabbing
    from generator.grab.jacobian import Jacobian
    from generator.grab.lattice import LatticeGrabbing
    from generator.recipe.pca import Pca
    from generator.recipe.recipe import Recipe
    from generator.render.engine import Engine

FEW_SAMPLES = 10_000  # for components where none are cached: enough for the first few, in under a second


class Grabber:
    """Finds the recipe of each frame of a drag, and measures what it has become."""

    def __init__(self) -> None:
        self._jacobian: Jacobian | None = None
        self._drag = 0  # the one that is going on
        self._grabbing: Grabbing | LatticeGrabbing | None = None
        self._pca: Pca | None = None  # of a model whose pictures were grabbed without a face
        self._engine: Engine | None = None  # of the last request
        self._finder: FaceFinder | None = None
        self._shown: tuple[int, Recipe, SeenFace | None] | None = None  # what was found in the picture of this recipe

    def adopt(self, jacobian: Jacobian) -> None:
        """How the faces of the open model move."""
        self._jacobian, self._grabbing = jacobian, None

    def aimed(self, request: RenderRequest, engine: Engine) -> RenderRequest:
        """`request` with the recipe that brings the pulled points nearer to where they should be."""
        grab, self._engine = request.grab, engine
        if grab is None or not grab.pulls or grab.start is None:
            return request
        side = engine.config.img_resolution
        if grab.drag != self._drag or self._grabbing is None:
            self._begin(request.epoch, grab.start, engine)
            self._drag = grab.drag
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
            points = np.asarray(self._grabbing.points / self._grabbing.side, np.float32)
            return replace(result, points=points, settled=self._grabbing.is_settled)
        if result.request.quality is Quality.PREVIEW:
            return result
        return replace(result, points=self._points(result))

    def _begin(self, epoch: int, start: Recipe, engine: Engine) -> None:
        from generator.errors import DirectionError
        from generator.grab.features import check_picture
        from generator.grab.grabbing import Grabbing
        from generator.grab.lattice import LatticeGrabbing
        from generator.grab.tracker import NO_FACE

        check_picture(engine)
        if self._shown is None or self._shown[:2] != (epoch, start):
            self._shown = (epoch, start, self._found(engine.render(start, live=True)))
        face, jacobian = self._shown[2], self._jacobian
        if face is None and not engine.has_features:
            raise DirectionError(NO_FACE)
        if face is None:
            self._grabbing = LatticeGrabbing(engine, start, self._components(engine))
        elif jacobian is None or jacobian.model != engine.generator.hash:
            raise DirectionError("How the faces of this model move is not known yet.")
        else:
            self._grabbing = Grabbing(jacobian, start, face, engine.config.img_resolution)

    def _components(self, engine: Engine) -> Pca:
        from generator.progress import finish
        from generator.recipe import pca

        model = engine.generator.hash
        if self._pca is None or self._pca.model != model:
            known = pca.cached(model, w_dim=engine.config.w_dim)
            self._pca = known or finish(pca.fitting(engine.sampled, engine.config.z_dim, model, FEW_SAMPLES))
        return self._pca

    def _points(self, result: RenderResult) -> NDArray[np.float32]:
        from generator.grab.landmarks import Shades, landmarks
        from generator.grab.lattice import lattice
        from generator.grab.regions import Regions

        height, width = result.pixels.shape[:2]
        if height != width:
            return np.empty((0, 2), np.float32)
        request, found = result.request, self._found(result.pixels)
        self._shown = (request.epoch, request.recipe, found)
        if found is not None:
            points = landmarks(found, Shades.of(found, Regions.of(found)))
            return np.asarray(points[:, :2] / result.pixels.shape[0], np.float32)
        follows = self._engine is not None and self._engine.has_features
        return lattice().astype(np.float32) if follows else np.empty((0, 2), np.float32)

    def _found(self, pixels: Pixels) -> SeenFace | None:
        from generator.faces.finder import FaceFinder

        self._finder = self._finder or FaceFinder()
        return self._finder.find(pixels)
