"""`outis bench`: what it measures, how it is told, and what it compares with."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import itertools
import json
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from explorer.cli import main
from explorer.cli.bench import bench as bench_module
from explorer.cli.bench import families, timings
from explorer.cli.bench.drag import place_of
from explorer.cli.bench.table import family_table, table
from explorer.cli.bench.timings_table import TableTimes, measured_table
from explorer.cli.bench.timings_window import PATIENCE, Latency, measured_latency
from explorer.cli.model_files import open_engine
from generator.checkpoint.onnx_file import why_not
from generator.config import GeneratorConfig, StyleGAN1Config
from generator.networks import create

QUICK = ["--resolution", "8", "--device", "cpu", "--samples", "600", "--seconds", "0"]


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    """One report, as `--json` prints it, of a narrow network."""
    printed, narrow = io.StringIO(), partial(GeneratorConfig, z_dim=128, w_dim=128, mapping_layers=2, channel_max=32)
    with contextlib.redirect_stdout(printed), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timings, "GeneratorConfig", narrow)
        assert main(["bench", *QUICK, "--json"]) == 0
    report: dict[str, Any] = json.loads(printed.getvalue())
    return report


def test_bench_measures_against_the_plain_form(result: dict[str, Any]) -> None:
    names = [measure["name"] for measure in result["measures"]]
    assert names[:5] == ["full frame", "preview frame", "w mapping", "batch", "PCA"]
    assert names[5:9] == ["network", "synthesis, float32", "from layer 2, float32", "preview, float32"]
    assert "dB" in result["measures"][8]["note"]
    assert result["window"] is None
    for measure in result["measures"]:
        assert measure["ratio"] == pytest.approx(measure["plain_milliseconds"] / measure["milliseconds"])
        assert measure["runs"] >= 5
    assert result["machine"]["cores"] >= 1
    assert not {"host", "hostname", "node"} & set(result["machine"])


def test_bench_refuses_a_resolution_that_no_model_has(capsys) -> None:
    assert main(["bench", "--resolution", "100"]) == 2
    assert "power of two" in capsys.readouterr().err


def test_a_report_is_compared_with_an_earlier_one(result: dict[str, Any], tmp_path: Path) -> None:
    earlier = json.loads(json.dumps(result))
    earlier["measures"] = [{**result["measures"][0], "ratio": 123.0}]
    earlier["machine"]["cores"] = 999
    (tmp_path / "earlier.json").write_text(json.dumps(earlier))
    lines = table(result, bench_module._earlier(str(tmp_path / "earlier.json"))).splitlines()
    assert "123.00" in next(line for line in lines if line.startswith("full frame"))
    assert " - " in next(line for line in lines if line.startswith("w mapping"))
    assert any("another machine" in line for line in lines)
    assert "another machine" not in table(result, None)


def test_the_table_tells_the_window(result: dict[str, Any]) -> None:
    latency = Latency(30, 15.0, 64, 40.0, 50.0, 60.0, 9.0, 4.0, 200.0, 500.0)
    text = table({**result, "window": dataclasses.asdict(latency)}, None)
    assert "40.0 ms   95 % within 50.0 ms, 99 % within 60.0 ms" in text
    assert "15.0 a second   of 64 px or more" in text


@pytest.mark.parametrize(
    "options",
    [["--samples", "1"], ["--seconds", "nan"], ["--seconds", "inf"], ["--resolution", "65536"], ["--resolution", "48"]],
)
def test_what_cannot_be_measured_is_told_at_once(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    assert main(["bench", *options]) == 2
    assert options[0] in capsys.readouterr().err


BROKEN = ["{}", "[]", "no JSON", '{"measures": [{"name": "x"}]}', '{"measures": 3}', "[" * 100_000]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_report_is_told_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    path = tmp_path / "earlier.json"
    assert main(["bench", *QUICK, "--compare", str(path)]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err
    path.write_text(text)
    assert main(["bench", *QUICK, "--compare", str(path)]) == 2
    assert "is not a report of `outis bench --json`" in capsys.readouterr().err


@pytest.fixture
def without_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process waits until LLVM has compiled what it draws with."""
    monkeypatch.setenv("OUTIS_NATIVE", "0")


@pytest.mark.usefixtures("without_programs")
def test_the_real_window_is_dragged_and_every_painted_face_is_timed_from_its_own_move(tiny_checkpoint: Path) -> None:
    latency = measured_latency(str(tiny_checkpoint), "cpu", 1.0)
    assert latency.frames > 5
    assert 0 < latency.median <= latency.p95 <= latency.p99
    assert 0 < latency.p99_gap <= latency.longest_gap
    assert 50 < latency.peak_megabytes < 5000


@pytest.mark.usefixtures("without_programs")
def test_the_real_light_table_is_opened_scrolled_dragged_and_exported_from(tiny_checkpoint: Path) -> None:
    times = measured_table(open_engine(str(tiny_checkpoint), "cpu"), str(tiny_checkpoint), "cpu", 0.5, faces=300)
    assert (times.faces, times.exported) == (300, 50)
    assert 0 < times.file_megabytes < 100
    assert 0 < times.seconds_to_open < PATIENCE
    assert times.frames_per_second > 5
    assert 0 < times.p99_gap_scrolling <= times.longest_gap_scrolling
    assert 0 < times.p99_gap_exporting <= times.longest_gap_exporting


