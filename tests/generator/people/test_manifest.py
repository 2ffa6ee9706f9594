"""Lists of people who were found: columns, names, and the same bytes for the same people."""

from __future__ import annotations

import csv
import io
import json

from generator.people.manifest import report, report_bytes, to_csv, to_jsonl
from generator.recipe.recipe_json import from_dict
from generator.wishes.wish import Brief
from tests.support.crowds import MODEL, crowd

FILES = {number: f"20 to 30/person-{number:04d}.png" for number in range(1, 5)}


def test_a_row_says_what_was_asked_measured_and_done() -> None:
    some = crowd()
    rows = list(csv.DictReader(io.StringIO(to_csv(some.people, FILES, some.brief).decode())))
    assert [row["number"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[1] == {
        **{"file": FILES[2], "number": "2", "seed": "102", "model": MODEL, "psi": "0.7", "synthetic": "True"},
        **{"asked: apparent age": some.people[1].cell[0], "asked: smile": "smiling"},
        **{"apparent age (predicted)": f"{some.people[1].values['age']:.5g}", "smile": "0.062", "yaw": "-1.5"},
        **{"sigma: smile": "0.5", "cue: hair": "12.5", "cue: teeth": ""},
    }
    assert rows[0]["sigma: smile"] == ""


def test_a_line_of_json_holds_the_recipe_that_renders_the_picture() -> None:
    some = crowd()
    lines = [json.loads(line) for line in to_jsonl(some.people, FILES, some.brief).splitlines()]
    assert [from_dict(line["recipe"]) for line in lines] == [person.recipe for person in some.people]
    assert lines[0]["synthetic"] is True
    assert lines[0]["cues"] == {"hair": 12.5, "teeth": None}
    assert list(lines[0]["measures"]) == ["apparent age (predicted)", "smile", "yaw"]


def test_the_report_counts_what_was_asked_and_what_came() -> None:
    said = report(crowd(4, missing=1))
    assert said["asked"]["written"] == ["age 20..40 spread 2", "smile smiling"]
    assert Brief.from_dict(said["asked"]).count == 5
    assert said["got"]["people"] == 4
    assert said["got"]["missing"] == [5]
    assert said["got"]["quotas"]["smile"] == [{"band": "smiling", "asked": 5, "got": 4}]
    assert sum(cell["asked"] for cell in said["got"]["crossed"]) == 5
    assert sum(cell["got"] for cell in said["got"]["crossed"]) == 4
    assert said["got"]["predicted only"] == ["apparent age"]
    assert said["rejected"] == {"age": 3, "alike": 1}


def test_the_same_people_have_the_same_bytes() -> None:
    assert report_bytes(crowd()) == report_bytes(crowd())
    one, other = crowd(), crowd()
    assert to_csv(one.people, FILES, one.brief) == to_csv(other.people, FILES, other.brief)


def test_nobody_is_a_list_of_columns() -> None:
    empty = crowd(0, missing=2)
    assert to_csv(empty.people, {}, empty.brief) == b"file,number,seed,model,psi,synthetic\n"
    assert to_jsonl(empty.people, {}, empty.brief) == b""
    assert report(empty)["got"]["people"] == 0
