"""A small model, its components and somebody who measures colours, for tests that make directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config
from generator.directions.made import Workshop
from generator.networks import Generator
from generator.progress import finish
from generator.recipe import pca
from generator.render.engine import Engine
from tests.support.models import TINY, random_generator

SMALL: dict[str, GeneratorConfig] = {
    "stylegan1": StyleGAN1Config(
        img_resolution=16, z_dim=32, w_dim=32, mapping_layers=2, channel_base=256, channel_max=16
    ),
    "stylegan2": TINY,
    "stylegan3": StyleGAN3Config(
        img_resolution=16, z_dim=32, w_dim=32, channel_base=256, channel_max=16, num_layers=4, margin_size=2
    ),
}


class Colours:
    """Measures the mean red, and how much bluer the left half is than the right."""

    names: tuple[str, ...] = ("red", "blue-left")

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        values = pixels.astype(np.float64)
        half = values.shape[1] // 2
        return np.array([values[..., 0].mean(), values[:, :half, 2].mean() - values[:, half:, 2].mean()])


class Greenness:
    """Takes people for the same who are equally green in each quarter of the picture."""

    def __call__(self, pixels: NDArray[np.uint8], seen: object) -> NDArray[np.float32]:
        green, half = pixels[..., 1] / 100, pixels.shape[0] // 2
        quarters = [green[y : y + half, x : x + half].mean() for y in (0, half) for x in (0, half)]
        return np.array([*quarters, *np.zeros(124)], np.float32)


class Blind:
    """Sees no face on any picture."""

    names: tuple[str, ...] = ("smile", "age")

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        return np.full(2, np.nan)


def workshop(generator: Generator, measure: object | None = None, faces: int = 100) -> Workshop:
    engine = Engine(generator, "cpu")
    job = pca.fitting(engine.mapping, engine.config.z_dim, generator.hash, 1000, 16)
    return Workshop(engine, finish(job), measure, faces=faces)  # type: ignore[arg-type]


def small(family: str, seed: int = 0) -> Generator:
    return random_generator(SMALL[family], seed)
