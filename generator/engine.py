"""Recipe in, pixels out: the one place that runs a generator.

`Engine.render` is pure: the same recipe on the same device gives the same bytes, whatever was rendered before.
An engine belongs to one thread at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generator import device as devices
from generator import latent, self_test
from generator.config import GeneratorConfig
from generator.errors import LatentError, RecipeError
from generator.fast import FastSynthesis, fast_form
from generator.latent_file import Latents
from generator.networks import Generator
from generator.networks.ops import working_dtype
from generator.networks.transform import transform_matrix
from generator.recipe import Floats, LatentSource, Recipe, SeedSource, Source, Transform
from generator.self_test import FALLBACK_ERRORS, HALF_TOLERANCE, TOLERANCE, fault_of, portrait

CACHED_SOURCES = 64  # W+ of the latest sources; 36 KB each for 18 layers


class Engine:
    """A generator on a device. Attributes: `generator`, `config`, `device` and `precision` (text for people),
    `notice` (a fallback that the user must see; "" = none)."""

    def __init__(self, generator: Generator, device: str = "auto") -> None:
        """Move `generator` to the device and test it there; a device that draws wrongly is left for the CPU.

        device: "auto", "cpu", "cuda", "cuda:N" or "mps". Raises `DeviceError` if a named one is not there.
        """
        self.generator = generator
        self.config: GeneratorConfig = generator.config
        self.notice = ""
        self._sources: OrderedDict[Source, Tensor] = OrderedDict()
        self._fast: dict[torch.dtype, FastSynthesis | None] = {}
        self._place(devices.choose(device))

    @torch.inference_mode()
    def render(
        self, recipe: Recipe, max_resolution: int | None = None, abandoned: Callable[[], bool] | None = None
    ) -> NDArray[np.uint8]:
        """The picture of `recipe`: a fresh uint8 array `[H, W, 3]`.

        max_resolution: a preview of at most this many pixels, from an early exit of the synthesis network.
        abandoned: asked while the picture is drawn, where the network can stop; once it says True, `Abandoned` is
        raised. Raises `RecipeError` or `LatentError` if the recipe does not fit the model.
        """
        noise, transform, ws = recipe.noise, self._matrix(recipe.transform), self.w_plus(recipe)
        fast = self._fast_form(max_resolution)
        if fast is not None:
            return _to_pixels(fast(ws, noise.mode, noise.seed, max_resolution, abandoned))
        return _to_pixels(self.generator.synthesis(ws, noise.mode, noise.seed, max_resolution, transform))

    @torch.inference_mode()
    def latents(self, recipe: Recipe) -> Latents:
        """z, w and W+ of `recipe` as float32 arrays on the host; see `Latents` for shapes."""
        source = recipe.source
        space = source.space if isinstance(source, LatentSource) else "z"
        z = self._z(source) if space == "z" else None
        w = self._source_ws(source)[:, 0].cpu().numpy() if space != "w+" else None
        return Latents(z=z, w=w, w_plus=self.w_plus(recipe)[0].cpu().numpy())

    @torch.inference_mode()
    def w_plus(self, recipe: Recipe) -> Tensor:
        """What the synthesis network is given, `[1, num_ws, w_dim]`: mixed, truncated, then moved."""
        if recipe.model not in ("", self.generator.hash):
            raise RecipeError(
                f"The recipe was made with another model ({recipe.model[:8]}) than {self.generator.name} "
                f"({self.generator.hash[:8]}); open that model first."
            )
        ws = self._source_ws(recipe.source)
        if recipe.mix is not None and any(recipe.mix.weights):
            ws = latent.mix(ws, self._source_ws(recipe.mix.source), recipe.mix.weights)
        ws = latent.truncate(ws, self.generator.w_avg, recipe.truncation)
        for edit in recipe.directions:
            if edit.direction.array.shape != (self.config.w_dim,):
                raise RecipeError(f"Direction {edit.direction.name!r} was made for a model with another w_dim.")
        return latent.move(ws, recipe.directions)

    @torch.inference_mode()
    def mapping(self, z: Floats) -> Floats:
        """w `[N, w_dim]` of z `[N, z_dim]`, both float32 on the host, untruncated, of no class."""
        w: Tensor = self.generator.mapping(torch.from_numpy(z).to(self._device))
        return w.cpu().numpy()

    def fall_back_to_cpu(self, reason: str) -> None:
        """Leave a device that failed while working; `reason` becomes the notice."""
        self.notice = f"{reason} Running on the CPU."
        self._sources.clear()
        self._move(torch.device("cpu"))

    @property
    def precision(self) -> str:
        """What the layers compute in, for people: "float32", or from which resolution on it is float16."""
        halves = [resolution for resolution in self.config.block_resolutions if self._uses_half(resolution)]
        return f"float16 from {halves[0]} px" if halves else "float32"

    def _uses_half(self, resolution: int) -> bool:
        return working_dtype(self._device, self.config.uses_half(resolution)) == torch.float16

    def forget(self) -> None:
        """Free what is held only to be faster; pictures stay the same."""
        self._fast.clear()

    @property
    def on_cpu(self) -> bool:
        return self._device.type == "cpu"

    def _place(self, device: torch.device) -> None:
        subject = self_test.subject(self.generator)
        expected = portrait(subject, torch.device("cpu"))
        try:
            self._move(device)
            fault = self._fault(subject, expected)
        except FALLBACK_ERRORS as error:
            fault = str(error).splitlines()[0][:200]
        if fault and device.type == "cpu":
            self.notice = f"The self-test of this model failed: {fault}."
        elif fault:
            self.fall_back_to_cpu(f"The self-test on {devices.describe(device)} failed: {fault}.")

    def _fault(self, subject: Generator, expected: Tensor) -> str:
        """What is wrong with the pictures of the device; "" if nothing is."""
        if self.on_cpu:
            return fault_of(expected, expected)
        in_half = self.precision != "float32"
        fault = fault_of(portrait(subject, self._device), expected, HALF_TOLERANCE if in_half else TOLERANCE)
        if fault or subject is self.generator:
            return fault
        image = portrait(self.generator, self._device)  # of which the CPU would take too long to draw another
        return fault_of(image, image)

    def _move(self, device: torch.device) -> None:
        self._device = device
        self._fast.clear()
        self.device = devices.describe(device)
        self.generator.to(device)
        self.generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
        if device.type == "cuda":  # float32 must mean float32, and the same recipe the same bytes
            torch.backends.cudnn.allow_tf32 = False
            torch.backends.cudnn.deterministic = True

    def _fast_form(self, max_resolution: int | None) -> FastSynthesis | None:
        """Previews are drawn in bfloat16 where the CPU multiplies it faster; every full picture is float32."""
        preview = max_resolution is not None and max_resolution < self.config.img_resolution
        dtype = torch.bfloat16 if preview and devices.has_fast_bfloat16(self._device) else torch.float32
        if dtype not in self._fast:
            self._fast[dtype] = fast_form(self.generator, dtype)
        return self._fast[dtype]

    def _source_ws(self, source: Source) -> Tensor:
        """Untruncated W+ of a source, `[1, num_ws, w_dim]`, remembered."""
        if source not in self._sources:
            self._sources[source] = self._map(source)
            if len(self._sources) > CACHED_SOURCES:
                self._sources.popitem(last=False)
        self._sources.move_to_end(source)
        return self._sources[source]

    def _map(self, source: Source) -> Tensor:
        config = self.config
        if isinstance(source, SeedSource) or source.space == "z":
            z = torch.from_numpy(self._z(source)).to(self._device)
            return latent.broadcast(self.generator.mapping(z, self._class(source)), config.num_ws)
        values = source.array
        rows = config.num_ws if source.space == "w+" else 1
        if values.shape != (rows, config.w_dim):
            raise LatentError(
                f"The stored latent has shape {list(values.shape)} in {source.space}; "
                f"{self.generator.name} takes {[rows, config.w_dim]}."
            )
        ws = torch.from_numpy(values.copy()).to(self._device)
        return ws[None] if source.space == "w+" else latent.broadcast(ws, config.num_ws)

    def _z(self, source: Source) -> Floats:
        if isinstance(source, SeedSource):
            return latent.z_from_seed(source.seed, self.config.z_dim)
        if source.array.shape != (1, self.config.z_dim):
            raise LatentError(
                f"The stored z has {source.array.shape[1]} numbers; {self.generator.name} takes {self.config.z_dim}."
            )
        return source.array.copy()

    def _class(self, source: Source) -> Tensor | None:
        label = source.label if isinstance(source, SeedSource) else None
        if label is None:
            return None
        if label >= self.config.c_dim:
            raise RecipeError(f"Class {label} was asked for; {self.generator.name} has {self.config.c_dim} classes.")
        classes = torch.zeros(1, self.config.c_dim, device=self._device)
        classes[0, label] = 1
        return classes

    def _matrix(self, transform: Transform) -> Tensor | None:
        if transform == Transform():
            return None
        if not self.config.has_transform:
            raise RecipeError(
                f"The recipe moves or turns the picture, which {self.generator.name} cannot: "
                f"it is of the family {self.config.family}, and only stylegan3 can."
            )
        return transform_matrix(transform.x, transform.y, transform.degrees)


def _to_pixels(image: Tensor) -> NDArray[np.uint8]:
    """float `[1, C, H, W]` in about [-1, 1] -> uint8 `[H, W, 3]`; grey becomes RGB."""
    if not bool(image.isfinite().all()):
        raise RecipeError("The picture of this recipe holds values that are not finite; take its sliders back.")
    pixels = (image[0] * 127.5 + 128).clamp(0, 255).to(torch.uint8).permute(1, 2, 0)
    return np.ascontiguousarray(pixels.expand(-1, -1, 3).cpu().numpy())
