"""Learning works: within seconds, samples of generated shapes come much closer to them than where they began."""

from __future__ import annotations

from pathlib import Path

from generator.progress import finish
from generator.training.data import ImageSet
from generator.training.evaluation import FRECHET, EvaluationSettings, evaluating
from generator.training.gan import GanState
from generator.training.journal import Entry, Snapshot
from generator.training.settings import Stage, TrainingSettings
from generator.training.snapshots import finished
from tests.support.training_fixtures import CPU, shapes, train

SETTINGS = TrainingSettings(
    stages=(Stage(16, 480, 16), Stage(32, 160, 16)),
    z_dim=32,
    w_dim=32,
    mapping_layers=2,
    channel_base=512,
    channel_max=32,
    fade_images=80,
    r1_gamma=64.0,
    projected_weight=0.0,
    augmentations=("translation",),
    augment=0.2,
    ema_images=250,
    snapshot_images=100_000,
    sample_images=100_000,
    frechet_samples=256,
    frechet_space="patches",
)


def test_a_short_training_halves_the_frechet_distance(tmp_path: Path) -> None:
    images = shapes(tmp_path, 400, 32)
    heard: list[Entry] = []
    train(SETTINGS, images, tmp_path / "run", heard.append)
    (snapshot,) = (entry for entry in heard if isinstance(entry, Snapshot))
    assert snapshot.frechet is not None
    assert snapshot.frechet < at_random(images) / 2


def at_random(images: ImageSet) -> float:
    """The distance of fresh weights at the last resolution, measured as the training measures."""
    fresh = finished(GanState.begun(SETTINGS, 32, CPU).ema, 1.0, "fresh")
    settings = EvaluationSettings(SETTINGS.frechet_samples, space=SETTINGS.frechet_space, metrics=(FRECHET,))
    return finish(evaluating(fresh, images, settings)).values[FRECHET]
