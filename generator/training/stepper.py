"""The phases of a step in their order, at one resolution: which are due, their inputs and their figures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from generator.render.cuda.cuda_graph import CaptureSpace, GraphsFail, Work
from generator.training.batches import images_at, indices
from generator.training.capture import captured
from generator.training.classes import DataClasses
from generator.training.distributed import Ranks
from generator.training.ema import Ema
from generator.training.gan import GanState, seed_of
from generator.training.phases import Inputs, Phases


class Stepper:
    """Takes the steps of one stage."""

    def __init__(
        self,
        gan: GanState,
        pixels: NDArray[np.uint8],
        batch: int,
        device: torch.device,
        ranks: Ranks,
        notify: Callable[[str], None] = lambda _sentence: None,
        labels: NDArray[np.int32] | None = None,
    ) -> None:
        """pixels: of the data set at the resolution of `gan`; labels: of its images, where the settings have classes.

        batch: over all processes.

        notify: is given a sentence where steps cannot be taken as they should, but in another way.
        """
        self._settings, self._pixels, self._batch = gan.settings, pixels, batch
        self._ranks, self._share = ranks, ranks.share(batch)
        self._random = _source_of_chance(device)
        self._inputs = Inputs(gan.resolution, self._share.stop - self._share.start, device)
        self._classes = DataClasses(np.empty(0, np.int32) if labels is None else labels, gan.classes, device)
        self._phases = Phases(gan, self._inputs, self._random, ranks, self._classes)
        self._gan = gan
        self._ready: dict[str, Work] = {}
        self._space = CaptureSpace(device)
        self._captures, self._notify = ranks.captures, notify

    def step(self, images: int, attempt: int, augment: float) -> dict[str, float]:
        """The step after `images` images; returns `Figures`, the mean over all processes.

        attempt: another one gives other random numbers. augment: probability of each augmentation.
        """
        self._give(images, augment)
        for number, name in enumerate(self._due(images)):
            phase = self._phase(name)  # before seeding: its capture uses random numbers
            torch.manual_seed(seed_of(self._settings.seed, "step", attempt, images, number, self._ranks.rank))
            phase()
        figures = self._phases.figures.values.clone()
        self._ranks.average([figures])
        return dict(zip(self._phases.figures.NAMES, figures.tolist(), strict=True))

    def _due(self, images: int) -> list[str]:
        """Names of the phases of this step, in their order."""
        number, settings = images // self._batch, self._settings
        names = ["discriminator"]
        if settings.r1_gamma > 0 and number % settings.r1_interval == 0:
            names.append("penalty")
        names.append("generator")
        if settings.path_length_weight > 0 and number % settings.path_length_interval == 0:
            names.append("path_length")
        return names

    def _give(self, images: int, augment: float) -> None:
        settings, inputs = self._settings, self._inputs
        places = indices(settings.seed, len(self._pixels), images, self._batch)[self._share]
        self._phases.figures.finite.fill_(1)
        inputs.real.copy_(images_at(self._pixels, places))
        if self._classes.count:
            inputs.labels.copy_(self._classes.at(places))
        inputs.fade.fill_(settings.fade_at(images))
        inputs.augment.fill_(augment)
        average = Ema(settings.ema_images, settings.ema_share)
        inputs.ema_share.fill_(average.weight(images, self._batch))

    def _phase(self, name: str) -> Work:
        """Captured when it is first needed, as long as that works."""
        phase: Work = getattr(self._phases, name)
        if self._captures and name not in self._ready:
            try:
                self._ready[name] = captured(phase, self._random, self._state, self._space)
            except GraphsFail as error:
                self._go_without_graphs(error)
        return self._ready.get(name, phase)

    def _go_without_graphs(self, error: GraphsFail) -> None:
        """From the same state: a capture that fails has put it back."""
        self._captures = False
        self._ready.clear()
        reason, resolution = str(error).strip().splitlines()[0], self._gan.resolution
        self._notify(f"CUDA graphs failed at {resolution} px; training continues without them, more slowly: {reason}")

    def _state(self) -> list[torch.Tensor]:
        return [*self._gan.tensors().values(), self._phases.figures.values]


def _source_of_chance(device: torch.device) -> torch.Generator:
    """The default generator of the device, which noise comes from as well."""
    if device.type == "cuda":
        return torch.cuda.default_generators[device.index or 0]
    return torch.default_generator
