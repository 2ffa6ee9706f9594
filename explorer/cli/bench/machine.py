"""The properties of a machine that decide how fast it renders; nothing that identifies the machine or its owner."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

RELEVANT = ("avx2", "fma", "avx512f", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_fp16", "asimd", "sve", "bf16")


def machine() -> dict[str, Any]:
    """Cores, instruction sets and versions, as JSON values."""
    import torch

    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": _usable_cores(),
        "threads": torch.get_num_threads(),
        "instruction_sets": _instruction_sets() or [torch.backends.cpu.get_cpu_capability()],
        "native_programs": _native_programs(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def _native_programs() -> str:
    from generator.native.target import targets

    here = targets()
    if not here.exact:
        return "none"
    vectors = f"vectors of {here.exact[0].lanes} float32"
    return f"{vectors}, products of bfloat16" if here.halves else vectors


def _usable_cores() -> int:
    """Cores this process may use: fewer than the machine has under an affinity mask."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _instruction_sets() -> list[str]:
    """The relevant ones in /proc/cpuinfo; empty where there is no such file."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    flags = {flag for line in text.splitlines() if line.startswith(("flags", "Features")) for flag in line.split()}
    return [name for name in RELEVANT if name in flags]
