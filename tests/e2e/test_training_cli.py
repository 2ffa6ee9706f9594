"""`outis train`: what it takes, what it tells, and how it stops."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.cli.train import _asked_to_stop, _read_stop, _Stop, _until_closed
from generator.errors import ExportError
from generator.training import trainer
from generator.training.data import ImageSet
from generator.training.run_folder import RunFolder
from tests.support.forked import Forked, forked_outis
from tests.support.training_fixtures import QUICK, shapes


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    return shapes(tmp_path_factory.mktemp("images"), 24, 16)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(QUICK.to_json()))
    return path


def command(images: ImageSet, run: Path, settings: Path, *options: str) -> list[str]:
    return ["train", str(images.folder), str(run), "--settings", str(settings), "--device", "cpu", *options]


def test_a_training_tells_people_on_stderr_how_it_goes(
    images: ImageSet, tmp_path: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(images, tmp_path / "run", settings, "--frechet", "16")) == 0
    told = capsys.readouterr()
    assert told.out == ""
    for words in ("0 of 64 images: run", "16 px fade 0.25", "Fréchet distance", "Trained on 64 images."):
        assert words in told.err


def test_with_json_the_journal_comes_on_stdout(
    images: ImageSet,
    tmp_path: Path,
    settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("go on\n"))
    chosen = ("--json", "--resolution", "8", "--images", "16", "--batch", "8", "--seed", "3", "--snapshot-every", "8")
    assert main(command(images, tmp_path / "run", settings, *chosen)) == 0
    told = capsys.readouterr().out
    assert told == (tmp_path / "run" / "journal.jsonl").read_text()
    start = json.loads(told.splitlines()[0])
    assert start["settings"]["stages"] == [{"resolution": 8, "images": 16, "batch": 8}]
    assert (start["settings"]["seed"], start["settings"]["snapshot_images"], start["total_images"]) == (3, 8, 16)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["train"], 2, "Give DATA and RUN"),
        (["train", "--resume", "run", "--seed", "1"], 2, "settings of the run"),
        (["train", "DATA", "run", "--at", "8"], 2, "--resume"),
        (["train", "DATA", "run", "--preset", "cats"], 2, "'cats' is not a preset"),
        (["train", "--resume", "nowhere"], 1, "contains no training"),
        (["train", ".", "run"], 1, "outis dataset"),
        (["train", "DATA", "run", "--resolution", "128"], 1, "No stage of the settings has 128 px"),
        (["train", "DATA", "run", "--images", "0"], 1, "from 1"),
        (["train", "DATA", "run", "--settings", "missing.json"], 1, "missing.json"),
        (["train", "DATA", "run", "--device", "toaster"], 1, "toaster"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    images: ImageSet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = [str(images.folder) if argument == "DATA" else argument for argument in arguments]
    assert main(given) == code
    told = capsys.readouterr().err
    assert sentence in told
    assert len(told.splitlines()) == 1
    assert not (tmp_path / "run").exists()


@pytest.fixture
def child(images: ImageSet, tmp_path: Path, settings: Path) -> Iterator[Forked]:
    """A long training in a process of its own, after its first figures."""
    line = command(images, tmp_path / "run", settings, "--json", "--images", "1000000", "--snapshot-every", "100000000")
    with forked_outis(*line) as child:
        assert [json.loads(child.stdout.readline())["kind"] for _ in range(3)] == ["start", "samples", "step"]
        yield child


@pytest.mark.parametrize(("asked", "code"), [("SIGINT", 130), ("stop\n", 0)])
def test_asked_to_stop_it_saves_first(child: Forked, tmp_path: Path, asked: str, code: int) -> None:
    """By a signal, or a line on stdin."""
    if code == 0:
        child.stdin.write(asked)
        child.stdin.flush()
    else:
        child.send_signal(getattr(signal, asked))
    end = json.loads(child.stdout.readlines()[-1])
    assert child.wait() == code
    assert (end["kind"], end["reason"]) == ("end", "stopped")
    assert RunFolder(tmp_path / "run").load_state()[0].facts["images"] == end["images"] > 0


def test_it_saves_and_stops_when_nobody_listens_any_more(child: Forked, tmp_path: Path) -> None:
    child.stdout.close()
    assert child.wait() == 0
    assert child.stderr.read() == ""
    journal = (tmp_path / "run" / "journal.jsonl").read_text().splitlines()
    end = json.loads(journal[-1])
    assert (end["kind"], end["reason"]) == ("end", "stopped")
    assert RunFolder(tmp_path / "run").load_state()[0].facts["images"] == end["images"]


def test_asked_to_stop_it_saves_even_if_nobody_reads_what_it_tells_people(
    images: ImageSet, tmp_path: Path, settings: Path
) -> None:
    """As after Ctrl+C in `outis train ... 2>&1 | tee log`, which ends `tee` as well."""
    settings.write_text(json.dumps({**QUICK.to_json(), "step_images": 10**9, "sample_images": 10**9}))
    line = command(images, tmp_path / "run", settings, "--images", "1000000", "--snapshot-every", "100000000")
    with forked_outis(*line) as child:
        assert "0 of 1,000,000 images" in child.stderr.readline()
        child.stderr.close()
        child.send_signal(signal.SIGTERM)
        assert child.wait() == 143
    end = json.loads((tmp_path / "run" / "journal.jsonl").read_text().splitlines()[-1])
    assert (end["kind"], end["reason"]) == ("end", "stopped")
    assert RunFolder(tmp_path / "run").load_state()[0].facts["images"] == end["images"]


def test_when_the_terminal_is_closed_it_is_time_to_stop() -> None:
    before = signal.getsignal(signal.SIGHUP)
    with _asked_to_stop(by_stdin=False) as stop:
        signal.raise_signal(signal.SIGHUP)
        assert (stop.is_set(), stop.code) == (True, 129)
    assert signal.getsignal(signal.SIGHUP) is before


def test_under_nohup_a_closed_terminal_is_no_reason_to_stop() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with _asked_to_stop(by_stdin=False) as stop:
            signal.raise_signal(signal.SIGHUP)
            assert not stop.is_set()
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("said", ["stop\n", "go on\n"])
def test_a_word_on_stdin_and_the_end_of_the_pipe_ask_to_stop(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """The end means that the one who started the training is gone."""
    reader, writer = os.pipe()
    os.write(writer, said.encode())
    os.close(writer)
    with os.fdopen(reader) as file, monkeypatch.context() as patched:
        patched.setattr("sys.stdin", file)
        stop = _Stop()
        _read_stop(stop)
        assert (stop.is_set(), stop.code) == (True, 0)


def test_when_nobody_reads_what_it_tells_people_it_is_time_to_stop() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stop = _Stop()
    with os.fdopen(writer, "w") as file:
        tell = _until_closed(lambda line: print(line, file=file, flush=True), file, stop)
        tell("nobody reads this")
        assert stop.is_set()
        tell("nor this")


def test_a_run_that_somebody_works_on_is_left_alone(
    child: Forked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = tmp_path / "run" / "journal.jsonl"
    assert main(["train", "--resume", str(tmp_path / "run")]) == 1
    assert capsys.readouterr().err.count("is in use by another training") == 1
    child.kill()
    child.wait()
    assert '"end"' not in journal.read_text()
    assert main(["train", "--resume", str(tmp_path / "run"), "--device", "toaster"]) == 1  # for other reasons
    assert "at work" not in capsys.readouterr().err


def test_an_error_within_a_training_is_said_once(
    images: ImageSet,
    tmp_path: Path,
    settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise ExportError("The disk is full.")

    monkeypatch.setattr(trainer, "sample_sheet", full)
    assert main(command(images, tmp_path / "run", settings)) == 1
    assert capsys.readouterr().err.count("The disk is full.") == 1
