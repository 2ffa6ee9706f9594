"""Whether there is a display to open a window on. Needs no Qt, which aborts the process where there is none."""

from __future__ import annotations

import ctypes
import os
import sys


def has_display() -> bool:
    """Whether Qt will find a display. Only Linux can lack one; a chosen Qt platform is trusted."""
    if not sys.platform.startswith("linux"):
        return True
    if any(os.environ.get(name) for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return True
    return bool(os.environ.get("DISPLAY")) and x_server_answers()


def x_server_answers() -> bool:
    """Whether there is an X server at `$DISPLAY`. Qt aborts the process where there is none."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt needs it too, and names it in its error
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)  # never null; must be disconnected even if it failed
    answers = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return bool(answers)
