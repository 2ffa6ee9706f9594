"""Residual blocks by native programs are those of torch, on every kind of processor, and only what is one is taken."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from generator.faces.blocks import blocks_of
from generator.faces.small_network import SmallNetwork
from generator.native.target import Targets
from generator.render.cpu import threads
from tests.support.guarded_memory import run_guarded
from tests.support.native_fixtures import NONE, PROCESSORS, run_as

Graph = dict[str, Any]
CASES = [  # size, maps in and out, stride
    ((4, 4), 16, 16, 1),
    ((3, 7), 32, 32, 1),
    ((12, 96), 16, 16, 1),
    ((6, 6), 128, 128, 2),
    ((10, 4), 16, 32, 2),
    ((2, 2), 64, 128, 2),
]


@pytest.fixture(params=PROCESSORS)
def processor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Targets:
    run_as(PROCESSORS[request.param], monkeypatch)
    return PROCESSORS[request.param]


def block(size: tuple[int, int], ins: int, outs: int, stride: int, activation: str = "prelu") -> Graph:
    """A graph of one block between two layers of its own."""

    def op(kind: str, inputs: list[int], output: int, **more: Any) -> dict[str, Any]:
        return {"op": kind, "inputs": inputs, "output": output, **more}

    conv: dict[str, Any] = {"bias": "shift", "padding": "same", "weight": "taps", "stride": stride}
    operations = [op("relu", [0], 1), op("depthwise_conv_2d", [1], 2, **conv)]
    operations += [op("conv_2d", [2], 3, weight="weight", bias="bias", stride=1, padding="valid")]
    beside = 1
    if stride == 2:
        operations += [op("max_pool_2d", [1], 4, kernel=[2, 2], stride=2, padding="valid")]
        operations += [op("pad", [4], 5, pads=[[0, 0], [0, 0], [0, 0], [0, outs - ins]])]
        beside = 5
    ending = {"alpha": "slopes"} if activation == "prelu" else {}
    operations += [op("add", [beside, 3], 6), op(activation, [6], 7, **ending), op("logistic", [7], 8)]
    shapes = {"input_shape": [1, *size, ins], "output_shapes": [[1, size[0] // stride, size[1] // stride, outs]]}
    return {"input": 0, "outputs": [8], "operations": operations, **shapes}


def tensors(ins: int, outs: int) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(ins + outs)
    shapes = {"taps": (ins, 1, 3, 3), "shift": (ins,), "weight": (outs, ins, 1, 1), "bias": (outs,), "slopes": (outs,)}
    return {name: torch.randn(shape, generator=random) / 3 for name, shape in shapes.items()}


def pixels(samples: int, size: tuple[int, int], ins: int) -> torch.Tensor:
    return torch.randn(samples, *size, ins, generator=torch.Generator().manual_seed(samples))


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize(("size", "ins", "outs", "stride"), CASES)
@pytest.mark.parametrize("activation", ["prelu", "relu"])
def test_a_block_is_torchs_and_touches_only_its_own_memory(
    size: tuple[int, int], ins: int, outs: int, stride: int, activation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = SmallNetwork(block(size, ins, outs, stride, activation), tensors(ins, outs))
    x = pixels(2, size, ins)
    (expected,) = network(x)
    monkeypatch.setattr(threads, "_do", run_guarded)
    with torch.no_grad():
        (found,) = network(x)
        assert [step.is_queued for step in network._steps_here()] == [False, True, False]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def test_without_programs_and_where_derivatives_are_wanted_torch_computes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    network = SmallNetwork(block((4, 4), 16, 16, 1), tensors(16, 16))
    x = pixels(1, (4, 4), 16).requires_grad_()
    network(x)[0].sum().backward()
    assert x.grad is not None
    assert x.grad.abs().max() > 0
    run_as(NONE, monkeypatch)
    with torch.no_grad():
        assert not any(step.is_queued for step in network._steps_here())


def test_what_is_needed_elsewhere_or_is_added_to_something_else_is_no_block() -> None:
    def count(graph: Graph) -> int:
        return len(blocks_of(graph["operations"], graph["outputs"]))

    for stride in (1, 2):
        assert count(block((4, 4), 16, 16, stride)) == 1
        for value in (2, 3, 6):  # between the operations
            assert count(block((4, 4), 16, 16, stride) | {"outputs": [8, value]}) == 0
    other = block((4, 4), 16, 16, 1)
    other["operations"][3]["inputs"] = [0, 3]
    assert count(other) == 0


def test_a_block_of_other_sizes_is_left_to_torch() -> None:
    network = SmallNetwork(block((4, 4), 12, 12, 1), tensors(12, 12))
    with torch.no_grad():
        assert not any(step.is_queued for step in network._steps_here())
        assert network(pixels(1, (4, 4), 12))[0].shape == (1, 4, 4, 12)
