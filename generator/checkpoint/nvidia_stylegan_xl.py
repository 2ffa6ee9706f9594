"""The configuration of a pickled StyleGAN-XL (Sauer et al. 2022), from what each of its layers recorded.

A generator that grew in stages was made by several runs of the public code, of whose arguments only the last ones are
kept. The attributes of the layers say what came of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from torch import Tensor

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.infer_stylegan3 import LAYER
from generator.checkpoint.nvidia import PickledModule
from generator.checkpoint.nvidia_settings import check_activations, common, plain
from generator.config import StyleGANXLConfig
from generator.config.stylegan_xl import Layer, described

_SIZES = ("z_dim", "c_dim", "w_dim", "img_resolution", "img_channels")
MOST = 16385  # of a frequency and a sampling rate, exclusive
_SHARED = ("conv_clamp", "filter_size", "lrelu_upsampling", "use_radial_filters")


def is_stylegan_xl(generator: PickledModule) -> bool:
    """True if it grew in stages, or its classes are rows of an embedding and its image begins with Fourier features."""
    if generator.class_name == "SuperresGenerator":
        return True
    synthesis, mapping = generator.modules.get("synthesis"), generator.modules.get("mapping")
    embed = mapping.modules.get("embed") if mapping else None
    embeds = embed is not None and embed.tensors.keys() == {"weight"}
    return embeds and synthesis is not None and "input" in synthesis.modules


def stylegan_xl_config(generator: PickledModule, tensors: Mapping[str, Tensor]) -> dict[str, object]:
    """The settings that its layers recorded, and those that its tensors show. Raises `FormatError`."""
    if not {"synthesis.input.freqs", "mapping.embed.weight"} <= tensors.keys():
        raise FormatError("is a StyleGAN-XL pickle without its networks")
    check_activations(generator)
    synthesis, mapping = generator.modules["synthesis"], generator.modules["mapping"]
    modules = _layers(synthesis)
    layers = [_layer(name, module) for name, module in modules.items()]
    _check_chain(synthesis.modules["input"], list(modules.values()), layers)
    kept, drawing = synthesis.attributes, list(modules.values())[:-1]
    critical = [plain("critical sampling", module.attributes.get("is_critically_sampled")) for module in drawing]
    settings: dict[str, Any] = {key: plain(key, generator.attributes.get(key)) for key in _SIZES}
    settings |= {key: common(drawing, key) for key in _SHARED}
    settings |= {
        "conv_kernel": common(drawing, "conv_kernel"),
        "num_critical": critical.count(True),
        "output_scale": plain("output_scale", kept.get("output_scale", 0.25)),
        "margin_size": plain("margin_size", kept.get("margin_size", 10)),
        "mapping_layers": plain("num_layers", mapping.attributes.get("num_layers", 2)),
        "embedding": tuple(tensors["mapping.embed.weight"].shape),
    }
    lists = lists_of(described(layers, img_resolution=layers[-1].size))
    return {"family": "stylegan_xl", **settings, **lists}


def lists_of(config: StyleGANXLConfig) -> dict[str, object]:
    """Those of its fields that say what its layers are."""
    lists = ("numbers", "sizes", "widths", "rates", "cutoffs", "half_widths")
    own = {f"layer_{name}": getattr(config, f"layer_{name}") for name in lists}
    return {"num_layers": config.num_layers, "full_precision": config.full_precision, **own}


def _layers(synthesis: PickledModule) -> dict[str, PickledModule]:
    """The layers by their names, in the order of their numbers."""
    found = {name: match for name in synthesis.modules if (match := LAYER.fullmatch(f"synthesis.{name}.weight"))}
    if len(found) < 3:
        raise FormatError("is a StyleGAN-XL pickle without layers")
    return {name: synthesis.modules[name] for name in sorted(found, key=lambda name: int(found[name][1]))}


def _layer(name: str, module: PickledModule) -> Layer:
    number, size, width = (int(part) for part in name[1:].split("_"))
    recorded = {key: plain(key, module.attributes.get(f"out_{key}")) for key in ("cutoff", "half_width")}
    if not all(isinstance(value, float) or value in range(MOST) for value in recorded.values()):
        raise FormatError(f"is a StyleGAN-XL whose layer {name[:40]} does not say what frequencies it keeps")
    half = plain("use_fp16", module.attributes.get("use_fp16")) is True
    return Layer(number, size, width, _rate(name, module, "out"), **recorded, is_half=half)  # type: ignore[arg-type]


def _rate(name: str, module: PickledModule, side: str) -> int:
    rate = plain("sampling rate", module.attributes.get(f"{side}_sampling_rate"))
    if rate not in range(1, MOST):  # nothing that is no number is, nor what is not whole
        raise FormatError(f"is a StyleGAN-XL whose layer {name[:40]} has no sampling rate in 1..{MOST - 1}")
    return int(rate)  # type: ignore[arg-type]


def _check_chain(first: PickledModule, modules: list[PickledModule], layers: list[Layer]) -> None:
    """Refuse layers that were not made for what the layer before draws."""
    bandwidth = plain("bandwidth", first.attributes.get("bandwidth", layers[0].cutoff))
    if bandwidth != layers[0].cutoff:
        raise FormatError("is a StyleGAN-XL whose Fourier features are wider than its first layer")
    for (before, after), module in zip(pairwise([layers[0], *layers]), modules, strict=True):
        if _rate(f"L{after.number}", module, "in") != before.rate:
            raise FormatError(f"is a StyleGAN-XL whose layer L{after.number} does not follow the one before")
