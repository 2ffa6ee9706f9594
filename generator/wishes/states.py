"""States of a character: the same person smiling, looking left, older, in other light."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """A named set of amounts along directions of the library."""

    name: str
    amounts: tuple[tuple[str, float], ...] = ()  # (direction, sigma)


STATES: tuple[State, ...] = (State("neutral"),)


def parse_states(text: str) -> tuple[State, ...]:
    """States from JSON, or from lines "name,smile=2,yaw=-3". Raises `WishError`."""
    raise NotImplementedError
