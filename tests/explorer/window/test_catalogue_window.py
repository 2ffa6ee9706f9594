"""The catalogue and opening by address, as a user does: keys and clicks, and once the real thread and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import current_thread

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from explorer.compute import jobs
from explorer.compute.compute_thread import Compute
from explorer.compute.jobs import DownloadModel, FitComponents, Fitted
from explorer.compute.model_host import ModelHost
from explorer.control.controller import Controller
from explorer.control.notify import JobState, Notifier
from explorer.dialogs.address import AddressDialog
from explorer.dialogs.catalogue import HERE, CatalogueDialog
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from generator.hub.catalogue import catalogue, find
from generator.hub.model_store import is_there, path_of
from generator.progress import Job, Progress, finish
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.compute_fixtures import FakeEngine
from tests.support.controller_rig import COMPONENTS
from tests.support.file_server import Behaviour, serving
from tests.support.panel_fixtures import facts
from tests.support.window_fixtures import press

LEFT = Qt.MouseButton.LeftButton
CHURCH = "stylegan2-church-config-f"


@pytest.fixture
def window(qtbot, controller) -> MainWindow:
    session, notifier = Session(Recipe(source=SeedSource(1))), Notifier()
    made = MainWindow(session, controller, notifier, Settings())
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    session.set_model(facts())
    return made


def opened_catalogue(window: MainWindow) -> CatalogueDialog:
    window.menu_actions.catalogue.trigger()
    dialog = window.findChild(CatalogueDialog)
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def rows(dialog: CatalogueDialog) -> list[str]:
    items = (dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount()))
    return [item.text(0) for item in items if not item.isHidden()]


def put_there(name: str) -> None:
    path = path_of(find(name).address)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"model")


def test_typing_finds_a_model_and_shows_what_is_known_of_it(window):
    dialog = opened_catalogue(window)
    assert len(rows(dialog)) == len(catalogue())
    QTest.keyClicks(dialog.search, "churches 256")
    assert rows(dialog) == ["Churches (LSUN)"]
    item = dialog.list.currentItem()
    columns = [item.text(column) for column in range(6)]
    assert columns == ["Churches (LSUN)", "256 px", "StyleGAN2", "357 MB", "", "Nvidia Source Code License-NC"]


def test_the_terms_are_shown_and_must_be_accepted_before_the_download(window, controller):
    dialog = opened_catalogue(window)
    QTest.keyClicks(dialog.search, "church")
    assert "research and evaluation only" in dialog.terms.text()
    assert not dialog.go_on.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    QTest.mouseDClick(dialog.list.viewport(), LEFT, pos=dialog.list.visualItemRect(dialog.list.currentItem()).center())
    assert controller.asked == []
    QTest.keyClick(dialog.accept_terms, Qt.Key.Key_Space)
    assert dialog.go_on.text() == "Download and open"
    QTest.mouseClick(dialog.go_on, LEFT)
    assert controller.asked == [("load_model", (find(CHURCH).address,))]


def test_accepting_the_terms_of_one_model_accepts_no_others(window):
    dialog = opened_catalogue(window)
    QTest.keyClick(dialog.accept_terms, Qt.Key.Key_Space)
    assert dialog.go_on.isEnabled()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert not dialog.accept_terms.isChecked()
    assert not dialog.go_on.isEnabled()


def test_a_model_that_is_here_is_marked_and_opens_at_once(window, controller):
    put_there(CHURCH)
    dialog = opened_catalogue(window)
    QTest.keyClicks(dialog.search, "church")
    assert dialog.list.currentItem().text(4) == HERE
    assert not dialog.accept_terms.isVisible()
    assert dialog.go_on.text() == "Open"
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert controller.asked == [("load_model", (find(CHURCH).address,))]


def test_a_search_that_finds_nothing_offers_nothing(window):
    dialog = opened_catalogue(window)
    QTest.keyClick(dialog.accept_terms, Qt.Key.Key_Space)
    QTest.keyClicks(dialog.search, "unicorns")
    assert rows(dialog) == []
    assert not dialog.go_on.isEnabled()
    assert not dialog.terms.isVisible()
    for _ in "unicorns":
        QTest.keyClick(dialog.search, Qt.Key.Key_Backspace)
    assert dialog.terms.isVisible()


def test_escape_leaves_the_catalogue(window, controller):
    dialog = opened_catalogue(window)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert controller.asked == []
    assert not dialog.isVisible()


def test_the_model_panel_leads_to_the_catalogue(window):
    QTest.mouseClick(window.panels.model.catalogue, LEFT)
    assert window.findChild(CatalogueDialog).isVisible()


def opened_address(window: MainWindow) -> AddressDialog:
    window.menu_actions.open_address.trigger()
    return window.findChild(AddressDialog)


def test_a_typed_address_is_opened(window, controller):
    QGuiApplication.clipboard().clear()
    dialog = opened_address(window)
    assert not dialog.go_on.isEnabled()
    QTest.keyClicks(dialog.address, "ftp://example.org/x")
    assert not dialog.go_on.isEnabled()
    assert "begin with https://" in dialog.verdict.text()
    dialog.address.selectAll()
    QTest.keyClicks(dialog.address, " https://example.org/tiny.pkl")
    QTest.keyClick(dialog.address, Qt.Key.Key_Return)
    assert controller.asked == [("load_model", ("https://example.org/tiny.pkl",))]


@pytest.mark.parametrize(
    ("copied", "shown"),
    [("https://example.org/a.pkl\n", "https://example.org/a.pkl"), ("see https://a.org", ""), ("https://a.org b", "")],
)
def test_an_address_on_the_clipboard_stands_there_already(window, copied, shown):
    QGuiApplication.clipboard().setText(copied)
    assert opened_address(window).address.text() == shown


def test_an_address_of_the_catalogue_leads_to_its_terms_first(window, controller):
    window.asking.open_address(f" {find(CHURCH).address} ")
    assert controller.asked == []
    assert window.findChild(CatalogueDialog).entry is find(CHURCH)


def test_the_progress_of_a_download_is_told_in_megabytes(window):
    window._notifier.progress(
        JobState(
            1,
            DownloadModel("https://models.example/a.pkl"),
            Progress(3_000_000_000, 4_000_000_000, "3000 MB of 4000 MB"),
        )
    )
    assert window.job_bar.text == "Downloading a.pkl 3000 MB of 4000 MB"
    assert window.job_bar._bar.value() / window.job_bar._bar.maximum() == 0.75


# the real thread and a real server --------------------------------------------------------------------------------


@pytest.fixture
def server(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Behaviour]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    behaviour = Behaviour(tiny_checkpoint.read_bytes())
    with serving(behaviour) as address:
        behaviour.address = f"{address}/tiny.safetensors"
        yield behaviour


def no_fit(task: FitComponents, host: ModelHost) -> Job[Fitted]:
    """The work that follows every first frame is not what is looked at here."""
    yield Progress(1, 1, task.title)
    return Fitted("of another model", COMPONENTS)


@pytest.fixture
def live(qtbot, monkeypatch) -> Iterator[MainWindow]:
    """A window on the real compute thread, with a fake engine until a model is downloaded."""
    monkeypatch.setattr(FitComponents, "run", no_fit)
    session, notifier = Session(Recipe(source=SeedSource(1))), Notifier()
    host = ModelHost()
    first = finish(host.switch_to(FakeEngine(), "fake", ()))
    controller = Controller(session, notifier, Compute(host), device="cpu")
    made = MainWindow(session, controller, notifier, Settings())
    qtbot.addWidget(made)
    made.show()
    session.set_model(first)
    yield made
    controller.close()


def type_address(window: MainWindow, address: str) -> None:
    dialog = opened_address(window)
    dialog.address.selectAll()
    QTest.keyClicks(dialog.address, address)
    QTest.keyClick(dialog.address, Qt.Key.Key_Return)


def test_a_model_is_downloaded_opened_and_draws_a_face(qtbot, live, server):
    frames = []
    live._controller.frame_ready.connect(frames.append)
    type_address(live, server.address)
    qtbot.waitUntil(lambda: live._session.facts.name == "tiny", timeout=10_000)
    qtbot.waitUntil(lambda: bool(frames) and frames[-1].pixels.shape == (32, 32, 3), timeout=10_000)
    assert is_there(server.address)
    assert Settings().recent[0] == str(path_of(server.address))


def test_escape_stops_a_download_while_faces_go_on_and_the_next_try_takes_the_rest(qtbot, live, server):
    server.wait_after = len(server.body) // 2
    type_address(live, server.address)
    qtbot.waitUntil(lambda: "of" in live.job_bar.text)
    frames = []
    live._controller.frame_ready.connect(frames.append)
    live._session.new_face()
    qtbot.waitUntil(lambda: bool(frames) and "Downloading" in live.job_bar.text)
    live.activateWindow()
    qtbot.waitUntil(live.isActiveWindow)
    press(live, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not live.job_bar.isVisible())
    assert not is_there(server.address)
    server.wait_after = None
    server.go_on.set()
    type_address(live, server.address)
    qtbot.waitUntil(lambda: live._session.facts.name == "tiny", timeout=10_000)
    assert server.ranges_asked == [None, f"bytes={len(server.body) // 2}-"]


def test_a_failed_download_says_why_and_the_open_model_stays(qtbot, live, server):
    server.status = 404
    before = live._session.facts
    type_address(live, server.address)
    qtbot.waitUntil(live.error_bar.isVisible)
    assert "has no file at this URL" in live.error_bar.sentence
    assert live._session.facts is before


def test_what_comes_is_read_off_the_gui_thread(qtbot, live, server, monkeypatch):
    threads = set()

    def noted(task: DownloadModel, host: ModelHost):
        threads.add(current_thread().name)
        return (yield from really(task, host))

    really = DownloadModel.run
    monkeypatch.setattr(jobs.DownloadModel, "run", noted)
    type_address(live, server.address)
    qtbot.waitUntil(lambda: live._session.facts.name == "tiny", timeout=10_000)
    assert threads == {"compute"}
