"""Growing: one block more on either side, faded in, so that what was learnt is preserved (Karras et al. 2018, 3).

A generator of the "skip" architecture fades by itself: its image is the smaller one made larger, plus alpha times what
the new block adds. ToRGB is linear, so alpha can be folded into its weights, and a snapshot taken while a block is
faded in is a plain model. The discriminator passes gradually from the smaller image to the new block.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from generator.config import GeneratorConfig
from generator.networks import Generator, create
from generator.networks.inputs import SynthesisInputs
from generator.networks.stylegan2 import SynthesisNetwork, ToRGB
from generator.training.discriminator import Discriminator


def grow_generator(generator: Generator, resolution: int) -> Generator:
    """A generator of twice the resolution, on the same device: all weights are carried over, those of the new block
    are drawn with torch's global generator, on the CPU."""
    config = _grown(generator.config, resolution)
    assert config.architecture == "skip", "only images of the skip architecture add up"
    grown = create(config).randomise()
    _carry_over(generator, grown, ())
    return grown.to(generator.w_avg.device)


def grow_discriminator(discriminator: Discriminator, resolution: int) -> Discriminator:
    """A discriminator of twice the resolution that is `fading`, on the same device; its new block as above."""
    grown = Discriminator(_grown(discriminator.config, resolution), fading=True)
    dropped = (f"b{discriminator.config.img_resolution // 2}.fromrgb.",) if discriminator.fading else ()
    _carry_over(discriminator, grown, dropped)
    return grown.to(next(discriminator.parameters()).device)


def faded_images(generator: Generator, ws: Tensor, fade: Tensor) -> Tensor:
    """Images `[N, C, R, R]` with fresh noise of ws `[N, num_ws, w_dim]`, the newest block's part times fade `[]`.

    The noise is drawn from torch's default generator of the device.
    """
    synthesis = generator.synthesis
    assert isinstance(synthesis, SynthesisNetwork)
    return synthesis.faded(SynthesisInputs(ws, "random"), fade)


@torch.no_grad()
def fold_fade(generator: Generator, alpha: float) -> None:
    """Make the newest block add alpha times what it adds, in place: the images are those at fade alpha."""
    torgb = generator.get_submodule(f"synthesis.b{generator.config.img_resolution}.torgb")
    assert isinstance(torgb, ToRGB)
    torgb.weight.mul_(alpha)
    torgb.bias.mul_(alpha)


def _grown(config: GeneratorConfig, resolution: int) -> GeneratorConfig:
    assert resolution == 2 * config.img_resolution
    return replace(config, img_resolution=resolution)


def _carry_over(old: nn.Module, grown: nn.Module, dropped: tuple[str, ...]) -> None:
    """Copy all of `old` but what begins with one of `dropped`; the rest of `grown` keeps its initial values."""
    kept = {name: tensor for name, tensor in old.state_dict().items() if not name.startswith(dropped or ("\0",))}
    unexpected = grown.load_state_dict(kept, strict=False).unexpected_keys
    assert not unexpected, unexpected
