"""Choosing one of many classes: by typing a part of its name or its number, or with the arrow keys, live."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy, QWidget

from explorer.translation import tr
from explorer.widgets.layout import name
from explorer.widgets.stepping import Gestures
from generator.recipe.class_names import ClassNames

_ROWS = 12  # of the list below it
_WIDEST = 12  # characters of the line; the list is as wide as its names


class ClassPicker(QComboBox):
    """ "no class", then the number and name of each class; `gesture` is that of the last `picked`."""

    picked = Signal(object)  # int | None, by the user only

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names, self._steps = ClassNames(), Gestures()
        self._label: int | None = None
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(_ROWS)
        self.setMinimumContentsLength(_WIDEST)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # a long name must not widen the panel
        self.setModel(QStringListModel(self))
        self.setCompleter(self._make_completer())
        name(self, tr("Class"), tr("Class of the face: type a part of its name or its number; arrow keys step"))
        self.activated.connect(self._activate)
        line = self.lineEdit()
        assert line is not None
        line.setPlaceholderText(tr("no class"))
        line.editingFinished.connect(self._settle)

    def _make_completer(self) -> QCompleter:
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(_ROWS)
        return completer

    @property
    def gesture(self) -> int:
        return self._steps.current

    def set_classes(self, classes: int, names: ClassNames) -> None:
        """Offer these; the class shown stays, and nothing is emitted."""
        self._names = names
        model = self.model()
        assert isinstance(model, QStringListModel)
        with QSignalBlocker(self):
            model.setStringList([tr("no class"), *map(names.title, range(classes))])
        self.show_class(self._label)

    def show_class(self, label: int | None) -> None:
        """Show a class, or none; emits nothing."""
        self._label = label
        with QSignalBlocker(self):
            self.setCurrentIndex(0 if label is None else label + 1)
            self.setEditText(self.itemText(self.currentIndex()))
        self.setToolTip(self.accessibleDescription() if label is None else self._names.title(label))

    @Slot(int)
    def _activate(self, index: int) -> None:
        """An entry of either list, or an arrow key."""
        self._pick(None if index <= 0 else index - 1)

    @Slot()
    def _settle(self) -> None:
        """Enter, or the focus leaves: take what was typed if it means a class, else show the last one again."""
        text = self.currentText().strip()
        if text == self.itemText(0 if self._label is None else self._label + 1):
            return
        if not text or text.casefold() == self.itemText(0).casefold():
            return self._pick(None)
        label = self._meant(text)
        self.show_class(self._label) if label is None else self._pick(label)

    def _meant(self, text: str) -> int | None:
        """The class of that number or name, or the first whose title contains `text`."""
        if found := self._names.meant(text, self.count() - 1):
            return found[0]
        place = self.findText(text, Qt.MatchFlag.MatchContains)
        return place - 1 if place > 0 else None

    def _pick(self, label: int | None) -> None:
        changes = label != self._label
        self.show_class(label)
        if changes:
            self._steps.step()
            self.picked.emit(label)
