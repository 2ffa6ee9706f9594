"""Where a training stands: the part of its state that is plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.errors import TrainingError
from generator.training.settings import TrainingSettings


@dataclass
class Standing:
    """It moves on with every step."""

    images: int = 0  # seen by the discriminator
    resolution: int = 0
    attempt: int = 0  # a rollback adds one, for other random numbers
    augment: float = 0.0  # probability of each augmentation
    seconds: float = 0.0  # trained so far

    @staticmethod
    def read(facts: dict[str, Any], settings: TrainingSettings) -> Standing:
        """What a saved state has. Raises `TrainingError` where those are no numbers of a training with `settings`."""
        try:
            standing = Standing(**facts)
        except TypeError as error:
            raise TrainingError("The saved state was written by another version of Outis.") from error
        whole = (standing.images, standing.resolution, standing.attempt)
        counts = all(type(number) is int and 0 <= number <= 2**53 for number in whole)
        numbers = all(type(number) in (int, float) and number >= 0 for number in (standing.augment, standing.seconds))
        if not counts or not numbers or standing.resolution not in (stage.resolution for stage in settings.stages):
            raise TrainingError(
                "The saved state is damaged: its numbers are not those of a training with these settings."
            )
        return standing
