"""The configuration of a checkpoint: read from its facts or inferred from the shapes of its tensors, and checked."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from generator.checkpoint.configure_stylegan3 import check_stylegan3
from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.infer import infer
from generator.checkpoint.raw import RawCheckpoint
from generator.config import FAMILIES, GeneratorConfig, StyleGAN3Config
from generator.errors import CheckpointError

LIMITS = {  # inclusive; wide enough for any real model, and no lie in a header costs memory
    "img_resolution": (4, 8192),
    "z_dim": (1, 65536),
    "c_dim": (0, 65536),
    "w_dim": (1, 65536),
    "img_channels": (1, 64),  # of which `CHANNELS` are opened
    "mapping_layers": (1, 64),
    "channel_base": (1, 2**24),
    "channel_max": (1, 65536),
    "num_fp16_res": (0, 20),
    "num_layers": (2, 64),
    "num_critical": (1, 63),
    "margin_size": (0, 256),
    "conv_kernel": (1, 9),
    "filter_size": (2, 32),
    "lrelu_upsampling": (2, 8),
    "full_precision": (0, 65),
}
REALS = ("conv_clamp", "first_cutoff", "first_stopband", "last_stopband_rel", "output_scale")
LARGEST_REAL = 1e6  # what the public models have is below 1,000
MAX_WORK = 3 * 10**12  # multiplications for one image; StyleGAN-XL at 1024 px has 2.5
MAX_MAP = 800_000_000  # numbers in one array; StyleGAN3-R at 1024 px has 700 million
LAYERS = (3, 65)  # how many a StyleGAN-XL lists, its RGB output among them
LISTS: dict[str, tuple[int, int, float, int]] = {  # how many numbers at least and at most, the lowest and the largest
    "block_channels": (0, 16, 1, 65536),
    "lowest": (2, 2, 1, 64),
    "embedding": (2, 2, 1, 65536),
    "layer_numbers": (*LAYERS, 0, 999),
    "layer_sizes": (*LAYERS, 1, 16384),
    "layer_widths": (*LAYERS, 1, 65536),
    "layer_rates": (*LAYERS, 1, 16384),
    "layer_cutoffs": (*LAYERS, 1e-6, 16384),
    "layer_half_widths": (*LAYERS, 1e-6, 16384),
}
REAL_LISTS = ("layer_cutoffs", "layer_half_widths")
ARCHITECTURES = {
    "stylegan1": ("skip",),
    "stylegan2": ("skip", "resnet", "orig"),
    "stylegan3": ("alias-free",),
    "stylegan_xl": ("alias-free",),
}
CHANNELS = (1, 3, 4)


def configure(raw: RawCheckpoint) -> GeneratorConfig:
    """A checked configuration of the checkpoint. Raises `CheckpointError`."""
    try:
        _refuse_what_is_no_generator(raw)
        shapes = {name: tuple(tensor.shape) for name, tensor in raw.tensors.items()}
        return _checked(raw.config if raw.config is not None else {**infer(shapes), **raw.settings})
    except FormatError as fault:
        raise CheckpointError(f"{raw.file_name} {fault}.") from fault


def _refuse_what_is_no_generator(raw: RawCheckpoint) -> None:
    names = raw.tensors.keys()
    if any(".fromrgb." in name or name.startswith("b4.out.") for name in names):
        raise FormatError("is a discriminator; Outis opens the generator (G_ema)")
    if not any(name.startswith("synthesis.") for name in names):
        shown = ", ".join(sorted(names)[:3])[:200] or "no tensors"
        raise FormatError(f"is not a StyleGAN generator: it has no synthesis network but {shown}")


def _checked(values: dict[str, Any]) -> GeneratorConfig:
    family = _one_of("family", values.get("family", "stylegan2"), tuple(FAMILIES))
    kind = FAMILIES[family]
    if unknown := sorted(values.keys() - {field.name for field in fields(kind)}):
        raise FormatError(f"has settings that this version does not know: {', '.join(unknown)[:200]}")
    if "img_resolution" not in values:
        raise FormatError("does not state its resolution (img_resolution)")
    _check_numbers(values)
    values = values | _checked_lists(values)
    config = kind(**values)  # checked just above
    _one_of("architecture", config.architecture, ARCHITECTURES[family])
    _one_of("img_channels", config.img_channels, CHANNELS)
    if config.img_resolution & (config.img_resolution - 1):
        raise FormatError(f"has resolution {config.img_resolution}, not a power of two")
    if config.channel_base < config.img_resolution:
        raise FormatError(f"has channel_base {config.channel_base}, less than its resolution")
    if isinstance(config, StyleGAN3Config):
        check_stylegan3(config)
    if config.work > MAX_WORK or config.largest_map > MAX_MAP:
        raise FormatError("has a configuration that would make one image cost far more than any public model")
    return config


def _checked_lists(values: dict[str, Any]) -> dict[str, tuple[float, ...]]:
    """The settings that are several numbers, as tuples: JSON has lists of them."""
    checked = {}
    for key, (fewest, most, low, high) in LISTS.items():
        if key not in values:
            continue
        value, kinds = values[key], (int, float) if key in REAL_LISTS else (int,)
        plain = isinstance(value, list | tuple) and fewest <= len(value) <= most
        if not (plain and all(type(number) in kinds and low <= number <= high for number in value)):
            what = "numbers" if key in REAL_LISTS else "whole numbers"
            raise FormatError(f"has {key} {str(value)[:40]!r}; expected {fewest} to {most} {what} in {low:g}..{high}")
        checked[key] = tuple(map(float, value)) if key in REAL_LISTS else tuple(value)
    return checked


def _one_of(key: str, value: object, choices: tuple[Any, ...]) -> Any:
    if value not in choices:
        shown = " or ".join(map(repr, choices))
        raise FormatError(f"has {key} {str(value)[:40]!r}; this version opens only {shown}")
    return value


def _check_numbers(values: dict[str, Any]) -> None:
    for key, (low, high) in LIMITS.items():
        value = values.get(key, low)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise FormatError(f"has {key} {str(value)[:40]!r}; expected a whole number in {low}..{high}")
    for key in REALS:
        value = values.get(key, 1)
        if value is None and key == "conv_clamp":
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LARGEST_REAL:
            raise FormatError(f"has {key} {str(value)[:40]!r}; expected a number above 0, at most {LARGEST_REAL:g}")
    if not isinstance(values.get("use_radial_filters", False), bool):
        raise FormatError("has use_radial_filters that is not a boolean")
