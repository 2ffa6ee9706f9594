"""The names in files of lucidrains' stylegan2-pytorch: two generators, the average first, and their discriminator."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.layout import DENSE, Layout, Row, block, every_other
from generator.checkpoint.raw import RawCheckpoint
from generator.errors import CheckpointError
from generator.storage.regular_file import open_regular

WHOSE = "lucidrains' stylegan2-pytorch"
BESIDE = ".config.json"  # of the folder: what the models in it were trained with
MAX_BESIDE = 2**16  # bytes

BLOCK = {
    **{f"to_style{i + 1}.{part}": f"conv{i}.affine.{part}" for i in (0, 1) for part in DENSE},
    **{f"to_noise{i + 1}.{part}": f"conv{i}.noise.{part}" for i in (0, 1) for part in DENSE},
    **{f"conv{i + 1}.weight": f"conv{i}.weight" for i in (0, 1)},
    **{f"to_rgb.to_style.{part}": f"torgb.affine.{part}" for part in DENSE},
    "to_rgb.conv.weight": "torgb.weight",
}


def _without_attention(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    if any(".attns." in name for name in tensors):
        raise FormatError(
            "is a model of lucidrains' stylegan2-pytorch that was trained with attention layers (--attn-layers), which "
            "Outis does not draw; it opens those without"
        )
    return tensors


def _layout(mapping: str, synthesis: str) -> Layout:
    named = {
        f"{synthesis}.initial_block": "synthesis.const",
        f"{synthesis}.to_initial_block.weight": "synthesis.start.weight",
        **{f"{synthesis}.initial_conv.{part}": f"synthesis.conv.{part}" for part in DENSE},
    }
    return Layout(
        WHOSE,
        frozenset({f"{mapping}.net.0.weight", f"{synthesis}.blocks.0.conv1.weight"}),
        (
            Row(rf"{mapping}\.net\.(\d{{1,3}})\.", every_other, DENSE),
            Row(rf"{synthesis}\.blocks\.(\d{{1,2}})\.", block, BLOCK),
        ),
        named,
        left_out=("to_rgb.upsample.1.f",),  # the taps of a filter
        only=(f"{mapping}.", f"{synthesis}."),
        before=_without_attention,
    )


LAYOUTS = (_layout("SE", "GE"), _layout("S", "G"))


def with_settings_beside(raw: RawCheckpoint, path: Path) -> RawCheckpoint:
    """`raw`, the model in the file `path`, with the setting that shows in no tensor: the learning rate of the mapping
    network, 0.1 where the file `.config.json` beside the model is missing or says nothing else.

    Raises `CheckpointError` if that file is damaged.
    """
    beside = path.parent / BESIDE
    if not raw.origin.endswith(WHOSE) or not beside.exists():
        return raw
    try:
        with open_regular(beside) as file:
            values = json.loads(file.read(MAX_BESIDE))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"{BESIDE} beside {path.name}, which says how it was trained, is damaged; copy it again, or move it away "
            "if it belongs to something else."
        ) from error
    rate = values.get("lr_mlp") if isinstance(values, dict) else None
    return raw if rate is None else replace(raw, settings={**raw.settings, "mapping_rate": rate})
