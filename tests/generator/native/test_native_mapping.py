"""The mapping network by native programs maps what the network maps, to the same bytes alone and among others."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from generator.config import GeneratorConfig
from generator.native.target import Target
from generator.networks.mapping import MappingNetwork
from generator.render.cpu.native_mapping import NativeMapping, native_mapping
from generator.render.cpu.native_rows import MOST
from generator.render.forms import fast_mapping
from tests.support.models import random_generator
from tests.support.native_fixtures import AVX2, NONE, PROCESSORS, TARGETS, run_as

PLAIN = GeneratorConfig(8, z_dim=48, w_dim=64, mapping_layers=3, channel_base=64)
CLASSES = GeneratorConfig(8, z_dim=48, w_dim=64, c_dim=5, mapping_layers=2, channel_base=64)


pytestmark = pytest.mark.usefixtures("no_gradients", "two_threads")


@pytest.fixture(params=TARGETS)
def processor(request: pytest.FixtureRequest) -> Target:
    return TARGETS[request.param]


def network(config: GeneratorConfig = PLAIN) -> MappingNetwork:
    mapping = random_generator(config).mapping
    assert isinstance(mapping, MappingNetwork)
    return mapping


def some_z(n: int) -> Tensor:
    return torch.randn(n, PLAIN.z_dim, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("n", [1, 5, 31, MOST + 7])
def test_w_is_the_networks(processor: Target, n: int) -> None:
    mapping, z = network(), some_z(n)
    torch.testing.assert_close(NativeMapping(mapping, processor)(z), mapping(z), atol=1e-5, rtol=1e-4)


def test_classes_are_told_apart() -> None:
    mapping, z = network(CLASSES), some_z(4)
    fast = NativeMapping(mapping, AVX2)
    for c in (None, torch.eye(5)[:4]):
        torch.testing.assert_close(fast(z, c), mapping(z, c), atol=1e-5, rtol=1e-4)
    assert not torch.equal(fast(z, torch.eye(5)[:4]), fast(z))


def test_bytes_are_the_same_alone_and_among_others_on_any_number_of_threads(
    processor: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping, z = network(), some_z(MOST + 9)
    fast = NativeMapping(mapping, processor)
    together = fast(z)
    for k in (0, 7, MOST - 1, MOST, MOST + 8):
        assert torch.equal(fast(z[k : k + 1])[0], together[k])
    monkeypatch.setattr(torch, "get_num_threads", lambda: 5)
    assert torch.equal(NativeMapping(mapping, processor)(z), together)


def test_a_result_stays_as_it_is() -> None:
    fast = NativeMapping(network(), AVX2)
    first = fast(some_z(3))
    kept = first.clone()
    fast(some_z(3) + 1)
    assert torch.equal(first, kept)


def test_widths_that_fill_no_vectors_are_left_to_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = random_generator(GeneratorConfig(8, z_dim=20, w_dim=20, mapping_layers=2, channel_base=64))
    run_as(PROCESSORS["AVX2"], monkeypatch)
    assert fast_mapping(odd) is odd.mapping
    assert isinstance(native_mapping(network()), NativeMapping)
    run_as(NONE, monkeypatch)
    assert native_mapping(network()) is None
    assert native_mapping(torch.nn.Linear(8, 8)) is None
