"""Any images -> a data set to train on: read, judged, cropped square and written once a resolution.

`preparing` makes a data set, `ImageSet.open` reads one.
"""

from __future__ import annotations

from generator.training.data.image_set import ImageSet
from generator.training.data.options import DataOptions
from generator.training.data.preparation import preparing
from generator.training.data.report import PreparationReport

__all__ = ["DataOptions", "ImageSet", "PreparationReport", "preparing"]
