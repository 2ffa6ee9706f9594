"""Devices: what a user may choose, and what the machine has."""

from __future__ import annotations

import torch

from generator.errors import DeviceError


def choose(name: str) -> torch.device:
    """The device for "auto", "cpu", "cuda", "cuda:N" or "mps"; auto prefers CUDA, then MPS, then the CPU.

    Raises `DeviceError` if a named device is not there.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if _has_mps() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f"Unknown device {name!r}; choose auto, cpu, cuda, cuda:N or mps.") from error
    present = {"cpu": 1, "cuda": torch.cuda.device_count(), "mps": int(_has_mps())}
    if device.type not in present:
        raise DeviceError(f"Outis does not run on {name!r}; choose auto, cpu, cuda, cuda:N or mps.")
    if (device.index or 0) >= present[device.type]:
        found = present[device.type] or "no"
        raise DeviceError(f"{name} was asked for, but PyTorch found {found} {device.type} device; try --device cpu.")
    return device


def describe(device: torch.device) -> str:
    """Text for the status bar: "CPU, 2 threads" or "CUDA, NVIDIA H100"."""
    if device.type == "cuda":
        return f"CUDA, {torch.cuda.get_device_name(device)}"
    if device.type == "mps":
        return "Apple GPU (MPS)"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"


def live_dtype(device: torch.device) -> torch.dtype:
    """The dtype of live images: bfloat16 on GPUs that multiply it fast (compute capability 8.0), since it has the range
    of float32; float32 elsewhere."""
    fast = device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0)
    return torch.bfloat16 if fast else torch.float32


def _has_mps() -> bool:
    return torch.backends.mps.is_available()
