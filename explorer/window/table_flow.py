"""The faces of the project in the window: the light table, the strips, and what is opened, compared and dragged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.compute.jobs import DrawPictures, WriteFaces
from explorer.document.face_names import OpenedFile, file_stem
from explorer.library.history_recorder import HistoryRecorder
from explorer.messages import ModelFacts, PictureDrawn
from explorer.panels.history_panel import HistoryPanel
from explorer.table.compare_view import CompareView
from explorer.table.culling_view import CullingView
from explorer.table.drag_out import DraggedFaces, FilePromise, drag
from explorer.table.faces import title
from explorer.table.light_table import LightTable
from explorer.table.wishes import OF_PEOPLE, Wish
from explorer.translation import tr
from explorer.view.image_view import ImageView
from explorer.view.qimage import to_image
from explorer.view.tools import Wipe
from explorer.window.actions import Actions
from explorer.window.docks import Panels
from explorer.window.edit_flow import EditFlow
from explorer.window.flow import Flow, Services
from explorer.window.table_editing import Ids, TableEditing
from explorer.window.unusual_faces import UnusualFaces
from generator.errors import RecipeError
from generator.project.face import Face
from generator.recipe.recipe import Recipe

FOLLOW_MS = 400  # after a change, the history knows which of its faces is shown


class TableFlow(Flow):
    """Connects the views of faces with the session, the library and the controller. `stage` is what is in the middle of
    the window: the picture, the light table or the comparison."""

    export_wished = Signal(object, str)  # tuple of faces; the name of the look that was applied last
    people_asked = Signal(object, object)  # Wish of `OF_PEOPLE`, ids

    def __init__(self, services: Services, view: ImageView) -> None:
        super().__init__(services)
        self._view, library = view, self._library
        self.editing = TableEditing(self._window, self._session, library, self._notifier)
        self.table, self.compare = LightTable(library), CompareView(library)
        self.unusual = UnusualFaces(self.table, self._session, library, self._controller)
        self.culling: CullingView | None = None
        self.stage = QStackedWidget()
        for page in (view, self.table, self.compare):
            page.setMinimumWidth(200)  # no page may widen the window
            self.stage.addWidget(page)
        self._awaited: int | None = None  # a face to open once its model is
        self._peek: int | None = None  # the face peeked at
        self._pair: tuple[int, int] | None = None  # two faces wiped against each other
        self._connect()

    def _connect(self) -> None:
        grid, editing = self.table.grid, self.editing
        grid.opened.connect(self.open)
        grid.marked.connect(self._library.mark)
        grid.stars_given.connect(editing.give_stars)
        grid.rejecting.connect(editing.reject)
        grid.deleting.connect(editing.delete)
        grid.bringing_back.connect(editing.bring_back)
        grid.moved.connect(editing.move)
        grid.refused.connect(editing.refuse)
        grid.wished.connect(self._do)
        grid.files_wanted.connect(self._write)
        self.compare.closed.connect(self.show_table)
        self.compare.opened.connect(self.open)
        self.compare.pictures_wanted.connect(self._draw)
        self._controller.picture_drawn.connect(self._take_picture)
        self._controller.pinned_changed.connect(self._end_pair)
        self._library.marked_changed.connect(grid.mark)
        self._library.opened.connect(self._adopt_project)
        self._library.thumbnail_ready.connect(self._show_peek)
        self._library.reset.connect(self._forget)
        self._session.model_changed.connect(self._adopt_model)
        self._session.recipe_changed.connect(self._end_pair)
        self._view.drag_asked.connect(self._drag_picture)

    def connect_to(self, actions: Actions, panels: Panels, recorder: HistoryRecorder, edits: EditFlow) -> None:
        """Connect the actions of the light table and the strips below the picture."""
        history, faces, self._edits = panels.history, panels.faces, edits
        self._action, self._compare = actions.light_table, actions.compare
        actions.export_faces.triggered.connect(self._export_all)
        actions.light_table.triggered.connect(self._switch)
        actions.grab.triggered.connect(self.show_picture)  # of which it takes hold
        history.restore.connect(self.restore)
        history.wipe.connect(self.wipe)
        history.kept.connect(self.editing.keep)
        faces.opened.connect(self.restore)
        faces.marked.connect(self._library.mark)
        self._library.marked_changed.connect(faces.strip.mark)
        for panel in (history, faces):
            panel.peeked.connect(self.peek)
            panel.strip.files_wanted.connect(self._write)
        self._following = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._following.timeout.connect(partial(self._follow, history, recorder))
        self._session.recipe_changed.connect(self._following.start)

    # pages ----------------------------------------------------------------------------------------------------

    @Slot(bool)
    def _switch(self, to_table: bool) -> None:
        if to_table:
            self.show_table()
        else:
            self.show_picture()

    @Slot()
    def show_table(self) -> None:
        self._show(self.table)

    @Slot()
    def show_picture(self) -> None:
        """The face itself."""
        self._show(self._view)

    def _show(self, page: QWidget) -> None:
        self._controller.cancel(DrawPictures)
        self._end_peek()
        self.stage.setCurrentWidget(page)
        self._action.setChecked(page is not self._view)
        page.setFocus()

    # faces ----------------------------------------------------------------------------------------------------

    @Slot(object)
    def open(self, id: int) -> None:
        """Show a face in the middle of the window, as an undo step."""
        if self.restore(id):
            self.show_picture()

    @Slot(object)
    def restore(self, id: int) -> bool:
        """Make a face the one that is edited; False if it is another model's, damaged or gone."""
        if not self._library.has(id):
            return False  # the history has dropped it meanwhile
        face = self._library.face(id)
        recipe = self._own(face)
        if recipe is None:
            self._open_model_of(face)
            return False
        if face.name:  # for the title, and for the name of its exported file
            self._session.remember_file(face.name, recipe)
        self._session.edit(tr("Show {name}", name=title(face)), recipe)
        return True

    def _own(self, face: Face) -> Recipe | None:
        """The recipe of a face for the open model; None if it belongs to another one, or is damaged."""
        facts = self._session.facts
        if facts is None or face.model not in ("", facts.hash):
            return None
        try:
            return replace(face.recipe, model=facts.hash)
        except RecipeError as error:
            self._notifier.say(str(error))
            return None

    def _open_model_of(self, face: Face) -> None:
        """Open the model of a face if it is known where it is; the face follows."""
        facts, path = self._session.facts, self._settings.model_with(face.model)
        if facts is not None and face.model in ("", facts.hash):
            return  # it is damaged, which was said
        if not path:
            return self._notifier.say(tr("This face belongs to a model that was never open here; open that one first."))
        self._awaited = face.id
        self._notifier.say(tr("Opening {model}, to which this face belongs.", model=self._name(face.model)))
        self._controller.load_model(path)

    @Slot(object)
    def _adopt_model(self, facts: ModelFacts) -> None:
        self._settings.remember_model(facts.hash, facts.path)
        self.table.set_model(facts.hash, self._name)
        awaited, self._awaited = self._awaited, None
        if awaited is not None and self._library.has(awaited) and self._library.face(awaited).model == facts.hash:
            self.open(awaited)

    def _name(self, hash: str) -> str:
        """The name of a model, "" if it is not known."""
        return Path(self._settings.model_with(hash)).stem

    @Slot()
    def _forget(self) -> None:
        """Faces of another project have the same numbers, and mean nothing here."""
        self._awaited = None
        self._end_peek()
        self._end_pair()
        self._controller.cancel(DrawPictures)

    @Slot(object)
    def _adopt_project(self, _: object) -> None:
        self.table.set_writable(not self._library.read_only)

    @Slot(object, object)
    def _do(self, wish: Wish, ids: Ids) -> None:
        """What the context menu and the keys of the light table ask for."""
        simple: dict[Wish, Callable[[Ids], object]] = {
            Wish.COMPARE: self._compare_faces,
            Wish.CULL: self._cull,
            Wish.RENAME: self.editing.ask_name,
            Wish.TAGS: self.editing.ask_tags,
            Wish.NOTE: self.editing.ask_note,
            Wish.DUPLICATE: self.editing.duplicate,
            Wish.EXPORT: self._export,
            **{asked: partial(self.people_asked.emit, asked) for asked in OF_PEOPLE},
        }
        simple.get(wish, partial(self._edit, wish))(ids)

    def _edit(self, wish: Wish, ids: Ids) -> None:
        """Copy or paste edits, save or apply a look. What is copied or applied to one face is done to the face shown;
        several marked ones are edited together with it."""
        edits, together = self._edits, self._session.lead in ids
        if wish is Wish.PASTE_EDITS and not together:
            faces = (self._library.face(id) for id in ids)
            return edits.paste_into(tuple(face for face in faces if self._own(face) is not None))
        if not together and not self.restore(ids[0]):
            return
        {
            Wish.COPY_EDITS: edits.copy_edits,
            Wish.PASTE_EDITS: edits.paste_edits,
            Wish.SAVE_LOOK: edits.save_look,
            Wish.APPLY_LOOK: edits.open_looks,
        }[wish]()

    def _export(self, ids: Ids) -> None:
        self.export_wished.emit(tuple(self._library.face(id) for id in ids), self._edits.last_look)

    @Slot()
    def _export_all(self) -> None:
        """Export the marked faces or, if none is marked, all that the light table shows."""
        ids = [id for id in self._library.marked if self._library.has(id)] or list(self.table.faces.ids)
        if not ids:
            return self._notifier.say(tr("There are no faces on the light table yet; K keeps the one shown."))
        self._export(tuple(sorted(ids, key=lambda id: (self._library.face(id).order, id))))

    # comparing and the full-screen pass -----------------------------------------------------------------------

    def _compare_faces(self, ids: Ids) -> None:
        self._show(self.compare)
        self.compare.show_faces(ids)

    def _cull(self, ids: Ids) -> None:
        """Go over the marked faces, or over all that are shown if only one is marked."""
        if self.culling is not None:
            self.culling.close()
        culling = CullingView(self._library, not self._library.read_only, self._window)
        culling.stars_given.connect(self.editing.give_stars)
        culling.rejecting.connect(self.editing.reject)
        culling.deleting.connect(self.editing.delete)
        culling.pictures_wanted.connect(self._draw)
        culling.closed.connect(self._end_cull)
        self.culling = culling
        shown = self.table.faces.ids
        culling.begin(ids if len(ids) > 1 else shown, at=ids[0])
        culling.showFullScreen()

    @Slot(object)
    def _end_cull(self, id: int | None) -> None:
        self.culling = None
        self._controller.cancel(DrawPictures)
        row = None if id is None else self.table.faces.row(id)
        if row is not None:
            self.table.grid.scrollTo(self.table.faces.index(row))
        self.table.grid.setFocus()

    # pictures -------------------------------------------------------------------------------------------------

    @Slot(object)
    def _draw(self, ids: Ids) -> None:
        """Have the full pictures of faces rendered; those requested before are given up."""
        known = [(id, self._own(self._library.face(id))) for id in ids if self._library.has(id)]
        faces = tuple((id, recipe) for id, recipe in known if recipe is not None)
        self._controller.cancel(DrawPictures)
        if faces:
            self._controller.submit(DrawPictures(faces))

    @Slot(object)
    def _take_picture(self, drawn: PictureDrawn) -> None:
        self.compare.show_picture(drawn.id, drawn.pixels)
        if self.culling is not None:
            self.culling.show_picture(drawn.id, drawn.pixels)
        if drawn.id == self._peek:
            self._view.show_peek(to_image(drawn.pixels))
        if self._pair is not None and drawn.id == self._pair[0]:
            self._view.set_tool(Wipe(to_image(drawn.pixels)))
        if self._pair is not None and drawn.id == self._pair[1]:
            self._view.show_peek(to_image(drawn.pixels))

    @Slot(object)
    def peek(self, id: int | None) -> None:
        """Look at a face in the view while the pointer rests on it; None = no longer."""
        if self._pair is not None or self.stage.currentWidget() is not self._view:
            return
        self._peek = id
        self._view.show_peek(None)
        if id is None:
            self._controller.cancel(DrawPictures)
        else:
            self._show_peek(id)
            self._draw((id,))

    def _end_peek(self) -> None:
        if self._peek is not None:
            self._peek = None
            self._view.show_peek(None)

    @Slot(int)
    def _show_peek(self, id: int) -> None:
        """The thumbnail, until the picture comes."""
        image = self._library.thumbnail(id) if id == self._peek else None
        if image is not None:
            self._view.show_peek(image)

    @Slot(object, object)
    def wipe(self, first: int, second: int) -> None:
        """Wipe between two faces, the first one left of the divider."""
        self._end_pair()
        self.show_picture()
        self._pair, self._peek = (first, second), None
        left, right = self._library.thumbnail(first), self._library.thumbnail(second)
        if left is not None:
            self._view.set_tool(Wipe(left))
        if right is not None:
            self._view.show_peek(right)
        self._compare.setChecked(True)
        self._draw((first, second))
        self._view.setFocus()  # the arrow keys move the divider
        self._notifier.say(tr("Wiping between two faces; A ends it."))

    @Slot()
    def _end_pair(self) -> None:
        if self._pair is not None:
            self._pair = None
            self._view.show_pinned(None)
            self._view.show_peek(None)
            self._compare.setChecked(False)
            self._controller.cancel(DrawPictures)

    def _follow(self, history: HistoryPanel, recorder: HistoryRecorder) -> None:
        """Mark the face of the history that is shown now, unless the user is marking several."""
        if recorder.current is not None and len(history.strip.marked_ids) < 2:
            history.show_current(recorder.current)

    # dragging out of the window -------------------------------------------------------------------------------

    @Slot(object, object)
    def _write(self, ids: Ids, promise: FilePromise) -> None:
        """Write the faces that are dragged; those of other models cannot be."""
        known = [(face, self._own(face)) for face in map(self._library.face, ids)]
        faces = tuple((_stem(face, recipe), recipe) for face, recipe in known if recipe is not None)
        if faces:
            self._controller.submit(WriteFaces(faces, promise))
        else:
            promise.keep(())

    @Slot()
    def _drag_picture(self) -> None:
        """Drag the face shown out of the window."""
        recipe, promise = self._session.recipe, FilePromise()
        self._controller.submit(WriteFaces(((file_stem(recipe, self._session.opened_file), recipe),), promise))
        drag(self._view, DraggedFaces((), promise), self._view.picture(96))


def _stem(face: Face, recipe: Recipe) -> str:
    """The name of the file of a face."""
    return file_stem(recipe, OpenedFile(face.name, recipe) if face.name else None)
