"""Everything that a training step changes: generator, discriminators, averaged generator, optimisers."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from generator.errors import TrainingError
from generator.networks import Generator, create
from generator.training import optimisers
from generator.training.discriminator import Discriminator
from generator.training.growing import grow_discriminator, grow_generator
from generator.training.projected import ProjectedDiscriminators
from generator.training.settings import TrainingSettings


@dataclass
class GanState:
    """Everything at one resolution. Tensors keep their places until it grows, so that steps can be captured."""

    settings: TrainingSettings
    generator: Generator
    discriminator: Discriminator
    ema: Generator  # the average of the generator over the last steps: what is kept and shown
    projected: ProjectedDiscriminators | None
    path_mean: Tensor  # [] running mean of path lengths
    captured: bool = True  # steps on a card are CUDA graphs
    adams: dict[str, torch.optim.Adam] = field(default_factory=dict)  # by the name of the network

    @classmethod
    def begun(
        cls, settings: TrainingSettings, resolution: int, device: torch.device, captured: bool = True
    ) -> GanState:
        """Fresh weights, drawn from the seed of the settings alone, the same on every device."""
        config = settings.config(resolution)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed_of(settings.seed, "begun", resolution))
            fading = resolution > settings.stages[0].resolution  # it has been grown
            generator, discriminator = create(config).randomise(), Discriminator(config, fading)
        projected = ProjectedDiscriminators(settings.seed) if settings.projected_weight > 0 else None
        gan = cls(settings, generator, discriminator, copy.deepcopy(generator), projected, torch.zeros(()), captured)
        return gan._armed(device, {})

    @torch.no_grad()
    def begin_from(self, generator: Generator) -> None:
        """Take over the weights of a generator of the same shape, as they are and as the average; in place."""
        for network in (self.generator, self.ema):
            network.load_state_dict(generator.state_dict())

    def grown(self, resolution: int, device: torch.device) -> GanState:
        """With one block more on either side; everything learnt is carried over, the optimisers' state too."""
        memory = {name: tensor.cpu() for name, tensor in self.tensors().items()}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed_of(self.settings.seed, "grown", resolution))
            generator = grow_generator(self.generator.cpu(), resolution)
            discriminator = grow_discriminator(self.discriminator.cpu(), resolution)
        ema = copy.deepcopy(generator)  # the new block has no past to average
        kept = {name: tensor for name, tensor in self.ema.cpu().state_dict().items() if name in ema.state_dict()}
        ema.load_state_dict(kept, strict=False)
        gan = GanState(self.settings, generator, discriminator, ema, self.projected, self.path_mean, self.captured)
        return gan._armed(device, memory)

    def _armed(self, device: torch.device, memory: Mapping[str, Tensor]) -> GanState:
        """On the device, ready to learn, the optimisers with what they have in `memory`."""
        for network in (self.generator, self.discriminator, self.ema, self.projected):
            if network is not None:
                network.to(device)
                network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
        for network in (self.generator, self.discriminator):
            network.train().requires_grad_(True)
        self.path_mean = self.path_mean.to(device)
        settings = self.settings
        lazy = settings.path_length_interval if settings.path_length_weight > 0 else None
        self.adams = {
            "generator": self._adam(self.generator, settings.learning_rate, lazy),
            "discriminator": self._adam(self.discriminator, settings.learning_rate, settings.r1_interval),
        }
        if self.projected is not None:
            self.adams["projected"] = self._adam(self.projected, settings.projected_learning_rate)
        for name, adam in self.adams.items():
            own = {key.removeprefix(f"adam.{name}."): tensor for key, tensor in memory.items()}
            optimisers.restore(adam, self.network(name), own)
        return self

    def _adam(self, network: nn.Module, learning_rate: float, lazy: int | None = None) -> torch.optim.Adam:
        return optimisers.adam(network, learning_rate, self.settings.beta2, lazy, self.captured)

    def network(self, name: str) -> nn.Module:
        """By its name in `adams`."""
        network = {"generator": self.generator, "discriminator": self.discriminator, "projected": self.projected}[name]
        assert isinstance(network, nn.Module)
        return network

    @property
    def resolution(self) -> int:
        return self.generator.config.img_resolution

    @property
    def classes(self) -> int:
        """How many the images are of; 0 = none."""
        return self.generator.config.c_dim

    def tensors(self) -> dict[str, Tensor]:
        """Every tensor that a step may change, by name; the tensors themselves, not copies."""
        return dict(self._tensors())

    def _tensors(self) -> Iterator[tuple[str, Tensor]]:
        for name in self.adams:
            for key, tensor in self.network(name).state_dict().items():
                yield f"{name}.{key}", tensor
            for key, tensor in optimisers.state_of(self.adams[name], self.network(name)).items():
                yield f"adam.{name}.{key}", tensor
        for key, tensor in self.ema.state_dict().items():
            yield f"ema.{key}", tensor
        yield "path_mean", self.path_mean

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over all of `tensors()`, in place. Raises `TrainingError` where they do not fit.

        Earlier versions named the discriminator "critic" in their states."""
        own, tensors = self.tensors(), {_current_name(name): tensor for name, tensor in tensors.items()}
        if own.keys() != tensors.keys() or any(own[name].shape != tensors[name].shape for name in own):
            raise TrainingError("The saved state is not of a training with these settings.")
        with torch.no_grad():
            for name, tensor in own.items():
                tensor.copy_(tensors[name])


def _current_name(name: str) -> str:
    """The name of a tensor of a state, as it was written or with its older name."""
    for prefix in ("", "adam."):
        if name.startswith(f"{prefix}critic."):
            return f"{prefix}discriminator." + name.removeprefix(f"{prefix}critic.")
    return name


def seed_of(*parts: int | str) -> int:
    """A seed that no other parts have, below 2^63."""
    numbers = [part if isinstance(part, int) else int.from_bytes(part.encode()) for part in parts]
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> np.uint64(1))
