"""The synthesis network of StyleGAN2's "skip" architecture for a live editor: prepared layers and a cache.

An image is a chain of steps. The key of every step is all that it depends on: the step before it, its row of W+ and its
noise. A step with the same key as in the last image is not computed again, so moving a fine layer costs only the fine
layers, and a full frame after a preview of the same recipe starts where the preview stopped. The arithmetic of a step
is the same with and without the cache, so an image's bytes do not depend on what was rendered before.

Of a batch the small maps are computed together, for which every weight is read once, and the large ones image by
image: their weights are small, and the memory of one image is all that fits a cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial

import torch
from torch import Tensor

from generator.networks import Generator
from generator.networks.inputs import SynthesisInputs
from generator.networks.noise import NoiseSource
from generator.networks.stylegan2 import SynthesisBlock, SynthesisNetwork
from generator.recipe.recipe import NoiseMode
from generator.render.cpu.activation_cache import ActivationCache
from generator.render.cpu.form import MEMORY_LIMIT, CpuSynthesis, IsCancelled, rows_of
from generator.render.cpu.layer import FastLayer, FastToRGB
from generator.render.cpu.native import multiplies_in_halves, target_of
from generator.render.cpu.native_styles import NativeStyles
from generator.render.cpu.noise_images import NoiseImages, noises_of
from generator.render.cpu.steps import Make, Step
from generator.render.cpu.styles import BatchedStyles, Styles, styled_layers
from generator.render.cpu.threads import ThreadPool

SMALLEST = 4  # px, of the first block


def is_skip_stylegan2(generator: Generator) -> bool:
    """Whether every block adds to the image of the one before, enlarged by the filter of the paper: what the fast forms
    support."""
    network, config = generator.synthesis, generator.config
    plain = config.architecture == "skip" and config.upsampling == "filtered"
    return isinstance(network, SynthesisNetwork) and plain


def _takes_its_maps(network: SynthesisNetwork) -> bool:
    """Whether the layers of this form can have maps of that shape: torch's are square, native programs take any."""
    return network.config.is_square or all(target_of(layer.weight) is not None for layer in network.layers)


class FastBlock:
    """The prepared layers of one resolution, each created when it is first used."""

    def __init__(self, block: SynthesisBlock, first: int, row: int, team: ThreadPool, halves: bool) -> None:
        """first: number of its first layer among the styled ones, which reads row `row` of W+."""
        self._block, self.first, self.row, self._team, self._halves = block, first, row, team, halves
        self.count = block.convolutions

    @property
    def const(self) -> Tensor:
        """The learned input of the lowest resolution, `[C, 4, 4]`."""
        return self._block.const

    @cached_property
    def convolutions(self) -> list[FastLayer]:
        """conv0 (but at 4 px) and conv1."""
        return [FastLayer(layer, self._team, self._halves) for layer in self._block.layers]

    @property
    def is_small(self) -> bool:
        """Whether its weights have more values than its maps: a batch then saves reading them again."""
        return all(layer.is_small for layer in self.convolutions)

    @cached_property
    def to_rgb(self) -> FastToRGB:
        return FastToRGB(self._block.torgb, self._team, self._halves)


Blocks = dict[int, FastBlock]  # by resolution


