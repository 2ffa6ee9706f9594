"""Steps as CUDA graphs, without a card: what is run, captured, replayed and put back, by stand-ins of torch's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from generator.training.capture import WARMING, captured


class FakeGraph:
    """Counts replays, and knows the card that it was captured on."""

    replays = 0
    card: torch.device | None = None

    def replay(self) -> None:
        self.replays += 1


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> FakeGraph:
    graph = FakeGraph()
    stream = SimpleNamespace(wait_stream=lambda _other: None)

    @contextmanager
    def card(device: torch.device) -> Iterator[None]:
        graph.card = device
        yield

    fakes: dict[str, Any] = {
        "device": card,
        "CUDAGraph": lambda: graph,
        "graph": lambda _graph: nullcontext(),
        "Stream": lambda: stream,
        "current_stream": lambda: stream,
        "stream": lambda _stream: nullcontext(),
    }
    for name, fake in fakes.items():
        monkeypatch.setattr(torch.cuda, name, fake)
    return graph


def test_on_the_cpu_a_step_stays_what_it_is() -> None:
    def step() -> None:
        raise AssertionError("nothing is to be run yet")

    assert captured(step, torch.Generator(), list) is step


def test_a_captured_step_is_replayed_and_warming_up_leaves_no_trace(graph: FakeGraph) -> None:
    weight, runs = torch.zeros(2), []

    def step() -> None:
        runs.append(1)
        weight.add_(1)

    on_card = cast(torch.Generator, SimpleNamespace(device=torch.device("cuda", 1)))
    replay = captured(step, on_card, lambda: [weight])
    assert (len(runs), weight.tolist()) == (WARMING + 1, [0, 0])
    assert graph.card == torch.device("cuda", 1)
    replay()
    replay()
    assert (len(runs), graph.replays) == (WARMING + 1, 2)
