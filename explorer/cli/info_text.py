"""The facts of `outis info` as text: aligned lines, which no name in a file can forge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from generator.printable import printable
from generator.recipe.layers import MAX_LAYER

Row = tuple[str, object]  # its label ("" = continues the label above), its value
CLASSES = 12  # whose names are listed
SHOWN = 30  # directions, or ranges of seeds, listed; --json has all


def text_of(facts: dict[str, Any]) -> str:
    """The lines for the facts of any kind of file."""
    rows = [("kind", _kind(facts)), *_ROWS[facts["kind"]](facts)]
    lines = [f"{label:11} {printable(str(value))}".rstrip() for label, value in rows]
    more = facts.get("description") or facts.get("provenance") or ""
    return "\n".join([*lines, "", printable(more, kept="\n\t")]).rstrip()


def _kind(facts: dict[str, Any]) -> str:
    kind: str = facts["kind"]
    return {"sheet": "contact sheet", "directions": "direction library"}.get(kind, kind)


def _file(facts: dict[str, Any]) -> Row:
    size = facts["bytes"]
    return "file", f"{facts['file']}, {f'{size / 1e6:.1f} MB' if size >= 100_000 else f'{size:,} bytes'}"


def _model(facts: dict[str, Any]) -> list[Row]:
    config, (height, width) = facts["config"], facts["size"]
    return [
        ("name", facts["name"]),
        ("family", f"{config['family']}, {config['architecture']}"),
        ("image", f"{width} x {height} px, {config['img_channels']} channels"),
        ("latents", _latents(facts)),
        ("classes", _classes(facts)),
        ("mapping", f"{config['mapping_layers']} layers" if config["mapping_layers"] else "none: w is z itself"),
        ("channels", _channels(config)),
        ("parameters", f"{facts['parameters']:,}"),
        _file(facts),
        ("origin", facts["origin"]),
        ("missing", ", ".join(facts["missing"]) or "nothing"),
        ("hash", facts["hash"]),
    ]


def _latents(facts: dict[str, Any]) -> str:
    config = facts["config"]
    layers = "1 layer" if facts["layers"] == 1 else f"{facts['layers']} layers"
    return f"z {config['z_dim']}, w {config['w_dim']}, {layers}"


def _classes(facts: dict[str, Any]) -> str:
    """How many, and the names of the first: "10: 0 airplane, 1 automobile, ..."."""
    count, names = facts["config"]["c_dim"], facts["class_names"]
    if not count:
        return "none"
    titles = [f"{number} {name}".rstrip() for number, name in enumerate(names[:CLASSES])]
    more = [f"and {count - CLASSES:,} more"] if len(names) > CLASSES else []
    without = facts["class_fault"] or "without names"
    return f"{count:,}: {', '.join([*titles, *more])}" if names else f"{count:,}, {without}"


def _channels(config: dict[str, Any]) -> str:
    if "widths" in config:
        return ", ".join(map(str, config["widths"]))
    if config["block_channels"]:
        return ", ".join(map(str, config["block_channels"]))
    if widths := config.get("layer_widths"):
        return ", ".join(map(str, dict.fromkeys(widths[:-1])))  # of StyleGAN-XL, each once; the last are colours
    return f"base {config['channel_base']}, at most {config['channel_max']}"


def _picture(facts: dict[str, Any]) -> list[Row]:
    image = facts["image"]
    synthetic = "AI-generated, as the file states" if image["is_synthetic"] else "not marked as AI-generated"
    rows: list[Row] = [
        ("image", f"{image['width']} x {image['height']} px, {image['format']}"),
        ("synthetic", synthetic),
        *([("history", image["history"])] if image["history"] else []),
        _file(facts),
    ]
    recipe = _recipe(facts["recipe"]) if facts["recipe"] else [("recipe", "none")]
    return [*rows, *_sheet(facts["sheet"]), *recipe]


def _sheet(sheet: dict[str, Any] | None) -> list[Row]:
    if sheet is None:
        return []
    count = len(sheet["seeds"]) + len(sheet["names"])
    shown = [*_ranges(sheet["seeds"]), *sheet["names"]]
    label = "seeds" if sheet["seeds"] else "recipes"
    classes = [("classes", _listed(["none" if label is None else str(label) for label in sheet["classes"]]))]
    rows: list[Row] = [("faces", f"{count:,} in {sheet['columns']} columns"), (label, _listed(shown))]
    return [*rows, *(classes if sheet["classes"] else [])]


def _face(facts: dict[str, Any]) -> list[Row]:
    return [_file(facts), *_told(facts), *_recipe(facts["recipe"])]


def _told(facts: dict[str, Any]) -> list[Row]:
    """How a file of bare numbers was read, and how many latents it has."""
    count, names = facts.get("count", 1), facts.get("names", [])
    several: list[Row] = [("latents", f"{count:,}{': ' if names else ''}{_listed(names)}")] if count > 1 else []
    return [*several, *([("note", facts["note"])] if facts.get("note") else [])]


def _direction(facts: dict[str, Any]) -> list[Row]:
    return [_file(facts), ("found", facts["found"]), *_told(facts)]


def _recipe(recipe: dict[str, Any]) -> list[Row]:
    rows: list[Row] = [
        ("model", _model_words(recipe["model"])),
        ("source", _source(recipe["source"])),
        ("truncation", _truncation(recipe["truncation"])),
        ("mix", _mix(recipe["mix"]) if recipe["mix"] else "none"),
        *_edits(recipe["directions"]),
        ("noise", _noise(recipe["noise"])),
    ]
    shift = recipe["transform"]
    if any(shift.values()):
        rows.append(("transform", f"x {shift['x']:g}, y {shift['y']:g}, {shift['degrees']:g} degrees"))
    return rows


def _model_words(model: dict[str, Any] | None) -> str:
    if model is None:
        return "any"
    return f"{model['name']}, {model['hash']}" if model["name"] else str(model["hash"])


def _source(source: dict[str, Any]) -> str:
    if "seed" in source:
        return f"seed {source['seed']}" + ("" if source["class"] is None else f", class {source['class']}")
    shape = " x ".join(map(str, source["shape"]))
    return f"latent in {source['space']}, {shape}" + (f", from {source['name']}" if source["name"] else "")


def _truncation(truncation: dict[str, Any]) -> str:
    cutoff = truncation["cutoff"]
    return f"psi {truncation['psi']:g}" + ("" if cutoff is None else f" on the layers below {cutoff}")


def _mix(mix: dict[str, Any]) -> str:
    """Its layers, grouped where neighbours have the same weight."""
    parts = []
    for weight, group in groupby(enumerate(mix["weights"]), key=lambda pair: pair[1]):
        layers = [layer for layer, _ in group]
        if weight:
            parts.append(f"{_span(layers[0], layers[-1])} at {weight:g}")
    return f"{_source(mix['source'])} on layers {', '.join(parts) or 'none'}"


def _edits(edits: Sequence[dict[str, Any]]) -> list[Row]:
    """A line for each direction, amounts in sigma."""
    if not edits:
        return [("directions", "none")]
    width = min(max(len(edit["name"]) for edit in edits[:SHOWN]), 40)
    lines = [f"{edit['name']:{width}} {_amount(edit)}{_on_layers(edit)}" for edit in edits[:SHOWN]]
    return _stacked("directions", [*lines, *_more(len(edits))])


def _amount(edit: dict[str, Any]) -> str:
    amount = edit["amount"]
    return f"{amount:+g} sigma" if edit["target"] is None else f"{amount:+g} of the way to {edit['target']:g}"


def _on_layers(edit: dict[str, Any]) -> str:
    layers = edit["layers"]
    if layers == "all":
        return ""
    return f", layers from {edit['first']}" if layers == f"{edit['first']}-{MAX_LAYER}" else f", layers {layers}"


def _noise(noise: dict[str, Any]) -> str:
    if noise["mode"] == "stored":
        return f"stored with the face, {len(noise['stored'])} images"
    return f"random, seed {noise['seed']}" if noise["mode"] == "random" else str(noise["mode"])


def _project(facts: dict[str, Any]) -> list[Row]:
    rows: list[Row] = [
        _file(facts),
        ("faces", f"{facts['faces']:,}, {facts['history']:,} in the history, {facts['deleted']:,} deleted"),
        ("tags", _listed([f"{tag} ({count:,})" for tag, count in facts["tags"].items()]) or "none"),
        ("looks", _listed(facts["looks"]) or "none"),
    ]
    return [*rows, ("damaged", f"{facts['damaged']:,} faces cannot be read")] if facts["damaged"] else rows


def _library(facts: dict[str, Any]) -> list[Row]:
    entries = facts["directions"]
    width = min(max((len(entry["name"]) for entry in entries[:SHOWN]), default=0), 40)
    lines = [f"{entry['name']:{width}}  {entry['low']} - {entry['high']}" for entry in entries[:SHOWN]]
    count = ("count", f"{len(entries):,} directions")
    stacked = _stacked("directions", [*lines, *_more(len(entries))])
    return [_file(facts), ("model", _model_words(facts["model"])), count, *stacked]


def _stacked(label: str, lines: Sequence[str]) -> list[Row]:
    return [(label if index == 0 else "", line) for index, line in enumerate(lines)]


def _more(count: int) -> list[str]:
    return [f"and {count - SHOWN:,} more"] if count > SHOWN else []


def _listed(words: Sequence[str]) -> str:
    return ", ".join([*words[:SHOWN], *_more(len(words))])


def _ranges(seeds: Sequence[int]) -> list[str]:
    """`1, 5, 6, 7` -> `1`, `5-7`."""
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and seed == runs[-1][1] + 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return [_span(first, last) for first, last in runs]


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


_ROWS: dict[str, Callable[[dict[str, Any]], list[Row]]] = {
    "model": _model,
    "picture": _picture,
    "sheet": _picture,
    "recipe": _face,
    "latent": _face,
    "direction": _direction,
    "directions": _library,
    "project": _project,
}
