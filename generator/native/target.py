"""What the code is written for: the registers of this machine's processor."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from functools import cache

from llvmlite import binding


@dataclass(frozen=True)
class Target:
    """A block of a matrix product: `rows` x `vectors` registers of sums, as many as the processor has room for."""

    lanes: int  # float32 values of a register
    rows: int
    vectors: int
    halves: bool = False  # factors are bfloat16, two in the place of a float32

    @property
    def factors_a_word(self) -> int:
        """Factors of a product in the place of a float32."""
        return 2 if self.halves else 1

    @property
    def columns(self) -> int:
        """Of a block: so many output maps are computed at once."""
        return self.lanes * self.vectors

    def fits(self, ins: int, outs: int | None = None) -> bool:
        """Whether its programs work on so many maps, which must be whole vectors and, of a product, whole blocks."""
        return ins % self.lanes == 0 and (outs is None or outs % self.columns == 0)


CACHE_LINE = 16  # float32; longer on some processors
AVX512_LANES = 16
AVX512 = (Target(AVX512_LANES, rows=6, vectors=4), Target(AVX512_LANES, rows=8, vectors=2))
AVX2 = (Target(lanes=8, rows=6, vectors=2),)
AVX512_HALVES = tuple(replace(target, halves=True) for target in AVX512)
NEON = (Target(lanes=4, rows=6, vectors=4),)


@cache
def targets() -> tuple[Target, ...]:
    """Those for this machine, the fastest first; none for processors without fast vectors of float32."""
    if platform.machine().lower() in ("arm64", "aarch64"):
        return NEON
    features = binding.get_host_cpu_features()
    if features.get("avx512f") and features.get("avx512vl"):
        return AVX512
    return AVX2 if features.get("avx2") and features.get("fma") else ()


@cache
def half_targets() -> tuple[Target, ...]:
    """The same for products of bfloat16: none where float32 is as fast."""
    return AVX512_HALVES if targets() == AVX512 and multiplies_halves() else ()


def multiplies_halves() -> bool:
    """Whether the processor has an instruction for them (AVX512_BF16)."""
    return bool(binding.get_host_cpu_features().get("avx512bf16"))
