"""What the tests of the training share: a data set of generated shapes, and settings that are quick."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from generator.progress import finish
from generator.training.data import DataOptions, ImageSet, preparing
from generator.training.journal import End, Listener
from generator.training.settings import Stage, TrainingSettings
from generator.training.trainer import resuming, training

CPU = torch.device("cpu")
QUICK = TrainingSettings(
    stages=(Stage(8, 32, 4), Stage(16, 32, 4)),
    z_dim=8,
    w_dim=8,
    mapping_layers=1,
    channel_base=64,
    channel_max=8,
    fade_images=16,
    r1_interval=3,
    path_length_weight=2.0,
    path_length_interval=2,
    projected_weight=0.0,
    augment_target=0.6,
    augment_images=100,
    ema_images=50,
    snapshot_images=16,
    sample_images=64,
    step_images=4,
    final_samples=0,
    frechet_space="patches",
)


def shapes(folder: Path, count: int, size: int, seed: int = 0) -> ImageSet:
    """A data set of discs: one of some warm colours before one of some cold ones, of any size and about the middle."""
    source = folder / "shapes"
    source.mkdir()
    random = np.random.default_rng(seed)
    for index in range(count):
        image = Image.new("RGB", (2 * size, 2 * size), (20, 40, int(random.integers(90, 200))))
        x, y, radius = *random.normal(size, 0.15 * size, 2).tolist(), random.uniform(0.4, 0.7) * size
        colour = (int(random.integers(180, 256)), int(random.integers(60, 200)), 40)
        ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        image.resize((size, size), Image.Resampling.LANCZOS).save(source / f"{index:05d}.png")
    finish(preparing(source, folder / "data", DataOptions(size=size, alike=None)))
    return ImageSet.open(folder / "data")


def train(settings: TrainingSettings, images: ImageSet, run: Path, listener: Listener | None = None) -> End:
    """A training in a new folder, from its beginning to its end."""
    return finish(training(settings, images, run, CPU, listener=listener))


def train_for(steps: int, settings: TrainingSettings, images: ImageSet, run: Path) -> None:
    """A training that is asked to save and stop after some steps."""
    assert finish(training(settings, images, run, CPU, stop=after(steps))).reason == "stopped"


def resume(run: Path, listener: Listener | None = None, at: int | None = None) -> End:
    return finish(resuming(run, CPU, listener=listener, at=at))


def after(steps: int) -> Callable[[], bool]:
    """An answer that is True from the time on that it has been asked for `steps` times before."""
    asked = iter(range(1_000_000))
    return lambda: next(asked) >= steps


def cancel_after(steps: int, settings: TrainingSettings, images: ImageSet, run: Path) -> None:
    """A training that is given up after some steps, as a killed process is: nothing is saved."""
    with closing(training(settings, images, run, CPU)) as job:
        for _ in range(steps):
            next(job)
