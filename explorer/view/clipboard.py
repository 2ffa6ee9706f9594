"""What Outis copies to the clipboard and pastes from it. A copied face includes its recipe besides what other programs
can read, so that pasting restores its sliders and not only an image or a latent. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from explorer.messages import Pixels
from explorer.view.qimage import to_image

RECIPE = "application/x-outis-recipe"  # the recipe as JSON


def put_image(pixels: Pixels, recipe: str) -> None:
    """Copy an image and the text of its recipe."""
    data = QMimeData()
    data.setImageData(to_image(pixels))
    _put(data, recipe)


def put_latent(text: str, recipe: str) -> None:
    """Copy a latent as text and the text of its recipe."""
    data = QMimeData()
    data.setText(text)
    _put(data, recipe)


def copied_recipe(data: QMimeData) -> str:
    """The recipe text of what Outis has copied; "" for anything else."""
    return bytes(data.data(RECIPE).data()).decode("utf-8", "replace") if data.hasFormat(RECIPE) else ""


def _put(data: QMimeData, recipe: str) -> None:
    data.setData(RECIPE, recipe.encode())
    QGuiApplication.clipboard().setMimeData(data)
