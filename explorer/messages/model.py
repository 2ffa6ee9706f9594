"""The open model, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.messages.pictures import NO_TIMELINE
from generator.config import GeneratorConfig
from generator.motion.timeline import Timeline
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Recipe, Source


@dataclass(frozen=True)
class SavedSession:
    """The session with a model when it was left; all of it belongs to `recipe.model`."""

    recipe: Recipe
    stored: tuple[Source, ...] = ()
    timeline: Timeline = NO_TIMELINE


@dataclass(frozen=True)
class ModelFacts:
    """Facts of the open model that the window needs."""

    epoch: int
    path: str
    name: str
    hash: str  # content hash, as in `Recipe.model`
    config: GeneratorConfig
    device: str  # "cpu", "cuda:0 (NVIDIA H200)", ...
    precision: str  # "float32", ...
    notice: str = ""  # a fallback that the user must see; "" = none
    remark: str = ""  # why it is slower than it could be, for the status bar; "" = no reason
    named: tuple[NamedDirection, ...] = field(default=(), repr=False)  # shipped and fitted ones; see `own`
    own: tuple[NamedDirection, ...] = field(default=(), repr=False)  # the user's, when it was opened
    parameters: int = 0
    description: str = ""  # licence and provenance, from the model card or the file's metadata
    class_names: tuple[str, ...] = field(default=(), repr=False)  # of a conditional model; () where not known
    class_fault: str = ""  # a sentence: why names that came with it are not used
    origin: str = ""  # kind of file: "a .safetensors file"
    learns_previews: bool = False  # whether quick previews exist although the network cannot stop early
    previews_at_once: bool = False  # whether they exist before the first full frame

    @property
    def has_previews(self) -> bool:
        """Whether a smaller image is a quicker one while the face moves."""
        return self.config.stops_early or self.learns_previews
