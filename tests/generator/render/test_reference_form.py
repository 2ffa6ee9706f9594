"""The plain form that speed is measured against is the same network."""

from __future__ import annotations

import torch

from generator.networks import Generator
from generator.render.reference_form import reference_mapping, reference_synthesis


@torch.inference_mode()
def test_the_plain_form_draws_what_the_network_draws(tiny: Generator) -> None:
    weights = tiny.state_dict()
    z = torch.randn(3, tiny.config.z_dim, generator=torch.Generator().manual_seed(0))
    w = reference_mapping(weights, tiny.config, z)
    torch.testing.assert_close(w, tiny.mapping(z), atol=1e-5, rtol=1e-5)
    ws = w.unsqueeze(1).expand(-1, tiny.config.num_ws, -1)
    expected = tiny.synthesis(ws)
    assert expected.std() > 0.01
    torch.testing.assert_close(reference_synthesis(weights, tiny.config, ws), expected, atol=1e-4, rtol=1e-4)
