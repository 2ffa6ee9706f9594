"""Any network on a GPU as one CUDA graph for each kind of image: only the GPU's own work remains."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from generator.networks import Generator
from generator.networks.inputs import SynthesisInputs
from generator.recipe.recipe import NoiseMode
from generator.render.cpu.pixels import PixelBuffer, Pixels, to_pixels
from generator.render.cuda.cuda_graph import CaptureSpace, Work, capture_graph

Kind = tuple[NoiseMode, int | None, bool]  # noise, largest size, whether the image is transformed


class GraphedNetwork:
    """W+ -> pixels of `generator` as it is defined, one image at a time. Belongs to one thread at a time."""

    def __init__(self, generator: Generator) -> None:
        self._network = generator.synthesis
        self._device = generator.w_avg.device
        on_card = self._device.type == "cuda"
        self._space = CaptureSpace(self._device)
        self._host_ws = torch.zeros(generator.config.num_ws, generator.config.w_dim, pin_memory=on_card)
        self._host_transform = torch.eye(3).pin_memory() if on_card else torch.eye(3)
        self._ws, self._transform = self._host_ws.to(self._device), self._host_transform.to(self._device)
        self._works: dict[Kind, tuple[Work, PixelBuffer]] = {}

    @staticmethod
    def fits(generator: Generator) -> bool:
        """True on a GPU."""
        return generator.w_avg.device.type == "cuda"

    def pixels(self, inputs: SynthesisInputs) -> Pixels:
        """inputs: of one image, on the host -> a fresh uint8 array `[H, W, 3]`.

        Random noise, and that of a face, comes from the host, layer by layer, so such an image is rendered without a
        graph. Raises `RecipeError` where the image is not finite.
        """
        if inputs.noise not in ("const", "none"):
            return to_pixels(inputs.on(self._device).through(self._network))[0]
        self._host_ws.copy_(inputs.ws[0])
        if inputs.transform is not None:
            self._host_transform.copy_(inputs.transform)
        kind = inputs.noise, inputs.max_resolution, inputs.transform is not None
        if kind not in self._works:
            self._works[kind] = self._prepared(kind)
        work, out = self._works[kind]
        work()
        return out.take()

    def _prepared(self, kind: Kind) -> tuple[Work, PixelBuffer]:
        out = PixelBuffer(torch.empty_like(self._image(kind)))
        return capture_graph(partial(self._draw, kind, out), self._space), out

    def _draw(self, kind: Kind, out: PixelBuffer) -> None:
        out.image.copy_(self._image(kind))
        out.fill()

    def _image(self, kind: Kind) -> Tensor:
        noise, max_resolution, moved = kind
        self._ws.copy_(self._host_ws, non_blocking=True)
        self._transform.copy_(self._host_transform, non_blocking=True)
        return self._network(self._ws[None], noise, None, max_resolution, self._transform if moved else None)
