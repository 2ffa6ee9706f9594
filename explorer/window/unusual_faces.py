"""The light table by how unusual faces are: those that nobody has looked at are looked at while it is sorted so."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from explorer.compute.jobs import InspectFaces
from explorer.control.controller import Controller
from explorer.document.session import Session
from explorer.library.library import UNUSUAL_KEY, Library
from explorer.messages import FaceInspected
from explorer.table.face_order import Sort, Unusual
from explorer.table.light_table import LightTable
from generator.project.face import Place
from generator.project.packing import PackedRecipe

REST_MS = 400  # after the last change of a face: those being edited are looked at once they rest
Kept = dict[int, tuple[str, Unusual]]  # by id: the digest of the recipe that was looked at, and what was seen


class UnusualFaces(QObject):
    """Has faces of the table looked at, and keeps in the project how unusual they are.

    A face that is edited keeps its place until what it has become has been looked at. Faces of other models wait until
    theirs is open.
    """

    def __init__(self, table: LightTable, session: Session, library: Library, controller: Controller) -> None:
        super().__init__(table)
        self._table, self._session, self._library, self._controller = table, session, library, controller
        self._known: Kept = {}
        self._asked: dict[int, str] = {}  # the recipes of faces that were to be looked at since the order was chosen
        self._soon = QTimer(self, singleShot=True, interval=REST_MS)
        self._soon.timeout.connect(self._look)
        table.order.currentIndexChanged.connect(self._choose)
        controller.face_inspected.connect(self._take)
        library.added.connect(self._wait)
        library.changed.connect(self._wait)
        library.reset.connect(self._read)
        library.leaving.connect(self._keep)
        session.model_changed.connect(self._wait)

    @property
    def is_wanted(self) -> bool:
        """Whether the table is sorted so."""
        return self._table.order.currentData() is Sort.UNUSUAL

    @Slot()
    def _choose(self) -> None:
        self._asked.clear()
        if self.is_wanted:
            self._look()
        else:
            self._soon.stop()
            self._controller.cancel(InspectFaces)

    @Slot()
    def _wait(self) -> None:
        if self.is_wanted:
            self._soon.start()

    @Slot()
    def _look(self) -> None:
        """Have faces looked at; those that the user has cancelled are asked for again with the order alone."""
        missing = self._missing()
        new = {id: digest for id, digest in missing.items() if self._asked.get(id) != digest}
        if not new:
            return
        going = missing if self._controller.runs(InspectFaces) else new
        self._asked |= going
        faces = ((id, self._library.face(id).readable) for id in going)
        task = InspectFaces(tuple((id, recipe) for id, recipe in faces if recipe is not None))
        self._controller.submit(task, (InspectFaces,))

    def _missing(self) -> dict[int, str]:
        """Faces of the open model of which it is not known how unusual they are, with the digests of their recipes."""
        facts = self._session.facts
        if facts is None or not self.is_wanted:
            return {}
        own = (face for face in self._library.faces(Place.TABLE) if face.model in ("", facts.hash))
        digests = ((face.id, _digest(face.packed)) for face in own)
        return {id: digest for id, digest in digests if id not in self._known or self._known[id][0] != digest}

    @Slot(object)
    def _take(self, inspected: FaceInspected) -> None:
        if self._library.has(inspected.id):
            unusual = Unusual(inspected.rows)
            self._known[inspected.id] = _digest(PackedRecipe.of(inspected.recipe)), unusual
            self._table.faces.learn_unusual({inspected.id: unusual})

    # in the project -------------------------------------------------------------------------------------------

    @Slot()
    def _read(self) -> None:
        self._asked.clear()
        self._controller.cancel(InspectFaces)
        self._known = _read(self._library.state(UNUSUAL_KEY) or "")
        self._table.faces.learn_unusual({id: unusual for id, (_, unusual) in self._known.items()})
        self._wait()

    @Slot()
    def _keep(self) -> None:
        known = {id: found for id, found in self._known.items() if self._library.has(id)}
        if known and not self._library.read_only:
            self._library.set_state(UNUSUAL_KEY, _written(known))


def _digest(packed: PackedRecipe) -> str:
    return hashlib.sha256(packed.text.encode()).hexdigest()[:16]


def _version() -> str:
    """Of Outis: another one may judge otherwise."""
    try:
        return version("outis")
    except PackageNotFoundError:  # run from its folder
        return ""


def _written(known: Kept) -> str:
    faces = [[id, digest, unusual.rows] for id, (digest, unusual) in known.items()]
    return json.dumps({"version": _version(), "faces": faces}, separators=(",", ":"))


def _read(text: str) -> Kept:
    """What `_written` returned; nothing where it is damaged or another version's: faces are looked at again."""
    try:
        values = json.loads(text or "{}")
        if values.get("version") != _version():
            return {}
        return {int(id): (str(digest), _unusual(rows)) for id, digest, rows in values["faces"]}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _unusual(rows: Any) -> Unusual:
    """Raises `ValueError` or `TypeError` for rows that are none."""
    found = tuple((str(title), float(percentile)) for title, percentile in rows)
    if not all(0 <= percentile <= 100 for _, percentile in found):
        raise ValueError("not percentiles")
    return Unusual(found)
