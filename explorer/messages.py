"""Messages between the threads: frozen requests to the compute thread and frozen answers from it.

Nothing here has behaviour, and nothing is shared: an answer's arrays are fresh and belong to the receiver.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from generator.config import GeneratorConfig
from generator.formats.picture_options import PictureOptions
from generator.motion.timeline import Timeline
from generator.printable import printable
from generator.project.look import Look
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Recipe, Source
from generator.wishes.scales import Scales
from generator.wishes.wish import Brief

Pixels = NDArray[np.uint8]  # [H, W, 3]
NO_SCALES = Scales(())
NO_TIMELINE = Timeline()


class Quality(Enum):
    """The requested quality of a frame."""

    FULL = "full"
    PREVIEW = "preview"  # reduced resolution, several times faster


class Role(Enum):
    """What a rendered image is for; every role has a mailbox slot of its own, LIVE is served first."""

    LIVE = "live"  # the face in the middle
    MOTION = "motion"  # a moment of the timeline, in its place
    BEFORE = "before"  # shown while its key is held
    FIRST_THUMBNAIL = "first thumbnail"  # the two sources of the style mix, small
    SECOND_THUMBNAIL = "second thumbnail"
    NEXT = "next face"  # rendered while idle and cached until requested; it is not emitted


@dataclass(frozen=True)
class Grab:
    """A drag on the face: what its next frame should do. Without pulls the points are only looked for."""

    drag: int = 0  # grows by one with every drag
    start: Recipe | None = None  # the face before the drag
    pulls: tuple[tuple[int, float, float], ...] = ()  # point of the mesh, and where it should be: x, y in 0..1
    pins: frozenset[int] = frozenset()  # points that must stay


@dataclass(frozen=True)
class Moment:
    """A place in time; the compute thread finds the recipe of its frame."""

    timeline: Timeline
    time: float  # seconds


@dataclass(frozen=True)
class RenderRequest:
    id: int  # grows by one with every request
    epoch: int  # grows by one with every model; answers of an older epoch are dropped
    recipe: Recipe
    quality: Quality = Quality.FULL
    role: Role = Role.LIVE
    grab: Grab | None = None  # of a LIVE frame; with pulls, the recipe is found while the frame is rendered
    moment: Moment | None = None  # of a MOTION frame, whose recipe is found while it is rendered

    @property
    def pulls(self) -> bool:
        """Whether this is a frame of a drag on the face."""
        return self.grab is not None and bool(self.grab.pulls)


@dataclass(frozen=True)
class RenderResult:
    request: RenderRequest  # with the recipe that was rendered
    pixels: Pixels
    milliseconds: float  # from taking the request to the finished array
    coordinates: NDArray[np.float32] | None = None  # position of the face on the principal components, in sigma
    w_plus: NDArray[np.float32] | None = None  # [num_ws, w_dim] behind a LIVE, FULL frame: what "store" keeps
    points: NDArray[np.float32] | None = None  # [N, 2] x, y in 0..1: mesh, places without a face, or none; if grabbed
    settled: bool = False  # whether the pulled points are where they should be, or as near to that as they come


@dataclass(frozen=True)
class FaceDrawn:
    """A small image of the current recipe with another seed."""

    seed: int
    pixels: Pixels
    instead_of: int | None = None  # the seed that was asked for, whose face was left out


@dataclass(frozen=True)
class KeyframeDrawn:
    """A small image of a face of the timeline."""

    recipe: Recipe
    pixels: Pixels


@dataclass(frozen=True)
class TimelineMade:
    """A timeline that was read, made or measured; `why` tells what for: "opened", the name of a motion, or "paced"."""

    timeline: Timeline
    model: str  # content hash
    why: str
    before: Timeline = NO_TIMELINE  # what was measured, of "paced"


@dataclass(frozen=True)
class ThumbnailDrawn:
    """A small image of a face of the project."""

    id: int
    recipe: Recipe  # as it was when the image was requested
    pixels: Pixels


@dataclass(frozen=True)
class PictureDrawn:
    """A face of the project, as large as its model draws it."""

    id: int
    recipe: Recipe
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class PicturePreviewed:
    """How the face looks as it is exported, small."""

    options: PictureOptions  # what was asked for; only its cut-out and its crop are seen
    pixels: Pixels | None  # [H, W, 3] or, with straight alpha, [H, W, 4]; None = it cannot be made
    sentence: str = ""  # why it cannot


@dataclass(frozen=True, eq=False)
class PartEnlarged:
    """A small part of the face, enlarged by resampling and as an export enlarges it; both of the same size."""

    before: Pixels
    after: Pixels


@dataclass(frozen=True)
class MeasuredValue:
    """One measure of a face, and where it lies among faces of the same model."""

    name: str
    title: str  # "Mouth open"
    group: str  # "Mouth"
    value: str  # with its unit: "12.3°"
    meaning: str  # a clause that tells what was measured
    share_below: float | None = None  # of the model's faces, 0..1; None = they have not been measured
    place: float = 0.5  # of this face on the curve, 0..1 from its left end
    curve: tuple[float, ...] = ()  # how many of the model's faces are where, 0..1 of the most


@dataclass(frozen=True)
class FaceMeasured:
    """What was measured on a face; no values = no face was found in its image."""

    recipe: Recipe
    values: tuple[MeasuredValue, ...]
    compared: bool  # whether faces of its model have been measured


@dataclass(frozen=True, eq=False)
class ShownCue:
    """One tell-tale of the picture shown: how unusual it is, and where."""

    name: str
    title: str  # "Teeth"
    look_for: str  # one sentence: what to look for
    why: str  # one sentence: why networks do it
    reason: str = ""  # why it cannot be judged; "" where it was
    percentile: float | None = None  # 0..100: the share of photographs that are less unusual
    among: float | None = None  # 0..100: the same of the model's faces; None = they have not been looked at
    flagged: bool = False
    crop: Pixels | None = None  # the most unusual place, four times as large as in a picture of 256 pixels
    heat: Pixels | None = None  # uint8 [h, w] over the whole picture: where
    weak: str = ""  # one sentence: how little the row tells; "" where it tells enough


@dataclass(frozen=True, eq=False)
class LookedCloser:
    """The six tell-tales of the picture that `recipe` has become, or of a picture of the user's."""

    recipe: Recipe
    cues: tuple[ShownCue, ...]
    compared: bool  # whether faces of its model have been looked at
    picture: str = ""  # name of the user's picture; "" = it is the face of `recipe`


