"""The recipe: everything that determines an image, as one frozen value.

Two equal recipes give the same image of the same model. A recipe contains the vectors of its directions and any stored
latent, so that it restores the face on a machine without the direction library it was made with. Needs no torch. JSON
lives in `recipe_json.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generator.errors import LatentError, RecipeError
from generator.recipe.layers import MAX_LAYER, Layers
from generator.recipe.stored_noise import Size, StoredNoise

MAX_SEED = 2**32 - 1  # numpy.random.RandomState takes no more
MAX_AMOUNT = 1000  # sigma of a move; faces stay intact up to about 4
MAX_DIRECTIONS = 10_000  # of a recipe; one for each moved slider
MAX_SHIFT = 10  # widths of the image; beyond one the face is outside of it
MAX_DEGREES = 360  # of a rotation

Floats = NDArray[np.float32]
Space = Literal["z", "w", "w+"]
NoiseChoice = Literal["const", "random", "none", "stored"]
NoiseMode = Literal["const", "random", "none"] | StoredNoise  # what a network is told
SPACES: tuple[Space, ...] = ("z", "w", "w+")
NOISE_MODES: tuple[NoiseChoice, ...] = ("const", "random", "none")  # of any face; "stored" of some


def check(condition: bool, sentence: str) -> None:
    """Raise `RecipeError(sentence)` unless `condition` holds."""
    if not condition:
        raise RecipeError(sentence)


def pack(values: Floats) -> bytes:
    """The little-endian float32 bytes of `values`: hashable, comparable, exact."""
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


@lru_cache(maxsize=512)
def _is_finite(data: bytes) -> bool:
    """Whether `data` is float32 and all are numbers; thousands of recipes contain the same few vectors."""
    return len(data) % 4 == 0 and bool(np.isfinite(np.frombuffer(data, dtype="<f4")).all())


@dataclass(frozen=True)
class SeedSource:
    """A face by number: z = RandomState(seed).randn(1, z_dim), the convention of every public StyleGAN tool."""

    seed: int  # 0..2**32-1
    label: int | None = None  # class of a conditional model; None = all-zero class vector

    def __post_init__(self) -> None:
        check(0 <= self.seed <= MAX_SEED, f"Seed {self.seed} is outside 0..{MAX_SEED}; choose one inside.")
        check(self.label is None or self.label >= 0, f"Class {self.label} is negative; classes count from 0.")


@dataclass(frozen=True)
class LatentSource:
    """A face by a stored latent: z `[1, z_dim]`, w `[1, w_dim]` or w+ `[num_ws, w_dim]`, float32.

    It is untruncated: the truncation of the recipe applies to it as it does to a seed.
    """

    space: Space
    rows: int
    data: bytes  # float32, little-endian, row after row
    name: str = ""  # what the user sees, for example the file's name; does not affect the image

    def __post_init__(self) -> None:
        check(self.space in SPACES, f"Latent space {self.space!r} is not one of z, w, w+.")
        whole = self.rows > 0 and len(self.data) > 0 and len(self.data) % (4 * self.rows) == 0
        check(whole, f"A stored latent of {len(self.data)} bytes does not make {self.rows} rows of float32.")
        check(self.space == "w+" or self.rows == 1, f"A latent in {self.space} has one row, not {self.rows}.")
        check(_is_finite(self.data), "The stored latent contains values that are not finite numbers.")

    @property
    def array(self) -> Floats:
        """The values, read-only, float32 `[rows, dim]`."""
        return np.frombuffer(self.data, dtype="<f4").reshape(self.rows, -1)

    @classmethod
    def from_array(cls, space: Space, values: Floats, name: str = "") -> LatentSource:
        """A source from float values `[rows, dim]` or `[dim]`. Raises `LatentError` if it is neither."""
        if values.ndim not in (1, 2) or values.size == 0:
            raise LatentError(f"A latent has shape [rows, dim]; this one has {list(values.shape)}.")
        rows = 1 if values.ndim == 1 else values.shape[0]
        return cls(space, rows, pack(values), name)


Source = SeedSource | LatentSource


@dataclass(frozen=True)
class Truncation:
    """w_avg + psi * (w - w_avg) on the layers below `cutoff` (Karras et al. 2019, appendix B)."""

    psi: float = 0.7  # 1 = not truncated, 0 = the average face, negative = the opposite face
    cutoff: int | None = None  # first layer not truncated; None = every layer is truncated

    def __post_init__(self) -> None:
        check(isfinite(self.psi) and abs(self.psi) <= 10, f"Truncation psi {self.psi} is not in -10..10.")
        fine = self.cutoff is None or 0 <= self.cutoff <= MAX_LAYER
        check(fine, f"Truncation cutoff {self.cutoff} is not in 0..{MAX_LAYER}.")


@dataclass(frozen=True)
class Target:
    """Where a direction leads: the projection on it that w has at the end of the move, in lengths of its vector."""

    center: bytes  # float32 [w_dim], little-endian: the w whose projection counts as 0, for example the mean of W
    value: float

    def __post_init__(self) -> None:
        fine = isfinite(self.value) and abs(self.value) <= MAX_AMOUNT
        check(fine, f"The target {self.value} of a direction is not in -{MAX_AMOUNT}..{MAX_AMOUNT}.")
        check(_is_finite(self.center), "The centre of a direction's target is not made of finite float32 numbers.")


@dataclass(frozen=True)
class Direction:
    """A vector in W or W+, one sigma long, and the layers it acts on.

    With one row, every layer moves by the same vector; with a row for each layer of the model, row i moves layer i.
    Amounts are in sigma; with a target, they are parts of the way to it (see `generator.recipe.latent.move`).
    """

    name: str
    vector: bytes  # float32, little-endian, row after row
    layers: Layers = Layers.ALL
    rows: int = 1  # or the layers of the model
    target: Target | None = None

    def __post_init__(self) -> None:
        check(0 < self.rows <= MAX_LAYER + 1, f"Direction {self.name!r} has {self.rows} rows; no model has as many.")
        whole = len(self.vector) > 0 and len(self.vector) % (4 * self.rows) == 0
        check(whole, f"Direction {self.name!r} has {len(self.vector)} bytes, not {self.rows} rows of float32.")
        check(_is_finite(self.vector), f"Direction {self.name!r} contains values that are not finite numbers.")
        fits = self.target is None or len(self.target.center) == 4 * self.w_dim
        check(fits, f"Direction {self.name!r} and the centre of its target differ in length.")

    def __hash__(self) -> int:
        """Of what Python remembers the hash of, and what hardly ever agrees otherwise: sliders look thousands up."""
        return hash((self.name, self.vector))

    @property
    def array(self) -> Floats:
        """The vector, read-only, float32 `[w_dim]`, or `[rows, w_dim]` if it has several rows."""
        values = np.frombuffer(self.vector, dtype="<f4")
        return values if self.rows == 1 else values.reshape(self.rows, -1)

    @property
    def w_dim(self) -> int:
        """Numbers in a row."""
        return len(self.vector) // (4 * self.rows)

    @property
    def first(self) -> int:
        """The lowest layer it acts on."""
        return self.layers.first

    @property
    def last(self) -> int:
        """The highest layer it acts on; `MAX_LAYER` = up to the last layer of any model."""
        return self.layers.last

    def misfit(self, num_ws: int | None, w_dim: int) -> str:
        """Why a model of `num_ws` layers (None = any number) cannot be moved along it: both shapes; "" = it can."""
        if self.w_dim == w_dim and (self.rows == 1 or num_ws in (None, self.rows)):
            return ""
        rows = "num_ws" if num_ws is None else num_ws
        return f"has shape {list(self.array.shape)}, and the model takes [{w_dim}] or [{rows}, {w_dim}]"


@dataclass(frozen=True)
class DirectionEdit:
    """A move of `amount` sigma along a direction."""

    direction: Direction
    amount: float  # sigma

    def __post_init__(self) -> None:
        if not (isfinite(self.amount) and abs(self.amount) <= MAX_AMOUNT):  # formats no sentence at every move
            named = f"Amount {self.amount} of {self.direction.name!r}"
            raise RecipeError(f"{named} is not in -{MAX_AMOUNT}..{MAX_AMOUNT} sigma.")


@dataclass(frozen=True)
class Mix:
    """Style mixing: layer i is (1 - weights[i]) * first source + weights[i] * this source."""

    source: Source
    weights: tuple[float, ...]  # 0..1 for each layer; 0 for layers beyond its end

    def __post_init__(self) -> None:
        check(all(0 <= weight <= 1 for weight in self.weights), "A mixing weight is not in 0..1.")
        check(
            len(self.weights) <= MAX_LAYER + 1,
            f"There are {len(self.weights)} mixing weights; no known model has that many.",
        )


@dataclass(frozen=True)
class Noise:
    """The noise images added after each convolution."""

    mode: NoiseChoice = "const"  # "const" = as stored in the model, "random" = drawn from `seed`, "none" = off
    seed: int = 0  # of the "random" mode
    stored: StoredNoise | None = None  # of the "stored" mode; kept while another is chosen

    def __post_init__(self) -> None:
        known = self.mode in NOISE_MODES or self.mode == "stored"
        check(known, f"Noise mode {self.mode!r} is not one of const, random, none, stored.")
        check(self.mode != "stored" or self.stored is not None, "The noise should be stored, and there is none.")
        check(0 <= self.seed <= MAX_SEED, f"Noise seed {self.seed} is outside 0..{MAX_SEED}.")

    @property
    def drawn(self) -> NoiseMode:
        """What a network is told: the stored images themselves, or how to draw others."""
        if self.mode != "stored":
            return self.mode
        assert self.stored is not None
        return self.stored

    def check_fits(self, sizes: tuple[Size, ...]) -> None:
        """Raise `RecipeError` if it is stored noise of other sizes than those of a model's layers."""
        fits = self.stored is None or self.stored.sizes == sizes
        check(fits, "The stored noise has other sizes than the layers of the open model; it belongs to another.")

    def fitting(self, sizes: tuple[Size, ...]) -> Noise:
        """This noise for a model whose layers have noise of `sizes`: stored noise of other ones is left out."""
        if self.stored is None or self.stored.sizes == sizes:
            return self
        return Noise("const" if self.mode == "stored" else self.mode, self.seed)


