"""What the generators of all families have in common: the seam between the networks and everybody else."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor, nn

from generator.config import GeneratorConfig
from generator.networks.inputs import SynthesisInputs
from generator.recipe.recipe import NoiseMode


class Mapping(Protocol):
    """z -> w."""

    w_avg: Tensor  # [w_dim] the mean of w over training; [c_dim, w_dim] where every class has its own

    def __call__(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """z `[N, z_dim]`, class vectors c `[N, c_dim]` (None = zeros) -> w `[N, w_dim]`, untruncated."""


class Synthesis(nn.Module):
    """W+ -> image. What a caller says one by one, `forward` of a family is given as one value."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config

    def __call__(
        self,
        ws: Tensor,
        noise: NoiseMode = "const",
        noise_seed: int | None = None,
        max_resolution: int | None = None,
        transform: Tensor | None = None,
    ) -> Tensor:
        """ws `[N, num_ws, w_dim]` -> images `[N, img_channels, res, res]`, float32, about [-1, 1].

        noise: "const" = the stored noise, `StoredNoise` = that of the face, "random" = fresh (the same for the whole
        batch and on every device where `noise_seed` is given), "none".
        max_resolution: a preview of at most this many pixels on a side. Networks that can stop early do, for a
        fraction of the work; for the others it is the full image resized.
        transform: `[3, 3]` of `generator.networks.transform`, if `config.has_transform`; None = not moved.
        """
        assert ws.ndim == 3
        assert ws.shape[1:] == (self.config.num_ws, self.config.w_dim)
        assert transform is None or self.config.has_transform, "this network has no transform"
        image: Tensor = super().__call__(SynthesisInputs(ws, noise, noise_seed, max_resolution, transform))
        return image

    def forward(self, inputs: SynthesisInputs) -> Tensor:
        """What `__call__` promises, of inputs that it has checked."""
        raise NotImplementedError


class Generator(nn.Module):
    """A whole generator: `mapping`, `synthesis`, and what is known of where it came from.

    The weights of a fresh one are not set: `generator.checkpoint.load` fills them, `randomise` draws them.
    """

    mapping: Mapping

    def __init__(self, config: GeneratorConfig, mapping: nn.Module, synthesis: Synthesis) -> None:
        super().__init__()
        self.config = config
        self.add_module("mapping", mapping)
        self.synthesis = synthesis
        self.name = ""  # for people: the model's own name, or the file's
        self.description = ""  # provenance and terms, some lines
        self.origin = ""  # kind of file that the weights came from, and whose: "a .safetensors file"
        self.missing: tuple[str, ...] = ()  # tensors that the file lacked and that were replaced
        self.early: dict[str, Tensor] = {}  # see `generator.networks.early_colours`
        self.class_names: tuple[str, ...] = ()  # printable, one for each class; () where they are not known
        self.class_fault = ""  # a sentence: why the names that came with the model are not used
        self.hash = ""  # content hash, see `generator.networks.model_hash`
        self.requires_grad_(False)
        self.eval()

    def randomise(self) -> Generator:
        """Draw the weights training starts from (Karras et al. 2019, appendix C) with torch's global generator."""
        for module in self.modules():
            draw = getattr(module, "draw_initial_values", None)
            if callable(draw):
                draw()
        return self

    @property
    def w_avg(self) -> Tensor:
        """The mean of w over training, `[w_dim]`; where every class has its own, the mean of theirs."""
        average = self.mapping.w_avg
        return average if average.ndim == 1 else average.mean(dim=0)

    def class_average(self, label: int | None) -> Tensor:
        """The centre of truncation of a w of the class `label`, `[w_dim]`: the mean of w of that class where every
        class has its own (StyleGAN-XL), else `w_avg`. Without a class, that of the class that is then drawn: 0."""
        average = self.mapping.w_avg
        return average if average.ndim == 1 else average[label or 0]
