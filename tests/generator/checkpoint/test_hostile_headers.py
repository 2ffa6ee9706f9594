"""Headers of .safetensors files that never end, and configurations whose picture would never come."""

from __future__ import annotations

import dataclasses
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from generator import checkpoint
from generator.checkpoint.missing import measure_average
from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config
from generator.errors import CheckpointError
from tests.support.bounds import bounded
from tests.support.models import TINY, random_generator

EMPTY = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'


def with_header(header: str) -> bytes:
    return len(header).to_bytes(8, "little") + header.encode()


def refused(path: Path) -> str:
    with bounded(), pytest.raises(CheckpointError) as caught:
        checkpoint.load(path)
    assert len(str(caught.value)) < 1000
    return str(caught.value)


HEADERS: dict[str, Callable[[], str]] = {
    "1.6 million empty tensors": lambda: "{" + ",".join(f'"{i}":{EMPTY}' for i in range(1_600_000)) + "}",
    "100,000 empty tensors": lambda: "{" + ",".join(f'"{i}":{EMPTY}' for i in range(100_000)) + "}",
    "a header of 100 MB": lambda: '{"a":"' + "a" * 99_000_000 + '"}',
    "a header of lists": lambda: '{"a":[' + "[]," * 2_600_000 + "[]]}",
    "a description of 90 MB": lambda: json.dumps({"__metadata__": {"description": "\x1b" * 15_000_000}}),
    "a tensor of a long name": lambda: json.dumps({"synthesis." + "a" * 1_000_000: json.loads(EMPTY)}),
    "sizes that overflow": lambda: json.dumps(
        {"synthesis.a": {"dtype": "F32", "shape": [0, 2**40, 2**40], "data_offsets": [0, 0]}}
    ),
    "a size of yes": lambda: json.dumps({"synthesis.a": {"dtype": "F32", "shape": [True], "data_offsets": [0, 0]}}),
}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", HEADERS)
def test_a_header_without_end_is_refused(name: str, packed: bool, tmp_path: Path) -> None:
    data = with_header(HEADERS[name]())
    (tmp_path / "a.safetensors").write_bytes(gzip.compress(data, 1) if packed else data)
    refused(tmp_path / "a.safetensors")


def test_a_long_description_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    metadata = {"description": "a" * 2_000_000, "name": "b" * 2_000_000}
    save_file(dict(random_generator(TINY).state_dict()), path, metadata)
    with bounded():
        generator = checkpoint.load(path)
    assert (len(generator.description), len(generator.name)) == (20_000, 200)


PUBLIC = [
    GeneratorConfig(1024),
    GeneratorConfig(2048),
    GeneratorConfig(1024, channel_base=65536),
    StyleGAN3Config(1024),
    StyleGAN3Config(1024, channel_base=65536, channel_max=1024, conv_kernel=1, use_radial_filters=True),
]
ENDLESS = [
    StyleGAN3Config(4096),
    StyleGAN3Config(1024, lrelu_upsampling=8, margin_size=256),
    StyleGAN3Config(256, lrelu_upsampling=8, margin_size=256),
    StyleGAN3Config(64, margin_size=256),
    GeneratorConfig(8192, channel_base=2**24, channel_max=65536),
]


def file_of(config: GeneratorConfig, path: Path) -> Path:
    values: dict[str, Any] = dataclasses.asdict(config)
    metadata = {"architecture": values.pop("family"), "config": json.dumps(values)}
    save_file({"synthesis.x": torch.zeros(1)}, path, metadata)
    return path


@pytest.mark.parametrize("config", ENDLESS)
def test_a_configuration_whose_picture_never_comes_is_refused(config: GeneratorConfig, tmp_path: Path) -> None:
    assert "more than any public model" in refused(file_of(config, tmp_path / "a.safetensors"))


@pytest.mark.parametrize("config", PUBLIC)
def test_the_work_of_every_public_configuration_is_within_the_bounds(config: GeneratorConfig, tmp_path: Path) -> None:
    assert "is not a complete" in refused(file_of(config, tmp_path / "a.safetensors"))


@pytest.mark.parametrize("kind", [GeneratorConfig, StyleGAN1Config])
def test_a_model_of_very_many_classes_costs_no_more_than_its_weights(kind: type[GeneratorConfig]) -> None:
    generator = random_generator(kind(32, z_dim=4, w_dim=4, c_dim=65_536, channel_base=64, channel_max=4))
    measure_average(generator)  # the libraries are awake now
    with bounded(memory=200_000_000):
        measure_average(generator)


def test_no_class_gives_the_same_w_for_one_latent_and_for_many() -> None:
    generator = random_generator(GeneratorConfig(32, z_dim=4, w_dim=4, c_dim=3, channel_base=64, channel_max=4))
    z = torch.randn(5, 4)
    assert torch.equal(generator.mapping(z), generator.mapping(z, torch.zeros(5, 3)))
