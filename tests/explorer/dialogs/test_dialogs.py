"""What all dialogs that lead on to something have in common."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from explorer.dialogs.address import AddressDialog
from explorer.dialogs.catalogue import CatalogueDialog
from explorer.dialogs.contact_sheet import ContactSheetDialog
from explorer.dialogs.export_image import ExportImageDialog
from explorer.settings import Settings


@pytest.mark.parametrize("kind", [AddressDialog, CatalogueDialog, ContactSheetDialog, ExportImageDialog])
def test_return_goes_on_and_does_not_cancel(qtbot, kind):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    dialog = kind(256, Settings(), window) if kind is ExportImageDialog else kind(window)
    if kind is AddressDialog:
        dialog.address.setText("https://example.org/tiny.pkl")
    if kind is CatalogueDialog:
        dialog.accept_terms.setChecked(True)
    dialog.open()
    qtbot.waitExposed(dialog)
    with qtbot.waitSignal(dialog.chosen):
        QTest.keyClick(dialog, Qt.Key.Key_Return)


def test_a_contact_sheet_of_any_class_says_that_the_seed_decides_it(qtbot):
    dialog = ContactSheetDialog(any_class=True)
    qtbot.addWidget(dialog)
    assert "random class, which its seed decides" in dialog.applied.text()
