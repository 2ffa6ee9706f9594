"""Files as people bring them, built from one small generator, each with what Outis should do with it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch

from generator.config import GeneratorConfig
from generator.networks import Generator
from tests.support import other_networks
from tests.support.checkpoint_layouts import Persistent, dump_nvidia, nvidia_generator
from tests.support.checkpoint_layouts_others import (
    dump_tensorflow,
    rosinality_state,
    tensorflow_generator,
    tensorflow_snapshot,
)
from tests.support.layouts_renamed import basicsr_state, genforce_state, openmmlab_state, paddle_state
from tests.support.models import random_generator
from tests.support.network_cases import CONFIGS
from tests.support.r3gan_cases import PLAIN, drawn_r3gan, dump_snapshot

Write = Callable[[Generator, Path], object]
SAME = "draws the same picture"  # as the generator that the file was built from


def _torch(make: Callable[[Generator], Any]) -> Write:
    return lambda generator, path: torch.save(make(generator), path)


def _plain(generator: Generator) -> dict[str, torch.Tensor]:
    return dict(generator.state_dict())


def _pickled(value: Any, protocol: int = 4) -> Write:
    return lambda _generator, path: path.write_bytes(pickle.dumps(value, protocol=protocol))


def _bytes(data: bytes) -> Write:
    return lambda _generator, path: path.write_bytes(data)


def _paddle(generator: Generator, path: Path) -> None:
    path.write_bytes(pickle.dumps(paddle_state(generator), protocol=4))


def _safetensors(generator: Generator, path: Path) -> None:
    safetensors.torch.save_file({f"G_ema.{n}": t.contiguous() for n, t in _plain(generator).items()}, path)


def _like(**changes: Any) -> Write:
    """A snapshot of NVIDIA's code, of a generator that differs in its configuration."""

    def write(generator: Generator, path: Path) -> None:
        config: GeneratorConfig = replace(generator.config, **changes)
        dump_nvidia({"G_ema": nvidia_generator(random_generator(config))}, path)

    return write


def _cut(write: Write) -> Write:
    def written(generator: Generator, path: Path) -> None:
        write(generator, path)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * 3 // 4])

    return written


def _conditional_export(generator: Generator) -> dict[str, Any]:
    state = rosinality_state(generator)
    return {"g_ema": state | {"style.1.weight": torch.cat([state["style.1.weight"]] * 2, dim=1)}}


def _rosinality(generator: Generator, **changes: Any) -> dict[str, Any]:
    """The same of a generator that differs in its configuration, with what a training file has beside the average."""
    other = random_generator(replace(generator.config, **changes))
    return {"g_ema": rosinality_state(other), "latent_avg": other.w_avg, "d": {}, "g_optim": {}}


def _half(file: dict[str, Any]) -> dict[str, Any]:
    """A file of lucidrains' code without what is before the blocks."""
    return {"GAN": {name: tensor for name, tensor in file["GAN"].items() if "initial" not in name}}


def _snapshot(generator: Generator, path: Path) -> None:
    dump_nvidia({"G": None, "G_ema": nvidia_generator(generator)}, path)


def _stylegan_xl(_generator: Generator, path: Path) -> None:
    network = nvidia_generator(random_generator(CONFIGS["stylegan_xl"]), "SuperresGenerator")
    dump_nvidia({"G": None, "G_ema": network}, path)


FASTGAN = Persistent("FastganSynthesis", {"_parameters": {"init_weight": torch.zeros(4, 4)}})

