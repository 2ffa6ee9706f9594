"""The catalogue of public models: what is shipped, how strictly it is read, where its models are kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from generator.errors import CatalogueError, DownloadError
from generator.hub import catalogue, model_store
from generator.hub.catalogue import CatalogueEntry, Licence, entry_at, find, read
from generator.progress import finish
from tests.support.file_server import Behaviour, serving

LICENCE = Licence("Free", "Do what you like.", "https://example.org/licence")


def entry(address: str, **facts: object) -> CatalogueEntry:
    values = {"name": "tiny", "draws": "Noise", "resolution": 32, "family": "StyleGAN2", "bytes": None, "sha256": None}
    return CatalogueEntry(**{**values, "address": address, "licence": LICENCE, **facts})  # type: ignore[arg-type]


def test_the_shipped_catalogue_has_the_well_known_models_with_their_terms():
    entries = catalogue.catalogue()
    draws = " ".join(entry.draws for entry in entries)
    assert all(word in draws for word in ("FFHQ", "AFHQ", "MetFaces", "Cars", "Cats", "Horses", "Churches"))
    assert {"StyleGAN2", "StyleGAN3-T", "StyleGAN3-R"} <= {entry.family for entry in entries}
    assert all(entry.licence.terms and entry.licence.address for entry in entries)
    assert len({model_store.path_of(entry.address) for entry in entries}) == len(entries)


def test_a_search_matches_every_word_wherever_it_stands():
    found = find("stylegan3-r-ffhqu-256x256")
    assert all(found.matches(text) for text in ("", "256", "FACES stylegan3-r", "not aligned nvidia"))
    assert not found.matches("faces cats")


def test_a_model_is_found_by_name_and_by_address():
    found = find("stylegan2-cat-config-f")
    assert entry_at(found.address) is found
    assert entry_at(found.address.replace("https://", " HTTPS://") + "#part") is found
    assert entry_at("/faces/model.pkl") is None
    assert entry_at("https://example.org/x") is None
    with pytest.raises(CatalogueError, match="no model 'nobody'"):
        find("nobody")


SHIPPED = json.loads(catalogue.SHIPPED.read_text())


def spoilt(**changes: object) -> dict[str, object]:
    return {**SHIPPED, "models": [{**SHIPPED["models"][0], **changes}]}


@pytest.mark.parametrize(
    "values",
    [
        [],
        {},
        {**SHIPPED, "version": 2},
        {**SHIPPED, "models": None},
        {**SHIPPED, "models": [1]},
        {**SHIPPED, "licences": []},
        {**SHIPPED, "models": SHIPPED["models"][:1] * 2},
        spoilt(extra=1),
        spoilt(name="../x"),
        spoilt(name=7),
        spoilt(resolution=True),
        spoilt(bytes=-1),
        spoilt(sha256="abc"),
        spoilt(sha256=5),
        spoilt(licence="unknown"),
        spoilt(licence=[]),
        spoilt(address="http://example.org/x"),
        spoilt(draws=""),
        {**SHIPPED, "models": [{}]},
    ],
)
def test_what_is_not_exactly_a_catalogue_is_refused(tmp_path, values):
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(values))
    with pytest.raises(CatalogueError, match=r"reinstall Outis\.$"):
        read(path)


def test_a_catalogue_that_is_no_json_or_not_there_is_refused(tmp_path):
    (tmp_path / "catalogue.json").write_text("[" * 100_000)
    for name in ("catalogue.json", "nowhere.json"):
        with pytest.raises(CatalogueError):
            read(tmp_path / name)


def test_a_fetched_model_lies_in_the_data_folder_with_its_terms_beside_it(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(Behaviour(b"model")) as server:
        address = f"{server}/tiny.pkl"
        known = entry(address, bytes=5, sha256=hashlib.sha256(b"model").hexdigest())
        monkeypatch.setattr(catalogue, "catalogue", lambda: (known,))
        assert not model_store.is_there(address)
        path = finish(model_store.fetching(address))
    assert model_store.is_there(address)
    assert (path.name, path.read_bytes()) == ("tiny.pkl", b"model")
    assert model_store.folder() in path.parents
    assert "Do what you like." in path.with_suffix(".md").read_text()


def test_a_model_that_is_not_the_one_of_the_catalogue_is_refused(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(Behaviour(b"other")) as server:
        known = entry(f"{server}/tiny.pkl", bytes=5, sha256="0" * 64)
        monkeypatch.setattr(catalogue, "catalogue", lambda: (known,))
        with pytest.raises(DownloadError, match="checksum differs"):
            finish(model_store.fetching(known.address))
    assert not model_store.is_there(known.address)


def test_two_files_of_one_name_do_not_meet():
    one, other = (model_store.path_of(f"https://{host}/ffhq.pkl") for host in ("a.org", "b.org"))
    assert one != other
    assert one.name == other.name == "ffhq.pkl"
    assert Path(one.parent.name).name == one.parent.name
