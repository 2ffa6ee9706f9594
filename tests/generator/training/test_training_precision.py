"""Training in bfloat16, as on a card, tried on the CPU: who works in it, who does not, and that it learns the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import numpy as np
import pytest
import torch

from generator.networks.mapping import FullyConnected
from generator.networks.stylegan2 import SynthesisLayer
from generator.training.classes import DataClasses
from generator.training.distributed import Ranks
from generator.training.gan import GanState
from generator.training.phases import Inputs, Phases
from tests.support.training_fixtures import CPU, QUICK


@pytest.fixture
def mixed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def precision(_self: Phases) -> AbstractContextManager[object]:
        return torch.autocast("cpu", torch.bfloat16, cache_enabled=False)

    monkeypatch.setattr(Phases, "_precision", precision)
    yield
    assert not torch.is_autocast_enabled("cpu")


def begun() -> tuple[GanState, Phases]:
    """Networks at 16 px, half faded in, and its phases."""
    gan = GanState.begun(QUICK, 8, CPU).grown(16, CPU)
    inputs = Inputs(16, 4, CPU)
    random = torch.Generator().manual_seed(0)
    inputs.real.copy_(torch.randint(0, 256, inputs.real.shape, generator=random, dtype=torch.uint8))
    inputs.fade.fill_(0.5)
    return gan, Phases(gan, inputs, random, Ranks(), DataClasses(np.empty(0, np.int32), 0, CPU))


def stepped() -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """All that is learnt in a step of four phases, and its figures."""
    gan, phases = begun()
    torch.manual_seed(0)
    for name in ("discriminator", "penalty", "generator", "path_length"):
        getattr(phases, name)()
    return gan.tensors(), dict(zip(phases.figures.NAMES, phases.figures.values.tolist(), strict=True))


def test_a_step_in_bfloat16_tells_what_one_in_float32_tells(request: pytest.FixtureRequest) -> None:
    expected, told = stepped()
    request.getfixturevalue("mixed")
    tensors, figures = stepped()
    assert figures["finite"] == 1
    assert figures == pytest.approx(told, abs=0.03, rel=0.03)
    assert all(tensor.isfinite().all() for tensor in tensors.values())
    assert {name: tensor.dtype for name, tensor in tensors.items()} == {n: t.dtype for n, t in expected.items()}


@pytest.mark.usefixtures("mixed")
def test_maps_stay_in_bfloat16_from_block_to_block_and_styles_are_float32() -> None:
    gan, phases = begun()
    taken: list[torch.dtype] = []
    styles: list[torch.dtype] = []
    for module in gan.generator.synthesis.modules():
        if isinstance(module, SynthesisLayer):
            module.register_forward_pre_hook(lambda _module, given: taken.append(given[0].dtype))
        if isinstance(module, FullyConnected):
            module.register_forward_hook(lambda _module, _given, made: styles.append(made.dtype))
    phases.generator()
    assert taken == [torch.float32] + 4 * [torch.bfloat16]  # the learned constant comes first
    assert styles == 8 * [torch.float32]
