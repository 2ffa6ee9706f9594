"""The layered form draws what the network of any family draws, whatever it drew before."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from generator import checkpoint
from generator.config import GeneratorConfig, LucidrainsConfig, R3GANConfig, StyleGAN1Config, StyleGAN3Config
from generator.config.stylegan_xl import grown
from generator.errors import RenderCancelled
from generator.native.target import targets
from generator.networks import Generator, early_colours, ops
from generator.networks.inputs import SynthesisInputs
from generator.networks.transform import transform_matrix
from generator.recipe.recipe import Noise, Recipe, SeedSource
from generator.render.cpu import form as cpu_form
from generator.render.cpu import previews
from generator.render.cpu.activation_cache import ActivationCache
from generator.render.cpu.families import r3gan
from generator.render.cpu.families.stylegan3_preview import nearest_taps
from generator.render.cpu.layered import LayeredSynthesis, LayerStep
from generator.render.cpu.pixels import to_pixels
from generator.render.cpu.previews import FACES, LinearMap, Previews
from generator.render.cpu.threads import ThreadPool
from generator.render.engine import Engine
from generator.render.forms import fast_form
from tests.support.checkpoint_layouts_others import dump_tensorflow, tensorflow_generator
from tests.support.models import random_generator
from tests.support.native_fixtures import NONE, run_as

SMALL = {"z_dim": 16, "w_dim": 16, "mapping_layers": 1, "channel_max": 16}
RESNET = GeneratorConfig(32, architecture="resnet", conv_clamp=1.5, channel_base=512, **SMALL)
R3GAN = R3GANConfig(
    32, z_dim=16, w_dim=18, c_dim=3, widths=(16, 16, 8, 8), cardinalities=(4, 4, 2, 2), blocks=(1, 2, 1, 1)
)
CONFIGS: dict[str, GeneratorConfig] = {
    "stylegan1": StyleGAN1Config(32, channel_base=512, **SMALL),
    "resnet": RESNET,
    "orig": GeneratorConfig(16, architecture="orig", **SMALL),
    "alpha": dataclasses.replace(RESNET, img_channels=4),
    "grey and wide": StyleGAN1Config(16, img_channels=1, lowest=(4, 8), **SMALL),
    "stylegan3-t": StyleGAN3Config(16, channel_base=512, num_layers=4, **SMALL),
    "stylegan-xl": grown(StyleGAN3Config(16, num_layers=4, channel_base=512, **SMALL), [(2, 4)], embedding=(3, 5)),
    "stylegan3-r": StyleGAN3Config(16, num_layers=4, conv_kernel=1, use_radial_filters=True, **SMALL),
    "clean": GeneratorConfig(16, upsampling="bilinear", channel_base=256, **SMALL),
    "lucidrains": LucidrainsConfig(16, channel_base=256, **SMALL),
    "no constant": LucidrainsConfig(16, img_channels=4, no_const=True, **SMALL),
    "r3gan": R3GAN,
}

pytestmark = pytest.mark.usefixtures("no_gradients", "two_threads")


@pytest.fixture(scope="module", params=CONFIGS)
def generator(request: pytest.FixtureRequest) -> Generator:
    return random_generator(CONFIGS[request.param])


def layered(generator: Generator) -> LayeredSynthesis:
    form = fast_form(generator)
    assert isinstance(form, LayeredSynthesis)
    return form


def some_ws(config: GeneratorConfig, n: int = 1, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, config.num_ws, config.w_dim, generator=torch.Generator().manual_seed(seed))


def inputs(config: GeneratorConfig, n: int = 1, **changes: object) -> SynthesisInputs:
    transform = transform_matrix(0.1, -0.2, 30) if config.has_transform else None
    given = SynthesisInputs(some_ws(config, n), transform=transform)
    return dataclasses.replace(given, **changes)


def drawn(form: LayeredSynthesis, given: SynthesisInputs) -> torch.Tensor:
    return form(given.ws, given.noise, given.noise_seed, given.max_resolution, transform=given.transform)


@pytest.mark.parametrize("n", [1, 2])
def test_every_family_noise_and_batch_is_the_networks(generator: Generator, n: int) -> None:
    form = layered(generator)
    for noise, seed in (("const", None), ("none", None), ("random", 5)):
        for size in (None, 8):
            given = inputs(generator.config, n, noise=noise, noise_seed=seed, max_resolution=size)
            expected = given.through(generator.synthesis)
            assert (drawn(form, given) - expected).abs().max() < 2e-3 * expected.abs().max()
            assert np.allclose(form.pixels(given), to_pixels(expected), atol=1)


def test_a_change_from_any_layer_gives_the_bytes_of_a_fresh_start(generator: Generator) -> None:
    form, given = layered(generator), inputs(generator.config)
    drawn(form, given)
    for first in range(generator.config.num_ws):
        given.ws[:, first:] = some_ws(generator.config, seed=first + 1)[:, first:]
        assert torch.equal(drawn(form, given), drawn(layered(generator), given))


def test_the_noise_the_motion_and_little_memory_leave_the_bytes_of_a_fresh_start(generator: Generator) -> None:
    given = inputs(generator.config)
    moves = [
        given,
        dataclasses.replace(given, noise="random", noise_seed=1),
        dataclasses.replace(given, noise="random", noise_seed=2),
        dataclasses.replace(given, transform=None),
        given,
    ]
    for limit in (0, 40_000, 2**28):
        form = layered(generator)
        form._memory = ActivationCache(limit)
        for move in moves:
            assert torch.equal(drawn(form, move), drawn(layered(generator), move))
            assert form._memory.size <= limit


def test_only_the_layers_that_changed_are_computed(generator: Generator) -> None:
    form, given, computed = layered(generator), inputs(generator.config), []
    form.__dict__["_steps"] = tuple(watched(step, computed) for step in form._steps)
    drawn(form, given)
    names = [step.name for step in form._steps if step.name in computed]  # shortcuts are computed when they are needed
    assert len(computed) == len(names) >= generator.config.num_ws
    for first in range(generator.config.num_ws):
        computed.clear()
        given.ws[:, first] += 1
        drawn(form, given)
        changed = next(step.name for step in form._steps if first in step.rows)
        assert sorted(computed) == sorted(names[names.index(changed) :])
    computed.clear()
    drawn(form, given)
    form.pixels(dataclasses.replace(given, max_resolution=8))
    assert computed == []


def watched(step: LayerStep, computed: list[str]) -> LayerStep:
    return dataclasses.replace(step, run=lambda given: (computed.append(step.name), step.run(given))[1])


def test_a_picture_given_up_continues_where_it_stopped(generator: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu_form, "LONG", -1)
    form, given, computed = layered(generator), inputs(generator.config), []
    form.__dict__["_steps"] = tuple(watched(step, computed) for step in form._steps)
    for done in (2, 4):
        answers = iter([False, False, False, True])
        with pytest.raises(RenderCancelled):
            form(given.ws, is_cancelled=lambda answers=answers: next(answers), transform=given.transform)
        assert len(computed) == done
    assert torch.equal(drawn(form, given), drawn(layered(generator), given))
    assert len(computed) == len(set(computed))  # none twice


def test_a_fault_leaves_nothing_that_was_never_drawn(generator: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    form, given = layered(generator), inputs(generator.config)
    with monkeypatch.context() as patch:
        patch.setattr(ThreadPool, "finish", lambda *_: (_ for _ in ()).throw(MemoryError()))
        with pytest.raises(MemoryError):
            drawn(form, given)
    assert torch.equal(drawn(form, given), drawn(layered(generator), given))


def test_batches_and_pictures_aside_change_no_later_picture(generator: Generator) -> None:
    form, given = layered(generator), inputs(generator.config)
    expected = drawn(layered(generator), given)
    drawn(form, inputs(generator.config, 2, noise="random"))
    aside = form(given.ws + 1, aside=True)
    assert form._memory.size == 0
    assert torch.equal(drawn(form, given), expected)
    assert torch.equal(form(given.ws + 1), aside)


def test_the_engine_draws_as_is_defined(generator: Generator) -> None:
    engine = Engine(generator, "cpu")
    assert engine.notice == ""
    recipe = Recipe(source=SeedSource(3), noise=Noise("random", 2))
    ws = engine.w_plus(recipe)
    expected = to_pixels(generator.synthesis(ws, "random", 2))[0].astype(int)
    assert np.abs(engine.render(recipe) - expected).max() <= 1
    assert np.abs(engine.values(recipe) * 255 - expected).max() <= 2 or generator.config.has_alpha
    with pytest.raises(RenderCancelled):
        engine.render(Recipe(source=SeedSource(4)), is_cancelled=lambda: True)


@pytest.mark.parametrize("name", ["clean", "lucidrains"])
def test_a_preview_stops_early_where_the_network_can_and_the_full_picture_continues_there(name: str) -> None:
    generator, computed = random_generator(CONFIGS[name]), []
    form, ws = layered(generator), some_ws(CONFIGS[name])
    form.__dict__["_steps"] = tuple(watched(step, computed) for step in form._steps)
    assert form.has_previews
    early = form(ws, max_resolution=15, quick=True)
    assert computed[-1] == "8.image"
    assert torch.equal(form(ws), layered(generator)(ws))
    assert len(computed) == len(set(computed)) == len(form._steps)
    assert [image.shape[2] for image in form.exits] == [4, 8, 16]
    assert torch.equal(form.exits[1], early)


HIGH = GeneratorConfig(16, lowest=(4, 2), **SMALL)  # only by native programs does it have another form


@pytest.mark.parametrize("config", [*map(CONFIGS.get, ["clean", "lucidrains", "r3gan"]), HIGH])
def test_bands_and_torchs_operators_draw_the_picture(config: GeneratorConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    run_as(NONE, monkeypatch)
    monkeypatch.setattr(r3gan, "BAND_BYTES", 4 * 16 * 32 * 5)  # five rows of the largest maps
    generator, given = random_generator(config), inputs(config, 2)
    expected = given.through(generator.synthesis)
    assert (drawn(layered(generator), given) - expected).abs().max() < 1e-4 * expected.abs().max()


@pytest.mark.parametrize("config", [RESNET, CONFIGS["clean"]])
def test_the_maps_of_a_block_are_the_networks(config: GeneratorConfig) -> None:
    generator = random_generator(config)
    expected = generator.synthesis.features(some_ws(config), 16)
    assert torch.allclose(layered(generator).features(inputs(config), 16), expected, atol=1e-3)


LEVELS = {
    "stylegan1": StyleGAN1Config(64, channel_base=1024, **SMALL),
    "resnet": dataclasses.replace(RESNET, img_resolution=64, channel_base=1024),
    "plain operators": StyleGAN1Config(64, channel_base=448, **SMALL),  # too few maps for any program
    "r3gan": dataclasses.replace(R3GAN, img_resolution=64, widths=(16,) * 5, cardinalities=(4,) * 5, blocks=(1,) * 5),
}


@pytest.mark.parametrize("name", LEVELS)
def test_quick_previews_are_learnt_face_by_face_and_resemble_the_pictures(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpu_form, "LONG", -1)
    generator = random_generator(LEVELS[name])
    form, face = layered(generator), next(Previews(generator, [32]).unseen())
    small = form(face, max_resolution=32)
    assert torch.equal(form(face, max_resolution=32, quick=True), small)  # nothing is known yet
    answers = iter([False] * 40 + [True])
    with pytest.raises(RenderCancelled):
        form.learn_previews([32], lambda: next(answers))
    form.learn_previews([32])
    assert form._previews._seen == FACES
    quick = form(face, max_resolution=32, quick=True)
    assert quick.shape == small.shape
    assert 0 < (quick - small).square().mean() < small.var()
    assert torch.equal(form(face, max_resolution=32), small)
    other = layered(generator)
    other.learn_previews([32])
    assert torch.equal(other(face, max_resolution=32, quick=True), quick)


def test_the_first_drag_of_a_slow_model_need_not_wait_for_all_faces() -> None:
    generator = random_generator(LEVELS["stylegan1"])
    previews, known = Previews(generator, [32]), []
    for _ in previews.unseen():
        known.append(previews.level(32))
        previews.see({32: torch.randn(1, 4, 32, 32)}, torch.randn(1, 3, 64, 64))
    assert known == [None] * 3 + [32] * 5


def fitted_to_held_out_faces(generator: Generator, monkeypatch: pytest.MonkeyPatch) -> LinearMap:
    """Colours of the maps of 32 px, which no map that is fitted to other faces can draw better."""
    form = layered(generator)
    with monkeypatch.context() as patch:
        patch.setattr(previews, "FIRST_SEED", previews.FIRST_SEED + FACES)
        patch.setattr(previews, "FACES", previews.HELD_OUT)
        form.learn_previews([32])
    return form._previews.maps[32]


def with_earlier_level(generator: Generator, colours: LinearMap, path: Path) -> Generator:
    """As it opens from a TensorFlow pickle in which `colours` are those of 32 px."""
    weight = colours.weight.t()[..., None, None] * len(colours.weight) ** 0.5
    generator.early = {early_colours.name(32, "weight"): weight, early_colours.name(32, "bias"): colours.bias}
    return checkpoint.load(dump_tensorflow(tensorflow_generator(generator), path))


def test_stored_colours_of_an_earlier_level_that_draw_the_picture_serve_from_the_first_full_image_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = random_generator(LEVELS["stylegan1"])
    fitted = fitted_to_held_out_faces(generator, monkeypatch)
    form, face = (
        layered(with_earlier_level(generator, fitted, tmp_path / "a.pkl")),
        next(Previews(generator, [32]).unseen()),
    )
    small = ops.shrink(form(face), 32, 64)
    quick = form(face, max_resolution=32, quick=True)
    assert 0 < (quick - small).square().mean() < small.var()
    assert torch.allclose(form._previews.maps[32].weight, fitted.weight)
    form.learn_previews([32])
    assert form._previews._seen == FACES + previews.HELD_OUT
    assert torch.equal(form(face, max_resolution=32, quick=True), quick)  # nearer than what was learnt


def test_stored_colours_that_draw_another_picture_are_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = random_generator(LEVELS["stylegan1"])
    fitted = fitted_to_held_out_faces(generator, monkeypatch)
    stale = LinearMap(-fitted.weight, fitted.bias)
    plain, form = layered(generator), layered(with_earlier_level(generator, stale, tmp_path / "a.pkl"))
    plain.learn_previews([32])
    face = next(Previews(generator, [32]).unseen())
    small = ops.shrink(form(face), 32, 64)
    assert torch.equal(form(face, max_resolution=32, quick=True), small)
    form.learn_previews([32])
    assert torch.allclose(form._previews.maps[32].weight, plain._previews.maps[32].weight, atol=1e-5)


def test_the_colours_of_a_level_are_scaled_as_those_of_the_network() -> None:
    network = random_generator(LEVELS["stylegan1"]).synthesis
    stored = {early_colours.name(64, part): getattr(network.torgb, part) for part in ("weight", "bias")}
    colours, maps = early_colours.colours(stored, 64), torch.randn(1, 16, 4, 4)
    assert colours is not None
    assert torch.allclose(LinearMap(*colours).image(maps), network.torgb(maps), atol=1e-5)


def test_the_engine_has_previews_of_these_families_and_draws_quick_ones_only_when_asked() -> None:
    engine, recipe = Engine(random_generator(LEVELS["stylegan1"]), "cpu"), Recipe(source=SeedSource(3))
    assert engine.has_previews
    expected = engine.render(recipe, 32, live=True)
    engine.learn_previews([32])
    assert np.array_equal(engine.render(recipe, 32, live=True), expected)
    assert not np.array_equal(engine.rendering(recipe, 32, live=True, quick=True).pixels, expected)
    assert not Engine(random_generator(CONFIGS["stylegan3-t"]), "cpu").has_previews


COARSE = {"w_dim": 16, "z_dim": 16, "mapping_layers": 1, "channel_base": 1024, "channel_max": 16, "num_layers": 5}
T, R = (StyleGAN3Config(64, conv_kernel=k, use_radial_filters=k == 1, **COARSE) for k in (3, 1))


@pytest.mark.skipif(not targets().exact, reason="there are no native programs here")
@pytest.mark.parametrize("config", [T, R])
def test_quick_previews_of_stylegan3_resemble_the_picture(config: GeneratorConfig) -> None:
    generator = random_generator(config)
    form, given = layered(generator), inputs(config, transform=transform_matrix(0.05, 0, 10))
    expected = given.through(generator.synthesis)
    shrunk = ops.shrink(expected, 32, 64)
    quick = dataclasses.replace(given, max_resolution=32, quick=True)
    assert form.has_previews
    assert form.previews_at_once
    form.prepare(32)
    before = form(quick.ws, max_resolution=32, transform=quick.transform, quick=True).clone()
    assert "_steps" not in vars(form)  # the full picture's, whose preparation takes as long
    assert before.shape == shrunk.shape
    assert (before - shrunk).square().mean() < 0.1 * shrunk.var()
    smaller = dataclasses.replace(quick, max_resolution=16)
    assert form.pixels(smaller)[0].shape == (16, 16, 3)  # that of 32 px shrunk
    assert (drawn(form, given) - expected).abs().max() < 2e-3 * expected.abs().max()
    assert torch.equal(form(quick.ws, max_resolution=32, transform=quick.transform, quick=True), before)
    exact = form(quick.ws, max_resolution=32, transform=quick.transform)
    assert (exact - shrunk).abs().max() < 2e-3 * expected.abs().max()


@pytest.mark.skipif(not targets().exact, reason="there are no native programs here")
def test_a_quick_preview_continues_at_the_layer_that_changed() -> None:
    form, given = layered(random_generator(T)), inputs(T)
    form(given.ws, max_resolution=32, quick=True)
    given.ws[:, 4] += 1
    fresh = layered(random_generator(T))(given.ws, max_resolution=32, quick=True)
    assert torch.equal(form(given.ws, max_resolution=32, quick=True), fresh)


def test_at_the_same_rate_the_nearest_taps_are_the_taps() -> None:
    assert torch.allclose(nearest_taps(32, 32, 5.0), torch.eye(3, dtype=torch.float64), atol=1e-9)
    response = nearest_taps(32, 16, 2.0).sum(dim=0)
    assert torch.allclose(response, torch.ones(3, dtype=torch.float64), atol=0.02)  # of a flat image


def test_without_programs_stylegan3_is_drawn_by_its_modules_and_has_no_previews(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_as(NONE, monkeypatch)
    generator = random_generator(CONFIGS["stylegan3-t"])
    form, given = layered(generator), inputs(generator.config)
    assert torch.equal(drawn(form, given), given.through(generator.synthesis))
    assert not form.has_previews
