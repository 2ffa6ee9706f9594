"""Every sentence is harmless to the terminal and the window that show it, whatever the names of files hold."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import explorer
import generator
from explorer import cli
from explorer.exit_codes import FAILED, WRONG_USAGE
from generator.errors import MAX_SENTENCE, CheckpointError, OutisError, refusing
from tests.support.bounds import bounded

HOSTILE = "a\x1b[2Jb\nc\rd\u202ee\udfff\x00\u2028\x9bf"
HARMFUL = set("\x1b\n\r\u202e\udfff\x00\u2028\x9b")


def error_classes() -> list[type[OutisError]]:
    for package in (generator, explorer):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__"):
                continue
            with contextlib.suppress(ImportError):  # of an optional package
                importlib.import_module(module.name)
    found, queue = [OutisError], [OutisError]
    while queue:
        found += (kinds := queue.pop().__subclasses__())
        queue += kinds
    return found


def test_every_error_class_makes_its_sentence_harmless() -> None:
    classes = error_classes()
    assert len(classes) > 12
    for kind in classes:
        sentence = str(kind(f"{HOSTILE} is damaged."))
        assert not HARMFUL & set(sentence), kind
        assert sentence.endswith(" is damaged.")


def test_a_sentence_has_an_end() -> None:
    sentence = str(OutisError("a" * 10**6 + " is damaged."))
    assert len(sentence) <= MAX_SENTENCE
    assert sentence.endswith(" is damaged.")


def commands() -> dict[str, argparse.ArgumentParser]:
    parser = cli.command_parser()
    return {name: made for action in parser._subparsers._actions for name, made in (action.choices or {}).items()}  # type: ignore[union-attr]


def wrong_usages() -> Iterator[list[str]]:
    """Every option with a value of a kind, and options that no command has."""
    yield [HOSTILE, HOSTILE]
    for name, parser in commands().items():
        yield [name, f"--{HOSTILE}"]
        if name not in ("measure", "inspect"):  # any number of files
            yield [name, *[HOSTILE] * 9]
        for action in parser._actions:
            if action.option_strings and (action.type or action.choices):
                yield [name, f"{action.option_strings[-1]}={HOSTILE}"]


@pytest.mark.parametrize("words", list(wrong_usages()), ids=lambda words: ascii(" ".join(words))[:40])
def test_wrong_usage_is_told_harmlessly(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == WRONG_USAGE
    assert not HARMFUL & set(capsys.readouterr().err.replace("\n", ""))


def test_wrong_usage_without_end_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    seeds = ",".join(["1"] * 2_000_000)
    with bounded():
        assert cli.main(["render", "--seeds", seeds, "--out", "a"]) == WRONG_USAGE
    assert len(capsys.readouterr().err) < 5_000


ABSENT = [
    ["info", HOSTILE],
    ["measure", HOSTILE],
    ["info", f"https://{HOSTILE}/"],
    ["convert", HOSTILE, HOSTILE],
    ["render", "--model", HOSTILE, "--out", HOSTILE],
    ["render", "--recipe", HOSTILE, "--out", "a.png"],
    ["render", "--direction", f"{HOSTILE}=1", "--out", "a.png"],
    ["catalogue", "fetch", HOSTILE],
    ["dataset", HOSTILE, "out"],
    ["train", HOSTILE, "run"],
    ["train", "--resume", HOSTILE],
    ["train", "data", "run", "--preset", HOSTILE],
    ["train", "data", "run", "--settings", HOSTILE],
    ["evaluate", HOSTILE, HOSTILE],
    ["pca", "--model", HOSTILE],
    ["bench", "--compare", HOSTILE],
]


@pytest.mark.parametrize("words", ABSENT, ids=lambda words: ascii(" ".join(words))[:40])
def test_what_is_not_there_is_told_harmlessly(
    words: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) in (FAILED, WRONG_USAGE)
    told = capsys.readouterr().err
    assert told
    assert not HARMFUL & set(told.replace("\n", ""))


def test_an_error_of_the_system_is_told_harmlessly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: argparse.Namespace) -> int:
        raise FileNotFoundError(2, "No such file", HOSTILE)

    cli._run(argparse.Namespace(run=fail))
    assert not HARMFUL & set(capsys.readouterr().err.rstrip("\n"))


@pytest.mark.parametrize("error", [OverflowError, AssertionError, NotImplementedError, SystemError, RecursionError])
def test_what_a_library_raises_for_a_file_becomes_our_sentence(error: type[Exception]) -> None:
    with pytest.raises(CheckpointError, match=r"a\.pkl is damaged\."), refusing(CheckpointError, "a.pkl is damaged."):
        raise error("of a library")


@pytest.mark.parametrize(
    "error", [MemoryError(), OSError(), RuntimeError("can't allocate memory"), OutisError("Ours.")]
)
def test_our_sentences_and_want_of_memory_stay_what_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, refusing(CheckpointError, "a.pkl is damaged."):
        raise error
    assert caught.value is error
