"""What measures faces on the compute thread: its networks are loaded once, when they are first needed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

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
    """Every measure by its name, in the order of the catalogue."""
    from generator.attributes.catalogue import MEASURES

    return {measure.name: measure for measure in MEASURES}
