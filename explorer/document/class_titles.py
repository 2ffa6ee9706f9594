"""What the classes of models are called, wherever a face is named: faces of several models lie beside each other.

It grows by one entry for each model that was open. GUI thread only.
"""

from __future__ import annotations

from generator.recipe.class_names import ClassNames

_known: dict[str, ClassNames] = {}  # by the hash of the model


def remember(model: str, names: ClassNames) -> None:
    """Call the classes of `model` so from now on."""
    _known[model] = names


def class_title(model: str, label: int) -> str:
    """ "207 golden retriever", or "207" where the names are not known."""
    return _known.get(model, ClassNames()).title(label)
