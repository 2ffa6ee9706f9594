"""The configuration of a StyleGAN2 checkpoint: read from its facts, or inferred from the shapes of its tensors."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

from generator.checkpoint.raw import RawCheckpoint
from generator.config import GeneratorConfig
from generator.errors import CheckpointError

LIMITS = {  # inclusive; wide enough for any real model, and no lie in a header costs memory
    "img_resolution": (4, 8192),
    "z_dim": (1, 65536),
    "c_dim": (0, 65536),
    "w_dim": (1, 65536),
    "img_channels": (1, 3),
    "mapping_layers": (1, 64),
    "channel_base": (1, 2**24),
    "channel_max": (1, 65536),
}

SUPPORTED = {"family": ("stylegan2",), "architecture": ("skip",), "img_channels": (1, 3)}


def configure(raw: RawCheckpoint) -> GeneratorConfig:
    """A checked configuration of the checkpoint. Raises `CheckpointError`."""
    _refuse_what_is_no_generator(raw)
    values = raw.config if raw.config is not None else {**_infer(raw), **raw.settings}
    known = {field.name for field in fields(GeneratorConfig)}
    if unknown := sorted(values.keys() - known):
        raise CheckpointError(f"{raw.file_name} has settings this Outis does not know: {', '.join(unknown)[:200]}.")
    if "img_resolution" not in values:
        raise CheckpointError(f"{raw.file_name} does not say its resolution (img_resolution).")
    _check_values(values, raw.file_name)
    return GeneratorConfig(**values)  # checked just above


def _refuse_what_is_no_generator(raw: RawCheckpoint) -> None:
    names = raw.tensors.keys()
    if any(".fromrgb." in name or name.startswith("b4.out.") for name in names):
        raise CheckpointError(f"{raw.file_name} is a discriminator; Outis opens the generator (G_ema).")
    if not any(name.startswith("synthesis.") for name in names):
        shown = ", ".join(sorted(names)[:3])[:200] or "no tensors"
        raise CheckpointError(f"{raw.file_name} is not a StyleGAN2 generator: it has no synthesis network but {shown}.")


def _check_values(values: dict[str, Any], name: str) -> None:
    for key, (low, high) in LIMITS.items():
        value = values.get(key, low)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise CheckpointError(
                f"{name} says {key} is {str(value)[:40]!r}; expected a whole number in {low}..{high}."
            )
    resolution = values["img_resolution"]
    if resolution & (resolution - 1):
        raise CheckpointError(f"{name} draws {resolution} pixels; StyleGAN2 draws a power of two.")
    if values.get("channel_base", resolution) < resolution:
        raise CheckpointError(f"{name} says channel_base is {values['channel_base']}, less than its resolution.")
    for key, supported in SUPPORTED.items():
        if key in values and values[key] not in supported:
            choices = " or ".join(map(repr, supported))
            raise CheckpointError(f"{name} has {key} {str(values[key])[:40]!r}; this version opens {choices} only.")
    clamp = values.get("conv_clamp")
    if clamp is not None and (isinstance(clamp, bool) or not isinstance(clamp, int | float) or not clamp > 0):
        raise CheckpointError(f"{name} says conv_clamp is {str(clamp)[:40]!r}; expected a positive number or null.")


def _infer(raw: RawCheckpoint) -> dict[str, Any]:
    """Every setting that shows in the shapes. Raises `CheckpointError` where they do not fit together."""
    shapes = {name: tuple(tensor.shape) for name, tensor in raw.tensors.items()}
    try:
        return _infer_from(shapes)
    except (KeyError, IndexError, ValueError) as error:
        raise CheckpointError(
            f"{raw.file_name} says nothing of its configuration and its tensors do not show one ({str(error)[:100]})."
        ) from error


def _infer_from(shapes: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    blocks = [int(found[1]) for name in shapes if (found := re.match(r"synthesis\.b(\d{1,5})\.conv1\.weight$", name))]
    channels = {resolution: shapes[f"synthesis.b{resolution}.conv1.weight"][0] for resolution in blocks}
    resolution = max(blocks)
    w_dim = shapes["synthesis.b4.conv1.affine.weight"][1]
    embed = shapes.get("mapping.embed.weight")
    return {
        "img_resolution": resolution,
        "z_dim": shapes["mapping.fc0.weight"][1] - (embed[0] if embed else 0),
        "c_dim": embed[1] if embed else 0,
        "w_dim": w_dim,
        "img_channels": shapes[f"synthesis.b{resolution}.torgb.weight"][0],
        "mapping_layers": sum(bool(re.match(r"mapping\.fc\d+\.weight$", name)) for name in shapes),
        "channel_base": channels[resolution] * resolution,
        "channel_max": max(channels.values()),
    }
