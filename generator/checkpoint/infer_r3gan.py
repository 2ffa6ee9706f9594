"""The names of an R3GAN in ours, and its configuration from the shapes of its tensors: no file states it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.raw import Shapes

WHOSE = "R3GAN's code"
SIGN = "MainLayers.0.Layers.0.Basis"  # what only a generator has
WRAPPER = "Model."  # as pickles of whole networks have it around all names
EMBEDDING = "EmbeddingLayer."
BLOCK = re.compile(r"synthesis\.MainLayers\.(\d{1,4})\.Layers\.(\d{1,4})\.LinearLayer2\.Layer\.weight")

Value = TypeVar("Value")


class _Block(NamedTuple):
    width: int  # maps that go in and out
    wide: int  # maps within
    groups: int  # of its 3x3 convolution


def is_r3gan(names: Iterable[str]) -> bool:
    """True for the tensors of a generator, under its own names or ours."""
    return not {SIGN, WRAPPER + SIGN, f"synthesis.{SIGN}"}.isdisjoint(names)


def in_our_names(tensors: Mapping[str, Value]) -> dict[str, Value]:
    """`Model.EmbeddingLayer.weight` -> `mapping.EmbeddingLayer.weight`, all others below `synthesis.`."""
    bare = {name.removeprefix(WRAPPER): tensor for name, tensor in tensors.items()}
    if SIGN not in bare:
        return bare
    return {f"{'mapping' if name.startswith(EMBEDDING) else 'synthesis'}.{name}": bare[name] for name in bare}


def r3gan_config(shapes: Shapes) -> dict[str, object]:
    """Fields of `R3GANConfig`. Raises `FormatError`, or KeyError where a tensor is missing."""
    stages = _stages(shapes)
    width, latent = shapes["synthesis.MainLayers.0.Layers.0.LinearLayer.weight"]
    embedded, classes = shapes.get("mapping.EmbeddingLayer.weight", (0, 0))
    first = [_block(shapes, stage) for stage in range(len(stages))]
    factor = first[0].wide // width
    if first[0].width != width or any(block.wide != block.width * factor for block in first):
        raise FormatError("is an R3GAN whose blocks do not widen by one factor, which Outis does not open")
    return {
        "family": "r3gan",
        "img_resolution": 2 << len(stages),
        "img_channels": shapes["synthesis.AggregationLayer.Layer.weight"][0],
        "z_dim": latent - embedded,
        "c_dim": classes,
        "w_dim": latent,
        "widths": tuple(block.width for block in first),
        "cardinalities": tuple(block.groups for block in first),
        "blocks": tuple(stages),
        "expansion": factor,
    }


def _stages(shapes: Shapes) -> list[int]:
    """How many blocks each stage has."""
    found = [(int(match[1]), int(match[2])) for name in shapes if (match := BLOCK.fullmatch(name))]
    counts = [0] * (1 + max((stage for stage, _ in found), default=-1))
    for stage, _ in found:
        counts[stage] += 1
    if not 0 < len(counts) <= 12 or not all(counts):
        raise FormatError(f"is an R3GAN of {len(counts)} stages; Outis opens those of 1 to 12, each with blocks")
    return counts


def _block(shapes: Shapes, stage: int) -> _Block:
    """The first block of a stage; where another differs from it, its tensors will not fit."""
    name = f"synthesis.MainLayers.{stage}.Layers.1"
    wide, width = shapes[f"{name}.LinearLayer1.Layer.weight"][:2]
    together = shapes[f"{name}.LinearLayer2.Layer.weight"][1]
    if not (width and wide and together) or wide % together:
        raise FormatError("is an R3GAN whose groups of maps do not fit their number")
    return _Block(width, wide, wide // together)
