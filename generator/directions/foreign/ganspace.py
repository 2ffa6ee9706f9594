"""Files of GANSpace (Härkönen et al. 2020) and of the editors that took its components over.

Sources: the keys that its `decomposition.py` and its notebook write; e4e, PTI, HyperStyle and StyleRes store the
components of one model as {mean, comp, std} and edits as lines of a table.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from generator.checkpoint.file_slice import FormatError
from generator.directions.foreign.contents import Contents, read_contents
from generator.directions.foreign.found import MAX_ROWS, Found, FoundFile, components, floats, row
from generator.errors import ComponentsMissingError, DirectionError, OutisError, refusing
from generator.recipe.layers import Layers
from generator.recipe.recipe import Floats, Target, pack
from generator.storage.arrays import Array

_ON_FEATURES = "its components are of feature maps {}, not of W; compute them for the layer `style`."
MAX_LINES = 1000  # of a table of edits; that of StyleRes has 42
_NEEDED = "give a .pt with `mean`, `comp` and `std`."
PLACES = "the PCA file (a .pt with `mean`, `comp` and `std`) is needed as well; put it in the same folder."


def edit(contents: Contents) -> FoundFile | None:
    """A direction that GANSpace's notebook exported: a dictionary with `edit_start` and `edit_end` (exclusive)."""
    value = contents.value
    if not isinstance(value, dict) or not {"edit_start", "edit_end", "latent_space"} <= set(value):
        return None
    if str(value["latent_space"]).upper() != "W":
        raise DirectionError(
            f"it is a GANSpace direction in {str(value['latent_space'])[:20]}, and Outis moves faces in W; fit it "
            "again with `use_w`."
        )
    first, last = _layer(value["edit_start"]), _layer(value["edit_end"]) - 1
    if not 0 <= first <= last < MAX_ROWS:
        raise DirectionError(f"it is a GANSpace direction whose layers are {first} to {last}; it may be damaged.")
    name = str(value.get("name") or contents.path.stem)[:80]
    layers = Layers(((first, last),))
    said = f"Direction {name!r} in W, one row for layers {layers}, from GANSpace."
    return FoundFile((Found(name, _scaled(value), layers, "w", said),), "an edit of GANSpace")


def _layer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DirectionError("it is a GANSpace direction without layers; it may be damaged.")
    return int(value)


def _scaled(value: dict[str, object]) -> Floats:
    """The component times its standard deviation, in activations of the style layer where they are vectors."""
    act, lat = value.get("act_comp"), value.get("lat_comp")
    name = "act" if isinstance(act, np.ndarray) and (_is_vector(act) or lat is None) else "lat"
    component, deviation = value.get(f"{name}_comp"), value.get(f"{name}_stdev")
    if not isinstance(component, np.ndarray) or not isinstance(deviation, int | float | np.ndarray):
        raise DirectionError("it is a GANSpace direction without component or deviation; it may be damaged.")
    scale = floats(np.asarray(deviation)).reshape(-1)
    if scale.size != 1:
        raise DirectionError(f"it is a GANSpace direction with {scale.size} deviations; it may be damaged.")
    return np.asarray(row(component, "its component") * scale[0])


def _is_vector(values: Array) -> bool:
    return values.size > 1 and max(values.shape) == values.size


def cached_components(contents: Contents) -> FoundFile | None:
    """The components that GANSpace caches as .npz: `act_comp` `[K, 1, D]`, or `[K, C, H, W]` of feature maps."""
    value = contents.value
    if not isinstance(value, dict) or not {"act_comp", "act_stdev", "lat_comp", "lat_stdev"} <= set(value):
        return None
    for name in ("act", "lat"):
        vectors, deviations = _array(value, f"{name}_comp"), _array(value, f"{name}_stdev")
        if vectors.ndim == 2 or (vectors.ndim == 3 and vectors.shape[1] == 1):
            found = _times(vectors.reshape(len(vectors), -1), deviations)
            return components(found, "Component {} in W, all layers, from GANSpace.", "GANSpace")
    raise DirectionError(_ON_FEATURES.format(list(_array(value, "act_comp").shape[1:])))


def pca(contents: Contents) -> FoundFile | None:
    """The components of e4e and its relatives: `comp` `[K, D]` or `[K, 1, D]`, `mean` and `std` `[K]`."""
    found = _pca(contents.value)
    if found is None:
        return None
    return components(
        _times(*found[1:]), "Component {} in W, all layers, of a PCA file.", "a PCA of W as e4e stores it"
    )


