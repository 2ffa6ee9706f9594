"""How the faces of the open model move: known, or learnt in the background when the Grab tool is first used."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.translation import tr
from generator.errors import DirectionError, ExportError

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.grab.jacobian import Jacobian

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LearnGrab(Task[str]):
    """Give the host the Jacobian of its model; the result is the model's hash."""

    title = tr("Learning how faces move")

    def run(self, host: ModelHost) -> JobSteps[str]:
        from generator.grab import jacobian
        from generator.grab.features import check_has_features
        from generator.grab.learning import learning

        engine, facts = host.engine, host.facts
        found = jacobian.known(facts.hash, facts.config.num_ws, facts.config.w_dim)
        if found is None:
            try:
                found = yield from learning(engine)
            except DirectionError:  # no faces: places of the picture are pulled instead
                check_has_features(engine)
                return facts.hash
            _cache(found)
        host.grabber.adopt(found)
        return facts.hash

    def deliver(self, result: str, control: Control) -> None:
        control.grab_ready.emit(result)


def _cache(learnt: Jacobian) -> None:
    """Cache it; where that fails, it is learnt again after the next start."""
    from generator.grab import jacobian

    try:
        jacobian.store(learnt)
    except ExportError:
        log.warning("How faces move could not be cached", exc_info=True)
