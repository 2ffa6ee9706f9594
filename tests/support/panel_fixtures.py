"""What the tests of the panels share: a session with a model, and hands on the mouse."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.messages import Components, ModelFacts
from explorer.panels.directions_panel import DirectionsPanel
from generator.config import GeneratorConfig
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Recipe, pack

W_DIM = 8

COMPONENTS, MAP = 1, 2  # tabs of the directions


def direction(name: str, number: int, first: int = 0, last: int = 99) -> Direction:
    """A direction whose vector is its own."""
    return Direction(
        name, pack(np.eye(W_DIM, dtype=np.float32)[number % W_DIM] * (1 + number)), Layers.span(first, last)
    )


NAMED = (
    NamedDirection(direction("age", 100), "Age", "younger", "older", "measured by a model of age"),
    NamedDirection(direction("yaw", 101, 0, 3), "Pose", "left", "right", "yaw of the head from landmarks"),
    NamedDirection(direction("hair", 102, 4, 9), "Hair colour", "dark", "fair", "pixels above the forehead"),
)


def facts(c_dim: int = 0, resolution: int = 256) -> ModelFacts:
    return facts_of(GeneratorConfig(resolution, z_dim=W_DIM, c_dim=c_dim, w_dim=W_DIM))


def facts_of(config: GeneratorConfig) -> ModelFacts:
    """Facts of a model of any family."""
    return ModelFacts(1, "faces.safetensors", "faces", "f" * 64, config, "cpu", "float32", named=NAMED)


def components(count: int = 64) -> Components:
    """`count` components that explain less and less, and a cloud of 100 faces."""
    explained = np.float32(0.5) ** np.arange(1, count + 1, dtype=np.float32)
    cloud = np.random.RandomState(0).randn(100, count).astype(np.float32)
    return Components(tuple(direction(f"pc{i}", i) for i in range(count)), explained, cloud)


def session(c_dim: int = 0, recipe: Recipe | None = None) -> Session:
    made = Session(recipe)
    made.set_model(facts(c_dim))
    return made


@dataclass
class Recipes:
    """Every recipe that a session announces."""

    of: Session
    seen: list[Recipe] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.of.recipe_changed.connect(self.seen.append)


def directions_panel(qtbot: QtBot, doc: Session, tab: int = 0) -> DirectionsPanel:
    """It, shown and built to its end."""
    panel = DirectionsPanel(doc)
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.tabs.setCurrentIndex(tab)
    panel.show()
    qtbot.waitExposed(panel)
    qtbot.waitUntil(lambda: panel.components.list.complete)
    return panel


def drag(widget: QWidget, start: QPoint, *stops: QPoint) -> None:
    """Press at `start`, move over the stops and let go at the last."""
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    for stop in stops:
        QTest.mouseMove(widget, stop)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=stops[-1])


def type_number(control: QWidget, text: str) -> None:
    """Type `text` into the control's entry and press Enter."""
    entry = control if isinstance(control, QLineEdit) else control.findChild(QLineEdit)
    assert entry is not None
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, text)
    QTest.keyClick(entry, Qt.Key.Key_Return)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
