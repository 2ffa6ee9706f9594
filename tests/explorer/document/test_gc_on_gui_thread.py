"""Cycles are collected on the GUI thread, never on the thread that happened to make one object too many."""

from __future__ import annotations

import gc
import threading
import weakref

from pytestqt.qtbot import QtBot

from explorer.document.gc_on_gui_thread import GarbageOnGuiThread


class Cycle:
    """Refers to itself, so only the collector frees it; notes on which thread that was."""

    ended_on: list[threading.Thread] = []  # noqa: RUF012  (shared on purpose)

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        Cycle.ended_on.append(threading.current_thread())


def make_many_cycles() -> None:
    for _ in range(20 * gc.get_threshold()[0]):
        Cycle()


def test_cycles_made_on_another_thread_end_on_the_gui_thread(qtbot: QtBot) -> None:
    Cycle.ended_on.clear()
    garbage = GarbageOnGuiThread()
    maker = threading.Thread(target=make_many_cycles)
    maker.start()
    maker.join()
    assert Cycle.ended_on == []
    qtbot.waitUntil(lambda: len(Cycle.ended_on) > 0, timeout=30_000)
    garbage.stop()
    assert set(Cycle.ended_on) == {threading.main_thread()}


def test_automatic_collection_comes_back_afterwards(qtbot: QtBot) -> None:
    assert gc.isenabled()
    garbage = GarbageOnGuiThread()
    assert not gc.isenabled()
    garbage.stop()
    assert gc.isenabled()
    cycle = weakref.ref(Cycle())
    gc.collect()
    assert cycle() is None


def test_of_several_the_last_to_stop_restores_the_collection(qapp) -> None:
    first, second = GarbageOnGuiThread(), GarbageOnGuiThread()
    first.stop()
    assert not gc.isenabled()
    second.stop()
    second.stop()
    assert gc.isenabled()
