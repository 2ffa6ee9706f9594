"""The tables of `outis directions check` as Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from generator.attributes.evaluation import Effect
from generator.attributes.goals import EARLIER


def markdown(effects: Sequence[Effect]) -> str:
    """Two tables with a row a direction: what it moves from -3 to +3, and how far it keeps the person."""
    if not effects:
        return "No directions."
    return "\n".join([*_moves(effects), "", *_identity(effects)])


def _moves(effects: Sequence[Effect]) -> list[str]:
    names = effects[0].attributes
    lines = [_row("direction", *names, "confirmed"), _row(*["---"] * (len(names) + 2))]
    for effect in effects:
        cells = [_cell(effect, name, move) for name, move in zip(names, effect.moves, strict=True)]
        lines.append(_row(effect.name, *cells, "yes" if effect.is_confirmed else "no"))
    return lines


def _cell(effect: Effect, name: str, move: float) -> str:
    """Bold for what it is for, in brackets for what may move along."""
    text = f"{move:+.1f}"
    if name == effect.name:
        return f"**{text}**"
    return f"({text})" if math.isinf(effect.goal.side_effect(name)) else text


def _identity(effects: Sequence[Effect]) -> list[str]:
    titles = ("direction", "from -2 to +2", "person", "at an effect of", "person", "earlier", "person starts to change")
    lines = [_row(*titles), _row(*["---"] * len(titles))]
    for effect in effects:
        two = float(effect.curves[-2][effect.column] - effect.curves[1][effect.column])
        stated, earlier = EARLIER.get(effect.name, (two, math.nan))
        low, high = effect.limits
        cells = (f"{two:.1f}", f"{effect.identity:.2f}", f"{stated:.1f}", _number(effect.identity_at(stated)))
        lines.append(_row(effect.name, *cells, _number(earlier), f"{low:+.1f}, {high:+.1f}"))
    return lines


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
