"""Exporting the timeline: what is asked, and the job that writes it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from explorer.compute.jobs import ExportVideo
from explorer.control.controller import Controller
from explorer.dialogs.export_video import VideoChoice, ask_how_to_export_video
from explorer.dialogs.files import ask_folder, ask_save, free_name
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.translation import tr

NAME = tr("timeline")  # suggested


class VideoFlow(QObject):
    """Asks how and where to write the timeline of the session, and submits it."""

    def __init__(self, window: QWidget, session: Session, controller: Controller, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._session, self._controller, self._settings = window, session, controller, settings

    @Slot()
    def ask(self) -> None:
        """Ask how to write it, then where."""
        facts = self._session.facts
        if facts is not None:
            side = facts.config.img_resolution
            ask_how_to_export_video(self._window, self._settings, self._session.timeline, side, self._ask_where)

    def _ask_where(self, choice: VideoChoice) -> None:
        save, settings = partial(self._export, choice), self._settings
        if choice.kind.suffix:
            return ask_save(self._window, settings, tr("Export the timeline"), NAME, (choice.kind,), save)
        ask_folder(self._window, settings, tr("Export the timeline"), lambda folder: save(_new_folder(folder)))

    def _export(self, choice: VideoChoice, path: str) -> None:
        timeline = self._session.timeline
        if choice.options.sound and choice.options.sound != timeline.sound:
            timeline = replace(timeline, sound=choice.options.sound)
            self._session.edit_timeline(tr("Sound"), timeline)
        self._controller.submit(ExportVideo(path, timeline, choice.options, choice.fits_sound, choice.on_beats))


def _new_folder(folder: str) -> str:
    """A folder of its own in `folder`, where nothing is yet."""
    return str(Path(folder) / free_name(folder, NAME, ""))
