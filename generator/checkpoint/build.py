"""From tensors by name to a running generator: configuration, network, exact match of names and shapes."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from generator.checkpoint.configure import configure
from generator.checkpoint.missing import AVERAGE, describe_missing, measure_average, stand_ins
from generator.checkpoint.raw import RawCheckpoint
from generator.errors import CheckpointError
from generator.networks import Generator, create, early_colours
from generator.networks.model_hash import model_hash
from generator.printable import printable
from generator.progress import Job, Progress

FILTER_SUFFIX = (".resample_filter", ".Resampler.Kernel")  # constants that public checkpoints store with every layer
MAX_TITLE = 200  # characters
MAX_DESCRIPTION = 20_000
LISTED = 6  # names shown in a sentence before "and N more"


def build(raw: RawCheckpoint) -> Job[Generator]:
    """The generator of a checkpoint. Raises `CheckpointError` naming what is missing, unexpected or misshapen."""
    config = configure(raw)
    network = {name: t for name, t in raw.tensors.items() if not name.startswith(early_colours.PREFIX)}
    tensors = {name: t for name, t in network.items() if not name.endswith(FILTER_SUFFIX)}
    for name, tensor in raw.tensors.items():
        if name.endswith(FILTER_SUFFIX):
            _check_filter(tensor, raw.file_name)
    with torch.device("meta"):
        generator = create(config)
    replaced = stand_ins(generator.state_dict(), tensors) if raw.config is None else {}
    tensors |= replaced
    _check_names(generator.state_dict(), tensors, f"{raw.file_name}, {raw.origin}," if raw.origin else raw.file_name)
    for done, (name, tensor) in enumerate(tensors.items()):
        tensors[name] = _as_float32(name, tensor, raw.file_name)
        if done % 16 == 0:
            yield Progress(done, len(tensors), f"Building {raw.file_name}")
    generator.load_state_dict(tensors, assign=True)
    generator.requires_grad_(False)
    early = early_colours.fitting(config, raw.tensors)
    generator.early = {name: _as_float32(name, tensor, raw.file_name) for name, tensor in early.items()}
    if AVERAGE in replaced:
        measure_average(generator)
    generator.hash = model_hash(config, generator)
    generator.origin, generator.missing = raw.origin, tuple(replaced)
    generator.name = printable(raw.metadata.get("name", "")[:MAX_TITLE])
    described = printable(raw.metadata.get("description", "")[:MAX_DESCRIPTION].replace("\r\n", "\n"), kept="\n\t")
    generator.description = "\n".join(filter(None, [described, describe_missing(replaced)]))
    return generator


def _check_filter(stored: Tensor, file_name: str) -> None:
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    expected = torch.outer(taps, taps) if stored.ndim == 2 else taps
    if stored.shape != expected.shape or not torch.allclose(stored.float(), expected, atol=1e-3):
        raise CheckpointError(f"{file_name} was trained with a resampling filter other than [1, 3, 3, 1].")


def _check_names(expected: dict[str, Tensor], found: dict[str, Tensor], file: str) -> None:
    faults = []
    if missing := sorted(expected.keys() - found.keys()):
        faults.append(f"lacks {_listed(missing)}")
    if unexpected := sorted(found.keys() - expected.keys()):
        faults.append(f"has unexpected {_listed(unexpected)}")
    misshapen = [
        f"{name} {list(found[name].shape)} instead of {list(tensor.shape)}"
        for name, tensor in sorted(expected.items())
        if name in found and found[name].shape != tensor.shape
    ]
    if misshapen:
        faults.append(f"has {_listed(misshapen)}")
    if faults:
        raise CheckpointError(f"{file} is not a complete StyleGAN generator: it {'; it '.join(faults)}.")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(name[:100] for name in names[:LISTED]) + more


def _as_float32(name: str, tensor: Tensor, file_name: str) -> Tensor:
    if not tensor.is_floating_point():
        raise CheckpointError(f"{file_name} stores {name[:100]} as {tensor.dtype}, not as floating-point numbers.")
    values = tensor.float().contiguous()
    if not math.isfinite(values.sum().item()) and not bool(values.isfinite().all()):
        raise CheckpointError(f"{file_name} is damaged: {name[:100]} holds values that are not finite numbers.")
    return values
