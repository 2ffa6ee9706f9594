"""The command line speaks plain English of the field: every help text, and every sentence in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import explorer.cli
from explorer import cli
from explorer.cli import main

AVOIDED = re.compile(
    r"(?<!there )\bis no\b|\b(?:told|tells|whoever|as many|so many|goes on|go on|of its own|in all(?! stages)|drawn?"
    r"|draws|picture of|the net|brings?)\b",
    re.IGNORECASE,
)
FOLDER = Path(explorer.cli.__file__).parent
NESTED = {
    "catalogue": ["list", "get"],
    "directions": ["list", "fit", "check", "import", "make"],
    "project": ["info", "add", "export", "apply"],
}
COMMANDS = [
    [],
    *([name] for name in sorted(cli.COMMANDS)),
    *([name, nested] for name, some in NESTED.items() for nested in some),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_in_plain_english(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert AVOIDED.findall(text) == []


def sentences(source: str) -> Iterator[str]:
    """Every text in the code that a user may read: not the docstrings."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_sentences_are_in_plain_english(path: Path) -> None:
    found = [text for text in sentences(path.read_text(encoding="utf-8")) if AVOIDED.search(text)]
    assert found == []
