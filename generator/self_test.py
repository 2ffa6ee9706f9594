"""Does this device draw what the CPU draws? Some do not: a wrong kernel gives a grey or broken face, silently."""

from __future__ import annotations

import torch
from torch import Tensor

from generator import latent
from generator.networks import Generator
from generator.recipe import Truncation

TEST_SEED = 85
TEST_RESOLUTION = 32  # enough to pass every kind of layer, cheap on any CPU
TOLERANCE = 0.02  # of the picture's standard deviation; float32 devices differ by about 1e-4
FALLBACK_ERRORS = (RuntimeError, NotImplementedError)  # out of memory and missing kernels are RuntimeErrors of torch


@torch.inference_mode()
def portrait(generator: Generator, device: torch.device) -> Tensor:
    """The test face, float32 `[1, C, h, h]` on the CPU, drawn by `device`, where the generator already is."""
    z = torch.from_numpy(latent.z_from_seed(TEST_SEED, generator.config.z_dim)).to(device)
    ws = latent.broadcast(generator.mapping(z), generator.config.num_ws)
    ws = latent.truncate(ws, generator.w_avg, Truncation(0.7))
    image: Tensor = generator.synthesis(ws, "const", None, TEST_RESOLUTION)
    return image.float().cpu()


def fault_of(image: Tensor, expected: Tensor) -> str:
    """What is wrong with a test image, as words for a sentence; "" if nothing is."""
    if not bool(image.isfinite().all()):
        return "the test image is not finite"
    if float(image.std()) < 1e-4:
        return "the test image is flat"
    error = float((image - expected).abs().max()) / float(expected.std())
    return f"the test image differs from the CPU's by {error:.2g} of its contrast" if error > TOLERANCE else ""
