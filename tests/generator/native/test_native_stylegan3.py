"""Programs for StyleGAN3's layers draw what the definition draws, and touch nothing but their own memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from generator.config import StyleGAN3Config
from generator.native import filters
from generator.native.minimal import F4, F6, Minimal
from generator.native.program import Program
from generator.native.target import CACHE_LINE, Target
from generator.networks.filtered_activation import Resampling, filtered_activation
from generator.networks.filters import jinc_low_pass, kaiser_low_pass
from generator.render.cpu import threads
from generator.render.cpu.filtered import NativeActivation, separated
from generator.render.cpu.native_stylegan3 import Convolution, PaddedConvolution, PointConvolution, cheapest
from generator.render.cpu.threads import ThreadPool
from generator.render.forms import fast_form
from tests.support.guarded_memory import run_guarded
from tests.support.models import random_generator
from tests.support.native_fixtures import AVX2, NEON, PROCESSORS, TARGETS, WIDE, run_as

pytestmark = pytest.mark.usefixtures("no_gradients", "two_threads")

CASES = {  # up, down, size before and after, samples, radial
    "same rate": (2, 2, 38, 36, 1, False),
    "twice the rate": (4, 2, 22, 40, 2, False),
    "odd crop": (4, 2, 20, 23, 1, False),
    "small": (2, 2, 8, 6, 1, False),
    "several strips": (2, 2, 80, 78, 1, False),
    "three times": (6, 3, 10, 8, 1, False),
    "radial": (2, 2, 20, 20, 2, True),
    "radial, twice the rate": (4, 2, 16, 26, 1, True),
}


def normal(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def in_lines(maps: Tensor) -> Tensor:
    """`[N, C, H, W]` as `[N, C / 16, H, W, 16]`."""
    samples, _, height, width = maps.shape
    return maps.reshape(samples, -1, CACHE_LINE, height, width).permute(0, 1, 3, 4, 2).contiguous()


def filtered(
    case: tuple[int, int, int, int, int, bool], clamp: float | None, target: Target
) -> tuple[Tensor, Tensor, NativeActivation]:
    """What the program draws, what is right, and the program's layer. Its input has more rows and columns than count,
    which are not numbers."""
    up, down, before, after, samples, radial = case
    sizes = Resampling(up, down, 6 * up, 6 * down, before, after)
    first = torch.from_numpy(kaiser_low_pass(6 * up, 0.3, 0.5, up)).float()
    second = torch.from_numpy((jinc_low_pass if radial else kaiser_low_pass)(6 * down, 0.25, 0.6, down)).float()
    x = normal(samples, 32, before, before).contiguous(memory_format=torch.channels_last)
    padded = in_lines(F.pad(x, (0, 2, 0, 3), value=torch.nan))
    layer = NativeActivation(first, second, sizes, clamp, target, team := ThreadPool())
    y = torch.full((samples, 32, after, after), torch.nan).contiguous(memory_format=torch.channels_last)
    layer.queue(padded, y)
    team.finish()
    return y, filtered_activation(x, first, second, sizes, clamp), layer


@pytest.mark.parametrize(("name", "target"), [*((name, AVX2) for name in CASES), ("odd crop", WIDE), ("radial", NEON)])
def test_a_filtered_activation_is_the_definitions(name: str, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[name]
    for clamp in (None, 0.5):
        drawn, expected, _ = filtered(case, clamp, target)
        torch.testing.assert_close(drawn, expected, atol=3e-4 if case[-1] else 3e-6, rtol=1e-4)
    monkeypatch.setattr(threads, "_do", run_guarded)
    assert torch.equal(filtered(case, clamp, target)[0], drawn)


def test_a_whole_number_as_a_clamp_is_a_number() -> None:
    drawn, expected, _ = filtered(CASES["small"], 1, AVX2)
    torch.testing.assert_close(drawn, expected)


@pytest.mark.parametrize(("cutoff", "width"), [(2.0, 12.0), (2.8, 10.3), (4.0, 8.0)])
def test_a_radial_filter_is_nearly_a_sum_of_few_products(cutoff: float, width: float) -> None:
    taps = torch.from_numpy(jinc_low_pass(12, cutoff, width, 32)).float()
    parts = separated(taps)
    assert len(parts) == 2
    found = torch.stack([torch.outer(y, x) for y, x in parts]).sum(dim=0)
    assert (found - taps).norm() < 3e-4 * taps.norm()


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize(
    ("kind", "kernel"),
    [(partial(PaddedConvolution, minimal=F4), 3), (partial(PaddedConvolution, minimal=F6), 3), (PointConvolution, 1)],
    ids=["F4", "F6", "1x1"],
)
@pytest.mark.parametrize(("height", "width", "samples"), [(9, 14, 2), (36, 36, 1), (3, 5, 1)])
def test_a_convolution_of_any_size_is_torchs(
    target: Target,
    kind: Callable[[Tensor, Tensor, ThreadPool], Convolution],
    kernel: int,
    height: int,
    width: int,
    samples: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("generator.render.cpu.native_stylegan3._target", lambda ins, outs: target)
    ins, outs = 2 * target.lanes, 2 * target.columns
    weight, bias = normal(outs, ins, kernel, kernel) / (kernel * ins**0.5), normal(outs)
    x = normal(samples, ins, height, width).contiguous(memory_format=torch.channels_last)
    styles, norms = normal(samples, ins) + 1, normal(samples, outs) + 1
    expected = F.conv2d(x * styles[:, :, None, None], weight, padding=kernel - 1) * norms[:, :, None, None]
    expected += bias[:, None, None]
    for guarded in (False, True):
        if guarded:
            monkeypatch.setattr(threads, "_do", run_guarded)
        layer = kind(weight, bias, team := ThreadPool())
        drawn = layer.queue(x, styles, norms)
        team.finish()
        counts = drawn[:, :, : expected.shape[2], : expected.shape[3]]
        torch.testing.assert_close(counts, in_lines(expected), atol=2e-4, rtol=1e-4)


@pytest.mark.parametrize("minimal", [F4, F6], ids=["F4", "F6"])
def test_a_minimal_filter_is_the_filter(minimal: Minimal) -> None:
    values, taps = normal(minimal.tile), normal(3)
    transformed = [value for part in minimal.parts for value in part(values.tolist())]
    products = (torch.tensor(minimal.weight) @ taps) * torch.tensor(transformed)
    results = torch.tensor(minimal.output(products.tolist()))
    torch.testing.assert_close(results, values.unfold(0, 3, 1) @ taps, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("ins", "size", "expected"),
    [(512, 38, F4), (512, 54, F6), (512, 150, F6), (256, 278, F6), (128, 278, F4), (512, 24, F4)],
)
def test_tiles_are_large_where_that_multiplies_less(ins: int, size: int, expected: Minimal) -> None:
    assert cheapest(ins, size) is expected


@pytest.mark.parametrize(("name", "radial"), [("AVX2", True), ("AVX2", False), ("AVX-512", False)])
def test_processors_draw_the_network(name: str, radial: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    run_as(PROCESSORS[name], monkeypatch)
    kernel = 1 if radial else 3
    config = StyleGAN3Config(
        32,
        z_dim=8,
        w_dim=8,
        channel_base=300,
        channel_max=20,
        num_layers=5,
        conv_kernel=kernel,
        use_radial_filters=radial,
    )
    generator, ws = random_generator(config), normal(2, config.num_ws, 8)
    form = fast_form(generator)
    assert form is not None
    drawn, expected = form(ws), generator.synthesis(ws)
    assert (drawn - expected).abs().max() < 2e-3 * expected.abs().max()
    monkeypatch.setattr(threads, "_do", run_guarded)
    assert torch.equal(form(ws), drawn)


def test_bytes_do_not_depend_on_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    expected, _, _ = filtered(CASES["several strips"], None, AVX2)
    for count in (1, 3):
        monkeypatch.setattr(torch, "get_num_threads", lambda count=count: count)
        assert torch.equal(filtered(CASES["several strips"], None, AVX2)[0], expected)


def test_the_program_is_written_once_for_layers_of_one_kind() -> None:
    layers = [filtered(CASES[name], None, AVX2)[2] for name in ("same rate", "several strips")]
    program: Program = filters.activation(AVX2, layers[0]._filters)
    assert filters.activation(AVX2, layers[1]._filters) is program
