"""Store what the public PyTorch implementations draw with weights drawn by `drawn_weights`.

    python tests/support/make_network_numbers.py STYLEGAN3_CHECKOUT GENFORCE_CHECKOUT

where the checkouts are of github.com/NVlabs/stylegan3, which has the networks of StyleGAN2-ADA too, and of
github.com/genforce/genforce, which draws StyleGAN without TensorFlow. They run here on the CPU with their reference
operations and need scipy. Nothing of them is stored but numbers, in
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

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config  # noqa: E402
from generator.networks import create  # noqa: E402
from generator.networks.stylegan1_names import tensorflow_names  # noqa: E402
from tests.support.drawn_weights import fill  # noqa: E402
from tests.support.network_cases import CONFIGS, latents, layer_styles, shots  # noqa: E402

Numbers = dict[str, torch.Tensor]


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


def numbers_of(config: GeneratorConfig, generator: Any) -> Numbers:
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


def genforce_generator(config: StyleGAN1Config, genforce: Any) -> Any:
    """Genforce's StyleGAN with the weights that ours would draw; it knows the TensorFlow name of each of its own."""
    generator = genforce.StyleGANGenerator(
        config.img_resolution,
        config.z_dim,
        config.w_dim,
        config.c_dim,
        mapping_layers=config.mapping_layers,
        mapping_fmaps=config.w_dim,
        image_channels=config.img_channels,
        fmaps_base=config.channel_base,
        fmaps_max=config.channel_max,
    ).eval()
    ours = create(config)
    fill(ours)
    values, targets = ours.state_dict(), generator.state_dict()
    theirs = {variable: name for name, variable in generator.pth_to_tf_var_mapping.items()}
    for name, (variable, _) in tensorflow_names(config).items():
        target = targets[theirs[variable.removeprefix("mapping/").removeprefix("synthesis/")]]
        value = values[name].t() if name == "mapping.embed.weight" else values[name]
        target.copy_(value.reshape(target.shape))
    return generator


def genforce_numbers(config: StyleGAN1Config, generator: Any) -> Numbers:
    z, c = latents(config)
    w = generator.mapping(z, c)["w"]
    numbers = {"w": w, "styles": generator.synthesis(layer_styles(config))["image"]}
    for shot in shots(config):
        if shot.noise == "none":
            for layer in generator.modules():
                if type(layer).__name__ == "NoiseApplyingLayer":
                    layer.weight.zero_()
        ws = generator.truncation(w, shot.truncation.psi, shot.truncation.cutoff)
        numbers[shot.name] = generator.synthesis(ws)["image"]
    return numbers


def main(stylegan3_checkout: str, genforce_checkout: str) -> None:
    sys.path[:0] = [stylegan3_checkout, genforce_checkout]
    stylegan2 = importlib.import_module("training.networks_stylegan2")
    stylegan3 = importlib.import_module("training.networks_stylegan3")
    genforce = importlib.import_module("models.stylegan_generator")
    stored = {}
    for name, config in CONFIGS.items():
        if isinstance(config, StyleGAN1Config):
            numbers = genforce_numbers(config, genforce_generator(config, genforce))
        else:
            generator = public_generator(config, stylegan2, stylegan3)
            fill(generator)
            numbers = numbers_of(config, generator)
        for what, tensor in numbers.items():
            stored[f"{name}/{what}"] = tensor.numpy()
            print(f"{name}/{what}: {list(tensor.shape)}, standard deviation {float(tensor.std()):.3g}")
    np.savez_compressed(TESTS / "data" / "network-numbers.npz", **stored)


if __name__ == "__main__":
    with torch.no_grad():
        main(*sys.argv[1:])
