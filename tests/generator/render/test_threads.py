"""Where torch brings no OpenMP library, threads of Python run the programs, and none waits for one that never comes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Thread

import pytest
import torch
from torch import Tensor

from generator.config import GeneratorConfig
from generator.networks import Generator
from generator.render.cpu import threads
from generator.render.forms import FastSynthesis
from tests.support.models import random_generator

CONFIG = GeneratorConfig(32, z_dim=32, w_dim=32, mapping_layers=1, channel_base=2048, channel_max=64)


@pytest.fixture(scope="module")
def generator() -> Generator:
    return random_generator(CONFIG)


@pytest.fixture
def no_openmp(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Call it with how many threads there shall be."""

    def leave_out(count: int) -> None:
        monkeypatch.setattr(threads, "_openmp", lambda: None)
        monkeypatch.setattr(torch, "get_num_threads", lambda: count)

    return leave_out


@torch.inference_mode()
def drawn(generator: Generator, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return FastSynthesis(generator)(torch.randn(1, CONFIG.num_ws, CONFIG.w_dim, generator=random))


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_any_number_of_threads_draws_the_same(
    generator: Generator, no_openmp: Callable[[int], None], count: int
) -> None:
    expected = [drawn(generator, seed) for seed in range(4)]
    no_openmp(count)
    assert all(torch.equal(drawn(generator, seed), wanted) for seed, wanted in enumerate(expected))


def test_pictures_drawn_at_the_same_time_do_not_wait_for_each_other_forever(
    generator: Generator, no_openmp: Callable[[int], None]
) -> None:
    no_openmp(3)
    expected, found = drawn(generator), []
    drawing = [Thread(target=lambda: found.extend(drawn(generator) for _ in range(10))) for _ in range(3)]
    for thread in drawing:
        thread.start()
    for thread in drawing:
        thread.join()
    assert len(found) == 30
    assert all(torch.equal(picture, expected) for picture in found)


class Short(ThreadPoolExecutor):
    """Threads of a system that has only so many left."""

    def __init__(self, left: int) -> None:
        super().__init__(8)
        self._left = left

    def submit(self, *given):  # type: ignore[no-untyped-def]
        if self._left == 0:
            raise RuntimeError("can't start new thread")
        self._left -= 1
        return super().submit(*given)


@pytest.mark.parametrize("left", [0, 1, 2])
def test_threads_that_started_do_not_wait_for_those_that_could_not(
    generator: Generator, no_openmp: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    no_openmp(3)
    expected = drawn(generator)
    with monkeypatch.context() as patch, Short(left) as pool:
        patch.setattr(threads, "_pool", lambda _count: pool)
        with pytest.raises(RuntimeError, match="start new thread"):
            drawn(generator)
    assert torch.equal(drawn(generator), expected)


def test_whoever_interrupts_waits_until_the_threads_have_left_the_memory(
    generator: Generator, no_openmp: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    no_openmp(2)
    seen: list[list[Future[None]]] = []

    def interrupted(futures: list[Future[None]]) -> None:
        seen.append(futures)
        if len(seen) < 3:
            raise KeyboardInterrupt
        wait(futures)

    monkeypatch.setattr(threads, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        drawn(generator)
    assert len(seen) == 3
    assert all(future.done() for future in seen[0])
