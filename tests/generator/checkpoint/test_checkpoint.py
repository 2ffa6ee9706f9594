"""A model file opens exactly, or is refused with one sentence that names what was found."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import safetensors.torch
import torch

import weights
from generator import checkpoint
from generator.checkpoint.save import save
from generator.errors import CheckpointError
from generator.networks import Generator
from generator.progress import Progress
from tests.support.models import TINY, random_generator, save_generator


def tensors_of(generator: Generator) -> dict[str, torch.Tensor]:
    return {name: tensor.contiguous() for name, tensor in generator.state_dict().items()}


def refused(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert len(sentence) < 1200
    return sentence


def test_the_shipped_model_opens_with_its_facts(faces: Generator) -> None:
    assert faces.name == "faces-256"
    assert faces.config.num_ws == 14
    assert sum(p.numel() for p in faces.parameters()) == pytest.approx(13.3e6, rel=0.01)
    assert not any(p.requires_grad for p in faces.parameters())
    assert "non-commercial" in faces.description


def test_a_saved_model_comes_back_bit_for_bit(tiny: Generator, tiny_checkpoint: Path) -> None:
    loaded = checkpoint.load(tiny_checkpoint)
    assert loaded.config == TINY
    assert loaded.hash == tiny.hash
    for name, tensor in tiny.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor)


@pytest.mark.parametrize("changes", [{}, {"c_dim": 5}, {"img_channels": 1}, {"z_dim": 16}, {"channel_max": 128}])
def test_a_configuration_is_inferred_from_shapes(tmp_path: Path, changes: dict[str, int]) -> None:
    generator = random_generator(dataclasses.replace(TINY, **changes))
    inferred = checkpoint.load(save_generator(generator, tmp_path / "plain.safetensors", with_config=False))
    z, ws = torch.ones(1, generator.config.z_dim), torch.ones(1, generator.config.num_ws, 32)
    assert torch.equal(inferred.mapping(z), generator.mapping(z))
    assert torch.equal(inferred.synthesis(ws), generator.synthesis(ws))


def test_loading_tells_progress_and_can_be_dropped_at_any_step(tiny_checkpoint: Path) -> None:
    steps = list(checkpoint.loading(tiny_checkpoint))
    assert len(steps) >= 3
    assert all(isinstance(step, Progress) and "tiny" in step.text for step in steps)
    for stop in range(len(steps)):
        job = checkpoint.loading(tiny_checkpoint)
        for _ in range(stop):
            next(job)
        job.close()


def test_the_hash_is_of_the_numbers_not_of_the_file(tmp_path: Path, tiny: Generator) -> None:
    renamed = save_generator(tiny, tmp_path / "renamed.safetensors")
    assert checkpoint.load(renamed).hash == tiny.hash
    changed = tensors_of(tiny)
    changed["synthesis.b4.const"] = changed["synthesis.b4.const"] + 1e-3
    metadata = {"config": json.dumps({k: v for k, v in dataclasses.asdict(TINY).items() if k != "family"})}
    safetensors.torch.save_file(changed, tmp_path / "changed.safetensors", metadata)
    assert checkpoint.load(tmp_path / "changed.safetensors").hash != tiny.hash


def test_missing_unexpected_and_misshapen_tensors_are_named(tmp_path: Path, tiny: Generator) -> None:
    metadata = {"config": json.dumps({k: v for k, v in dataclasses.asdict(TINY).items() if k != "family"})}
    tensors = tensors_of(tiny)
    del tensors["mapping.fc1.bias"]
    tensors["mapping.surprise"] = torch.zeros(1)
    tensors["synthesis.b8.conv0.weight"] = torch.zeros(1, 2, 3, 3)
    safetensors.torch.save_file(tensors, tmp_path / "odd.safetensors", metadata)
    sentence = refused(tmp_path / "odd.safetensors")
    assert "lacks mapping.fc1.bias" in sentence
    assert "unexpected mapping.surprise" in sentence
    assert "synthesis.b8.conv0.weight [1, 2, 3, 3] instead of [32, 32, 3, 3]" in sentence


def test_a_discriminator_is_called_one(tmp_path: Path) -> None:
    safetensors.torch.save_file({"b32.fromrgb.weight": torch.zeros(3)}, tmp_path / "d.safetensors")
    assert "is a discriminator" in refused(tmp_path / "d.safetensors")


def test_values_that_are_not_finite_are_refused(tmp_path: Path, tiny: Generator) -> None:
    tensors = tensors_of(tiny)
    tensors["mapping.w_avg"] = torch.full([32], torch.nan)
    safetensors.torch.save_file(tensors, tmp_path / "nan.safetensors")
    assert "mapping.w_avg holds values that are not finite" in refused(tmp_path / "nan.safetensors")


def test_another_resampling_filter_is_refused_and_the_usual_one_taken(tmp_path: Path, tiny: Generator) -> None:
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    tensors = tensors_of(tiny) | {"synthesis.b8.resample_filter": torch.outer(taps, taps)}
    safetensors.torch.save_file(tensors, tmp_path / "usual.safetensors")
    assert checkpoint.load(tmp_path / "usual.safetensors").config.img_resolution == 32
    tensors["synthesis.b8.resample_filter"] = torch.ones(4, 4) / 16
    safetensors.torch.save_file(tensors, tmp_path / "other.safetensors")
    assert "resampling filter" in refused(tmp_path / "other.safetensors")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"img_resolution": 10**12}, "img_resolution"),
        ({"img_resolution": 48}, "power of two"),
        ({"mapping_layers": 10**9}, "mapping_layers"),
        ({"w_dim": "512"}, "w_dim"),
        ({"z_dim": True}, "z_dim"),
        ({"architecture": "resnet"}, "lacks synthesis.b16.skip.weight"),
        ({"architecture": "magic"}, "'magic'"),
        ({"num_fp16_res": 99}, "num_fp16_res"),
        ({"conv_clamp": -1}, "conv_clamp"),
        ({"surprise": 1}, "surprise"),
        ({"channel_base": 16}, "channel_base"),
        ({"img_channels": 2}, "opens only 1 or 3 or 4"),
        ({"lowest": [4]}, "lowest"),
        ({"lowest": [4, 10**9]}, "lowest"),
        ({"lowest": "44"}, "lowest"),
        ({"lowest": [64, 64], "img_resolution": 8192, "channel_base": 8192}, "cost far more"),
        ({"block_channels": [16, 0]}, "block_channels"),
        ({"block_channels": {"4": 16}}, "block_channels"),
        ({"block_channels": [65536] * 5, "channel_max": 65536}, "cost far more"),
        ({"img_channels": True}, "img_channels"),
    ],
)
def test_a_configuration_that_lies_is_refused(
    tmp_path: Path, tiny: Generator, changes: dict[str, object], found: str
) -> None:
    config = {k: v for k, v in dataclasses.asdict(TINY).items() if k != "family"} | changes
    path = tmp_path / "lie.safetensors"
    safetensors.torch.save_file(tensors_of(tiny), path, {"config": json.dumps(config)})
    assert found in refused(path)


def test_files_that_are_no_model_are_called_what_they_are(tmp_path: Path) -> None:
    samples = {
        "empty.safetensors": (b"", "is empty"),
        "pickle.pkl": (b"\x80\x04K\x01.", "Python pickle"),
        "archive.pt": (b"PK\x03\x04" + bytes(40), "zip archive"),
        "picture.png": (b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG image"),
        "text.txt": (b"hello, I am a text of some length", "not a model file"),
        "header.safetensors": ((2**20).to_bytes(8, "little") + b'{"a":', "truncated"),
    }
    for name, (data, found) in samples.items():
        (tmp_path / name).write_bytes(data)
        assert found in refused(tmp_path / name)
    assert "cannot be read" in refused(tmp_path / "absent.safetensors")
    assert "folder" in refused(tmp_path)


def test_a_truncated_model_is_refused_wherever_it_was_cut(tmp_path: Path, tiny_checkpoint: Path) -> None:
    data = tiny_checkpoint.read_bytes()
    for length in (1, 7, 8, 9, 100, len(data) // 2, len(data) - 1):
        (tmp_path / "cut.safetensors").write_bytes(data[:length])
        refused(tmp_path / "cut.safetensors")


def test_model_files_are_told_from_others_by_their_first_bytes(tmp_path: Path) -> None:
    assert checkpoint.looks_like_model(weights.FACES)
    (tmp_path / "renamed.safetensors").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert not checkpoint.looks_like_model(tmp_path / "renamed.safetensors")


def test_what_a_terminal_would_obey_is_taken_out_of_what_a_file_says_of_itself(
    tiny: Generator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiny, "name", "ev\x1b[31mil\nrow 9.41\u202fAM")
    monkeypatch.setattr(tiny, "description", "Terms:\r\n\tnone\x07")
    save(tiny, tmp_path / "a.safetensors")
    opened = checkpoint.load(tmp_path / "a.safetensors")
    assert (opened.name, opened.description) == ("ev�[31mil�row 9.41\u202fAM", "Terms:\n\tnone�")
