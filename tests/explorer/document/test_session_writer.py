"""The thread that keeps sessions: the newest of each model wins, nobody waits for it, and closing loses nothing."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from explorer import app
from explorer.document.session import Session
from explorer.document.session_writer import SessionWriter
from explorer.messages import SavedSession
from generator.config import GeneratorConfig
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.panel_fixtures import facts_of


def kept(seed: int, model: str = "a") -> SavedSession:
    return SavedSession(Recipe(model * 64, SeedSource(seed)))


class Disk:
    """A disk that can be held."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.written: list[SavedSession] = []
        self.threads: set[int] = set()

    def write(self, session: SavedSession) -> bool:
        self.begun.set()
        assert self.go_on.wait(30)
        self.threads.add(threading.get_ident())
        self.written.append(session)
        return True


def test_the_newest_of_each_model_is_written_and_those_in_between_are_not() -> None:
    disk = Disk()
    writer = SessionWriter(disk.write)
    writer.put(kept(0))
    assert disk.begun.wait(30)
    for seed in (1, 2, 3):
        writer.put(kept(seed))
    writer.put(kept(4, "b"))
    disk.go_on.set()
    writer.close()
    assert disk.written == [kept(0), kept(3), kept(4, "b")]


def test_what_is_written_is_not_written_again_and_what_failed_is() -> None:
    tried: list[SavedSession] = []
    done = threading.Semaphore(0)

    def write(session: SavedSession) -> bool:
        tried.append(session)
        done.release()
        if len(tried) == 1:
            raise ValueError("a fault of ours")
        return len(tried) > 2

    writer = SessionWriter(write)
    for _ in range(3):
        writer.put(kept(0))
        assert done.acquire(timeout=30)
    writer.put(kept(0))
    writer.close()
    assert tried == [kept(0)] * 3


def test_the_gui_thread_never_waits_for_the_disk_until_the_window_closes(qtbot: QtBot, monkeypatch) -> None:
    class Window(QObject):
        closing = Signal()

    disk = Disk()
    monkeypatch.setattr(app, "keep", disk.write)
    session, window = Session(Recipe(source=SeedSource(3)), resumes=True), Window()
    keeper = app.Autosaver(session, window)  # type: ignore[arg-type]
    session.set_model(facts_of(GeneratorConfig(256, z_dim=8, w_dim=8)))
    for seed in range(20):
        session.edit("Seed", session.face_of(seed))
        keeper.keep_now()  # comes back, though nothing can be written
    assert disk.begun.wait(30)
    disk.go_on.set()
    window.closing.emit()
    assert disk.written[-1].recipe == session.recipe
    assert threading.get_ident() not in disk.threads
