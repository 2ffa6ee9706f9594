"""Fast forms of the networks, for the engine alone; `generator.networks` is the definition that they must match."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.native.target import targets
from generator.networks import Generator
from generator.render.cpu.form import MEMORY_LIMIT, CpuSynthesis
from generator.render.cpu.layered import LayeredSynthesis
from generator.render.cpu.native_mapping import native_mapping
from generator.render.cpu.synthesis import FastSynthesis
from generator.render.cuda.any_network import GraphedNetwork
from generator.render.cuda.stylegan2 import GraphedSynthesis

__all__ = [
    "MEMORY_LIMIT",
    "CpuSynthesis",
    "FastSynthesis",
    "GraphedNetwork",
    "GraphedSynthesis",
    "LayeredSynthesis",
    "fast_form",
    "fast_mapping",
    "graphed_form",
    "has_bf16_form",
    "renders_in_bf16",
]


def fast_form(generator: Generator, halves: bool = False, memory: int = MEMORY_LIMIT) -> CpuSynthesis | None:
    """The fast form of `generator` on the CPU; None where there is none.

    halves: multiply in bfloat16, where it `has_bf16_form`. memory: bytes that it may cache of its last image.
    It reads the current weights of `generator`: create a new one when they move or change.
    """
    if FastSynthesis.fits(generator):
        return FastSynthesis(generator, halves, memory)
    return LayeredSynthesis(generator, halves, memory) if LayeredSynthesis.fits(generator) else None


def fast_mapping(generator: Generator) -> Callable[[Tensor, Tensor | None], Tensor]:
    """The fast form of its mapping network, or the network itself where there is none; it reads the weights
    likewise."""
    return native_mapping(generator.mapping) or generator.mapping


def renders_in_bf16(device: torch.device) -> bool:
    """Whether fast forms are faster with products of bfloat16: on CPUs that have an instruction for them."""
    return device.type == "cpu" and bool(targets().halves)


def has_bf16_form(generator: Generator) -> bool:
    """Whether its fast form `renders_in_bf16`, as that of the "skip" architecture does."""
    return FastSynthesis.fits(generator) and renders_in_bf16(generator.w_avg.device)


def graphed_form(generator: Generator, dtype: torch.dtype) -> GraphedSynthesis | GraphedNetwork | None:
    """`generator` as CUDA graphs on the card where it is, with its activations in `dtype` where its family can; None on
    other devices. It reads the weights like `fast_form`."""
    if GraphedSynthesis.fits(generator):
        return GraphedSynthesis(generator, dtype)
    return GraphedNetwork(generator) if GraphedNetwork.fits(generator) else None
