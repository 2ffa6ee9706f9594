"""The configuration of a network that NVIDIA's PyTorch code pickled, from the attributes of its modules.

Attributes say what the constructor made of its arguments, so that the changing defaults of four repositories need
not be known: a clamp of 256 is there even where nobody asked for it.
"""

from __future__ import annotations

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.inert_objects import describe
from generator.checkpoint.numpy_values import plain_scalar
from generator.checkpoint.nvidia import PickledModule

MAPPING_LR = 0.01  # learning rate multiplier of the mapping network; part of its arithmetic
SIZES = ("z_dim", "c_dim", "w_dim", "img_resolution", "img_channels")
_STYLEGAN3 = (
    *("channel_base", "channel_max", "num_layers", "num_critical", "first_cutoff", "first_stopband"),
    *("last_stopband_rel", "margin_size", "output_scale", "num_fp16_res", "conv_kernel", "filter_size"),
    *("lrelu_upsampling", "use_radial_filters", "conv_clamp"),
)
_TRAINING_ONLY = ("w_avg_beta", "magnitude_ema_beta")


def is_stylegan3(generator: PickledModule) -> bool:
    """True if the synthesis network begins with Fourier features."""
    synthesis = generator.modules.get("synthesis")
    return synthesis is not None and "input" in synthesis.modules


def stylegan2_settings(generator: PickledModule) -> dict[str, object]:
    """Settings of a StyleGAN2 that the shapes of its tensors do not show. Raises `FormatError`."""
    check_activations(generator)
    blocks = [module for _, module in generator.walk() if module.class_name == "SynthesisBlock"]
    layers = [module for _, module in generator.walk() if module.class_name == "SynthesisLayer"]
    settings: dict[str, object] = {
        "conv_clamp": common(layers, "conv_clamp"),
        "architecture": common(blocks, "architecture") or "skip",
    }
    if half := sum(block.attributes.get("use_fp16") is True for block in blocks):
        settings["num_fp16_res"] = half
    return settings


def stylegan3_config(generator: PickledModule) -> dict[str, object]:
    """The settings that the constructors of a StyleGAN3 were given. Raises `FormatError`."""
    check_activations(generator)
    synthesis, mapping = generator.modules["synthesis"], generator.modules.get("mapping")
    known = {key: plain(key, synthesis.arguments[key]) for key in _STYLEGAN3 if key in synthesis.arguments}
    sizes = {key: plain(key, generator.attributes[key]) for key in SIZES if key in generator.attributes}
    layers = plain("num_layers", mapping.attributes.get("num_layers", 2)) if mapping else 2
    unknown = synthesis.arguments.keys() - {*_STYLEGAN3, *SIZES, *_TRAINING_ONLY}
    if unknown:
        raise FormatError(f"has settings that this version does not know: {', '.join(sorted(unknown))[:200]}")
    return {"family": "stylegan3", **sizes, **known, "mapping_layers": layers}


def plain(name: str, value: object) -> int | float | str | bool | None:
    """A setting as a plain value. Raises `FormatError` naming what it is instead."""
    value = plain_scalar(value)
    if isinstance(value, str):
        return value[:100]
    if value is None or isinstance(value, int | float):
        return value
    raise FormatError(f"has {name} {describe(value)}; expected a plain value")


def common(modules: list[PickledModule], attribute: str) -> int | float | str | bool | None:
    """The attribute, the same in all modules. Raises `FormatError`."""
    values = [plain(attribute, module.attributes.get(attribute)) for module in modules]
    if any(value != values[0] for value in values):
        raise FormatError(f"has layers that differ in {attribute}; all must have the same")
    return values[0] if values else None


def check_activations(generator: PickledModule) -> None:
    """Refuse what the networks here compute otherwise: other nonlinearities, another scale of the mapping weights.
    Raises `FormatError`."""
    for prefix, module in generator.walk():
        activation = module.attributes.get("activation", "linear")
        if activation not in ("linear", "lrelu"):
            raise FormatError(f"has the activation {plain('activation', activation)!r}; Outis supports only 'lrelu'")
        if prefix.startswith("mapping.fc") and plain("bias_gain", module.attributes.get("bias_gain")) != MAPPING_LR:
            raise FormatError("was trained with another learning rate of the mapping network than 0.01, which scales w")
