"""StyleGAN2's "skip" architecture on a GPU: one CUDA graph per resolution, over memory at fixed addresses.

Rendering an image computes the styles, then every stage from the first whose rows of W+ or noise differ from the last
image's up to the exit, then the pixels, each launched as one piece. So moving a fine layer costs only the fine stages,
and a preview uses fewer of the same graphs. Only the copy of the finished pixels waits for the GPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import torch
from torch import Tensor

from generator.networks import Generator
from generator.networks.inputs import SynthesisInputs
from generator.networks.noise import NoiseSource
from generator.networks.stylegan2 import SynthesisNetwork
from generator.recipe.recipe import NoiseMode
from generator.render.cpu.activation_cache import CacheKey
from generator.render.cpu.noise_images import NoiseImages, noises_of
from generator.render.cpu.pixels import PixelBuffer, Pixels
from generator.render.cpu.styles import BatchedStyles, styled_layers
from generator.render.cpu.synthesis import is_skip_stylegan2
from generator.render.cuda.cuda_graph import CaptureSpace, Work, capture_graph
from generator.render.cuda.stage import Stage
from generator.render.preview_colours import GRID, ColourShifts, Shift, has_shift, lacking_of


class GraphedSynthesis:
    """W+ -> pixels, one image at a time. Belongs to one thread at a time; on the CPU it renders without graphs."""

    def __init__(self, generator: Generator, dtype: torch.dtype) -> None:
        network = generator.synthesis
        assert isinstance(network, SynthesisNetwork)
        self._config, self._dtype = network.config, dtype
        self._device = generator.w_avg.device
        self._space = CaptureSpace(self._device)
        self._blocks = list(network.blocks.values())
        self._definitions = network.layers
        self._knows_colours = False  # whether `_lacking` is filled
        self._host_ws = torch.empty(network.config.num_ws, network.config.w_dim, pin_memory=self._device.type == "cuda")
        self._ws = torch.zeros(self._host_ws.shape, device=self._device)
        self._noise: NoiseImages | None = None
        self._works: dict[str, Work] = {}
        self._held: list[CacheKey] = [None] * len(self._blocks)  # keys of the stages' cached results; None = nothing

    @staticmethod
    def fits(generator: Generator) -> bool:
        """True for networks that this form can render and where it is faster: "skip" StyleGAN2 on a GPU."""
        config = generator.config
        is_plain = config.is_square and not config.has_alpha
        return is_plain and is_skip_stylegan2(generator) and generator.w_avg.device.type == "cuda"

    def pixels(self, inputs: SynthesisInputs) -> Pixels:
        """inputs: of one image, on the host -> a fresh uint8 array `[H, W, 3]`.

        Raises `RecipeError` where the image is not finite.
        """
        ws = inputs.ws
        assert ws.shape == (1, self._config.num_ws, self._config.w_dim)
        assert inputs.transform is None, "StyleGAN2 has no transform"
        exit_at = self._exit(inputs.max_resolution)
        wanted = self._origins(ws, self._take_noise(inputs.noise, inputs.noise_seed))
        self._host_ws.copy_(ws[0])
        self._launch("styles", self._compute_styles)
        for k in range(exit_at + 1):
            if self._held[k] != wanted[k]:
                self._held[k] = None  # until it is complete
                self._launch(f"stage {k}", self._stages[k].draw)
                self._held[k] = wanted[k]
        out = self._outs[exit_at]
        self._launch(f"pixels {exit_at}", out.fill)
        pixels = out.take()
        if exit_at == len(self._blocks) - 1 and self._early:  # before another image overwrites this one
            self._launch("colours", self._compare_exits)
            self._knows_colours = True
        return pixels

    def colour_shifts(self) -> Mapping[int, Shift]:
        """What to add to previews after the last full image, by their size. It stays valid while others are rendered,
        and waits for the GPU only when it is read."""
        if not self._knows_colours:
            return {}
        lacking = self._lacking.clone()
        return ColourShifts({early.image.shape[3]: lacking[k : k + 1].cpu for k, early in enumerate(self._early)})

    @cached_property
    def _styles(self) -> BatchedStyles:
        return BatchedStyles(styled_layers(self._blocks))

    @cached_property
    def _stages(self) -> list[Stage]:
        stages: list[Stage] = []
        first = 0
        for block in self._blocks:
            before = stages[-1] if stages else None
            stages.append(Stage(block, self._styles, first, before, self._dtype))
            first += block.convolutions + 1
        return stages

    @cached_property
    def _outs(self) -> list[PixelBuffer]:
        return [PixelBuffer(stage.image) for stage in self._stages]

    @cached_property
    def _early(self) -> list[Stage]:
        """The stages whose image may serve as a preview."""
        return [stage for stage in self._stages[:-1] if has_shift(stage.image)]

    @cached_property
    def _lacking(self) -> Tensor:
        """What the images of `_early` lack compared with the full one, `[len(_early), C, GRID, GRID]`."""
        colours = self._stages[-1].image.shape[1]
        return torch.zeros(len(self._early), colours, GRID, GRID, device=self._device)

    def _compare_exits(self) -> None:
        full = self._stages[-1].image
        for k, early in enumerate(self._early):
            self._lacking[k : k + 1] = lacking_of(early.image, full)

    def _compute_styles(self) -> None:
        self._ws.copy_(self._host_ws, non_blocking=True)
        self._styles.fill(self._ws[None])

    def _launch(self, name: str, work: Work) -> None:
        """Run `work`, which is captured at its first run; its inputs must exist by then."""
        if name not in self._works:
            self._works[name] = capture_graph(work, self._space)
        self._works[name]()

    def _exit(self, max_resolution: int | None) -> int:
        """The last stage to render: of at most `max_resolution` pixels, at least the first."""
        sizes = self._config.block_resolutions
        return max([k for k, size in enumerate(sizes) if max_resolution is None or size <= max_resolution], default=0)

    def _origins(self, ws: Tensor, noise: CacheKey) -> list[CacheKey]:
        """What each stage's result depends on: the stage before, its rows of W+, the noise."""
        rows, row, before = ws[0].numpy(), 0, noise
        wanted: list[CacheKey] = []
        for block in self._blocks:
            last = row + block.convolutions
            before = rows[row : last + 1].tobytes(), before
            wanted.append(before)
            row = last
        return wanted

    def _take_noise(self, mode: NoiseMode, seed: int | None) -> CacheKey:
        """Copy the noise of this image into the layers' memory, unless it is there already."""
        if self._noise is None or not self._noise.same(mode, seed):
            self._noise = NoiseImages(
                noises_of(self._definitions), NoiseSource(mode, seed, self._ws[None]), mode, seed, self._dtype
            )
            layers = [layer for stage in self._stages for layer in stage.layers]
            for k, layer in enumerate(layers):
                image = self._noise[k]
                layer.noise.zero_() if image is None else layer.noise.copy_(image)
        return self._noise.origin
