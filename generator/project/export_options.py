"""How many faces are exported: what a preset keeps. Needs neither torch nor an image library."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from generator.errors import ExportError, did_you_mean
from generator.formats.picture_options import FORMATS, PictureOptions
from generator.project.names import Size, check_pattern

LARGEST = 8192  # pixels on a side
MAX_SIZES = 16
PLAIN = PictureOptions()  # images as they are rendered
_FLAGS = ("latents", "csv", "jsonl", "sheet", "overwrite")


@dataclass(frozen=True)
class ExportOptions:
    """What is written for every face, and beside all of them. Raises `ExportError` for impossible options.

    Example:
        >>> from generator.project.export_options import ExportOptions
        >>> ExportOptions("out", "{tag}/{name}", sizes=(256, None), csv=True).format
        'png'
    """

    folder: str = ""
    pattern: str = "{name}"  # see `generator.project.names`
    format: str = "png"  # one of FORMATS
    sizes: tuple[Size, ...] = (None,)  # pixels on a side; None = as the model renders it
    latents: bool = False  # z, w and w+ of each face beside it, as .npz
    csv: bool = False  # manifest.csv: a row for each image
    jsonl: bool = False  # manifest.jsonl: the same with recipes
    sheet: bool = False  # sheet.png: all faces with captions
    overwrite: bool = False  # replace files of the same names
    look: str = ""  # the name of the look that was applied, for {look}
    picture: PictureOptions = PLAIN  # what else becomes of each image; its own format and size count for nothing

    def __post_init__(self) -> None:
        check_pattern(self.pattern)
        if self.format not in FORMATS:
            hint = did_you_mean(self.format, FORMATS) or f"; choose from {', '.join(FORMATS)}."
            raise ExportError(f"Images cannot be written as {self.format[:40]!r}{hint}")
        if not 0 < len(set(self.sizes)) == len(self.sizes) <= MAX_SIZES:
            raise ExportError(f"Choose 1 to {MAX_SIZES} different sizes; {len(self.sizes)} are chosen.")
        for size in self.sizes:
            if size is not None and not 1 <= size <= LARGEST:
                raise ExportError(f"A size of {size} pixels is not possible; choose 1 to {LARGEST}.")
            self.picture_of(size)

    def picture_of(self, size: Size) -> PictureOptions:
        """What becomes of an image of that size. Raises `ExportError` where its format cannot hold that."""
        return replace(self.picture, format=self.format, size=size)

    def to_values(self) -> dict[str, Any]:
        """As JSON values, without the folder and the look, which belong to one export."""
        return {name: value for name, value in asdict(self).items() if name not in ("folder", "look")}

    @classmethod
    def from_values(cls, values: Any) -> ExportOptions:
        """What `to_values` returned. Raises `ExportError` for anything else."""
        names = {field.name for field in fields(cls)} - {"folder", "look"}
        if isinstance(values, dict):
            values = {"picture": PLAIN.to_values()} | values  # an older Outis kept none
        if not isinstance(values, dict) or set(values) != names:
            raise ExportError("The kept options of an export are damaged; choose them again.")
        right = isinstance(values["pattern"], str) and isinstance(values["format"], str)
        right = right and all(isinstance(values[name], bool) for name in _FLAGS) and _are_sizes(values["sizes"])
        if not right:
            raise ExportError("The kept options of an export have values of a wrong type; choose them again.")
        picture = PictureOptions.from_values(values["picture"])
        return cls(**{**values, "sizes": tuple(values["sizes"]), "picture": picture})

    def into(self, folder: str) -> ExportOptions:
        """The same into `folder`."""
        return replace(self, folder=folder)


def _are_sizes(sizes: Any) -> bool:
    return isinstance(sizes, list | tuple) and all(size is None or type(size) is int for size in sizes)
