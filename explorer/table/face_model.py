"""Faces of a library as a list model: filtered, sorted, and changed one by one as the library changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QImage

from explorer.table.face_order import Filter, Sort, Unusual
from explorer.table.faces import Faces, describe, title
from explorer.translation import tr
from explorer.widgets.escape_markup import tip
from generator.printable import printable
from generator.project.face import Face, Place

ONE_BY_ONE = 32  # changes at once from which the whole list is rearranged instead
FACE = int(Qt.ItemDataRole.UserRole)  # role of the `Face` itself
_ROOT = QModelIndex()
_ITEM = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled


class FaceModel(QAbstractListModel):
    """The faces of one place. An index keeps its face when others come, go and move, so that marks stay."""

    rearranged = Signal()  # other faces than before, or in another order

    def __init__(self, library: Faces, place: Place, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library, self._place = library, place
        self._sort, self._filter = Sort.ORDER, Filter()
        self._ids: list[int] = []
        self._keys: list[tuple[Any, ...]] = []  # of the same faces
        self._key_of: dict[int, tuple[Any, ...]] = {}
        self._unusual: dict[int, Unusual] = {}  # as far as faces have been looked at
        self._read()
        library.reset.connect(self._start_again)
        library.added.connect(self._take)
        library.changed.connect(self.follow)
        library.removed.connect(self.follow)
        library.thumbnail_ready.connect(self._repaint)

    # what is shown --------------------------------------------------------------------------------------------

    @property
    def ids(self) -> tuple[int, ...]:
        """The faces shown, in order."""
        return tuple(self._ids)

    @property
    def filter(self) -> Filter:
        return self._filter

    def show(self, sort: Sort, filter: Filter) -> None:
        """Show other faces, or in another order."""
        if (sort, filter) != (self._sort, self._filter):
            self._sort, self._filter = sort, filter
            self._rearrange()

    def learn_unusual(self, found: Mapping[int, Unusual]) -> None:
        """How unusual the faces with these ids are; where faces are sorted by it, they go where they belong."""
        self._unusual |= found
        if self._sort is Sort.UNUSUAL:
            self.follow(tuple(found))

    def face(self, row: int) -> Face:
        return self._library.face(self._ids[row])

    def image(self, id: int) -> QImage | None:
        """The thumbnail of a face; None if it is still to come."""
        return self._library.thumbnail(id)

    def row(self, id: int) -> int | None:
        """Where a face is shown; None if it is not."""
        key = self._key_of.get(id)
        return None if key is None else bisect_left(self._keys, key)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in _ROLES:
            return None
        face = self.face(index.row())
        return self._tip(face) if role == Qt.ItemDataRole.ToolTipRole else _ROLES[role](face)

    def _tip(self, face: Face) -> str:
        unusual = self._unusual.get(face.id, Unusual())
        parts = title(face), *(_told(*row) for row in unusual.rows[:1]), describe(face)
        return tip(" · ".join(filter(None, parts)))

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        return _ITEM if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled  # between two faces

    # what the library announces -------------------------------------------------------------------------------

    @Slot(object)
    def _take(self, faces: tuple[Face, ...]) -> None:
        self.follow(tuple(face.id for face in faces))

    @Slot(object)
    def follow(self, ids: tuple[int, ...]) -> None:
        """Show, move, repaint or remove the faces `ids`, as the library has them now."""
        if len(ids) > ONE_BY_ONE:
            return self._follow_many(ids)
        rearranged = {self._follow(id) for id in ids}
        if True in rearranged:
            self.rearranged.emit()

    def _follow_many(self, ids: tuple[int, ...]) -> None:
        """Repaint everything if all stay where they are, as marked faces do while they are edited together."""
        if any(self._wanted_key(id) != self._key_of.get(id) for id in ids):
            self._rearrange()
        elif any(id in self._key_of for id in ids):
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))

    def _follow(self, id: int) -> bool:
        """Whether a face came, went or moved."""
        old, new = self._key_of.get(id), self._wanted_key(id)
        if new is None and old is not None:
            self._remove(id)
        elif new is not None and old is None:
            self._insert(id, new)
        elif new is not None and old is not None:
            if new != old:
                self._move(id, old, new)
            self._repaint(id)
        return old != new

    def _wanted_key(self, id: int) -> tuple[Any, ...] | None:
        """Where the face belongs; None if it is not shown."""
        try:
            face = self._library.face(id)
        except KeyError:
            return None
        place = Place.DELETED if self._filter.deleted else self._place
        return self._key(face) if face.place is place and self._filter.accepts(face) else None

    def _key(self, face: Face) -> tuple[Any, ...]:
        return self._sort.key(face, self._unusual.get(face.id))

    def _insert(self, id: int, key: tuple[Any, ...]) -> None:
        row = bisect_left(self._keys, key)
        self.beginInsertRows(_ROOT, row, row)
        self._put(row, id, key)
        self.endInsertRows()

    def _remove(self, id: int) -> None:
        row = bisect_left(self._keys, self._key_of[id])
        self.beginRemoveRows(_ROOT, row, row)
        self._pop(row)
        self.endRemoveRows()

    def _move(self, id: int, old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
        start, end = bisect_left(self._keys, old), bisect_left(self._keys, new)
        if end in (start, start + 1):  # its neighbours stay
            self._pop(start)
            return self._put(start, id, new)
        self.beginMoveRows(_ROOT, start, start, _ROOT, end)
        self._pop(start)
        self._put(end - (end > start), id, new)
        self.endMoveRows()

    def _put(self, row: int, id: int, key: tuple[Any, ...]) -> None:
        self._ids.insert(row, id)
        self._keys.insert(row, key)
        self._key_of[id] = key

    def _pop(self, row: int) -> None:
        del self._key_of[self._ids.pop(row)], self._keys[row]

    @Slot(int)
    def _repaint(self, id: int) -> None:
        row = self.row(id)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index)

    # everything at once ---------------------------------------------------------------------------------------

    @Slot()
    def _start_again(self) -> None:
        self.beginResetModel()
        self._unusual = {}
        self._read()
        self.endResetModel()
        self.rearranged.emit()

    def _rearrange(self) -> None:
        """Read all faces again; indexes follow their faces."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        ids = [self._ids[index.row()] for index in held]
        self._read()
        rows = {id: row for row, id in enumerate(self._ids)}
        self.changePersistentIndexList(held, [self._index_of(rows.get(id)) for id in ids])
        self.layoutChanged.emit()
        self.rearranged.emit()

    def _index_of(self, row: int | None) -> QModelIndex:
        return QModelIndex() if row is None else self.index(row)

    def _read(self) -> None:
        place = Place.DELETED if self._filter.deleted else self._place
        faces: Iterable[Face] = (face for face in self._library.faces(place) if self._filter.accepts(face))
        keyed = sorted((self._key(face), face.id) for face in faces)
        self._keys = [key for key, _ in keyed]
        self._ids = [id for _, id in keyed]
        self._key_of = {id: key for key, id in keyed}


def _told(row: str, percentile: float) -> str:
    return tr(
        "{row}: more unusual than {percentile:.0f} % of photographs", row=printable(tr(row)), percentile=percentile
    )


_ROLES = {
    FACE: lambda face: face,
    int(Qt.ItemDataRole.DisplayRole): title,
    int(Qt.ItemDataRole.ToolTipRole): title,  # and more: see `data`
    int(Qt.ItemDataRole.AccessibleTextRole): title,
    int(Qt.ItemDataRole.AccessibleDescriptionRole): describe,
}
