"""Every string of the window can be translated: the catalogue lists them all, none is missed, longer ones still fit."""

from __future__ import annotations

import gettext
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import translation

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "resources" / "locale" / "outis.pot"
PSEUDO_WINDOW = ROOT / "tests" / "support" / "pseudo_window.py"


class Upside(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"«{message}»"


@pytest.fixture
def upside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_catalogue", Upside())


def extracted() -> set[str]:
    """The strings in `tr(...)` of the code, as Babel finds them."""
    extract = pytest.importorskip("babel.messages.extract")
    found = extract.extract_from_dir(ROOT / "explorer", [("**.py", "python")], keywords={"tr": None})
    return {message for _, _, message, _, _ in found}


def test_the_catalogue_lists_every_string_of_the_window_and_no_other() -> None:
    pofile = pytest.importorskip("babel.messages.pofile")
    with CATALOGUE.open("rb") as file:
        listed = {message.id for message in pofile.read_po(file) if message.id}
    assert listed == extracted(), "run `make catalogue`"
    assert len(listed) > 300


def test_values_are_put_into_the_translated_text(upside: None) -> None:
    assert translation.tr("{count:,} faces", count=1500) == "«1,500 faces»"


def test_braces_of_a_value_are_left_alone() -> None:
    assert translation.tr("Saved {path}", path="{0}{x}") == "Saved {0}{x}"


@pytest.fixture(scope="module")
def pseudo_window(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What a window in a pseudo-language, 40 % longer than English, shows untranslated, and what it cuts off."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    environment |= {
        f"XDG_{kind}_HOME": str(tmp_path_factory.mktemp(kind)) for kind in ("CONFIG", "DATA", "CACHE", "STATE")
    }
    done = subprocess.run(
        [sys.executable, str(PSEUDO_WINDOW)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_no_string_of_the_window_is_missed(pseudo_window: dict[str, list[str]]) -> None:
    assert int(pseudo_window["translated"][0]) > 150
    assert pseudo_window["untranslated"] == []


def test_nothing_is_cut_off_when_it_is_forty_per_cent_longer(pseudo_window: dict[str, list[str]]) -> None:
    assert pseudo_window["cut off"] == []
