"""Pictures as CUDA graphs, drawn here without a card: the same memory, the same order, the same numbers."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config
from generator.errors import RecipeError
from generator.networks import Generator
from generator.networks.inputs import SynthesisInputs
from generator.networks.transform import transform_matrix
from generator.recipe.latent import broadcast, z_from_seed
from generator.recipe.recipe import NoiseMode, Recipe, SeedSource
from generator.render import engine as engine_module
from generator.render import held_forms, self_test
from generator.render.cpu.pixels import to_pixels
from generator.render.cuda.cuda_graph import GraphsFail
from generator.render.engine import Engine
from generator.render.forms import GraphedNetwork, GraphedSynthesis
from generator.render.preview_colours import ColourShifts
from tests.support.effort import tries
from tests.support.models import TINY, random_generator

WIDE = GeneratorConfig(
    64, z_dim=16, w_dim=16, mapping_layers=1, channel_base=2048, channel_max=64
)  # styles scale maps in some layers and kernels in others
SMALL3 = StyleGAN3Config(16, z_dim=16, w_dim=16, channel_base=256, channel_max=16, num_layers=4)


pytestmark = pytest.mark.usefixtures("no_gradients")


def some_ws(config: GeneratorConfig, seed: int = 0) -> torch.Tensor:
    return torch.randn(1, config.num_ws, config.w_dim, generator=torch.Generator().manual_seed(seed))


def apart(form: np.ndarray, expected: np.ndarray) -> int:
    assert form.shape == expected.shape
    return int(np.abs(form.astype(int) - expected).max())


@pytest.mark.parametrize(
    "changes", [{}, {"img_channels": 1}, {"conv_clamp": 0.5}, {"channel_base": 96}, {"img_resolution": 4}]
)
@pytest.mark.parametrize("noise", ["const", "random", "none"])
def test_stages_draw_what_the_network_draws_at_every_exit(changes: dict[str, Any], noise: NoiseMode) -> None:
    config = replace(WIDE, **changes)
    generator, ws = random_generator(config), some_ws(config)
    form = GraphedSynthesis(generator, torch.float32)
    for exit_at in (None, 4, 16, 50):
        expected = to_pixels(generator.synthesis(ws, noise, 5, exit_at))[0]
        assert apart(form.pixels(SynthesisInputs(ws, noise, 5, exit_at)), expected) <= 1
        assert expected.std() > 5


def test_the_shipped_model_in_bfloat16_is_within_one_of_255_on_average(faces: Generator) -> None:
    ws = broadcast(faces.mapping(torch.from_numpy(z_from_seed(85, 512))), faces.config.num_ws)
    expected = to_pixels(faces.synthesis(ws))[0].astype(int)
    assert apart(GraphedSynthesis(faces, torch.float32).pixels(SynthesisInputs(ws)), expected) <= 1
    assert np.abs(GraphedSynthesis(faces, torch.bfloat16).pixels(SynthesisInputs(ws)) - expected).mean() < 1.0


LAYERS = TINY.num_ws
rows = st.tuples(st.integers(0, LAYERS - 1), st.integers(0, LAYERS - 1), st.integers(0, 3))
noises = st.sampled_from([("const", None), ("none", None), ("random", 0), ("random", 1)])
moves = st.lists(st.tuples(rows, noises, st.sampled_from([None, 4, 8, 16])), min_size=1, max_size=6)


@settings(max_examples=tries(20))
@given(moves=moves)
def test_any_edits_give_the_bytes_of_a_fresh_start(tiny: Generator, moves: list[Any]) -> None:
    form, ws = GraphedSynthesis(tiny, torch.float32), some_ws(TINY)
    for (first, last, seed), (noise, noise_seed), exit_at in moves:
        ws[:, first : last + 1] = some_ws(TINY, seed)[:, first : last + 1]
        fresh = GraphedSynthesis(tiny, torch.float32).pixels(SynthesisInputs(ws, noise, noise_seed, exit_at))
        assert np.array_equal(form.pixels(SynthesisInputs(ws, noise, noise_seed, exit_at)), fresh)


def test_only_the_stages_that_changed_are_launched(tiny: Generator) -> None:
    form, ws, launched = GraphedSynthesis(tiny, torch.float32), some_ws(TINY), []
    form.pixels(SynthesisInputs(ws))
    for name in list(form._works):
        form._works[name] = lambda name=name, work=form._works[name]: (launched.append(name), work())[1]  # type: ignore[misc]
    form.pixels(SynthesisInputs(ws))
    ws[:, 5:] += 1  # of layers at 16 px and above
    form.pixels(SynthesisInputs(ws))
    assert launched == ["styles", "pixels 3", "styles", "stage 2", "stage 3", "pixels 3"]


def test_a_stage_that_fails_is_drawn_again(tiny: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    form = GraphedSynthesis(tiny, torch.float32)
    form.pixels(SynthesisInputs(some_ws(TINY)))
    changed, works = some_ws(TINY, 1), dict(form._works)

    def fail() -> None:
        raise RuntimeError("CUDA out of memory")

    form._works["stage 2"] = fail
    with pytest.raises(RuntimeError):
        form.pixels(SynthesisInputs(changed))
    form._works = works
    assert np.array_equal(
        form.pixels(SynthesisInputs(changed)), GraphedSynthesis(tiny, torch.float32).pixels(SynthesisInputs(changed))
    )


def test_a_picture_that_is_not_finite_is_refused_and_the_next_one_is_right(tiny: Generator) -> None:
    form, ws = GraphedSynthesis(tiny, torch.float32), some_ws(TINY)
    expected = form.pixels(SynthesisInputs(ws))
    with pytest.raises(RecipeError, match="invalid values"):
        form.pixels(SynthesisInputs(ws * torch.inf))
    assert np.array_equal(form.pixels(SynthesisInputs(ws)), expected)


HIGH = GeneratorConfig(16, 16, w_dim=16, channel_base=128, channel_max=16, lowest=(4, 2), img_channels=4)


@pytest.mark.parametrize("config", [SMALL3, StyleGAN1Config(16, 16, w_dim=16, channel_base=128, channel_max=16), HIGH])
@pytest.mark.parametrize("noise", ["const", "random", "none"])
def test_any_family_draws_as_it_is_defined(config: GeneratorConfig, noise: NoiseMode) -> None:
    generator = random_generator(config)
    form = GraphedNetwork(generator)
    matrices = [None, transform_matrix(0.1, 0, 20)] if config.has_transform else [None]
    for seed, matrix in enumerate(matrices * 2):
        for exit_at in (None, 8):
            ws = some_ws(config, seed)
            expected = to_pixels(generator.synthesis(ws, noise, 3, exit_at, matrix))[0]
            assert np.array_equal(form.pixels(SynthesisInputs(ws, noise, 3, exit_at, matrix)), expected)


@pytest.mark.parametrize("config", [HIGH, replace(HIGH, img_channels=3), replace(HIGH, lowest=(4, 4))])
def test_transparent_pictures_and_those_that_are_not_square_come_from_general_graphs(
    config: GeneratorConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = random_generator(config)
    monkeypatch.setattr(Generator, "w_avg", property(lambda _: SimpleNamespace(device=torch.device("cuda"))))
    assert not GraphedSynthesis.fits(generator)
    assert GraphedNetwork.fits(generator)


# with stand-ins for a card ------------------------------------------------------------------------------------------


class Card(Engine):
    """An engine whose CPU passes for a card."""

    def _to_device(self, device: torch.device) -> None:
        super()._to_device(torch.device("cpu"))

    @property
    def on_cpu(self) -> bool:
        return False


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GraphedSynthesis, "fits", staticmethod(lambda generator: generator.config.stops_early))
    monkeypatch.setattr(GraphedNetwork, "fits", staticmethod(lambda generator: True))
    monkeypatch.setattr(engine_module.devices, "live_dtype", lambda _device: torch.bfloat16)
    monkeypatch.setattr(held_forms, "has_bf16_form", lambda _generator: False)  # as CPUs may


def test_on_a_card_live_pictures_come_from_graphs_and_others_are_exact(tiny: Generator, card: None) -> None:
    engine, recipe = Card(tiny), Recipe(source=SeedSource(3))
    exact = Engine(tiny, "cpu").render(recipe)
    assert engine.notice == ""
    assert engine.live_precision == "bfloat16"
    assert np.array_equal(engine.render(recipe), exact)
    live = engine.render(recipe, live=True)
    assert 0 < np.abs(live.astype(int) - exact).mean() < 1.0
    assert engine.render(recipe, 16, live=True).shape == (16, 16, 3)


def test_a_card_that_is_slow_with_bfloat16_is_not_said_to_use_it(
    tiny: Generator, card: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module.devices, "live_dtype", lambda _device: torch.float32)
    assert Card(tiny).live_precision == "float32"


def test_previews_from_graphs_are_lent_the_colours_of_the_full_picture_before(card: None) -> None:
    generator = random_generator(GeneratorConfig(128, 16, w_dim=16, mapping_layers=1, channel_base=512))
    engine, recipe, other = Card(generator), Recipe(source=SeedSource(3)), Recipe(source=SeedSource(5))
    assert engine.colour_shifts() == {}
    engine.render(recipe, live=True)
    shifts = engine.colour_shifts()
    assert list(shifts) == [32, 64]
    engine.render(other, 32, live=True)
    again = engine.colour_shifts()
    engine.render(other, live=True, aside=True)
    assert not np.array_equal(engine.colour_shifts()[64], again[64])
    ws = engine.w_plus(recipe)
    for size in (32, 64):  # asked for only now, when other pictures have taken the place of the first
        expected = ColourShifts.of([generator.synthesis(ws, "const", None, end) for end in (size, None)])
        assert np.abs(expected[size]).max() > 5
        assert apart(shifts[size], expected[size]) <= 2  # bfloat16
        assert np.array_equal(again[size], shifts[size])


def test_other_families_are_live_through_one_graph(card: None) -> None:
    generator = random_generator(SMALL3)
    engine, recipe = Card(generator), Recipe(source=SeedSource(3))
    assert engine.notice == ""
    assert engine.live_precision == "float32"
    assert np.array_equal(engine.render(recipe, live=True), engine.render(recipe))


@pytest.mark.parametrize("fault", ["wrong", "failing", "silent"])
def test_graphs_that_do_not_work_are_left_and_said(
    tiny: Generator, card: None, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def pixels(*_: object) -> np.ndarray:
        if fault == "failing":
            raise RuntimeError("operation not permitted when stream is capturing\nmore")
        if fault == "silent":
            raise RuntimeError
        return np.zeros((self_test.TEST_RESOLUTION, self_test.TEST_RESOLUTION, 3), np.uint8)

    monkeypatch.setattr(GraphedSynthesis, "pixels", pixels)
    engine, recipe = Card(tiny), Recipe(source=SeedSource(3))
    assert engine.notice.startswith("CUDA graphs do not work here: ")
    assert "\n" not in engine.notice
    assert np.array_equal(engine.render(recipe, live=True), engine.render(recipe))
    assert engine.live_precision == "float32"


def test_where_memory_ran_out_nothing_is_held_that_only_saves_time(tiny: Generator, card: None) -> None:
    engine, recipe = Card(tiny), Recipe(source=SeedSource(3))
    expected = engine.render(recipe)
    assert engine.reduce_memory()
    assert not engine.reduce_memory()
    assert np.array_equal(engine.render(recipe, live=True), expected)
    assert engine._forms._graphed is None
    assert all(form is None or form._memory.size == 0 for form in engine._forms._fast.values())


def test_graphs_that_fail_at_full_size_are_left_and_said_and_the_card_is_kept(
    tiny: Generator, card: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> np.ndarray:
        raise GraphsFail("CUDA error: operation failed due to a previous error during capture\nmore")

    engine, recipe = Card(tiny), Recipe(source=SeedSource(3))
    assert engine.notice == ""
    monkeypatch.setattr(GraphedSynthesis, "pixels", fail)
    assert np.array_equal(engine.render(recipe, live=True), Engine(tiny, "cpu").render(recipe))
    assert "previous error during capture. Live previews will be slower" in engine.notice
    assert engine.live_precision == "float32"
