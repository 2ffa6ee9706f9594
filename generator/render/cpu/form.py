"""What the forms of all families on a CPU have in common: one team of threads, and the cached steps of one image."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from torch import Tensor

from generator.config import GeneratorConfig
from generator.errors import RenderCancelled
from generator.networks import ops
from generator.networks.inputs import SynthesisInputs
from generator.recipe.recipe import NoiseMode
from generator.render.cpu.activation_cache import ActivationCache
from generator.render.cpu.noise_images import NoiseImages
from generator.render.cpu.pixels import Pixels, queued_pixels, to_pixels
from generator.render.cpu.threads import ThreadPool

LONG = 22 * 10**8  # multiplications; some 25 ms of two cores
MEMORY_LIMIT = 640 * 2**20  # bytes of activations; the shipped model takes 32 MB, 1024 px of configuration F 517 MB

IsCancelled = Callable[[], bool] | None


class CpuSynthesis(ABC):
    """W+ -> image like `generator.networks.Synthesis`; batches are not cached. Belongs to one thread at a time."""

    in_bf16 = False  # whether it multiplies in bfloat16

    def __init__(self, config: GeneratorConfig, memory: int) -> None:
        """memory: bytes that it may cache."""
        self._config = config
        self._team, self._memory = ThreadPool(), ActivationCache(memory)
        self._noise: NoiseImages | None = None
        self.exits: list[Tensor] = []  # images `[1, C, h, h]` of the last full image, at every resolution it stops at

    def __call__(
        self,
        ws: Tensor,
        noise: NoiseMode = "const",
        noise_seed: int | None = None,
        max_resolution: int | None = None,
        is_cancelled: IsCancelled = None,
        aside: bool = False,
        transform: Tensor | None = None,
        quick: bool = False,
    ) -> Tensor:
        """See `Synthesis` and `SynthesisInputs`; the result is cached and must not be changed in place.

        is_cancelled: called now and then; raises `RenderCancelled` when it returns True. What was computed stays
        cached.
        aside: leave the cache unchanged.
        """
        inputs = SynthesisInputs(ws, noise, noise_seed, max_resolution, transform, quick)
        return self._image(inputs, is_cancelled, aside)

    def _image(self, inputs: SynthesisInputs, is_cancelled: IsCancelled, aside: bool) -> Tensor:
        with self._drawing():
            image = self._queued(inputs, is_cancelled, aside)
        return ops.shrink(image, inputs.max_resolution, self._reached(inputs))

    def pixels(self, inputs: SynthesisInputs, is_cancelled: IsCancelled = None, aside: bool = False) -> list[Pixels]:
        """The images as bytes, a fresh array `[H, W, 3]` for each sample. Raises `RecipeError` where one is not
        finite."""
        size = inputs.max_resolution
        if self._config.has_alpha or (size is not None and size < self._reached(inputs)):
            return to_pixels(self._image(inputs, is_cancelled, aside))
        with self._drawing():
            image = self._queued(inputs, is_cancelled, aside)
            pixels = queued_pixels(image, self._team)
        return pixels()

    @abstractmethod
    def features(self, inputs: SynthesisInputs, resolution: int) -> Tensor:
        """The maps `[1, C, h, h]` after the block of h = `resolution` pixels of one image, float32, in memory of their
        own. Of the image that was drawn last they are cached."""

    @abstractmethod
    def prepare(self, preview: int | None = None) -> None:
        """Prepare what depends only on the weights, so that the first images need not. preview: the pixels of a quick
        preview, where that is drawn first: then only what it needs."""

    @property
    @abstractmethod
    def has_previews(self) -> bool:
        """Whether a smaller image costs less, if only a quick one that has been learnt."""

    @property
    def previews_at_once(self) -> bool:
        """Whether quick previews need not be learnt although the network cannot stop early."""
        return False

    @abstractmethod
    def learn_previews(self, sizes: Iterable[int], is_cancelled: IsCancelled = None) -> None:
        """Do what quick previews of these `sizes`, in pixels, need first, if anything and not done already; raises
        `RenderCancelled` when `is_cancelled` returns True, and the next call continues there."""

    @abstractmethod
    def _queued(self, inputs: SynthesisInputs, is_cancelled: IsCancelled, aside: bool) -> Tensor:
        """The images `[N, C, h, h]`, valid when the team has finished, if larger than wanted as `_reached` says."""

    @abstractmethod
    def _reached(self, inputs: SynthesisInputs) -> int:
        """The resolution at which `_queued` stops where a smaller one is wanted."""

    def clear_caches(self) -> None:
        """Free the cache of the last image."""
        self._memory.clear()
        self._team.clear_caches()
        self._noise = None
        self.exits = []

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        """Let the team run what is queued in the block."""
        try:
            yield
            self._team.finish()
        except RenderCancelled:  # after the queue was finished
            raise
        except BaseException:  # cached results may not have been computed
            self.clear_caches()
            raise

    def _pause(self, is_cancelled: IsCancelled) -> None:
        """Run the queue if it takes long, then stop if the image is cancelled."""
        if self._team.is_idle or self._team.load > LONG:
            self._team.finish()
            if is_cancelled is not None and is_cancelled():
                raise RenderCancelled

    def _memory_for(self, samples: int, aside: bool) -> ActivationCache:
        """Where steps are cached: nowhere, where they must not replace the last image's."""
        return ActivationCache(0) if aside or samples > 1 else self._memory


def rows_of(ws: Tensor) -> list[bytes]:
    """The bytes of the rows of ws `[N, num_ws, w_dim]`, each for all samples together."""
    return [row.tobytes() for row in ws.numpy().swapaxes(0, 1)]
