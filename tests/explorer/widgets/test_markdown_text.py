"""A model's words are read, and nothing in them acts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import thread_time

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFont, QImage, QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.panels.model_panel import ModelPanel
from explorer.widgets.markdown_text import REST_LEFT_OUT, MarkdownText
from tests.support.panel_fixtures import facts, session


@pytest.fixture
def text(qtbot: QtBot) -> MarkdownText:
    made = MarkdownText("words")
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_markdown_is_rendered_and_html_stands_as_it_is_written(text: MarkdownText) -> None:
    text.show_text("# faces\n\n**Terms.** <b>free</b> <img src='x'>\n\n- one\n- two")
    assert text.toPlainText() == "faces\nTerms. <b>free</b> <img src='x'>\none\ntwo"
    assert text.document().begin().next().begin().fragment().charFormat().fontWeight() == QFont.Weight.Bold


def test_pictures_are_not_loaded(text: MarkdownText, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    assert QImage(4, 4, QImage.Format.Format_RGB888).save(str(picture))
    url = QUrl.fromLocalFile(str(picture))
    text.show_text(f"![face]({url.toString()}) after")
    text.grab()  # painting asks for it too
    assert text.document().resource(QTextDocument.ResourceType.ImageResource, url).width() == 1


def test_a_link_opens_nothing(text: MarkdownText, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    text.show_text("[somewhere long enough to be hit](file:///etc/passwd)")
    before = text.toPlainText()
    QTest.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    assert text.anchorAt(QPoint(20, 8)) == "file:///etc/passwd"
    assert opened == []
    assert (text.toPlainText(), text.source()) == (before, QUrl())


def test_headings_can_be_as_large_as_the_rest(text: MarkdownText) -> None:
    def height() -> float:
        return text.document().documentLayout().blockBoundingRect(text.document().begin()).height()

    text.show_text("# faces\n\nwords")
    tall = height()
    text.show_text("# faces\n\nwords", headings=False)
    assert height() < tall


def test_the_model_panel_shows_the_card_from_its_beginning(qtbot: QtBot) -> None:
    doc = session()
    panel = ModelPanel(doc)
    qtbot.addWidget(panel)
    panel.resize(260, 220)
    panel.show()
    doc.set_model(replace(facts(), description="# faces-256\n\n**Terms.** " + "long words " * 200))
    assert panel.description.toPlainText().startswith("faces-256\nTerms. long")
    assert panel.description.verticalScrollBar().maximum() > 0
    assert panel.description.verticalScrollBar().value() == 0


@pytest.mark.parametrize(
    "words",
    [
        "word " * 2_000_000,
        "&amp;" * 2_000_000,
        "[" * 10_000_000,
        "# a\n\n" * 100_000,
        "|a|b|\n|-|-|\n" + "|a|b|\n" * 100_000,
        "|a|\n|-|\n|b|\n\n" * 100_000,
        ">" * 1_000_000,
    ],
    ids=["words", "entities", "brackets", "headings", "rows", "tables", "quotes"],
)
def test_words_without_end_are_cut_and_hold_the_window_up_for_no_second(text: MarkdownText, words: str) -> None:
    begun = thread_time()
    text.show_text(words, headings=False)
    text.grab()
    assert thread_time() - begun < 1.5
    assert text.toPlainText().endswith(REST_LEFT_OUT)


def test_words_of_the_usual_length_are_shown_whole(text: MarkdownText) -> None:
    text.show_text("# faces\n\n" + "\n\n".join(f"line {number}" for number in range(150)))
    assert text.toPlainText().endswith("line 149")
