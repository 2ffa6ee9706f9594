"""What the compute thread owns: the engine, the facts of its model, and its principal components.

Created on the GUI thread, afterwards used only by the compute thread. Torch is imported with the first model.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.compute.grabbing import Grabber
from explorer.compute.moments import Moments
from explorer.compute.preview_size import TARGET_MS, THUMBNAIL_RESOLUTION, PreviewSize, with_colours
from explorer.document.model_switch import carry_over
from explorer.messages import Components, ModelFacts, Pixels, Quality, RenderRequest, RenderResult, Role
from explorer.translation import tr
from generator.errors import DeviceError
from generator.progress import Job, Progress
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Floats, Recipe

if TYPE_CHECKING:
    from generator.attributes.distribution import Distribution
    from generator.recipe.pca import Pca
    from generator.render.engine import Engine, Rendering
    from generator.render.preview_colours import Shift

log = logging.getLogger(__name__)

SHOWN = (Role.LIVE, Role.BEFORE, Role.MOTION)  # what is large in the window


class ModelHost:
    """Holds the engine of the compute thread. `epoch` grows with every model, so that late answers are recognised."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._facts: ModelFacts | None = None
        self._pca: Pca | None = None
        self._preview = PreviewSize(64)
        self._live: Recipe | None = None  # the face shown last
        self._last_recipes: dict[str, Recipe] = {}  # the last one shown with each model, by its hash
        self._ready: Rendering | None = None  # rendered before it is requested
        self._shifts: Mapping[int, Shift] = {}  # of the colours of previews, by the last full image
        self.grabber = Grabber()
        self.moments = Moments()
        self.distributions: dict[str, Distribution | None] = {}  # of measures, by the hash of their model
        self.epoch = 0
        self._reported_notice = ""  # the last notice of the engine that was reported

    @property
    def has_model(self) -> bool:
        return self._engine is not None

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise DeviceError(tr("No model is open yet; open one first."))
        return self._engine

    @property
    def facts(self) -> ModelFacts:
        if self._facts is None:
            raise DeviceError(tr("No model is open yet; open one first."))
        return self._facts

    def switch_to(
        self, engine: Engine, path: str, named: tuple[NamedDirection, ...] = (), reason: str = ""
    ) -> Job[ModelFacts]:
        """Switch to `engine` once it has rendered the face shown now, or the last one shown with its model. The
        previous engine is then freed; it stays if the new one cannot render or the switch is cancelled.

        `reason`: why Outis itself switched, for the notice.
        """
        facts, first, notice = self._facts_of(engine, path, named, reason), None, engine.notice
        if self._live is not None:
            yield Progress(0, 0, tr("Rendering the first face"))
            last = self._facts.config if self._facts is not None else None
            first = self._draw(engine, self._last_recipes.get(facts.hash) or carry_over(self._live, facts, last))
            yield Progress(0, 0, tr("Switching to the model"))  # the last chance to cancel
        pca = self._pca if self._pca is not None and self._pca.model == facts.hash else None
        preview = PreviewSize(facts.config.img_resolution, begins_small=facts.learns_previews)
        self._engine, self._preview, self._pca, self._reported_notice = engine, preview, pca, notice
        self._ready, self.epoch, self._facts, self._shifts = first, facts.epoch, facts, {}
        _empty_device_cache()
        return facts

    def _facts_of(self, engine: Engine, path: str, named: tuple[NamedDirection, ...], reason: str) -> ModelFacts:
        generator = engine.generator
        return ModelFacts(
            epoch=self.epoch + 1,
            path=path,
            name=generator.name,
            hash=generator.hash,
            config=engine.config,
            device=engine.device,
            precision=engine.live_precision,
            notice=" ".join(filter(None, (reason, engine.notice))),
            remark=engine.remark,
            named=named,
            parameters=sum(parameter.numel() for parameter in generator.parameters()),
            description=generator.description,
            origin=generator.origin,
            class_names=generator.class_names,
            class_fault=generator.class_fault,
            learns_previews=engine.has_previews and not engine.config.stops_early,
            previews_at_once=engine.previews_at_once,
        )

    def adopt_components(self, pca: Pca) -> Components:
        """Compute the coordinates of faces on `pca` from now on, if it belongs to the open model."""
        if pca.model == self.facts.hash:
            self._pca = pca
        directions = tuple(pca.direction(i) for i in range(len(pca.components)))
        return Components(directions, pca.explained, pca.cloud)

    def render(self, request: RenderRequest, is_cancelled: Callable[[], bool] | None = None) -> RenderResult:
        """The requested image, timed; if it is LIVE, with the face's coordinates on the components and its W+.
        Raises `RenderCancelled` once `is_cancelled` returns True, where the network can stop."""
        request = self.moments.aimed(self.grabber.aimed(request, self.engine), self.engine)
        ready = self._drawn_before(request)
        is_shown = request.role in (Role.LIVE, Role.MOTION)
        is_quick = request.role in SHOWN and not request.pulls
        picture = ready or self._draw(
            self.engine, request.recipe, self._resolution(request), is_cancelled, aside=not is_shown, quick=is_quick
        )
        pixels, full = picture.pixels, request.quality is Quality.FULL
        w_plus = picture.w_plus if request.role is Role.LIVE else None
        if request.role is Role.LIVE:
            self._live = self._last_recipes[self.facts.hash] = request.recipe
        if is_shown:
            pixels = self._learn_from(picture, request, full or ready is not None)
        coordinates = self._coordinates(w_plus)
        result = RenderResult(request, pixels, picture.milliseconds, coordinates, w_plus if full else None)
        return self.grabber.seen(result)

    def _learn_from(self, picture: Rendering, request: RenderRequest, full: bool) -> Pixels:
        """The pixels to show, of a preview in the colours of the last full image; a preview tells how large the next
        one may be."""
        if full:
            self._shifts = picture.shifts
            return picture.pixels
        if not request.pulls:
            self._preview.record(picture.milliseconds)
        return with_colours(picture.pixels, self._shifts)

    def prepare(self, recipe: Recipe, is_cancelled: Callable[[], bool]) -> None:
        """Render the face of `recipe` before it is requested, and learn quick previews if that is slow; what is cached
        of the live face stays. Raises `RenderCancelled` once `is_cancelled` returns True, where the network can stop.
        """
        if self._ready is None or self._ready.recipe != recipe:
            self._ready = None
            self._ready = self._draw(self.engine, recipe, None, is_cancelled, aside=True)
        if self._ready.milliseconds > TARGET_MS:
            self.engine.learn_previews(self._preview.sizes, is_cancelled)

    def thumbnail(self, recipe: Recipe) -> Pixels:
        """A small image of `recipe`, rendered without changing the cache."""
        return self.engine.render(recipe, THUMBNAIL_RESOLUTION, live=True, aside=True)

    def news(self) -> str:
        """What the engine has given up since the last call, for the user; "" = nothing."""
        notice = self.engine.notice
        news, self._reported_notice = "" if notice == self._reported_notice else notice, notice
        return news

    def reduce_memory(self) -> bool:
        """Free the caches and cache less from now on; False if it already does."""
        self._ready, self._shifts = None, {}
        less = self._engine is not None and self._engine.reduce_memory()
        _empty_device_cache()
        return less

    def _draw(
        self,
        engine: Engine,
        recipe: Recipe,
        resolution: int | None = None,
        is_cancelled: Callable[[], bool] | None = None,
        aside: bool = False,
        quick: bool = False,
    ) -> Rendering:
        engine.prepare(resolution if quick else None)  # once; it takes longer than an image
        return engine.rendering(recipe, resolution, is_cancelled, live=True, aside=aside, quick=quick)

    def _drawn_before(self, request: RenderRequest) -> Rendering | None:
        """What was rendered before it was requested, at full size even where a preview would do."""
        ready = self._ready
        if ready is None or request.role is not Role.LIVE or ready.recipe != request.recipe:
            return None
        return replace(ready, pixels=ready.pixels.copy(), w_plus=ready.w_plus.copy())  # it may be requested again

    def _resolution(self, request: RenderRequest) -> int | None:
        if request.quality is Quality.FULL:
            return None
        if request.pulls:
            return THUMBNAIL_RESOLUTION  # points are not measured to a pixel in the smallest previews
        return self._preview.resolution if request.role in SHOWN else THUMBNAIL_RESOLUTION

    def _coordinates(self, w_plus: Floats | None) -> Floats | None:
        """Coordinates of the mean of the layers: moving every layer by one sigma moves it by one."""
        if w_plus is None or self._pca is None:
            return None
        return self._pca.coordinates(w_plus.mean(axis=0))


def _empty_device_cache() -> None:
    """Return the memory to the device that torch still holds of freed models and images.

    A lost device refuses even that; then there is nothing to return, and leaving the device must not fail.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return
    try:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        elif torch.backends.mps.is_available():
            torch.mps.empty_cache()
    except RuntimeError:
        log.warning("The memory that torch holds on the device could not be freed", exc_info=True)
