"""The target of the code: the vector registers of this machine's processor."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, replace
from functools import cache

from generator.native import trial
from generator.native.llvm import SWITCH, absence, binding


@dataclass(frozen=True)
class Target:
    """A block of a matrix product: `rows` x `vectors` registers of sums, as many as the processor has."""

    lanes: int  # float32 values of a register
    rows: int
    vectors: int
    halves: bool = False  # factors are bfloat16, two in place of one float32

    @property
    def factors_a_word(self) -> int:
        """Factors of a product in place of one float32."""
        return 2 if self.halves else 1

    @property
    def columns(self) -> int:
        """Columns of a block: the output maps that are computed at once."""
        return self.lanes * self.vectors

    def fits(self, ins: int, outs: int | None = None) -> bool:
        """Whether its programs support these numbers of maps: whole vectors and, for a product, whole blocks."""
        return ins % self.lanes == 0 and (outs is None or outs % self.columns == 0)


CACHE_LINE = 16  # float32; longer on some processors
AVX512_LANES = 16
AVX512 = (Target(AVX512_LANES, rows=6, vectors=4), Target(AVX512_LANES, rows=8, vectors=2))
AVX2 = (Target(lanes=8, rows=6, vectors=2),)
AVX512_HALVES = tuple(replace(target, halves=True) for target in AVX512)
NEON = (Target(lanes=4, rows=6, vectors=4),)


@dataclass(frozen=True)
class Targets:
    """The targets of one processor, the fastest first. They are chosen together: one program reads the maps and weights
    that another wrote, so all must use the same vectors and blocks."""

    exact: tuple[Target, ...] = ()  # for float32; none for processors without fast float32 vectors
    halves: tuple[Target, ...] = ()  # the same for products of bfloat16; none where float32 is as fast

    def __post_init__(self) -> None:
        if self.halves and tuple(replace(target, halves=False) for target in self.halves) != self.exact:
            raise ValueError(
                f"The bfloat16 and float32 programs must be for the same processor: their blocks are {self.halves} "
                f"and {self.exact}."
            )

    @property
    def narrow(self) -> Target | None:
        """A target of float32 for layers of few maps, whose blocks have 16 columns; None without programs. Its layers
        read no other program's maps."""
        return next(iter(AVX2 if self.exact == AVX512 else self.exact), None)

    def fastest(self, halves: bool) -> tuple[Target, ...]:
        """halves: the bfloat16 targets, if there are any."""
        return (halves and self.halves) or self.exact

    def fitting(self, ins: int, outs: int | None, halves: bool) -> Target | None:
        """The fastest target that fits these numbers of maps, for float32 or, with halves, for either."""
        here = (*self.halves, *self.exact) if halves else self.exact
        return next((target for target in here if target.fits(ins, outs)), None)


_given_up = ""  # what was wrong with the programs


def targets() -> Targets:
    """The targets for this machine; none once the programs have been given up."""
    return Targets() if _given_up else _found()


def give_up(fault: str) -> None:
    """Stop using programs, because they give wrong results on this machine."""
    global _given_up
    _given_up = fault


SLOWER = "Rendering uses torch's slower operators."


def why_none() -> str:
    """A sentence for the user if there are no programs although the processor could run some; else ""."""
    reason = _absence()
    return f"No native programs: {reason}. {SLOWER}" if reason else ""


def why_given_up() -> str:
    """A sentence for the user if the programs have been given up; else ""."""
    return f"The native programs give wrong results here: {_given_up}. {SLOWER}" if _given_up else ""


def _absence() -> str:
    """Why there are no programs; "" if there are. If the switch is 1, they are used without a trial."""
    return absence or ("" if os.environ.get(SWITCH) == "1" else trial.fault())


@cache
def _found() -> Targets:
    exact = _exact()
    return Targets(exact, AVX512_HALVES if exact == AVX512 and multiplies_halves() else ())


def _exact() -> tuple[Target, ...]:
    if _absence():
        return ()
    if platform.machine().lower() in ("arm64", "aarch64"):
        return NEON
    features = binding.get_host_cpu_features()
    if features.get("avx512f") and features.get("avx512vl"):
        return AVX512
    return AVX2 if features.get("avx2") and features.get("fma") else ()


def multiplies_halves() -> bool:
    """Whether the processor has an instruction for bfloat16 products (AVX512_BF16)."""
    return bool(binding.get_host_cpu_features().get("avx512bf16"))
