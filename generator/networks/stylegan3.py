"""StyleGAN3 (Karras et al. 2021, "Alias-Free Generative Adversarial Networks"), configurations T and R.

Written from the paper. Parameter names are those of the public PyTorch implementation
(`synthesis.input.freqs`, `synthesis.L0_36_1024.weight`, ...), so its weights load unchanged. There is no noise.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.config import GeneratorConfig, StyleGAN3Config
from generator.networks import ops
from generator.networks.filtered_activation import Resampling, filtered_activation
from generator.networks.filters import jinc_low_pass, kaiser_low_pass
from generator.networks.generator import Generator, Synthesis
from generator.networks.inputs import SynthesisInputs
from generator.networks.mapping import FullyConnected, MappingNetwork


class FourierFeatures(nn.Module):
    """The input: waves of fixed frequencies, turned and moved as w asks, then mixed (section 3.2)."""

    freqs: Tensor  # [C, 2] cycles per image along x and y
    phases: Tensor  # [C] in cycles
    transform: Tensor  # [3, 3] where pixels come from, see `transform_matrix`

    def __init__(self, config: StyleGAN3Config) -> None:
        super().__init__()
        channels = config.widths[0]
        self.size, self.rate, self.bandwidth = config.sizes[0], config.sampling_rates[0], config.cutoffs[0]
        self.weight_gain = 1 / math.sqrt(channels)
        self.affine = FullyConnected(config.w_dim, 4)
        self.weight = nn.Parameter(torch.empty(channels, channels))
        self.register_buffer("freqs", torch.empty(channels, 2))
        self.register_buffer("phases", torch.empty(channels))
        self.register_buffer("transform", torch.empty(3, 3))

    def draw_initial_values(self) -> None:
        """Frequencies uniform in the disc of the bandwidth, no motion."""
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.affine.weight)
        self.affine.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0]))
        directions = F.normalize(torch.randn_like(self.freqs))
        self.freqs.copy_(directions * self.bandwidth * torch.rand_like(self.phases)[:, None].sqrt())
        self.phases.copy_(torch.rand_like(self.phases) - 0.5)
        nn.init.eye_(self.transform)

    def forward(self, w: Tensor, transform: Tensor | None) -> Tensor:
        """w `[N, w_dim]` -> `[N, C, size, size]`, channels_last."""
        freqs, phases, amplitudes = self.moved(w, transform)
        position = self.positions()
        along_x = position[None, None, :, None] * freqs[:, None, None, :, 0]
        along_y = position[None, :, None, None] * freqs[:, None, None, :, 1] + phases[:, None, None, :]
        waves = torch.sin((along_x + along_y) * (2 * math.pi)) * amplitudes[:, None, None, :]  # [N, H, W, C]
        mixed: Tensor = waves @ (self.weight * self.weight_gain).t()
        return mixed.permute(0, 3, 1, 2)

    def moved(self, w: Tensor, transform: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Frequencies `[N, C, 2]`, phases and amplitudes `[N, C]` of the waves, turned and moved."""
        motion = _motion(self.affine(w)) @ (self.transform if transform is None else transform.to(w))
        phases = self.phases + (self.freqs @ motion[:, :2, 2:]).squeeze(2)
        freqs = self.freqs @ motion[:, :2, :2]
        # waves that the user's transform made too fast for the sampling rate fade out
        amplitudes = (1 - (freqs.norm(dim=2) - self.bandwidth) / (self.rate / 2 - self.bandwidth)).clamp(0, 1)
        return freqs, phases, amplitudes

    def positions(self) -> Tensor:
        """Of the pixels along an axis, `[size]`, in widths of the image from its centre."""
        return (torch.arange(self.size, device=self.freqs.device) + 0.5 - self.size / 2) / self.rate


def _motion(t: Tensor) -> Tensor:
    """t = (r_c, r_s, t_x, t_y) `[N, 4]` -> inverse motions `[N, 3, 3]`: a translation, then a rotation (appendix F)."""
    t = t / t[:, :2].norm(dim=1, keepdim=True)
    cos, sin, x, y = t.unbind(1)
    zero, one = torch.zeros_like(x), torch.ones_like(x)
    rotation = torch.stack([cos, -sin, zero, sin, cos, zero, zero, zero, one], dim=1).reshape(-1, 3, 3)
    translation = torch.stack([one, zero, -x, zero, one, -y, zero, zero, one], dim=1).reshape(-1, 3, 3)
    return rotation @ translation


class StyledConvolution(nn.Module):
    """What layers and RGB output share: modulated convolution of an input brought to unit magnitude, and bias."""

    magnitude_ema: Tensor  # [] mean square of the input over training

    def __init__(self, config: StyleGAN3Config, index: int, kernel: int) -> None:
        super().__init__()
        widths = config.widths
        in_channels, out_channels = widths[max(index - 1, 0)], widths[index]
        self.clamp = config.conv_clamp
        self.low_precision = config.layer_uses_half(index)
        self.affine = FullyConnected(config.w_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, kernel, kernel))
        self.bias = nn.Parameter(torch.empty(out_channels))
        self.register_buffer("magnitude_ema", torch.empty([]))

    def draw_initial_values(self) -> None:
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)
        nn.init.ones_(self.magnitude_ema)

    def working(self, x: Tensor) -> Tensor:
        """x in the dtype of this layer."""
        return x.to(ops.working_dtype(x.device, self.low_precision))


