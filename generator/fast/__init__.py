"""Fast forms of the networks, for the engine alone; `generator.networks` stays the definition that they must match."""

from __future__ import annotations

import torch

from generator.fast.synthesis import FastSynthesis
from generator.networks import Generator

__all__ = ["FastSynthesis", "fast_form"]


def fast_form(generator: Generator, dtype: torch.dtype = torch.float32) -> FastSynthesis | None:
    """The fast form of `generator` on the device where it is, its activations in `dtype`; None where there is none.

    It reads the weights of `generator` as they are now: make a new one when they move or change.
    """
    return FastSynthesis(generator, dtype) if FastSynthesis.fits(generator) else None
