"""A gallery of random faces to choose from: each is the current recipe with another seed.

A click shows a face in the window; Ctrl and Shift mark several, which are kept together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.document.face_names import title_of
from explorer.document.random_seed import random_seed
from explorer.messages import FaceDrawn, Pixels
from explorer.translation import tr
from explorer.view.painting import paint_tag
from explorer.view.qimage import to_image
from explorer.widgets.elided_label import ElidedLabel
from explorer.widgets.placement import covered, place_beside
from generator.recipe.recipe import Recipe, SeedSource

TILES = 24  # faces of a set
KEPT_SETS = 100  # that the user can go back to
COLUMNS = (6, 4, 3, 2)  # possible numbers of columns, to fit beside the image
SIDES = (112, 96, 80, 64)  # logical pixels of a face
RIM, GAP, MARGIN = 4, 4, 16  # logical pixels around a face, between tiles and around all
_ARROW = 36  # logical pixels of an arrow button, whose usual width would widen the window
_MARKING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_FRAME = QSize(8, 36)  # logical pixels that the title bar and borders may take


@dataclass(frozen=True)
class DrawnFace:
    """A face of the gallery, as it was seen there."""

    recipe: Recipe
    pixels: Pixels


class Gallery(QDialog):
    """Stays open while faces are tried; it does not block the window."""

    wanted = Signal(object)  # tuple of seeds whose faces are to be rendered
    chosen = Signal(object)  # seed; Signal(int) ends at 2**31-1
    kept = Signal(object)  # tuple[DrawnFace, ...]: marked ones, in the order of marking

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Choose a face"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tiles = [self._tile(place) for place in range(TILES)]
        self._sets: list[tuple[int, ...]] = []  # seeds, in the order in which they were first shown
        self._at = -1  # index of the set shown
        self._shown: int | None = None  # seed of the face that the window shows
        self._recipe = self._asked = Recipe()  # shown in the window now, and when the faces were requested
        self._drawn: dict[int, DrawnFace] = {}  # by the seed: those of this set, and marked ones
        self._marked: dict[int, None] = {}  # seeds, also of other sets
        self._last_marked = 0  # place of the tile from which Shift marks
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self._footer = self._make_footer()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(16)
        column.addLayout(self._grid)
        column.addWidget(self._footer)
        self._arrange(COLUMNS[0], SIDES[0])

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.back = self._step_button(buttons, -1, "←", tr("The faces before these"), "Alt+Left")
        self.forward = self._step_button(buttons, 1, "→", tr("The faces after these"), "Alt+Right")
        self.more = buttons.addButton(tr("Show others"), QDialogButtonBox.ButtonRole.ActionRole)
        self.more.clicked.connect(self.roll)
        buttons.rejected.connect(self.reject)
        for button in buttons.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter means the face that has the focus
        return buttons

    def _make_footer(self) -> QWidget:
        """The buttons, and above them the one for marked faces, which would not fit beside them."""
        self.keep = QPushButton(tr("Keep marked"))
        self.keep.setShortcut("K")
        self.keep.setToolTip(tr("Put the marked faces on the light table (K)"))
        self.keep.setAutoDefault(False)
        self.keep.setEnabled(False)
        self.keep.clicked.connect(self._keep)
        how = ElidedLabel(tr("Ctrl+click and Shift+click mark faces"))
        how.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # it must not widen the window
        marking = QHBoxLayout()
        marking.setSpacing(8)
        marking.addWidget(how, 1)
        marking.addWidget(self.keep)
        footer = QWidget()
        column = QVBoxLayout(footer)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(marking)
        column.addWidget(self._make_buttons())
        return footer

    def _step_button(self, buttons: QDialogButtonBox, step: int, sign: str, tip: str, keys: str) -> QPushButton:
        button = buttons.addButton(sign, QDialogButtonBox.ButtonRole.ActionRole)
        button.setFixedWidth(_ARROW)
        button.setShortcut(keys)
        button.setToolTip(f"{tip} ({keys})")
        button.setAccessibleName(tip)
        button.clicked.connect(partial(self._step, step))
        return button

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of the faces shown now, in the order of the tiles."""
        return self._sets[self._at] if self._sets else ()

    @Slot()
    def roll(self) -> None:
        """Request the faces of other seeds."""
        self._sets.append(tuple(random_seed() for _ in self.tiles))
        del self._sets[:-KEPT_SETS]
        self._show_set(len(self._sets) - 1)

    @Slot()
    def begin_again(self) -> None:
        """Another model: what is marked was drawn by the last one."""
        self._marked.clear()
        self._drawn.clear()
        self.roll()

    def _step(self, step: int, *_: object) -> None:
        self._show_set(self._at + step)

    def _show_set(self, at: int) -> None:
        self._at = at
        self._asked = self._recipe
        self._drawn = {seed: face for seed, face in self._drawn.items() if seed in self._marked}
        self.back.setEnabled(at > 0)
        self.forward.setEnabled(at < len(self._sets) - 1)
        for tile in self.tiles:
            tile.setIcon(QIcon())
            tile.setEnabled(False)
        self._mark()
        self.wanted.emit(self.seeds)

    @Slot(object)
    def show_face(self, face: FaceDrawn) -> None:
        """Show a face in its tile, if it still has one; it may stand for another that was left out."""
        if face.instead_of in self.seeds:
            self._sets[self._at] = tuple(face.seed if seed == face.instead_of else seed for seed in self.seeds)
        if face.seed not in self.seeds:
            return
        tile = self.tiles[self.seeds.index(face.seed)]
        size = QSize(SIDES[0], SIDES[0]) * self.devicePixelRatioF()
        mode = Qt.TransformationMode.SmoothTransformation
        image = to_image(face.pixels).scaled(size, Qt.AspectRatioMode.KeepAspectRatio, mode)
        tile.setIcon(QIcon(QPixmap.fromImage(image)))
        recipe = replace(self._asked, source=SeedSource(face.seed, face.label))
        tile.setToolTip(title_of(recipe))
        tile.setAccessibleName(title_of(recipe))
        tile.setEnabled(True)
        self._drawn[face.seed] = DrawnFace(recipe, face.pixels)
        self._mark()

    @Slot(object)
    def follow(self, recipe: Recipe) -> None:
        """Mark the face of `recipe`, which the window now shows; the keyboard continues from there."""
        if recipe.model != self._asked.model:
            self._asked = recipe  # the faces that were requested with the model's first signal
        self._recipe = recipe
        self._shown = recipe.source.seed if isinstance(recipe.source, SeedSource) else None
        tile = self._tile_shown()
        if tile is not None and any(other.hasFocus() for other in self.tiles):
            tile.setFocus()
        self._mark()

    def stand_beside(self, picture: QRect) -> None:
        """Take the layout and place on the screen that leave `picture` visible, with the faces as large as possible.

        picture: in screen coordinates.
        """
        screen = self.screen().availableGeometry()
        forms = [(columns, side) for side in SIDES for columns in COLUMNS]
        places = {form: self._place(*form, picture, screen) for form in forms}
        best = min(forms, key=lambda form: covered(places[form], picture) + _beyond(places[form], screen))
        self._arrange(*best)
        self.move(places[best].topLeft())

    def _place(self, columns: int, side: int, picture: QRect, screen: QRect) -> QRect:
        """The window's place in this layout, including its frame."""
        tile, below = side + 2 * RIM + GAP, self._footer.sizeHint()
        width = max(columns * tile - GAP, below.width()) + 2 * MARGIN
        height = -(-TILES // columns) * tile - GAP + 16 + below.height() + 2 * MARGIN
        size = QSize(width, height) + _FRAME
        return QRect(place_beside(size, picture, screen), size)

    def _arrange(self, columns: int, side: int) -> None:
        for place, tile in enumerate(self.tiles):
            tile.setIconSize(QSize(side, side))
            tile.setFixedSize(side + 2 * RIM, side + 2 * RIM)
            self._grid.addWidget(tile, *divmod(place, columns))
        self.adjustSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tile = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(tile, QToolButton):
            tile.click()
        else:
            super().keyPressEvent(event)

    def _tile(self, place: int) -> Tile:
        tile = Tile()
        tile.clicked.connect(partial(self._choose, place))
        tile.mark_asked.connect(partial(self._mark_tile, place))
        tile.focus_changed.connect(self._mark)
        return tile

    def _choose(self, place: int) -> None:
        self.chosen.emit(self.seeds[place])

    def _mark_tile(self, place: int, up_to: bool) -> None:
        """Mark a tile, or unmark it; `up_to`: mark all from the last one marked up to it."""
        seeds = self.seeds
        if up_to:
            first, last = sorted((place, self._last_marked))
            self._marked |= dict.fromkeys(seed for seed in seeds[first : last + 1] if seed in self._drawn)
        elif seeds[place] in self._marked:
            del self._marked[seeds[place]]
        else:
            self._marked[seeds[place]] = None
        self._last_marked = place
        self._mark()

    @Slot()
    def _keep(self) -> None:
        kept = tuple(self._drawn[seed] for seed in self._marked)
        self._marked.clear()
        self._mark()
        self.kept.emit(kept)

    def _tile_shown(self) -> Tile | None:
        """The tile of the face that the window shows, if it is among these."""
        return self.tiles[self.seeds.index(self._shown)] if self._shown in self.seeds else None

    @Slot()
    def _mark(self) -> None:
        """Highlight one tile: the one with the focus, or else the face that the window shows; and tick the marked."""
        current = next((tile for tile in self.tiles if tile.hasFocus()), self._tile_shown())
        for tile in self.tiles:
            tile.setChecked(tile is current)
        for tile, seed in zip(self.tiles, self.seeds, strict=False):
            tile.set_marked(seed in self._marked)
        self.keep.setEnabled(bool(self._marked))


class Tile(QToolButton):
    """One face; only the gallery decides which is marked."""

    focus_changed = Signal()
    mark_asked = Signal(bool)  # whether from the last marked one up to this

    def __init__(self) -> None:
        super().__init__()
        self._marked = False
        self.setObjectName("tile")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_marked(self, marked: bool) -> None:
        """Show a tick, or none."""
        if marked != self._marked:
            self._marked = marked
            self.setAccessibleDescription(tr("marked") if marked else "")
            self.update()

    def nextCheckState(self) -> None:
        """A click marks nothing by itself."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """With Ctrl or Shift a click marks; without, it chooses."""
        if event.button() is Qt.MouseButton.LeftButton and event.modifiers() & _MARKING:
            self.mark_asked.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and event.modifiers() & _MARKING:
            self.mark_asked.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._marked:
            painter = QPainter(self)
            paint_tag(painter, "✓", QPointF(self.width() - RIM, RIM), right=1)
            painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()


def _beyond(window: QRect, screen: QRect) -> int:
    """Number of pixels of a window outside of the screen, where faces cannot be chosen."""
    return window.width() * window.height() - covered(window, screen)