class SynthesisLayer(StyledConvolution):
    """Modulated convolution and filtered leaky ReLU (figure 4b)."""

    up_filter: Tensor
    down_filter: Tensor

    def __init__(self, config: StyleGAN3Config, index: int) -> None:
        super().__init__(config, index, config.conv_kernel)
        previous = max(index - 1, 0)
        in_rate, out_rate = config.sampling_rates[previous], config.sampling_rates[index]
        rate = max(in_rate, out_rate) * config.lrelu_upsampling
        up, down = rate // in_rate, rate // out_rate
        up_taps, down_taps = config.filter_size * up, config.filter_size * down
        in_size = config.sizes[previous] + config.conv_kernel - 1
        self.resampling = Resampling(up, down, up_taps, down_taps, in_size, config.sizes[index])
        self.up_band = config.cutoffs[previous], 2 * config.half_widths[previous], rate
        self.down_band = config.cutoffs[index], 2 * config.half_widths[index], rate
        self.radial = config.use_radial_filters and index < config.num_layers - config.num_critical
        self.register_buffer("up_filter", torch.empty(up_taps))
        self.register_buffer("down_filter", torch.empty([down_taps] * (2 if self.radial else 1)))

    def draw_initial_values(self) -> None:
        super().draw_initial_values()
        design_down = jinc_low_pass if self.radial else kaiser_low_pass
        self.up_filter.copy_(torch.from_numpy(kaiser_low_pass(len(self.up_filter), *self.up_band)))
        self.down_filter.copy_(torch.from_numpy(design_down(len(self.down_filter), *self.down_band)))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """x `[N, I, in, in]`, w `[N, w_dim]` -> `[N, O, out, out]`."""
        x = self._convolve(self.working(x), self.affine(w))
        x = x.add_(self.bias[:, None, None].to(x.dtype))
        return filtered_activation(x, self.up_filter, self.down_filter, self.resampling, self.clamp)

    def _convolve(self, x: Tensor, styles: Tensor) -> Tensor:
        """Modulated and demodulated convolution of all pixels that a tap touches (eq. 1 and 3 of StyleGAN2)."""
        weight: Tensor = self.weight
        if x.dtype == torch.float16:
            weight, styles = ops.pre_normalised(weight, styles)
        factors = _demodulation(weight, styles) * self.magnitude_ema.rsqrt()
        x = x * styles[:, :, None, None].to(x.dtype)
        x = F.conv2d(x, weight.to(x.dtype), padding=weight.shape[2] - 1)
        return x.mul_(factors[:, :, None, None].to(x.dtype))


def _demodulation(weight: Tensor, styles: Tensor) -> Tensor:
    """As `ops.demodulation`, `[N, O]`, with an epsilon relative to the sizes of weight and styles: here both are
    normalised before use (appendix D), which a factor per map undoes but for that epsilon."""
    power = weight.square().sum(dim=(2, 3))
    sizes = styles.square().mean(dim=1, keepdim=True) * (power.sum(dim=1) / weight[0].numel())
    return (styles.square() @ power.t() + 1e-8 * sizes).rsqrt()


class ToRGB(StyledConvolution):
    """Modulated 1x1 convolution to colours, without demodulation or filter."""

    def __init__(self, config: StyleGAN3Config) -> None:
        super().__init__(config, config.num_layers, kernel=1)
        self.weight_gain = 1 / math.sqrt(config.widths[-2])

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """x `[N, I, H, W]`, w `[N, w_dim]` -> float32 `[N, img_channels, H, W]`."""
        styles = self.affine(w) * (self.weight_gain * self.magnitude_ema.rsqrt())
        x = ops.modulated_conv(self.working(x), self.weight, styles, demodulate=False).float()
        x = x.add_(self.bias[:, None, None])
        return x if self.clamp is None else x.clamp_(-self.clamp, self.clamp)


class SynthesisNetwork(Synthesis):
    """W+ -> image: Fourier features, layers of rising cutoff, colours. All noise modes give the same image, and a
    preview is the full image resized: every layer but the first few works at full size."""

    config: StyleGAN3Config

    def __init__(self, config: StyleGAN3Config) -> None:
        super().__init__(config)
        self.input = FourierFeatures(config)
        names = list(config.layer_names)
        for i, name in enumerate(names[:-1]):
            setattr(self, name, SynthesisLayer(config, i))
        setattr(self, names[-1], ToRGB(config))
        self.layer_names = names

    def forward(self, inputs: SynthesisInputs) -> Tensor:
        rows = inputs.ws.unbind(1)
        x = self.input(rows[0], inputs.transform)
        for name, w in zip(self.layer_names, rows[1:], strict=True):
            x = getattr(self, name)(x, w)
        return ops.shrink(x * self.config.output_scale, inputs.max_resolution, self.config.img_resolution)


def create(config: GeneratorConfig) -> Generator:
    """A StyleGAN3 generator, its weights not set."""
    assert isinstance(config, StyleGAN3Config)
    return Generator(config, MappingNetwork(config), SynthesisNetwork(config))
