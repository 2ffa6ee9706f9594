"""Store what the public R3GAN draws with weights drawn by `drawn_weights`.

    python tests/support/make_r3gan_numbers.py R3GAN_CHECKOUT

where the checkout is of github.com/brownvc/R3GAN. It runs here on the CPU with its reference operations and without
its stages of bfloat16. Nothing of it is stored but numbers, in `tests/data/r3gan-numbers.npz`: the pictures of the
`latents` of every configuration of `r3gan_cases`.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from generator.config import R3GANConfig  # noqa: E402
from tests.support.drawn_weights import fill  # noqa: E402
from tests.support.r3gan_cases import CONFIGS, latents  # noqa: E402


def public_generator(config: R3GANConfig, networks: Any) -> Any:
    classes = {"ConditionDimension": config.c_dim, "ConditionEmbeddingDimension": config.w_dim - config.z_dim}
    generator = networks.Generator(
        config.z_dim,
        list(config.widths),
        list(config.cardinalities),
        list(config.blocks),
        config.expansion,
        **(classes if config.c_dim else {}),
    )
    return generator.eval().requires_grad_(False)


def main(checkout: str) -> None:
    sys.path.insert(0, checkout)
    networks, stored = importlib.import_module("R3GAN.Networks"), {}
    for name, config in CONFIGS.items():
        generator = public_generator(config, networks)
        fill(generator)
        stored[name] = generator(*latents(config)).numpy()
        print(f"{name}: {list(stored[name].shape)}, standard deviation {stored[name].std():.3g}")
    np.savez_compressed(TESTS / "data" / "r3gan-numbers.npz", **stored)


if __name__ == "__main__":
    with torch.no_grad():
        main(*sys.argv[1:])
