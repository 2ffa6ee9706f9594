"""The names of other public implementations of StyleGAN in ours, as one table: a row for each kind of layer.

All of them multiply the stored weights by the same constants when they are used, so that the numbers are the same, but
for what `Layout.change` says. To add an implementation, add a `Layout`.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor

from generator.checkpoint import layout_clean, layout_genforce, layout_lucidrains, layout_style_based
from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.layout import DENSE, Layout, Row, dense, modulated, rgb, styled_layer, synthesis_rows

FILTER = "resample_filter"
AXES = (  # of our tensors, by the end of their names
    ("affine.weight", 2),
    (FILTER, 2),
    ("weight", 4),
    ("bias", 1),
    ("noise_const", 2),
    ("noise_strength", 0),
    ("const", 3),
    ("w_avg", 1),
)


def _of_genforce(name: str, tensor: Tensor) -> Tensor:
    """Styles are stored less 1, and the kernels of up-convolutions as TensorFlow has them, turned around."""
    if name.endswith("affine.bias"):
        return tensor + 1
    return tensor.flip(2, 3) if name.endswith("conv0.weight") and tensor.ndim == 4 else tensor


def _in_rgb(name: str, tensor: Tensor) -> Tensor:
    """OpenMMLab's pictures are blue, green, red."""
    return tensor.flip(0) if name.endswith(("torgb.weight", "torgb.bias")) else tensor


FILTERS = {"conv.blur.kernel": FILTER, "upsample.kernel": FILTER}
BIASES = {"activate.bias": "bias", "bias": "bias"}
ROSINALITY = modulated("conv.", "conv.modulation.") | FILTERS | BIASES | {"noise.weight": "noise_strength"}
OPENMMLAB = (
    modulated("conv.", "conv.style_modulation.")
    | FILTERS
    | BIASES
    | {
        **{"conv.weight_orig": "weight", "conv.style_modulation.linear.weight_orig": "affine.weight"},
        "noise_injector.weight": "noise_strength",
    }
)
BASICSR_RGB = modulated("modulated_conv.", "modulated_conv.modulation.") | {"bias": "bias"}
BASICSR = BASICSR_RGB | BIASES | {"weight": "noise_strength"}
GENFORCE = modulated("", "style.") | {
    **{"bias": "bias", "style.fc.weight": "affine.weight", "filter.kernel": FILTER},
    **{"noise": "noise_const", "noise_strength": "noise_strength"},
}

LAYOUTS = (
    Layout(
        "rosinality's stylegan2-pytorch",
        frozenset({"input.input", "conv1.conv.weight"}),
        (
            Row(r"style\.(\d{1,2})\.", dense, DENSE, -1),
            *synthesis_rows(ROSINALITY, ROSINALITY, r"noises\.noise_"),
        ),
        {"input.input": "synthesis.b4.const", "latent_avg": "mapping.w_avg"},
    ),
    Layout(
        "MMGeneration or MMagic",
        frozenset({"constant_input.input", "conv1.conv.style_modulation.bias"}),
        (
            Row(r"style_mapping\.(\d{1,2})\.", dense, {"linear.weight_orig": "weight", "bias": "bias"}, -1),
            *synthesis_rows(OPENMMLAB, OPENMMLAB, "injected_noise_"),
        ),
        {"constant_input.input": "synthesis.b4.const", "latent_avg": "mapping.w_avg"},
        change=_in_rgb,
    ),
    Layout(
        "BasicSR",
        frozenset({"constant_input.weight", "style_conv1.activate.bias"}),
        (
            Row(r"style_mlp\.(\d{1,2})\.", dense, DENSE, -1),
            *synthesis_rows(BASICSR, BASICSR_RGB, r"noises\.noise", "style_"),
        ),
        {"constant_input.weight": "synthesis.b4.const", "latent_avg": "mapping.w_avg"},
    ),
    Layout(
        "GenForce",
        frozenset({"synthesis.early_layer.const", "synthesis.layer0.weight"}),
        (
            Row(r"mapping\.dense(\d{1,2})\.", dense, DENSE | {"fc.weight": "weight"}),
            Row(r"synthesis\.layer(\d{1,2})\.", styled_layer, GENFORCE),
            Row(r"synthesis\.output(\d{1,2})\.", rgb, GENFORCE),
        ),
        {
            "synthesis.early_layer.const": "synthesis.b4.const",
            "synthesis.upsample.kernel": f"synthesis.{FILTER}",
            "truncation.w_avg": "mapping.w_avg",
        },
        left_out=("synthesis.lod",),
        change=_of_genforce,
        one_size=False,
    ),
    layout_clean.LAYOUT,
    layout_genforce.LAYOUT,
    *layout_lucidrains.LAYOUTS,
    layout_style_based.LAYOUT,
)


def layout_of(names: Iterable[str]) -> Layout | None:
    """The implementation that has such names; None if they are none of the table."""
    present = set(names)
    return next((layout for layout in LAYOUTS if layout.signs <= present), None)


def renamed(tensors: dict[str, Tensor], layout: Layout) -> dict[str, Tensor]:
    """The tensors under our names and in our shapes; names that are not the layout's stay as they are.

    Raises `FormatError` for files that are known to draw something else than these weights once did.
    """
    wanted = {name: tensor for name, tensor in tensors.items() if not name.endswith(layout.left_out)}
    ours = {layout.our_name(name): tensor for name, tensor in layout.before(wanted).items()}
    fitted = {name: layout.change(name, _fitted(name, tensor)) for name, tensor in ours.items()}
    if layout.one_size and _lacks_classes(fitted):
        raise FormatError("was exported without its class embedding, so that it can draw nothing; open the .pkl file")
    return fitted


def _lacks_classes(tensors: dict[str, Tensor]) -> bool:
    """Whether the first mapping layer is given more than a latent as long as w: z and an embedded class."""
    first = tensors.get("mapping.fc0.weight")
    return first is not None and first.ndim == 2 and first.shape[1] > first.shape[0]


def _fitted(name: str, tensor: Tensor) -> Tensor:
    """Without the axes of size 1 that we do not have: [1, O, I, k, k] -> [O, I, k, k], [1, 3, 1, 1] -> [3]."""
    axes = next((count for end, count in AXES if name.endswith(end)), tensor.ndim)
    while tensor.ndim > axes and tensor.shape[0] == 1:
        tensor = tensor[0]
    while tensor.ndim > axes and tensor.shape[-1] == 1:
        tensor = tensor[..., 0]
    return tensor / tensor.sum() if name.endswith(FILTER) else tensor  # stored times 4 where it follows an upsampling
