"""No program reads or writes outside of what it was given: what lies around is poison, and stays as it was.

A read outside brings in what is not a number, so that the result is not that of the same program unwatched.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from generator.config import GeneratorConfig, LucidrainsConfig, StyleGAN1Config
from generator.native import pixels
from generator.native.target import Targets
from generator.networks import Generator
from generator.render.cpu import threads
from generator.render.cpu.native import NativeLayer, SmallLayer, UpLayer, WinogradLayer
from generator.render.cpu.pixels import to_pixels
from generator.render.cpu.threads import ThreadPool, Work
from generator.render.forms import fast_form, fast_mapping
from tests.support.guarded_memory import run_guarded
from tests.support.models import TINY, random_generator
from tests.support.native_fixtures import HALVES, PROCESSORS, run_as

Watch = Callable[[], None]
WIDE = GeneratorConfig(64, z_dim=64, w_dim=64, mapping_layers=2, channel_base=2048, channel_max=64)
pytestmark = pytest.mark.usefixtures("no_gradients")


@pytest.fixture(params=PROCESSORS)
def processor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Targets:
    run_as(PROCESSORS[request.param], monkeypatch)
    return PROCESSORS[request.param]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Call it to have every program from then on watched."""
    return lambda: monkeypatch.setattr(threads, "_do", run_guarded)


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize("config", [TINY, WIDE])
@pytest.mark.parametrize("halves", [False, True])
@pytest.mark.parametrize("n", [1, 3])
def test_a_picture_touches_only_its_own_memory(config: GeneratorConfig, halves: bool, n: int, watch: Watch) -> None:
    generator = random_generator(config)
    ws = torch.randn(n, config.num_ws, config.w_dim, generator=torch.Generator().manual_seed(0))
    expected = drawn(generator, ws, halves)
    watch()
    assert torch.equal(drawn(generator, ws, halves), expected)


OTHERS = [
    StyleGAN1Config(32, z_dim=16, w_dim=16, mapping_layers=1, channel_base=2048, channel_max=64),
    GeneratorConfig(32, z_dim=16, w_dim=16, mapping_layers=1, channel_max=64, architecture="resnet"),
    GeneratorConfig(16, z_dim=16, w_dim=16, mapping_layers=1, channel_max=16, upsampling="bilinear"),
    LucidrainsConfig(16, z_dim=16, w_dim=16, mapping_layers=1, channel_max=16),
]


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize("config", OTHERS)
def test_a_picture_of_other_families_touches_only_its_own_memory(config: GeneratorConfig, watch: Watch) -> None:
    generator = random_generator(config)
    ws = torch.randn(2, config.num_ws, config.w_dim, generator=torch.Generator().manual_seed(0))
    expected = drawn(generator, ws, halves=False)
    watch()
    assert torch.equal(drawn(generator, ws, halves=False), expected)


def drawn(generator: Generator, ws: torch.Tensor, halves: bool) -> torch.Tensor:
    form = fast_form(generator, halves)
    assert form is not None
    return form(ws, "random", 3)


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize("n", [1, 31, 247])
def test_the_mapping_touches_only_its_own_memory(n: int, watch: Watch) -> None:
    generator, z = random_generator(WIDE), torch.randn(n, 64, generator=torch.Generator().manual_seed(0))
    expected = fast_mapping(generator)(z, None)
    watch()
    assert torch.equal(fast_mapping(generator)(z, None), expected)


@pytest.mark.usefixtures("processor")
@pytest.mark.parametrize("shape", [(1, 3, 4, 4), (2, 1, 20, 12), (1, 3, 6, 7), (1, 3, 128, 96)])
def test_pixels_touch_only_their_own_memory(shape: tuple[int, ...], watch: Watch) -> None:
    images = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    expected = to_pixels(images)
    watch()
    assert all((a == b).all() for a, b in zip(to_pixels(images), expected, strict=True))


CASES = [(WinogradLayer, (20, 12), 3), (UpLayer, (5, 12), 2), (UpLayer, (3, 150), 1), (SmallLayer, (3, 200), 2)]


@pytest.mark.parametrize(("kind", "size", "samples"), CASES)
def test_layers_of_odd_sizes_touch_only_their_own_memory(
    kind: type[NativeLayer], size: tuple[int, int], samples: int, processor: Targets, watch: Watch
) -> None:
    for target in (*processor.exact, *processor.halves):
        ins, outs, random = 2 * target.lanes, target.columns, torch.Generator().manual_seed(0)
        weight, team = torch.randn(outs, ins, 3, 3, generator=random), ThreadPool()
        layer = kind(weight, torch.zeros(outs), None, target, team)
        x = torch.randn(samples, ins, *size, generator=random).to(layer.dtype)
        given = x.contiguous(memory_format=torch.channels_last), torch.ones(samples, ins), torch.ones(samples, outs)
        expected = layer(*given, None, None)
        team.finish()
        watch()
        found = layer(*given, None, None)
        team.finish()
        assert torch.equal(found, expected)


def watched_pixels(x: torch.Tensor, y: torch.Tensor, count: int) -> torch.Tensor:
    target, team = HALVES.exact[0], ThreadPool()
    faults = torch.empty(1, target.lanes)
    sizes = {"colours": 1, "pixels": count, "parts": 1}
    Work(pixels.pixels(target), 1, 0, sizes, team).queue({"x": x, "y": y, "faults": faults})
    team.finish()
    return faults


def test_a_program_that_writes_outside_is_found(watch: Watch) -> None:
    watch()
    with pytest.raises(AssertionError, match="written around y"):
        watched_pixels(torch.zeros(64), torch.empty(3 * 63, dtype=torch.uint8), 64)


def test_a_program_that_reads_outside_is_found(watch: Watch) -> None:
    watch()
    assert watched_pixels(torch.zeros(64), torch.empty(3 * 64, dtype=torch.uint8), 64).isfinite().all()
    assert watched_pixels(torch.zeros(63), torch.empty(3 * 64, dtype=torch.uint8), 64).isnan().any()
