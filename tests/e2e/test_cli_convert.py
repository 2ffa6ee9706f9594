"""`outis convert` writes any checkpoint as a .safetensors that opens as the same model."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from explorer.cli import convert
from explorer.cli.terminal import UsageError
from generator import checkpoint
from generator.errors import CheckpointError, ExportError
from generator.networks import Generator
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    convert.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["convert", *arguments])
    return int(parsed.run(parsed))


def test_a_pickle_becomes_safetensors_of_the_same_hash(
    tmp_path: Path, tiny: Generator, capsys: pytest.CaptureFixture[str]
) -> None:
    source = dump_nvidia({"G_ema": nvidia_generator(tiny)}, tmp_path / "snapshot.pkl")
    assert run(str(source), str(tmp_path / "out.safetensors")) == 0
    opened = checkpoint.load(tmp_path / "out.safetensors")
    assert opened.hash == tiny.hash
    assert opened.name == "snapshot"
    assert "Converted from snapshot.pkl, a pickle of NVIDIA's PyTorch code, class Generator." in opened.description
    assert tiny.hash in capsys.readouterr().out


def test_nothing_is_written_where_converting_fails(tmp_path: Path, tiny_checkpoint: Path) -> None:
    (tmp_path / "bad.pkl").write_bytes(b"\x80\x04N.")
    with pytest.raises(CheckpointError):
        run(str(tmp_path / "bad.pkl"), str(tmp_path / "out.safetensors"))
    with pytest.raises(UsageError, match="should end in"):
        run(str(tiny_checkpoint), str(tmp_path / "out.pkl"))
    with pytest.raises(ExportError):
        run(str(tiny_checkpoint), str(tmp_path / "absent" / "out.safetensors"))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["bad.pkl"]
