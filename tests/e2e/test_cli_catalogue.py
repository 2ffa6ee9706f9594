"""The catalogue on the command line, and models by address and by name, from a server on localhost."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.cli import catalogue as command
from explorer.cli import main, model_files
from generator.hub import catalogue
from generator.hub.catalogue import CatalogueEntry
from generator.hub.model_store import is_there, path_of
from tests.generator.hub.test_catalogue import entry
from tests.support.file_server import Behaviour, serving


@pytest.fixture
def server(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Behaviour]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    behaviour = Behaviour(tiny_checkpoint.read_bytes())
    with serving(behaviour) as address:
        behaviour.address = f"{address}/tiny.safetensors"
        yield behaviour


@pytest.fixture
def known(server: Behaviour, monkeypatch: pytest.MonkeyPatch) -> CatalogueEntry:
    """The one model of a small catalogue; the server has it."""
    made = entry(server.address, bytes=len(server.body))
    for module in (catalogue, command, model_files):
        monkeypatch.setattr(module, "catalogue", lambda: (made,))
    return made


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_list_tells_every_model_and_can_be_searched(capsys):
    assert main(["catalogue", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(catalogue.catalogue()) + 2
    assert main(["catalogue", "list", "churches", "256", "--json"]) == 0
    (church,) = json.loads(capsys.readouterr().out)
    assert (church["name"], church["bytes"], church["path"]) == ("stylegan2-church-config-f", 357418027, None)
    assert "research and evaluation" in church["licence"]["terms"]


def test_nothing_is_downloaded_before_the_terms_are_accepted(known, server, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))  # no person is there
    assert main(["catalogue", "get", "tiny"]) == 2
    monkeypatch.setattr("sys.stdin", Keyboard("n\n"))
    assert main(["catalogue", "get", "tiny"]) == 2
    assert capsys.readouterr().err.count("Do what you like.") == 2
    assert server.requests == []


@pytest.mark.parametrize(("options", "typed"), [(["--accept-licence"], ""), ([], "yes\n")])
def test_an_accepted_model_is_brought_and_its_path_printed(known, capsys, monkeypatch, options, typed):
    monkeypatch.setattr("sys.stdin", Keyboard(typed))
    assert main(["catalogue", "get", "tiny", *options]) == 0
    told = capsys.readouterr()
    assert told.out.strip() == str(path_of(known.address))
    assert "Do what you like." in told.err
    assert is_there(known.address)


def test_a_downloaded_model_is_marked_and_goes_by_its_name_without_the_net(known, server, capsys):
    assert main(["catalogue", "get", "tiny", "--accept-licence"]) == 0
    capsys.readouterr()
    assert main(["catalogue", "list"]) == 0
    assert capsys.readouterr().out.startswith("* tiny")
    assert main(["info", "tiny", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["file"] == str(path_of(known.address))
    assert "Do what you like." in facts["description"]
    assert len(server.requests) == 1


@pytest.mark.parametrize("how", ["name", "address"])
def test_a_model_of_the_catalogue_that_is_not_here_leads_to_its_terms(known, server, capsys, how):
    assert main(["info", getattr(known, how)]) == 1
    assert "`outis catalogue get tiny` shows its terms" in capsys.readouterr().err
    assert server.requests == []


def test_an_unknown_name_is_one_sentence(capsys):
    assert main(["catalogue", "get", "nobody"]) == 1
    assert capsys.readouterr().err == (
        "outis: The catalogue has no model 'nobody'; `outis catalogue list` shows those it has.\n"
    )


def test_a_model_is_rendered_by_its_address_and_fetched_once(server, tmp_path, capsys):
    for name in ("a.png", "b.png"):
        options = ["--model", server.address, "--device", "cpu", "--seeds", "1", "--out", str(tmp_path / name)]
        assert main(["render", *options]) == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert len(server.requests) == 1


def test_an_address_without_a_model_is_exit_1_with_one_sentence(server, capsys):
    server.status = 404
    assert main(["info", server.address]) == 1
    assert capsys.readouterr().err == "outis: 127.0.0.1 has no file at this URL; check it, the file may have moved.\n"


def test_a_file_wins_over_a_name_of_the_catalogue(known, tiny_checkpoint, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("tiny").write_bytes(tiny_checkpoint.read_bytes())
    assert main(["info", "tiny", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == "tiny"


def test_the_window_gets_the_address_and_fetches_it_itself(server, monkeypatch):
    opened: list[tuple[str | None, str]] = []
    monkeypatch.setattr("explorer.app.main", lambda *arguments: opened.append(arguments) or 0)
    assert main([f" {server.address}#part "]) == 0
    assert opened == [(server.address, "auto")]
    assert server.requests == []
