"""The measures of the face shown, each with its place among the faces of the model."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QLabel, QStyledItemDelegate, QStyleOptionViewItem, QTreeWidget, QTreeWidgetItem, QWidget

from explorer.messages import FaceMeasured, MeasuredValue
from explorer.translation import tr
from explorer.widgets.layout import button, column, name

NO_FACE = tr("No face was found in this picture.")
_TITLE, _VALUE, _CURVE = range(3)
_CURVE_SIZE = QSize(96, 20)  # px
_WIDEST = "-100.00°"  # of the values; their column keeps its width while they change
_PADDING = 6  # px that the tree leaves beside a text
_MARGIN = 3  # px around a curve
_MARK = 2.0  # px: how wide the mark of this face is
_MEASURED = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class MeasuresPanel(QWidget):
    """A row a measure, in groups: title, value, and the curve of the model's faces with a mark for this one."""

    distribution_asked = Signal()  # the user wants to know where this face lies among faces of the model
    shown = Signal()  # it may have come into sight, perhaps with old measures

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = _rows()
        self.hint = QLabel()
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        self.compare = button(
            tr("Compare with 2,000 faces"),
            tr("Measure 2,000 faces once, to show where this one lies among them"),
            self.distribution_asked.emit,
        )
        layout = column(self)
        layout.addWidget(self.hint)
        layout.addWidget(self.rows, 1)
        layout.addWidget(self.compare)
        self.hint.hide()
        self.compare.hide()
        self._items: dict[str, QTreeWidgetItem] = {}
        copying = QAction(tr("Copy all"), self.rows)
        copying.setShortcut(QKeySequence.StandardKey.Copy)
        copying.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copying.triggered.connect(self._copy)
        self.rows.addAction(copying)

    @Slot(object)
    def show_measured(self, measured: FaceMeasured) -> None:
        """Show the measures of a face, in place of those before."""
        self.hint.setText("" if measured.values else NO_FACE)
        self.hint.setVisible(not measured.values)
        self.compare.setVisible(bool(measured.values) and not measured.compared)
        if list(self._items) != [value.name for value in measured.values]:
            self._list(measured.values)
        for value in measured.values:
            _fill(self._items[value.name], value)
        self.rows.viewport().update()

    def clear(self) -> None:
        """Show nothing: the measures are of a face that is no longer shown."""
        self._list(())
        self.hint.hide()
        self.compare.hide()

    def text(self) -> str:
        """All rows as lines of text: title, tab, value."""
        lines = (f"{item.text(_TITLE)}\t{item.text(_VALUE)}" for item in self._items.values())
        return "\n".join(lines)

    def _list(self, values: tuple[MeasuredValue, ...]) -> None:
        self.rows.clear()
        self._items = {}
        groups: dict[str, QTreeWidgetItem] = {}
        for value in values:
            group = groups.get(value.group) or _group(self.rows, value.group)
            groups[value.group] = group
            self._items[value.name] = QTreeWidgetItem(group, [value.title])
        self.rows.expandAll()
        self.rows.resizeColumnToContents(_TITLE)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())


class _Curve(QStyledItemDelegate):
    """Paints how many faces are where, and where this one is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _CURVE_SIZE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        value = index.data(_MEASURED)
        if not isinstance(value, MeasuredValue) or not value.curve:
            return
        frame = QRectF(option.rect).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(option.palette.color(QPalette.ColorRole.Mid))
        painter.drawPolygon(_outline(value.curve, frame))
        mark = QRectF(frame.left() + value.place * frame.width() - _MARK / 2, frame.top(), _MARK, frame.height())
        painter.fillRect(mark, option.palette.color(QPalette.ColorRole.Highlight))
        painter.restore()


def _outline(curve: tuple[float, ...], frame: QRectF) -> QPolygonF:
    step = frame.width() / max(len(curve) - 1, 1)
    top = [QPointF(frame.left() + i * step, frame.bottom() - y * frame.height()) for i, y in enumerate(curve)]
    return QPolygonF([frame.bottomLeft(), *top, frame.bottomRight()])


def _rows() -> QTreeWidget:
    rows = QTreeWidget()
    rows.setColumnCount(3)
    rows.setHeaderHidden(True)
    rows.setRootIsDecorated(True)
    rows.setIndentation(12)
    rows.setUniformRowHeights(True)
    rows.setItemDelegateForColumn(_CURVE, _Curve(rows))
    rows.setColumnWidth(_VALUE, rows.fontMetrics().horizontalAdvance(_WIDEST) + 2 * _PADDING)
    rows.header().setStretchLastSection(True)
    rows.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
    name(rows, tr("Measures of this face"), "")
    return rows


def _group(rows: QTreeWidget, title: str) -> QTreeWidgetItem:
    group = QTreeWidgetItem(rows, [title])
    group.setFirstColumnSpanned(True)
    group.setFlags(Qt.ItemFlag.ItemIsEnabled)
    return group


def _fill(item: QTreeWidgetItem, value: MeasuredValue) -> None:
    item.setText(_VALUE, value.value)
    item.setTextAlignment(_VALUE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setData(_CURVE, _MEASURED, value)
    tip = f"{value.title}: {value.meaning}"
    if value.share_below is not None:
        tip = tr("{tip}. Higher than {share:.0%} of this model's faces", tip=tip, share=value.share_below)
    for place in (_TITLE, _VALUE, _CURVE):
        item.setToolTip(place, tip)
    item.setData(_CURVE, Qt.ItemDataRole.AccessibleTextRole, tip)
