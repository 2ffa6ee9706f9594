"""LLVM, which compiles the native programs: the only place that imports it, because it may be absent.

Rendering then uses torch's operators, and `absence` is the reason.
"""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

SWITCH = "OUTIS_NATIVE"  # environment variable: 0 = no native programs, 1 = use them without a trial


class _Nothing:
    """Stands for every type of LLVM, so that the modules that write programs can be imported; none is ever written."""

    def __init__(self, *_: object, **__: object) -> None: ...


class _Absent(SimpleNamespace):
    def __getattr__(self, name: str) -> Any:
        return _Nothing


def _imported() -> tuple[Any, Any, str]:
    """Its modules `binding` and `ir`, and the reason if they are absent."""
    if os.environ.get(SWITCH) == "0":
        return _Absent(), _Absent(), f"{SWITCH}=0 is set"
    try:
        from llvmlite import binding, ir
    except (ImportError, OSError) as error:  # not installed, or its library cannot be loaded
        return _Absent(), _Absent(), f"llvmlite cannot be used ({next(iter(str(error).splitlines()), 'no reason')})"
    return binding, ir, ""


binding, ir, absence = _imported()
