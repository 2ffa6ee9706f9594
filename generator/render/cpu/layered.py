"""The synthesis networks as chains of layers, for a live editor: everything but the "skip" architecture of StyleGAN2's
paper, whose form is `generator.render.cpu.synthesis`.

The families say what their layers are (`generator.render.cpu.families`). A layer with the same input as in the last
image is not computed again, images are given up between layers, and an image's bytes do not depend on what was drawn
before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, partial

import torch
from torch import Tensor

from generator.networks import Generator
from generator.networks.inputs import SynthesisInputs
from generator.networks.noise import NoiseSource
from generator.render.cpu.activation_cache import ActivationCache
from generator.render.cpu.families import coarse_steps_of, has_steps, steps_of
from generator.render.cpu.form import MEMORY_LIMIT, CpuSynthesis, IsCancelled, rows_of
from generator.render.cpu.noise_images import NoiseImages
from generator.render.cpu.previews import SMALLEST, Previews
from generator.render.cpu.steps import LayerStep, Step, StepInput

__all__ = ["LayerStep", "LayeredSynthesis", "StepInput"]


class LayeredSynthesis(CpuSynthesis):
    """W+ -> image, layer by layer. Previews stop early where the network can, else they are the full image shrunk.
    Quick ones, once they have been learnt, are drawn from early maps (see `generator.render.cpu.previews`), or at once
    by steps of the family's own."""

    def __init__(self, generator: Generator, halves: bool = False, memory: int = MEMORY_LIMIT) -> None:
        """halves: multiply in bfloat16 where the family's programs can. memory: bytes that it may cache."""
        super().__init__(generator.config, memory)
        self._generator, self._halves = generator, halves
        self._coarse = coarse_steps_of(generator, self._team)

    @staticmethod
    def fits(generator: Generator) -> bool:
        """True for networks on a CPU whose family says what its layers are."""
        return has_steps(generator) and generator.w_avg.device.type == "cpu"

    def features(self, inputs: SynthesisInputs, resolution: int) -> Tensor:
        """See `CpuSynthesis`; of StyleGAN2."""
        with self._drawing():
            (step,) = self._chained(self._steps, [f"{resolution}.1"], inputs, self._memory, None)
            maps = step.value()
        return maps.to(torch.float32, copy=True, memory_format=torch.contiguous_format)

    def prepare(self, preview: int | None = None) -> None:
        size = None if self._coarse is None or preview is None else self._coarse.resolution(preview)
        self._steps_to(size or self._config.img_resolution)

    @property
    def has_previews(self) -> bool:
        return self.previews_at_once or bool(self._exits) or bool(self._levels)

    @property
    def previews_at_once(self) -> bool:
        return self._coarse is not None

    def learn_previews(self, sizes: Iterable[int], is_cancelled: IsCancelled = None) -> None:
        """See `CpuSynthesis`: draws some faces, which takes long."""
        for size in sizes:
            self._pause(is_cancelled)
            self.prepare(size)
        for ws in self._previews.unseen():
            with self._drawing():
                maps, image = self._with_maps(SynthesisInputs(ws), ActivationCache(0), is_cancelled)
            self._previews.see(maps, image)

    def _with_maps(
        self, inputs: SynthesisInputs, memory: ActivationCache, is_cancelled: IsCancelled
    ) -> tuple[dict[int, Tensor], Tensor]:
        """The maps for quick previews by resolution, and the full image, valid when the team has finished."""
        wanted = [*self._levels.values(), self._steps[-1].name]
        *maps, image = (step.value() for step in self._chained(self._steps, wanted, inputs, memory, is_cancelled))
        return dict(zip(self._levels, maps, strict=True)), image

    def _reached(self, inputs: SynthesisInputs) -> int:
        size = self._config.img_resolution if inputs.max_resolution is None else inputs.max_resolution
        is_quick = inputs.quick and size < self._config.img_resolution
        if is_quick and self._coarse is not None:
            return self._coarse.resolution(size)
        if self._exits:
            return max((exit_at for exit_at in self._exits if exit_at <= size), default=min(self._exits))
        return (self._previews.level(size) if is_quick else None) or self._config.img_resolution

    def _queued(self, inputs: SynthesisInputs, is_cancelled: IsCancelled, aside: bool) -> Tensor:
        assert inputs.ws.shape[1:] == (self._config.num_ws, self._config.w_dim)
        assert inputs.transform is None or self._config.has_transform
        self._pause(is_cancelled)
        memory, reached = self._memory_for(len(inputs.ws), aside), self._reached(inputs)
        if self._previews.is_unjudged and reached == self._config.img_resolution:
            return self._judged(inputs, memory, is_cancelled)
        chain = self._chained(*self._steps_to(reached), inputs, memory, is_cancelled)
        *exits, last = (step.value() for step in chain)
        if exits and len(inputs.ws) == 1:
            self.exits = [*exits, last]
        learnt = self._previews.maps.get(reached)
        if learnt is None:
            return last
        self._team.finish()
        return learnt.image(last)

    def _judged(self, inputs: SynthesisInputs, memory: ActivationCache, is_cancelled: IsCancelled) -> Tensor:
        """The full image, which shows whether the stored colours of earlier levels still draw it."""
        maps, image = self._with_maps(inputs, memory, is_cancelled)
        self._team.finish()
        self._previews.judge(maps, image)
        return image

    def _steps_to(self, reached: int) -> tuple[Sequence[LayerStep], list[str]]:
        """The steps of an image that is drawn up to `reached`, and the names of those that are wanted: of a full image
        also the ones at which it could have stopped."""
        if reached == self._config.img_resolution:
            return self._steps, list(self._exits.values()) or [self._steps[-1].name]
        if self._coarse is not None:
            steps = self._coarse.steps(reached)
            return steps, [steps[-1].name]
        return self._steps, [self._exits.get(reached) or self._levels[reached]]

    def _chained(
        self,
        steps: Sequence[LayerStep],
        wanted: Sequence[str],
        inputs: SynthesisInputs,
        memory: ActivationCache,
        is_cancelled: IsCancelled,
    ) -> list[Step]:
        """Those of `steps` with these names, keyed like all steps with what they and those before them depend on."""
        rows, noises = rows_of(inputs.ws), self._noise_images(inputs, steps)
        motion = None if inputs.transform is None else inputs.transform.numpy().tobytes()
        chain: dict[str, Step] = {}
        before: Step | None = None
        for layer in steps:
            key = (
                tuple(rows[row] for row in layer.rows),
                noises.origin if layer.noisy else None,
                motion if layer.moves else None,
                None if before is None else before.key,
            )
            read = chain.get(layer.reads, before), chain.get(layer.also)
            make = partial(self._made, layer, layer is steps[-1], inputs, noises, read, is_cancelled)
            before = chain[layer.name] = Step(memory, layer.name, key, make)
        return [chain[name] for name in wanted]  # the others are released one by one as their values are used

    def _made(
        self,
        layer: LayerStep,
        is_last: bool,
        inputs: SynthesisInputs,
        noises: NoiseImages,
        read: tuple[Step | None, Step | None],
        is_cancelled: IsCancelled,
        spare: Tensor | None,
    ) -> Tensor:
        """The result of one layer."""
        x, also = (None if step is None else step.value() for step in read)
        self._pause(is_cancelled)
        if not layer.queues:
            self._team.finish()
        noise = noises[self._noise_places[layer.name]] if layer.noisy else None
        transform = inputs.transform if layer.moves else None
        ws = inputs.ws[:, list(layer.rows)]
        spare = None if is_last else spare  # always a new image: the caller may still have the last one
        return layer.run(StepInput(x, ws, noise, transform, spare, also))

    @cached_property
    def _steps(self) -> tuple[LayerStep, ...]:
        return steps_of(self._generator, self._team, self._halves)

    @cached_property
    def _levels(self) -> dict[int, str]:
        """The steps with maps for quick previews, by resolution; none where coarse steps draw those."""
        if self._coarse is not None:
            return {}
        return {step.shows: step.name for step in self._steps if SMALLEST <= step.shows < self._config.img_resolution}

    @cached_property
    def _exits(self) -> dict[int, str]:
        """The steps with an image that is as it is drawn, by resolution, the lowest first."""
        return {step.exits: step.name for step in self._steps if step.exits}

    @cached_property
    def _previews(self) -> Previews:
        return Previews(self._generator, list(self._levels))

    @cached_property
    def _noise_places(self) -> dict[str, int]:
        """The numbers of the noisy steps among their like."""
        return {step.name: k for k, step in enumerate(step for step in self._steps if step.noisy)}

    def _noise_images(self, inputs: SynthesisInputs, steps: Sequence[LayerStep]) -> NoiseImages:
        """The noise images of the last image if the noise is the same. (Coarse steps have none.)"""
        mode, seed = inputs.noise, inputs.noise_seed
        if self._noise is None or not self._noise.same(mode, seed):
            stored = [(step.stored_noise, 1.0) for step in steps if step.stored_noise is not None]
            self._noise = NoiseImages(stored, NoiseSource(mode, seed, inputs.ws), mode, seed, torch.float32)
        return self._noise
