"""The window: the face in the middle, the panels around it, and everything the user can ask for.

It asks the controller and shows what the controller and the notifier announce; it processes no file, model or image
itself.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QToolBar, QVBoxLayout, QWidget

from explorer.compute.jobs import FitComponents
from explorer.control.controller import Controller
from explorer.control.frame_times import FrameTime
from explorer.control.notify import JobState, Notifier
from explorer.dialogs.confirm_close import ask_to_close
from explorer.document.session import Session
from explorer.library.library import Library
from explorer.messages import Failure, ModelFacts, RenderResult
from explorer.settings import Settings
from explorer.training.trainings import Trainings
from explorer.translation import tr
from explorer.view.image_view import ImageView
from explorer.widgets.elided_label import ElidedLabel
from explorer.widgets.error_bar import ErrorBar
from explorer.widgets.file_drop import DropOverlay
from explorer.widgets.frame_readout import FrameReadout
from explorer.widgets.job_bar import JobBar
from explorer.widgets.theme import icon, pad_spin_boxes
from explorer.widgets.undo_notice import UndoNotice
from explorer.window.actions import Actions, enable
from explorer.window.clean_faces import CleanFaces
from explorer.window.closer_flow import CloserFlow
from explorer.window.dialog_flow import DialogFlow
from explorer.window.docks import Docks, Panels
from explorer.window.edit_flow import EditFlow
from explorer.window.favourites import Favourites
from explorer.window.flow import Services
from explorer.window.grab_flow import GrabFlow
from explorer.window.measure_flow import MeasureFlow
from explorer.window.menus import fill_menus
from explorer.window.people_flow import PeopleFlow
from explorer.window.project_flow import ProjectFlow
from explorer.window.recent_menu import RecentMenu
from explorer.window.studio_flow import StudioFlow
from explorer.window.table_flow import TableFlow
from explorer.window.timeline_flow import TimelineFlow
from explorer.window.toolbar import make_before_button, make_toolbar
from explorer.window.watchers import Watchers
from explorer.window.window_title import window_title

FIRST_SIZE = QSize(1320, 720)  # px; fits a screen of 1366x768 with its task bar
FRAME = QSize(8, 36)  # px that the title bar and borders may take
SAID_MS = 5000  # good news stays this long
_DROP_HINT = tr("Drop a project, model, picture, recipe, latent or direction")
_FIRST_HINT = tr("Space: another face   ·   drag a slider: change this one   ·   hold B: before   ·   K: keep it")


class MainWindow(QMainWindow):
    """The one window of the program."""

    closing = Signal()  # the user has been asked, and nothing is waited for yet

    def __init__(
        self,
        session: Session,
        controller: Controller,
        notifier: Notifier,
        settings: Settings,
        library: Library | None = None,
    ) -> None:
        super().__init__()
        self._session, self._controller, self._notifier, self._settings = session, controller, notifier, settings
        self._unasked = False  # close without asking
        self.setWindowTitle("Outis")
        self.setWindowIcon(icon("new-face"))
        self.view = ImageView()
        self.error_bar, self.hint = ErrorBar(), ElidedLabel(_FIRST_HINT, alignment=Qt.AlignmentFlag.AlignCenter)
        self.hint.setObjectName("firstHint")
        self.hint.setMinimumWidth(1)  # it must not widen the window
        self.library = library or Library(parent=self)
        self.panels = Panels.of(session, self.library)
        self._make_flows()
        self.menu_actions = Actions(self, session.undo_stack)
        self.docks = Docks(self, self.panels)
        self.toolbar = self._make_toolbar()
        self.readout, self.job_bar, self.undo_notice = FrameReadout(), JobBar(), UndoNotice()
        self._lay_out()
        self._make_menus()
        self._connect_actions()
        self._connect_messages()
        self._watch_controls()
        enable(self.menu_actions.need_a_face, False)
        self._restore()
        self.view.setFocus()

    # building -------------------------------------------------------------------------------------------------

    def _make_flows(self) -> None:
        session, controller, notifier, settings = self._session, self._controller, self._notifier, self._settings
        self.favourites = Favourites(self, session, settings, self.panels.directions)
        self.projects = ProjectFlow(self, session, self.library, notifier, settings)
        services = Services(self, session, self.library, controller, notifier, settings)
        self.edits = EditFlow(services)
        self.grabs = GrabFlow(self, self.view, session, controller, notifier)
        self.faces = TableFlow(services, self.view)
        self.measuring = MeasureFlow(session, controller, self.panels.measures)
        self.inspecting = CloserFlow(self.view, session, controller, settings, self.panels.closer)
        self.clean = CleanFaces(session, controller, notifier, settings, self.panels.closer)
        self.asking = DialogFlow(self, session, controller, notifier, settings)
        self.studio = StudioFlow(services)
        self.people = PeopleFlow(services, self.faces)
        self.timelines = TimelineFlow(services, self.view, self.faces)
        self.trainings = Trainings(self, controller, notifier, settings)

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.error_bar)
        column.addWidget(self.faces.stage, 1)
        column.addWidget(self.favourites.bar)
        column.addWidget(self.hint)
        self.setCentralWidget(middle)
        status = self.statusBar()
        status.setSizeGripEnabled(False)
        status.setMinimumHeight(self.job_bar.sizeHint().height())  # so that nothing moves when a job begins or ends
        status.addWidget(self.undo_notice)
        status.addWidget(self.job_bar)
        status.addPermanentWidget(self.readout)
        self._overlay = DropOverlay(_DROP_HINT, self)

    def _make_toolbar(self) -> QToolBar:
        self.before = make_before_button()
        self.before.pressed.connect(partial(self._hold_before, True))
        self.before.released.connect(partial(self._hold_before, False))
        bar = make_toolbar(self.menu_actions, self.before)
        self.addToolBar(bar)
        return bar

    def _make_menus(self) -> None:
        self.recent = RecentMenu(self._settings, self._notifier, self)
        self.recent.chosen.connect(self.asking.open_path)
        fill_menus(self.menuBar(), self.menu_actions, self.recent, self.docks, self.trainings)

    def _connect_actions(self) -> None:
        actions, controller, asking = self.menu_actions, self._controller, self.asking
        for action in self.actions():  # before the action: it is about the previous step, and this one may fail
            action.triggered.connect(self.error_bar.hide)
        self.timelines.connect_to(actions, self.panels, self.docks)  # first: the picture may show a moment of it
        actions.new_face.triggered.connect(self._new_face)
        actions.reset.triggered.connect(self._reset)
        actions.compare.triggered.connect(self._compare)
        actions.copy_latent.triggered.connect(controller.copy_latent)
        actions.cancel.triggered.connect(controller.cancel_job)
        actions.fit.triggered.connect(self.view.fit)
        actions.actual_size.triggered.connect(self.view.show_actual_size)
        actions.search.triggered.connect(self._search_directions)
        actions.reset_layout.triggered.connect(self.docks.arrange)
        actions.panels.triggered.connect(self.docks.toggle)
        actions.panels.triggered.connect(self._take_focus)  # from a hidden control
        actions.full_screen.triggered.connect(self._fill_screen)
        actions.quit.triggered.connect(self.close)
        asking.connect_to(actions, self.panels.source)
        self.projects.connect_to(actions, controller)
        open_looks = partial(self.docks.open, self.docks.looks)
        self.edits.connect_to(actions, self.panels.looks, self.view, open_looks, asking.for_file)
        self.studio.connect_to(actions)
        self.people.connect_to(actions)
        self.studio.connect_panel(self.panels.directions)
        asking.faces_kept.connect(self.edits.keep_drawn)
        self.grabs.connect_to(actions)
        self.faces.connect_to(actions, self.panels, self.projects.recorder, self.edits)
        self.faces.export_wished.connect(asking.exports.for_faces)
        self.view.copy_asked.connect(asking.exports.copy_image)
        self.view.export_asked.connect(asking.exports.for_image)
        self.panels.model.open_model_asked.connect(asking.for_file)
        self.panels.model.catalogue_asked.connect(asking.for_catalogue)
        self.panels.directions.refit_asked.connect(controller.fit_components)
        self.trainings.model_wanted.connect(asking.open_path)
        self.job_bar.cancel_asked.connect(controller.cancel_job)

    def _connect_messages(self) -> None:
        controller, notifier = self._controller, self._notifier
        controller.frame_ready.connect(self._show_frame)
        self.projects.title_changed.connect(self._show_title)
        controller.before_ready.connect(self._show_before)
        controller.pinned_changed.connect(self._show_pinned)
        controller.thumbnail_ready.connect(self._show_thumbnail)
        controller.timed.connect(self._show_speed)
        controller.late.connect(self.readout.show_late)
        controller.late.connect(self.view.show_rendering)
        controller.file_offered.connect(self.asking.how_to_apply)
        controller.latents_found.connect(self.asking.which_latent)
        controller.file_read.connect(self.error_bar.hide)
        controller.file_read.connect(self._settings.add_recent)
        notifier.failed.connect(self._show_failure)
        notifier.said.connect(self._say)
        notifier.undo_offered.connect(self._offer_undo)
        self.undo_notice.undo_asked.connect(self._session.undo_stack.undo)
        self._session.undo_stack.indexChanged.connect(self.undo_notice.hide)  # it is not the last step now
        notifier.progressed.connect(self._show_job)
        self._session.model_changed.connect(self._adopt_model)
        for changed in (self._session.recipe_changed, self._session.file_opened, self._session.classes_changed):
            changed.connect(self._show_title)
        self._session.locked_changed.connect(self.statusBar().clearMessage)  # it may say "locked"

    def _watch_controls(self) -> None:
        for dock in self.docks.all:
            dock.topLevelChanged.connect(self._take_focus)  # else a button would get it, for Space to press
        pad_spin_boxes(self)
        watchers = Watchers(self, self.docks.all, self.view)
        watchers.drop.hovering.connect(self._overlay.setVisible)
        watchers.drop.dropped.connect(self.asking.open_first)
        watchers.hold.held.connect(self._hold_before)

    @Slot()
    def _take_focus(self) -> None:
        self.view.setFocus()

    # what the controller and the notifier announce ------------------------------------------------------------

    @Slot(object)
    def _adopt_model(self, facts: ModelFacts) -> None:
        self.error_bar.hide()
        self.projects.say_again()
        height, width = facts.config.image_size
        self.view.set_resolution(height)
        notice = facts.notice or facts.remark
        self.readout.show_model(max(height, width), facts.device, facts.precision, notice)
        self.docks.offer_transform(facts.config.has_transform)
        self._settings.add_recent(facts.path)
        self._show_title()

    @Slot(object)
    def _show_frame(self, result: RenderResult) -> None:
        self.view.show_frame(result.pixels)
        self.panels.times.add_frame(result)
        self.panels.directions.set_coordinates(result.coordinates, result.request.recipe)
        self.panels.source.set_frame(result)
        if not self.menu_actions.new_face.isEnabled():
            enable(self.menu_actions.need_a_face, True)

    @Slot(object)
    def _show_before(self, result: RenderResult | None) -> None:
        self.view.show_before(None if result is None else result.pixels)

    @Slot(object)
    def _show_pinned(self, result: RenderResult | None) -> None:
        self.view.show_pinned(None if result is None else result.pixels)
        self.menu_actions.compare.setChecked(result is not None)
        if result is not None:
            self.view.setFocus()  # the arrow keys move the divider

    @Slot(object)
    def _show_thumbnail(self, result: RenderResult) -> None:
        self.panels.mixing.set_thumbnail(result.request.role, result.pixels)

    @Slot(object)
    def _show_speed(self, time: FrameTime) -> None:
        self.readout.show_speed(time.milliseconds, time.frames_per_second)

    @Slot(object)
    def _show_failure(self, failure: Failure) -> None:
        self.error_bar.show_error(failure.sentence, failure.details)

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self.statusBar().showMessage(sentence, SAID_MS)

    @Slot(str)
    def _offer_undo(self, sentence: str) -> None:
        self.statusBar().clearMessage()  # it would hide the notice
        self.undo_notice.show_notice(sentence)

    @Slot(object)
    def _show_job(self, state: JobState | None) -> None:
        self.menu_actions.cancel.setEnabled(state is not None and state.cancellable)
        self.view.expect_face(state is not None or self._session.facts is not None)
        if state is None:
            self.job_bar.hide()
            self.panels.directions.set_progress("")
            return
        progress = state.progress
        self.job_bar.show_job(state.title, progress.done, progress.total, state.cancellable, progress.text)
        if isinstance(state.task, FitComponents):
            share = f" {progress.done / progress.total:.0%}" if progress.total else ""
            self.panels.directions.set_progress(f"{state.title} …{share}")

    @Slot()
    def _show_title(self) -> None:
        self.setWindowTitle(window_title(self._session, self.projects.name))

    # what the user does ---------------------------------------------------------------------------------------

    @Slot()
    def _search_directions(self) -> None:
        self.docks.open(self.docks.directions)
        self.panels.directions.focus_search()

    @Slot(bool)
    def _fill_screen(self, on: bool) -> None:
        """Restore the state before full screen, maximised or not, by clearing its bit."""
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(self.windowState() | full if on else self.windowState() & ~full)

    @Slot(bool)
    def _compare(self, on: bool) -> None:
        if on:
            self._controller.pin()
        else:
            self._controller.unpin()

    @Slot(bool)
    def _hold_before(self, held: bool) -> None:
        if not held or self.menu_actions.new_face.isEnabled():
            self._controller.show_before(held)

    @Slot()
    def _reset(self) -> None:
        if self._session.recipe == self._session.neutral:
            return self._notifier.say(tr("This face has no edits."))
        self._session.reset()
        self._notifier.offer_undo(tr("All edits removed."))

    @Slot()
    def _new_face(self) -> None:
        if self._session.locked:
            self._notifier.say(tr("The source is locked; unlock it for a new face."))
        self.clean.new_face()
        if self.hint.isVisible():
            self.hint.hide()
            self._settings.hint_seen = True

    # the window itself ----------------------------------------------------------------------------------------

    def _restore(self) -> None:
        """Restore the window's last geometry, or at first fit it to a small screen."""
        if not self.restoreGeometry(self._settings.geometry):
            self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self.restoreState(self._settings.docks)
        self.docks.offer_transform(False)
        self.hint.setVisible(not self._settings.hint_seen)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            QTimer.singleShot(0, self, self.docks.settle)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:  # the desktop can change it as well
            self.menu_actions.full_screen.setChecked(self.isFullScreen())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._overlay.setGeometry(self.rect())

    def leave(self) -> None:
        """Close without asking; a running training is saved first."""
        self._unasked = True
        self.trainings.leave()

    def _keeps_open_for_sheet(self) -> bool:
        """Whether Outis must stay open because faces or a contact sheet are being written; asks the user what to do."""
        if self._unasked or not self._controller.makes_sheet:
            return False
        writing = tr("Faces, a contact sheet or a video are being written.")
        ask_to_close(self, writing, tr("If you quit now, they will be discarded."), self.leave)
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save the layout, stop the compute thread and close; a training is saved first."""
        if self.trainings.keep_open() or self._keeps_open_for_sheet():
            event.ignore()
            return
        self.trainings.discard_window()
        self._settings.geometry = self.saveGeometry()
        corner = self.view.mapTo(self, QPoint())
        self._settings.view = corner.x(), corner.y(), self.view.width(), self.view.height()
        self.docks.bring_back()
        self._settings.docks = self.saveState()
        self.closing.emit()
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self.hide()  # the current step may take seconds, which nobody needs to watch
        self._controller.close()
        super().closeEvent(event)
