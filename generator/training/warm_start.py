"""Starting a training from the generator in a model file in place of fresh weights."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import nn

from generator import checkpoint
from generator.errors import TrainingError
from generator.networks import Generator, create
from generator.training.settings import TrainingSettings

NO_MATTER = {"conv_clamp", "num_fp16_res"}  # of a configuration: the same weights fit


@dataclass(frozen=True)
class WarmStart:
    """The model that a training was started from."""

    path: Path
    name: str
    hash: str  # of its content

    def generator(self) -> Generator:
        """Load it again. Raises `TrainingError` where it has changed, and `CheckpointError`."""
        generator = checkpoint.load(self.path)
        if generator.hash != self.hash:
            raise TrainingError(f"{self.path} is not the model that the training started from; restore that one.")
        return generator


def warm_start(path: Path, settings: TrainingSettings) -> tuple[WarmStart, TrainingSettings]:
    """The model in `path`, and the settings without the stages below its resolution.

    Raises `CheckpointError`, and `TrainingError` where the model is not what the settings would train.
    """
    generator = checkpoint.load(path)
    settings = settings.starting_at(generator.config.img_resolution)
    _check_fits(generator, settings, path.name)
    return WarmStart(path.resolve(), generator.name, generator.hash), settings


def _check_fits(generator: Generator, settings: TrainingSettings, name: str) -> None:
    config = settings.config(generator.config.img_resolution)
    wanted, found = asdict(config), asdict(generator.config)
    same_kind = all(wanted[key] == found.get(key) for key in ("family", "architecture", "upsampling"))
    if same_kind and _shapes(create(config)) == _shapes(generator):
        return
    others = [key for key, value in wanted.items() if key not in NO_MATTER and found.get(key) != value]
    told = ", ".join(f"its {key} is {found.get(key)}, not {wanted[key]}" for key in others)
    raise TrainingError(f"{name} does not fit the settings, so no training can start from it: {told}.")


def _shapes(network: nn.Module) -> dict[str, Any]:
    return {key: tensor.shape for key, tensor in network.state_dict().items()}
