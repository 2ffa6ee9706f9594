"""Files that people take for directions and that are something else: each is refused by its name."""

from __future__ import annotations

import re

import numpy as np

from generator.directions.foreign.contents import Contents
from generator.errors import DirectionError

LATENTS = ("latent", "latents", "w_plus", "dlatent", "dlatents", "projected_w", "ws", "latent_avg")
_NETWORKS = ("G_ema", "g_ema", "G", "generator", "params_ema", "generator_ema")
LEAST_STYLES = 9  # arrays of a list that may be of styles: those of a 32 px model
MOST_ROWS = 30  # of an array that may be rows of layers
MODEL = "it holds a model, not directions; open it with --model."
_STYLES = "it holds styles (S, StyleSpace), which Outis does not draw; it moves faces in W."


def refuse(contents: Contents) -> None:
    """Raise `DirectionError` if the file is known to hold something else than directions."""
    if isinstance(contents.value, dict):
        _refuse_dictionary(contents.value)
    elif isinstance(contents.value, list):
        _refuse_list(contents.value)
    elif contents.form == "text" and isinstance(contents.value, str):
        _refuse_text(contents)
    if contents.path.stem.startswith("style_vect_mean_"):
        raise DirectionError(_STYLES)


def _refuse_dictionary(value: dict[str, object]) -> None:
    names = set(value)
    state = value.get("state_dict")
    if isinstance(state, dict) and any("mapper" in name for name in state):
        raise DirectionError(
            "it holds a mapper network of StyleCLIP, which finds another move for every face; it is not one direction."
        )
    if {"X_comp", "X_mean"} <= names:
        raise DirectionError(
            "it holds principal components of P space (w before its last activation, as II2S and Barbershop use it); "
            "a straight line there is a bent one in W, which Outis moves in."
        )
    if _is_network(value):
        raise DirectionError(MODEL)
    inner = next((held for held in value.values() if isinstance(held, dict)), value)
    if set(inner) & set(LATENTS):
        raise DirectionError("it holds a latent (a face), not a direction; open it with --recipe beside its model.")


def _is_network(value: dict[str, object]) -> bool:
    weights = [name for name in value if name.endswith((".weight", ".bias"))]
    return len(weights) > 8 or any(not isinstance(value.get(name, 0), int | np.ndarray) for name in _NETWORKS)


def _refuse_list(value: list[object]) -> None:
    """Styles are a list of one array a layer; in StyleSpace's files a pair of such lists, or names and such a list."""
    held = value[1] if len(value) == 2 and isinstance(value[1], list) else value
    arrays = [item for item in held if isinstance(item, np.ndarray) and item.ndim]
    if len(arrays) < len(held) or len(held) < LEAST_STYLES:
        return
    widths, heights = {item.shape[-1] for item in arrays}, {len(item) for item in arrays}
    if len(widths) > 1 or max(heights) > MOST_ROWS:
        raise DirectionError(_STYLES)


def _refuse_text(contents: Contents) -> None:
    text = str(contents.value)
    head = text[:2000].splitlines()[0] if text.strip() else ""
    if re.fullmatch(r"\s*,?\s*channel\s*,\s*strength\s*.*", head):
        raise DirectionError(_STYLES)
    if re.match(r"conv\d_(m|vari)_b\d+", contents.path.stem):
        raise DirectionError("it holds statistics of feature maps, not a direction.")
    numbers = text[:20_000].split()
    if len(numbers) > 8 and all(re.fullmatch(r"[-+0-9.eE]+", word) for word in numbers[:64]):
        raise DirectionError("it is a column of numbers, as tools write z (a face); save a direction with numpy.save.")


def nothing_found(contents: Contents) -> DirectionError:
    """What to say of a file in which no reader found a direction."""
    value = contents.value
    if isinstance(value, dict):
        return DirectionError(f"it holds no direction: its values are {', '.join(map(str, value))[:200] or 'none'}.")
    kind = "a list" if isinstance(value, list) else "text" if isinstance(value, str) else "something else"
    return DirectionError(f"it holds {kind}, no direction; save the direction with numpy.save.")
