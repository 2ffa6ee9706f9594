"""Without LLVM, or with programs that draw wrongly, torch's operators draw every picture, and the user is told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generator.config import GeneratorConfig
from generator.native import target
from generator.networks import Generator
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.cpu import threads
from generator.render.cpu.pixels import to_bytes
from generator.render.engine import Engine
from tests.support.models import random_generator
from tests.support.native_fixtures import PROCESSORS, run_as

CONFIG = GeneratorConfig(32, z_dim=32, w_dim=32, mapping_layers=2, channel_base=1024, channel_max=64)
RECIPE = Recipe(source=SeedSource(3))
PROGRAM = """
import sys
{block}
import numpy as np
from generator.render.engine import Engine
from tests.generator.native.test_without_programs import CONFIG, RECIPE
from tests.support.models import random_generator

engine = Engine(random_generator(CONFIG), "cpu")
np.save(sys.argv[1], engine.render(RECIPE))
print(engine.remark)
"""


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of AVX2, given up by nobody but the test."""
    run_as(PROCESSORS["AVX2"], monkeypatch)
    monkeypatch.setattr(target, "_given_up", "")


@pytest.fixture
def generator() -> Generator:
    return random_generator(CONFIG)


def as_defined(generator: Generator) -> np.ndarray:
    with torch.inference_mode():
        ws = Engine(generator, "cpu").w_plus(RECIPE)
        return to_bytes(generator.synthesis(ws, "const", 0))[0].numpy()


def difference(a: np.ndarray, b: np.ndarray) -> int:
    return int(np.abs(a.astype(int) - b).max())


@pytest.mark.parametrize(
    ("switch", "block", "reason"),
    [
        ("0", "", "OUTIS_NATIVE=0 is set"),
        ("1", "sys.modules['llvmlite'] = None", "llvmlite cannot be used"),
    ],
)
def test_without_llvm_the_picture_is_the_networks_and_a_sentence_says_what_is_missing(
    generator: Generator, tmp_path: Path, switch: str, block: str, reason: str
) -> None:
    command = [sys.executable, "-c", PROGRAM.format(block=block), str(tmp_path / "picture.npy")]
    done = subprocess.run(
        command, env={**os.environ, "OUTIS_NATIVE": switch}, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"No native programs: {reason}")
    assert done.stdout.count(".\n") == 1
    assert difference(np.load(tmp_path / "picture.npy"), as_defined(generator)) <= 1


def test_programs_that_draw_rightly_are_used_and_nothing_is_said(generator: Generator) -> None:
    engine = Engine(generator, "cpu")
    assert engine.notice == ""
    assert target.targets() == PROCESSORS["AVX2"]


def ruined(value: float) -> Callable[[list[Any], int], None]:
    """In place of what runs programs: spoils the results of the last one."""
    do = threads._do

    def run(runs: list[Any], count: int) -> None:
        do(runs, count)
        y = {**runs[-1].work._given, **runs[-1].given}["y"]
        y.fill_(value)

    return run


@pytest.mark.parametrize("value", [0, 1])
def test_programs_that_draw_wrongly_are_given_up_and_a_sentence_says_so(
    generator: Generator, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = as_defined(generator)
    monkeypatch.setattr(threads, "_do", ruined(value))
    engine = Engine(generator, "cpu")
    assert engine.notice.startswith("The native programs give wrong results here: ")
    assert target.targets() == target.Targets()
    assert difference(engine.render(RECIPE), expected) <= 1
    assert difference(engine.render(RECIPE, live=True), expected) <= 1
