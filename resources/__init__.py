"""Icons and style of the window, and the catalogue of public models."""

from pathlib import Path

FOLDER = Path(__file__).parent
LOCALE = FOLDER / "locale"  # of the window's strings
