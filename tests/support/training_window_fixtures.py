"""What the tests of a training's window share: a process that only says what it is told, and what trainings say."""

from __future__ import annotations

import sys
from pathlib import Path

from explorer.training.run import TrainingOptions

FAKE = (sys.executable, str(Path(__file__).with_name("fake_training.py")))
STEP = {
    "kind": "step", "images": 640, "resolution": 64, "fade": 1.0, "loss_g": 1.5, "loss_d": 0.7, "r1": None,
    "real_sign": 0.2, "augment": 0.1, "images_per_second": 40.0, "seconds": 16.0,
}  # fmt: skip
START = {"kind": "start", "run": "cats", "images": 0, "total_images": 6400, "settings": {}}
SAMPLES = {"kind": "samples", "images": 640, "path": "samples/00000640.png"}
SNAPSHOT = {"kind": "snapshot", "images": 640, "path": "snapshots/00000640.safetensors", "frechet": 12.5}


def wish(tmp_path: Path, prepared: bool = True) -> TrainingOptions:
    data = tmp_path / "images"
    data.mkdir(exist_ok=True)
    if prepared:
        (data / "manifest.json").touch()
    return TrainingOptions(str(data), str(tmp_path / "cats"), "small", 32, 6400, 16, "cpu")


def pictures(tmp_path: Path) -> str:
    """A folder with something in it."""
    (tmp_path / "pictures" / "cats").mkdir(parents=True)
    (tmp_path / "pictures" / "cats" / "1.png").touch()
    return str(tmp_path / "pictures")
