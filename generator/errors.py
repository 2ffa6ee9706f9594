"""Errors whose text is meant for the user: one sentence that says what was found, what was expected, what to do."""

from __future__ import annotations


class OutisError(Exception):
    """Base of every error of ours that is shown to the user as it is."""


class CheckpointError(OutisError):
    """A model file was refused."""


class RecipeError(OutisError):
    """A recipe, or a file said to carry one, was refused."""


class UnknownFileError(RecipeError):
    """A file that is of no kind that brings back a face."""


class LatentError(OutisError):
    """A latent, or a file said to carry one, was refused."""


class DirectionError(OutisError):
    """A direction library was refused, or a direction is not known."""


class ExportError(OutisError):
    """A file could not be written."""


class DeviceError(OutisError):
    """A device was asked for that is not there or does not work."""


class DownloadError(OutisError):
    """A file could not be fetched from the net."""


class CatalogueError(OutisError):
    """The list of models was refused, or a model is not in it."""


class DatasetError(OutisError):
    """A collection of images, or a data set made of one, was refused."""


class TrainingError(OutisError):
    """A training could not be started, resumed or gone on with."""


class Abandoned(Exception):
    """A picture was given up because nobody waits for it any more; not a fault, and never shown."""
