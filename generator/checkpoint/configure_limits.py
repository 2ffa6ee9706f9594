"""Between what the settings of a configuration must lie: wide enough for any real model, and no lie costs memory."""

from __future__ import annotations

WHOLE = {  # inclusive
    "img_resolution": (4, 8192),
    "z_dim": (1, 65536),
    "c_dim": (0, 65536),
    "w_dim": (1, 65536),
    "img_channels": (1, 64),  # of which `CHANNELS` are opened
    "mapping_layers": (1, 64),
    "channel_base": (1, 2**24),
    "channel_max": (1, 65536),
    "num_fp16_res": (0, 20),
    "num_layers": (2, 64),
    "num_critical": (1, 63),
    "margin_size": (0, 256),
    "conv_kernel": (1, 9),
    "filter_size": (2, 32),
    "lrelu_upsampling": (2, 8),
    "full_precision": (0, 65),
    "expansion": (1, 64),
}
WHOLE_OF = {"r3gan": {"mapping_layers": (0, 0)}}  # of one family
REALS = (
    *("conv_clamp", "first_cutoff", "first_stopband", "last_stopband_rel", "output_scale"),
    *("mapping_rate", "norm_epsilon"),
)
LARGEST_REAL = 1e6  # what the public models have is below 1,000
FLAGS = ("use_radial_filters", "no_const", "blurs_bias")
LAYERS = (3, 65)  # how many a StyleGAN-XL lists, its RGB output among them
STAGES = (1, 12)  # how many an R3GAN has
LISTS: dict[str, tuple[int, int, float, int]] = {  # how many numbers at least and at most, the lowest and the largest
    "block_channels": (0, 16, 1, 65536),
    "lowest": (2, 2, 1, 64),
    "embedding": (2, 2, 1, 65536),
    "layer_numbers": (*LAYERS, 0, 999),
    "layer_sizes": (*LAYERS, 1, 16384),
    "layer_widths": (*LAYERS, 1, 65536),
    "layer_rates": (*LAYERS, 1, 16384),
    "layer_cutoffs": (*LAYERS, 1e-6, 16384),
    "layer_half_widths": (*LAYERS, 1e-6, 16384),
    "widths": (*STAGES, 1, 65536),
    "cardinalities": (*STAGES, 1, 65536),
    "blocks": (*STAGES, 1, 64),
}
REAL_LISTS = ("layer_cutoffs", "layer_half_widths")
ARCHITECTURES = {
    "lucidrains": ("skip",),
    "r3gan": ("residual",),
    "stylegan1": ("skip",),
    "stylegan2": ("skip", "resnet", "orig"),
    "stylegan3": ("alias-free",),
    "stylegan_xl": ("alias-free",),
}
UPSAMPLING = {"stylegan2": ("filtered", "bilinear")}  # of other families only the first
CHANNELS = (1, 3, 4)
MAX_WORK = 3 * 10**12  # multiplications for one image; StyleGAN-XL at 1024 px has 2.5
MAX_MAP = 800_000_000  # numbers in one array; StyleGAN3-R at 1024 px has 700 million
