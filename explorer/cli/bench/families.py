"""Networks of any family: how fast Outis draws them, and how fast other programs do, beside the definition.

The definition (`generator.networks`) is the network in plain torch, which takes turns with everything else, so that
ratios stay valid where milliseconds do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from explorer.cli.bench.others import Others, drawing_of
from explorer.cli.bench.timings import Measure, compare
from explorer.cli.bench.timings_synthesis import PREVIEW, Synthesise, fast_forms, from_layer, likeness, to_host
from generator.config import GeneratorConfig, LucidrainsConfig, R3GANConfig, StyleGAN1Config, StyleGAN3Config
from generator.config.stylegan_xl import grown
from generator.networks import create
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.engine import Engine

RESOLUTION = 256  # px of a random model, unless told otherwise
_R3GAN = (  # of the public model of 256 px: feature maps, and groups of them, by stage
    (768, 768, 768, 768, 384, 192, 96),
    (96, 96, 96, 96, 48, 24, 12),
)
_XL_STEM, _XL_HEAD = 7, 4  # layers of a StyleGAN-XL and of each of its stages, as advised for all but ImageNet
Maker = Callable[[int], GeneratorConfig]


def _r3gan(size: int) -> GeneratorConfig:
    stages = size.bit_length() - 2
    widths, groups = (sizes[:stages] + sizes[-1:] * (stages - len(sizes)) for sizes in _R3GAN)
    return R3GANConfig(size, widths=widths, cardinalities=groups, blocks=(2,) * stages)


def _stylegan_xl(size: int) -> GeneratorConfig:
    """A stem of 16 px, and stages that double it; ImageNet's network has nine times the work."""
    stem = StyleGAN3Config(min(size, 16), z_dim=64, num_layers=_XL_STEM)
    return grown(stem, [(2, _XL_HEAD)] * max((size // 16).bit_length() - 1, 0))


MODELS: dict[str, Maker] = {  # as wide as the public models of the largest size
    "stylegan1": StyleGAN1Config,
    "stylegan2": GeneratorConfig,
    "stylegan2-resnet": lambda size: GeneratorConfig(size, architecture="resnet"),
    "stylegan2-orig": lambda size: GeneratorConfig(size, architecture="orig"),
    "stylegan3-t": StyleGAN3Config,
    "stylegan3-r": lambda size: StyleGAN3Config(
        size, channel_base=65536, channel_max=1024, conv_kernel=1, use_radial_filters=True
    ),
    "stylegan-xl": _stylegan_xl,
    "lucidrains": lambda size: LucidrainsConfig(size, channel_base=32 * size),
    "r3gan": _r3gan,
}


def family_engine(name: str, resolution: int, device: str) -> Engine:
    """An engine on a model of `MODELS` with random weights: as fast as a trained one."""
    torch.manual_seed(0)
    generator = create(MODELS[name](resolution)).randomise()
    generator.name = f"random {name}, {resolution} px"
    return Engine(generator, device)


def family_measures(engine: Engine, seconds: float, others: Others = ()) -> Iterator[Measure]:
    """Everything beside the definition, `seconds` each: the forms that Outis has for this device, then `others`."""
    faces = [engine.w_plus(Recipe(source=SeedSource(seed))) for seed in range(8)]
    network, host = engine.generator.synthesis, to_host(engine)
    device = engine.generator.w_avg.device

    def plain(ws: Tensor) -> object:
        return host(network(ws.to(device)))

    def row(name: str, what: str, run: Callable[[int], object]) -> Measure:
        with torch.inference_mode():
            return _with_rate(compare(name, what, run, lambda i: plain(faces[i % 8]), seconds))

    for precision, synthesise, has_previews in fast_forms(engine):
        yield from _rows(precision, synthesise, faces, row)
        if has_previews:
            yield _preview(precision, synthesise, faces, engine.config.img_resolution // 2, row)
    for other in others:
        draw = drawing_of(other, engine.generator)
        yield row(other, "W+ to image, the same network", lambda i, draw=draw: draw(faces[i % 8]))  # type: ignore[misc]


Row = Callable[[str, str, Callable[[int], object]], Measure]


def _rows(precision: str, synthesise: Synthesise, faces: list[Tensor], row: Row) -> Iterator[Measure]:
    """The whole image, and what is left of it where only the last quarter or eighth of the layers changes."""
    yield row(f"Outis, {precision}", "W+ to image", lambda i: synthesise(faces[i % 8], None))
    count = faces[0].shape[1]
    for first in sorted({count * 3 // 4, count * 7 // 8} - {0}):
        what = "only these layers changed; definition: all"
        yield row(f"from layer {first}, {precision}", what, from_layer(synthesise, faces, first))


def _preview(precision: str, synthesise: Synthesise, faces: list[Tensor], largest: int, row: Row) -> Measure:
    size = min(PREVIEW, largest)
    what = f"W+ to {size} px; definition: the full frame"
    measured = row(f"preview, {precision}", what, lambda i: synthesise(faces[i % 8], size))
    alike = f"{likeness(synthesise, faces, size):.1f} dB to the full frame scaled down"
    return replace(measured, note="; ".join(filter(None, (measured.note, alike))))


def _with_rate(measure: Measure) -> Measure:
    return replace(measure, note=f"{1000 / measure.milliseconds:.1f} a second")
