"""States of a character: the same person smiling, looking left, older, in other light."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from generator.errors import WishError

MAX_STATES = 1000
MAX_AMOUNTS = 64  # directions of one state
MAX_NAME = 100  # characters
MAX_TEXT = 1_000_000
_MAX_AMOUNT = 100.0  # sigma; a direction's own limits are narrower


@dataclass(frozen=True)
class State:
    """A named set of amounts along directions of the model's library. Raises `WishError` for an impossible one."""

    name: str
    amounts: tuple[tuple[str, float], ...] = ()  # (direction, sigma)

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME or not self.name.isprintable():
            raise WishError(f"{self.name[:40]!r} is no name of a state; write 1 to {MAX_NAME} signs.")
        names = [name for name, _ in self.amounts]
        if len(set(names)) < len(names) or len(names) > MAX_AMOUNTS or not all(names):
            raise WishError(f"The state {self.name!r} has a direction twice, one without a name, or too many.")
        if not all(-_MAX_AMOUNT <= amount <= _MAX_AMOUNT for _, amount in self.amounts):  # also false for NaN
            raise WishError(f"An amount of the state {self.name!r} is not in -{_MAX_AMOUNT:g}..{_MAX_AMOUNT:g}.")


STATES: tuple[State, ...] = (
    State("neutral"),
    State("smiling", (("smile", 2.0),)),
    State("laughing", (("smile", 2.0), ("mouth-open", 2.0))),
    State("serious", (("smile", -2.0),)),
    State("surprised", (("mouth-open", 2.5), ("brow-height", 2.0), ("eyes-open", 2.0))),
    State("looking-left", (("yaw", -1.5),)),
    State("looking-right", (("yaw", 1.5),)),
    State("looking-up", (("pitch", 1.5),)),
    State("looking-down", (("pitch", -1.5),)),
    State("with-glasses", (("glasses", 2.0),)),
    State("without-glasses", (("glasses", -2.0),)),
    State("younger", (("age", -1.5),)),
    State("older", (("age", 1.5),)),
    State("fair-hair", (("hair", 2.0),)),
    State("dark-hair", (("hair", -2.0),)),
    State("light-from-the-left", (("light", -2.0),)),
    State("light-from-the-right", (("light", 2.0),)),
)


def parse_states(text: str) -> tuple[State, ...]:
    """States from JSON, `{"name": {"smile": 2}}`, or from lines as in `name,smile=2,yaw=-3`; # begins a comment.

    Raises `WishError` with one sentence for anything else.

    Example:
        >>> from generator.wishes.states import parse_states
        >>> parse_states("sly,smile=1,gaze=-2")
        (State(name='sly', amounts=(('smile', 1.0), ('gaze', -2.0))),)
    """
    if len(text) > MAX_TEXT:
        raise WishError(f"The table of states has {len(text)} characters; at most {MAX_TEXT} are possible.")
    stripped = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE} \r\n\t")
    states = tuple(_from_json(stripped) if stripped.startswith(("{", "[")) else _from_lines(stripped))
    names = [state.name for state in states]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise WishError(f"The state {twice!r} is in the table twice; name one of them differently.")
    if not 0 < len(states) <= MAX_STATES:
        raise WishError(f"The table has {len(states)} states; write 1 to {MAX_STATES}, as in smiling,smile=2.")
    return states


def _from_json(text: str) -> Iterable[State]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WishError("The table of states is not valid JSON; it may be damaged.") from error
    if not isinstance(values, dict) or not all(isinstance(amounts, dict) for amounts in values.values()):
        raise WishError('The table of states is not of the form {"smiling": {"smile": 2}}; write it so.')
    for name, amounts in values.items():
        yield State(name, tuple((direction, _amount(value, name)) for direction, value in amounts.items()))


def _from_lines(text: str) -> Iterable[State]:
    for line in text.splitlines():
        said = line.partition("#")[0].strip()
        if said:
            name, *amounts = (part.strip() for part in said.split(","))
            yield State(name, tuple(_pair(amount, name) for amount in amounts if amount))


def _pair(text: str, state: str) -> tuple[str, float]:
    direction, equals, amount = (part.strip() for part in text.partition("="))
    if not equals or not direction:
        raise WishError(f"{text[:40]!r} of the state {state[:40]!r} is no amount; write it as in smile=2.")
    return direction, _amount(amount, state)


def _amount(value: Any, state: str) -> float:
    try:
        amount = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        amount = math.nan
    if not math.isfinite(amount):
        raise WishError(f"{str(value)[:40]!r} of the state {state[:40]!r} is no number; write it as in smile=2.")
    return amount
