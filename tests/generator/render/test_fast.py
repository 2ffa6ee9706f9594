"""The fast form draws what the network draws, whatever it drew before."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.config import GeneratorConfig
from generator.errors import RenderCancelled
from generator.native import target
from generator.native.target import Targets
from generator.networks import Generator
from generator.recipe import latent
from generator.recipe.recipe import NoiseMode, Recipe, SeedSource
from generator.render.cpu import bands, packed
from generator.render.cpu import form as cpu_form
from generator.render.cpu.activation_cache import ActivationCache
from generator.render.cpu.layer import FastLayer
from generator.render.cpu.threads import ThreadPool
from generator.render.engine import Engine
from generator.render.forms import FastSynthesis, fast_form
from generator.render.reference_form import reference_synthesis
from tests.support.effort import tries
from tests.support.models import TINY, random_generator
from tests.support.native_fixtures import HALVES, NONE, PLAIN, PROCESSORS, run_as

LAYERS = TINY.num_ws
WIDE = GeneratorConfig(
    64, z_dim=16, w_dim=16, mapping_layers=1, channel_base=2048, channel_max=64
)  # both forms of layers


pytestmark = pytest.mark.usefixtures("no_gradients", "two_threads")


@pytest.fixture(scope="module")
def wide() -> Generator:
    return random_generator(WIDE)


def fast(generator: Generator, halves: bool = False) -> FastSynthesis:
    form = fast_form(generator, halves)
    assert isinstance(form, FastSynthesis)
    return form


def some_ws(config: GeneratorConfig, n: int = 1, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, config.num_ws, config.w_dim, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("noise", ["const", "random", "none"])
@pytest.mark.parametrize("exit_at", [None, 4, 8, 16, 32, 50])
@pytest.mark.parametrize("n", [1, 3])
def test_every_noise_exit_and_batch_is_the_networks(wide: Generator, noise: NoiseMode, exit_at: int, n: int) -> None:
    ws = some_ws(WIDE, n)
    expected = wide.synthesis(ws, noise, 5, exit_at)
    assert (fast(wide)(ws, noise, 5, exit_at) - expected).abs().max() < 2e-3
    assert expected.std() > 0.05


@pytest.mark.parametrize("resolution", [4, 8, 16, 128, 256])
def test_every_resolution_is_the_networks(resolution: int) -> None:
    generator = random_generator(dataclasses.replace(TINY, img_resolution=resolution))
    ws = some_ws(generator.config)
    assert (fast(generator)(ws) - generator.synthesis(ws)).abs().max() < 2e-3


@pytest.mark.parametrize(
    "changes",
    [
        {"img_channels": 1},
        {"conv_clamp": 0.5},
        {"conv_clamp": 256},  # a whole number, as configurations have it
        {"channel_base": 96},
        {"channel_max": 7},
        {"channel_max": 1},
    ],
)
def test_every_kind_of_model_is_the_networks(changes: dict[str, object]) -> None:
    generator = random_generator(dataclasses.replace(WIDE, **changes))  # type: ignore[arg-type]
    ws = some_ws(WIDE, 2)
    assert (fast(generator)(ws) - generator.synthesis(ws)).abs().max() < 2e-3


def test_the_shipped_model_is_the_plain_forms(faces: Generator) -> None:
    w = faces.mapping(torch.from_numpy(latent.z_from_seed(85, 512)))
    ws = latent.broadcast(w, faces.config.num_ws)
    weights = {name: value.contiguous() for name, value in faces.state_dict().items()}
    expected = reference_synthesis(weights, faces.config, ws)
    assert (fast(faces)(ws) - expected).abs().max() < 2e-3


def test_in_halves_the_shipped_model_is_within_one_of_255_on_average(
    faces: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_as(HALVES, monkeypatch)
    w = faces.mapping(torch.from_numpy(np.concatenate([latent.z_from_seed(seed, 512) for seed in (85, 2)])))
    ws = faces.w_avg + 0.7 * (latent.broadcast(w, faces.config.num_ws) - faces.w_avg)
    expected, halves = fast(faces)(ws), fast(faces, halves=True)(ws)
    error = ((halves.clamp(-1, 1) - expected.clamp(-1, 1)) * 127.5).abs()
    assert 0.1 < error.mean() < 1.0


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("rows", [2, 4, 6, 62])
def test_bands_of_any_height_give_the_same_picture(wide: Generator, n: int, rows: int, monkeypatch) -> None:
    ws = some_ws(WIDE, n)
    run_as(NONE, monkeypatch)
    for noise in ("const", "none"):
        monkeypatch.setattr(bands, "rows_of_a_band", lambda *_: rows)
        form = fast(wide)
        form(some_ws(WIDE, n, seed=1), noise)
        assert (form(ws, noise) - wide.synthesis(ws, noise)).abs().max() < 1e-4


@pytest.mark.parametrize("packing", [True, False])
def test_without_native_programs_the_picture_is_the_same(
    wide: Generator, packing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_as(NONE, monkeypatch)
    if not packing:
        monkeypatch.setattr(packed, "can_pack", lambda _weight: False)
    ws = some_ws(WIDE, 2)
    assert (fast(wide)(ws) - wide.synthesis(ws)).abs().max() < 2e-3


@pytest.mark.parametrize("first", range(LAYERS))
@pytest.mark.parametrize("processor", PROCESSORS)
@pytest.mark.parametrize("halves", [False, True])
def test_a_change_from_any_layer_gives_the_bytes_of_a_fresh_start(
    tiny: Generator, first: int, halves: bool, processor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_as(PROCESSORS[processor], monkeypatch)
    form, changed = fast(tiny, halves), some_ws(TINY)
    form(changed)
    changed[:, first:] = some_ws(TINY, seed=1)[:, first:]
    assert torch.equal(form(changed), fast(tiny, halves)(changed))


@pytest.mark.parametrize("processor", PROCESSORS)
@pytest.mark.parametrize("halves", [False, True])
def test_every_processors_programs_draw_what_the_network_draws(
    wide: Generator, tiny: Generator, halves: bool, processor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_as(PROCESSORS[processor], monkeypatch)
    for generator in (wide, tiny):
        ws = some_ws(generator.config, 2)
        expected, form = generator.synthesis(ws), fast(generator, halves)
        error = (form(ws) - expected).abs()
        assert error.mean() < (0.02 * expected.std() if form.in_bf16 else 1e-3)


def test_programs_of_two_processors_are_never_chosen_together() -> None:
    with pytest.raises(ValueError, match="must be for the same processor"):
        Targets(target.AVX2, target.AVX512_HALVES)


def test_what_a_program_writes_is_there_before_it_is_read_in_another_type(
    wide: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_as(HALVES, monkeypatch)
    team, doubling = ThreadPool(), next(layer for layer in wide.synthesis.layers if layer.up)
    outs, ins = doubling.weight.shape[:2]
    x = torch.ones(1, ins, 4, 4).contiguous(memory_format=torch.channels_last)
    unwritten = torch.full((1, outs, 8, 8), torch.nan, dtype=torch.bfloat16)
    layer, spare = FastLayer(doubling, team, halves=True), unwritten.contiguous(memory_format=torch.channels_last)
    maps = layer(x.bfloat16(), torch.ones(1, ins), torch.ones(1, outs), None, spare)
    assert maps is spare
    assert team.there(maps, torch.float32).isfinite().all()


rows = st.tuples(st.integers(0, LAYERS - 1), st.integers(0, LAYERS - 1), st.integers(0, 3))
noises = st.sampled_from([("const", None), ("none", None), ("random", 0), ("random", 1)])
moves = st.lists(st.tuples(rows, noises, st.sampled_from([None, 4, 8, 16])), min_size=1, max_size=6)


@settings(max_examples=tries(25))
@given(moves=moves, limit=st.sampled_from([0, 40_000, 2**28]))
def test_any_edits_give_the_bytes_of_a_fresh_start(tiny: Generator, moves: list, limit: int) -> None:
    form, ws = fast(tiny), some_ws(TINY)
    form._memory = ActivationCache(limit)
    for (first, last, seed), (noise, noise_seed), exit_at in moves:
        ws[:, first : last + 1] = some_ws(TINY, seed=seed)[:, first : last + 1]
        assert torch.equal(form(ws, noise, noise_seed, exit_at), fast(tiny)(ws, noise, noise_seed, exit_at))
        assert form._memory.size <= limit


def test_batches_leave_nothing_that_changes_a_picture_drawn_alone(wide: Generator) -> None:
    form, ws = fast(wide), some_ws(WIDE, 3)
    expected = fast(wide)(ws[:1])
    for noise in ("const", "random"):
        together = form(ws, noise, None)
        assert len({float(image.sum()) for image in together}) == 3
    assert torch.equal(form(ws[:1]), expected)
    assert torch.equal(form(ws), fast(wide)(ws))


def test_a_batch_takes_nothing_from_one_with_other_noise(wide: Generator) -> None:
    form, ws = fast(wide), some_ws(WIDE, 3)
    form(ws[:2], "const")  # its last picture is the first of the next batch
    assert torch.equal(form(ws[1:], "none"), fast(wide)(ws[1:], "none"))


def test_only_the_layers_that_changed_are_computed(tiny: Generator) -> None:
    form, ws, computed = fast(tiny), some_ws(TINY), []
    form(ws)
    for block in form._blocks.values():
        block.convolutions[:] = [watched(layer, computed) for layer in block.convolutions]
    form(ws)
    assert computed == []
    ws[:, 5:] += 1
    form(ws)
    assert computed == [32, 32]
    computed.clear()
    form(ws, "none", None, 8)
    assert computed == [4, 8, 8]
    computed.clear()
    form(ws, "none")
    assert computed == [16, 16, 32, 32]


def watched(layer: FastLayer, computed: list[int]) -> Callable[..., torch.Tensor]:
    return lambda *given: (computed.append(layer.resolution), layer(*given))[1]


@pytest.mark.parametrize(("long", "questions"), [(cpu_form.LONG, 1), (0, 7), (-1, 8)])  # a 32 px model has 7 layers
def test_a_picture_given_up_says_so_and_leaves_the_next_one_right(
    tiny: Generator, long: int, questions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpu_form, "LONG", long)
    form = fast(tiny)
    for patience in range(questions + 1):
        answers = iter([False] * patience + [True] * 9)
        ws = some_ws(TINY, seed=patience)
        if patience < questions:
            with pytest.raises(RenderCancelled):
                form(ws, is_cancelled=lambda answers=answers: next(answers))
        assert torch.equal(form(ws), fast(tiny)(ws))


@pytest.mark.parametrize("n", [1, 2])
def test_a_fault_leaves_nothing_that_was_never_drawn(wide: Generator, n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    form, ws = fast(wide), some_ws(WIDE, n)
    with monkeypatch.context() as patch:
        patch.setattr(ThreadPool, "_room", lambda *_: (_ for _ in ()).throw(MemoryError()))
        with pytest.raises(MemoryError):
            form(ws)
    assert torch.equal(form(ws), fast(wide)(ws))


def test_what_is_prepared_is_what_pictures_are_drawn_with(tiny: Generator) -> None:
    form = fast(tiny)
    form.prepare()
    made = [block.convolutions for block in form._blocks.values()]
    assert torch.equal(form(some_ws(TINY)), fast(tiny)(some_ws(TINY)))
    assert all(a is b.convolutions for a, b in zip(made, form._blocks.values(), strict=True))


def test_fresh_noise_is_never_remembered(tiny: Generator) -> None:
    form, ws = fast(tiny), some_ws(TINY)
    assert not torch.equal(form(ws, "random"), form(ws, "random"))
    assert torch.equal(form(ws, "random", 3), form(ws, "random", 3))


def test_the_engine_previews_and_forgets_without_changing_a_picture(tiny: Generator) -> None:
    engine, recipe = Engine(tiny, "cpu"), Recipe(source=SeedSource(3))
    full, small = engine.render(recipe), engine.render(recipe, 16)
    engine.clear_caches()
    assert np.array_equal(engine.render(recipe, 16), small)
    assert np.array_equal(engine.render(recipe), full)


def test_where_halves_are_fast_what_is_looked_at_is_drawn_in_them_and_what_is_kept_is_not(
    faces: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(source=SeedSource(3))
    run_as(PLAIN, monkeypatch)
    exact = Engine(faces, "cpu").render(recipe)
    run_as(HALVES, monkeypatch)
    engine = Engine(faces, "cpu")
    assert engine.live_precision == "bfloat16"
    live = engine.render(recipe, live=True)
    assert 0 < np.abs(live.astype(float) - exact).mean() < 1
    assert engine.colour_shifts()
    assert np.array_equal(engine.render(recipe, 64), engine.render(recipe, 64, live=True))
    assert np.array_equal(engine.render(recipe), exact)
    tiny = dataclasses.replace(TINY, channel_max=8)  # too few channels for any program
    assert Engine(random_generator(tiny), "cpu").live_precision == "float32"
