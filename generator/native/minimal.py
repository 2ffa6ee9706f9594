"""Winograd's minimal filters F(m, 3): m neighbouring results of a filter of three taps with m + 2 multiplications
instead of 3 m (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks", section 4.1).

Two polynomials are multiplied by their values at m + 1 points and at infinity. The points are small numbers and their
opposites, whose even and odd powers are summed separately.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from generator.native.code import Vector

Transform = Callable[[Sequence[Vector]], list[Vector]]


@dataclass(frozen=True)
class Minimal:
    """A filter along one axis: A^T [(G taps) * (B^T values)] in the paper's notation."""

    step: int  # m, the results of a tile
    weight: tuple[tuple[float, float, float], ...]  # G
    parts: tuple[Transform, ...]  # B^T in parts, which together give a value for each row of G, in order
    output: Transform  # A^T

    @property
    def tile(self) -> int:
        """Values of a tile on a side."""
        return self.step + 2

    @property
    def positions(self) -> int:
        """Values of a tile of two axes, and multiplications for each of its maps."""
        return self.tile**2


def _first_of_six(d: Sequence[Vector]) -> list[Vector]:
    p, q = d[4] - d[2] * 4, d[3] - d[1] * 4
    return [d[0] * 4 - d[2] * 5 + d[4], p + q, p - q]


def _last_of_six(d: Sequence[Vector]) -> list[Vector]:
    r, s = d[4] - d[2], (d[3] - d[1]) * 2
    return [r + s, r - s, d[1] * 4 - d[3] * 5 + d[5]]


def _four(m: Sequence[Vector]) -> list[Vector]:
    p, q = m[1] + m[2], m[1] - m[2]
    r, s = m[3] + m[4], m[3] - m[4]
    return [m[0] + p + r, q + s * 2, p + r * 4, q + s * 8 + m[5]]


def _eight(d: Sequence[Vector]) -> list[Vector]:
    p, q = d[2] + d[6] - d[4] * 4.25, d[1] + d[5] - d[3] * 4.25
    r, s = d[6] + d[2] * 0.25 - d[4] * 1.25, d[1] * 0.5 - d[3] * 2.5 + d[5] * 2
    t, u = d[6] + d[2] * 4 - d[4] * 5, d[1] * 2 - d[3] * 2.5 + d[5] * 0.5
    first, last = (d[4] - d[2]) * 5.25 + d[0] - d[6], (d[3] - d[5]) * 5.25 + d[7] - d[1]
    return [first, p + q, p - q, r + s, r - s, t + u, t - u, last]


def _six(m: Sequence[Vector]) -> list[Vector]:
    p, q = m[1] + m[2], m[1] - m[2]
    r, s = m[3] + m[4], m[3] - m[4]
    t, u = m[5] + m[6], m[5] - m[6]
    even = [m[0] + p + r + t * 32, p + r * 4 + t * 8, p + r * 16 + t * 2]
    odd = [q + s * 2 + u * 16, q + s * 8 + u * 4, q + s * 32 + u + m[7]]
    return [value for pair in zip(even, odd, strict=True) for value in pair]


F4 = Minimal(
    step=4,
    weight=(
        (1 / 4, 0.0, 0.0),
        (-1 / 6, -1 / 6, -1 / 6),
        (-1 / 6, 1 / 6, -1 / 6),
        (1 / 24, 1 / 12, 1 / 6),
        (1 / 24, -1 / 12, 1 / 6),
        (0.0, 0.0, 1.0),
    ),
    parts=(_first_of_six, _last_of_six),
    output=_four,
)
"""With the points 0, 1, -1, 2, -2."""

F6 = Minimal(
    step=6,
    weight=(
        (1.0, 0.0, 0.0),
        (-2 / 9, -2 / 9, -2 / 9),
        (-2 / 9, 2 / 9, -2 / 9),
        (1 / 90, 1 / 45, 2 / 45),
        (1 / 90, -1 / 45, 2 / 45),
        (1 / 45, 1 / 90, 1 / 180),
        (1 / 45, -1 / 90, 1 / 180),
        (0.0, 0.0, 1.0),
    ),
    parts=(_eight,),
    output=_six,
)
"""With the points 0, 1, -1, 2, -2, 1/2, -1/2."""
