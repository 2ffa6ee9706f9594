"""An image as a chain of keyed steps, of which only those are computed whose input differs from the last image's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from generator.render.cpu.activation_cache import ActivationCache, CacheKey

Make = Callable[[Tensor | None], Tensor]  # given an old result to write over, if any


class Step:
    """A lazy result, computed at its first use."""

    def __init__(self, memory: ActivationCache, name: str, key: CacheKey, make: Make) -> None:
        self._memory, self._name, self.key = memory, name, key
        self._make: Make | None = make
        self._value: Tensor | None = None

    def value(self) -> Tensor:
        """The result, not to be changed in place."""
        if self._make is not None:
            self._value = self._memory.get_or_compute(self._name, self.key, self._make)
            self._make = None  # release the steps before, and their large results
        assert self._value is not None
        return self._value


@dataclass(frozen=True, eq=False)
class StepInput:
    """What a `LayerStep` is given."""

    x: Tensor | None  # result of the step that it `reads`, not to be changed in place; None for the first
    ws: Tensor  # [N, number of its rows, w_dim]
    noise: Tensor | None  # [N or 1, 1, h, w], without its strength; None where there is none
    transform: Tensor | None  # [3, 3], where the step `moves`
    spare: Tensor | None  # an old result of this step, whose memory may be reused
    also: Tensor | None = None  # result of the step that `LayerStep.also` names


@dataclass(frozen=True, eq=False)
class LayerStep:
    """One layer of a network whose layers form a chain. Apart from what it is given, its result depends only on
    weights."""

    name: str  # different for all steps of a network; "RESOLUTION.1" of the last in a block that has `features`
    rows: tuple[int, ...]  # of W+, which it reads
    run: Callable[[StepInput], Tensor]
    stored_noise: Tensor | None = None  # [h, w] where it adds noise, in the order in which the definition does
    moves: bool = False  # whether it reads the transform
    queues: bool = False  # whether its result and its inputs may be valid only when the team has finished
    reads: str = ""  # name of the earlier step whose result it continues from; "" = the step before
    also: str = ""  # name of an earlier step that it reads as well; "" = none
    shows: int = 0  # pixels of a preview that can be drawn from its result, maps `[N, C, h, w]`; 0 = none
    exits: int = 0  # pixels of its result, an image `[N, C, h, w]`, of networks that can stop there; 0 = it is none

    @property
    def noisy(self) -> bool:
        """Whether it adds noise."""
        return self.stored_noise is not None


class CoarseSteps(Protocol):
    """Steps for images smaller than the full one, quick but not exact."""

    def resolution(self, wanted: int) -> int:
        """The pixels of the image that is drawn where one of at most `wanted` would do: those of the full image where
        there is no other."""

    def steps(self, resolution: int) -> tuple[LayerStep, ...]:
        """Those of an image of a `resolution` that is not the full one. No name is one of the full image's steps."""
