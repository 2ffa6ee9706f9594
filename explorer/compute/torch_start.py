"""Importing torch on one thread without stopping another, and compiling the native programs meanwhile.

A plain `import torch` holds Python's lock for 0.2 to 0.5 s while the system links its largest library, and again for
each full round of the garbage collector over the hundred thousand objects that it makes: the window would hang. Its
threads also wait for each other by spinning, which makes a frame several times slower on a machine with other work,
such as the window's (measured on two busy cores: 1.5 s in place of 0.36 s). Not spinning at all is slow as well (two
idle cores: 78 ms in place of 58), so they spin for some microseconds and then sleep.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import sys
from pathlib import Path
from threading import Thread

_LIBRARIES = ("libtorch_cpu", "libtorch_cuda", "libtorch_hip")  # linked by torch; missing ones are skipped


WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "3000"}  # environment; the user's own settings win


def set_waiting() -> None:
    """Set how the threads of this process wait; it has an effect only before torch is imported."""
    for name, value in WAITING.items():
        os.environ.setdefault(name, value)


def start_torch() -> None:
    """Import torch while other threads keep running."""
    if "torch" not in sys.modules:
        _link_torch()
        _import()


def start_drawing(live: bool) -> None:
    """Import torch and meanwhile compile what else the first face needs. live: the face is only displayed."""
    if "torch" not in sys.modules:
        _link_torch()
        _link("llvmlite", "binding", "libllvmlite")  # not beside torch: the system links one at a time, others wait
        Thread(target=_compile_programs, args=(live,), name="native programs").start()
        _import()


def _link_torch() -> None:
    set_waiting()  # the library linked now reads them once
    for name in _LIBRARIES:
        _link("torch", "lib", name)


def _import() -> None:
    """Import torch without running the garbage collector, and exempt the imported objects from it."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        import torch  # noqa: F401

        gc.freeze()
    finally:
        if collecting:
            gc.enable()


def _compile_programs(live: bool) -> None:
    from generator.native import compile_in_advance

    compile_in_advance(live)


def _link(package: str, folder: str, library: str) -> None:
    """Link a library of a package, if it exists, through a call that releases Python's lock, which `ctypes.CDLL` does
    not.

    If this fails, the import tries again and reports the error.
    """
    spec = importlib.util.find_spec(package)
    suffix = {"linux": ".so", "darwin": ".dylib"}.get(sys.platform)
    if spec is None or spec.origin is None or suffix is None:
        return
    path = Path(spec.origin).parent / folder / f"{library}{suffix}"
    if path.exists():
        dlopen = ctypes.CDLL(None).dlopen
        dlopen.restype, dlopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
        dlopen(str(path).encode(), os.RTLD_NOW)
