"""Does this device draw what the CPU draws? Some do not: a wrong kernel gives a grey or broken face, silently."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor

from generator import latent
from generator.config import GeneratorConfig, StyleGAN3Config
from generator.networks import Generator, create
from generator.recipe import Truncation

TEST_SEED = 85
TEST_RESOLUTION = 32  # enough to pass every kind of layer, cheap on any CPU
TEST_CHANNELS = 32  # of a stand-in
TOLERANCE = 0.02  # of the picture's standard deviation; float32 devices differ by about 1e-4
HALF_TOLERANCE = 0.1  # float16 in all 14 layers of a StyleGAN3 was seen to differ by 0.03
FALLBACK_ERRORS = (RuntimeError, NotImplementedError)  # out of memory and missing kernels are RuntimeErrors of torch


def subject(generator: Generator) -> Generator:
    """Whom to draw: `generator` itself where a small picture is cheap, else a small one of the same kind.

    A StyleGAN3 of 1024 px takes a minute on two cores of a CPU, and always draws its picture whole.
    """
    config = generator.config
    small = config if config.stops_early else _small(config)
    return generator if small == config else _drawn(small)


@torch.inference_mode()
def portrait(generator: Generator, device: torch.device) -> Tensor:
    """The test face, float32 `[1, C, h, h]` on the CPU, drawn by `device`, where `generator` is afterwards."""
    generator.to(device)
    z = torch.from_numpy(latent.z_from_seed(TEST_SEED, generator.config.z_dim)).to(device)
    ws = latent.broadcast(generator.mapping(z), generator.config.num_ws)
    ws = latent.truncate(ws, generator.w_avg, Truncation(0.7))
    image: Tensor = generator.synthesis(ws, "const", None, TEST_RESOLUTION)
    return image.float().cpu()


def fault_of(image: Tensor, expected: Tensor, tolerance: float = TOLERANCE) -> str:
    """What is wrong with a test image, as words for a sentence; "" if nothing is."""
    if not bool(image.isfinite().all()):
        return "the test image is not finite"
    if float(image.std()) < 1e-4:
        return "the test image is flat"
    error = float((image - expected).abs().max()) / float(expected.std())
    return f"the test image differs from the CPU's by {error:.2g} of its contrast" if error > tolerance else ""


def _small(config: GeneratorConfig) -> GeneratorConfig:
    """The same kinds of layers with fewer pixels and channels; `config` itself if it is small already."""
    resolution = TEST_RESOLUTION
    if isinstance(config, StyleGAN3Config):  # its coarsest layers must stay below the finest ones
        resolution = max(resolution, 2 ** math.ceil(math.log2(4 * config.first_stopband)))
    if config.img_resolution <= resolution:
        return config
    return replace(config, img_resolution=resolution, channel_max=min(config.channel_max, TEST_CHANNELS))


def _drawn(config: GeneratorConfig) -> Generator:
    """A generator with weights as training starts from, always the same ones."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return create(config).randomise()
