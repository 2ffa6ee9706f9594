"""Checkpoints in the layouts of public implementations, written with classes of ours that bear the public names.

Nothing of the public code is needed or contained: a pickle stores names, states and numbers only.
"""

from __future__ import annotations

import dataclasses
import pickle
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generator.config import StyleGANXLConfig
from generator.networks import Generator

BUFFERS = {"w_avg", "noise_const", "resample_filter", "magnitude_ema", "up_filter", "down_filter"}
BUFFERS |= {"freqs", "phases", "transform"}
SOURCE = "raise SystemExit('source text inside a checkpoint must never run')"


class EasyDict(dict):  # type: ignore[type-arg]
    """A dictionary of the public name `dnnlib.util.EasyDict`."""


EasyDict.__module__ = "dnnlib.util"


def _reconstruct_persistent_obj(meta: Any) -> Any:
    raise AssertionError("a checkpoint must never be run")


_reconstruct_persistent_obj.__module__ = "torch_utils.persistence"


class Persistent:
    """A module that is pickled by its class name and state, as `torch_utils.persistence` does."""

    def __init__(self, class_name: str, state: dict[str, Any]) -> None:
        self.class_name, self.state = class_name, state

    def __reduce__(self) -> tuple[Any, ...]:
        meta = {"type": "class", "version": 6, "module_src": SOURCE, "class_name": self.class_name}
        return _reconstruct_persistent_obj, ({**meta, "state": self.state},)


@contextmanager
def public_modules(**contents: dict[str, Any]) -> Iterator[None]:
    """Let pickle find `contents` (module with __ for dots -> names) while it writes, and nobody afterwards."""
    old = dict(sys.modules)
    for dotted, names in contents.items():
        parts = dotted.split("__")
        for depth in range(1, len(parts) + 1):
            name = ".".join(parts[:depth])
            sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[".".join(parts)]).update(names)
    try:
        yield
    finally:
        for name in sys.modules.keys() - old.keys():
            del sys.modules[name]


def dump_nvidia(value: Any, path: Path, protocol: int = 4) -> Path:
    """Pickle `value`, which may contain `Persistent` and `EasyDict`."""
    functions = {"_reconstruct_persistent_obj": _reconstruct_persistent_obj}
    with (
        public_modules(torch_utils__persistence=functions, dnnlib__util={"EasyDict": EasyDict}),
        path.open("wb") as file,
    ):
        pickle.dump(value, file, protocol=protocol)
    return path


def nvidia_generator(generator: Generator, class_name: str = "Generator") -> Persistent:
    """Our StyleGAN2 or StyleGAN3 as an object of NVIDIA's PyTorch code."""
    config, classes = generator.config, {"": class_name, "mapping": "MappingNetwork", "synthesis": "SynthesisNetwork"}
    tensors, attributes = dict(generator.state_dict()), {"conv_clamp": config.conv_clamp, "use_fp16": False}
    sizes = {key: getattr(config, key) for key in ("z_dim", "c_dim", "w_dim", "img_resolution", "img_channels")}
    if config.family == "stylegan2":
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
        for resolution in config.block_resolutions:
            tensors[f"synthesis.b{resolution}.resample_filter"] = torch.outer(taps, taps)
        attributes["architecture"] = config.architecture
    root = _module("", tensors, classes, attributes)
    root.state |= {**sizes, "_init_args": (), "_init_kwargs": EasyDict(mapping_kwargs=EasyDict(num_layers=2))}
    if isinstance(config, StyleGANXLConfig):
        record_layers(root, config)
    if config.family == "stylegan3":
        networks = root.state["_modules"]
        networks["synthesis"].state["_init_kwargs"] = EasyDict(_stylegan3_arguments(generator))
        networks["mapping"].state["num_layers"] = config.mapping_layers
    return root


def record_layers(generator: Persistent, config: StyleGANXLConfig) -> None:
    """Let every layer of a StyleGAN-XL say what it was made for, as its own code does."""
    networks = generator.state["_modules"]
    networks["mapping"].state["num_layers"] = config.mapping_layers
    networks["synthesis"].state |= {"output_scale": config.output_scale, "margin_size": config.margin_size}
    networks["synthesis"].state["_modules"]["input"].state["bandwidth"] = config.cutoffs[0]
    for i, name in enumerate(config.layer_names):
        networks["synthesis"].state["_modules"][name].state |= {
            "in_sampling_rate": config.sampling_rates[max(i - 1, 0)],
            "out_sampling_rate": config.sampling_rates[i],
            "out_cutoff": config.cutoffs[i],
            "out_half_width": config.half_widths[i],
            "is_critically_sampled": i >= config.num_layers - config.num_critical,
            "use_fp16": config.layer_uses_half(i),
            "conv_kernel": config.conv_kernel if i < config.num_layers else 1,
            **{key: getattr(config, key) for key in ("conv_clamp", "filter_size", "lrelu_upsampling")},
            "use_radial_filters": config.use_radial_filters,
        }


def _stylegan3_arguments(generator: Generator) -> dict[str, Any]:
    ours = ("family", "architecture", "z_dim", "c_dim", "mapping_layers", "block_channels", "lowest")
    values = dataclasses.asdict(generator.config)
    return {key: value for key, value in values.items() if key not in ours} | {"magnitude_ema_beta": 0.999}


def _module(prefix: str, tensors: dict[str, Tensor], classes: dict[str, str], attributes: dict[str, Any]) -> Persistent:
    """The module whose tensors begin with `prefix`, with those inside it."""
    inner = {name.removeprefix(prefix).split(".")[0] for name in tensors if "." in name.removeprefix(prefix)}
    own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
    own = {name: tensor for name, tensor in own.items() if "." not in name}
    modules = {
        name: _module(
            f"{prefix}{name}.",
            {full: tensor for full, tensor in tensors.items() if full.startswith(f"{prefix}{name}.")},
            classes,
            attributes,
        )
        for name in sorted(inner)
    }
    is_buffer = {name: name in BUFFERS for name in own}
    state: dict[str, Any] = {
        "training": False,
        "_parameters": {n: torch.nn.Parameter(t, requires_grad=False) for n, t in own.items() if not is_buffer[n]},
        "_buffers": {name: tensor for name, tensor in own.items() if is_buffer[name]},
        "_non_persistent_buffers_set": set(),
        "_modules": modules,
    }
    return Persistent(_class_of(prefix, classes), state | _attributes_of(prefix, attributes))


def _class_of(prefix: str, classes: dict[str, str]) -> str:
    last = prefix.rstrip(".").split(".")[-1]
    if last.startswith(("conv", "L")):
        return "SynthesisLayer"
    if last.startswith("b") and last[1:].isdigit():
        return "SynthesisBlock"
    return classes.get(prefix.rstrip("."), "ToRGBLayer" if last == "torgb" else "FullyConnectedLayer")


def _attributes_of(prefix: str, attributes: dict[str, Any]) -> dict[str, Any]:
    last = prefix.rstrip(".").split(".")[-1]
    if last.startswith("fc"):
        return {"activation": "lrelu", "bias_gain": 0.01}
    if last.startswith("conv"):
        return {"activation": "lrelu", "conv_clamp": attributes["conv_clamp"]}
    if last.startswith("b") and last[1:].isdigit():
        return {"architecture": attributes["architecture"], "use_fp16": attributes["use_fp16"]}
    return {}
