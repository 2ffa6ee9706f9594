"""Files of networks that compute otherwise than NVIDIA's draw what those networks draw with the same weights."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor

from generator import checkpoint
from generator.checkpoint.convert import converting
from generator.checkpoint.nvidia_state import arguments
from generator.checkpoint.save import save
from generator.config import LucidrainsConfig, StyleGAN3Config
from generator.directions.make import sefa
from generator.errors import CheckpointError, ExportError
from generator.networks import Generator
from generator.networks.lucidrains import SynthesisNetwork
from generator.networks.model_hash import model_hash
from generator.progress import finish
from generator.recipe.layers import Layers
from generator.recipe.recipe import Noise, Recipe, SeedSource
from generator.render.engine import Engine
from tests.support.bounds import bounded
from tests.support.other_networks import FILES, latent, noise

Numbers = dict[str, NDArray[np.float32]]
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    with np.load(Path(__file__).parents[2] / "data" / "other-networks.npz", allow_pickle=False) as file:
        return dict(file)


@pytest.fixture(scope="module", params=FILES)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Generator]:
    path = tmp_path_factory.mktemp("files") / "a.pt"
    torch.save(FILES[request.param](), path)
    return request.param, checkpoint.load(path)


def picture(generator: Generator, w: Tensor) -> Tensor:
    """Of a different row for every layer, but for one style of a StyleGAN of 2019."""
    layers = generator.config.num_ws
    factors = torch.ones(layers) if generator.config.family == "stylegan1" else torch.linspace(0.5, 1.5, layers)
    return generator.synthesis(w[:, None] * factors[:, None])


def with_public_noise(generator: Generator) -> Generator:
    """With the noise that the public network was given, where its file has none."""
    if isinstance(network := generator.synthesis, SynthesisNetwork):
        network.noise_const.copy_(math.sqrt(2) * torch.erfinv(2 * noise(16) - 1))
    else:
        for name, tensor in generator.state_dict().items():
            if name.endswith("noise_const") and name in generator.missing:
                tensor.copy_(noise(len(tensor)))
    return generator


def test_w_and_picture_are_the_public_ones(case: tuple[str, Generator], numbers: Numbers) -> None:
    name, generator = case
    w = generator.mapping(latent(), torch.eye(2)[1:] if generator.config.c_dim else None)
    image, expected = picture(with_public_noise(generator), w), numbers[name]
    image = image[:, :, ::8, 3::8] if name == "genforce" else image  # some of its pixels were kept
    expected = 2 * expected - 1 if generator.config.family == "lucidrains" else expected
    assert np.abs(w.numpy() - numbers[f"{name}/w"]).max() < TOLERANCE * numbers[f"{name}/w"].std()
    assert np.abs(image.numpy() - expected).max() < TOLERANCE * expected.std()


def test_it_is_the_same_model_after_it_was_converted(case: tuple[str, Generator], tmp_path: Path) -> None:
    generator = case[1]
    generator.hash = model_hash(generator.config, generator)
    save(generator, tmp_path / "a.safetensors")
    opened = checkpoint.load(tmp_path / "a.safetensors")
    assert (opened.config, opened.hash) == (generator.config, generator.hash)
    assert opened.early.keys() == generator.early.keys()
    assert len(opened.early) == {"style-based": 6, "genforce": 10}.get(case[0], 0)  # of the levels below the last
    assert torch.equal(opened.synthesis(ws := torch.ones(1, opened.config.num_ws, 12)), generator.synthesis(ws))


def test_the_engine_renders_it(case: tuple[str, Generator]) -> None:
    engine = Engine(case[1], "cpu")
    recipe = Recipe(source=SeedSource(5), noise=Noise("random", 3))
    assert engine.notice == ""
    assert np.array_equal(engine.render(recipe), engine.render(recipe))
    assert (engine.render(recipe) != engine.render(Recipe(source=SeedSource(5), noise=Noise("none")))).any()
    assert engine.render(recipe, 8).shape == (8, 8, 3)


def test_a_preview_of_a_lucidrains_model_is_the_image_before_its_last_block(tmp_path: Path) -> None:
    torch.save(FILES["lucidrains"](), tmp_path / "a.pt")
    generator = checkpoint.load(tmp_path / "a.pt")
    generator.synthesis.b16.torgb.weight.zero_()  # type: ignore[attr-defined]
    ws = generator.mapping(latent())[:, None].expand(-1, 3, -1)
    blurred = torch.nn.functional.avg_pool2d(generator.synthesis(ws), 2)[..., 2:-2, 2:-2]
    seen = generator.synthesis(ws, max_resolution=8)
    assert (blurred - seen[..., 2:-2, 2:-2]).abs().max() < seen.std()
    assert torch.equal(seen, generator.synthesis(ws, max_resolution=15))


def test_its_styles_give_directions(case: tuple[str, Generator]) -> None:
    generator = case[1]
    found = sefa(generator, Layers.span(generator.config.num_ws - 1, generator.config.num_ws - 1))
    assert found.shape == (12, 12)


def test_the_layers_of_a_lucidrains_model_are_its_blocks() -> None:
    config = LucidrainsConfig(256)
    assert (config.num_ws, config.stops_early) == (7, True)
    assert [config.layer_resolution(layer) for layer in (0, 1, 6)] == [4, 8, 256]


def test_the_settings_beside_a_lucidrains_model_count(tmp_path: Path) -> None:
    torch.save(FILES["lucidrains"](), path := tmp_path / "model_3.pt")
    usual = checkpoint.load(path).mapping(latent())
    (tmp_path / ".config.json").write_text('{"image_size": 16, "lr_mlp": 0.05}')
    assert checkpoint.load(path).mapping(latent()).abs().max() < usual.abs().max() / 2
    for text, said in (("{", "damaged"), ('{"lr_mlp": "a"}', "mapping_rate"), ('{"lr_mlp": -1}', "above 0")):
        (tmp_path / ".config.json").write_text(text)
        with pytest.raises(CheckpointError, match=said):
            checkpoint.load(path)


LIES = {
    "lucidrains": {
        "GAN.GE.initial_block": (1, 2**20, 4, 4),
        "GAN.GE.blocks.31.conv1.weight": (4, 4, 3, 3),
        "GAN.GE.blocks.2.conv1.weight": (4,),
        "GAN.GE.blocks.0.to_noise1.bias": (),
        "GAN.SE.net.0.weight": (12, 13),
        "GAN.GE.attns.1.0.fn.norm.g": (1,),
    },
    "style-based": {
        "g_running.generator.progression.0.conv1.input": (12,),
        "g_running.generator.progression.1.conv1.1.conv.weight_orig": (12,),
        "g_running.generator.progression.3.conv1.0.weight": (1, 2, 3),
        "g_running.generator.progression.1.adain1.style.linear.bias": (),
        "g_running.generator.progression.1.noise1.weight_orig": (0,),
        "g_running.generator.to_rgb.11.conv.bias": (3,),
        "g_running.style.1.linear.weight_orig": (),
    },
    "genforce": {
        "generator_smooth.synthesis.layer0.const": (),
        "generator_smooth.synthesis.layer63.bias": (4,),
        "generator_smooth.synthesis.layer10.weight": (4, 8),
        "generator_smooth.synthesis.output99.weight": (3, 4, 1, 1),
        "generator_smooth.mapping.label_weight": (2,),
        "generator_smooth.synthesis.lod": (),
    },
    "clean": {
        "params_ema.stylegan_decoder.constant_input.weight": (),
        "params_ema.stylegan_decoder.style_mlp.1.weight": (),
        "params_ema.stylegan_decoder.style_convs.0.modulated_conv.weight": (1, 12),
        "params_ema.stylegan_decoder.to_rgbs.0.modulated_conv.weight": (3,),
    },
}


@pytest.mark.parametrize(("name", "lie"), [(name, lie) for name, lies in LIES.items() for lie in lies])
def test_a_file_whose_shapes_lie_is_refused_in_a_sentence(name: str, lie: str, tmp_path: Path) -> None:
    file, (holder, _, tensor) = FILES[name](), lie.partition(".")
    file[holder][tensor] = torch.ones(1).expand(LIES[name][lie]) if LIES[name][lie] else torch.ones(())
    torch.save(file, tmp_path / "a.pt")
    with bounded(), pytest.raises(CheckpointError) as caught:
        checkpoint.load(tmp_path / "a.pt")
    assert "\n" not in str(caught.value)
    assert "damaged or not a model" not in str(caught.value)


REASONS = {"c_dim": "with classes", "lowest": "another aspect"}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("lucidrains", {"mapping_rate": math.nan}),
        ("lucidrains", {"no_const": "yes"}),
        ("lucidrains", {"c_dim": 4}),
        ("lucidrains", {"lowest": (4, 2)}),
        ("lucidrains", {"upsampling": "bilinear"}),
        ("style-based", {"norm_epsilon": -1.0}),
        ("style-based", {"blurs_bias": 1}),
        ("clean", {"upsampling": "cubic"}),
        ("clean", {"architecture": "resnet"}),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(name: str, changes: dict[str, object], tmp_path: Path) -> None:
    torch.save(FILES[name](), tmp_path / "a.pt")
    generator = checkpoint.load(tmp_path / "a.pt")
    settings = asdict(generator.config) | changes
    tensors = {key: tensor.contiguous() for key, tensor in generator.state_dict().items()}
    save_file(tensors, tmp_path / "b.safetensors", {"config": json.dumps(settings), "architecture": settings["family"]})
    with bounded(), pytest.raises(CheckpointError, match=REASONS.get(next(iter(changes)), next(iter(changes)))):
        checkpoint.load(tmp_path / "b.safetensors")


@pytest.mark.parametrize("kind", ["nvidia", "rosinality"])
def test_it_is_not_written_for_code_that_would_draw_something_else(
    case: tuple[str, Generator], kind: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError):
        finish(converting(case[1], tmp_path / "a.pt", kind))
    assert not (tmp_path / "a.pt").exists()


def test_settings_of_a_stylegan3_have_none_of_another_family() -> None:
    assert "upsampling" not in arguments(StyleGAN3Config(16))
