"""How an implementation names the numbers of its networks: what one entry of the table in `layouts` is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

Parts = Mapping[str, str]  # what follows in a name -> the end of ours
DENSE = {"weight": "weight", "bias": "bias"}
STORED_NOISE = {"": "noise_const"}


def dense(index: int) -> str:
    """The mapping layer `index`."""
    return f"mapping.fc{index}"


def every_other(index: int) -> str:
    """The mapping layer in a list where an activation follows each."""
    return dense(index // 2)


def styled_layer(index: int) -> str:
    """The convolution that uses noise `index`: 0 is the one at 4 px, then there are two at each resolution."""
    return f"synthesis.b{4 << (index + 1) // 2}.conv{1 - index % 2}"


def block(index: int) -> str:
    """The block `index`, the first at 4 px."""
    return f"synthesis.b{4 << index}"


def rgb(index: int) -> str:
    """The colours of the block `index`."""
    return f"{block(index)}.torgb"


def modulated(convolution: str, style: str) -> dict[str, str]:
    """The parts of a modulated convolution `convolution`, whose style is the dense layer `style`."""
    return {f"{convolution}weight": "weight", f"{style}weight": "affine.weight", f"{style}bias": "affine.bias"}


def _unchanged(name: str, tensor: Tensor) -> Tensor:
    return tensor


def _as_they_are(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return tensors


@dataclass(frozen=True)
class Row:
    """A kind of layer: names that begin with `pattern`, whose group is the layer's index, and end with one of
    `parts`."""

    pattern: str
    place: Callable[[int], str]  # index -> our layer
    parts: Parts
    shift: int = 0  # from their index to ours


def synthesis_rows(layer: Parts, output: Parts, noise: str, prefix: str = "") -> tuple[Row, ...]:
    """The synthesis network of rosinality's StyleGAN2 and of those that follow it: layers at 4 px have their own names.

    layer, output: the parts of convolutions and of colours. noise: what a noise is called. prefix: of convolutions.
    """
    return (
        Row(rf"{prefix}conv1\.", styled_layer, layer),
        Row(rf"{prefix}convs\.(\d{{1,2}})\.", styled_layer, layer, 1),
        Row(r"to_rgb1\.", rgb, output),
        Row(r"to_rgbs\.(\d{1,2})\.", rgb, output, 1),
        Row(rf"{noise}(\d{{1,2}})", styled_layer, STORED_NOISE),
    )


@dataclass(frozen=True)
class Layout:
    """The names of one implementation."""

    whose: str  # for people
    signs: frozenset[str]  # names that each of its files has
    rows: tuple[Row, ...]
    named: Parts  # whole names
    left_out: tuple[str, ...] = ()  # ends of the names of what no finished generator needs
    change: Callable[[str, Tensor], Tensor] = _unchanged  # (our name, tensor in our shape) -> our tensor
    one_size: bool = True  # z is always as long as w
    only: tuple[str, ...] = ("",)  # beginnings of the names that are read of a file that holds more than a generator
    before: Callable[[dict[str, Tensor]], dict[str, Tensor]] = _as_they_are  # done to all tensors before they are named
    settings: Mapping[str, object] = field(default_factory=dict)  # fields of the configuration that show in no shape

    def our_name(self, name: str) -> str:
        """`convs.3.conv.modulation.bias` -> `synthesis.b16.conv1.affine.bias`; other names stay as they are."""
        if name in self.named:
            return self.named[name]
        for row in self.rows:
            found = re.match(row.pattern, name)
            if found and (part := row.parts.get(name[found.end() :])) is not None:
                index = int(found[1]) if found.re.groups else 0
                return f"{row.place(index + row.shift)}.{part}" if index + row.shift >= 0 else name
        return name
