"""Everything that determines a training, as plain numbers; JSON in and out. Needs no torch."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from itertools import pairwise
from typing import Any

from generator.config import GeneratorConfig
from generator.errors import TrainingError
from generator.training.features.space import EFFICIENTNET, PATCHES, SPACES

AUGMENTATIONS = ("brightness", "saturation", "contrast", "translation", "cutout")
SMALLEST, LARGEST = 8, 1024  # pixels on a side
FEWEST_SAMPLES = 8  # that a Fréchet distance is measured with
LEAST_TOLD = {"snapshot_images": 4, "sample_images": 8, "step_images": 40}  # how often, in a total that was chosen


@dataclass(frozen=True)
class Stage:
    """One resolution of progressive growing (Karras et al. 2018): how long, and how many images at a time."""

    resolution: int  # pixels on a side, twice that of the stage before
    images: int  # shown to the discriminator in this stage, rounded up to whole batches
    batch: int  # images an optimiser step, over all processes


@dataclass(frozen=True)
class TrainingSettings:
    """The defaults are the recipe that gave the shipped faces. Raises `TrainingError` where one makes no sense."""

    stages: tuple[Stage, ...] = (Stage(64, 430_000, 256), Stage(128, 540_000, 128), Stage(256, 262_000, 64))
    classes: int | None = None  # of the images; 0 = none are used; None = as many as the data have
    seed: int = 0  # of the initial weights, the order of the data, and all later random numbers
    z_dim: int = 512
    w_dim: int = 512
    mapping_layers: int = 8
    channel_base: int = 8192  # channels of a block = channel_base / resolution ...
    channel_max: int = 384  # ... but at most this many
    mixing: float = 0.7  # probability that an image takes its styles from two z
    learning_rate: float = 0.0025  # of Adam, generator and pixel discriminator
    beta2: float = 0.99  # of Adam; beta1 is 0
    fade_images: int = 20_000  # over which a new block is faded in; half of its stage at most
    r1_gamma: float = 1.0  # at 256 px; it goes with the square of the resolution
    r1_interval: int = 16  # steps from one R1 penalty to the next
    path_length_weight: float = 0.0  # 0 = no path length regularisation
    path_length_interval: int = 4  # steps
    projected_weight: float = 0.5  # of the projected discriminators, beside 1 for the pixel discriminator; 0 = none
    projected_learning_rate: float = 0.0002
    augmentations: tuple[str, ...] = AUGMENTATIONS
    augment: float = 0.5  # probability of each augmentation, at the start where it adapts
    augment_target: float | None = None  # E[sign D(real)] that the probability is led to; None = it stays
    augment_images: int = 500_000  # that an adapting probability needs from 0 to 1
    ema_images: int = 10_000  # half-life of the averaged weights, at most ...
    ema_share: float = 0.05  # ... this share of the images seen
    snapshot_images: int = 50_000  # from one snapshot and saved state to the next
    keep_states: int = 2  # saved states that are kept, the newest ones, each to be resumed from; 0 = all
    sample_images: int = 10_000  # from one sample sheet to the next
    step_images: int = 2_000  # from one line of figures to the next
    frechet_samples: int = 0  # per snapshot, to measure the Fréchet distance; 0 = not measured
    final_samples: int = 2_000  # the same for the last one, which is measured in any case; 0 = it is not
    frechet_space: str = EFFICIENTNET

    def __post_init__(self) -> None:
        _check_stages(self.stages)
        for names, low, high in _BOUNDS:
            for name in names.split():
                _check_bounds(name, getattr(self, name), low, high)
        if unknown := set(self.augmentations) - set(AUGMENTATIONS):
            raise TrainingError(f"{min(unknown)!r} is not an augmentation; choose from {', '.join(AUGMENTATIONS)}.")
        for samples in (self.frechet_samples, self.final_samples):
            if 0 < samples < FEWEST_SAMPLES:
                raise TrainingError(f"A Fréchet distance of {samples} samples is meaningless; use more.")
        if self.frechet_space not in SPACES:
            raise TrainingError(f"{self.frechet_space!r} is not a feature space; choose one of {', '.join(SPACES)}.")
        if self.stages[-1].resolution > self.channel_base:
            raise TrainingError(f"channel_base {self.channel_base} leaves no channels at the highest resolution.")

    @property
    def total_images(self) -> int:
        """Images shown to the discriminator in all stages together, each rounded up to whole batches."""
        return sum(_whole_batches(stage) for stage in self.stages)

    def start_of(self, index: int) -> int:
        """Images shown before stage `index`."""
        return sum(_whole_batches(stage) for stage in self.stages[:index])

    def stage_at(self, images: int) -> int:
        """Index of the stage in which the step after `images` images falls; the last one at the end."""
        return max(index for index in range(len(self.stages)) if index == 0 or self.start_of(index) <= images)

    def fade_at(self, images: int) -> float:
        """alpha of the newest block, 0..1, after `images` images: it grows linearly; the first stage has no fade."""
        index = self.stage_at(images)
        length = min(self.fade_images, self.stages[index].images / 2)  # else the next stage would begin with a jolt
        if index == 0 or length == 0:
            return 1.0
        return min((images - self.start_of(index)) / length, 1.0)

    def gamma(self, resolution: int) -> float:
        """Weight of R1 at a resolution in pixels."""
        return self.r1_gamma * (resolution / 256) ** 2

    def config(self, resolution: int) -> GeneratorConfig:
        """The configuration of the generator at `resolution` px."""
        return GeneratorConfig(
            img_resolution=resolution,
            z_dim=self.z_dim,
            c_dim=self.classes or 0,
            w_dim=self.w_dim,
            mapping_layers=self.mapping_layers,
            channel_base=self.channel_base,
            channel_max=self.channel_max,
        )

    def for_classes(self, classes: int) -> TrainingSettings:
        """For data of so many classes, which are used unless `classes` is 0 already.

        Raises `TrainingError` where the settings are for another number.
        """
        if self.classes not in (None, 0, classes):
            raise TrainingError(f"The settings are for {self.classes} classes, and the data have {classes or 'none'}.")
        return self if self.classes == 0 else replace(self, classes=classes)

    def up_to(self, resolution: int) -> TrainingSettings:
        """Without the stages above `resolution`. Raises `TrainingError` where none ends there."""
        stages = tuple(stage for stage in self.stages if stage.resolution <= resolution)
        if not stages or stages[-1].resolution != resolution:
            raise TrainingError(self._no_stage(resolution))
        return replace(self, stages=stages)

    def _no_stage(self, resolution: int) -> str:
        known = ", ".join(str(stage.resolution) for stage in self.stages)
        return f"No stage of the settings has {resolution} px; theirs have {known} px."

    def starting_at(self, resolution: int) -> TrainingSettings:
        """Without the stages below `resolution`. Raises `TrainingError` where none begins there."""
        stages = tuple(stage for stage in self.stages if stage.resolution >= resolution)
        if not stages or stages[0].resolution != resolution:
            raise TrainingError(self._no_stage(resolution))
        return replace(self, stages=stages)

    def with_total(self, images: int) -> TrainingSettings:
        """All stages, and the fades in them, longer or shorter in proportion, `images` together.

        However short, it still reports its progress.
        """
        _check_bounds("images", images, 1, 10**12)
        factor = images / sum(stage.images for stage in self.stages)
        stages = (replace(stage, images=max(round(stage.images * factor), 1)) for stage in self.stages)
        told = {name: min(getattr(self, name), max(images // times, 1)) for name, times in LEAST_TOLD.items()}
        return replace(self, stages=tuple(stages), fade_images=round(self.fade_images * factor), **told)

    def with_batch(self, batch: int) -> TrainingSettings:
        """Every stage with `batch` images a step."""
        return replace(self, stages=tuple(replace(stage, batch=batch) for stage in self.stages))

    def to_json(self) -> dict[str, Any]:
        """As JSON values, which `from_json` reads."""
        stages = [asdict(stage) for stage in self.stages]
        return asdict(self) | {"stages": stages, "augmentations": list(self.augmentations)}

    @classmethod
    def from_json(cls, values: object) -> TrainingSettings:
        """Settings left out have their defaults. Raises `TrainingError` for unknown ones and wrong values."""
        known = _known(cls, values, "settings")
        if "stages" in known:
            stages = _listed(known["stages"], "stages")
            known["stages"] = tuple(_stage(stage) for stage in stages)
        if "augmentations" in known:
            known["augmentations"] = tuple(str(kind) for kind in _listed(known["augmentations"], "augmentations"))
        return cls(**known)

    @classmethod
    def from_text(cls, text: str) -> TrainingSettings:
        """`from_json` of the JSON in `text`."""
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise TrainingError("The settings are not valid JSON.") from error
        return cls.from_json(values)


_BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("seed frechet_samples final_samples keep_states", 0, 2**32 - 1),
    ("classes", 0, 65_536),
    ("fade_images", 0, 10**12),
    ("z_dim w_dim channel_max", 1, 4096),
    ("mapping_layers", 1, 32),
    ("channel_base", 1, 2**20),
    ("r1_interval path_length_interval", 1, 10_000),
    ("augment_images ema_images snapshot_images sample_images step_images", 1, 10**12),
    ("mixing augment ema_share", 0.0, 1.0),
    ("learning_rate projected_learning_rate", 1e-9, 1.0),
    ("beta2", 0.0, 1 - 1e-9),
    ("r1_gamma path_length_weight projected_weight", 0.0, 1e6),
    ("augment_target", -1.0, 1.0),
)


def _check_bounds(name: str, value: object, low: float, high: float) -> None:
    """Whole numbers where the bounds are whole; None only where it is the default."""
    if value is None and name in ("augment_target", "classes"):
        return
    kinds = (int,) if isinstance(low, int) else (int, float)
    if type(value) not in kinds or not low <= value <= high:  # type: ignore[operator]
        kind = "a whole number" if isinstance(low, int) else "a number"
        raise TrainingError(f"{name} is {str(value)[:40]!r}; it must be {kind} from {low:.12g} to {high:.12g}.")


def _check_stages(stages: tuple[Stage, ...]) -> None:
    if not stages:
        raise TrainingError("The settings have no stages; at least one is needed.")
    for stage in stages:
        _check_bounds("resolution", stage.resolution, SMALLEST, LARGEST)
        _check_bounds("images", stage.images, 1, 10**12)
        _check_bounds("batch", stage.batch, 1, 65536)
        if stage.resolution & (stage.resolution - 1):
            raise TrainingError(f"A stage has {stage.resolution} px; its resolution must be a power of two.")
    for before, after in pairwise(stages):
        if after.resolution != 2 * before.resolution:
            raise TrainingError(
                f"A stage of {after.resolution} px follows one of {before.resolution} px; each must be twice the last."
            )


def _whole_batches(stage: Stage) -> int:
    return math.ceil(stage.images / stage.batch) * stage.batch


def _stage(values: object) -> Stage:
    known = _known(Stage, values, "a stage")
    if missing := {field.name for field in fields(Stage)} - set(known):
        raise TrainingError(f"A stage of the settings has no {min(missing)!r}.")
    return Stage(**known)


def _known(kind: type[Stage | TrainingSettings], values: object, what: str) -> dict[str, Any]:
    """`values` as a dictionary of fields of `kind`."""
    if not isinstance(values, dict):
        raise TrainingError(f"In {what} an object was expected, not {str(values)[:40]!r}.")
    if unknown := set(values) - {field.name for field in fields(kind)}:
        raise TrainingError(f"{min(map(str, unknown))[:40]!r} is unknown in {what}.")
    return dict(values)


def _listed(values: object, what: str) -> list[object]:
    if not isinstance(values, list):
        raise TrainingError(f"{what} must be a list, not {str(values)[:40]!r}.")
    return values


SMALL = TrainingSettings(
    stages=(Stage(16, 40_000, 32), Stage(32, 80_000, 32)),
    z_dim=64,
    w_dim=64,
    mapping_layers=2,
    channel_base=1024,
    channel_max=64,
    fade_images=8_000,
    r1_gamma=64.0,
    projected_weight=0.0,
    ema_images=2_000,
    snapshot_images=10_000,
    sample_images=5_000,
    step_images=1_000,
    frechet_space=PATCHES,
)
PRESETS = {"faces": TrainingSettings(), "small": SMALL}
