"""What a device is tested with after loading, and what is said of its precision."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config
from generator.networks import Generator, create, ops
from generator.render import engine as engine_module
from generator.render import self_test
from generator.render.engine import Engine
from generator.render.self_test import HALF_TOLERANCE, TOLERANCE, fault_of, portrait, subject
from tests.support.models import TINY, random_generator
from tests.support.network_cases import CONFIGS

CPU = torch.device("cpu")
LARGE = {
    "stylegan1": StyleGAN1Config(1024),
    "resnet": GeneratorConfig(1024, architecture="resnet", conv_clamp=256, num_fp16_res=4),
    "stylegan3-t": StyleGAN3Config(1024),
    "stylegan3-r": StyleGAN3Config(1024, channel_base=65536, channel_max=1024, conv_kernel=1, use_radial_filters=True),
    "late cutoff": StyleGAN3Config(1024, first_cutoff=16, first_stopband=40),
}


def hollow(config: GeneratorConfig) -> Generator:
    """A generator without weights: drawing it would fail."""
    with torch.device("meta"):
        return create(config)


@pytest.mark.parametrize("name", LARGE)
def test_a_large_model_that_cannot_stop_early_is_stood_in_for_by_a_small_one(name: str) -> None:
    config = LARGE[name]
    drawn = subject(hollow(config))
    assert type(drawn.config) is type(config)
    assert drawn.config.img_resolution <= 256
    assert (drawn.config.architecture, drawn.config.conv_clamp) == (config.architecture, config.conv_clamp)
    picture = portrait(drawn, CPU)
    assert fault_of(picture, portrait(subject(hollow(config)), CPU)) == ""
    assert picture.shape == (1, 3, 32, 32)


def test_a_stand_in_leaves_torchs_random_numbers_alone() -> None:
    torch.manual_seed(7)
    expected = torch.randn(3)
    torch.manual_seed(7)
    subject(hollow(LARGE["stylegan3-t"]))
    assert torch.equal(torch.randn(3), expected)


@pytest.mark.parametrize("config", [TINY, GeneratorConfig(1024), CONFIGS["stylegan3-t"], CONFIGS["stylegan1"]])
def test_a_model_that_stops_early_or_is_small_is_tested_itself(config: GeneratorConfig) -> None:
    generator = hollow(config)
    assert subject(generator) is generator


@pytest.mark.parametrize("name", ["stylegan3-t", "stylegan3-r", "resnet"])
def test_float16_stays_within_the_tolerance_and_noise_of_a_tenth_does_not(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = subject(hollow(LARGE[name]))
    expected = portrait(drawn, CPU)
    monkeypatch.setattr(ops, "HALF_DEVICES", ("cpu",))
    image = portrait(drawn, CPU)
    assert not torch.equal(image, expected)  # it did compute in float16
    assert fault_of(image, expected, HALF_TOLERANCE) == ""
    noise = torch.randn(image.shape, generator=torch.Generator().manual_seed(0))
    assert fault_of(image + 0.1 * expected.std() * noise, expected, HALF_TOLERANCE) != ""


def test_the_precision_tells_from_where_on_it_is_float16(monkeypatch: pytest.MonkeyPatch) -> None:
    engines = {
        "float32": Engine(random_generator(TINY), "cpu"),
        "float16 from 16 px": Engine(random_generator(replace(TINY, conv_clamp=256, num_fp16_res=2)), "cpu"),
        "float16 from 4 px": Engine(random_generator(CONFIGS["stylegan3-t"]), "cpu"),
    }
    assert {engine.precision for engine in engines.values()} == {"float32"}  # the CPU always
    monkeypatch.setattr(ops, "HALF_DEVICES", ("cpu",))
    assert {engine.precision: engine.precision for engine in engines.values()} == {words: words for words in engines}


def test_on_the_cpu_one_portrait_is_enough(tiny: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[torch.device] = []

    def counted(generator: Generator, device: torch.device) -> torch.Tensor:
        drawn.append(device)
        return self_test.portrait(generator, device)

    monkeypatch.setattr(engine_module, "portrait", counted)
    assert Engine(tiny, "cpu").notice == ""
    assert drawn == [CPU]


def test_an_accelerator_that_draws_the_stand_in_but_not_the_model_is_left_for_the_cpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The third portrait is the model's own; cuda stands for a card, which nothing is really moved to."""
    face = torch.randn(1, 3, 32, 32)
    pictures = [face, face + TOLERANCE / 4, torch.full((1, 3, 32, 32), torch.nan)]
    monkeypatch.setattr(engine_module, "portrait", lambda _generator, _device: pictures.pop(0))
    monkeypatch.setattr(engine_module.devices, "choose", lambda _name: torch.device("cuda"))
    monkeypatch.setattr(engine_module.devices, "describe", lambda device: f"the {device.type}")
    monkeypatch.setattr(Engine, "_to_device", lambda engine, device: setattr(engine, "_device", device))
    engine = Engine(hollow(LARGE["stylegan3-t"]))
    assert engine.on_cpu
    assert engine.notice == "The self-test on the cuda failed: the test image is not finite. Running on the CPU."
