"""Adam as the training uses it, and its state by the names of the parameters, so that it outlives growing."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

MOMENTS = ("exp_avg", "exp_avg_sq", "step")


def adam(
    module: nn.Module, learning_rate: float, beta2: float, lazy_interval: int | None = None, captured: bool = True
) -> torch.optim.Adam:
    """Adam with beta1 = 0 (Kingma & Ba 2015).

    lazy_interval: a regularisation takes a separate step every so many steps. Learning rate and beta2 are then
    corrected for the greater number of steps (Karras et al. 2020, appendix B).
    captured: its steps become parts of a CUDA graph, where the module lies on a card.
    """
    share = 1.0 if lazy_interval is None else lazy_interval / (lazy_interval + 1)
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    capturable = captured and bool(parameters) and parameters[0].device.type == "cuda"  # slower where it is not
    return torch.optim.Adam(
        parameters, lr=learning_rate * share, betas=(0.0, beta2**share), eps=1e-8, foreach=True, capturable=capturable
    )


def state_of(optimiser: torch.optim.Adam, module: nn.Module) -> dict[str, Tensor]:
    """`exp_avg.NAME`, `exp_avg_sq.NAME` and `step.NAME` of each parameter, as `restore` has set them."""
    return {
        f"{moment}.{name}": optimiser.state[parameter][moment]
        for name, parameter in module.named_parameters()
        if parameter.requires_grad
        for moment in MOMENTS
    }


def restore(optimiser: torch.optim.Adam, module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Take over what `state_of` gave; parameters that are not in it, or had another shape, begin with zeros.

    Adam would make the zeros itself in its first step, too late for a step that is captured.
    """
    on_device = optimiser.param_groups[0]["capturable"]  # there the count of steps lies on the card, else never
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            step = torch.zeros((), device=parameter.device if on_device else "cpu")
            state = {"exp_avg": torch.zeros_like(parameter), "exp_avg_sq": torch.zeros_like(parameter), "step": step}
            for moment in MOMENTS:
                kept = tensors.get(f"{moment}.{name}")
                if kept is not None and kept.shape == state[moment].shape:
                    state[moment].copy_(kept)
            optimiser.state[parameter] = state
