"""Several processes train one model: they stay the same, and learn from the whole batch together."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
import torch.distributed as dist
import torch.distributed.run

from generator.errors import TrainingError
from generator.training.data import ImageSet
from generator.training.distributed import Ranks, joined
from generator.training.gan import GanState
from generator.training.losses import logistic_d
from generator.training.run_folder import RunFolder
from tests.support.forked import Forked
from tests.support.training_fixtures import CPU, QUICK, shapes

SETTINGS = replace(QUICK, stages=(replace(QUICK.stages[0], images=16, batch=8),), snapshot_images=8)
PATIENCE = timedelta(seconds=1)  # of the processor's time


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    return shapes(tmp_path_factory.mktemp("images"), 24, 8)


def discriminator_gradients(share: slice) -> list[torch.Tensor]:
    """Of the discriminator's loss on a share of a batch that every process draws alike."""
    gan = GanState.begun(QUICK, 8, CPU)
    random = torch.Generator().manual_seed(0)
    real, fake = (torch.randn(8, 3, 8, 8, generator=random)[share] for _ in range(2))
    loss = logistic_d(gan.discriminator(real), gan.discriminator(fake))
    return list(torch.autograd.grad(loss, list(gan.discriminator.parameters()), materialize_grads=True))


def _wait_for_a_busy_leader(ranks: Ranks) -> None:
    """As the others wait while the leader measures: longer than they would by themselves."""
    begun = time.process_time()
    while ranks.leads and time.process_time() - begun < PATIENCE.total_seconds():
        pass
    assert ranks.broadcast_json(ranks.leads) is True


def work(folder: Path) -> None:
    """What each of two processes does: average gradients, speak of flags and facts, and train."""
    from generator.progress import finish
    from generator.training.distributed import joined
    from generator.training.trainer import _Trainer, training

    torch.set_num_threads(1)  # as torchrun has it; sums over more differ in their last bits
    trained: list[_Trainer] = []
    honest = _Trainer.running

    def remembering(self: _Trainer, resumed: bool = False):  # type: ignore[no-untyped-def]
        trained.append(self)
        return honest(self, resumed)

    _Trainer.running = remembering  # type: ignore[method-assign]
    dist.distributed_c10d.default_pg_timeout = PATIENCE / 10  # which is torch's own for gloo, but 30 minutes
    with joined(CPU) as ranks:
        _wait_for_a_busy_leader(ranks)
        gradients = discriminator_gradients(ranks.share(8))
        ranks.average(gradients)
        assert ranks.any(ranks.rank == 1)
        assert not ranks.any(False)
        assert ranks.broadcast_json({"é": [1, None]} if ranks.leads else None) == {"é": [1, None]}
        spread = torch.full((2,), float(ranks.rank))
        ranks.broadcast([spread])
        assert spread.tolist() == [0, 0]
        finish(training(SETTINGS, ImageSet.open(folder / "data"), folder / "run", CPU, ranks=ranks))
        told = {f"gradient.{index}": gradient for index, gradient in enumerate(gradients)}
        told = {name: tensor.contiguous() for name, tensor in (told | trained[0]._gan.tensors()).items()}
        safetensors.torch.save_file(told, folder / f"told{ranks.rank}.safetensors")


@pytest.fixture(scope="module")
def told(images: ImageSet) -> list[dict[str, torch.Tensor]]:
    """What two processes have come to."""
    folder = images.folder.parent
    port = 20_000 + os.getpid() % 20_000
    environment = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    ranks = [{**environment, "RANK": str(rank)} for rank in range(2)]
    with Forked(work, folder, environment=ranks[0]) as leader, Forked(work, folder, environment=ranks[1]) as other:
        assert (leader.wait(120), other.wait(120)) == (0, 0), leader.stderr.read() + other.stderr.read()
    return [safetensors.torch.load_file(folder / f"told{rank}.safetensors") for rank in range(2)]


