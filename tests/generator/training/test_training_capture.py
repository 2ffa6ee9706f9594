"""Steps as CUDA graphs, without a card: what is run, captured, replayed and put back, by stand-ins of torch's own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from generator.render.cuda.cuda_graph import WARMING
from generator.training import optimisers
from generator.training.capture import captured


class FakeGraph:
    """Counts replays, and knows the card that it was captured on."""

    replays = 0
    card: torch.device | None = None
    memory: object = None

    def capture_begin(self, memory: object) -> None:
        self.memory = memory

    def capture_end(self) -> None:
        pass

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
        "Stream": lambda: stream,
        "current_stream": lambda: stream,
        "stream": lambda _stream: nullcontext(),
        "synchronize": lambda: None,
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
        if len(runs) <= WARMING:
            warnings.warn("This instance was constructed with capturable=True, but runs without a graph", stacklevel=1)

    on_card = cast(torch.Generator, SimpleNamespace(device=torch.device("cuda", 1)))
    replay = captured(step, on_card, lambda: [weight], (7, 0))
    assert (len(runs), weight.tolist()) == (WARMING + 1, [0, 0])
    assert graph.memory == (7, 0)
    assert graph.card == torch.device("cuda", 1)
    replay()
    replay()
    assert (len(runs), graph.replays) == (WARMING + 1, 2)


@pytest.mark.parametrize(
    ("device", "is_captured", "capturable"), [("cuda", True, True), ("cuda", False, False), ("cpu", True, False)]
)
def test_adam_counts_its_steps_on_the_card_for_graphs_alone(
    monkeypatch: pytest.MonkeyPatch, device: str, is_captured: bool, capturable: bool
) -> None:
    """Elsewhere that costs time and a warning."""
    made: dict[str, Any] = {}
    monkeypatch.setattr(torch.optim, "Adam", lambda _parameters, **options: made.update(options))
    parameter = SimpleNamespace(requires_grad=True, device=torch.device(device))
    module = cast(torch.nn.Module, SimpleNamespace(parameters=lambda: [parameter]))
    optimisers.adam(module, 0.001, 0.99, captured=is_captured)
    assert made["capturable"] is capturable
