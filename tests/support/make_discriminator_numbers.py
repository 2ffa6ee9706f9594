"""Store what the public PyTorch discriminator says with weights drawn by `drawn_weights`, and how it would learn.

    python tests/support/make_discriminator_numbers.py STYLEGAN3_CHECKOUT

where the checkout is of github.com/NVlabs/stylegan3, which has the discriminator of StyleGAN2-ADA too. It runs here on
the CPU with its reference operations, in float64. Nothing of it is stored but numbers, in
`tests/data/discriminator-numbers.npz`, for every case of `discriminator_cases`: "NAME/logits", "NAME/loss", "NAME/r1",
and a summary of the gradients of the loss, "NAME/gradient/PARAMETER", and of R1, "NAME/penalty/PARAMETER".
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from generator.config import GeneratorConfig  # noqa: E402
from tests.support.discriminator_cases import CASES, drawn_classes, drawn_images, summary  # noqa: E402
from tests.support.drawn_weights import drawn  # noqa: E402


class _Torch:
    """torch, but for the public epilogue, which casts to float32."""

    float32 = torch.float64

    def __getattr__(self, name: str) -> Any:
        return getattr(torch, name)


def public_discriminator(config: GeneratorConfig, networks: Any) -> torch.nn.Module:
    discriminator: torch.nn.Module = networks.Discriminator(
        config.c_dim,
        config.img_resolution,
        config.img_channels,
        channel_base=config.channel_base,
        channel_max=config.channel_max,
        conv_clamp=config.conv_clamp,
        num_fp16_res=0,
    ).double()
    for name, parameter in discriminator.named_parameters():
        parameter.data.copy_(drawn(name, tuple(parameter.shape)))
    for module in discriminator.modules():
        if hasattr(module, "resample_filter"):
            module.resample_filter = module.resample_filter.float()  # as the reference operation wants it
    return discriminator


def numbers_of(discriminator: torch.nn.Module, config: GeneratorConfig) -> dict[str, torch.Tensor]:
    names, parameters = zip(*discriminator.named_parameters(), strict=True)
    images = drawn_images(config).double().requires_grad_()
    classes = drawn_classes(config)
    real, fake = discriminator(images, classes), discriminator(-images.detach(), classes)
    loss = (F.softplus(fake) + F.softplus(-real)).mean()
    gradients = torch.autograd.grad(loss, parameters, retain_graph=True)
    (slope,) = torch.autograd.grad(real.sum(), images, create_graph=True)
    r1 = slope.square().sum([1, 2, 3]).mean()
    penalties = torch.autograd.grad(r1, parameters, materialize_grads=True)
    numbers = {"logits": real, "loss": loss, "r1": r1}
    numbers |= {f"gradient/{name}": summary(value) for name, value in zip(names, gradients, strict=True)}
    return numbers | {f"penalty/{name}": summary(value) for name, value in zip(names, penalties, strict=True)}


def main(stylegan3_checkout: str) -> None:
    sys.path.insert(0, stylegan3_checkout)
    networks = importlib.import_module("training.networks_stylegan2")
    networks.torch = _Torch()  # type: ignore[attr-defined]
    stored = {}
    for name, config in CASES.items():
        for what, tensor in numbers_of(public_discriminator(config, networks), config).items():
            stored[f"{name}/{what}"] = tensor.detach().numpy()
        print(f"{name}: logits {stored[f'{name}/logits'].ravel()}, R1 {stored[f'{name}/r1']:.6g}")
    np.savez_compressed(TESTS / "data" / "discriminator-numbers.npz", **stored)


if __name__ == "__main__":
    main(*sys.argv[1:])
