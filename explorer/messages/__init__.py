"""Messages between the threads: frozen requests to the compute thread and frozen answers from it.

Nothing here has behaviour, and nothing is shared: an answer's arrays are fresh and belong to the receiver.
"""

from __future__ import annotations

from explorer.messages.directions import (
    DirectionMade,
    DirectionsFound,
    DirectionsSolved,
    FoundDirection,
    LayersMeasured,
    OtherModel,
)
from explorer.messages.frames import (
    Components,
    Failure,
    Grab,
    Moment,
    Pixels,
    Quality,
    RenderFailed,
    RenderRequest,
    RenderResult,
    Role,
)
from explorer.messages.latents import IN_Z, LatentDrawn, LatentOption, LatentsFound
from explorer.messages.looking import (
    FaceInspected,
    FaceMeasured,
    LookedCloser,
    Measurable,
    MeasuredValue,
    MeasuresKnown,
    ShownCue,
    ShownSpectrum,
)
from explorer.messages.model import ModelFacts, SavedSession
from explorer.messages.people import (
    NO_SCALES,
    CharacterMade,
    FoundPerson,
    PeopleFound,
    PeopleKnown,
    PersonFound,
    StateDrawn,
)
from explorer.messages.pictures import (
    CleanFound,
    FaceDrawn,
    KeyframeDrawn,
    PartEnlarged,
    PictureDrawn,
    PicturePreviewed,
    ThumbnailDrawn,
    TileDrawn,
    TimelineMade,
)

__all__ = [
    "IN_Z",
    "NO_SCALES",
    "CharacterMade",
    "CleanFound",
    "Components",
    "DirectionMade",
    "DirectionsFound",
    "DirectionsSolved",
    "FaceDrawn",
    "FaceInspected",
    "FaceMeasured",
    "Failure",
    "FoundDirection",
    "FoundPerson",
    "Grab",
    "KeyframeDrawn",
    "LatentDrawn",
    "LatentOption",
    "LatentsFound",
    "LayersMeasured",
    "LookedCloser",
    "Measurable",
    "MeasuredValue",
    "MeasuresKnown",
    "ModelFacts",
    "Moment",
    "OtherModel",
    "PartEnlarged",
    "PeopleFound",
    "PeopleKnown",
    "PersonFound",
    "PictureDrawn",
    "PicturePreviewed",
    "Pixels",
    "Quality",
    "RenderFailed",
    "RenderRequest",
    "RenderResult",
    "Role",
    "SavedSession",
    "ShownCue",
    "ShownSpectrum",
    "StateDrawn",
    "ThumbnailDrawn",
    "TileDrawn",
    "TimelineMade",
]
