"""The kinds of processors that native programs are written for."""

from __future__ import annotations

from generator.native import target

(WIDE, NARROW), (AVX2,), (NEON,) = target.AVX512, target.AVX2, target.NEON
TARGETS = {"AVX-512, wide": WIDE, "AVX-512": NARROW, "AVX2": AVX2, "NEON": NEON}  # each runs anywhere, if slowly