@dataclass(frozen=True)
class FaceInspected:
    """How unusual a face of the project is among photographs."""

    id: int
    recipe: Recipe  # as it was when it was looked at
    rows: tuple[tuple[str, float], ...]  # title and percentile, 0..100, of what could be judged; the highest first


@dataclass(frozen=True)
class CleanFound:
    """The next face of a model that has no flagged cue."""

    model: str  # content hash of the model
    seed: int | None  # None = none of those that were looked at
    left_out: int  # faces before it that had one


@dataclass(frozen=True)
class Failure:
    """Something that the user requested has failed."""

    sentence: str  # for the user
    details: str = ""  # the traceback, for "copy details"

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", printable(self.sentence))  # it may contain a file name


@dataclass(frozen=True)
class RenderFailed:
    request: RenderRequest
    failure: Failure


@dataclass(frozen=True)
class Components:
    """Principal components of W for the panels: no tensors, everything in sigma."""

    directions: tuple[Direction, ...]  # "pc0", "pc1", ...: one sigma long, all layers
    explained: NDArray[np.float32]  # [k] share of the variance of W
    cloud: NDArray[np.float32]  # [samples, k] scores of some random w, in sigma: the background of the map


@dataclass(frozen=True)
class FoundDirection:
    """One direction in a file, before it is fitted to a model."""

    name: str
    sentence: str  # what it is: "Direction in W, one row for all layers, from InterFaceGAN."
    layers: Layers


@dataclass(frozen=True)
class DirectionsFound:
    """A file with directions."""

    path: str
    sentence: str  # what was found, in words
    directions: tuple[FoundDirection, ...]  # none where it is a table of edits without its components
    components: str | None = None  # file that a table of edits was read with, "" = it is missing; None = no table


@dataclass(frozen=True, eq=False)
class LatentOption:
    """One thing that the arrays of a file can be."""

    kind: str  # "w", "w+", "z" or "direction"
    why: str  # a clause; "" = nothing is to be said
    faces: tuple[Recipe, ...]  # to choose from; of a direction the average face on both sides of it, to look at
    names: tuple[str, ...]  # of each of the faces


@dataclass(frozen=True, eq=False)
class LatentsFound:
    """A file with arrays of which the user must say what they are, or which of them is meant."""

    path: str
    model: str  # content hash of the model that they were compared with
    options: tuple[LatentOption, ...]  # the likeliest first
    left_out: int = 0  # faces beyond those of the options


