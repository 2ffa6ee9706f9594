"""Times of the synthesis network alone, with and without what the engine does for speed: from W+ to the float image on
a CPU, to bytes on the host on a GPU, whose work is finished only then.

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
from generator.networks.inputs import SynthesisInputs
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.cpu.pixels import Pixels, to_bytes, to_pixels
from generator.render.device import live_dtype
from generator.render.engine import Engine
from generator.render.forms import (
    CpuSynthesis,
    GraphedNetwork,
    GraphedSynthesis,
    fast_form,
    graphed_form,
    renders_in_bf16,
)

Image = Tensor | Pixels  # float `[1, C, H, W]`, or uint8 `[H, W, 3]`
Synthesise = Callable[[Tensor, int | None], Image]  # W+ `[1, num_ws, w_dim]` on the host, the size of a preview
Row = Callable[[str, str, Callable[[int], object]], Measure]  # name, what it is, how run i is done
PREVIEW = 64  # pixels; smaller models use half their own


def synthesis_measures(engine: Engine, plain: PlainForm, seconds: float) -> Iterator[Measure]:
    """The network as it is defined, then its fast form, if there is one, `seconds` each."""
    faces = [engine.w_plus(Recipe(source=SeedSource(seed))) for seed in range(8)]
    network, host = engine.generator.synthesis, to_host(engine)

    def row(name: str, what: str, run: Callable[[int], object]) -> Measure:
        return compare(name, what, _inferring(run), lambda i: host(plain.image(faces[i % 8])), seconds)

    def network_image(i: int) -> Image:
        return host(network(faces[i % 8].to(engine.generator.w_avg.device)))

    yield row("network", "W+ to image without the fast form", network_image)
    for precision, synthesise, _ in fast_forms(engine):
        yield from _rows(precision, synthesise, faces, engine.config.img_resolution, row)


def _rows(precision: str, synthesise: Synthesise, faces: list[Tensor], resolution: int, row: Row) -> Iterator[Measure]:
    yield row(f"synthesis, {precision}", "W+ to image", lambda i: synthesise(faces[i % 8], None))
    for first in range(2, faces[0].shape[1], 2):
        yield row(f"from layer {first}, {precision}", "only these layers changed", from_layer(synthesise, faces, first))
    size = min(PREVIEW, resolution // 2)
    what = f"W+ to {size} px; plain: the full frame"
    measured = row(f"preview, {precision}", what, lambda i: synthesise(faces[i % 8], size))
    yield replace(measured, note=f"{likeness(synthesise, faces, size):.1f} dB to the full frame scaled down")


def fast_forms(engine: Engine) -> Iterator[tuple[str, Synthesise, bool]]:
    """Each precision with a fast form on this machine, that form, and whether its previews cost less."""
    device, stops_early = engine.generator.w_avg.device, engine.config.stops_early
    for in_bf16 in (False, True)[: 1 + renders_in_bf16(device)]:
        fast = fast_form(engine.generator, in_bf16)
        if fast is not None:
            with torch.inference_mode():
                fast.learn_previews([PREVIEW])
            yield "bfloat16" if in_bf16 else "float32", partial(_fast_image, fast), fast.has_previews
    graphed = graphed_form(engine.generator, live_dtype(device))
    if graphed is not None:
        yield engine.live_precision, partial(_graphed_image, graphed), stops_early


def _graphed_image(graphed: GraphedSynthesis | GraphedNetwork, ws: Tensor, size: int | None) -> Pixels:
    return graphed.pixels(SynthesisInputs(ws, max_resolution=size))


def _fast_image(fast: CpuSynthesis, ws: Tensor, size: int | None) -> Tensor:
    return fast(ws, "const", None, size, quick=True)


def to_host(engine: Engine) -> Callable[[Tensor], Image]:
    """The last step of an image on this engine's device."""
    return (lambda image: image) if engine.on_cpu else (lambda image: to_pixels(image)[0])


def _inferring(run: Callable[[int], object]) -> Callable[[int], object]:
    def inferring(i: int) -> object:
        with torch.inference_mode():
            return run(i)

    return inferring


def from_layer(synthesise: Synthesise, faces: list[Tensor], first: int) -> Callable[[int], object]:
    """The layers before `first` stay those of the first face, so they are cached from the second run on."""
    return lambda i: synthesise(torch.cat([faces[0][:, :first], faces[i % 8][:, first:]], dim=1), None)


@torch.inference_mode()
def likeness(synthesise: Synthesise, faces: list[Tensor], size: int) -> float:
    """PSNR in dB of previews against full frames averaged over squares of pixels."""
    error = 0.0
    for face in faces:
        full, small = (_as_bytes(synthesise(face, side)) for side in (None, size))
        block = full.shape[0] // small.shape[0]
        means = full.reshape(small.shape[0], block, small.shape[1], block, -1).mean(axis=(1, 3))
        error += float(np.square(means - small).mean()) / len(faces)
    return 20 * math.log10(255) - 10 * math.log10(error)


def _as_bytes(image: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    pixels = image if isinstance(image, np.ndarray) else to_bytes(image)[0].numpy()
    return pixels.astype(np.float64)
