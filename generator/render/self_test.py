"""Tests whether a device renders the same image as the CPU: a wrong kernel silently gives a grey or broken face."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import ParamSpec

import numpy as np
import torch
from torch import Tensor

from generator.config import GeneratorConfig, R3GANConfig, StyleGAN3Config, StyleGANXLConfig
from generator.config.stylegan_xl import stand_in
from generator.errors import RecipeError
from generator.networks import Generator, create
from generator.networks.inputs import SynthesisInputs
from generator.recipe import latent
from generator.recipe.recipe import Truncation
from generator.render.cpu.pixels import to_bytes, to_pixels
from generator.render.forms import CpuSynthesis, GraphedNetwork, GraphedSynthesis

Mapping = Callable[[Tensor], Tensor]
Given = ParamSpec("Given")
TEST_SEED = 85
TEST_RESOLUTION = 32  # enough to test every kind of layer, cheap on any CPU
TEST_CHANNELS = 32  # of a small stand-in network
TOLERANCE = 0.02  # of the image's standard deviation; float32 devices differ by about 1e-4
HALF_TOLERANCE = 0.1  # float16 in all 14 layers of a StyleGAN3 differed by 0.03
PIXEL_TOLERANCE = 1.0  # of 255 on average; bfloat16 differed by 0.2 on faces
MAPPING_TOLERANCE = 1e-3  # of a latent; programs differed by 1e-5
FALLBACK_ERRORS = (RuntimeError, NotImplementedError)  # out of memory and missing kernels are RuntimeErrors of torch


def subject(generator: Generator) -> Generator:
    """The generator to test: `generator` itself where a small image is cheap, else a small one of the same kind.

    A StyleGAN3 of 1024 px takes a minute on two cores of a CPU, and always renders the full image.
    """
    config = generator.config
    small = config if config.stops_early else _small(config)
    return generator if small == config else _drawn(small)


@torch.inference_mode()
def portrait(generator: Generator, device: torch.device) -> Tensor:
    """The test face, float32 `[1, C, h, h]` on the CPU, rendered on `device`, to which `generator` is moved."""
    generator.to(device)
    image: Tensor = generator.synthesis(_ws(generator), "const", None, TEST_RESOLUTION)
    return image.float().cpu()


def _ws(generator: Generator) -> Tensor:
    """W+ of the test face, `[1, num_ws, w_dim]`, on the device of `generator`."""
    z = torch.from_numpy(latent.z_from_seed(TEST_SEED, generator.config.z_dim)).to(generator.w_avg.device)
    ws = latent.broadcast(generator.mapping(z), generator.config.num_ws)
    return latent.truncate(ws, generator.class_average(None), Truncation(0.7))


@torch.inference_mode()
def fault_of_graphs(form: GraphedSynthesis | GraphedNetwork, generator: Generator, expected: Tensor) -> str:
    """What is wrong with the test face as `form` of `generator` renders it, twice, the second time from its cache; ""
    if nothing is. expected: the CPU's portrait."""
    ws, wanted = _ws(generator).cpu(), to_pixels(expected)[0].astype(np.int16)
    for _ in range(2):
        error = float(np.abs(form.pixels(SynthesisInputs(ws, max_resolution=TEST_RESOLUTION)) - wanted).mean())
        if error > PIXEL_TOLERANCE:
            return f"their test image differs from the CPU's by {error:.2g} of 255 on average"
    return ""


@torch.inference_mode()
def fault_of_programs(mapping: Mapping, form: CpuSynthesis | None, generator: Generator, expected: Tensor) -> str:
    """What is wrong with the test face as native programs render it on the CPU; "" if nothing is.

    mapping, form: the fast ones of `generator`, if it has a form; expected: its portrait, by torch's operators. The
    face is small, and what is prepared for it is reused for the first image.
    """
    z = torch.from_numpy(latent.z_from_seed(TEST_SEED, generator.config.z_dim))
    w, wanted = mapping(z), generator.mapping(z)
    if not torch.allclose(w, wanted, atol=MAPPING_TOLERANCE, rtol=MAPPING_TOLERANCE):
        return "the latent of the test image differs from torch's"
    if not _same_pixels(expected):
        return "the pixels of the test image differ from torch's"
    if form is None:
        return ""
    image = form(_ws(generator), "const", None, TEST_RESOLUTION, aside=True)
    return fault_of(image, expected, HALF_TOLERANCE if form.in_bf16 else TOLERANCE, "torch's")


def _same_pixels(image: Tensor) -> bool:
    """Whether programs convert a finite image to the same pixels as torch's operators."""
    try:
        colours = image[:, :3]  # programs never see transparency
        return np.array_equal(to_pixels(colours)[0], to_bytes(colours)[0].numpy())
    except RecipeError:  # it is not finite
        return False


def fault_of(image: Tensor, expected: Tensor, tolerance: float = TOLERANCE, whose: str = "the CPU's") -> str:
    """What is wrong with a test image, as part of a sentence; "" if nothing is. whose: the expected one."""
    if not bool(image.isfinite().all()):
        return "the test image is not finite"
    if float(image.std()) < 1e-4:
        return "the test image is flat"
    error = float((image - expected).abs().max()) / float(expected.std())
    return f"the test image differs from {whose} by {error:.2g} of its contrast" if error > tolerance else ""


def fault_in(test: Callable[Given, str], *given: Given.args, **named: Given.kwargs) -> str:
    """What `test` finds, or how it failed where this machine cannot run it."""
    try:
        return test(*given, **named)
    except FALLBACK_ERRORS as error:
        return first_line(error)


def first_line(error: Exception) -> str:
    """Of its message, or its type where it has none."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]


def _small(config: GeneratorConfig) -> GeneratorConfig:
    """The same kinds of layers with fewer pixels and channels; `config` itself if it is small already."""
    resolution = TEST_RESOLUTION
    if isinstance(config, StyleGANXLConfig) and config.img_resolution > resolution:
        return stand_in(config, resolution, TEST_CHANNELS)
    if isinstance(config, R3GANConfig):
        return config.smaller(resolution, TEST_CHANNELS)
    if isinstance(config, StyleGAN3Config):  # its coarsest layers must stay below the finest ones
        resolution = max(resolution, 2 ** math.ceil(math.log2(4 * config.first_stopband)))
    if config.img_resolution <= resolution:
        return config
    return replace(config, img_resolution=resolution, channel_max=min(config.channel_max, TEST_CHANNELS))


def _drawn(config: GeneratorConfig) -> Generator:
    """A generator with the initial weights of a training, always the same."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return create(config).randomise()
