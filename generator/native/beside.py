"""Maps of half the size that are added to a layer's result: the shortcut of a "resnet" block (Karras et al. 2020,
figure 7c), upsampled as `generator.networks.ops.upsample` does, within the registers of a tile.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.native.code import Code, Floats, Index, Vector
from generator.native.program import Arguments

BESIDE = ("beside",)  # float32 `[N, H / 2, W / 2, O]`
NEAR, FAR = 0.75, 0.25  # of the nearer and the farther neighbour along each axis
SIDE = 4  # pixels of a tile


def doubled_beside(
    code: Code, given: Arguments, sample: Index, row: Index, column: Index, out: Index
) -> dict[tuple[int, int], Vector]:
    """What is added to each pixel (row, column) of tile `row`, `column` of the result, to the maps from `out` on."""
    lines = [
        _doubled(
            [_pixel(code, given, sample, row * 2 + (y - 1), column * 2 + (x - 1))[out].vector() for x in range(SIDE)]
        )
        for y in range(SIDE)
    ]
    columns = [_doubled(line) for line in zip(*lines, strict=True)]
    return {(y, x): value for x, line in enumerate(columns) for y, value in enumerate(line)}


def _pixel(code: Code, given: Arguments, sample: Index, row: Index, column: Index) -> Floats:
    """The maps of a pixel of half the size; zeros outside."""
    n, maps = given.sizes, given.floats[BESIDE[0]]
    height, width = n["height"] // 2, n["width"] // 2
    inside = code.ir.and_(row.inside(height), column.inside(width))
    return maps[((sample * height + row) * width + column) * n["outs"]].if_else(inside, given.floats["zeros"])


def _doubled(line: Sequence[Vector]) -> list[Vector]:
    """Four pixels between the first and the last of four."""
    near = [value * NEAR for value in line[1:3]]
    a, b, c, d = (line[k] * FAR for k in range(SIDE))
    return [near[0] + a, near[0] + c, near[1] + b, near[1] + d]
