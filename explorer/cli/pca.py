"""`outis pca [MODEL]`: the principal components of W, computed or loaded from the cache."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING, Any

from explorer.cli.terminal import add_device_option, report, say
from explorer.document.argument_types import parse_several
from generator.recipe.pca import COMPONENTS, SAMPLES
from weights import FACES

if TYPE_CHECKING:
    from generator.recipe.pca import Pca
    from generator.render.engine import Engine

SHOWN = 10  # components listed one by one


def add_parser(subparsers: Any) -> None:
    """Declare `outis pca` and its options."""
    parser = subparsers.add_parser(
        "pca",
        help="compute the principal components of a model's latents",
        description="Compute the principal components of W and cache them for the window.",
    )
    parser.add_argument("model", metavar="MODEL", nargs="?", default=str(FACES), help="model file; default: the faces")
    parser.add_argument(
        "--samples", type=parse_several, default=SAMPLES, metavar="N", help="latents to sample; default: %(default)s"
    )
    parser.add_argument(
        "--components", type=parse_several, default=COMPONENTS, metavar="K", help="default: %(default)s"
    )
    parser.add_argument("--refit", action="store_true", help="compute even if they are cached")
    parser.add_argument("--json", action="store_true", help="print JSON for other programs")
    add_device_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compute, or load, and print how much variance each component explains."""
    from explorer.cli.model_files import open_engine

    engine = open_engine(arguments.model, arguments.device)
    started = time.perf_counter()
    pca = components_of(engine, arguments.samples, arguments.components, arguments.refit)
    facts = _facts(pca, time.perf_counter() - started)
    print(json.dumps(facts, indent=2) if arguments.json else _text(facts))
    return 0


def components_of(engine: Engine, samples: int, components: int, refit: bool = False) -> Pca:
    """The principal components of the engine's model: loaded from the cache, or computed and then cached."""
    from generator.errors import ExportError
    from generator.progress import finish
    from generator.recipe import pca

    model = engine.generator.hash
    found = None if refit else pca.cached(model, samples, components, engine.config.w_dim)
    if found is None:
        job = pca.fitting(engine.sampled, engine.config.z_dim, model, samples, components)
        found = finish(job, report)
        try:
            pca.store(found)
        except ExportError as error:  # the result is valid all the same
            say(f"The components could not be cached: {error}")
    return found


def _facts(pca: Pca, seconds: float) -> dict[str, Any]:
    return {
        "model": pca.model,
        "samples": pca.samples,
        "components": len(pca.components),
        "seconds": round(seconds, 2),
        "explained": [round(float(share), 5) for share in pca.explained],
        "sigma": [round(float(sigma), 5) for sigma in pca.sigma],
    }


def _text(facts: dict[str, Any]) -> str:
    shares = facts["explained"]
    lines = [f"pc{i:<3} {100 * share:5.1f} %  sigma {facts['sigma'][i]:.3f}" for i, share in enumerate(shares[:SHOWN])]
    summary = (
        f"{facts['components']} components of {facts['samples']:,} samples explain {100 * sum(shares):.1f} % "
        f"of the variance of W ({facts['seconds']:.1f} s)."
    )
    return "\n".join([*lines, summary])