FILES: dict[str, tuple[Write, str]] = {
    "snapshot.pkl": (_snapshot, SAME),
    "tensorflow.pkl": (lambda g, path: dump_tensorflow(tensorflow_snapshot(g, g), path), SAME),
    "tensorflow-alone.pkl": (lambda g, path: dump_tensorflow(tensorflow_generator(g), path), SAME),
    "plain.pth": (_torch(_plain), SAME),
    "compiled.pt": (_torch(lambda g: {f"_orig_mod.{n}": t for n, t in _plain(g).items()}), SAME),
    "data-parallel.pt": (_torch(lambda g: {"G_ema": {f"module.{n}": t for n, t in _plain(g).items()}}), SAME),
    "averages.pt": (_torch(lambda g: {"netG_ema": _plain(g), "netG": {}}), SAME),
    "prefixed.safetensors": (_safetensors, SAME),
    "rosinality.pt": (_torch(lambda g: {"g_ema": rosinality_state(g), "latent_avg": g.w_avg}), SAME),
    "narrow.pt": (_torch(lambda g: _rosinality(g, channel_base=128, channel_max=12)), "draws 32 x 32"),
    "grey.pt": (_torch(lambda g: _rosinality(g, img_channels=1)), "draws 32 x 32"),
    "two-layers.pt": (_torch(lambda g: _rosinality(g, mapping_layers=2)), "draws 32 x 32"),
    "basicsr.pth": (_torch(lambda g: {"params_ema": basicsr_state(g)}), SAME),
    "genforce.pth": (_torch(lambda g: {"generator_smooth": genforce_state(g), "discriminator": {}}), SAME),
    "mmgen.pth": (_torch(lambda g: {"meta": {}, "state_dict": openmmlab_state(g)}), SAME),
    "paddle.pdparams": (_paddle, SAME),
    "r3gan.pkl": (lambda _, path: dump_snapshot(drawn_r3gan(PLAIN), path), "draws 32 x 32"),
    "high.pkl": (_like(lowest=(4, 2)), "draws 16 x 32"),
    "transparent.pkl": (_like(img_channels=4), "draws 32 x 32"),
    "grey.pkl": (_like(img_channels=1), "draws 32 x 32"),
    "classes.pkl": (_like(c_dim=3), "draws 32 x 32"),
    "unusual.pkl": (_like(z_dim=20, w_dim=12, mapping_layers=3), "draws 32 x 32"),
    "no-classes.pt": (_torch(_conditional_export), "without its class embedding"),
    "lucidrains.pt": (_torch(lambda _: other_networks.lucidrains()), "draws 16 x 16"),
    "lucidrains-part.pt": (
        _torch(lambda _: _half(other_networks.lucidrains())),
        "it lacks synthesis.const, ",
    ),
    "style-based.model": (_torch(lambda _: other_networks.style_based()), "draws 32 x 32"),
    "style-based-1.model": (_torch(lambda _: other_networks.style_based()["g_running"]), "draws 32 x 32"),
    "clean.pth": (_torch(lambda _: other_networks.clean()), "draws 16 x 16"),
    "fastgan.pkl": (
        lambda g, p: dump_nvidia(Persistent("Generator", {"_modules": {"synthesis": FASTGAN}}), p),
        "FastGAN",
    ),
    "xl.pkl": (_stylegan_xl, "draws 32 x 32"),
    "xl.pt": (_torch(lambda g: {"G_ema": _plain(random_generator(CONFIGS["stylegan_xl"]))}), "draws 32 x 32"),
    "xl-empty.pkl": (lambda g, p: dump_nvidia(Persistent("SuperresGenerator", {"_modules": {}}), p), "StyleGAN-XL"),
    "page.pkl": (_bytes(b"<!DOCTYPE html><html></html>"), "is a web page"),
    "pointer.pkl": (_bytes(b"version https://git-lfs.github.com/spec/v1\n"), "a Git LFS pointer"),
    "protocol-0.pkl": (_pickled({"G_ema": 1}, protocol=0), "a pickle of protocol 0"),
    "python-2.pkl": (_bytes(b"\x80\x02}q\x01U\x01Gq\x02U\x04\x80abcq\x03s."), "a pickle of Python 2"),
    "cut.pkl": (_cut(_snapshot), "truncated"),
    "cut.pt": (_cut(_torch(_plain)), "truncated"),
    "latent.pt": (_torch(lambda g: torch.zeros(3, 18, 512)), "a latent [3, 18, 512] and no model"),
    "latents.pickle": (_pickled({"Latent": np.zeros((10, 1, 14, 512), np.float32)}), "arrays (Latent) and no model"),
    "styles.pt": (_torch(lambda g: [torch.zeros(1, 8)] * 26), "the styles (S)"),
    "factor.pt": (_torch(lambda g: {"ckpt": "a.pt", "eigvec": torch.eye(8)}), "holds directions"),
}
