"""One training step: first the discriminators learn from a batch, then the generator from them.

Every phase is a function without arguments that reads `Inputs` and writes `Figures`, tensors that stay where they are,
so that it can be captured as a CUDA graph (see `capture`). All chance comes from one source, seeded before each step:
a step can be repeated, and a resumed training uses the random numbers of an uninterrupted one.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch
from torch import Tensor

from generator.training.augment import Augmentation
from generator.training.batches import as_floats
from generator.training.classes import DataClasses, one_hot
from generator.training.distributed import Ranks
from generator.training.ema import Ema
from generator.training.gan import GanState
from generator.training.growing import faded_images
from generator.training.losses import PathLength, logistic_d, logistic_g, path_lengths, r1_penalty
from generator.training.projected import hinge_d, hinge_g
from generator.training.style_mixing import mixed_ws, track_w

PATH_SHARE = 2  # the path length is measured on a batch smaller by this factor (there as well)


class Inputs:
    """What changes from step to step, on the device, at one place."""

    def __init__(self, resolution: int, batch: int, device: torch.device) -> None:
        """batch: images of this process."""
        pixels = torch.zeros((batch, 3, resolution, resolution), dtype=torch.uint8, device=device)
        self.real = pixels.contiguous(memory_format=torch.channels_last)  # [N, 3, R, R] uint8
        self.labels = torch.zeros(batch, dtype=torch.int64, device=device)  # [N] class of each; 0 where there are none
        self.fade = torch.ones((), device=device)  # alpha of the newest block
        self.augment = torch.zeros((), device=device)  # probability of each augmentation
        self.ema_share = torch.ones((), device=device)  # of the new weights in the averaged ones


class Figures:
    """The figures of a step, on the device, in one tensor; each the mean over the batch."""

    NAMES = ("loss_d", "loss_g", "r1", "real_sign", "finite")

    def __init__(self, device: torch.device) -> None:
        self.values = torch.zeros(len(self.NAMES), device=device)
        self.loss_d, self.loss_g, self.r1, self.real_sign, self.finite = self.values  # views
        self.finite.fill_(1)  # 0 from the first gradient on that is not finite
        self.r1.fill_(torch.nan)  # until the first penalty


class Phases:
    """The phases of a step at one resolution, of the networks in `gan`, which they change."""

    def __init__(
        self, gan: GanState, inputs: Inputs, random: torch.Generator, ranks: Ranks, classes: DataClasses
    ) -> None:
        self._gan, self._inputs, self._random, self._ranks = gan, inputs, random, ranks
        self._settings, self._classes = gan.settings, classes
        self._augmented = Augmentation(gan.settings.augmentations, inputs.augment)
        self.figures = Figures(inputs.real.device)

    def discriminator(self) -> None:
        """Tell real images from samples (Goodfellow et al. 2014): only the discriminators learn."""
        real = self._augment(as_floats(self._inputs.real))
        with torch.no_grad():
            fake, _, fake_classes = self._draw(len(real))
            fake = self._augment(fake)
        with self._precision():
            real_logits, fake_logits = self._judge(real, self._real_classes()), self._judge(fake, fake_classes)
        loss = logistic_d(real_logits.float(), fake_logits.float())
        self._learn("discriminator", loss)
        if self._gan.projected is not None:
            with self._precision():
                opinions = self._gan.projected.logits(real), self._gan.projected.logits(fake)
            self._learn("projected", hinge_d(*([logits.float() for logits in each] for each in opinions)))
        self.figures.loss_d.copy_(loss.detach())
        self.figures.real_sign.copy_(real_logits.detach().sign().float().mean())

    def penalty(self) -> None:
        """R1 (Mescheder et al. 2018), as a separate step, which stands for all those without it; in float32."""
        settings, real = self._settings, self._augment(as_floats(self._inputs.real)).detach().requires_grad_(True)
        r1 = r1_penalty(self._judge(real, self._real_classes()), real)
        weight = settings.gamma(self._gan.resolution) / 2 * settings.r1_interval
        self._learn("discriminator", r1 * weight)
        self.figures.r1.copy_(r1.detach())

    def generator(self) -> None:
        """Fool the discriminators; then update the averaged weights."""
        images, ws, classes = self._draw(len(self._inputs.real))
        images = self._augment(images)
        with self._precision():
            logits = self._judge(images, classes)
            opinions = [] if self._gan.projected is None else self._gan.projected.logits(images)
        pixel_loss = loss = logistic_g(logits.float())
        if opinions:
            loss = loss + self._settings.projected_weight * hinge_g([logits.float() for logits in opinions])
        self._learn("generator", loss)
        self.figures.loss_g.copy_(pixel_loss.detach())
        self._follow(ws[:, 0].detach().float().mean(dim=0))

    def path_length(self) -> None:
        """Path length regularisation (Karras et al. 2020, section 3.2); in float32."""
        ws, _ = self._styles(max(len(self._inputs.real) // PATH_SHARE, 1))
        lengths = path_lengths(self._synthesise(ws), ws, self._random)
        weight = self._settings.path_length_weight * self._settings.path_length_interval
        loss = PathLength(self._gan.path_mean, weight)(lengths)
        self._ranks.average([self._gan.path_mean])
        self._learn("generator", loss)

    def _draw(self, count: int) -> tuple[Tensor, Tensor, Tensor | None]:
        """Images `[N, 3, R, R]`, their styles `[N, num_ws, w_dim]` and their classes `[N, c_dim]`, if there are any."""
        ws, classes = self._styles(count)
        with self._precision():
            return self._synthesise(ws).float(), ws, classes

    def _styles(self, count: int) -> tuple[Tensor, Tensor | None]:
        shape, device = (count, self._settings.z_dim), self._inputs.real.device
        z, other = (torch.randn(shape, generator=self._random, device=device) for _ in range(2))
        classes = self._classes.drawn(count, self._random)
        return mixed_ws(self._gan.generator, z, other, self._settings.mixing, self._random, classes), classes

    def _real_classes(self) -> Tensor | None:
        return one_hot(self._inputs.labels, self._classes.count) if self._classes.count else None

    def _synthesise(self, ws: Tensor) -> Tensor:
        return faded_images(self._gan.generator, ws, self._inputs.fade)

    def _augment(self, images: Tensor) -> Tensor:
        return self._augmented(images, self._random)

    def _judge(self, images: Tensor, classes: Tensor | None) -> Tensor:
        logits: Tensor = self._gan.discriminator(images, self._inputs.fade, classes)
        return logits

    def _learn(self, name: str, loss: Tensor) -> None:
        """One step of Adam down the gradient of the loss, averaged over all processes."""
        adam = self._gan.adams[name]
        parameters = [parameter for group in adam.param_groups for parameter in group["params"]]
        gradients = torch.autograd.grad(loss, parameters, materialize_grads=True)
        self._ranks.average(gradients)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        adam.step()
        adam.zero_grad(set_to_none=True)
        size = torch.stack(torch._foreach_norm(gradients)).sum() + loss.detach()  # not finite if any of it is not
        self.figures.finite.mul_(size.isfinite())

    def _follow(self, w_mean: Tensor) -> None:
        """Move the averaged weights, and the mean of w, towards what the generator is now."""
        self._ranks.average([w_mean])
        track_w(self._gan.generator, w_mean[None])
        Ema.update(self._gan.ema, self._gan.generator, self._inputs.ema_share)

    def _precision(self) -> AbstractContextManager[object]:
        """bfloat16 where a card multiplies it, float32 elsewhere. Its cache would not survive a capture."""
        device = self._inputs.real.device.type
        return torch.autocast(device, torch.bfloat16, enabled=device == "cuda", cache_enabled=False)
