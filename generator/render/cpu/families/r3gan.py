"""The layers of R3GAN as steps, by the definition's modules: the learned maps, the residual blocks and what enlarges
their maps, the colours.

Its one row of W+ is z, of which everything depends: a full image continues where a preview of the same z stopped.
"""

from __future__ import annotations

from functools import partial

from torch import Tensor, nn

from generator.networks.r3gan import Basis, SynthesisNetwork
from generator.render.cpu.steps import LayerStep, StepInput
from generator.render.cpu.threads import ThreadPool


def steps(network: SynthesisNetwork, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """See `generator.render.cpu.families.steps_of`."""
    made: list[LayerStep] = []
    for resolution, stage in zip(network.config.block_resolutions, network.MainLayers, strict=True):
        first, *blocks = stage.Layers
        rows = (0,) if isinstance(first, Basis) else ()
        made.append(LayerStep(f"{resolution}.0", rows, partial(_maps, first)))
        for number, block in enumerate(blocks, 1):
            shows = resolution if block is blocks[-1] else 0
            made.append(LayerStep(f"{resolution}.block{number}", (), partial(_maps, block), shows=shows))
    return (*made, LayerStep("image", (), partial(_maps, network.AggregationLayer)))


def _maps(module: nn.Module, given: StepInput) -> Tensor:
    """What `module` makes of the maps before, or of z where there are none."""
    maps: Tensor = module(given.ws[:, 0] if given.x is None else given.x)
    return maps
