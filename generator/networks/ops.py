"""The operations the families share, in plain torch, for one sample or many.

Axes are tagged as N batch, C channels (I in, O out), H height, W width. Everything works in the
memory format it is given; channels_last is the fast one on CPUs.

Rendering works in place; training must not, where a gradient still needs the value that was there.
"""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.networks.binomial import filtered, spread

GAIN = math.sqrt(2.0)  # keeps the variance through a leaky ReLU of slope 0.2
LEAK = 0.2
TINY = 1e-12  # keeps a map whose weights are all 0 from becoming 0 / 0
HALF_DEVICES = ("cuda",)  # where float16 is faster than float32; elsewhere it is slow or missing


def working_dtype(device: torch.device, low_precision: bool) -> torch.dtype:
    """The dtype of a layer's activations: float16 where the layer asks for it and the device gains by it."""
    return torch.float16 if low_precision and device.type in HALF_DEVICES else torch.float32


def in_mixed_precision(x: Tensor) -> bool:
    """Whether autocast decides in which dtype a layer works, as in training on a GPU."""
    return torch.is_autocast_enabled(x.device.type)


def in_full_precision(x: Tensor) -> AbstractContextManager[object]:
    """Without autocast: for factors of whole maps, in which the 8 bits of a bfloat16 would show in every pixel."""
    return torch.autocast(x.device.type, enabled=False) if in_mixed_precision(x) else nullcontext()


def memory_format_of(weight: Tensor) -> torch.memory_format:
    """channels_last or contiguous: how a convolution weight lies in memory, and so its input should."""
    channels_last = weight.is_contiguous(memory_format=torch.channels_last)
    return torch.channels_last if channels_last else torch.contiguous_format


def normalize_second_moment(x: Tensor) -> Tensor:
    """x `[N, C]` scaled so that the mean of its squares is 1 (Karras et al. 2018, eq. 2: "pixel norm")."""
    return x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


def activate(x: Tensor, clamp: float | None = None, gain: float = 1.0) -> Tensor:
    """Leaky ReLU times sqrt(2), clamped to +-clamp where `clamp` is given; all of it times `gain`. x is overwritten."""
    x = scaled(F.leaky_relu_(x, LEAK), GAIN * gain)
    return x if clamp is None else clamped(x, clamp * gain)


def scaled(x: Tensor, factor: Tensor | float) -> Tensor:
    """x times `factor`: in place where nothing is learnt, which saves the memory of a second x."""
    return x * factor if _is_learnt(x, factor) else x.mul_(factor)


def shifted(x: Tensor, shift: Tensor) -> Tensor:
    """x plus `shift`, of its shape or broadcast to it: in place as `scaled`."""
    return x + shift if _is_learnt(x, shift) else x.add_(shift)


def clamped(x: Tensor, limit: float) -> Tensor:
    """x within +-limit: in place as `scaled`."""
    return x.clamp(-limit, limit) if _is_learnt(x) else x.clamp_(-limit, limit)


def _is_learnt(*values: Tensor | float) -> bool:
    """Whether a backward pass may need one of `values` as it is now."""
    return any(isinstance(value, Tensor) and value.requires_grad for value in values)


def demodulation(weight: Tensor, styles: Tensor) -> Tensor:
    """1 / L2 norm of each output map's modulated weights (Karras et al. 2020, eq. 3).

    weight `[O, I, kh, kw]`, styles `[N, I]` -> `[N, O]`. The squares are summed over the kernel first,
    so no per-sample weight is ever made.
    """
    with in_full_precision(styles):
        return (styles.square() @ weight.square().sum(dim=(2, 3)).t() + 1e-8).rsqrt()


def pre_normalised(weight: Tensor, styles: Tensor) -> tuple[Tensor, Tensor]:
    """weight and styles scaled down so that no sum of a float16 convolution overflows: the largest style of a
    sample is 1, and the weights of an output map are at most 1 / sqrt(their number). Demodulation cancels both.
    (Karras et al. 2020a, appendix D.2.)
    """
    fan_in = weight[0].numel()
    weight = weight / (weight.abs().amax(dim=(1, 2, 3), keepdim=True).clamp_min(TINY) * math.sqrt(fan_in))
    return weight, styles / styles.abs().amax(dim=1, keepdim=True).clamp_min(TINY)


