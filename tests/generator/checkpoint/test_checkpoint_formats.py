"""rosinality's files, plain state dicts, TensorFlow pickles and packed files draw what the same weights draw."""

from __future__ import annotations

import argparse
import gzip
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generator import checkpoint
from generator.checkpoint.save import save
from generator.errors import CheckpointError, ExportError
from generator.networks import Generator
from generator.progress import finish
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator
from tests.support.checkpoint_layouts_others import (
    dump_tensorflow,
    rosinality_state,
    tensorflow_generator,
    tensorflow_snapshot,
)
from tests.support.models import TINY, random_generator, save_generator


def check_same(opened: Generator, original: Generator) -> None:
    """Both draw the same picture of the same z, to the rounding of one addition."""
    z = torch.randn(2, original.config.z_dim, generator=torch.Generator().manual_seed(1))
    ws = original.mapping(z)[:, None].repeat(1, original.config.num_ws, 1)
    expected = original.synthesis(ws)
    assert torch.equal(opened.mapping(z), original.mapping(z))
    assert (opened.synthesis(ws) - expected).abs().max() < 1e-5 * expected.std()
    assert torch.equal(opened.w_avg, original.w_avg)


def refused(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def torch_saved(value: Any, path: Path, zipped: bool = True) -> Path:
    torch.save(value, path, _use_new_zipfile_serialization=zipped)
    return path


@pytest.mark.parametrize("zipped", [True, False])
def test_a_training_file_of_rosinalitys_opens_as_its_average_generator(
    tmp_path: Path, tiny: Generator, zipped: bool
) -> None:
    other = torch.nn.Linear(2, 2)
    contents = {
        "g": rosinality_state(random_generator(TINY, seed=1)),
        "d": other.state_dict(),
        "g_ema": rosinality_state(tiny),
        "g_optim": torch.optim.Adam(other.parameters()).state_dict(),
        "args": argparse.Namespace(size=32),
        "latent_avg": tiny.w_avg,
    }
    opened = checkpoint.load(torch_saved(contents, tmp_path / "550000.pt", zipped))
    assert opened.config == TINY
    assert opened.hash == tiny.hash
    assert opened.name == "550000"
    assert "rosinality" in opened.origin
    check_same(opened, tiny)


def test_a_file_without_average_or_noise_says_what_took_their_place(tmp_path: Path, tiny: Generator) -> None:
    state = {name: tensor for name, tensor in rosinality_state(tiny).items() if not name.startswith("noises.")}
    opened = checkpoint.load(torch_saved({"g_ema": {f"module.{n}": t for n, t in state.items()}}, tmp_path / "a.pt"))
    assert (
        "no average of w, which was computed from 4,096 latents and no noise, which was randomised"
        in opened.description
    )
    w = tiny.mapping(torch.randn(4096, 32, generator=torch.Generator().manual_seed(5)))
    assert (opened.w_avg - w.mean(0)).abs().max() < 6 * w.std(0).max() / 4096**0.5
    ws = w[:1, None].repeat(1, TINY.num_ws, 1)
    torch.testing.assert_close(opened.synthesis(ws, noise="none"), tiny.synthesis(ws, noise="none"))


@pytest.mark.parametrize("holder", [None, "g_ema", "G_ema", "state_dict"])
def test_a_plain_state_dict_opens_with_a_configuration_from_its_shapes(
    tmp_path: Path, tiny: Generator, holder: str | None
) -> None:
    state = dict(tiny.state_dict())
    path = torch_saved({holder: state, "step": 3} if holder else state, tmp_path / "a.pth")
    opened = checkpoint.load(path)
    assert opened.hash == tiny.hash
    check_same(opened, tiny)


def test_half_precision_weights_open_as_the_floats_they_stand_for(tmp_path: Path, tiny: Generator) -> None:
    halves = {name: tensor.half() for name, tensor in tiny.state_dict().items()}
    opened = checkpoint.load(torch_saved(halves, tmp_path / "half.pt"))
    assert all(torch.equal(opened.state_dict()[name], half.float()) for name, half in halves.items())


def test_a_shared_storage_and_a_transposed_view_open_as_their_numbers(tmp_path: Path, tiny: Generator) -> None:
    state = dict(tiny.state_dict())
    joint = torch.cat([state["mapping.fc0.weight"].flatten(), state["mapping.fc1.weight"].t().flatten()])
    state["mapping.fc0.weight"] = joint[: 32 * 32].view(32, 32)
    state["mapping.fc1.weight"] = joint[32 * 32 :].view(32, 32).t()
    assert checkpoint.load(torch_saved(state, tmp_path / "views.pt")).hash == tiny.hash


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_tensorflow_pickle_opens_as_its_average_generator(tmp_path: Path, tiny: Generator, protocol: int) -> None:
    snapshot = tensorflow_snapshot(tiny, random_generator(TINY, seed=1))
    opened = checkpoint.load(dump_tensorflow(snapshot, tmp_path / "stylegan2-ffhq-config-f.pkl", protocol))
    assert opened.config == TINY
    assert "TensorFlow" in opened.origin
    check_same(opened, tiny)


def test_tensorflow_networks_that_compute_otherwise_are_refused(tmp_path: Path, tiny: Generator) -> None:
    _, discriminator, _ = tensorflow_snapshot(tiny, tiny)
    assert "is a discriminator" in refused(dump_tensorflow(discriminator, tmp_path / "d.pkl"))
    for name, value in {"nonlinearity": "relu", "mapping_lrmul": 1.0, "use_noise": False}.items():
        path = dump_tensorflow(tensorflow_generator(tiny, **{name: value}), tmp_path / "a.pkl")
        assert f"{name} {value!r}" in refused(path)


def test_packed_models_open(tmp_path: Path, tiny: Generator, tiny_checkpoint: Path) -> None:
    pickled = dump_nvidia({"G_ema": nvidia_generator(tiny)}, tmp_path / "a.pkl").read_bytes()
    saved = torch_saved(rosinality_state(tiny) | {"latent_avg": tiny.w_avg}, tmp_path / "a.pt").read_bytes()
    for name, data in {"a.pkl": pickled, "b.pt": saved, "c.safetensors": tiny_checkpoint.read_bytes()}.items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(data, 1))
        assert checkpoint.load(tmp_path / f"{name}.gz").hash == tiny.hash
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            with zipfile.ZipFile(tmp_path / "packed.zip", "w", method) as archive:
                archive.writestr("README.txt", "hello")
                archive.writestr(f"models/{name}", data)
            assert checkpoint.load(tmp_path / "packed.zip").hash == tiny.hash


