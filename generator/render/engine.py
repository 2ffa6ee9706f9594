"""Recipe in, pixels out: the one place that runs a generator.

`Engine.render` is pure: the same recipe on the same device gives the same bytes, whatever was rendered before.
An engine belongs to one thread at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import torch
from torch import Tensor

from generator.config import GeneratorConfig
from generator.errors import RecipeError
from generator.formats.latent_file import Latents
from generator.native.target import give_up, targets, why_given_up, why_none
from generator.networks import Generator
from generator.networks.inputs import SynthesisInputs
from generator.networks.ops import working_dtype
from generator.networks.stylegan2 import SynthesisNetwork
from generator.recipe.recipe import Floats, Recipe
from generator.render import device as devices
from generator.render import self_test
from generator.render.cpu.pixels import Pixels, to_pixels, to_values, with_alpha
from generator.render.cuda.cuda_graph import GraphsFail
from generator.render.forms import fast_form, graphed_form, has_bf16_form
from generator.render.held_forms import HeldForms
from generator.render.preview_colours import Shift
from generator.render.recipe_latents import RecipeLatents, motion_of
from generator.render.self_test import HALF_TOLERANCE, TOLERANCE, fault_in, fault_of, first_line, portrait

BATCH_PIXELS = 8 * 256**2  # rendered at once


@dataclass(frozen=True)
class Rendering:
    """An image and its latents."""

    recipe: Recipe
    pixels: Pixels
    w_plus: Floats  # [num_ws, w_dim]: the input of the synthesis network
    milliseconds: float
    shifts: Mapping[int, Shift] = field(default_factory=dict)  # what the previews after this image lack in colour


class Engine:
    """A generator on a device. Attributes: `generator`, `config`, `device` and `precision` (readable text), `notice` (a
    fallback that the user must see; "" = none)."""

    def __init__(self, generator: Generator, device: str = "auto") -> None:
        """Move `generator` to the device and test it there; a device that renders wrong images is replaced by the CPU.

        device: "auto", "cpu", "cuda", "cuda:N" or "mps". Raises `DeviceError` if a named one is not there.

        Example:
            >>> from generator import checkpoint
            >>> from generator.render.engine import Engine
            >>> engine = Engine(checkpoint.load("model.safetensors"), "cpu")
            >>> engine.notice
            ''
        """
        self.generator = generator
        self.config: GeneratorConfig = generator.config
        self.notice = ""
        self._forms = HeldForms(generator)
        self._choose_device(devices.choose(device))

    @torch.inference_mode()
    def render(
        self,
        recipe: Recipe,
        max_resolution: int | None = None,
        is_cancelled: Callable[[], bool] | None = None,
        live: bool = False,
        aside: bool = False,
    ) -> Pixels:
        """The image of `recipe`: a fresh uint8 array `[H, W, 3]`.

        max_resolution: a preview of at most this many pixels, from an early exit of the synthesis network.
        is_cancelled: called while the image is rendered, where the network can stop; once it returns True,
        `RenderCancelled` is raised. live: for display only, in `live_precision` where that is faster. aside: leave the
        cache of the last image as it is, where that saves time.
        Raises `RecipeError` or `LatentError` if the recipe does not fit the model.

        Example:
            >>> from generator import checkpoint
            >>> from generator.recipe.recipe import Recipe, SeedSource
            >>> from generator.render.engine import Engine
            >>> engine = Engine(checkpoint.load("model.safetensors"), "cpu")
            >>> engine.render(Recipe(engine.generator.hash, SeedSource(85))).shape
            (32, 32, 3)
        """
        return self.rendering(recipe, max_resolution, is_cancelled, live, aside).pixels

    @torch.inference_mode()
    def rendering(
        self,
        recipe: Recipe,
        max_resolution: int | None = None,
        is_cancelled: Callable[[], bool] | None = None,
        live: bool = False,
        aside: bool = False,
        quick: bool = False,
    ) -> Rendering:
        """Like `render`, but also returns the latents; the arguments are the same.

        quick: a preview may be an approximation where the network cannot stop early: see `learn_previews`.
        """
        start = perf_counter()
        inputs = replace(self._inputs([recipe], max_resolution), quick=quick)
        pixels = self._pixels(inputs, is_cancelled, live, aside)
        milliseconds = 1000 * (perf_counter() - start)
        shifts = self.colour_shifts() if max_resolution is None else {}
        return Rendering(recipe, pixels, inputs.ws[0].numpy(), milliseconds, shifts)

    @property
    def has_previews(self) -> bool:
        """Whether quick previews cost less than the full image, at least once they have been learnt."""
        form = self._forms.fast(live=True)
        return self.config.stops_early or (form is not None and form.has_previews)

    @property
    def previews_at_once(self) -> bool:
        """Whether quick previews need not be learnt although the network cannot stop early."""
        form = self._forms.fast(live=True)
        return form is not None and form.previews_at_once

    @torch.inference_mode()
    def learn_previews(self, sizes: Iterable[int], is_cancelled: Callable[[], bool] | None = None) -> None:
        """Prepare quick previews of these `sizes`, in pixels, where the network cannot stop early, or draw some faces
        that they are learnt from; nothing where that has been done. Raises `RenderCancelled` once `is_cancelled`
        returns True, and continues there the next time."""
        if (form := self._forms.fast(live=True)) is not None:
            form.learn_previews(sizes, is_cancelled)

    @torch.inference_mode()
    def picture(self, recipe: Recipe) -> Pixels:
        """The image of `recipe` for a file: as `render`, and with its transparency, `[H, W, 4]`, where the model draws
        that.
        """
        if not self.config.has_alpha:
            return self.render(recipe)
        return with_alpha(self._inputs([recipe]).on(self._device).through(self.generator.synthesis))[0]

    def pictures(self, recipes: Sequence[Recipe]) -> list[Pixels]:
        """Those of `picture` for `recipes`, together where they have no transparency: see `render_together`."""
        return [self.picture(recipe) for recipe in recipes] if self.config.has_alpha else self.render_together(recipes)

    @torch.inference_mode()
    def values(self, recipe: Recipe) -> Floats:
        """The image of `recipe` before it is rounded to bytes: a fresh float32 array `[H, W, 3]` in 0..1, which
        `render` has as round(255 x). Raises what `render` raises."""
        inputs, fast = self._inputs([recipe]), self._forms.fast(live=False)
        if fast is None:
            return to_values(inputs.on(self._device).through(self.generator.synthesis))
        return to_values(fast(inputs.ws, inputs.noise, inputs.noise_seed, transform=inputs.transform))

    def _pixels(
        self, inputs: SynthesisInputs, is_cancelled: Callable[[], bool] | None, live: bool, aside: bool
    ) -> Pixels:
        graphed = self._forms.graphed() if live else None
        if graphed is not None:
            try:
                return graphed.pixels(inputs)
            except GraphsFail as error:
                self._leave_graphs(first_line(error))
        fast = self._forms.fast(live or self._is_preview(inputs.max_resolution))
        return (self._as_defined(inputs) if fast is None else fast.pixels(inputs, is_cancelled, aside))[0]

    def _inputs(self, recipes: Sequence[Recipe], max_resolution: int | None = None) -> SynthesisInputs:
        """Inputs of recipes with the same noise and transform, on the host."""
        noise, transform = recipes[0].noise, motion_of(recipes[0], self.generator)
        noise.check_fits(self.config.noise_sizes)
        ws = torch.cat([self.w_plus(recipe) for recipe in recipes])
        return SynthesisInputs(ws, noise.drawn, noise.seed, max_resolution, transform)

    @torch.inference_mode()
    def prepare(self, preview: int | None = None) -> None:
        """Do in advance what the first live image would wait for, or the first quick preview of `preview` pixels, so
        that it takes no longer than the next ones."""
        fast = None if self._forms.graphed() is not None else self._forms.fast(live=True)
        if fast is not None:
            fast.prepare(preview)

    def colour_shifts(self) -> Mapping[int, Shift]:
        """What to add to previews after the last full image, by their size; empty where previews need nothing or do not
        exist. See `generator.render.preview_colours`."""
        return self._forms.colour_shifts()

    @property
    def batch_size(self) -> int:
        """The best batch for `render_together`: more images are no faster, and delay other work."""
        return min(max(BATCH_PIXELS // self.config.img_resolution**2, 1), 64)

    @torch.inference_mode()
    def render_together(self, recipes: Sequence[Recipe]) -> list[Pixels]:
        """The full images of `recipes`, rendered as one batch: faster than one by one, and equal but for rounding,
        which may change a byte by 1. All must have the same noise and transform.
        """
        if len(recipes) == 1:
            return [self.render(recipes[0])]
        noise, transform = recipes[0].noise, recipes[0].transform
        if any((recipe.noise, recipe.transform) != (noise, transform) for recipe in recipes):
            raise RecipeError("Images with different noise or transform cannot be rendered together.")
        inputs, fast = self._inputs(recipes), self._forms.fast(live=False)
        return self._as_defined(inputs) if fast is None else fast.pixels(inputs)

    def _as_defined(self, inputs: SynthesisInputs) -> list[Pixels]:
        return to_pixels(inputs.on(self._device).through(self.generator.synthesis))

    @torch.inference_mode()
    def latents(self, recipe: Recipe) -> Latents:
        """z, w and W+ of `recipe` as float32 arrays on the host; see `Latents` for shapes.

        Example:
            >>> from generator import checkpoint
            >>> from generator.recipe.recipe import Recipe, SeedSource
            >>> from generator.render.engine import Engine
            >>> engine = Engine(checkpoint.load("model.safetensors"), "cpu")
            >>> engine.latents(Recipe(engine.generator.hash, SeedSource(85))).w_plus.shape
            (8, 32)
        """
        return self._latents.latents(recipe)

    @torch.inference_mode()
    def w_plus(self, recipe: Recipe) -> Tensor:
        """What the synthesis network is given, `[1, num_ws, w_dim]` on the host: see `RecipeLatents`."""
        return self._latents.w_plus(recipe)

    @torch.inference_mode()
    def mapping(self, z: Floats, label: int | None = None) -> Floats:
        """w `[N, w_dim]` of z `[N, z_dim]`, both float32 on the host, untruncated, of the class `label` or of none."""
        return self._latents.mapped(torch.from_numpy(z), label).numpy()

    @torch.inference_mode()
    def sampled(self, z: Floats) -> Floats:
        """As `mapping`, but samples of the whole of W, of classes at random: see `RecipeLatents.sampled`."""
        return self._latents.sampled(torch.from_numpy(z)).numpy()

    @property
    def has_features(self) -> bool:
        """Whether `features` has any: of StyleGAN2 only, and of square pictures."""
        return isinstance(self.generator.synthesis, SynthesisNetwork) and self.config.is_square

    @torch.inference_mode()
    def features(self, recipe: Recipe, resolution: int) -> Floats:
        """The maps of the synthesis network after its block of `resolution` pixels, one of `config.block_resolutions`:
        float32 `[C, resolution, resolution]`, as far as `live_precision` has them. Of the live image rendered last they
        are cached on a CPU. Only of models that `has_features`.

        Example:
            >>> from generator import checkpoint
            >>> from generator.recipe.recipe import Recipe, SeedSource
            >>> from generator.render.engine import Engine
            >>> engine = Engine(checkpoint.load("model.safetensors"), "cpu")
            >>> engine.features(Recipe(engine.generator.hash, SeedSource(85)), 16).shape
            (32, 16, 16)
        """
        network, inputs = self.generator.synthesis, self._inputs([recipe])
        assert isinstance(network, SynthesisNetwork)
        fast = self._forms.fast(live=True)
        if fast is not None:
            return fast.features(inputs, resolution)[0].numpy()
        ws = inputs.ws.to(self._device)
        return network.features(ws, resolution, inputs.noise, inputs.noise_seed)[0].float().cpu().numpy()

    def fall_back_to_cpu(self, reason: str) -> None:
        """Switch to the CPU from a device that failed; `reason` becomes the notice."""
        self.notice = f"{reason} Running on the CPU."
        self._to_device(torch.device("cpu"))

    @property
    def precision(self) -> str:
        """The precision of the layers as text: "float32", or the resolution from which it is float16."""
        halves = [resolution for resolution in self.config.block_resolutions if self._uses_half(resolution)]
        return f"float16 from {halves[0]} px" if halves else "float32"

    def _uses_half(self, resolution: int) -> bool:
        return working_dtype(self._device, self.config.uses_half(resolution)) == torch.float16

    @property
    def live_precision(self) -> str:
        """The precision of a `live` image as text."""
        return "bfloat16" if self._forms.in_bf16() else self.precision

    def clear_caches(self) -> None:
        """Free the caches; images stay the same."""
        self._forms.clear()
        self._latents = RecipeLatents(self.generator)

    def reduce_memory(self) -> bool:
        """Free the caches and cache less from now on, because memory ran out. False if that has been done before."""
        self.clear_caches()
        return self._forms.hold_less()

    @property
    def remark(self) -> str:
        """Why it is slower than it could be although nothing is wrong; "" = no reason."""
        return why_none() if self.on_cpu else ""

    @property
    def on_cpu(self) -> bool:
        return self._device.type == "cpu"

    def _choose_device(self, device: torch.device) -> None:
        subject = self_test.subject(self.generator)
        expected = portrait(subject, torch.device("cpu"))
        fault = fault_in(self._fault_on, device, subject, expected)
        if fault and device.type == "cpu":
            self.notice = f"The self-test of this model failed: {fault}."
        elif fault:
            self.fall_back_to_cpu(f"The self-test on {devices.describe(device)} failed: {fault}.")
        elif self.on_cpu:
            self._try_programs(subject, expected)
        else:
            self._try_graphs(subject, expected)

    def _try_programs(self, subject: Generator, expected: Tensor) -> None:
        """Use torch's operators, with a notice, where there are no native programs or they give wrong results."""
        if targets().exact:
            own = subject is self.generator
            form = self._forms.fast(live=True) if own else fast_form(subject, has_bf16_form(subject))
            latents = self._latents if own else RecipeLatents(subject)
            if fault := fault_in(self_test.fault_of_programs, latents.mapped, form, subject, expected):
                give_up(fault)
                self.clear_caches()
        self.notice = " ".join(filter(None, (self.notice, why_given_up())))

    def _try_graphs(self, subject: Generator, expected: Tensor) -> None:
        """Render previews without CUDA graphs, with a notice, where they fail or give wrong images."""
        form = graphed_form(subject, devices.live_dtype(self._device))
        if form is not None and (fault := fault_in(self_test.fault_of_graphs, form, subject, expected)):
            self._leave_graphs(fault)

    def _leave_graphs(self, fault: str) -> None:
        self._forms.leave_graphs()
        self.notice = f"CUDA graphs do not work here: {fault}. Live previews will be slower."

    def _fault_on(self, device: torch.device, subject: Generator, expected: Tensor) -> str:
        """Move to the device. What is wrong with its images; "" if nothing is."""
        self._to_device(device)
        if self.on_cpu:
            return fault_of(expected, expected)
        in_half = self.precision != "float32"
        fault = fault_of(portrait(subject, self._device), expected, HALF_TOLERANCE if in_half else TOLERANCE)
        if fault or subject is self.generator:
            return fault
        image = portrait(self.generator, self._device)  # too slow to render again on the CPU
        return fault_of(image, image)

    def _to_device(self, device: torch.device) -> None:
        self._device = device
        self.clear_caches()
        self.device = devices.describe(device)
        self.generator.to(device)
        self.generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
        if device.type == "cuda":  # no TF32, and the same bytes for the same recipe
            torch.backends.cudnn.allow_tf32 = False
            torch.backends.cudnn.deterministic = True

    def _is_preview(self, max_resolution: int | None) -> bool:
        return max_resolution is not None and max_resolution < self.config.img_resolution