def test_all_processes_end_with_the_same_state_which_one_of_them_has_written(
    told: list[dict[str, torch.Tensor]], images: ImageSet
) -> None:
    first, second = told
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    saved = RunFolder(images.folder.parent / "run").load_state()[0]
    assert saved.facts["images"] == 16
    assert all(torch.equal(first[name], tensor) for name, tensor in saved.tensors.items())


def test_torchrun_resumes_the_command_to_the_same_bits(
    told: list[dict[str, torch.Tensor]], images: ImageSet, tmp_path: Path
) -> None:
    run = RunFolder(shutil.copytree(images.folder.parent / "run", tmp_path / "run"))
    command = ["-m", "explorer", "train", "--resume", str(run.path), "--at", "8", "--device", "cpu"]
    torchrun = ["--standalone", "--nproc-per-node", "2", *command]
    with Forked(torch.distributed.run.main, torchrun, environment={"OMP_NUM_THREADS": "1"}) as launcher:
        assert launcher.wait(120) == 0, launcher.stderr.read()
    lines = [json.loads(line) for line in run.journal.read_text().splitlines()]
    begun = [(line["kind"], line["images"]) for line in lines if line["kind"] in ("start", "end")]
    assert begun == [("start", 0), ("end", 16), ("start", 8), ("end", 16)]
    tensors = run.load_state(at=16)[0].tensors
    assert all(torch.equal(tensors[name], tensor) for name, tensor in told[0].items() if name in tensors)


def test_averaged_gradients_are_those_of_the_whole_batch(told: list[dict[str, torch.Tensor]]) -> None:
    """The minibatch deviation is taken within a process, as it is within groups of 4: here both are the same 4."""
    alone = [discriminator_gradients(slice(0, 4)), discriminator_gradients(slice(4, 8))]
    for index, halves in enumerate(zip(*alone, strict=True)):
        torch.testing.assert_close(told[0][f"gradient.{index}"], sum(halves) / 2, atol=1e-6, rtol=1e-4)


def test_a_batch_that_cannot_be_split_is_refused() -> None:
    assert [Ranks(rank, 4).share(8) for rank in (0, 3)] == [slice(0, 2), slice(6, 8)]
    with pytest.raises(TrainingError, match="cannot be split among 3 processes"):
        Ranks(0, 3).share(8)


def test_without_torchrun_a_process_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RANK", raising=False)
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined(CPU) as ranks:
        tensor = torch.ones(2)
        ranks.average([tensor])
        ranks.broadcast([tensor])
        assert (ranks, tensor.tolist(), ranks.any(True), ranks.broadcast_json(3)) == (Ranks(), [1, 1], True, 3)


@pytest.mark.parametrize(("asked", "taken"), [("cuda", "cuda:0"), ("cuda:2", "cuda:2")])
def test_alone_on_a_card_it_is_made_the_current_one(monkeypatch: pytest.MonkeyPatch, asked: str, taken: str) -> None:
    """Streams and graphs are those of the current card."""
    monkeypatch.delenv("RANK", raising=False)
    current: list[torch.device] = []
    monkeypatch.setattr(torch.cuda, "set_device", current.append)
    with joined(torch.device(asked)) as ranks:
        assert (ranks.device, current) == (torch.device(taken), [torch.device(taken)])


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_processes_wait_for_hours_for_a_leader_that_measures(monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    """NCCL gives up after 10 minutes, which a measure with many samples takes."""
    asked: dict[str, Any] = {}
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setattr(torch.cuda, "set_device", lambda _device: None)
    monkeypatch.setattr(dist, "init_process_group", lambda _backend, **options: asked.update(options))
    monkeypatch.setattr(dist, "get_rank", lambda: 1)
    monkeypatch.setattr(dist, "get_world_size", lambda: 2)
    monkeypatch.setattr(dist, "destroy_process_group", lambda: None)
    with joined(torch.device(device)):
        assert asked["timeout"] >= timedelta(hours=6)