def test_packed_files_that_hold_no_model_are_refused(tmp_path: Path, tiny_checkpoint: Path) -> None:
    data = tiny_checkpoint.read_bytes()
    samples = {
        "bomb.gz": (gzip.compress(bytes(200_000_000), 1), "unpacks to more than 16 times its size"),
        "cut.gz": (gzip.compress(data)[:-2000], "truncated"),
        "damaged.gz": (gzip.compress(data)[:500] + bytes(500), "damaged"),
        "text.gz": (gzip.compress(b"hello, nothing but text in here"), "not a model file"),
    }
    for name, (content, found) in samples.items():
        (tmp_path / name).write_bytes(content)
        assert found in refused(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.pkl", data)
        archive.writestr("b.pkl", data)
    assert "with 2 models: it holds a.pkl, b.pkl" in refused(tmp_path / "two.zip")


def test_latents_are_not_taken_for_models(tmp_path: Path, tiny: Generator) -> None:
    looks = checkpoint.looks_like_model
    assert looks(torch_saved(rosinality_state(tiny), tmp_path / "model.pt"))
    assert looks(dump_nvidia({"G_ema": nvidia_generator(tiny)}, tmp_path / "model.pkl"))
    latent = torch.zeros(1, 14, 512)
    for value in (latent, {"latent": latent}, {"photo.png": {"latent": latent, "noise": [latent]}}, [latent]):
        assert not looks(torch_saved(value, tmp_path / "latent.pt"))
    np.savez(tmp_path / "latent.npz", w=latent.numpy())
    assert not looks(tmp_path / "latent.npz")


def test_a_latent_opened_as_a_model_says_what_it_is(tmp_path: Path) -> None:
    assert "a latent [1, 14, 512] and no model" in refused(torch_saved(torch.zeros(1, 14, 512), tmp_path / "w.pt"))
    assert "TorchScript" in refused(scripted(tmp_path / "scripted.pt"))


def scripted(path: Path) -> Path:
    """An archive in the layout of torch.jit.save."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("data.pkl", "constants.pkl", "code/__torch__.py"):
            archive.writestr(f"x/{name}", b"\x80\x02N.")
    return path


def test_a_compressed_torch_archive_is_refused(tmp_path: Path, tiny: Generator) -> None:
    path = torch_saved(rosinality_state(tiny), tmp_path / "a.pt")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.pt", "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "compressed" in refused(tmp_path / "b.pt")


def test_what_is_converted_opens_with_the_same_hash_and_its_origin(tmp_path: Path, tiny: Generator) -> None:
    original = checkpoint.load(dump_nvidia({"G_ema": nvidia_generator(tiny)}, tmp_path / "snapshot.pkl"))
    save(original, tmp_path / "out.safetensors", source="Converted from snapshot.pkl.")
    opened = checkpoint.load(tmp_path / "out.safetensors")
    assert (opened.hash, opened.name, opened.config) == (tiny.hash, "snapshot", TINY)
    assert opened.description == "Converted from snapshot.pkl."
    check_same(opened, tiny)
    with pytest.raises(ExportError):
        save(original, tmp_path / "absent" / "out.safetensors")


def test_loading_can_be_dropped_at_any_step_in_every_format(tmp_path: Path, tiny: Generator) -> None:
    pickled = dump_nvidia({"G_ema": nvidia_generator(tiny)}, tmp_path / "a.pkl")
    (tmp_path / "a.pkl.gz").write_bytes(gzip.compress(pickled.read_bytes(), 1))
    saved = torch_saved(rosinality_state(tiny), tmp_path / "a.pt")
    for path in (pickled, saved, tmp_path / "a.pkl.gz"):
        steps = sum(1 for _ in checkpoint.loading(path))
        assert steps > 10
        for stop in range(0, steps, 5):
            job = checkpoint.loading(path)
            for _ in range(stop):
                next(job)
            job.close()
    assert finish(checkpoint.loading(saved)).config == TINY


def test_all_formats_of_one_generator_have_one_hash(tmp_path: Path, tiny: Generator) -> None:
    paths = [
        save_generator(tiny, tmp_path / "a.safetensors"),
        dump_nvidia({"G_ema": nvidia_generator(tiny)}, tmp_path / "a.pkl"),
        torch_saved({"g_ema": rosinality_state(tiny), "latent_avg": tiny.w_avg}, tmp_path / "a.pt"),
        torch_saved(dict(tiny.state_dict()), tmp_path / "plain.pt"),
    ]
    assert {checkpoint.load(path).hash for path in paths} == {tiny.hash}