def modulated_conv(
    x: Tensor, weight: Tensor, styles: Tensor, up: bool = False, demodulate: bool = True, learning: bool = False
) -> Tensor:
    """Convolution whose input maps are scaled by `styles` and whose output maps are normalised.

    x `[N, I, H, W]`, weight `[O, I, k, k]`, styles `[N, I]` -> `[N, O, H, W]`, or twice the size with `up`.
    Karras et al. 2020, eq. 1 and 3, applied to the activations instead of the weights: scaling input map i by
    s_i is scaling every w_ijk by s_i, and the normalisation is one factor per output map. So all samples share
    one weight and one plain convolution. In float16 both are normalised first; the factors stay float32.
    learning: see `upsampling_conv`.
    """
    assert styles.shape == (x.shape[0], x.shape[1])
    assert weight.shape[1] == x.shape[1]
    if demodulate and x.dtype == torch.float16:
        weight, styles = pre_normalised(weight, styles)
    x = x * styles[:, :, None, None].to(x.dtype)
    cast = weight.to(x.dtype)
    x = upsampling_conv(x, cast, learning) if up else F.conv2d(x, cast, padding=weight.shape[2] // 2)
    return scaled(x, demodulation(weight, styles)[:, :, None, None].to(x.dtype)) if demodulate else x


def upsampling_conv(x: Tensor, weight: Tensor, learning: bool = False) -> Tensor:
    """Insert zeros between pixels, convolve, low-pass: x `[N, I, H, W]` -> `[N, O, 2H, 2W]`, weight `[O, I, 3, 3]`.

    The transposed convolution is the first two steps at once; its output has one row and column too many,
    which the low-pass filter consumes. learning: large batches, and a weight that is another one each time. Then all
    three are one convolution on GPUs; on a CPU that is 2 to 5 times slower.
    """
    if learning and x.device.type != "cpu":
        return _upsampling_conv_at_once(x, weight)
    x = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
    return low_pass(x)


def _upsampling_conv_at_once(x: Tensor, weight: Tensor) -> Tensor:
    """The same as a 3x3 convolution to 4 times the maps, one for each place in a square of 2x2 new pixels."""
    return unfolded(F.conv2d(x, upsampling_kernel(weight), padding=1))


def upsampling_kernel(weight: Tensor) -> Tensor:
    """weight `[O, I, 3, 3]` of an up-convolution and its low-pass filter as one kernel `[4 O, I, 3, 3]`, of whose
    result `unfolded` makes the image.

    Low-passed, the weight has 6x6 taps. A new pixel lies on every second of them only, 3x3, since between the pixels
    of x there are zeros: along an axis on taps 4, 2, 0 of the pixels at -1, 0, 1 where its place is even, on 5, 3, 1
    where it is odd.
    """
    outs, ins = weight.shape[:2]
    phases = low_passed(weight).reshape(outs, ins, 3, 2, 3, 2).flip(2, 4)  # [O, I, tap, place, tap, place]
    return phases.permute(3, 5, 0, 1, 2, 4).reshape(4 * outs, ins, 3, 3)


def unfolded(x: Tensor) -> Tensor:
    """Four maps a map, one for each place in a square of 2x2 pixels: `[N, 4 O, H, W]` -> `[N, O, 2H, 2W]`,
    channels_last."""
    squares = in_squares(x)
    n, h, _, w, _, maps = squares.shape
    return squares.reshape(n, 2 * h, 2 * w, maps).permute(0, 3, 1, 2)


def in_squares(x: Tensor) -> Tensor:
    """A view of x `[N, 4 O, H, W]` as `[N, H, 2, W, 2, O]`: its pixels where `unfolded` puts them."""
    n, maps, h, w = x.shape
    return x.view(n, 2, 2, maps // 4, h, w).permute(0, 4, 1, 5, 2, 3)


def low_pass(x: Tensor) -> Tensor:
    """Filter zero-stuffed maps with [1, 3, 3, 1] / 4 along both axes: `[N, C, H+1, W+1]` -> `[N, C, H, W]`.

    The taps sum to 2 along each axis, which restores the energy that the inserted zeros took.
    """
    if x.device.type == "cpu":  # one pass over memory instead of eight; on GPUs convolutions map by map are slow
        return filtered(x, padding=1)
    return _low_pass_by_sums(x)


def _low_pass_by_sums(x: Tensor) -> Tensor:
    x = _low_pass_along(F.pad(x, (0, 0, 1, 1)), 2)
    return _low_pass_along(F.pad(x, (1, 1)), 3)


def _low_pass_along(x: Tensor, axis: int) -> Tensor:
    size = x.shape[axis] - 3
    outer = x.narrow(axis, 0, size) + x.narrow(axis, 3, size)
    inner = x.narrow(axis, 1, size) + x.narrow(axis, 2, size)
    return inner.mul_(0.75).add_(outer, alpha=0.25)


def upsample(x: Tensor) -> Tensor:
    """Twice the size through the same [1, 3, 3, 1] filter: x `[N, C, H, W]` -> `[N, C, 2H, 2W]`.

    Every new pixel is 3/4 of the nearer and 1/4 of the farther neighbour along each axis, with black (0) outside.
    """
    if x.device.type == "cpu":
        return spread(x, stride=2, padding=1)
    return _upsample_by_sums(x)


def _upsample_by_sums(x: Tensor) -> Tensor:
    n, c, h, w = x.shape
    padded = F.pad(x, (0, 0, 1, 1))
    rows = torch.stack([0.25 * padded[:, :, :-2] + 0.75 * x, 0.75 * x + 0.25 * padded[:, :, 2:]], dim=3)
    tall = rows.reshape(n, c, 2 * h, w)
    padded = F.pad(tall, (1, 1))
    columns = torch.stack([0.25 * padded[..., :-2] + 0.75 * tall, 0.75 * tall + 0.25 * padded[..., 2:]], dim=4)
    return columns.reshape(n, c, 2 * h, 2 * w)


def bilinear(x: Tensor) -> Tensor:
    """Twice the size through the same filter, but with the border of x `[N, C, H, W]` repeated outside of it."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def downsampling_conv(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Low-pass, convolve, keep every second pixel: x `[N, I, H, W]`, weight `[O, I, k, k]`, k 1 or 3 ->
    `[N, O, H/2, W/2]`. The filter is [1, 3, 3, 1] / 8 along both axes, with 0 outside of x.
    """
    if x.device.type != "cpu":
        return _downsampling_conv_at_once(x, weight, bias)
    padding = weight.shape[2] // 2 + 1
    if weight.shape[2] == 1:  # nothing between the pixels that are kept is needed
        return F.conv2d(filtered(x, padding, stride=2), weight / 4, bias)
    return F.conv2d(filtered(x, padding), weight / 4, bias, stride=2)


def _downsampling_conv_at_once(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """The same as one convolution, whose weights are low-passed instead of the many maps."""
    return F.conv2d(x, low_passed(weight) / 4, bias, stride=2, padding=weight.shape[2] // 2 + 1)


def low_passed(weight: Tensor) -> Tensor:
    """Weights `[O, I, k, k]` convolved with [1, 3, 3, 1] / 4 along both axes: `[O, I, k + 3, k + 3]`."""
    return _low_pass_along(_low_pass_along(F.pad(weight, (3, 3, 3, 3)), 2), 3)


def shrink(image: Tensor, max_resolution: int | None, resolution: int) -> Tensor:
    """image `[N, C, H, W]` of `resolution` pixels, averaged over squares of 2^k pixels until these are at most
    `max_resolution`: the preview of a network that cannot stop early. None = as it is."""
    if max_resolution is None or resolution <= max_resolution:
        return image
    factor = 2 ** math.ceil(math.log2(resolution / max_resolution))
    return F.avg_pool2d(image, min(factor, *image.shape[2:]))
