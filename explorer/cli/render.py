"""`outis render`: images, latents and contact sheets without a window, from the same recipes and the same engine."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.notation import (
    parse_component_amount,
    parse_count,
    parse_layer_number,
    parse_mixed_layers,
    parse_named_amount,
    parse_psi,
    parse_seeds,
)
from explorer.cli.terminal import UsageError, add_device_option, add_model_option, open_engine, report
from generator.recipe import NOISE_MODES, Recipe, SeedSource

if TYPE_CHECKING:
    from generator.engine import Engine

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def add_parser(subparsers: Any) -> None:
    """Declare `outis render` and its options."""
    parser = subparsers.add_parser(
        "render",
        help="make images without a window",
        description="Make images without a window. Options given beside --recipe change that recipe.",
    )
    add_model_option(parser)
    _add_recipe_options(parser)
    add_device_option(parser)
    parser.add_argument("--grid", type=parse_count, metavar="COLS", help="one contact sheet of so many columns")
    parser.add_argument("--latents", action="store_true", help="also save z, w and w+ beside each image, as .npz")
    parser.add_argument("--out", required=True, metavar="FILE_OR_FOLDER", help=".png, .jpg or .webp, or a folder")
    parser.set_defaults(run=run)


def _add_recipe_options(parser: argparse.ArgumentParser) -> None:
    def many(option: str, **details: Any) -> None:
        parser.add_argument(option, nargs="+", action="extend", default=[], **details)

    parser.add_argument("--seeds", type=parse_seeds, metavar="1,5-9", help="faces by number, 0..4294967295")
    parser.add_argument("--truncation", type=parse_psi, metavar="PSI", help="0 average face, 1 as drawn; default 0.7")
    parser.add_argument("--cutoff", type=parse_layer_number, metavar="N", help="truncate only the layers below N")
    parser.add_argument("--noise", choices=NOISE_MODES, help="default: const")
    many("--direction", type=parse_named_amount, metavar="NAME=SIGMA", help="move along a named direction")
    many("--pc", type=parse_component_amount, metavar="INDEX=SIGMA[@FIRST-LAST]", help="move along a component of W")
    many("--mix", type=parse_mixed_layers, metavar="SEED@FIRST-LAST[:WEIGHT]", help="take these layers of a seed")
    parser.add_argument("--recipe", metavar="FILE", help="start from a recipe (.json), or an image or latent with one")


@dataclass(frozen=True)
class Output:
    """Where pictures go: one `file`, or a `folder` of faces, or both for a contact sheet beside its faces."""

    file: Path | None
    folder: Path | None

    def face(self, recipe: Recipe) -> Path:
        """The file of one face: in a folder seed 85 is `seed0085.png`, as other StyleGAN tools name it."""
        if self.file is not None:
            return self.file
        assert self.folder is not None
        source = recipe.source
        return self.folder / (f"seed{source.seed:04d}.png" if isinstance(source, SeedSource) else "face.png")


def run(arguments: argparse.Namespace) -> int:
    """Render what `arguments` ask for."""
    from explorer.cli.recipes import asked_recipe

    output = asked_output(arguments)
    engine = open_engine(arguments.model, arguments.device)
    recipe = asked_recipe(arguments, engine)
    if arguments.grid is not None:
        _sheet(engine, recipe, arguments, output)
    else:
        for one in _faces(recipe, arguments.seeds):
            _face(engine, one, output.face(one), arguments.latents)
    return 0


def asked_output(arguments: argparse.Namespace) -> Output:
    """Where the pictures go. Raises `UsageError` where the options do not go together; touches no file."""
    if arguments.seeds is None and arguments.recipe is None:
        raise UsageError("Say which faces: --seeds 1,5-9, or --recipe FILE.")
    if arguments.grid is not None and arguments.seeds is None:
        raise UsageError("--grid makes a sheet of several faces: say which with --seeds.")
    out, is_file = Path(arguments.out), _is_image(arguments.out)
    if is_file and arguments.grid is None and len(arguments.seeds or [0]) > 1:
        raise UsageError(f"--out {out} is one file for {len(arguments.seeds)} faces: name a folder, or add --grid.")
    if is_file and arguments.grid is not None and arguments.latents:
        raise UsageError("--latents with --grid needs a folder as --out: latents are saved beside each face.")
    if is_file:
        return Output(out, None)
    return Output(out / "sheet.png" if arguments.grid is not None else None, out)


def _is_image(out: str) -> bool:
    """Whether `out` names an image rather than a folder."""
    path = Path(out)
    if path.is_dir() or out.endswith(("/", "\\")) or not path.suffix:
        return False
    if path.suffix.lower() not in IMAGE_SUFFIXES:
        raise UsageError(
            f"{path.suffix} is no image format here: name a .png, .jpg or .webp, or a folder as {out}/ with a slash."
        )
    return True


def _faces(recipe: Recipe, seeds: tuple[int, ...] | None) -> list[Recipe]:
    if seeds is None:
        return [recipe]
    return [replace(recipe, source=SeedSource(seed)) for seed in seeds]


def _face(engine: Engine, recipe: Recipe, path: Path, latents: bool) -> None:
    from generator.export import save_image

    path.parent.mkdir(parents=True, exist_ok=True)
    save_image(path, engine.render(recipe), recipe)
    print(path)
    if latents:
        _latents(engine, recipe, path)


def _latents(engine: Engine, recipe: Recipe, image: Path) -> None:
    from generator.latent_file import save_latents

    path = image.with_suffix(".npz")
    save_latents(path, engine.latents(recipe), recipe)
    print(path)


def _sheet(engine: Engine, recipe: Recipe, arguments: argparse.Namespace, output: Output) -> None:
    from generator.contact_sheet import contact_sheet
    from generator.progress import finish

    assert output.file is not None
    output.file.parent.mkdir(parents=True, exist_ok=True)
    job = contact_sheet(engine.render, recipe, arguments.seeds, arguments.grid, output.file, output.folder)
    print(finish(job, report))
    if arguments.latents:
        for one in _faces(recipe, arguments.seeds):
            _latents(engine, one, replace(output, file=None).face(one))
