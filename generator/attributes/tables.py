"""The tables of `outis directions check` as Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from generator.attributes.evaluation import Effect
from generator.attributes.goals import EARLIER, PLAIN


def markdown(effects: Sequence[Effect]) -> str:
    """Two tables with a row a direction: what it moves from -3 to +3, and how far it keeps the person."""
    if not effects:
        return "No directions."
    return "\n".join([*_moves(effects), "", *_identity(effects)])


def _moves(effects: Sequence[Effect]) -> list[str]:
    """A column for what anybody would notice; of the fine measures, the one that moves most."""
    shown = [name for name in effects[0].attributes if name in PLAIN]
    lines = [_row("direction", "itself", *shown, "of fine measures", "confirmed"), _row(*["---"] * (len(shown) + 4))]
    for effect in effects:
        moves = dict(zip(effect.attributes, effect.moves, strict=True))
        cells = [_cell(effect, name, moves[name]) for name in shown]
        confirmed = "yes" if effect.is_confirmed else "no"
        lines.append(_row(effect.name, f"**{effect.own:+.1f}**", *cells, _finest(effect, moves), confirmed))
    return lines


def _cell(effect: Effect, name: str, move: float) -> str:
    """In brackets what may move along; nothing for what it is for."""
    if name == effect.name:
        return ""
    return f"({move:+.1f})" if math.isinf(effect.goal.side_effect(name)) else f"{move:+.1f}"


def _finest(effect: Effect, moves: dict[str, float]) -> str:
    fine = [name for name in moves if name not in PLAIN and not math.isinf(effect.goal.side_effect(name))]
    name = max(fine, key=lambda name: abs(moves[name]), default="")
    return f"{name} {moves[name]:+.1f}" if name else ""


def _identity(effects: Sequence[Effect]) -> list[str]:
    titles = ("direction", "from -2 to +2", "person", "at an effect of", "person", "earlier", "person starts to change")
    lines = [_row(*titles), _row(*["---"] * len(titles))]
    for effect in effects:
        two = effect.between(2.0)
        stated, earlier = EARLIER.get(effect.name, (two, math.nan))
        low, high = effect.limits
        cells = (f"{two:.1f}", f"{effect.identity:.2f}", f"{stated:.1f}", _number(effect.identity_at(stated)))
        lines.append(_row(effect.name, *cells, _number(earlier), f"{low:+.1f}, {high:+.1f}"))
    return lines


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
