"""The principal components of W of the open model."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.messages import Components
from explorer.translation import tr
from generator.errors import ExportError
from generator.progress import Job, Progress
from generator.recipe.pca import COMPONENTS, SAMPLES

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.recipe.pca import Pca

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fitted:
    """The principal components of a model."""

    model: str  # content hash
    components: Components


@dataclass(frozen=True)
class FitComponents(Task[Fitted]):
    """Load the principal components of the open model from the cache, or compute them."""

    samples: int = SAMPLES
    count: int = COMPONENTS

    title = tr("Computing principal components")

    def run(self, host: ModelHost) -> JobSteps[Fitted]:
        fitted = yield from fitting_components(host, self.samples, self.count)
        yield Progress(self.samples, self.samples, tr("Done"))
        return Fitted(fitted.model, host.adopt_components(fitted))

    def deliver(self, result: Fitted, control: Control) -> None:
        facts = control.session.facts
        if facts is not None and result.model == facts.hash:
            control.session.set_components(result.components)


def fitting_components(host: ModelHost, samples: int = SAMPLES, count: int = COMPONENTS) -> Job[Pca]:
    """Load the principal components of the open model from the cache, or compute them."""
    from generator.recipe import pca

    facts, count = host.facts, min(count, host.facts.config.w_dim)
    fitted = pca.cached(facts.hash, samples, count, facts.config.w_dim)
    if fitted is None:
        fitted = yield from pca.fitting(
            host.engine.sampled, facts.config.z_dim, facts.hash, samples=samples, components=count
        )
        _cache(fitted)
    return fitted


def _cache(fitted: Pca) -> None:
    """Cache the components; where that fails, the next start computes them again."""
    from generator.recipe import pca

    try:
        pca.store(fitted)
    except ExportError:
        log.warning("The principal components could not be cached", exc_info=True)
