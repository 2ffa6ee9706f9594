"""Checkpoints in the layouts of rosinality's PyTorch code and of NVIDIA's TensorFlow code, from generators of ours."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generator.networks import Generator
from tests.support.checkpoint_layouts import SOURCE, EasyDict, public_modules

TAPS = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8


def rosinality_state(generator: Generator) -> dict[str, Tensor]:
    """The state dict that rosinality's Generator would have."""
    ours, resolutions = generator.state_dict(), generator.config.block_resolutions
    found = {"input.input": ours["synthesis.b4.const"][None]}
    for i in range(generator.config.mapping_layers):
        found |= {f"style.{i + 1}.{part}": ours[f"mapping.fc{i}.{part}"] for part in ("weight", "bias")}
    layers = ["synthesis.b4.conv1", *(f"synthesis.b{r}.conv{i}" for r in resolutions[1:] for i in (0, 1))]
    for index, layer in enumerate(layers):
        name = "conv1" if index == 0 else f"convs.{index - 1}"
        found |= _rosinality_layer(name, layer, ours)
        found[f"{name}.noise.weight"] = ours[f"{layer}.noise_strength"][None]
        found[f"{name}.activate.bias"] = ours[f"{layer}.bias"]
        found[f"noises.noise_{index}"] = ours[f"{layer}.noise_const"][None, None]
        if index % 2:
            found[f"{name}.conv.blur.kernel"] = torch.outer(TAPS, TAPS) * 4
    for index, resolution in enumerate(resolutions):
        name = "to_rgb1" if index == 0 else f"to_rgbs.{index - 1}"
        found |= _rosinality_layer(name, f"synthesis.b{resolution}.torgb", ours)
        found[f"{name}.bias"] = ours[f"synthesis.b{resolution}.torgb.bias"].reshape(1, -1, 1, 1)
        if index:
            found[f"{name}.upsample.kernel"] = torch.outer(TAPS, TAPS) * 4
    return {name: tensor.clone() for name, tensor in found.items()}


def _rosinality_layer(name: str, layer: str, ours: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        f"{name}.conv.weight": ours[f"{layer}.weight"][None],
        f"{name}.conv.modulation.weight": ours[f"{layer}.affine.weight"],
        f"{name}.conv.modulation.bias": ours[f"{layer}.affine.bias"],
    }


class Network:
    """A network of the public name `dnnlib.tflib.network.Network`."""

    def __init__(self, **state: Any) -> None:
        self.state = state

    def __getstate__(self) -> dict[str, Any]:
        return self.state


Network.__module__ = "dnnlib.tflib.network"


def dump_tensorflow(value: Any, path: Path, protocol: int = 4) -> Path:
    """Pickle `value`, which may contain `Network` and `EasyDict`."""
    with public_modules(dnnlib__tflib__network={"Network": Network}, dnnlib__util={"EasyDict": EasyDict}):
        path.write_bytes(pickle.dumps(value, protocol=protocol))
    return path


def tensorflow_generator(generator: Generator, **arguments: Any) -> Network:
    """The `Gs` that NVIDIA's TensorFlow code would have of our StyleGAN2 or StyleGAN."""
    config, ours = generator.config, {name: tensor.numpy() for name, tensor in generator.state_dict().items()}
    is_first = config.family == "stylegan1"
    mapping: list[Any] = []
    for i in range(config.mapping_layers):
        mapping += _dense(f"Dense{i}", f"mapping.fc{i}", ours)
    if config.c_dim:
        mapping += [("LabelConcat/weight", ours["mapping.embed.weight"].T.copy())] if is_first else []
        mapping += [] if is_first else _dense("LabelEmbed", "mapping.embed", ours)
    kwargs = {"resolution": config.img_resolution, "num_channels": config.img_channels, "label_size": config.c_dim}
    kwargs |= arguments if is_first else {"architecture": config.architecture, **arguments}
    synthesis = _first_synthesis(generator) if is_first else _synthesis(generator)
    parts = {"mapping": _network("G_mapping", mapping, kwargs), "synthesis": _network("G_synthesis", synthesis, kwargs)}
    own = [("lod", np.float32(0)), ("dlatent_avg", ours["mapping.w_avg"])]
    return _network("G_main", own, kwargs, EasyDict(parts))


def tensorflow_snapshot(generator: Generator, other: Generator) -> tuple[Network, Network, Network]:
    """(G, D, Gs) with `generator` as the average."""
    return tensorflow_generator(other), _network("D_stylegan2", [], {}), tensorflow_generator(generator)


