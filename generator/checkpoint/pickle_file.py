"""Reader of .pkl: pickles from NVIDIA's repositories. Nothing in them is run: see `restricted_pickle`."""

from __future__ import annotations

from pathlib import Path

from generator.checkpoint import nvidia
from generator.checkpoint.nvidia_settings import is_stylegan3, stylegan2_settings, stylegan3_config
from generator.checkpoint.permitted import permit
from generator.checkpoint.raw import RawCheckpoint
from generator.checkpoint.restricted_pickle import Budget, read_pickle
from generator.checkpoint.section import Section, Stream
from generator.checkpoint.stored import loading_all
from generator.checkpoint.torch_values import NestedStorages
from generator.progress import Job


def recognises(head: bytes) -> bool:
    """True for the first bytes of a pickle of protocol 2 to 5."""
    return head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def reading(section: Section, file_name: str) -> Job[RawCheckpoint]:
    """Read the pickle in `section`. Raises `Fault`."""
    budget = Budget()
    root = read_pickle(Stream(section), permit, budget)
    generator = nvidia.find_generator(root)
    stored = nvidia.tensors_of(generator, NestedStorages(budget))
    tensors = yield from loading_all(stored, file_name, section.length)
    facts = {"name": Path(file_name).stem, "description": "Read from a pickle of NVIDIA's PyTorch code."}
    if is_stylegan3(generator):
        return RawCheckpoint(file_name, tensors, stylegan3_config(generator), facts)
    return RawCheckpoint(file_name, tensors, None, facts, stylegan2_settings(generator))
