"""The kinds of processors that native programs are written for."""

from __future__ import annotations

import pytest

from generator.native import target
from generator.native.target import Processor
from generator.render import forms
from generator.render.cpu import native, native_styles, pixels

(WIDE, NARROW), (AVX2,), (NEON,) = target.AVX512, target.AVX2, target.NEON
TARGETS = {"AVX-512, wide": WIDE, "AVX-512": NARROW, "AVX2": AVX2, "NEON": NEON}  # each runs anywhere, if slowly

NO_PROGRAMS = Processor()
IN_HALVES = Processor(target.AVX512, target.AVX512_HALVES)


def pretend(monkeypatch: pytest.MonkeyPatch, here: Processor) -> None:
    """Let everything that chooses programs believe that this machine has the processor `here`."""
    for module in (native, native_styles, pixels, forms):
        monkeypatch.setattr(module, "processor", lambda: here)
