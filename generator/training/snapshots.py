"""Snapshots of a training: models that Outis opens, each with its card, and sheets of samples."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import torch

from generator.checkpoint.save import save
from generator.formats.image_encode import encoded
from generator.networks import Generator
from generator.networks.model_hash import model_hash
from generator.storage.atomic import write_atomically
from generator.training.data import ImageSet
from generator.training.evaluation import FRECHET, Evaluation, Sampler
from generator.training.growing import fold_fade
from generator.training.run_folder import Origin

COLUMNS, ROWS = 8, 4  # of a sample sheet
CLASS_ROWS = 16  # of one at most, where each row is a class
PORTION = 16  # images rendered at once

TERMS = (
    "Images of this model are synthetic: each is generated from random numbers, and Outis marks those it saves. "
    "What the model may be used for depends on the licence of the images that it was trained on, which only its author "
    "knows: state it here before you pass the model on."
)


def finished(ema: Generator, fade: float, name: str) -> Generator:
    """A copy of the averaged generator as it is kept and shown: on the CPU, the fade folded into its last block."""
    generator = copy.deepcopy(ema).cpu().eval().requires_grad_(False)
    if fade < 1:
        fold_fade(generator, fade)
    generator.name = name
    generator.hash = model_hash(generator.config, generator)
    return generator


def save_snapshot(generator: Generator, path: Path, facts: str) -> None:
    """Write `generator` to `path`, with `facts` inside and as a card beside it. Raises `ExportError`."""
    resolution, parameters = generator.config.img_resolution, sum(p.numel() for p in generator.parameters())
    card = f"""# {generator.name}

A StyleGAN2 generator of {resolution} px images with {parameters / 1e6:.1f} million parameters, trained with Outis.

{facts}

**Terms.** {TERMS}
"""
    generator.description = f"{facts}\n{TERMS}"
    save(generator, path)
    write_atomically(path.with_suffix(".md"), card.encode())


def facts_of(images: ImageSet, origin: Origin, seen: int, measured: Evaluation | None) -> str:
    """The data, training and metrics of a model card, as Markdown paragraphs."""
    settings, model = origin.settings, origin.model
    begun = "" if model is None else f" Started from {model.name} ({model.hash}), whose terms apply to this model too."
    classes = f" of {settings.classes:,} classes" if settings.classes else ""
    stages = ", ".join(f"{stage.resolution} px ({stage.images:,} images)" for stage in settings.stages)
    return (
        f"**Data.** {images.name}: {images.count:,} images{classes}, fingerprint {images.fingerprint}.\n\n"
        f"**Training.** {seen:,} of {settings.total_images:,} images seen; stages {stages}; seed {settings.seed}."
        f"{begun}\n\n"
        f"**Measures.** {'not measured' if measured is None else _told(measured)}.\n\n"
        f"**Settings.** `{json.dumps(settings.to_json())}`"
    )


def _told(measured: Evaluation) -> str:
    names = {FRECHET: "Fréchet distance"}
    values = ", ".join(f"{names.get(name, name)} {value:.2f}" for name, value in measured.values.items())
    return (
        f"{values}: {measured.settings.samples:,} samples against {measured.images:,} images of the data, in the "
        f"feature space {measured.settings.space} at {measured.resolution} px"
    )


@torch.inference_mode()
def sample_sheet(generator: Generator, path: Path) -> None:
    """Write the images of seeds 0..31 in rows of eight, untruncated; of a model with classes, seeds 0..7 of each of its
    first `CLASS_ROWS` in a row of its own. Raises `ExportError`."""
    classes = range(min(generator.config.c_dim, CLASS_ROWS))
    seeds = list(range(COLUMNS)) * len(classes) if classes else list(range(COLUMNS * ROWS))
    labels = [label for label in classes for _ in range(COLUMNS)] if classes else None
    sampler = Sampler(generator)
    w = sampler.w_of(seeds, labels)
    drawn = [sampler.pixels(portion) for portion in torch.split(w, PORTION)]
    images = torch.cat(drawn).cpu().permute(0, 2, 3, 1).contiguous().numpy()
    size = images.shape[1]
    rows = images.reshape(-1, COLUMNS, size, size, 3).swapaxes(1, 2)
    sheet = np.ascontiguousarray(rows.reshape(-1, COLUMNS * size, 3))
    layout = {"format": "outis-sheet", "version": 1, "seeds": seeds, "columns": COLUMNS}
    layout |= {"classes": labels} if labels else {}
    write_atomically(path, encoded(sheet, {"sheet": json.dumps(layout)}, path.suffix))
