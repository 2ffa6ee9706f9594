"""The native programs are tried in another process, once, and left alone where that ends badly."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.native import later_programs, programs, target, trial
from generator.render.engine import Engine
from tests.support.models import TINY, random_generator

CRASH = "#!/bin/sh\nkill -ILL $$\n"
HANG = "#!/bin/sh\nexec sleep 600\n"


@pytest.fixture(autouse=True)
def untried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is known of the programs, before and after."""
    monkeypatch.delenv("OUTIS_NATIVE", raising=False)
    monkeypatch.setattr(target, "_given_up", "")
    forget()
    yield
    forget()


def forget() -> None:
    """As a new process has."""
    trial._fault.cache_clear()
    target._found.cache_clear()


def python_is(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "python").write_text(script)
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))


needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")


def test_programs_that_work_are_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert trial.fault() == ""
    python_is(CRASH, tmp_path, monkeypatch)
    forget()
    assert trial.fault() == ""  # the next process knows it already


@needs_signals
def test_programs_that_end_their_process_are_not_used_and_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python_is(CRASH, tmp_path, monkeypatch)
    engine = Engine(random_generator(TINY), "cpu")
    assert engine.remark.startswith("No native programs: they failed when tried (SIGILL).")
    assert target.targets() == target.Targets()
    forget()
    python_is("#!/bin/sh\nexit 0\n", tmp_path, monkeypatch)
    assert trial.fault() == "they failed when tried (SIGILL)"  # not once more at every start


@needs_signals
def test_programs_that_never_end_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python_is(HANG, tmp_path, monkeypatch)
    monkeypatch.setattr(trial, "PATIENCE", 0.01)
    assert trial.fault() == "a trial of them could not be made (TimeoutExpired)"
    assert not trial._path().exists()  # a busy machine is no verdict


def test_a_kept_verdict_is_harmless_in_a_sentence() -> None:
    trial._path().parent.mkdir(parents=True)
    trial._path().write_text("bad\x1b[2J\nNo native programs: none")
    assert "\x1b" not in trial.fault()
    assert "\n" not in trial.fault()


def test_the_switch_at_1_uses_them_untried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python_is(CRASH, tmp_path, monkeypatch)
    monkeypatch.setenv("OUTIS_NATIVE", "1")
    assert target.why_none() == ""


def test_every_program_gets_as_many_words_as_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTIS_NATIVE", "1")  # asked for untried, as a trial takes seconds
    everything = [*programs(live=False), *programs(live=True), *later_programs()]
    assert all(len(program.names) <= trial._WORDS for program in everything)
