"""The name of a face in the window's title, and the suggested name of its exported file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from explorer.document.class_titles import class_title
from explorer.translation import tr
from generator.formats.file_names import clean, cut, unreserved
from generator.printable import printable
from generator.recipe.recipe import Recipe, SeedSource, Source

MAX_STEM = 74  # characters of a suggested name; 80 with the longest suffix
_MAX_BASE = 40  # of them for the face where edits are named as well
_SUFFIX = re.compile(r"\.(png|jpe?g|webp|json|npz|npy|pt|txt)$", re.IGNORECASE)


@dataclass(frozen=True)
class OpenedFile:
    """A file that a face came from."""

    name: str  # "anna.png"
    recipe: Recipe  # as it was in the file


def title_of(recipe: Recipe, file: OpenedFile | None = None) -> str:
    """ "anna.png", "Seed 85", "Seed 3, class 7 frog", or the name of a stored latent."""
    if file is not None:
        return printable(file.name)
    source = recipe.source
    if not isinstance(source, SeedSource):
        return source.name or tr("Stored latent")
    if source.label is None:
        return tr("Seed {seed}", seed=source.seed)
    return tr("Seed {seed}, class {label}", seed=source.seed, label=class_title(recipe.model, source.label))


def file_stem(recipe: Recipe, file: OpenedFile | None = None) -> str:
    """A name from the face and its edits since it was opened: "seed-85", "anna-age+1.5-smile-0.7"."""
    base = _SUFFIX.sub("", file.name) if file else _slug(recipe.source)
    before = file.recipe if file else Recipe(recipe.model, recipe.source)
    edits = [clean(edit) for edit in _edits(before, recipe)]
    stem = cut(clean(base), _MAX_BASE if edits else MAX_STEM)
    for edit in edits:
        longer = f"{stem}-{edit}"
        if longer == cut(longer, MAX_STEM):  # a name cut within a number would state another one
            stem = longer
    return unreserved(stem)


def _edits(before: Recipe, after: Recipe) -> Iterator[str]:
    """The differences, one word each."""
    for edit in after.directions:
        if edit.amount != before.amount(edit.direction):
            yield f"{edit.direction.name}{round(edit.amount, 2):+g}"
    for edit in before.directions:
        if not after.amount(edit.direction):
            yield f"{edit.direction.name}+0"
    if after.truncation.psi != before.truncation.psi:
        yield f"psi{round(after.truncation.psi, 2):g}"
    if after.truncation.cutoff != before.truncation.cutoff:
        yield "all-layers" if after.truncation.cutoff is None else f"cutoff{after.truncation.cutoff}"
    if after.mix != before.mix:
        yield f"mix-{_slug(after.mix.source)}" if after.mix else "unmixed"
    if after.noise != before.noise:
        yield f"noise-{after.noise.mode}"
    if after.transform != before.transform:
        yield "moved"


def _slug(source: Source) -> str:
    if isinstance(source, SeedSource):
        return f"seed-{source.seed}" + ("" if source.label is None else f"-class-{source.label}")
    return _SUFFIX.sub("", source.name) or "face"
