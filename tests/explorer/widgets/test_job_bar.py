"""The bar of the running job shares the status bar with messages: neither is painted over the other."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMainWindow, QStatusBar
from pytestqt.qtbot import QtBot

from explorer.widgets.job_bar import JobBar


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def status(window: QMainWindow) -> QStatusBar:
    return window.statusBar()


@pytest.mark.parametrize("runs_before", [True, False])
def test_a_job_gives_its_place_to_a_message_and_takes_it_when_that_ends(status: QStatusBar, runs_before: bool) -> None:
    bar = JobBar()
    status.addWidget(bar)
    if runs_before:
        bar.show_job("Reading", 1, 10, cancellable=True)
        assert bar.isVisible()
    status.showMessage("Saved face.png")
    bar.show_job("Reading", 2, 10, cancellable=True)
    assert not bar.isVisible()
    status.clearMessage()
    assert bar.isVisible()


def test_a_job_that_ended_under_a_message_stays_away(status: QStatusBar) -> None:
    bar = JobBar()
    status.addWidget(bar)
    bar.show_job("Reading", 1, 10, cancellable=True)
    status.showMessage("Saved face.png")
    bar.hide()
    status.clearMessage()
    assert not bar.isVisible()
