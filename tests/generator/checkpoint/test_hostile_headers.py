"""Headers of .safetensors files that never end, and configurations whose picture would never come."""

from __future__ import annotations

import dataclasses
import gzip
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from generator import checkpoint
from generator.checkpoint.missing import measure_average
from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config
from generator.config.stylegan_xl import grown
from generator.errors import CheckpointError
from tests.support.bounds import bounded
from tests.support.models import TINY, random_generator
from tests.support.network_cases import CONFIGS

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


@lru_cache(maxsize=1)
def header_file(name: str) -> bytes:
    return with_header(HEADERS[name]())


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", HEADERS)
def test_a_header_without_end_is_refused(name: str, packed: bool, tmp_path: Path) -> None:
    data = header_file(name)
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
    grown(StyleGAN3Config(16, num_layers=10, channel_base=65536, channel_max=1024), [(2, 7)] * 6),
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


LISTED = CONFIGS["stylegan_xl"]
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "lists of different lengths": ({"layer_sizes": [28] * 9}, "lists 10, 9, 10, 10, 10, 10 values for its 10 layers"),
    "no lists": ({name: [] for name in vars(LISTED) if name.startswith("layer_")}, "has layer_numbers '[]'"),
    "a list without end": ({"layer_sizes": [28] * 200_000}, "expected 3 to 65 whole numbers"),
    "a size of half a pixel": ({"layer_sizes": [0.5] * 10}, "has layer_sizes"),
    "a rate of yes": ({"layer_rates": [True] * 10}, "has layer_rates"),
    "frequencies that are no numbers": ({"layer_cutoffs": [float("nan")] * 10}, "has layer_cutoffs"),
    "numbers that fall": ({"layer_numbers": list(range(10, 0, -1))}, "do not rise"),
    "rates of no power of two": ({"layer_rates": [12] * 10}, "do not fit together"),
    "rates that fall": ({"layer_rates": [32] * 5 + [16] * 5}, "do not fit together"),
    "rates that leap": ({"layer_rates": [8] * 5 + [8192] * 5}, "do not fit together"),
    "maps out of nothing": ({"layer_sizes": [1, 16384, *LISTED.sizes[2:]]}, "do not fit together"),
    "waves beyond their rate": ({"layer_cutoffs": [4.0] * 10}, "do not fit together"),
    "another image": ({"layer_sizes": [*LISTED.sizes[:-1], 31]}, "does not draw its image"),
    "huge maps": ({"layer_sizes": [16384] * 8 + [32] * 2}, "more than any public model"),
    "wide layers": ({"layer_widths": [65536] * 9 + [3]}, "more than any public model"),
    "more classes than an embedding": ({"c_dim": 65536}, "has 65536 classes, but an embedding of 1000"),
    "a vast embedding": ({"embedding": [65536, 65536], "c_dim": 65536}, "is not a complete"),
    "an embedding of one size": ({"embedding": [1000]}, "has embedding"),
    "a layer too many": ({"num_layers": 64}, "values for its 65 layers"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_list_of_layers_that_lies_is_refused(lie: str, tmp_path: Path) -> None:
    changes, found = LIES[lie]
    values = dataclasses.asdict(LISTED) | changes
    metadata = {"architecture": values.pop("family"), "config": json.dumps(values)}
    save_file({"synthesis.x": torch.zeros(1)}, tmp_path / "a.safetensors", metadata)
    assert found in refused(tmp_path / "a.safetensors")
