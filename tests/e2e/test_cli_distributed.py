"""A batch job that a launcher splits: every seed is drawn by one process, and the live precision only where chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.cli import main
from explorer.cli.distributed import local_device, shared
from generator.render.engine import Engine


@given(count=st.integers(0, 50), size=st.integers(1, 8))
def test_every_seed_is_in_the_range_of_one_process_in_order(count: int, size: int) -> None:
    ranges = []
    for rank in range(size):
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("RANK", str(rank))
            environment.setenv("WORLD_SIZE", str(size))
            ranges.append(shared(range(count)))
    assert [seed for part in ranges for seed in part] == list(range(count))
    assert max(map(len, ranges)) - min(map(len, ranges)) <= 1


def test_without_a_launcher_all_seeds_are_ones_own() -> None:
    assert shared((3, 1)) == (3, 1)
    assert local_device("auto") == "auto"


@pytest.mark.parametrize(("rank", "size"), [("5", "2"), ("2", "2"), ("a", "2"), ("0", "x"), ("-1", "2"), ("0", "0")])
def test_a_launcher_that_makes_no_sense_is_wrong_usage(
    tiny_checkpoint: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    rank: str,
    size: str,
) -> None:
    monkeypatch.setenv("RANK", rank)
    monkeypatch.setenv("WORLD_SIZE", size)
    assert main(["render", "--model", str(tiny_checkpoint), "--seeds", "1-4", "--out", f"{tmp_path}/f/"]) == 2
    assert f"RANK={rank} of WORLD_SIZE={size} is not a valid rank" in capsys.readouterr().err
    assert not (tmp_path / "f").exists()


def test_each_process_has_the_card_of_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "2")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert [local_device(name) for name in ("auto", "cuda", "cuda:0", "cpu")] == ["cuda:2", "cuda:2", "cuda:0", "cpu"]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert local_device("auto") == "auto"


def test_a_process_draws_its_range_and_no_sheet(
    tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    options = [
        "render",
        "--model",
        str(tiny_checkpoint),
        "--device",
        "cpu",
        "--seeds",
        "5-9",
        "--out",
        f"{tmp_path}/f/",
    ]
    assert main(options) == 0
    assert sorted(path.name for path in (tmp_path / "f").iterdir()) == [f"seed000{k}.png" for k in (7, 8, 9)]
    assert main([*options, "--grid", "2"]) == 2
    assert "run it without the launcher" in capsys.readouterr().err


@pytest.mark.parametrize(("options", "live"), [([], False), (["--precision", "live"], True)])
def test_files_are_exact_unless_the_live_precision_is_chosen(
    tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], live: bool
) -> None:
    asked: list[bool] = []
    render = Engine.render

    def watch(self: Engine, *arguments: object, live: bool = False, **rest: object) -> object:
        asked.append(live)
        return render(self, *arguments, live=live, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "render", watch)
    out = tmp_path / "a.png"
    assert main(["render", "--model", str(tiny_checkpoint), "--seeds", "1", "--out", str(out), *options]) == 0
    assert asked == [live]
