"""What bare weights may lack without being incomplete, and what takes its place: the mean of w, stored noise."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from generator.networks import Generator

AVERAGE = "mapping.w_avg"
NOISE = ".noise_const"
SAMPLES = 4096  # latents whose mean takes the place of the one over training, as in rosinality's own tools


def stand_ins(expected: dict[str, Tensor], found: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors for those missing ones that can be replaced; the average is zero until it is measured."""
    replaceable = [name for name in sorted(expected.keys() - found.keys()) if name == AVERAGE or name.endswith(NOISE)]
    random = torch.Generator().manual_seed(0)
    return {
        name: torch.zeros(expected[name].shape)
        if name == AVERAGE
        else torch.randn(expected[name].shape, generator=random)
        for name in replaceable
    }


def measure_average(generator: Generator) -> None:
    """Set the average of w to the mean of `SAMPLES` random ones."""
    z = np.random.RandomState(0).randn(SAMPLES, generator.config.z_dim)
    with torch.inference_mode():
        mean = generator.mapping(torch.from_numpy(z).float()).mean(dim=0)
    generator.w_avg.copy_(mean)


def describe_missing(names: dict[str, Tensor]) -> str:
    """A sentence for the model's description; "" if nothing was missing."""
    lacking = []
    if AVERAGE in names:
        lacking.append(f"no average of w, which was computed from {SAMPLES:,} latents")
    if any(name.endswith(NOISE) for name in names):
        lacking.append("no noise, which was randomised")
    return f"The file has {' and '.join(lacking)}." if lacking else ""