class _Chain:
    """The steps of one image, or batch."""

    def __init__(
        self,
        memory: ActivationCache,
        rows: Sequence[bytes],
        styles: Styles,
        noise: NoiseImages,
        pause: Callable[[], None],
        sample: int | None = None,
    ) -> None:
        """rows: of W+, from which styles are computed. pause: called between two layers. sample: the index in the batch
        of the styles and noise, if this is a single image."""
        self._memory, self._rows, self._styles, self._noise = memory, rows, styles, noise
        self._pause, self._sample = pause, sample

    def alone(self, memory: ActivationCache, rows: Sequence[bytes], sample: int) -> _Chain:
        """The chain of one image of this batch, whose rows of W+ are `rows`."""
        return _Chain(memory, rows, self._styles, self._noise, self._pause, sample)

    def start(self, name: str, value: Tensor) -> Step:
        """The start for an image of a batch that continues alone. Computed in a batch it may differ in the last bits,
        so none of its later steps is ever mistaken for a step of an image computed alone."""
        return Step(self._memory, name, ("batch", self._noise.origin, *self._rows), lambda _spare: value)

    def block(self, resolution: int, block: FastBlock, x: Step, image: Step | None) -> tuple[Step, Step]:
        """Features and image after `block`; its RGB output shares a row of W+ with the next convolution."""
        for k in range(block.count):
            x = self._convolved(f"{resolution}.{k}", block, k, x)
        key = self._rows[block.row + block.count], x.key, None if image is None else image.key

        def make(_spare: Tensor | None) -> Tensor:  # always a new tensor: the caller may still have the last one
            before = None if image is None else image.value()
            return block.to_rgb(x.value(), self._part(self._styles.style(block.first + block.count)), before)

        return x, Step(self._memory, f"{resolution}.image", key, make)

    def _convolved(self, name: str, block: FastBlock, k: int, x: Step) -> Step:
        row, layer = block.row + k, block.first + k

        def make(spare: Tensor | None) -> Tensor:
            before = x.value()
            self._pause()
            style, norm = self._part(self._styles.style(layer)), self._part(self._styles.norm(layer))
            return block.convolutions[k](before, style, norm, self._noise.of(row, self._sample), spare)

        key = self._rows[row], self._noise.origin, x.key  # first what most often differs
        return Step(self._memory, name, key, make)

    def _part(self, batch: Tensor) -> Tensor:
        """The index of this image's sample."""
        return batch if self._sample is None else batch[self._sample : self._sample + 1]


def _drawn(chain: _Chain, blocks: Blocks, x: Step, image: Step | None) -> tuple[Step, list[Tensor]]:
    """The maps after `blocks`, and the image after each."""
    images = []
    for resolution, block in blocks.items():
        x, image = chain.block(resolution, block, x, image)
        images.append(image.value())
    return x, images


def _by_size(blocks: Blocks) -> tuple[Blocks, Blocks]:
    """The leading small blocks, at least one, and the others."""
    sizes = list(blocks)
    split = next((k for k in range(1, len(sizes)) if not blocks[sizes[k]].is_small), len(sizes))
    return {size: blocks[size] for size in sizes[:split]}, {size: blocks[size] for size in sizes[split:]}