def _network(name: str, variables: list[Any], kwargs: dict[str, Any], components: Any = None) -> Network:
    return Network(
        version=4,
        name=name,
        static_kwargs=dict(kwargs),
        components=components or {},
        build_module_src=SOURCE,
        build_func_name=name,
        variables=variables,
    )


def _synthesis(generator: Generator) -> list[tuple[str, NDArray[np.float32]]]:
    ours = {name: tensor.numpy() for name, tensor in generator.state_dict().items()}
    found = [("4x4/Const/const", ours["synthesis.b4.const"][None])]
    index = 0
    for resolution in generator.config.block_resolutions:
        block, prefix = f"synthesis.b{resolution}", f"{resolution}x{resolution}"
        layers = {"conv1": "Conv"} if resolution == 4 else {"conv0": "Conv0_up", "conv1": "Conv1"}
        for layer, name in layers.items():
            found += _layer(f"{prefix}/{name}", f"{block}.{layer}", ours, turned=name == "Conv0_up")
            found += [(f"{prefix}/{name}/noise_strength", ours[f"{block}.{layer}.noise_strength"])]
            found += [(f"noise{index}", ours[f"{block}.{layer}.noise_const"][None, None])]
            index += 1
        if f"{block}.torgb.weight" in ours:
            found += _layer(f"{prefix}/ToRGB", f"{block}.torgb", ours)
        if f"{block}.skip.weight" in ours:
            found += [(f"{prefix}/Skip/weight", _kernel(ours[f"{block}.skip.weight"], turned=True))]
    return found


def _first_synthesis(generator: Generator) -> list[tuple[str, NDArray[np.float32]]]:
    """The variables of the synthesis network of 2019, below 128 px, where nothing is fused."""
    ours = {name: tensor.numpy() for name, tensor in generator.state_dict().items()}
    found: list[Any] = [("lod", np.float32(0)), ("4x4/Const/const", ours["synthesis.b4.input.const"][None])]
    index = 0
    for resolution in generator.config.block_resolutions:
        block, prefix = f"synthesis.b{resolution}", f"{resolution}x{resolution}"
        layers = {"input": "Const", "conv1": "Conv"} if resolution == 4 else {"conv0": "Conv0_up", "conv1": "Conv1"}
        for layer, name in layers.items():
            if layer != "input":
                found += [(f"{prefix}/{name}/weight", _kernel(ours[f"{block}.{layer}.weight"]))]
            found += [(f"{prefix}/{name}/Noise/weight", ours[f"{block}.{layer}.noise_strength"])]
            found += [(f"{prefix}/{name}/bias", ours[f"{block}.{layer}.bias"])]
            found += _dense(f"{prefix}/{name}/StyleMod", f"{block}.{layer}.affine", ours)
            found += [(f"noise{index}", ours[f"{block}.{layer}.noise_const"][None, None])]
            index += 1
    found += [("ToRGB_lod0/weight", _kernel(ours["synthesis.torgb.weight"]))]
    found += [("ToRGB_lod0/bias", ours["synthesis.torgb.bias"]), ("ToRGB_lod1/bias", np.zeros(3, np.float32))]
    return found + _earlier_levels(generator)


def _earlier_levels(generator: Generator) -> list[tuple[str, NDArray[np.float32]]]:
    """The RGB outputs with which a network grew: lod 1 is half its resolution."""
    found = []
    for name, tensor in generator.early.items():
        resolution, part = name.removeprefix("early.b").split(".torgb.")
        lod = (generator.config.img_resolution // int(resolution)).bit_length() - 1
        value = tensor.numpy()
        found.append((f"ToRGB_lod{lod}/{part}", _kernel(value) if part == "weight" else value))
    return found


def _layer(name: str, layer: str, ours: dict[str, Any], turned: bool = False) -> list[tuple[str, Any]]:
    return [
        (f"{name}/weight", _kernel(ours[f"{layer}.weight"], turned)),
        (f"{name}/mod_weight", ours[f"{layer}.affine.weight"].T.copy()),
        (f"{name}/mod_bias", ours[f"{layer}.affine.bias"] - 1),
        (f"{name}/bias", ours[f"{layer}.bias"]),
    ]


def _dense(name: str, ours_name: str, ours: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(f"{name}/weight", ours[f"{ours_name}.weight"].T.copy()), (f"{name}/bias", ours[f"{ours_name}.bias"])]


def _kernel(weight: NDArray[np.float32], turned: bool = False) -> NDArray[np.float32]:
    """[out, in, height, width] -> [height, width, in, out], turned by 180 degrees where TensorFlow upsamples."""
    kernel = weight.transpose(2, 3, 1, 0)
    return (kernel[::-1, ::-1] if turned else kernel).copy()
