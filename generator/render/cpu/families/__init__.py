"""The layers of each family as steps of `generator.render.cpu.layered`: one module per family.

A new family is a function like `stylegan3.steps`, listed in `FAMILIES` by the class of its synthesis network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from generator.networks import Generator
from generator.networks import lucidrains as networks_l
from generator.networks import r3gan as networks_r
from generator.networks import stylegan1 as networks1
from generator.networks import stylegan2 as networks2
from generator.networks import stylegan3 as networks3
from generator.render.cpu.families import lucidrains, r3gan, stylegan1, stylegan2_plain, stylegan3
from generator.render.cpu.steps import CoarseSteps, LayerStep
from generator.render.cpu.threads import ThreadPool

Found = TypeVar("Found")
StepsOf = Callable[[Any, ThreadPool, bool], tuple[LayerStep, ...]]  # of a network of its class, see `steps_of`

FAMILIES: dict[type, StepsOf] = {
    networks1.SynthesisNetwork: stylegan1.steps,
    networks2.SynthesisNetwork: stylegan2_plain.steps,
    networks3.SynthesisNetwork: stylegan3.steps,
    networks_l.SynthesisNetwork: lucidrains.steps,
    networks_r.SynthesisNetwork: r3gan.steps,
}

CoarseOf = Callable[[Any, ThreadPool], CoarseSteps | None]  # of a network of its class, see `coarse_steps_of`

COARSE: dict[type, CoarseOf] = {networks3.SynthesisNetwork: stylegan3.coarse_steps}


def has_steps(generator: Generator) -> bool:
    """Whether the layers of `generator` are known."""
    return _nearest(generator, FAMILIES) is not None


def steps_of(generator: Generator, team: ThreadPool, halves: bool) -> tuple[LayerStep, ...]:
    """Its layers in order, the last of which makes the image `[N, C, H, W]`; only where it `has_steps`.

    halves: in bfloat16 where the family's programs can. They read the current weights of `generator`.
    """
    found = _nearest(generator, FAMILIES)
    assert found is not None
    return found(generator.synthesis, team, halves)


def coarse_steps_of(generator: Generator, team: ThreadPool) -> CoarseSteps | None:
    """Steps that draw small images in less time; None where its family has none, or they need programs that do not
    exist here."""
    found = _nearest(generator, COARSE)
    return None if found is None else found(generator.synthesis, team)


def _nearest(generator: Generator, table: Mapping[type, Found]) -> Found | None:
    """What `table` has for the nearest class that the synthesis network of `generator` is derived from."""
    return next((table[kind] for kind in type(generator.synthesis).__mro__ if kind in table), None)
