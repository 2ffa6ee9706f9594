"""The discriminator of pixels: the "resnet" one of StyleGAN2 (Karras et al. 2020, figure 7c).

Of images with classes it is a projection discriminator (Miyato & Koyama 2018) as in StyleGAN2-ADA (Karras et al. 2020a,
appendix D): it describes an image by a vector, and the logit is the product of that with the class, embedded and mapped
by eight layers like those of the generator.

Written from the paper. Parameter names are those of the public PyTorch implementation (`b256.fromrgb.weight`,
`b256.conv0.bias`, `b4.out.weight`, ...), so its weights fit; its `resample_filter` buffers are constants here.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.config import GeneratorConfig
from generator.networks import ops
from generator.networks.mapping import FullyConnected

CLASS_LAYERS = 8  # from the embedding of a class to what the image is multiplied with
GROUP = 4  # images whose spread is shown to the discriminator together
BRANCH_GAIN = math.sqrt(0.5)  # two branches of unit variance add up to unit variance


class DiscriminatorConv(nn.Module):
    """Convolution with equalised learning rate (Karras et al. 2018, section 4.1) and leaky ReLU, at half the size
    with `down`; with `linear` the convolution alone, without bias."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int,
        clamp: float | None = None,
        down: bool = False,
        linear: bool = False,
    ) -> None:
        super().__init__()
        self.weight_gain = 1 / math.sqrt(in_channels * kernel**2)
        self.clamp = clamp
        self.down = down
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, kernel, kernel))
        self.bias = None if linear else nn.Parameter(torch.empty(out_channels))

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor, gain: float = 1.0) -> Tensor:
        """x `[N, I, H, W]` -> `[N, O, H, W]`, or `[N, O, H/2, W/2]`, times `gain`."""
        if self.bias is None:
            return self._convolved(x, self.weight * (self.weight_gain * gain))
        scale = ops.GAIN * gain  # of weights and bias instead of many maps: the leaky ReLU passes it on
        x = self._convolved(x, self.weight * (self.weight_gain * scale), self.bias * scale)
        x = F.leaky_relu_(x, ops.LEAK)
        return x if self.clamp is None else x.clamp(-self.clamp * gain, self.clamp * gain)

    def _convolved(self, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        if self.down:
            return ops.downsampling_conv(x, weight, bias)
        return F.conv2d(x, weight, bias, padding=weight.shape[2] // 2)


class DiscriminatorBlock(nn.Module):
    """Everything at one resolution: two convolutions to half the size, and a shortcut around them."""

    def __init__(self, config: GeneratorConfig, resolution: int, enters: bool) -> None:
        """enters: images enter here, at the highest resolution and, while that is faded in, at the next one."""
        super().__init__()
        channels, fewer, clamp = config.channels(resolution), config.channels(resolution // 2), config.conv_clamp
        if enters:
            self.fromrgb = DiscriminatorConv(config.img_channels, channels, 1, clamp)
        self.conv0 = DiscriminatorConv(channels, channels, 3, clamp)
        self.conv1 = DiscriminatorConv(channels, fewer, 3, clamp, down=True)
        self.skip = DiscriminatorConv(channels, fewer, 1, down=True, linear=True)

    def forward(self, x: Tensor) -> Tensor:
        """x `[N, I, H, W]` -> `[N, O, H/2, W/2]`."""
        shortcut = self.skip(x, BRANCH_GAIN)
        out: Tensor = shortcut + self.conv1(self.conv0(x), BRANCH_GAIN)
        return out


class ClassMapping(nn.Module):
    """Class vectors -> what the description of an image is multiplied with, in float32."""

    def __init__(self, classes: int, features: int) -> None:
        super().__init__()
        self.embed = FullyConnected(classes, features)
        for i in range(CLASS_LAYERS):
            self.add_module(f"fc{i}", FullyConnected(features, features, lr_multiplier=0.01, active=True))

    def forward(self, classes: Tensor) -> Tensor:
        """classes `[N, c_dim]`, one-hot -> `[N, C]`."""
        with torch.autocast(classes.device.type, enabled=False):
            x = ops.normalize_second_moment(self.embed(classes.to(self.embed.weight.dtype)))
            for i in range(CLASS_LAYERS):
                x = self.get_submodule(f"fc{i}")(x)
            return x


class DiscriminatorEpilogue(nn.Module):
    """4 px features -> logits, in float32."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        channels = config.channels(4)
        self.conditional = config.c_dim > 0
        self.conv = DiscriminatorConv(channels + 1, channels, 3, config.conv_clamp)
        self.fc = FullyConnected(channels * 4 * 4, channels, active=True)
        self.out = FullyConnected(channels, channels if self.conditional else 1)

    def forward(self, x: Tensor, mapped: Tensor | None = None) -> Tensor:
        """x `[N, C, 4, 4]` -> `[N, 1]`. mapped: the classes `[N, C]`, where there are some."""
        with torch.autocast(x.device.type, enabled=False):
            x = self.conv(with_spread(x.to(self.out.weight.dtype)))
            out: Tensor = self.out(self.fc(x.flatten(1)))
            if mapped is None:
                return out
            return (out * mapped).sum(dim=1, keepdim=True) / math.sqrt(mapped.shape[1])  # of unit variance


class Discriminator(nn.Module):
    """How real images look, as a logit. Its initial weights come from torch's global generator."""

    def __init__(self, config: GeneratorConfig, fading: bool = False) -> None:
        """config: the generator's; the discriminator has as many channels at each resolution.

        fading: the highest resolution was added to a discriminator of the next lower one, where images enter too.
        """
        assert config.img_resolution >= (16 if fading else 8)
        super().__init__()
        self.config = config
        self.fading = fading
        entrances = config.block_resolutions[-2:] if fading else config.block_resolutions[-1:]
        for resolution in config.block_resolutions[:0:-1]:
            self.add_module(f"b{resolution}", DiscriminatorBlock(config, resolution, resolution in entrances))
        self.b4 = DiscriminatorEpilogue(config)
        if config.c_dim > 0:
            self.mapping = ClassMapping(config.c_dim, config.channels(4))
        for module in self.modules():
            if isinstance(module, DiscriminatorConv | FullyConnected):
                module.draw_initial_values()

    def forward(self, images: Tensor, fade: Tensor | float = 1.0, classes: Tensor | None = None) -> Tensor:
        """images `[N, img_channels, R, R]`, about [-1, 1] -> float32 `[N, 1]`.

        classes: of the images, one-hot `[N, c_dim]`, where the configuration has any; None where it has none.

        fade: of a discriminator that is `fading`, 0..1, `[]`: 0 is the logit of the lower resolutions for images of
        half the size, 1 that of all (Karras et al. 2018, figure 2). Others ignore it.
        """
        resolution = self.config.img_resolution
        assert (classes is None) == (self.config.c_dim == 0)
        assert images.shape[1:] == (self.config.img_channels, resolution, resolution)
        block = self._block(resolution)
        x = block(block.fromrgb(images))
        if self.fading:
            old = self._block(resolution // 2).fromrgb(F.avg_pool2d(images, 2))
            x = old * (1 - fade) + x * fade  # exact at either end
        for lower in self.config.block_resolutions[-2:0:-1]:
            x = self._block(lower)(x)
        logits: Tensor = self.b4(x, None if classes is None else self.mapping(classes))
        return logits

    def _block(self, resolution: int) -> DiscriminatorBlock:
        block = self.get_submodule(f"b{resolution}")
        assert isinstance(block, DiscriminatorBlock)
        return block


def with_spread(x: Tensor) -> Tensor:
    """x `[N, C, H, W]` -> `[N, C + 1, H, W]`: one map more that holds the standard deviation within a group of images,
    averaged over channels and pixels (Karras et al. 2018, section 3), so that samples which are all alike give
    themselves away. Groups have `GROUP` images, or the next lower number that divides the batch.
    """
    count, _, height, width = x.shape
    group = next(size for size in range(GROUP, 0, -1) if count % size == 0)
    groups = x.reshape(group, count // group, *x.shape[1:])  # [G, n, C, H, W]
    spread = ((groups - groups.mean(dim=0)).square().mean(dim=0) + 1e-8).sqrt().mean(dim=(1, 2, 3))  # [n]
    return torch.cat([x, spread.repeat(group)[:, None, None, None].expand(count, 1, height, width)], dim=1)
