"""The kinds of processors that native programs are written for."""

from __future__ import annotations

import pytest

from generator.native import target
from generator.native.llvm import absence
from generator.native.target import Targets

(WIDE, NARROW), (AVX2,), (NEON,) = target.AVX512, target.AVX2, target.NEON
TARGETS = {"AVX-512, wide": WIDE, "AVX-512": NARROW, "AVX2": AVX2, "NEON": NEON}  # each runs anywhere, if slowly
NONE, PLAIN, HALVES = Targets(), Targets(target.AVX512), Targets(target.AVX512, target.AVX512_HALVES)
PROCESSORS = {"AVX-512": PLAIN, "AVX-512 with bfloat16": HALVES, "AVX2": Targets((AVX2,)), "NEON": Targets((NEON,))}


def run_as(processor: Targets, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have whatever asks get the programs of another processor. Where there is no LLVM to write them, the test is
    skipped."""
    if absence and processor != NONE:
        pytest.skip(absence)
    monkeypatch.setattr(target, "_found", lambda: processor)
