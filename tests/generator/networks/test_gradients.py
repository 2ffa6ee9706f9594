"""Every network is differentiable in its latents: nothing that the backward pass needs is overwritten."""

from __future__ import annotations

import pytest
import torch

from tests.support.network_cases import CONFIGS, drawn_generator, layer_styles


@pytest.mark.parametrize("name", CONFIGS)
def test_the_slope_along_a_direction_is_the_gradients(name: str) -> None:
    generator, ws = drawn_generator(CONFIGS[name]), layer_styles(CONFIGS[name]).requires_grad_()

    def energy(styles: torch.Tensor) -> torch.Tensor:
        return generator.synthesis(styles, "const").double().square().mean()

    energy(ws).backward()
    assert ws.grad is not None
    slope = ws.grad.norm()
    step = ws.grad / slope * 5e-3  # the steepest way, on which float32 shows most
    with torch.no_grad():
        change = energy(ws + step) - energy(ws - step)
    assert 2 * slope.item() * 5e-3 == pytest.approx(change.item(), rel=0.01)
