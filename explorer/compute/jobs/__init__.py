"""The long tasks of the compute thread, one feature per file: see `explorer.compute.jobs.task`."""

from explorer.compute.jobs.character import MakeCharacter
from explorer.compute.jobs.class_names import BringClassNames
from explorer.compute.jobs.clean import FindClean
from explorer.compute.jobs.clipboard import CopyImage, CopyLatent
from explorer.compute.jobs.components import FitComponents, Fitted
from explorer.compute.jobs.directions import (
    DrawTiles,
    ExportDirection,
    FindMeasures,
    MakeDirection,
    MeasureLayers,
    ReadDirections,
    ReadOtherModel,
    SaveDirections,
)
from explorer.compute.jobs.export_faces import ExportFaces
from explorer.compute.jobs.export_image import AS_RENDERED, EnlargePart, ExportImage, KnowEnlarging, PreviewPicture
from explorer.compute.jobs.export_model import ExportModel
from explorer.compute.jobs.exports import ExportLatents, ExportRecipe
from explorer.compute.jobs.faces import ContactSheet, DrawFaces
from explorer.compute.jobs.grab import LearnGrab
from explorer.compute.jobs.inspect import InspectFace, InspectFaces, InspectPicture, LearnScores
from explorer.compute.jobs.latents import DrawLatents
from explorer.compute.jobs.looks import ExportLook
from explorer.compute.jobs.measures import LearnDistribution, MeasureFace
from explorer.compute.jobs.mend import MendFace
from explorer.compute.jobs.models import DownloadModel, LoadModel
from explorer.compute.jobs.motion import DrawKeyframes, MakeMotion, MeasurePace
from explorer.compute.jobs.opening import CLIPBOARD, ModelFound, NoModelYet, ProjectFound, ReadFile, ReadText
from explorer.compute.jobs.people import FindAlike, FindPeople, KnowPeople, LearnPeople, PeopleTask, ReplacePeople
from explorer.compute.jobs.pictures import DrawPictures, WriteFaces
from explorer.compute.jobs.solving import SolveAgain
from explorer.compute.jobs.task import Control, JobSteps, Partial, Task
from explorer.compute.jobs.thumbnails import DrawThumbnail
from explorer.compute.jobs.video import ExportVideo

__all__ = [
    "AS_RENDERED",
    "CLIPBOARD",
    "BringClassNames",
    "ContactSheet",
    "Control",
    "CopyImage",
    "CopyLatent",
    "DownloadModel",
    "DrawFaces",
    "DrawKeyframes",
    "DrawLatents",
    "DrawPictures",
    "DrawThumbnail",
    "DrawTiles",
    "EnlargePart",
    "ExportDirection",
    "ExportFaces",
    "ExportImage",
    "ExportLatents",
    "ExportLook",
    "ExportModel",
    "ExportRecipe",
    "ExportVideo",
    "FindAlike",
    "FindClean",
    "FindMeasures",
    "FindPeople",
    "FitComponents",
    "Fitted",
    "InspectFace",
    "InspectFaces",
    "InspectPicture",
    "JobSteps",
    "KnowEnlarging",
    "KnowPeople",
    "LearnDistribution",
    "LearnGrab",
    "LearnPeople",
    "LearnScores",
    "LoadModel",
    "MakeCharacter",
    "MakeDirection",
    "MakeMotion",
    "MeasureFace",
    "MeasureLayers",
    "MeasurePace",
    "MendFace",
    "ModelFound",
    "NoModelYet",
    "Partial",
    "PeopleTask",
    "PreviewPicture",
    "ProjectFound",
    "ReadDirections",
    "ReadFile",
    "ReadOtherModel",
    "ReadText",
    "ReplacePeople",
    "SaveDirections",
    "SolveAgain",
    "Task",
    "WriteFaces",
]
