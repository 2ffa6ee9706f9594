"""Steps as CUDA graphs, without a card: what is run, captured, replayed and put back, by stand-ins of torch's own."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from generator.render.cuda.cuda_graph import WARM_UP_RUNS, CaptureSpace, GraphsFail, Work
from generator.training import optimisers, stepper
from generator.training.capture import captured
from generator.training.journal import Entry, Notice
from generator.training.run_folder import RunFolder
from generator.training.settings import Stage
from tests.support.fake_card import FakeCard
from tests.support.training_fixtures import QUICK, shapes, train


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


class FailingCaptures:
    """Stands in for `captured`: runs a step to warm up, as a card does, puts everything back, and fails from the
    `good`th capture on; earlier ones are taken as they are."""

    def __init__(self, good: int) -> None:
        self.good, self.asked = good, 0

    def __call__(
        self, step: Work, random: torch.Generator, state: Callable[[], Sequence[torch.Tensor]], space: CaptureSpace
    ) -> Work:
        self.asked += 1
        if self.asked <= self.good:
            return step
        before = [tensor.detach().clone() for tensor in state()]
        step()
        with torch.no_grad():
            for tensor, value in zip(state(), before, strict=True):
                tensor.copy_(value)
        raise GraphsFail("CUDA error: operation not permitted when stream is capturing\nmore of it")


@pytest.mark.parametrize("good", [0, 2])
def test_a_training_whose_graphs_fail_continues_without_them_to_the_same_weights_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    images, settings = shapes(tmp_path, 8, 8), replace(QUICK, stages=(Stage(8, 16, 4),))
    train(settings, images, tmp_path / "eager")
    captures = FailingCaptures(good)
    monkeypatch.setattr(stepper, "captured", captures)
    heard: list[Entry] = []
    assert train(settings, images, tmp_path / "run", heard.append).reason == "done"
    expected, found = (RunFolder(tmp_path / name).load_state()[0].tensors for name in ("eager", "run"))
    assert expected.keys() == found.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())
    (notice,) = (entry for entry in heard if isinstance(entry, Notice))
    assert notice.sentence == (
        "CUDA graphs failed at 8 px; training continues without them, more slowly: "
        "CUDA error: operation not permitted when stream is capturing"
    )
    assert captures.asked == good + 1
