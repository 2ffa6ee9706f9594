"""Every file that people bring does what is expected of it: it draws, or says in a sentence what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from generator import checkpoint
from generator.errors import CheckpointError
from generator.networks import Generator
from tests.support.bounds import bounded
from tests.support.brought_files import FILES, SAME

DRAWN = [name for name, (_, expected) in FILES.items() if expected.startswith("draws")]
REFUSED = [name for name in FILES if name not in DRAWN]


@pytest.mark.parametrize("name", DRAWN)
def test_a_file_draws_what_is_expected_of_it(name: str, tiny: Generator, tmp_path: Path) -> None:
    write, expected = FILES[name]
    write(tiny, tmp_path / name)
    opened = checkpoint.load(tmp_path / name)
    z = torch.randn(1, opened.config.z_dim, generator=torch.Generator().manual_seed(1))
    picture = opened.synthesis(opened.mapping(z)[:, None].repeat(1, opened.config.num_ws, 1))
    if expected == SAME:
        ws = tiny.mapping(z)[:, None].repeat(1, tiny.config.num_ws, 1)
        assert torch.allclose(picture, tiny.synthesis(ws), atol=1e-5)
    else:
        assert expected == f"draws {picture.shape[3]} x {picture.shape[2]}"


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_opened_says_in_a_sentence_what_it_is(name: str, tiny: Generator, tmp_path: Path) -> None:
    write, expected = FILES[name]
    write(tiny, tmp_path / name)
    with bounded(), pytest.raises(CheckpointError) as caught:
        checkpoint.load(tmp_path / name)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
