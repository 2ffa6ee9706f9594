"""The latent in a .pt file, read as models are: by an interpreter of pickles that runs nothing and counts its steps.

torch's own loader is not asked, since a file may keep it busy for minutes. Imported only where there is a .pt file.
"""

from __future__ import annotations

import io

import numpy as np

from generator.checkpoint.file_slice import FormatError, Section
from generator.checkpoint.inert_objects import mapping
from generator.checkpoint.restricted_pickle import Budget
from generator.checkpoint.torch_archive import members, program_of, read_archive
from generator.checkpoint.torch_values import DTYPES, FindStorage, is_tensor, stored_tensor
from generator.errors import LatentError
from generator.formats.latent_file import W_PLUS_NAMES
from generator.recipe.recipe import Floats

_PERMITTED = {
    "collections": {"OrderedDict"},
    "torch": {*DTYPES},
    "torch._utils": {"_rebuild_tensor_v2", "_rebuild_parameter"},
}


def read_latent(data: bytes, most: int) -> Floats:
    """The tensor of at most `most` floats in what torch.save wrote: itself, or in a dict under a usual name.

    Raises `LatentError`.
    """
    section = Section.of(io.BytesIO(data))
    try:
        names = members(section)
        program = program_of(names)
        if program is None:
            raise FormatError("is a zip archive, but not one written by torch")
        archive = read_archive(section, names, program, _permit, Budget())
        return _floats(archive.root, archive.find, most)
    except FormatError as fault:
        raise LatentError(f"It {fault}.") from fault


def _permit(module: str, name: str) -> bool:
    return name in _PERMITTED.get(module, ())


def _floats(root: object, find: FindStorage, most: int) -> Floats:
    value = _chosen(root)
    if not is_tensor(value):
        raise LatentError("The torch file contains no latent: it should be one tensor [num_ws, w_dim] of floats.")
    stored = stored_tensor(value, find)
    if not stored.storage.dtype.is_floating_point:
        raise LatentError(
            f"The tensor contains {stored.storage.dtype}: it should be one tensor [num_ws, w_dim] of floats."
        )
    if not 0 < stored.numel <= most:
        raise LatentError(f"The tensor has {stored.numel} values; a latent has 1 to {most}.")
    return np.asarray(stored.load().float().contiguous().numpy())


def _chosen(root: object) -> object:
    """The value itself, or the one of a usual name in a dict; one level of other names may lie above it, as in
    {name of the photo: {"latent": ..., "noise": ...}}, which rosinality's projector writes."""
    named = mapping(root)
    if named is None:
        return root
    if len(named) == 1 and (inner := mapping(next(iter(named.values())))) is not None:
        named = inner
    return next((named[name] for name in W_PLUS_NAMES if name in named), None)
