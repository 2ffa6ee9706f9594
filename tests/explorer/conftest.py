"""A controller on a fake engine, for all that is tested of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.support.controller_rig import Rig, idle_rig, with_model


@pytest.fixture
def idle(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """No model yet."""
    with idle_rig(monkeypatch) as made:
        yield made


@pytest.fixture
def rig(qtbot: QtBot, idle: Rig) -> Rig:
    """A model is open, its first face shown, no frame and no job running."""
    return with_model(qtbot, idle)
