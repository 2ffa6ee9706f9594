"""What measures faces on the compute thread: its networks are loaded once, when they are first needed."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from explorer.compute.measure_words import GROUPS, WORDS

if TYPE_CHECKING:
    from generator.attributes.attribute_model import FaceMeasurer
    from generator.attributes.catalogue import Measure


@lru_cache(maxsize=1)
def measurer() -> FaceMeasurer:
    """The measurer of every measure that the installed packages allow."""
    from generator.attributes.attribute_model import FaceMeasurer

    return FaceMeasurer()


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Measure]:
    """Every measure by its name, in the order of the catalogue, with the words of the user's language."""
    from generator.attributes.catalogue import MEASURES

    return {measure.name: _translated(measure) for measure in MEASURES}


def _translated(measure: Measure) -> Measure:
    title, low, high, meaning = WORDS[measure.name]
    return replace(measure, title=title, low=low, high=high, meaning=meaning, group=GROUPS[measure.group])
