"""What people take for a StyleGAN is called by its name, in one sentence, soon and in little memory."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generator.checkpoint.state_dict import HOLDERS
from tests.support import other_networks
from tests.support.checkpoint_layouts import Persistent, dump_nvidia
from tests.support.refusals import refused

T = torch.zeros(2, 2)


FILES = {
    "web page": (b"<!DOCTYPE html><html><title>Quota exceeded</title></html>", "is a web page"),
    "web page after blanks": (b"\n\n  <html></html>", "is a web page"),
    "web page after a mark": (b"\xef\xbb\xbf<html></html>", "is a web page"),
    "error of a server": (b"404: Not Found", "is the error of a web server, not the model; download it again"),
    "answer of a server": (b"Entry not found", "is the error of a web server"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(80), "unpack it, then open the model"),
    "GGUF": (b"GGUF" + bytes(80), "a language or diffusion model"),
    "sound": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(80), "not a model file that Outis knows"),
    "LFS pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n", "a Git LFS pointer"),
    "Keras": (b"\x89HDF\r\n\x1a\n" + bytes(80), "an HDF5 file"),
    "ONNX": (b"\x08\x07\x12\x07pytorch\x1a\x03" + bytes(80), "an ONNX model"),
    "SavedModel": (b"\x08\x01\x12\x80\x10" + bytes(80), "a TensorFlow SavedModel"),
    "TensorFlow Lite": (b"\x1c\x00\x00\x00TFL3" + bytes(80), "a TensorFlow Lite model"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(80), "a JPEG image"),
    "array": (b"\x93NUMPY\x01\x00" + bytes(80), "a numpy array and no model; open its model first"),
    "protocol 0": (pickle.dumps({"G_ema": 1}, protocol=0), "a pickle of protocol 0"),
    "protocol 1": (pickle.dumps({"G_ema": 1}, protocol=1), "a pickle of protocol 0 or 1"),
    "Python 2": (b"\x80\x02}q\x01U\x01Gq\x02U\x04\x80abcq\x03s.", "a pickle of Python 2"),
    "numbers": (b"0.5,0.25\n-1e-3, 2 " * 4, "a text of numbers"),
    "JSON": (b'{"nodes": [{"id": 1}]}', "a JSON file"),
    "something else": (b"hello, I am a text of some length", "not a model file that Outis knows"),
}

NAMED = {
    "attention": ({"GAN": other_networks.lucidrains()["GAN"] | {"GE.attns.1.0.fn.norm.g": T}}, "--attn-layers"),
    "lucidrains": (
        {"GAN": {name: t for name, t in other_networks.lucidrains()["GAN"].items() if "to_style2" not in name}},
        "a model of lucidrains' stylegan2-pytorch that lacks layers",
    ),
    "R3GAN2": ({"Model.Head.Layers.0.weight": T, "Model.Gain": T}, "an R3GAN2, which needs a VAE"),
    "StyleGAN-T": ({"g_ema": {"mapping.x_avg": T, "mapping.clip.x": T}}, "a StyleGAN-T"),
    "EG3D": ({"backbone.synthesis.b4.const": T, "decoder.net.0.weight": T}, "an EG3D"),
    "GigaGAN": ({"style_to_conv_modulations.weight": T, "style_network.net.0.weight": T}, "a GigaGAN"),
    "FastGAN": ({"g": {"module.feat_8.1.weight_orig": T, "module.se_64.main.1.weight": T}}, "a FastGAN"),
    "StyleGAN of 2019": ({"g_running": 1, "generator": {"progression.0.conv1.weight": T}}, "style-based-gan-pytorch"),
    "diffusion": ({"state_dict": {"model.diffusion_model.x": T}}, "a diffusion model"),
    "discriminator": ({"d": {}, "model": {"convs.0.0.weight": T, "final_conv.0.weight": T}}, "a discriminator alone"),
    "latent": (torch.zeros(1, 18, 512), r"a latent [1, 18, 512] and no model; open its model first"),
    "array in .pt": ({"w": np.zeros((1, 14, 8), np.float32)}, "and no model; open its model first"),
    "latents by photograph": ({"a.jpg": {"img": T, "latent": T}}, "(a.jpg) and no model"),
    "styles": ([torch.zeros(1, 8)] * 26, "a list of arrays, as the styles (S)"),
    "directions": ({"ckpt": "a.pt", "eigvec": T}, "holds directions"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind_is_called_what_it_is(name: str, tmp_path: Path) -> None:
    data, expected = FILES[name]
    (tmp_path / "a.pkl").write_bytes(data)
    assert expected in refused(tmp_path / "a.pkl")


@pytest.mark.parametrize("name", NAMED)
def test_a_file_of_torch_with_something_else_is_called_what_it_is(name: str, tmp_path: Path) -> None:
    value, expected = NAMED[name]
    torch.save(value, tmp_path / "a.pt")
    said = refused(tmp_path / "a.pt")
    assert expected in said
    assert ",," not in said


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("SuperresGenerator", "StyleGAN-XL"), ("TriPlaneGenerator", "EG3D"), ("Discriminator", "a discriminator")],
)
def test_a_pickled_network_of_another_class_is_called_by_its_name(kind: str, expected: str, tmp_path: Path) -> None:
    assert expected in refused(dump_nvidia({"G_ema": Persistent(kind, {"_modules": {}})}, tmp_path / "a.pkl"))


def test_an_archive_of_arrays_and_a_folder_of_tensorflow_say_what_to_do(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", w=np.zeros((1, 14, 8)))
    assert "an archive of arrays (.npz) and no model" in refused(tmp_path / "a.npz")
    (tmp_path / "hub").mkdir()
    assert "is a folder; choose a model file" in refused(tmp_path / "hub")
    (tmp_path / "hub" / "saved_model.pb").write_bytes(b"\x08\x01\x12")
    assert "is a folder with a TensorFlow SavedModel" in refused(tmp_path / "hub")


def holders(depth: int, count: int) -> Any:
    """Dictionaries that each hold one of `count` entries by all names that a generator is looked for under."""
    value: Any = {f"x{i}": i for i in range(count)}
    for _ in range(depth):
        value = dict.fromkeys(HOLDERS, value)
    return value


def test_holders_in_holders_are_looked_through_once(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(holders(20, 60_000), protocol=4))
    refused(tmp_path / "a.pkl")


def test_long_names_with_many_dots_cost_little(tmp_path: Path) -> None:
    torch.save({f"{'a.' * 140}{i}": T for i in range(8_000)}, tmp_path / "a.pt")
    assert "not a StyleGAN generator" in refused(tmp_path / "a.pt")
