"""`outis project info --json`: each face is a line, written before the next one is read."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from explorer.cli import project_info
from generator.project.face import Face
from generator.recipe.recipe import Recipe, SeedSource
from generator.recipe.recipe_json import to_dict
from tests.support.project_files import kept, written
from tests.support.projects import face

Outis = Callable[..., tuple[int, str, str]]
SHOWN = ("project", "info", "p.outis", "--json")


def seeds(count: int) -> list[Face]:
    return [Face.of(id, Recipe(source=SeedSource(id))) for id in range(1, count + 1)]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_each_face_is_a_line_of_one_object(outis: Outis, count: int) -> None:
    written("p.outis", *seeds(count))
    code, out, _ = outis(*SHOWN)
    lines = [line for line in out.splitlines() if line.startswith("    {")]
    faces = json.loads(out)["faces"]
    assert [json.loads(line.rstrip(",")) for line in lines] == faces
    assert (code, len(faces)) == (0, count)


def test_one_is_written_before_the_next_one_is_read(
    outis: Outis, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = []

    def face_facts(face: Face) -> dict[str, Any]:
        before.append(capsys.readouterr().out)
        return {"id": face.id}

    written("p.outis", *seeds(2))
    monkeypatch.setattr(project_info, "face_facts", face_facts)
    _, rest, _ = outis(*SHOWN)
    assert before[1] == '\n    {"id": 1}'
    assert rest == ',\n    {"id": 2}\n  ]\n}\n'


def test_a_thousand_edited_faces_cost_little_more_than_as_many_lines_of_their_recipes(outis: Outis) -> None:
    path = written("p.outis", *(face(id) for id in range(1, 1001)))
    start = time.process_time()
    every = kept(path).values()
    lines = [json.dumps(to_dict(face.recipe)) for face in every]
    plain = time.process_time() - start
    start = time.process_time()
    out = outis(*SHOWN)[1]
    assert time.process_time() - start < 6 * plain
    faces = json.loads(out)["faces"]
    assert [face["recipe"] for face in faces] == [json.loads(line) for line in lines]
