"""Styles and normalisations of all layers at once are those of the layers one by one."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from generator.config import GeneratorConfig
from generator.native import target
from generator.native.target import Target, Targets
from generator.networks import ops
from generator.networks.stylegan2 import ToRGB
from generator.render.cpu.native_styles import NativeStyles
from generator.render.cpu.styles import TINY, BatchedStyles, Styled, Styles, styled_layers
from generator.render.cpu.threads import ThreadPool
from tests.support.models import random_generator
from tests.support.native_fixtures import AVX2, HALVES, NARROW, PLAIN, TARGETS, run_as

CONFIG = GeneratorConfig(16, z_dim=16, w_dim=32, mapping_layers=1, channel_base=1024, channel_max=128)  # 64 at 16 px


pytestmark = pytest.mark.usefixtures("no_gradients")


@pytest.fixture(scope="module")
def layers() -> list[Styled]:
    return styled_layers(list(random_generator(CONFIG).synthesis.blocks.values()))


@pytest.fixture(params=[*TARGETS, "torch"])
def styles(request: pytest.FixtureRequest, layers: list[Styled]) -> Styles:
    if request.param == "torch":
        return BatchedStyles(layers)
    return NativeStyles(layers, TARGETS[request.param], ThreadPool())


def some_ws(n: int, seed: int = 0) -> Tensor:
    return torch.randn(n, CONFIG.num_ws, CONFIG.w_dim, generator=torch.Generator().manual_seed(seed))


def computed(styles: Styles, ws: Tensor, count: int) -> None:
    styles.compute(ws, [row.numpy().tobytes() for row in ws.unbind(dim=1)], count)
    if isinstance(styles, NativeStyles):
        styles.team.finish()


def expected(layer: Styled, ws: Tensor) -> tuple[Tensor, Tensor]:
    """As `generator.networks` has it; the norm times the gain of the activation."""
    style = layer.layer.affine(ws[:, layer.row])
    if isinstance(layer.layer, ToRGB):
        return style * layer.layer.weight_gain, torch.zeros(0)
    squares = (layer.layer.weight * style[:, None, :, None, None]).square().sum(dim=(2, 3, 4))
    return style, ops.GAIN * (squares + 1e-8).rsqrt()


@pytest.mark.parametrize("n", [1, 3])
def test_they_are_those_of_the_layers(styles: Styles, layers: list[Styled], n: int) -> None:
    for seed in range(2):
        ws = some_ws(n, seed)
        computed(styles, ws, len(layers))
        for k, layer in enumerate(layers):
            style, norm = expected(layer, ws)
            torch.testing.assert_close(styles.style(k), style)
            assert styles.style(k).is_contiguous()
            if layer.is_convolution:
                torch.testing.assert_close(styles.norm(k), norm)
                assert styles.norm(k).is_contiguous()


def test_rows_are_in_the_order_of_the_network(layers: list[Styled]) -> None:
    assert [layer.row for layer in layers] == [0, 1, 1, 2, 3, 3, 4, 5]
    assert [layer.is_convolution for layer in layers] == [True, False, True, True, False, True, True, False]


def test_only_layers_whose_row_changed_are_computed(layers: list[Styled]) -> None:
    styles, ws = NativeStyles(layers, AVX2, ThreadPool()), some_ws(1)
    computed(styles, ws, len(layers))
    for k in range(len(layers)):
        styles.style(k).fill_(torch.nan)
    computed(styles, ws, len(layers))
    assert all(styles.style(k).isnan().all() for k in range(len(layers)))
    ws[:, 3:] += 1
    computed(styles, ws, 5)
    assert [bool(styles.style(k).isnan().all()) for k in range(len(layers))] == [True] * 4 + [False] + [True] * 3
    computed(styles, ws, len(layers))
    assert [bool(styles.style(k).isnan().all()) for k in range(len(layers))] == [True] * 4 + [False] * 4


def test_bytes_depend_neither_on_threads_nor_on_what_was_computed_before(
    layers: list[Styled], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    for count in (1, 2, 7):
        monkeypatch.setattr(torch, "get_num_threads", lambda count=count: count)
        styles = NativeStyles(layers, NARROW, ThreadPool())
        for ws in ([some_ws(1, 1), some_ws(3)] if count == 2 else []) + [some_ws(1)]:
            computed(styles, ws, len(layers))
        found.add(b"".join(styles.norm(k).numpy().tobytes() for k, layer in enumerate(layers) if layer.is_convolution))
    assert len(found) == 1


def test_programs_are_for_widths_in_whole_blocks_and_vectors(
    layers: list[Styled], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fitting(*targets: Target) -> Target | None:
        run_as(Targets(targets), monkeypatch)
        return NativeStyles.fitting(layers, halves=False)

    assert fitting(*target.AVX512) == NARROW
    assert fitting() is None
    assert fitting(Target(lanes=64, rows=1, vectors=1)) is None  # w has 32 numbers
    assert fitting(Target(lanes=16, rows=1, vectors=8)) is None  # 64 maps are half a block
    run_as(HALVES, monkeypatch)
    assert NativeStyles.fitting(layers, halves=True) == target.AVX512_HALVES[1]
    run_as(PLAIN, monkeypatch)
    assert NativeStyles.fitting(layers, halves=True) == NARROW


def test_in_halves_factors_are_rounded_and_sums_are_not(layers: list[Styled]) -> None:
    ws = some_ws(2)
    styles = NativeStyles(layers, target.AVX512_HALVES[1], ThreadPool())
    computed(styles, ws, len(layers))
    for k, layer in enumerate(layers):
        weight, bias = layer.affine()
        style = ws[:, layer.row].bfloat16().float() @ weight.bfloat16().float() + bias
        torch.testing.assert_close(styles.style(k), style)
        assert not torch.allclose(style, expected(layer, ws)[0])
        if layer.is_convolution:
            squares = style.square().bfloat16().float() @ layer.squares().bfloat16().float()
            torch.testing.assert_close(styles.norm(k), (squares + TINY).rsqrt())
