"""The fast forms of one generator, as an engine holds them."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from generator.networks import Generator
from generator.render import device as devices
from generator.render.forms import (
    MEMORY_LIMIT,
    CpuSynthesis,
    GraphedNetwork,
    GraphedSynthesis,
    fast_form,
    graphed_form,
    has_bf16_form,
)
from generator.render.preview_colours import ColourShifts, Shift

KEPT_MEMORY = 64 * 2**20  # bytes of cached exact images, where live ones have a separate form and cache


class HeldForms:
    """Each is created when it is first asked for, of the weights where they are then: `clear` it when they move."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._fast: dict[bool, CpuSynthesis | None] = {}  # key: whether it multiplies in bfloat16
        self._graphed: GraphedSynthesis | GraphedNetwork | None = None
        self._graphs_work, self._holds_less = True, False

    def fast(self, live: bool) -> CpuSynthesis | None:
        """The fast form; live: with bfloat16 products where the CPU has an instruction for them."""
        halves = live and has_bf16_form(self._generator)
        if halves not in self._fast:
            memory = MEMORY_LIMIT if halves == has_bf16_form(self._generator) else KEPT_MEMORY
            self._fast[halves] = fast_form(self._generator, halves, 0 if self._holds_less else memory)
        return self._fast[halves]

    def graphed(self) -> GraphedSynthesis | GraphedNetwork | None:
        """None on the CPU, and where it does not work or memory is too small."""
        if self._graphed is None and self._graphs_work and not self._holds_less:
            self._graphed = graphed_form(self._generator, devices.live_dtype(self._generator.w_avg.device))
        return self._graphed

    def in_bf16(self) -> bool:
        """Whether a live image is rendered in bfloat16."""
        graphed, fast = self.graphed(), self.fast(live=True)
        if isinstance(graphed, GraphedSynthesis):
            return devices.live_dtype(self._generator.w_avg.device) == torch.bfloat16
        return fast is not None and fast.in_bf16

    def colour_shifts(self) -> Mapping[int, Shift]:
        """What previews after the last live image lack in colour, by their size; empty where they lack nothing."""
        if isinstance(self._graphed, GraphedSynthesis):
            return self._graphed.colour_shifts()
        config, fast = self._generator.config, self._fast.get(has_bf16_form(self._generator))
        is_plain = config.is_square and not config.has_alpha
        return ColourShifts.of(fast.exits) if is_plain and fast is not None and fast.exits else {}

    def leave_graphs(self) -> None:
        """Use none from now on."""
        self._graphs_work, self._graphed = False, None

    def clear(self) -> None:
        """Free all."""
        self._fast.clear()
        self._graphed = None

    def hold_less(self) -> bool:
        """Cache less from now on. False if that has been done before."""
        held_less, self._holds_less = self._holds_less, True
        return not held_less
