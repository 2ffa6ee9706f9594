"""Small R3GANs with drawn weights, and how files of the public code hold them: see `make_r3gan_numbers.py`."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from generator.config import R3GANConfig
from generator.networks import Generator, create, r3gan
from tests.support.checkpoint_layouts import EasyDict, public_modules
from tests.support.drawn_weights import drawn

PLAIN = R3GANConfig(
    32, z_dim=12, w_dim=12, widths=(24, 24, 16, 8), cardinalities=(6, 6, 4, 2), blocks=(1, 2, 1, 1), expansion=2
)
CLASSES = R3GANConfig(
    16, z_dim=8, c_dim=3, w_dim=14, widths=(16, 16, 8), cardinalities=(4, 4, 2), blocks=(2, 1, 1), expansion=3
)
CONFIGS = {"plain": PLAIN, "classes": CLASSES}
FACES = 2


def public_name(name: str) -> str:
    """`synthesis.MainLayers.0...` -> `MainLayers.0...`, as the public code calls it."""
    return name.removeprefix("synthesis.").removeprefix("mapping.")


def drawn_r3gan(config: R3GANConfig) -> Generator:
    """Our generator with the weights that the public one was given."""
    generator = create(config)
    for name, tensor in generator.state_dict().items():
        tensor.copy_(drawn(public_name(name), tuple(tensor.shape)))
    return generator


def latents(config: R3GANConfig) -> tuple[torch.Tensor, torch.Tensor | None]:
    """z `[2, z_dim]` and class vectors `[2, c_dim]` of classes 1 and 2; None for an unconditional generator."""
    z = torch.from_numpy(np.random.RandomState(7).randn(FACES, config.z_dim).astype(np.float32))
    return z, torch.eye(config.c_dim)[1 : 1 + FACES] if config.c_dim else None


def public_state(generator: Generator, prefix: str = "Model.") -> dict[str, torch.Tensor]:
    """The state dict of the public module, whose stages past the first store their filter."""
    state = {prefix + public_name(name): tensor for name, tensor in generator.state_dict().items()}
    stages = range(1, len(generator.config.block_resolutions))
    return state | {f"{prefix}MainLayers.{stage}.Layers.0.Resampler.Kernel": FILTER.clone() for stage in stages}


def dump_snapshot(generator: Generator, path: Path) -> Path:
    """A training's snapshot, of plain modules of the public names."""
    whole = Whole()
    whole.Model = _public(generator.synthesis)  # type: ignore[arg-type]
    whole.z_dim, whole.c_dim = generator.config.z_dim, generator.config.c_dim
    if generator.config.c_dim:
        whole.Model.EmbeddingLayer = generator.mapping.EmbeddingLayer  # type: ignore[attr-defined]
    contents: dict[str, dict[str, Any]] = {"dnnlib__util": {"EasyDict": EasyDict}}
    for kind in (Whole, Resampler, *PUBLIC.values()):
        contents.setdefault(kind.__module__.replace(".", "__"), {})[kind.__qualname__] = kind
    value = {"G": None, "D": None, "G_ema": whole, "training_set_kwargs": EasyDict(use_labels=False), "cur_nimg": 0}
    with public_modules(**contents):
        path.write_bytes(pickle.dumps(value))
    return path


def _public(module: nn.Module) -> nn.Module:
    """Our module as one of the public class, with those inside it."""
    kind = PUBLIC.get(type(module))
    if kind is None and not module._modules:
        return module  # torch's own
    made = nn.ModuleList() if kind is None else kind()
    made._parameters.update(module._parameters)
    for name, child in module.named_children():
        made.add_module(name, _public(child))
    if isinstance(module, r3gan.Stage):
        made.DataType = torch.bfloat16
    if isinstance(module, r3gan.Upsampling):
        made.Resampler = Resampler()
        made.Resampler.register_buffer("Kernel", FILTER)
    return made


def _class(module: str, name: str) -> type[nn.Module]:
    return type(name, (nn.Module,), {"__module__": module, "__qualname__": name})


TAPS = torch.tensor([1.0, 3.0, 3.0, 1.0])
FILTER = torch.outer(TAPS, TAPS) / 64
Whole = _class("training.networks", "Generator")
Resampler = _class("R3GAN.Resamplers", "InterpolativeUpsamplerCUDA")
PUBLIC: dict[type, type[nn.Module]] = {
    r3gan.SynthesisNetwork: _class("R3GAN.Networks", "Generator"),
    r3gan.Stage: _class("R3GAN.Networks", "GeneratorStage"),
    r3gan.Basis: _class("R3GAN.Networks", "GenerativeBasis"),
    r3gan.Upsampling: _class("R3GAN.Networks", "UpsampleLayer"),
    r3gan.ResidualBlock: _class("R3GAN.Networks", "ResidualBlock"),
    r3gan.Convolution: _class("R3GAN.Networks", "Convolution"),
    r3gan.Activation: _class("R3GAN.FusedOperators", "BiasedActivationCUDA"),
}
