"""State dicts as NVIDIA's PyTorch code has them: written for the tools that build on it, and read back.

`Generator(**file["init_kwargs"]).load_state_dict(file["G_ema"])` of stylegan2-ada-pytorch (StyleGAN2) or of stylegan3
(StyleGAN3) is then the same generator, under strict names: StyleGAN2 stores a resampling filter with every layer.
stylegan-xl has such a `Generator` too (`networks_stylegan3_resetting`), which is the stem of 8 to 64 pixels or so: its
`SuperresGenerator` enlarges it `stages` times, each with an `up_factor` and `head_layers`.
"""

from __future__ import annotations

from dataclasses import fields

import torch
from torch import Tensor

from generator.checkpoint.inert_objects import mapping
from generator.checkpoint.infer_stylegan_xl import stages_of
from generator.checkpoint.nvidia_settings import SIZES, plain
from generator.config import GeneratorConfig, StyleGAN3Config, StyleGANXLConfig
from generator.config.stylegan_xl import SHARED
from generator.errors import ExportError
from generator.networks import Generator

ARGUMENTS = "init_kwargs"  # of the constructor, as NVIDIA's pickles call them
STAGES = "stages"  # of a StyleGAN-XL, that enlarge the generator which these arguments make
FILTER = "resample_filter"
FAMILIES = ("stylegan2", "stylegan3", "stylegan_xl")  # of code that is NVIDIA's or built on it, with our names
NAMED = {"stylegan1": "StyleGAN of 2019", "r3gan": "R3GAN", "lucidrains": "StyleGAN2 of lucidrains' kind"}
ADVICE = "write it as .safetensors or .onnx"
TEXTS = ("name", "description")
_OF_STYLEGAN2 = ("channel_base", "channel_max", "conv_clamp", "architecture", "num_fp16_res")
_OF_STYLEGAN3 = (  # where they are not those of all generators
    *("channel_base", "channel_max", "conv_clamp", "num_fp16_res"),
    *(f.name for f in fields(StyleGAN3Config) if f.name not in GeneratorConfig.__dataclass_fields__),
)


def nvidia_file(generator: Generator) -> dict[str, object]:
    """What torch.save writes: `G_ema`, float32 tensors by name; `init_kwargs`; and the model's name and terms.

    Raises `ExportError` for a family that NVIDIA's PyTorch code does not have.
    """
    config = generator.config
    if config.family not in FAMILIES:
        raise ExportError(f"NVIDIA's PyTorch code has no {NAMED[config.family]}; {ADVICE}.")
    if config.upsampling != "filtered":
        raise ExportError(f"NVIDIA's code does not enlarge maps as this model does ({config.upsampling}); {ADVICE}.")
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in generator.state_dict().items()}
    if not isinstance(config, StyleGAN3Config):
        tensors |= {name: resample_filter() for name in _filters(config)}
    texts = {name: getattr(generator, name) for name in TEXTS}
    if isinstance(config, StyleGANXLConfig):
        return {"G_ema": tensors, **_growth(config), **texts}
    return {"G_ema": tensors, ARGUMENTS: arguments(config), **texts}


def _growth(config: StyleGANXLConfig) -> dict[str, object]:
    """How the public code of StyleGAN-XL makes such a generator."""
    found = stages_of(config)
    if found is None:
        raise ExportError(f"This StyleGAN-XL did not grow in stages that its public code has; {ADVICE}.")
    stem, stages = found
    steps = [{"up_factor": factor, "head_layers": layers} for factor, layers in stages]
    return {ARGUMENTS: arguments(stem), STAGES: steps}


def arguments(config: GeneratorConfig) -> dict[str, object]:
    """The keyword arguments of the public `Generator`: those of stylegan2-ada-pytorch, or of stylegan3."""
    common: dict[str, object] = {name: getattr(config, name) for name in SIZES}
    common["mapping_kwargs"] = {"num_layers": config.mapping_layers}
    if isinstance(config, StyleGAN3Config):
        return common | {name: getattr(config, name) for name in _OF_STYLEGAN3}
    return common | {"synthesis_kwargs": {name: getattr(config, name) for name in _OF_STYLEGAN2}}


def stated_settings(contents: dict[object, object]) -> dict[str, object]:
    """The settings in the `init_kwargs` of a file; {} where it has none. Raises `FormatError`."""
    given = mapping(contents.get(ARGUMENTS)) or {}
    layers = (mapping(given.get("mapping_kwargs")) or {}).get("num_layers")
    known = set(SHARED) if STAGES in contents else {f.name for f in fields(StyleGAN3Config)} - {"family"}
    every = {**given, **(mapping(given.get("synthesis_kwargs")) or {})}
    stated: dict[str, object] = {
        name: plain(name, value) for name, value in every.items() if isinstance(name, str) and name in known
    }
    return stated if layers is None else stated | {"mapping_layers": plain("num_layers", layers)}


def stated_texts(contents: dict[object, object]) -> dict[str, str]:
    """The name and the terms of the model, where the file has them."""
    return {name: value for name in TEXTS if isinstance(value := contents.get(name), str)}


def resample_filter() -> Tensor:
    """`[4, 4]`, sum 1: [1, 3, 3, 1] along both axes."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    return torch.outer(taps, taps)


def _filters(config: GeneratorConfig) -> list[str]:
    """Where the public modules store the filter: in blocks, in their layers, and in the shortcuts of "resnet"."""
    names = []
    for resolution in config.block_resolutions:
        block = f"synthesis.b{resolution}"
        layers = [f"{block}.conv1"] if resolution == 4 else [f"{block}.conv0", f"{block}.conv1"]
        shortcut = [f"{block}.skip"] if config.architecture == "resnet" and resolution > 4 else []
        names += [f"{holder}.{FILTER}" for holder in (block, *layers, *shortcut)]
    return names
