"""The state dicts that other public implementations of StyleGAN2 would have of a generator of ours."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from generator.networks import Generator
from tests.support.checkpoint_layouts_others import rosinality_state

State = dict[str, Tensor]


def _layers(generator: Generator) -> Iterator[tuple[int, str]]:
    """The convolutions by the index of their noise."""
    resolutions = generator.config.block_resolutions
    names = ["synthesis.b4.conv1", *(f"synthesis.b{r}.conv{i}" for r in resolutions[1:] for i in (0, 1))]
    yield from enumerate(names)


def _outputs(generator: Generator) -> Iterator[tuple[int, str]]:
    yield from enumerate(f"synthesis.b{r}.torgb" for r in generator.config.block_resolutions)


def basicsr_state(generator: Generator) -> State:
    """Of BasicSR: without the average of w."""
    ours, found = generator.state_dict(), {}
    for i in range(generator.config.mapping_layers):
        found |= {f"style_mlp.{i + 1}.{part}": ours[f"mapping.fc{i}.{part}"] for part in ("weight", "bias")}
    found["constant_input.weight"] = ours["synthesis.b4.const"][None]
    for index, layer in _layers(generator):
        name = f"style_convs.{index - 1}" if index else "style_conv1"
        found |= _modulated(f"{name}.modulated_conv", "modulation", layer, ours)
        found |= {
            f"{name}.weight": ours[f"{layer}.noise_strength"][None],
            f"{name}.activate.bias": ours[f"{layer}.bias"],
        }
        found[f"noises.noise{index}"] = ours[f"{layer}.noise_const"][None, None]
    for index, layer in _outputs(generator):
        name = f"to_rgbs.{index - 1}" if index else "to_rgb1"
        found |= _modulated(f"{name}.modulated_conv", "modulation", layer, ours)
        found[f"{name}.bias"] = ours[f"{layer}.bias"].reshape(1, -1, 1, 1)
    return _own(found)


def openmmlab_state(generator: Generator) -> State:
    """Of MMGeneration and MMagic, whose pictures are blue, green, red."""
    ours, found = generator.state_dict(), {}
    for i in range(generator.config.mapping_layers):
        found[f"style_mapping.{i + 1}.linear.weight_orig"] = ours[f"mapping.fc{i}.weight"]
        found[f"style_mapping.{i + 1}.bias"] = ours[f"mapping.fc{i}.bias"]
    found["constant_input.input"] = ours["synthesis.b4.const"][None]
    for index, layer in _layers(generator):
        name = f"convs.{index - 1}" if index else "conv1"
        found |= _openmmlab_layer(f"{name}.conv", layer, ours)
        found |= {f"{name}.noise_injector.weight": ours[f"{layer}.noise_strength"][None]}
        found |= {f"{name}.activate.bias": ours[f"{layer}.bias"]}
        found[f"injected_noise_{index}"] = ours[f"{layer}.noise_const"][None, None]
    for index, layer in _outputs(generator):
        name = f"to_rgbs.{index - 1}" if index else "to_rgb1"
        found |= _openmmlab_layer(f"{name}.conv", layer, ours)
        found[f"{name}.conv.weight_orig"] = ours[f"{layer}.weight"].flip(0)[None]
        found[f"{name}.bias"] = ours[f"{layer}.bias"].flip(0).reshape(1, -1, 1, 1)
    return _own(found)


def genforce_state(generator: Generator) -> State:
    """Of GenForce: styles less 1, and the kernels that enlarge turned around."""
    ours, found = generator.state_dict(), {}
    for i in range(generator.config.mapping_layers):
        found |= {f"mapping.dense{i}.{part}": ours[f"mapping.fc{i}.{part}"] for part in ("weight", "bias")}
    found |= {"truncation.w_avg": ours["mapping.w_avg"], "synthesis.lod": torch.zeros(())}
    found["synthesis.early_layer.const"] = ours["synthesis.b4.const"][None]
    places = [(f"synthesis.layer{i}", layer) for i, layer in _layers(generator)]
    for name, layer in places + [(f"synthesis.output{i}", layer) for i, layer in _outputs(generator)]:
        weight = ours[f"{layer}.weight"]
        found[f"{name}.weight"] = weight.flip(2, 3) if layer.endswith("conv0") else weight
        found |= {f"{name}.bias": ours[f"{layer}.bias"], f"{name}.style.weight": ours[f"{layer}.affine.weight"]}
        found[f"{name}.style.bias"] = ours[f"{layer}.affine.bias"] - 1
    for name, layer in places:
        found[f"{name}.noise"] = ours[f"{layer}.noise_const"][None, None]
        found[f"{name}.noise_strength"] = ours[f"{layer}.noise_strength"]
    return _own(found)


def paddle_state(generator: Generator) -> dict[str, object]:
    """Of PaddleGAN: rosinality's names, arrays of numpy, matrices turned over."""
    state = {
        name: t.t() if t.ndim == 2 and "kernel" not in name else t for name, t in rosinality_state(generator).items()
    }
    arrays = {name: tensor.contiguous().numpy() for name, tensor in state.items()}
    return {**arrays, "StructuredToParameterName@@": {name: f"p_{i}" for i, name in enumerate(arrays)}}


def _modulated(name: str, style: str, layer: str, ours: State) -> State:
    return {
        f"{name}.weight": ours[f"{layer}.weight"][None],
        f"{name}.{style}.weight": ours[f"{layer}.affine.weight"],
        f"{name}.{style}.bias": ours[f"{layer}.affine.bias"],
    }


def _openmmlab_layer(name: str, layer: str, ours: State) -> State:
    return {
        f"{name}.weight_orig": ours[f"{layer}.weight"][None],
        f"{name}.style_modulation.linear.weight_orig": ours[f"{layer}.affine.weight"],
        f"{name}.style_modulation.bias": ours[f"{layer}.affine.bias"],
    }


def _own(state: State) -> State:
    """Each tensor in memory of its own, as a file has it."""
    return {name: tensor.clone() for name, tensor in state.items()}
