"""`outis bench --busy`, and that every command has its threads wait so that other programs can work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.cli.bench import busy, busy_child
from explorer.cli.bench.busy import MEASURES, WAYS, BusyMeasure, Renderer, Waiting, busy_table, hog
from explorer.compute.torch_start import WAITING
from generator.errors import OutisError

PROBE = """
import json, os, sys

class Probe:  # says with which settings torch would be imported, and ends the process there
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            print(os.environ.get("OMP_WAIT_POLICY"), os.environ.get("GOMP_SPINCOUNT"), flush=True)
            os._exit(7)

sys.meta_path.insert(0, Probe())
from explorer.cli import main

for command in json.loads(sys.argv[1]):  # each in a process of its own, which has imported no more than this one
    if (child := os.fork()) == 0:
        main(command)
        os._exit(0)
    print(command[0], os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
COMMANDS = [
    ["info", "{model}"],
    ["render", "--model", "{model}", "--seeds", "1", "--out", "x.png"],
    ["convert", "{model}", "out.safetensors"],
    ["pca", "{model}"],
    ["directions", "list", "{model}"],
    ["directions", "fit", "{model}"],
    ["directions", "check", "{model}"],
    ["evaluate", "{model}", "data"],
    ["train", "data", "run"],
    ["bench", "--model", "{model}"],
]


@pytest.mark.parametrize(
    ("own", "expected"), [({}, "PASSIVE 3000"), ({"OMP_WAIT_POLICY": "ACTIVE", "GOMP_SPINCOUNT": "9"}, "ACTIVE 9")]
)
def test_every_command_loads_torch_with_our_way_of_waiting_or_the_users(
    own: dict[str, str], expected: str, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in WAITING} | own
    commands = [[word.format(model=tiny_checkpoint) for word in command] for command in COMMANDS]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(commands)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [line for command in COMMANDS for line in (expected, f"{command[0]} 7")], (
        done.stderr
    )


def test_busy_measures_the_frames_of_a_process_with_and_without_a_hog(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(busy, "LEAST_ROUNDS", 1)
    monkeypatch.setattr(busy, "WAYS", WAYS[1:2])  # each is a process that imports torch
    options = ["--model", str(tiny_checkpoint), "--device", "cpu", "--seconds", "0"]
    assert main(["bench", "--busy", *options, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [(measure["name"], measure["waiting"]) for measure in report["measures"]] == [
        (name, WAYS[1].name) for name in MEASURES
    ]
    for measure in report["measures"]:
        assert measure["ratio"] == pytest.approx(measure["busy_milliseconds"] / measure["idle_milliseconds"])
        assert measure["runs"] == busy.FRAMES


def test_busy_alternates_every_way_of_waiting_with_and_without_a_hog(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []

    class Noted:  # a renderer that renders nothing
        def __init__(self, way: Waiting, *_: str) -> None:
            self._name = way.name

        def milliseconds(self, *_: object) -> float:
            turns.append(self._name)
            return 1.0

        def close(self) -> None:
            turns.append("closed")

    @contextmanager
    def noted_hog() -> Iterator[None]:
        turns.append("hog")
        yield
        turns.append("no hog")

    monkeypatch.setattr(busy, "LEAST_ROUNDS", 2)
    monkeypatch.setattr(busy, "Renderer", Noted)
    monkeypatch.setattr(busy, "hog", noted_hog)
    measures = list(busy.busy_measures("8", "cpu", 0))
    assert [(measure.name, measure.waiting) for measure in measures] == list(product(MEASURES, [w.name for w in WAYS]))
    names = [way.name for way in WAYS]
    each = [name for name in names for _ in range(1 + busy.FRAMES)]
    assert turns == len(MEASURES) * [*names, *(2 * [*each, "hog", *each, "no hog"])] + len(WAYS) * ["closed"]


def test_the_ways_of_waiting_differ_in_their_settings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[dict[str, str]] = []
    monkeypatch.setenv("GOMP_SPINCOUNT", "77")
    monkeypatch.setattr(subprocess, "Popen", lambda command, env, **_: started.append(env))
    for way in WAYS:
        Renderer(way, "8", "cpu")
    settings = [(env.get("OMP_WAIT_POLICY"), env.get("GOMP_SPINCOUNT")) for env in started]
    assert settings == [(None, None), ("PASSIVE", "3000"), ("PASSIVE", "0")]


def test_the_hog_lives_as_long_as_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *args, **kwargs: started.append(popen(*args, **kwargs)) or started[-1]
    )
    with hog():
        assert started[0].poll() is None
    assert started[0].poll() is not None


def test_a_renderer_that_ends_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busy, "CHILD", "")
    renderer = Renderer(WAYS[0], "8", "cpu")
    try:
        with pytest.raises(OutisError, match="has ended"):
            renderer.milliseconds("full frame", 0)
    finally:
        renderer.close()


def test_a_renderer_ends_with_the_sentence_of_a_model_that_cannot_be_opened() -> None:
    with pytest.raises(OutisError, match=r"absent\.safetensors"):
        busy_child.main("absent.safetensors", "cpu")


def test_the_table_compares_outis_with_the_default_idle_and_with_passive_busy() -> None:
    times = {"library's default": (100.0, 300.0), "Outis": (104.0, 180.0), "passive": (130.0, 160.0)}
    measures = [BusyMeasure(name, way, *pair, 6) for name in MEASURES for way, pair in times.items()]
    text = busy_table(measures)
    assert "Outis takes 1.04 times the default's time idle, and 1.12 times the passive one's busy." in text
    assert "3.00" in next(line for line in text.splitlines() if "library's default" in line)


def test_busy_compares_within_one_run_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--busy", "--compare", "before.json"]) == 2
    assert "leave --compare out" in capsys.readouterr().err