class FastSynthesis(CpuSynthesis):
    """W+ -> image of the "skip" architecture, whose previews stop early."""

    def __init__(self, generator: Generator, halves: bool = False, memory: int = MEMORY_LIMIT) -> None:
        network = generator.synthesis
        assert isinstance(network, SynthesisNetwork)
        super().__init__(network.config, memory)
        self._network = network
        self.in_bf16 = halves and any(multiplies_in_halves(layer) for layer in network.layers)
        self._layers = styled_layers(list(network.blocks.values()))
        self._blocks: dict[int, FastBlock] = {}
        first = 0
        for size, block in network.blocks.items():
            self._blocks[size] = FastBlock(block, first, self._layers[first].row, self._team, halves)
            first += block.convolutions + 1

    @staticmethod
    def fits(generator: Generator) -> bool:
        """True for networks that this form supports and where it is faster: "skip" StyleGAN2 on a CPU."""
        network = generator.synthesis
        on_cpu = is_skip_stylegan2(generator) and generator.w_avg.device.type == "cpu"
        return on_cpu and isinstance(network, SynthesisNetwork) and _takes_its_maps(network)

    def features(self, inputs: SynthesisInputs, resolution: int) -> Tensor:
        """See `CpuSynthesis`."""
        blocks = self._up_to(resolution)
        with self._drawing():
            chain = self._chain(inputs, blocks, self._memory, lambda: None)
            x: Step = Step(self._memory, "const", None, self._constant(1))
            image: Step | None = None
            for size, block in blocks.items():  # of the images, nothing is computed
                x, image = chain.block(size, block, x, image)
            maps = x.value()
        return maps.to(torch.float32, copy=True, memory_format=torch.contiguous_format)

    @property
    def has_previews(self) -> bool:
        return True

    def learn_previews(self, sizes: Iterable[int], is_cancelled: IsCancelled = None) -> None:
        """There is nothing to learn: every block has an image."""

    def _reached(self, inputs: SynthesisInputs) -> int:
        return SMALLEST

    def _queued(self, inputs: SynthesisInputs, is_cancelled: IsCancelled, aside: bool) -> Tensor:
        config, ws, max_resolution = self._config, inputs.ws, inputs.max_resolution
        assert inputs.transform is None
        assert ws.shape[1:] == (config.num_ws, config.w_dim)
        blocks = self._up_to(config.img_resolution if max_resolution is None else max_resolution)
        pause = partial(self._pause, is_cancelled)
        pause()
        memory = self._memory_for(len(ws), aside)
        chain = self._chain(inputs, blocks, memory, pause)
        if len(ws) > 1:
            return self._together(blocks, ws, chain)
        _, images = _drawn(chain, blocks, Step(memory, "const", None, self._constant(1)), None)
        if len(blocks) == len(self._blocks):
            self.exits = images
        return images[-1]

    def _up_to(self, resolution: int) -> Blocks:
        """The blocks of at most `resolution` pixels, at least the first."""
        return {size: block for size, block in self._blocks.items() if size <= max(resolution, SMALLEST)}

    def _chain(
        self, inputs: SynthesisInputs, blocks: Blocks, memory: ActivationCache, pause: Callable[[], None]
    ) -> _Chain:
        """The chain of these inputs, its styles computed as far as `blocks` need them."""
        rows = rows_of(inputs.ws)
        noises = self._noise_images(inputs.ws, inputs.noise, inputs.noise_seed)
        self._styles.compute(inputs.ws, rows, sum(block.count + 1 for block in blocks.values()))
        return _Chain(memory, rows, self._styles, noises, pause)

    def _together(self, blocks: Blocks, ws: Tensor, chain: _Chain) -> Tensor:
        """The images of a batch."""
        small, large = _by_size(blocks)
        start = Step(ActivationCache(0), "const", None, self._constant(len(ws)))
        last, images = _drawn(chain, small, start, None)
        x, image = last.value(), images[-1]
        if not large:
            return image
        pictures = []
        for n in range(len(ws)):
            alone = chain.alone(self._memory, rows_of(ws[n : n + 1]), n)
            starts = alone.start("batch", x[n : n + 1]), alone.start("batch image", image[n : n + 1])
            pictures.append(_drawn(alone, large, *starts)[1][-1])
        self._team.finish()
        return torch.cat(pictures)

    def prepare(self, preview: int | None = None) -> None:
        _ = self._styles, [(block.convolutions, block.to_rgb) for block in self._blocks.values()]

    def clear_caches(self) -> None:
        super().clear_caches()
        self.__dict__.pop("_styles", None)

    @cached_property
    def _styles(self) -> Styles:
        target = NativeStyles.fitting(self._layers, self.in_bf16)
        return BatchedStyles(self._layers) if target is None else NativeStyles(self._layers, target, self._team)

    def _constant(self, n: int) -> Make:
        const: Tensor = self._blocks[4].const
        batch = const.expand(n, -1, -1, -1)
        return lambda _spare: batch.contiguous(memory_format=torch.channels_last)

    def _noise_images(self, ws: Tensor, mode: NoiseMode, seed: int | None) -> NoiseImages:
        """The noise images of the last image if the noise is the same; stored and seeded noise is the same for a whole
        batch."""
        if self._noise is None or not self._noise.same(mode, seed):
            layers = noises_of(self._network.layers)
            self._noise = NoiseImages(layers, NoiseSource(mode, seed, ws), mode, seed, torch.float32)
        return self._noise
