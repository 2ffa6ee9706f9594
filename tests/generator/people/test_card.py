"""The Data Card: what was asked against what came, and histograms."""

from __future__ import annotations

import io

from PIL import Image

from generator.people.card import NAME, card_files
from tests.support.crowds import crowd


def test_the_card_says_what_was_asked_and_what_came() -> None:
    text = card_files(crowd())[NAME].decode()
    assert "# 4 people by wish" in text
    assert "- `age 20..40 spread 2`" in text
    assert "## apparent age (predicted)" in text
    assert "| smiling | 5 | 4 |" in text
    assert "3 by age, 1 by alike" in text
    assert "nobody in it exists" in text


def test_each_wish_has_a_histogram_that_the_card_shows() -> None:
    files = card_files(crowd())
    assert set(files) == {NAME, "card-age.png", "card-smile.png"}
    for name in ("card-age.png", "card-smile.png"):
        assert f"]({name})" in files[NAME].decode()
        image = Image.open(io.BytesIO(files[name]))
        assert image.size == (640, 320)
        assert len(image.getcolors() or ()) > 3  # paper, ink, bars, edges


def test_nobody_has_a_card_without_histograms() -> None:
    files = card_files(crowd(0, missing=3))
    assert set(files) == {NAME}
    assert "# 0 people" in files[NAME].decode()


def test_the_same_people_have_the_same_card() -> None:
    assert card_files(crowd()) == card_files(crowd())
