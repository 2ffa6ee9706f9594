"""Fast forms of the networks, for the engine alone; `generator.networks` stays the definition that they must match."""

from __future__ import annotations

import torch

from generator.fast.graphed import GraphedSynthesis
from generator.fast.graphed_network import GraphedNetwork
from generator.fast.synthesis import MEMORY_LIMIT, FastSynthesis
from generator.networks import Generator

__all__ = ["MEMORY_LIMIT", "FastSynthesis", "GraphedNetwork", "GraphedSynthesis", "fast_form", "graphed_form"]


def fast_form(
    generator: Generator, dtype: torch.dtype = torch.float32, memory: int = MEMORY_LIMIT
) -> FastSynthesis | None:
    """The fast form of `generator` on the CPU, its activations in `dtype`; None where there is none.

    memory: bytes that it may remember of its last picture. It reads the weights of `generator` as they are now: make a
    new one when they move or change.
    """
    return FastSynthesis(generator, dtype, memory) if FastSynthesis.fits(generator) else None


def graphed_form(generator: Generator, dtype: torch.dtype) -> GraphedSynthesis | GraphedNetwork | None:
    """`generator` as CUDA graphs on the card where it is, with its activations in `dtype` where its family can; None on
    other devices. Of its weights the same holds as for `fast_form`."""
    if GraphedSynthesis.fits(generator):
        return GraphedSynthesis(generator, dtype)
    return GraphedNetwork(generator) if GraphedNetwork.fits(generator) else None
