"""When a face was made, as text. A file may state times that no calendar has."""

from __future__ import annotations

from datetime import UTC, datetime

_NO_TIME = (ArithmeticError, OSError, ValueError)  # what such a time raises


def utc_time(made: float) -> str | None:
    """ISO 8601, in UTC, of so many seconds since 1970; None where it is not known.

    Example:
        >>> from generator.project.times import utc_time
        >>> utc_time(1.7e9)
        '2023-11-14T22:13:20+00:00'
    """
    try:
        return datetime.fromtimestamp(made, UTC).isoformat(timespec="seconds") if made else None
    except _NO_TIME:
        return None


def local_time(made: float, form: str = "%Y-%m-%d %H:%M") -> str:
    """The same in the user's time zone, in a `form` as of `strftime`; "" where it is not known."""
    try:
        return datetime.fromtimestamp(made).strftime(form) if made else ""
    except _NO_TIME:
        return ""