def _pca(value: object) -> tuple[Floats, Array, Array] | None:
    """(mean `[D]`, components `[K, D]`, deviations `[K]`)."""
    if not isinstance(value, dict) or not {"mean", "comp", "std"} <= set(value):
        return None
    vectors = _array(value, "comp")
    if vectors.ndim == 3 and vectors.shape[1] == 1:
        vectors = vectors[:, 0]
    mean = row(_array(value, "mean"), "its mean")[0]
    if vectors.ndim != 2 or mean.size != vectors.shape[1]:
        raise DirectionError(
            f"it is a PCA file with components {list(vectors.shape)} and a mean of {mean.size} numbers, which do not "
            "fit together."
        )
    return mean, vectors, _array(value, "std")


def _times(vectors: Array, deviations: Array) -> Floats:
    """Components `[K, D]`, each times its deviation."""
    scales = floats(deviations).reshape(-1)
    if vectors.ndim != 2 or scales.size != len(vectors) or not vectors.size:
        raise DirectionError(
            f"its components {list(vectors.shape)} and deviations {list(deviations.shape)} do not fit together."
        )
    return np.asarray(floats(vectors) * scales[:, None])


def _array(value: dict[str, object], name: str) -> Array:
    found = value.get(name)
    if not isinstance(found, np.ndarray):
        raise DirectionError(f"it has no array {name!r}; it may be damaged.")
    return found


def configs(contents: Contents, beside: Path | None) -> FoundFile | None:
    """Edits as lines "name TAB component TAB start TAB end TAB sigma" (end exclusive), which set a component.

    beside: the PCA file; where there is none, the first one of the folder.
    """
    lines = _lines(contents)
    if not lines:
        return None
    used, (mean, vectors, deviations) = _pca_beside(contents.path, beside)
    scaled = _times(vectors, deviations)
    edits = tuple(_absolute(line, mean, scaled) for line in lines)
    return FoundFile(edits, "edits of GANSpace as StyleRes lists them", beside=used)


def _lines(contents: Contents) -> list[tuple[str, int, int, int, float]]:
    if contents.form != "text" or not isinstance(contents.value, str):
        return []
    if contents.value.count("\n") > MAX_LINES:
        raise DirectionError(f"it has more than {MAX_LINES} lines; no table of edits has that many.")
    found = []
    for place, line in enumerate(contents.value.splitlines()):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or (place == 0 and len(cells) == 5 and not cells[1].isdecimal()):  # a blank or a heading
            continue
        if len(cells) != 5:
            return []
        try:
            found.append((cells[0][:80], int(cells[1]), int(cells[2]), int(cells[3]), float(cells[4])))
        except ValueError:
            return []
    return found


def _pca_beside(path: Path, beside: Path | None) -> tuple[Path, tuple[Floats, Array, Array]]:
    """The file that is given, or the first one of the folder that holds a PCA, and what it holds."""
    if beside is not None:
        if (given := _pca_in(beside)) is None:
            raise ComponentsMissingError(
                f"it lists edits of components, and {beside.name[:80]} is no PCA file; {_NEEDED}"
            )
        return beside, given
    candidates = sorted(path.parent.glob("*pca*.pt")) or sorted(path.parent.glob("*.pt"))
    for candidate in candidates[:8]:
        if (found := _pca_in(candidate)) is not None:
            return candidate, found
    raise ComponentsMissingError(f"it lists edits of principal components; {PLACES}")


def _pca_in(path: Path) -> tuple[Floats, Array, Array] | None:
    """The PCA in a file; None where it holds something else or cannot be read: a folder may hold models too."""
    try:
        with refusing(DirectionError, "it is damaged or truncated."):
            return _pca(read_contents(path).value)
    except (OutisError, FormatError, OSError):
        return None


def _absolute(line: tuple[str, int, int, int, float], mean: Floats, scaled: Floats) -> Found:
    name, component, start, end, sigma = line
    if not 0 <= component < len(scaled):
        raise ComponentsMissingError(
            f"its edit {name!r} is of component {component}, and the PCA file has {len(scaled)} of them."
        )
    if not (0 <= start < end <= MAX_ROWS and abs(sigma) <= 1000):
        raise DirectionError(f"its edit {name!r} has layers {start} to {end - 1} and {sigma} sigma; it may be damaged.")
    layers = Layers(((start, end - 1),))
    said = f"Sets component {component} to {sigma:g} sigma on layers {layers}, from GANSpace."
    target = Target(pack(mean), sigma)
    return Found(name, scaled[component : component + 1], layers, "w", said, target, exact=True)
