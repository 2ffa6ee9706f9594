"""Icons and style of the window."""

from pathlib import Path

FOLDER = Path(__file__).parent
