"""The question what a file of bare numbers holds: pictures of each reading, a strip of faces, and cancelling."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QLabel

from explorer.compute.jobs import DrawLatents, ReadDirections
from explorer.dialogs.latents import LatentsDialog
from explorer.messages import IN_Z, LatentDrawn, LatentOption, LatentsFound
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.window_fixtures import LEFT

FACES = tuple(Recipe("f" * 64, SeedSource(seed)) for seed in range(3))
STRIP = LatentsFound("/tmp/faces <b>.pt", "f" * 64, (LatentOption("w+", "", FACES, ("a.jpg", "b.jpg", "c.jpg")),))
DOUBTFUL = LatentsFound(
    "age.npy",
    "f" * 64,
    (
        LatentOption("direction", "no row is longer than 1.00", FACES[:2], ("-3", "+3")),
        LatentOption("w+", "it has 14 rows", FACES[:1], ("0",)),
    ),
)

IN_W_OR_Z = LatentsFound(
    "age.npy",
    "f" * 64,
    (LatentOption("direction", "", FACES[:2], ("-3", "+3")), LatentOption(IN_Z, "", FACES[:2], ("-3", "+3"))),
)


def asked(window, controller, found) -> LatentsDialog:
    controller.latents_found.emit(found)
    dialog = window.findChild(LatentsDialog)
    [(wished, (task,))] = controller.asked
    assert wished == "submit"
    assert task.found is found
    controller.asked.clear()
    for place, option in enumerate(found.options):
        for number in range(len(option.faces)):
            colour = np.full((8, 8, 3), 40 * number, np.uint8)
            controller.latent_drawn.emit(LatentDrawn(found, place, number, colour))
    return dialog


def press(dialog: LatentsDialog, button: QDialogButtonBox.StandardButton) -> None:
    QTest.mouseClick(dialog.findChild(QDialogButtonBox).button(button), LEFT)


def tasks(controller) -> list[object]:
    return [arguments for name, arguments in controller.asked if name in ("open_latent", "submit")]


def test_the_face_that_is_clicked_is_opened(window, controller):
    dialog = asked(window, controller, STRIP)
    strip = dialog.strips[0]
    assert strip.count() == 3
    QTest.mouseClick(strip.viewport(), LEFT, pos=strip.visualItemRect(strip.item(1)).center())
    press(dialog, QDialogButtonBox.StandardButton.Open)
    assert tasks(controller) == [(STRIP.path, FACES[1])]


def test_it_says_that_faces_bring_their_noise(window, controller):
    dialog = asked(window, controller, replace(STRIP, note="It brings the noise that the file stores with it."))
    assert any("brings the noise" in label.text() for label in dialog.findChildren(QLabel))


def test_keys_choose_a_face_as_well(window, controller):
    dialog = asked(window, controller, STRIP)
    for _ in range(2):
        QTest.keyClick(dialog.strips[0], Qt.Key.Key_Right)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert tasks(controller) == [(STRIP.path, FACES[2])]


@pytest.mark.parametrize("choice", [0, 1])
def test_what_may_be_a_direction_or_a_face_is_what_the_user_says(window, controller, choice):
    dialog = asked(window, controller, DOUBTFUL)
    assert [strip.count() for strip in dialog.strips] == [2, 1]
    dialog.choices[choice].click()
    press(dialog, QDialogButtonBox.StandardButton.Open)
    expected = (ReadDirections("age.npy", in_w=True),) if choice == 0 else ("age.npy", FACES[0])
    assert tasks(controller) == [expected]


@pytest.mark.parametrize("choice", [0, 1])
def test_of_a_direction_in_w_or_in_z_only_the_one_in_w_is_read(window, controller, choice):
    dialog = asked(window, controller, IN_W_OR_Z)
    assert [button.text() for button in dialog.choices] == [
        "A direction in W, which moves faces",
        "A direction in Z, where each face moves in another way",
    ]
    dialog.choices[choice].click()
    press(dialog, QDialogButtonBox.StandardButton.Open)
    assert tasks(controller) == ([] if choice else [(ReadDirections("age.npy", in_w=True),)])
    said = "age.npy: Outis moves faces in W, where a direction in Z differs for every face; open one in W."
    assert any(said in label.text() for label in window.findChildren(QLabel)) == bool(choice)


def test_cancelling_stops_the_pictures_and_changes_nothing(window, controller):
    dialog = asked(window, controller, DOUBTFUL)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert controller.asked == [("cancel", (DrawLatents,))]


def test_pictures_of_another_file_are_left_out(window, controller):
    dialog = asked(window, controller, STRIP)
    controller.latent_drawn.emit(LatentDrawn(DOUBTFUL, 0, 0, np.zeros((8, 8, 3), np.uint8)))
    assert dialog.strips[0].count() == 3
