"""The configuration of a StyleGAN-XL (Sauer et al. 2022) from the names and shapes of its tensors.

Names and filters show what every layer draws; the frequencies that it keeps do not show. They follow from the stages in
which the network grew, which are looked for: those that give layers of these names and filters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.infer_stylegan3 import CHANNEL_BASES, NamedLayer, named_layers, visible
from generator.checkpoint.raw import Shapes
from generator.config import StyleGAN3Config, StyleGANXLConfig
from generator.config.stylegan_xl import (
    SHARED,
    Layer,
    grown,
    grown_layers,
    layers_of_stage,
    layers_of_stem,
    listed,
)

FACTORS = (2, 4, 8, 16)  # by which a stage may enlarge
LARGEST_STEM = 1024  # pixels
MOST_STAGES = 5000  # that are tried: 7 suffice for any public model

Shown = tuple[int, int, int, int]  # number, size, width, sampling rate
Stages = tuple[tuple[int, int], ...]  # how many times each enlarged the image, and the layers it added


def is_stylegan_xl(shapes: Mapping[str, object]) -> bool:
    """True for the tensors of a network whose classes are rows of an embedding, not a linear layer with a bias."""
    return "mapping.embed.weight" in shapes and "mapping.embed.bias" not in shapes


def stylegan_xl_config(shapes: Shapes) -> dict[str, object]:
    """Fields of `StyleGANXLConfig`. Raises `FormatError` if no stages give its layers."""
    found = named_layers(shapes)
    try:
        known = visible(shapes, found) | _mapping(shapes)
        shown = _shown(shapes, found, StyleGAN3Config(known["img_resolution"]))
        embedding = shapes["mapping.embed.weight"]
        if (growth := _growth(known, shown)) is not None:
            return {"family": "stylegan_xl", **known, "embedding": embedding, **listed(grown_layers(*growth))}
    except (KeyError, IndexError, ValueError, ArithmeticError) as error:
        raise FormatError("is a StyleGAN-XL whose tensors do not fit together") from error
    raise FormatError("is a StyleGAN-XL of unusual stages; open the pickle (.pkl) that it came from")


def stages_of(config: StyleGANXLConfig) -> tuple[StyleGAN3Config, Stages] | None:
    """A stem, and the stages in which it grows to the layers of `config`; None where none are found that do."""
    shown = list(zip(config.numbers, config.sizes, config.widths, config.sampling_rates, strict=True))
    try:
        growth = _growth({key: getattr(config, key) for key in SHARED}, shown)
    except ArithmeticError:  # no schedule has so few layers
        return None
    if growth is None:
        return None
    made = grown(*growth)
    keeps_frequencies = (made.cutoffs, made.half_widths) == (config.cutoffs, config.half_widths)
    return growth if keeps_frequencies else None


def _growth(known: dict[str, Any], shown: list[Shown]) -> tuple[StyleGAN3Config, Stages] | None:
    """The first stem and stages that give what is `shown`."""
    for stem in _stems(known, shown):
        if (stages := _grown(stem, shown, [MOST_STAGES])) is not None:
            return stem, stages
    return None


def _mapping(shapes: Shapes) -> dict[str, Any]:
    """What the mapping network shows: z is as long as the projected class, and every class has a mean of w."""
    projection = shapes.get("mapping.embed_proj.weight")
    if projection is None:
        return {"z_dim": shapes["mapping.fc0.weight"][1], "c_dim": 0}
    if len(shapes.get("mapping.w_avg", ())) != 2:
        raise FormatError("is a StyleGAN-XL without the means of w of its classes (mapping.w_avg); open the .pkl")
    return {"z_dim": projection[0], "c_dim": shapes["mapping.w_avg"][0]}


def _shown(shapes: Shapes, layers: list[NamedLayer], usual: StyleGAN3Config) -> list[Shown]:
    """What names and filters show of every layer: filters are `filter_size` taps long at the lower of their rates."""
    rate, shown = layers[0].size - 2 * usual.margin_size, []
    for layer in layers[:-1]:
        up, down = (shapes[layer.name.replace(".weight", f".{way}_filter")][0] for way in ("up", "down"))
        rate = rate * up // down
        shown.append((layer.order, layer.size, layer.width, rate))
    return [*shown, (layers[-1].order, layers[-1].size, layers[-1].width, rate)]


def _stems(known: dict[str, Any], shown: list[Shown]) -> Iterator[StyleGAN3Config]:
    """Stems whose layers come first; the numbers in the names leave one out after those of the stem."""
    kept = next((i for i, layer in enumerate(shown) if layer[0] != i), len(shown) - 3)
    channel_max = max(layer[2] for layer in shown)
    shared = {key: value for key, value in known.items() if key != "num_layers"}
    for exponent in range(3, LARGEST_STEM.bit_length()):
        for base in CHANNEL_BASES:
            sizes = {"img_resolution": 1 << exponent, "channel_base": base, "channel_max": channel_max}
            stem = StyleGAN3Config(**shared | sizes, num_layers=kept + 2)
            if _same(layers_of_stem(stem)[:kept], shown[:kept]):
                yield stem


def _grown(
    stem: StyleGAN3Config, shown: list[Shown], left: list[int], below: tuple[Layer, ...] = (), resolution: int = 0
) -> Stages | None:
    """The stages on top of the layers `below` that give what is `shown`; `left` counts those still tried."""
    if not below:
        whole = layers_of_stem(stem)
        if _same(whole, shown):
            return ()
        below, resolution = tuple(whole[: -1 - stem.num_critical]), stem.img_resolution
    for factor, count in product(FACTORS, range(stem.num_critical + 1, len(shown) - len(below))):
        left[0] -= 1
        if left[0] < 0 or resolution * factor > shown[-1][1]:
            return None
        layers = layers_of_stage(stem, below, resolution * factor, count)
        if _same([*below, *layers], shown):
            return ((factor, count),)
        kept = (*below, *layers[: -1 - stem.num_critical])
        found = _grown(stem, shown, left, kept, resolution * factor) if _same(kept, shown[: len(kept)]) else None
        if found is not None:
            return ((factor, count), *found)
    return None


def _same(layers: Sequence[Layer], shown: list[Shown]) -> bool:
    return [layer[:4] for layer in layers] == shown
