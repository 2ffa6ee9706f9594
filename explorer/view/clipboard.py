"""What Outis puts on the clipboard and takes from it. A copied face carries its recipe besides what others can read,
so that pasting brings back its sliders and not a picture or a latent without a past. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from explorer.messages import Pixels
from explorer.view.qimage import to_image

RECIPE = "application/x-outis-recipe"  # the recipe as JSON


def put_image(pixels: Pixels, recipe: str) -> None:
    """A picture and the text of its recipe."""
    data = QMimeData()
    data.setImageData(to_image(pixels))
    _put(data, recipe)


def put_latent(text: str, recipe: str) -> None:
    """A latent as text and the text of its recipe."""
    data = QMimeData()
    data.setText(text)
    _put(data, recipe)


def copied_recipe(data: QMimeData) -> str:
    """The text of the recipe of what Outis copied; "" for anything else."""
    return bytes(data.data(RECIPE).data()).decode("utf-8", "replace") if data.hasFormat(RECIPE) else ""


def _put(data: QMimeData, recipe: str) -> None:
    data.setData(RECIPE, recipe.encode())
    QGuiApplication.clipboard().setMimeData(data)
