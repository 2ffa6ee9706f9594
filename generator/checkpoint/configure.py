"""The configuration of a checkpoint: read from its facts or inferred from the shapes of its tensors, and checked."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from generator.checkpoint import configure_limits as limits
from generator.checkpoint.configure_r3gan import check_r3gan
from generator.checkpoint.configure_stylegan3 import check_stylegan3
from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.infer import infer
from generator.checkpoint.raw import RawCheckpoint
from generator.config import FAMILIES, GeneratorConfig, LucidrainsConfig, R3GANConfig, StyleGAN3Config
from generator.errors import CheckpointError


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
    _check_numbers(values, limits.WHOLE | limits.WHOLE_OF.get(family, {}))
    values = values | _checked_lists(values)
    config = kind(**values)  # checked just above
    _one_of("architecture", config.architecture, limits.ARCHITECTURES[family])
    _one_of("upsampling", config.upsampling, limits.UPSAMPLING.get(family, ("filtered",)))
    if config.upsampling == "bilinear":
        _one_of("architecture", config.architecture, ("skip",))
    _one_of("img_channels", config.img_channels, limits.CHANNELS)
    if config.img_resolution & (config.img_resolution - 1):
        raise FormatError(f"has resolution {config.img_resolution}, not a power of two")
    if config.channel_base < config.img_resolution:
        raise FormatError(f"has channel_base {config.channel_base}, less than its resolution")
    if isinstance(config, LucidrainsConfig) and (config.c_dim or not config.is_square):
        raise FormatError("is a model of lucidrains' stylegan2-pytorch with classes or of another aspect")
    if isinstance(config, StyleGAN3Config):
        check_stylegan3(config)
    if isinstance(config, R3GANConfig):
        check_r3gan(config)
    if config.work > limits.MAX_WORK or config.largest_map > limits.MAX_MAP:
        raise FormatError("has a configuration that would make one image cost far more than any public model")
    return config


def _checked_lists(values: dict[str, Any]) -> dict[str, tuple[float, ...]]:
    """The settings that are several numbers, as tuples: JSON has lists of them."""
    checked = {}
    for key, (fewest, most, low, high) in limits.LISTS.items():
        if key not in values:
            continue
        value, kinds = values[key], (int, float) if key in limits.REAL_LISTS else (int,)
        plain = isinstance(value, list | tuple) and fewest <= len(value) <= most
        if not (plain and all(type(number) in kinds and low <= number <= high for number in value)):
            what = "numbers" if key in limits.REAL_LISTS else "whole numbers"
            raise FormatError(f"has {key} {str(value)[:40]!r}; expected {fewest} to {most} {what} in {low:g}..{high}")
        checked[key] = tuple(map(float, value)) if key in limits.REAL_LISTS else tuple(value)
    return checked


def _one_of(key: str, value: object, choices: tuple[Any, ...]) -> Any:
    if value not in choices:
        shown = " or ".join(map(repr, choices))
        raise FormatError(f"has {key} {str(value)[:40]!r}; this version opens only {shown}")
    return value


def _check_numbers(values: dict[str, Any], whole: dict[str, tuple[int, int]]) -> None:
    for key, (low, high) in whole.items():
        value = values.get(key, low)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise FormatError(f"has {key} {str(value)[:40]!r}; expected a whole number in {low}..{high}")
    most = limits.LARGEST_REAL
    for key in limits.REALS:
        value = values.get(key, 1)
        if value is None and key == "conv_clamp":
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
            raise FormatError(f"has {key} {str(value)[:40]!r}; expected a number above 0, at most {most:g}")
    for key in limits.FLAGS:
        if not isinstance(values.get(key, False), bool):
            raise FormatError(f"has {key} that is not a boolean")
