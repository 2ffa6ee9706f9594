"""What other parts of a snapshot consist of stays words, and the generator opens, unless it consists of it itself."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
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
from tests.support.models import random_generator
from tests.support.network_cases import CONFIGS


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


def _get_attr() -> None:
    """Pickle wants to find by its name what it writes as a function."""


def _import_module() -> None:
    """The same."""


DILL = {"_get_attr": _get_attr, "_import_module": _import_module}
for function in DILL.values():
    function.__module__ = "dill._dill"


class Asked:
    """Pickles as a call."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call

    def __call__(self) -> None:
        """Pickle wants what it writes as a function to be callable."""


def attribute(module: str, name: str) -> Asked:
    """A built-in function as dill writes it."""
    return Asked(_get_attr, Asked(_import_module, module), name)


def dilled(value: Any, path: Path) -> Path:
    contents = {"_reconstruct_persistent_obj": _reconstruct_persistent_obj}
    with public_modules(
        torch_utils__persistence=contents, dnnlib__util={"EasyDict": EasyDict}, dill={}, dill___dill=DILL
    ):
        path.write_bytes(pickle.dumps(value, protocol=4))
    return path


def test_a_stylegan_xl_that_dill_wrote_opens(tmp_path: Path) -> None:
    """dill looks for the function that makes a number of numpy's by the names of its module and itself."""
    original = random_generator(CONFIGS["stylegan_xl"])
    network = nvidia_generator(original, "SuperresGenerator")
    scalar = attribute("numpy.core._multiarray_umath", "scalar")
    for module in network.state["_modules"]["synthesis"].state["_modules"].values():
        if "out_cutoff" in module.state:
            bytes_of = np.float64(module.state["out_cutoff"]).tobytes()
            module.state["out_cutoff"] = Asked(scalar, np.dtype("float64"), bytes_of)
    opened = checkpoint.load(dilled({"G": None, "G_ema": network}, tmp_path / "a.pkl"))
    assert (opened.hash, opened.config) == (original.hash, original.config)
    assert opened.origin == "a pickle of StyleGAN-XL's code, class SuperresGenerator"


def test_a_payload_that_dill_would_look_for_is_refused(tiny: Generator, tmp_path: Path) -> None:
    payload = Asked(attribute("os", "system"), "true")
    with pytest.raises(CheckpointError, match=r"asks for os\.system"):
        checkpoint.load(dilled({"G_ema": nvidia_generator(tiny), "D": payload}, tmp_path / "a.pkl"))


def test_only_what_dill_itself_looks_for_may_be_asked_of_getattr(tiny: Generator, tmp_path: Path) -> None:
    for payload in (Asked(getattr, attribute("torch", "ones"), "x"), Asked(setattr, EasyDict(), "x", 1)):
        with pytest.raises(CheckpointError, match="asks for"):
            checkpoint.load(dilled({"G_ema": nvidia_generator(tiny), "D": payload}, tmp_path / "a.pkl"))