@dataclass(frozen=True, eq=False)
class LatentDrawn:
    """A small image of one face of a `LatentOption`."""

    found: LatentsFound
    option: int
    number: int
    pixels: Pixels


@dataclass(frozen=True)
class DirectionMade:
    """A direction of the open model, and what it does."""

    model: str  # content hash of the model
    entry: NamedDirection  # not yet among the user's
    strip: Pixels  # four faces in three rows: at -reach, 0 and +reach
    effects: tuple[tuple[str, float], ...]  # (title of a measure, its move from -3 to +3 in standard deviations)
    acts: float  # how much it changes the picture, in random directions of the same length
    identity: float | None = None  # distance of the faces at -2 and +2, by an embedding; None = it was not measured
    measured: bool = True  # False: the effects follow
    reach: float = 3.0  # sigma of both ends of the strip; of a direction that leads to a target, 1: all the way


@dataclass(frozen=True)
class DirectionsSolved:
    """The user's own directions, solved again so that others stay as they are."""

    model: str  # content hash of the model
    held: tuple[NamedDirection, ...]  # what stays
    solved: tuple[tuple[NamedDirection, NamedDirection], ...]  # before and after, of those that are others now
    kept: tuple[str, ...] = ()  # titles of those of which nothing would be left: they are as they were


@dataclass(frozen=True)
class Measurable:
    """A measure of faces that a direction can be made for."""

    name: str
    title: str
    group: str
    meaning: str


@dataclass(frozen=True)
class MeasuresKnown:
    """What can be measured in the pictures of a model."""

    model: str  # content hash of the model
    measures: tuple[Measurable, ...]
    lack: str = ""  # why there are none, one sentence


@dataclass(frozen=True)
class PeopleKnown:
    """What can be wished of the people of a model."""

    model: str  # content hash of the model
    scales: Scales = NO_SCALES  # what its faces measure, in the order of the window
    groups: tuple[tuple[str, str], ...] = ()  # name of each measure, and its group: "Mouth"
    meanings: tuple[tuple[str, str], ...] = ()  # name of each measure, and how it is measured
    is_learnt: bool = False  # False: the model is to be learnt first, and there are no scales
    only_predicted: tuple[str, ...] = ()  # measures that nothing here can measure
    inspects: bool = False  # whether faces can be looked through for tell-tales


@dataclass(frozen=True)
class FoundPerson:
    """Somebody who was found for a brief."""

    number: int  # the person's in its brief, from 1
    seed: int
    recipe: Recipe
    cell: tuple[str, ...]  # label of the band of each wish
    values: tuple[tuple[str, float], ...]  # measures in their units
    predicted: tuple[str, ...] = ()  # those of `values` that were not measured
    cues: tuple[tuple[str, float | None], ...] = ()  # percentiles; None = it cannot be judged
    face: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)  # [E] who it is to a network
    pixels: Pixels | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class PersonFound:
    """Somebody for a search that goes on."""

    search: int  # its number
    person: FoundPerson
    instead: int | None = None  # id of the face whose place it takes; None = it takes none's


@dataclass(frozen=True)
class PeopleFound:
    """The end of a search for people."""

    search: int
    brief: Brief
    found: int
    missing: tuple[tuple[str, ...], ...] = ()  # what was asked of those whom nobody is: labels of their bands
    rejected: tuple[tuple[str, int], ...] = ()  # how many were looked at and not taken, by measure, cue or reason
    only_predicted: tuple[str, ...] = ()  # wished measures that were not measured


@dataclass(frozen=True)
class StateDrawn:
    """A character in one of its states, small."""

    number: int  # of the character
    state: str
    recipe: Recipe
    pixels: Pixels


@dataclass(frozen=True)
class CharacterMade:
    """The end of a character: all of its states were drawn."""

    number: int
    looks: tuple[Look, ...] = ()  # the states, where they are to be kept
    sheet: str = ""  # path of the picture with all of them


@dataclass(frozen=True)
class OtherModel:
    """A model whose directions can be made again for the open one."""

    path: str
    name: str
    directions: tuple[tuple[str, str], ...]  # name and title; () = it has none


@dataclass(frozen=True)
class LayersMeasured:
    """What a direction changes in the picture on each layer by itself."""

    model: str  # content hash of the model
    direction: Direction
    changes: tuple[float, ...]  # a layer each, levels 0..255


@dataclass(frozen=True)
class TileDrawn:
    """A small image of a face to be sorted."""

    place: int
    recipe: Recipe
    pixels: Pixels


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
    origin: str = ""  # kind of file: "a .safetensors file"
