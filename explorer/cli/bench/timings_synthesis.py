"""Times of the synthesis network alone, with and without what the engine does for speed: from W+ to the float image on
a CPU, to bytes on the host from a card, which is done with its work only then.

Everything is compared to the plain form's full frame at float32, so the rows divide by each other: a row's ratio over
that of "synthesis" is how many times faster than our own full frame it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from explorer.cli.bench.timings import Measure, PlainForm, compare
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.cpu.pixels import Pixels, to_bytes, to_pixels
from generator.render.device import live_dtype
from generator.render.engine import Engine
from generator.render.forms import FastSynthesis, fast_form, graphed_form, renders_in_bf16

Picture = Tensor | Pixels  # float `[1, C, H, W]`, or uint8 `[H, W, 3]`
Draw = Callable[[Tensor, int | None], Picture]  # W+ `[1, num_ws, w_dim]` on the host, the size of a preview
Row = Callable[[str, str, Callable[[int], object]], Measure]  # name, what it is, how run i is done
PREVIEW = 64  # pixels; of smaller models live_dtype of theirs


def synthesis_measures(engine: Engine, plain: PlainForm, seconds: float) -> Iterator[Measure]:
    """The network as it is defined, then its fast form, `seconds` each; nothing more where there is no fast form."""
    faces = [engine.w_plus(Recipe(source=SeedSource(seed))) for seed in range(8)]
    network, host = engine.generator.synthesis, _to_host(engine)

    def row(name: str, what: str, draw: Callable[[int], object]) -> Measure:
        return compare(name, what, _inferring(draw), lambda i: host(plain.image(faces[i % 8])), seconds)

    def drawn(i: int) -> Picture:
        return host(network(faces[i % 8].to(engine.generator.w_avg.device)))

    yield row("network", "W+ to image without the fast form", drawn)
    for precision, draw in _fast_forms(engine):
        yield from _rows(precision, draw, faces, engine.config.img_resolution, row)


def _rows(precision: str, draw: Draw, faces: list[Tensor], resolution: int, row: Row) -> Iterator[Measure]:
    yield row(f"synthesis, {precision}", "W+ to image", lambda i: draw(faces[i % 8], None))
    for first in range(2, faces[0].shape[1], 2):
        yield row(f"from layer {first}, {precision}", "only these layers changed", _from_layer(draw, faces, first))
    size = min(PREVIEW, resolution // 2)
    what = f"W+ to {size} px; plain: the full frame"
    measured = row(f"preview, {precision}", what, lambda i: draw(faces[i % 8], size))
    yield replace(measured, note=f"{_likeness(draw, faces, size):.1f} dB to the full frame made smaller")


def _fast_forms(engine: Engine) -> Iterator[tuple[str, Draw]]:
    """Each precision that this machine draws fast in, and how."""
    device = engine.generator.w_avg.device
    for halves in (False, True)[: 1 + renders_in_bf16(device)]:
        fast = fast_form(engine.generator, halves)
        if fast is not None:
            yield "bfloat16" if halves else "float32", partial(_draw, fast)
    graphed = graphed_form(engine.generator, live_dtype(device))
    if graphed is not None:
        yield engine.live_precision, lambda ws, size: graphed.pixels(ws, "const", None, size)


def _draw(fast: FastSynthesis, ws: Tensor, size: int | None) -> Tensor:
    return fast(ws, "const", None, size)


def _to_host(engine: Engine) -> Callable[[Tensor], Picture]:
    """What ends a picture of this engine's device."""
    return (lambda image: image) if engine.on_cpu else (lambda image: to_pixels(image)[0])


def _inferring(draw: Callable[[int], object]) -> Callable[[int], object]:
    def inferring(i: int) -> object:
        with torch.inference_mode():
            return draw(i)

    return inferring


def _from_layer(draw: Draw, faces: list[Tensor], first: int) -> Callable[[int], object]:
    """The layers before `first` stay those of the first face, so they are remembered from the second run on."""
    return lambda i: draw(torch.cat([faces[0][:, :first], faces[i % 8][:, first:]], dim=1), None)


@torch.inference_mode()
def _likeness(draw: Draw, faces: list[Tensor], size: int) -> float:
    """PSNR in dB of previews against full frames averaged over squares of pixels."""
    error = 0.0
    for face in faces:
        full, small = (_as_bytes(draw(face, side)) for side in (None, size))
        block = full.shape[0] // small.shape[0]
        means = full.reshape(small.shape[0], block, small.shape[1], block, 3).mean(axis=(1, 3))
        error += float(np.square(means - small).mean()) / len(faces)
    return 20 * math.log10(255) - 10 * math.log10(error)


def _as_bytes(picture: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    pixels = picture if isinstance(picture, np.ndarray) else to_bytes(picture)[0].numpy()
    return pixels.astype(np.float64)
