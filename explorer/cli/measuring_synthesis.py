"""Times of the synthesis network alone, from W+ to the float image, with and without what the engine does for speed.

Everything is compared to the plain form's full frame at float32, so the rows divide by each other: a row's ratio over
that of "synthesis" is how many times faster than our own full frame it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from explorer.cli.measuring import Measure, PlainForm, compare
from generator.device import has_fast_bfloat16
from generator.engine import Engine
from generator.fast import FastSynthesis, fast_form
from generator.recipe import Recipe, SeedSource

Draw = Callable[[int], object]
FIRST_LAYERS = (4, 8, 12)  # of incremental pictures: middle, fine, and the last ones of 256 px


def synthesis_measures(engine: Engine, plain: PlainForm, seconds: float) -> Iterator[Measure]:
    """The network as it is defined, then its fast form, `seconds` each; nothing more where there is no fast form."""
    faces = [_w_plus(engine, seed) for seed in range(8)]
    network = engine.generator.synthesis

    def row(name: str, what: str, draw: Draw) -> Measure:
        return compare(name, what, _inferring(draw), lambda i: plain.image(faces[i % 8]), seconds)

    yield row("network", "W+ to image without the fast form", lambda i: network(faces[i % 8]))
    fast = fast_form(engine.generator)
    if fast is None:
        return
    yield row("synthesis", "W+ to image, float32", lambda i: fast(faces[i % 8]))
    for first in FIRST_LAYERS:
        if first < engine.config.num_ws:
            yield row(f"from layer {first}", "only these layers changed", _from_layer(fast, faces, first))
    yield row("preview, float32", *_preview(engine, fast, faces))
    device = next(engine.generator.parameters()).device
    reduced = fast_form(engine.generator, torch.bfloat16) if has_fast_bfloat16(device) else None
    if reduced is not None:
        yield row("preview, bfloat16", *_preview(engine, reduced, faces))
        yield row("bfloat16", "W+ to image", lambda i: reduced(faces[i % 8]))


def _w_plus(engine: Engine, seed: int) -> Tensor:
    return engine.w_plus(Recipe(source=SeedSource(seed)))


def _inferring(draw: Draw) -> Draw:
    def inferring(i: int) -> object:
        with torch.inference_mode():
            return draw(i)

    return inferring


def _from_layer(fast: FastSynthesis, faces: list[Tensor], first: int) -> Draw:
    """The layers before `first` stay those of the first face, so they are remembered from the second run on."""

    def draw(i: int) -> object:
        return fast(torch.cat([faces[0][:, :first], faces[i % 8][:, first:]], dim=1))

    return draw


def _preview(engine: Engine, fast: FastSynthesis, faces: list[Tensor]) -> tuple[str, Draw]:
    """A quarter of the resolution, an eighth from 1024 px on."""
    resolution = engine.config.img_resolution
    small = max(resolution // (8 if resolution >= 1024 else 4), 4)
    return f"W+ to {small} px; plain: the full frame", lambda i: fast(faces[i % 8], "const", None, small)
