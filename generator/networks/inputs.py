"""What a synthesis network is given, as one value: a new kind of edit is one new field here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from generator.recipe.recipe import NoiseMode


@dataclass(frozen=True, eq=False)
class SynthesisInputs:
    """The arguments of `Synthesis`, which says what they are.

    Example:
        >>> from generator import checkpoint
        >>> from generator.networks.inputs import SynthesisInputs
        >>> model = checkpoint.load("model.safetensors")
        >>> inputs = SynthesisInputs(model.w_avg.repeat(1, model.config.num_ws, 1), max_resolution=16)
        >>> tuple(inputs.through(model.synthesis).shape[-2:])
        (16, 16)
    """

    ws: Tensor  # [N, num_ws, w_dim]
    noise: NoiseMode = "const"
    noise_seed: int | None = None
    max_resolution: int | None = None
    transform: Tensor | None = None  # [3, 3]
    quick: bool = False  # for display only: a preview may be an approximation, where the network cannot stop early

    def through(self, synthesis: Callable[..., Tensor]) -> Tensor:
        """What the network `synthesis` makes of them: `[N, img_channels, res, res]`."""
        return synthesis(self.ws, self.noise, self.noise_seed, self.max_resolution, self.transform)

    def on(self, device: torch.device) -> SynthesisInputs:
        """The same with its tensors on `device`."""
        transform = None if self.transform is None else self.transform.to(device)
        return replace(self, ws=self.ws.to(device), transform=transform)