def test_the_table_tells_the_light_table(result: dict[str, Any]) -> None:
    times = TableTimes(10_000, 48.5, 0.5, 30.0, 61.0, 9.5, 20.5, 50, 7.5, 8.5)
    lines = table({**result, "light_table": dataclasses.asdict(times)}, None).splitlines()
    assert any("10,000 faces (48.5 MB)" in line for line in lines)
    assert any(line.startswith("project to table") and " 500 ms" in line for line in lines)
    assert any("exporting 50 faces" in line and "7.5 ms" in line for line in lines)
    assert "light table" not in table({**result, "light_table": None}, None)


def test_a_light_table_that_cannot_be_had_is_a_sentence(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> TableTimes:
        raise subprocess.CalledProcessError(1, "x", stderr="a\nno display\n")

    monkeypatch.setattr(bench_module, "measured_table", fail)
    arguments = bench_module_arguments(["--model", str(tiny_checkpoint), "--device", "cpu"])
    assert bench_module._light_table(arguments, open_engine(str(tiny_checkpoint), "cpu")) is None
    assert "The light table could not be measured: no display" in capsys.readouterr().err


@pytest.mark.usefixtures("without_programs")
def test_a_model_that_cannot_be_opened_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"not a model at all")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        measured_latency(str(tmp_path / "a.safetensors"), "cpu", 1.0)
    assert "a.safetensors" in failed.value.stderr.splitlines()[-1]


def test_the_hand_goes_to_and_fro_and_to_no_place_twice() -> None:
    places = [place_of(step, 30) for step in range(60)]
    assert len(set(places)) == 60
    assert max(map(abs, places)) <= 30
    assert max(abs(a - b) for a, b in itertools.pairwise(places)) <= 2


@pytest.mark.parametrize(
    "error",
    [
        subprocess.CalledProcessError(1, "x", stderr="a\nno display\n"),
        subprocess.TimeoutExpired("x", 1),
        subprocess.TimeoutExpired("x", 1, stderr=b"a\nno display\n"),
    ],
)
def test_a_window_that_cannot_be_had_is_a_sentence_and_the_rest_is_told(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def fail(*_: object) -> Latency:
        raise error

    monkeypatch.setattr(bench_module, "measured_latency", fail)
    model = ["--model", str(tiny_checkpoint), "--device", "cpu"]
    assert bench_module._window(bench_module_arguments(model)) is None
    assert "The window could not be measured" in capsys.readouterr().err


def bench_module_arguments(options: list[str]):  # type: ignore[no-untyped-def]
    import argparse

    parser = argparse.ArgumentParser()
    bench_module.add_parser(parser.add_subparsers())
    return parser.parse_args(["bench", *options])


NARROW = {
    "narrow-stylegan1": lambda size: StyleGAN1Config(size, z_dim=16, w_dim=16, mapping_layers=2, channel_max=16),
    "narrow-stylegan2": lambda size: GeneratorConfig(size, z_dim=16, w_dim=16, mapping_layers=2, channel_max=16),
}


@pytest.mark.parametrize("family", NARROW)
def test_a_family_is_measured_beside_its_definition(family: str, monkeypatch, capsys) -> None:
    monkeypatch.setattr(families, "MODELS", NARROW)
    options = ["--family", family, "--resolution", "16", "--device", "cpu", "--seconds", "0"]
    assert main(["bench", *options, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    names = [measure["name"] for measure in report["measures"]]
    assert names[:3] == ["Outis, float32", "from layer 4, float32", "from layer 5, float32"]
    assert ("preview, float32" in names) == (family == "narrow-stylegan2")
    assert all("a second" in measure["note"] for measure in report["measures"])
    assert "definition" in family_table(report, None)


@pytest.mark.parametrize("name", families.MODELS)
def test_every_family_has_a_model_to_measure(name: str) -> None:
    with torch.device("meta"):
        for size in (32, 512):
            assert create(families.MODELS[name](size)).config.img_resolution == size


def test_families_and_programs_that_are_not_there_are_refused_by_name(capsys) -> None:
    assert main(["bench", "--family", "stylegan3-s"]) == 2
    assert "did you mean stylegan3-" in capsys.readouterr().err
    assert main(["bench", "--family", "stylegan1", "--beside", "onnx"]) == 2
    assert "--beside knows onnxruntime, openvino, torch.compile, not onnx." in capsys.readouterr().err


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_onnxruntime_draws_the_same_network_beside(monkeypatch, capsys) -> None:
    monkeypatch.setattr(families, "MODELS", NARROW)
    options = ["--resolution", "8", "--device", "cpu", "--seconds", "0", "--beside", "onnxruntime"]
    assert main(["bench", "--family", "narrow-stylegan1", *options]) == 0
    assert "onnxruntime" in capsys.readouterr().out
