"""Random weights that any implementation can draw for itself, by the public names of its parameters.

So the numbers that a public implementation drew can be kept without its weights, and without its code.
"""

from __future__ import annotations

import zlib

import numpy as np
import torch
from torch import nn

CONSTRUCTED = ("filter", "transform", "Kernel")  # endings of what follows from the configuration, not from training


def drawn(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """The values of the parameter or buffer `name`, float32: as training starts, but nothing is 0 or 1."""
    random = np.random.RandomState(zlib.crc32(name.encode()))
    values = random.randn(*shape) if shape else random.randn()
    if name.endswith("affine.bias"):
        values = 1 + 0.3 * values
    elif name.endswith(("bias", "noise_strength", "w_avg")):
        values = 0.3 * values
    elif name.endswith("magnitude_ema"):
        values = 0.5 + abs(values)
    elif name.endswith("Layer.weight"):  # of R3GAN, whose weights are used as they are stored
        values = values / np.sqrt(np.prod(shape[1:]))
    elif name.endswith("Bias"):
        values = 0.3 * values
    elif name.startswith("mapping.fc"):
        values = 100 * values
    return torch.as_tensor(values, dtype=torch.float32)


def fill(module: nn.Module) -> None:
    """Give every parameter and buffer of `module` its drawn values, in place."""
    for name, tensor in module.state_dict().items():
        if not name.endswith(CONSTRUCTED):
            tensor.copy_(drawn(name, tuple(tensor.shape)))
