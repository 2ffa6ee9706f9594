"""How the points of a face, and who it is, change with W+: exact derivatives through the generator and the networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from generator.faces import networks
from generator.faces.crop import Crop
from generator.faces.finder import SeenFace
from generator.grab.landmarks import Shades, hairline
from generator.grab.regions import Regions
from generator.networks import Generator

RESOLUTION = 128  # px: what the derivatives are taken of; finer layers do not move the mesh
_FACE = 0.69  # of the mesh's square: the part that says who it is
Values = NDArray[np.float32]
Embed = Callable[[Tensor], Tensor]  # [1, 3, 150, 150], 0..255 -> [1, D]


class Derivatives:
    """Of one face: w_plus `[num_ws, w_dim]`, on the device of the generator."""

    def __init__(self, generator: Generator, w_plus: Values, seen: SeenFace) -> None:
        self._w_plus = torch.from_numpy(w_plus).to(generator.w_avg.device).requires_grad_()
        image = generator.synthesis(self._w_plus[None], "const", None, RESOLUTION)
        self._image = (image.float() / 2 + 0.5).clamp(0, 1).cpu()
        self._seen, self._side = seen, seen.pixels.shape[0]
        self._shades = Shades.of(seen, Regions.of(seen))

    def of_points(self, handles: Values) -> Values:
        """Of sums over coordinates of the landmarks, `handles` `[m, 2 * HELD_COUNT]`, in shares of the side:
        `[m, num_ws, w_dim]`."""
        crop = self._seen.crop
        mesh = self._back(crop, networks.mesh_points(self._looked_at(crop, networks.MESH_SIDE))[0], networks.MESH_SIDE)
        pupils = [self._pupil(eye) for eye in self._seen.eyes]
        points = torch.cat([mesh, *pupils, hairline(self._image, mesh, self._shades)])
        sums = torch.from_numpy(handles) @ points.reshape(-1)
        return np.stack([self._gradient(one) for one in sums])

    def _pupil(self, eye: Crop) -> Tensor:
        iris = networks.iris_points(self._looked_at(eye, networks.IRIS_SIDE))[0]
        return self._back(eye, iris[:1], networks.IRIS_SIDE)

    def _looked_at(self, crop: Crop, size: int) -> Tensor:
        return self._cut(crop, size).permute(0, 2, 3, 1)

    def _back(self, crop: Crop, points: Tensor, size: int) -> Tensor:
        """Points `[N, 2 or 3]` in pixels of a cut square -> shares of the side, `[N, 2]`."""
        turn = torch.from_numpy(crop.turn.astype(np.float32)) * (crop.side / size / self._side)
        middle = torch.tensor([crop.x, crop.y]) / self._side
        back: Tensor = (points[:, :2] - size / 2) @ turn.t() + middle
        return back

    def of_identity(self, embed: Embed, random: torch.Generator, count: int) -> Values:
        """Of `count` random combinations of the embedding: the mean of their squares is how fast it changes."""
        crop = replace(self._seen.crop, side=_FACE * self._seen.crop.side)
        embedding = embed(255 * self._cut(crop, 150))[0]
        weights = torch.randn(count, len(embedding), generator=random)
        return np.stack([self._gradient(one @ embedding) for one in weights])

    def of_picture(self, random: torch.Generator, count: int) -> Values:
        """The same of the picture at 16 x 16 px, where nobody can tell who it is."""
        small = torch.nn.functional.interpolate(self._image, size=(16, 16), mode="area").reshape(-1)
        weights = torch.randn(count, len(small), generator=random) / len(small) ** 0.5
        return np.stack([self._gradient(one @ small) for one in weights])

    def _cut(self, crop: Crop, size: int) -> Tensor:
        """The square of `crop`, as `Crop.cut` samples it, `[1, 3, size, size]` in 0..1."""
        middle = 2 * np.array([crop.x, crop.y]) / self._side - 1
        matrix = np.column_stack([crop.turn * (crop.side / self._side), middle])
        grid = affine_grid(torch.from_numpy(matrix[None].astype(np.float32)), [1, 3, size, size], align_corners=False)
        return grid_sample(self._image, grid, align_corners=False)

    def _gradient(self, value: Tensor) -> Values:
        (gradient,) = torch.autograd.grad(value, self._w_plus, retain_graph=True)
        return gradient.cpu().numpy()
