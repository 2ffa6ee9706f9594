"""What other parts of a snapshot consist of stays words, and the generator opens, unless it consists of it itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from generator import checkpoint
from generator.errors import CheckpointError
from generator.networks import Generator
from tests.support.checkpoint_layouts import (
    EasyDict,
    Persistent,
    _reconstruct_persistent_obj,
    nvidia_generator,
    public_modules,
)


class ProjectedDiscriminator(torch.nn.Module):
    """A plain module, as Projected GAN and StyleGAN-XL pickle their discriminators."""


class EfficientNet(torch.nn.Module):
    """A part of it, of another package."""


ProjectedDiscriminator.__module__ = "pg_modules.discriminator"
EfficientNet.__module__ = "timm.models.efficientnet"


def foreign() -> ProjectedDiscriminator:
    found = ProjectedDiscriminator()
    found.feature_network = EfficientNet()
    return found


def dumped(value: Any, path: Path, zipped: bool = False) -> Path:
    import pickle

    with public_modules(
        torch_utils__persistence={"_reconstruct_persistent_obj": _reconstruct_persistent_obj},
        dnnlib__util={"EasyDict": EasyDict},
        pg_modules__discriminator={"ProjectedDiscriminator": ProjectedDiscriminator},
        timm__models__efficientnet={"EfficientNet": EfficientNet},
    ):
        if zipped:
            torch.save(value, path)
        else:
            path.write_bytes(pickle.dumps(value, protocol=4))
    return path


@pytest.mark.parametrize("zipped", [False, True])
def test_a_snapshot_opens_by_its_generator_whatever_its_discriminator_is(
    zipped: bool, tiny: Generator, tmp_path: Path
) -> None:
    path = dumped({"G": None, "D": foreign(), "G_ema": nvidia_generator(tiny)}, tmp_path / "a.pkl", zipped)
    opened = checkpoint.load(path)
    assert opened.hash == tiny.hash
    assert opened.origin.endswith("what it holds of pg_modules, timm was left unread")
    assert checkpoint.looks_like_model(path)


def test_a_generator_that_consists_of_foreign_classes_is_refused(tiny: Generator, tmp_path: Path) -> None:
    generator = nvidia_generator(tiny)
    generator.state["_modules"]["mapping"].state["_modules"]["fc0"] = foreign()
    with pytest.raises(CheckpointError, match="has a generator that asks for pg_modules"):
        checkpoint.load(dumped({"G_ema": generator}, tmp_path / "a.pkl"))


def test_a_stylegan_xl_is_called_so_beside_a_foreign_discriminator(tmp_path: Path) -> None:
    snapshot = {"D": foreign(), "G_ema": Persistent("SuperresGenerator", {"_modules": {}})}
    with pytest.raises(CheckpointError, match="StyleGAN-XL"):
        checkpoint.load(dumped(snapshot, tmp_path / "a.pkl"))


def test_a_snapshot_that_dill_wrote_is_read_without_it(tiny: Generator, tmp_path: Path) -> None:
    """dill names types by a call; a call of such a call stays a word."""
    made = b"cdill._dill\n_load_type\nX\x0b\x00\x00\x00OrderedDict\x85R)\x81"
    (tmp_path / "a.pkl").write_bytes(b"\x80\x04}(X\x01\x00\x00\x00D" + made + b"X\x05\x00\x00\x00G_emaNu.")
    with pytest.raises(CheckpointError, match="without a generator"):
        checkpoint.load(tmp_path / "a.pkl")
