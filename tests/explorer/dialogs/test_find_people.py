"""People by wish: a text becomes rows as it is typed, and every row can be corrected, removed and added."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from explorer.dialogs.find_people import EXAMPLE, FindPeopleDialog
from explorer.dialogs.wish_row import Kind, WishRow
from explorer.messages import PeopleKnown
from generator.progress import Progress
from generator.wishes.parse import parse_wish
from generator.wishes.wish import Brief
from tests.support.panel_fixtures import click
from tests.support.people_fixtures import MODEL, known

ESC, ENTER = Qt.Key.Key_Escape, Qt.Key.Key_Return


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[FindPeopleDialog]:
    made = FindPeopleDialog()
    qtbot.addWidget(made)
    made.show_known(known())
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def write(dialog: FindPeopleDialog, text: str) -> None:
    """Type, and let the text rest."""
    dialog.text.clear()
    QTest.keyClicks(dialog.text, text)
    dialog.read()


def enter(field: QLineEdit, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)


def choose(box: QComboBox, data: object) -> None:
    box.setCurrentIndex(box.findData(data))


def texts(dialog: FindPeopleDialog) -> list[str]:
    return [str(row.wish()) for row in dialog.rows.rows]


def row_of(dialog: FindPeopleDialog, measure: str) -> WishRow:
    return next(row for row in dialog.rows.rows if row.name == measure)


# text -------------------------------------------------------------------------------------------------------------


def test_a_text_becomes_rows_once_it_rests(dialog: FindPeopleDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(dialog.text, "four people, smiling")
    assert dialog.rows.rows == []
    qtbot.waitUntil(lambda: texts(dialog) == ["smile smiling"])
    assert dialog.count.value() == 4


def test_the_example_is_understood_as_a_whole(dialog: FindPeopleDialog) -> None:
    write(dialog, EXAMPLE)
    brief = dialog.brief()
    assert brief.count == 12
    measures = [wish.measure for wish in brief.wishes]
    assert (measures[:3], measures[-2:]) == (["gender", "age", "yaw"], ["smile", "clutter"])
    assert [row.shown_kind for row in dialog.rows.rows][:3] == [Kind.SHARE, Kind.SPREAD, Kind.WORD]
    assert dialog.lost.text() == ""


def test_what_is_not_understood_is_named(dialog: FindPeopleDialog) -> None:
    write(dialog, "three tall women")
    assert dialog.lost.text() == "Not understood: “tall”."


@pytest.mark.parametrize(
    "text",
    [
        *(
            "age 20..70",
            "age 20..70 spread 5",
            "age 40",
            "age > 30",
            "smile > p70",
            "smile smiling",
            "glasses with 20 %",
        ),
        *("age 20..30 40 %, 30..50 60 %", "gender half", "hair fair 30 %", "skin any", 'age 20..30 "young", 40..50'),
    ],
)
def test_a_row_says_again_what_it_was_given(qtbot: QtBot, text: str) -> None:
    row = WishRow(known())
    qtbot.addWidget(row)
    wish = parse_wish(text, known().scales)
    row.show_wish(wish)
    assert row.wish().bands == wish.bands


def test_a_correction_stays_while_the_text_says_nothing_new_of_it(dialog: FindPeopleDialog) -> None:
    write(dialog, "smiling women, age 20..70 spread 5")
    enter(row_of(dialog, "age").last, "60")
    write(dialog, "smiling women, age 20..70 spread 5, plain background")
    assert "age 20..60 spread 5" in texts(dialog)
    assert "clutter plain" in texts(dialog)
    write(dialog, "smiling women, age 30..40 spread 2, plain background")
    assert "age 30..40 spread 2" in texts(dialog)


def test_what_leaves_the_text_leaves_the_rows_unless_it_was_corrected(dialog: FindPeopleDialog) -> None:
    write(dialog, "smiling, age 20..70 spread 5")
    enter(row_of(dialog, "age").last, "60")
    write(dialog, "")
    assert texts(dialog) == ["age 20..60 spread 5"]


def test_a_removed_row_does_not_come_back_with_the_same_words(dialog: FindPeopleDialog) -> None:
    write(dialog, "smiling women")
    click(row_of(dialog, "smile").remove)
    write(dialog, "smiling women, plain background")
    assert [row.name for row in dialog.rows.rows] == ["gender", "clutter"]


# rows -------------------------------------------------------------------------------------------------------------


def test_an_added_wish_is_about_something_new_and_can_be_any_measure(dialog: FindPeopleDialog) -> None:
    write(dialog, "age 20..30")
    click(dialog.add)
    row = dialog.rows.rows[1]
    assert row.name == "gender"
    choose(row.measure, "jaw-width")
    assert row.shown_kind is Kind.RANGE
    scale = known().scales.find("jaw-width")
    assert float(row.low.text()) == pytest.approx(scale.at(25), rel=1e-3)
    assert row.wish().measure == "jaw-width"


def test_measures_stand_under_the_headings_of_their_groups(dialog: FindPeopleDialog) -> None:
    click(dialog.add)
    box = dialog.rows.rows[0].measure
    headings = [box.itemText(row) for row in range(box.count()) if box.itemData(row) is None]
    assert headings == sorted({group for _, group in known().groups})
    model = box.model()
    assert not model.index(0, 0).flags() & Qt.ItemFlag.ItemIsSelectable


def test_the_kinds_of_a_wish_say_what_they_say(dialog: FindPeopleDialog) -> None:
    click(dialog.add)
    row = dialog.rows.rows[0]
    choose(row.measure, "age")
    for kind, field, text, expected in (
        (Kind.TARGET, row.middle, "p50", None),
        (Kind.RANGE, row.high, "", "age > 27"),
        (Kind.SPREAD, row.steps, "2", None),
        (Kind.SHARE, row.share, "30", "age young 30 %, any 70 %"),
        (Kind.WRITTEN, row.written, "20..30", "age 20..30"),
    ):
        choose(row.kind, kind.value)
        if text:
            enter(field, text)
        else:
            field.clear()
        assert row.lack == ""
        if expected is not None:
            assert texts(dialog) == [expected]


def test_what_no_face_reaches_is_said_and_nothing_is_looked_for(dialog: FindPeopleDialog) -> None:
    write(dialog, "age 20..30")
    enter(row_of(dialog, "age").low, "200")
    assert row_of(dialog, "age").low.property("invalid")
    assert "200" in dialog.verdict.text()
    assert not dialog.go.isEnabled()


def test_two_wishes_of_one_measure_are_one_too_many(dialog: FindPeopleDialog) -> None:
    write(dialog, "smiling women")
    choose(row_of(dialog, "smile").measure, "gender")
    assert "two wishes about gender" in dialog.verdict.text()
    assert not dialog.go.isEnabled()


def test_only_quotas_can_be_balanced(dialog: FindPeopleDialog) -> None:
    write(dialog, "six women and six men, age 20..70 spread 5, smiling")
    assert not row_of(dialog, "smile").balance.isEnabled()
    for measure in ("gender", "age"):
        row_of(dialog, measure).balance.setFocus()
        QTest.keyClick(row_of(dialog, measure).balance, Qt.Key.Key_Space)
    assert dialog.brief().cross == ("gender", "age")


def test_a_text_can_ask_for_the_balance(dialog: FindPeopleDialog) -> None:
    write(dialog, "ten people balanced by gender and age")
    assert set(dialog.brief().cross) == {"gender", "age"}


# finding ----------------------------------------------------------------------------------------------------------


def test_enter_in_the_text_asks_for_what_was_typed_a_moment_ago(dialog: FindPeopleDialog) -> None:
    asked: list[Brief] = []
    dialog.wished.connect(asked.append)
    QTest.keyClicks(dialog.text, "two smiling people")
    QTest.keyClick(dialog.text, ENTER)
    assert [(brief.count, [str(wish) for wish in brief.wishes]) for brief in asked] == [(2, ["smile smiling"])]


def test_count_seed_and_difference_are_asked_for(dialog: FindPeopleDialog) -> None:
    asked: list[Brief] = []
    dialog.wished.connect(asked.append)
    dialog.count.setValue(3)
    dialog.seed.setValue(77)
    dialog.apart.setValue(1.1)
    click(dialog.go)
    assert [(brief.count, brief.seed, brief.apart, brief.clean) for brief in asked] == [(3, 77, 1.1, False)]


def test_while_people_are_looked_for_esc_cancels_and_then_closes(dialog: FindPeopleDialog, qtbot: QtBot) -> None:
    dialog.show_job("Looking for people", Progress(1, 12, "Looking"), True)
    assert not dialog.go.isEnabled()
    with qtbot.waitSignal(dialog.cancel_asked, timeout=1000):
        QTest.keyClick(dialog, ESC)
    assert dialog.isVisible()
    dialog.end_job()
    assert dialog.go.isEnabled()
    QTest.keyClick(dialog, ESC)
    assert not dialog.isVisible()


def test_a_model_that_is_not_learnt_is_to_be_learnt_first(dialog: FindPeopleDialog, qtbot: QtBot) -> None:
    dialog.show_known(PeopleKnown(MODEL))
    assert dialog.learn.isVisible()
    assert not dialog.text.isEnabled()
    assert not dialog.go.isEnabled()
    with qtbot.waitSignal(dialog.learning_asked, timeout=1000):
        click(dialog.learn)
    dialog.show_known(known())
    assert dialog.text.isEnabled()


def test_the_text_waits_for_the_model_to_be_known(dialog: FindPeopleDialog) -> None:
    write(dialog, "smiling women")
    dialog.show_known(None)
    assert dialog.rows.rows == []
    dialog.show_known(known())
    assert texts(dialog) == ["smile smiling", "gender feminine"]


def test_the_dialog_is_as_wide_as_its_rows(dialog: FindPeopleDialog, qtbot: QtBot) -> None:
    write(dialog, EXAMPLE)
    row = dialog.rows.rows[1]
    qtbot.waitUntil(lambda: dialog.rows.viewport().width() >= row.minimumSizeHint().width())
