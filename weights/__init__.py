"""The model that ships with Outis, its card and its directions; and the networks that see faces."""

from pathlib import Path

FACES = Path(__file__).with_name("faces-256.safetensors")
FACE_NETWORKS = Path(__file__).with_name("faces")  # a folder
