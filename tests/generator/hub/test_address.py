"""URLs: which are supported, what their files are called here, and how they are told from paths."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from generator.errors import DownloadError
from generator.hub.address import file_name, is_address, normalised
from generator.hub.download import downloading
from generator.hub.model_store import folder, path_of
from generator.progress import finish


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://h.org/a/b/ffhq.pkl", "ffhq.pkl"),
        ("https://h.org/a/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "passwd"),
        ("https://h.org/..%5c..%5cwin.ini", "win.ini"),
        ("https://h.org/..", "model"),
        ("https://h.org/", "model"),
        ("https://h.org", "model"),
        ("https://h.org/x?file=../../y", "x"),
        ("https://h.org/a%00b%0a.pkl", "a_b_.pkl"),
        ("https://h.org/.bashrc", "bashrc"),
        ("https://h.org/CON.pkl", "model-CON.pkl"),
        ("https://h.org/" + "é" * 300 + ".pkl", ".pkl".strip(".")),
        ("https://h.org/" + "a" * 300 + ".pkl", "a" * 96 + ".pkl"),
    ],
)
def test_a_hostile_name_stays_a_name_inside_the_models_folder(address, name):
    assert file_name(normalised(address)) == name
    assert path_of(address).resolve().parent.parent == folder().resolve()


def test_what_is_no_address_has_a_name_all_the_same():
    assert file_name("https://[::1/a.pkl") == "a.pkl"


class Bad(NamedTuple):
    address: str
    words: str


@pytest.mark.parametrize(
    "bad",
    [
        Bad("file:///etc/passwd", "not a supported URL"),
        Bad("ftp://h.org/x", "not a supported URL"),
        Bad("model.pkl", "not a supported URL"),
        Bad("https://me:secret@h.org/x", "user name or password"),
        Bad("https://h.org:99999/x", "not a valid URL"),
        Bad("https://[::1/x", "not a valid URL"),
        Bad("https:///x", "not a valid host name"),
        Bad("https://h org/x", "not a valid host name"),
        Bad("https://h.org\r\nHost: x/y", "not a valid URL"),
        Bad("https://" + "a" * 70 + ".org/", "not a valid host name"),
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_asked(bad, tmp_path: Path):
    with pytest.raises(DownloadError, match=bad.words):
        finish(downloading(bad.address, tmp_path / "models" / "model.pkl"))
    assert not (tmp_path / "models").exists()


def test_addresses_are_told_from_paths_and_made_fit_for_a_request():
    assert is_address(" HTTPS://h.org/x")
    assert not any(is_address(text) for text in ("model.pkl", "C:\\model.pkl", "/https://x", "file:///x"))
    assert normalised("https://Bücher.example/a b/ü.pkl?q=ä#part") == (
        "https://xn--bcher-kva.example/a%20b/%C3%BC.pkl?q=%C3%A4"
    )
    assert normalised("http://[::1]:80") == "http://[::1]:80/"
