"""The synthesis network of StyleGAN2's "skip" architecture for a live editor: prepared layers, and memory.

A picture is a chain of steps. Every step has a signature of all that it depends on: the step before it, its row of W+
and its noise. A step whose signature is that of the last picture is not computed again, so moving a fine layer costs
only the fine layers, and a full frame after a preview of the same recipe starts where the preview stopped. The steps
do the same arithmetic whether remembered or not, so a picture's bytes do not depend on what came before.

Of a batch the small maps are drawn together, for which every weight is read once, and the large ones picture by
picture: their weights are small, and the memory of one picture is all that fits a cache.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

import torch
from torch import Tensor

from generator.errors import Abandoned
from generator.fast.layer import FastLayer, FastToRGB
from generator.fast.memory import Signature, StepMemory, signature
from generator.fast.native import multiplies_in_halves
from generator.fast.noise_images import NoiseImages
from generator.fast.scratch import Scratch
from generator.networks import Generator, ops
from generator.networks.noise import NoiseSource
from generator.networks.stylegan2 import SynthesisBlock, SynthesisNetwork
from generator.recipe import NoiseMode

MEMORY_LIMIT = 640 * 2**20  # bytes of activations; the shipped model takes 32 MB, 1024 px of configuration F 517 MB


Abandoning = Callable[[], bool] | None
Make = Callable[[Tensor | None], Tensor]  # given an old result to write over, if any


def is_skip_stylegan2(generator: Generator) -> bool:
    """Whether every block adds to an image that is there: what the fast forms draw."""
    network = generator.synthesis
    return isinstance(network, SynthesisNetwork) and network.config.architecture == "skip"


class FastBlock:
    """The prepared layers of one resolution, each made when it is first used."""

    def __init__(self, block: SynthesisBlock, scratch: Scratch, halves: bool) -> None:
        self._block, self._scratch, self._halves = block, scratch, halves
        self.definitions = block.layers

    @property
    def const(self) -> Tensor:
        """The learned input of the lowest resolution, `[C, 4, 4]`."""
        return self._block.const

    @cached_property
    def convolutions(self) -> list[FastLayer]:
        """conv0 (but at 4 px) and conv1."""
        return [FastLayer(layer, self._scratch, self._halves) for layer in self.definitions]

    @property
    def is_small(self) -> bool:
        """Whether its weights have more values than its maps: a batch then saves reading them again."""
        return all(layer.is_small for layer in self.convolutions)

    @cached_property
    def to_rgb(self) -> FastToRGB:
        return FastToRGB(self._block.torgb, self._scratch)


class Step:
    """One result, made when it is first asked for."""

    def __init__(self, memory: StepMemory, name: str, made_from: Signature, make: Make) -> None:
        self._memory, self._name, self.signature = memory, name, made_from
        self._make: Make | None = make
        self._value: Tensor | None = None

    def value(self) -> Tensor:
        """The result, not to be changed in place."""
        if self._make is not None:
            self._value = self._memory.recall(self._name, self.signature, self._make)
            self._make = None  # lets go of the steps before, and their large results
        assert self._value is not None
        return self._value


class _Chain:
    """The steps of one picture (or batch)."""

    def __init__(self, memory: StepMemory, ws: Tensor, noise: NoiseImages, abandoned: Abandoning) -> None:
        self._memory, self._noise, self._abandoned = memory, noise, abandoned
        self._ws = list(ws.unbind(dim=1))  # a row a layer, each [N, w_dim]
        self._bytes = [row.numpy().tobytes() for row in self._ws]
        self._row = 0  # of W+; also the number of the next convolution
        self._sample: int | None = None  # of the batch that this picture was drawn with so far

    def alone(self, n: int, memory: StepMemory) -> _Chain:
        """Picture n of this batch, to go on by itself from here."""
        ws = torch.stack([row[n : n + 1] for row in self._ws], dim=1)
        chain = _Chain(memory, ws, self._noise, self._abandoned)
        chain._row, chain._sample = self._row, n
        return chain

    def start(self, name: str, value: Tensor) -> Step:
        """What `alone` goes on from. Made together with others it may differ in the last bits, so nothing that follows
        is ever taken for a step of a picture that was alone from the start."""
        return Step(self._memory, name, signature(b"batch", *self._bytes), lambda _spare: value)

    def block(self, resolution: int, block: FastBlock, x: Step, image: Step | None) -> tuple[Step, Step]:
        """Features and image after `block`; its RGB output shares a row of W+ with the convolution that follows."""
        for k in range(len(block.definitions)):
            x = self._convolved(f"{resolution}.{k}", block, k, x)
        made_from = signature(x.signature, image.signature if image else b"", self._bytes[self._row])
        return x, Step(
            self._memory, f"{resolution}.image", made_from, partial(_shown, block, x, image, self._ws[self._row])
        )

    def _convolved(self, name: str, block: FastBlock, k: int, x: Step) -> Step:
        row = self._row
        self._row += 1

        def make(spare: Tensor | None) -> Tensor:
            before = x.value()
            if self._abandoned is not None and self._abandoned():
                raise Abandoned
            return block.convolutions[k](before, self._ws[row], self._noise.of(row, self._sample), spare)

        made_from = signature(x.signature, self._bytes[row], self._noise.signature)
        return Step(self._memory, name, made_from, make)


def _shown(block: FastBlock, x: Step, image: Step | None, w: Tensor, _spare: Tensor | None) -> Tensor:
    """The image after a block; a new tensor always, for the caller may still have the last one."""
    return block.to_rgb(x.value(), w, None if image is None else image.value())


def _drawn(
    chain: _Chain, blocks: list[tuple[int, FastBlock]], x: Step, image: Step | None
) -> tuple[Step, list[Tensor]]:
    """The maps after `blocks`, and the image after each."""
    images = []
    for resolution, block in blocks:
        x, image = chain.block(resolution, block, x, image)
        images.append(image.value())
    return x, images


class FastSynthesis:
    """W+ -> image like `generator.networks.Synthesis`, batches without memory. Belongs to one thread at a time."""

    def __init__(self, generator: Generator, halves: bool = False, memory: int = MEMORY_LIMIT) -> None:
        network = generator.synthesis
        assert isinstance(network, SynthesisNetwork)
        self._network = network
        self.in_halves = halves and any(multiplies_in_halves(layer) for layer in network.layers)
        self._scratch = Scratch()
        self._blocks = {size: FastBlock(block, self._scratch, halves) for size, block in network.blocks.items()}
        self._memory = StepMemory(memory)
        self._noise: NoiseImages | None = None
        self.exits: list[Tensor] = []  # images `[1, C, h, h]` of the last full picture, at every resolution

    @staticmethod
    def fits(generator: Generator) -> bool:
        """True for networks that this form can draw, where it is faster: "skip" StyleGAN2 on a CPU."""
        return is_skip_stylegan2(generator) and generator.w_avg.device.type == "cpu"

    def __call__(
        self,
        ws: Tensor,
        noise: NoiseMode = "const",
        noise_seed: int | None = None,
        max_resolution: int | None = None,
        abandoned: Abandoning = None,
        aside: bool = False,
    ) -> Tensor:
        """See `Synthesis`; the result is remembered and must not be changed in place.

        abandoned: asked between two layers; raises `Abandoned` when it says True. What was computed stays of use.
        aside: what is remembered stays, and this picture is not.
        """
        config = self._network.config
        assert ws.shape[1:] == (config.num_ws, config.w_dim)
        noises = self._noise_images(ws, noise, noise_seed)
        blocks = [
            (size, block)
            for size, block in self._blocks.items()
            if max_resolution is None or size <= max(max_resolution, 4)
        ]
        if len(ws) > 1:
            return ops.shrink(self._together(blocks, ws, noises), max_resolution)
        memory = StepMemory(0) if aside else self._memory
        chain = _Chain(memory, ws, noises, abandoned)
        first = Step(memory, "const", b"", self._constant(1))
        _, images = _drawn(chain, blocks, first, None)
        if len(blocks) == len(self._blocks):
            self.exits = images
        return ops.shrink(images[-1], max_resolution)

    def _together(self, blocks: list[tuple[int, FastBlock]], ws: Tensor, noises: NoiseImages) -> Tensor:
        """The images `[N, C, h, h]` of a batch after `blocks`."""
        nothing = StepMemory(0)
        split = next((k for k in range(1, len(blocks)) if not blocks[k][1].is_small), len(blocks))
        chain = _Chain(nothing, ws, noises, None)
        first = Step(nothing, "const", b"", self._constant(len(ws)))
        last, images = _drawn(chain, blocks[:split], first, None)
        x, image = last.value(), images[-1]
        if split == len(blocks):
            return image
        pictures = []
        for n in range(len(ws)):
            alone = chain.alone(n, self._memory)
            starts = alone.start("batch", x[n : n + 1]), alone.start("batch image", image[n : n + 1])
            pictures.append(_drawn(alone, blocks[split:], *starts)[1][-1])
        return torch.cat(pictures)

    def forget(self) -> None:
        """Free what is remembered of the last picture."""
        self._memory.clear()
        self._scratch.clear()
        self._noise = None
        self.exits = []

    def _constant(self, n: int) -> Make:
        const: Tensor = self._blocks[4].const
        batch = const.expand(n, -1, -1, -1)
        return lambda _spare: batch.contiguous(memory_format=torch.channels_last)

    def _noise_images(self, ws: Tensor, mode: NoiseMode, seed: int | None) -> NoiseImages:
        """Those of the last picture if they are the same; stored and seeded noise is the same for all of a batch."""
        if self._noise is None or not self._noise.same(mode, seed):
            self._noise = NoiseImages(self._network.layers, NoiseSource(mode, seed, ws), mode, seed, torch.float32)
        return self._noise
