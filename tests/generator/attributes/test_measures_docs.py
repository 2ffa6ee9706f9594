"""The table of docs/measures.md lists what is measured."""

from __future__ import annotations

from pathlib import Path

from generator.attributes.catalogue import MEASURES

DOCS = (Path(__file__).parents[3] / "docs" / "measures.md").read_text()


def test_the_table_has_a_row_for_every_measure_with_its_words_and_unit() -> None:
    table = DOCS.partition("<!-- measures -->")[2].partition("<!-- end -->")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| `")]
    expected = [[f"`{m.name}`", m.title, f"{m.low} - {m.high}", m.unit or "share"] for m in MEASURES]
    assert [row[:4] for row in rows] == expected
