"""Store what the public PyTorch implementations draw with weights drawn by `drawn_weights`.

    python tests/make_network_numbers.py CHECKOUT

where CHECKOUT is one of github.com/NVlabs/stylegan3, which has the networks of StyleGAN2-ADA too. They run here on the
CPU with their reference operations and need scipy. Nothing of them is stored but numbers, in
`tests/data/network-numbers.npz`, for every configuration of `network_cases`: "NAME/w" (untruncated), the picture of
every shot, and "NAME/styles", the picture of a different w for every layer.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from drawn_weights import fill  # noqa: E402
from network_cases import CONFIGS, latents, layer_styles, shots  # noqa: E402

from generator.config import GeneratorConfig, StyleGAN3Config  # noqa: E402


def public_generator(config: GeneratorConfig, stylegan2: Any, stylegan3: Any) -> torch.nn.Module:
    shape = config.z_dim, config.c_dim, config.w_dim, config.img_resolution, config.img_channels
    mapping = {"num_layers": config.mapping_layers}
    common = {"channel_base": config.channel_base, "channel_max": config.channel_max, "conv_clamp": config.conv_clamp}
    if isinstance(config, StyleGAN3Config):
        special = {"conv_kernel": config.conv_kernel, "use_radial_filters": config.use_radial_filters}
        generator = stylegan3.Generator(*shape, mapping_kwargs=mapping, **common, **special)
    else:
        generator = stylegan2.Generator(*shape, mapping_kwargs=mapping, **common, architecture=config.architecture)
    return generator.eval().requires_grad_(False)


def motion_matrix(x: float, y: float, degrees: float) -> torch.Tensor:
    """What the public tools hand to the network: the inverse of a rotation and a shift."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return torch.from_numpy(np.linalg.inv([[cos, sin, x], [-sin, cos, y], [0, 0, 1]])).float()


def numbers_of(config: GeneratorConfig, generator: Any) -> dict[str, torch.Tensor]:
    z, c = latents(config)
    noise = {} if config.has_transform else {"noise_mode": "const"}
    numbers = {"w": generator.mapping(z, c)[:, 0], "styles": generator.synthesis(layer_styles(config), **noise)}
    for shot in shots(config):
        cutoff = shot.truncation.cutoff
        ws = generator.mapping(z, c, truncation_psi=shot.truncation.psi, truncation_cutoff=cutoff)
        if shot.motion is not None:
            generator.synthesis.input.transform.copy_(motion_matrix(*shot.motion))
        numbers[shot.name] = generator.synthesis(ws, noise_mode=shot.noise)
    return numbers


def main(checkout: str) -> None:
    sys.path.insert(0, checkout)
    stylegan2 = importlib.import_module("training.networks_stylegan2")
    stylegan3 = importlib.import_module("training.networks_stylegan3")
    stored = {}
    for name, config in CONFIGS.items():
        generator = public_generator(config, stylegan2, stylegan3)
        fill(generator)
        for what, tensor in numbers_of(config, generator).items():
            stored[f"{name}/{what}"] = tensor.numpy()
            print(f"{name}/{what}: {list(tensor.shape)}, standard deviation {float(tensor.std()):.3g}")
    np.savez_compressed(TESTS / "data" / "network-numbers.npz", **stored)


if __name__ == "__main__":
    with torch.no_grad():
        main(*sys.argv[1:])
