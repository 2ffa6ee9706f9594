"""The model that ships with Outis, its card and its directions."""

from pathlib import Path

FACES = Path(__file__).with_name("faces-256.safetensors")
