"""Steps as CUDA graphs, without a card: what is run, captured, replayed and put back, by stand-ins of torch's own."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from generator.render.cuda.cuda_graph import WARM_UP_RUNS, CaptureSpace, GraphsFail
from generator.training import optimisers
from generator.training.capture import captured
from tests.support.fake_card import FakeCard


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> FakeCard:
    return FakeCard(monkeypatch)


ON_CARD = cast(torch.Generator, SimpleNamespace(device=torch.device("cuda", 1)))


def test_on_the_cpu_a_step_stays_what_it_is() -> None:
    def step() -> None:
        raise AssertionError("nothing is to be run yet")

    assert captured(step, torch.Generator(), list, CaptureSpace(torch.device("cpu"))) is step


def test_a_captured_step_is_replayed_and_warming_up_leaves_no_trace(card: FakeCard) -> None:
    weight, runs = torch.zeros(2), []

    def step() -> None:
        runs.append(1)
        weight.add_(1)
        if len(runs) <= WARM_UP_RUNS:
            warnings.warn("This instance was constructed with capturable=True, but runs without a graph", stacklevel=1)

    replay = captured(step, ON_CARD, lambda: [weight], CaptureSpace(ON_CARD.device))
    assert (len(runs), weight.tolist()) == (WARM_UP_RUNS + 1, [0, 0])
    assert card.index == 1
    replay()
    replay()
    assert (len(runs), card.replays) == (WARM_UP_RUNS + 1, 2)


def test_a_step_that_cannot_be_captured_leaves_no_trace_either(card: FakeCard) -> None:
    weight = torch.zeros(2)

    def step() -> None:
        weight.add_(1)
        if card.underway:
            raise RuntimeError("CUDA error: operation not permitted when stream is capturing")

    with pytest.raises(GraphsFail):
        captured(step, ON_CARD, lambda: [weight], CaptureSpace(ON_CARD.device))
    assert weight.tolist() == [0, 0]


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