@dataclass(frozen=True)
class Transform:
    """How the image is rotated about its centre, then moved, while it is rendered (Karras et al. 2021, appendix F).

    Only models whose configuration `has_transform` support one that is not the identity.
    """

    x: float = 0.0  # to the right, in widths of the image
    y: float = 0.0  # down, in widths of the image
    degrees: float = 0.0  # counter-clockwise

    def __post_init__(self) -> None:
        for shift in (self.x, self.y):
            check(
                isfinite(shift) and abs(shift) <= MAX_SHIFT,
                f"Shift {shift} is not in -{MAX_SHIFT}..{MAX_SHIFT}.",
            )
        fine = isfinite(self.degrees) and abs(self.degrees) <= MAX_DEGREES
        check(fine, f"Rotation {self.degrees} is not in -{MAX_DEGREES}..{MAX_DEGREES} degrees.")


@dataclass(frozen=True)
class Recipe:
    """Everything that determines an image of one model.

    W+ is computed in this order: both sources are mapped, mixed layer by layer and truncated, and the directions are
    added last, so that a slider means the same number of sigma at any psi.
    """

    model: str = ""  # content hash of the model; "" = any
    source: Source = SeedSource(0)
    truncation: Truncation = Truncation()
    directions: tuple[DirectionEdit, ...] = ()
    mix: Mix | None = None
    noise: Noise = Noise()
    transform: Transform = Transform()

    def __post_init__(self) -> None:
        count = len(self.directions)
        if count > MAX_DIRECTIONS:
            raise RecipeError(f"The recipe has {count} directions; at most {MAX_DIRECTIONS} are possible.")

    def amount(self, direction: Direction) -> float:
        """Sigma moved along `direction`; 0 if the recipe does not contain it."""
        return next((edit.amount for edit in self.directions if edit.direction == direction), 0.0)

    def with_amount(self, direction: Direction, amount: float) -> Recipe:
        """This recipe moved `amount` sigma along `direction`; 0 removes the direction. The order is kept."""
        edits = self.directions
        if not amount:
            return replace(self, directions=tuple(edit for edit in edits if edit.direction != direction))
        place = next((place for place, edit in enumerate(edits) if edit.direction == direction), len(edits))
        moved = (*edits[:place], DirectionEdit(direction, amount), *edits[place + 1 :])
        return Recipe(**(vars(self) | {"directions": moved}))  # twice as fast as `replace`, for each of 200 faces
