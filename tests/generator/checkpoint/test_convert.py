"""What other tools are given: state dicts that read back to the same numbers, and graphs that draw the same picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from generator import checkpoint
from generator.checkpoint import nvidia_state
from generator.checkpoint.convert import converting, kind_of
from generator.checkpoint.nvidia_state import arguments
from generator.checkpoint.onnx_file import why_not
from generator.checkpoint.rosinality_state import remark
from generator.config import FAMILIES, GeneratorConfig, LucidrainsConfig, R3GANConfig, StyleGAN1Config, StyleGAN3Config
from generator.config.stylegan_xl import grown
from generator.errors import ExportError
from generator.networks import Generator
from generator.progress import finish
from tests.support.checkpoint_layouts_others import rosinality_state
from tests.support.models import TINY, random_generator

SMALL: dict[str, Any] = {"z_dim": 16, "w_dim": 16, "mapping_layers": 2, "channel_max": 8}
WIDE = GeneratorConfig(16, lowest=(2, 4), img_channels=4, **SMALL)
XL = grown(StyleGAN3Config(8, c_dim=3, num_layers=4, channel_base=64, **SMALL), [(2, 3)], embedding=(3, 5))
CONFIGS: dict[str, GeneratorConfig] = {
    "stylegan2": GeneratorConfig(32, conv_clamp=256, num_fp16_res=2, **SMALL),
    "stylegan2-resnet": GeneratorConfig(16, c_dim=3, architecture="resnet", img_channels=1, **SMALL),
    "stylegan2-orig": GeneratorConfig(16, architecture="orig", **SMALL),
    "stylegan2-wide-rgba": WIDE,
    "stylegan3-t": StyleGAN3Config(16, c_dim=3, num_layers=4, **SMALL),
    "stylegan3-r": StyleGAN3Config(16, num_layers=4, conv_kernel=1, use_radial_filters=True, **SMALL),
    "stylegan_xl": XL,
    "stylegan_xl-stem": grown(StyleGAN3Config(16, num_layers=4, channel_base=64, **SMALL), embedding=(3, 5)),
}
R3GAN = R3GANConfig(8, z_dim=8, w_dim=12, c_dim=3, widths=(8, 4), cardinalities=(2, 2), blocks=(1, 1))
STYLEGAN1 = StyleGAN1Config(16, c_dim=3, **SMALL)
LUCIDRAINS = LucidrainsConfig(16, channel_base=128, **SMALL)


def written(generator: Generator, path: Path, kind: str = "") -> Path:
    finish(converting(generator, path, kind))
    return path


def refused(generator: Generator, path: Path, kind: str = "") -> str:
    with pytest.raises(ExportError) as caught:
        written(generator, path, kind)
    assert not path.exists()
    return str(caught.value)


@pytest.mark.parametrize("name", CONFIGS)
def test_nvidias_names_read_back_to_the_same_model(name: str, tmp_path: Path) -> None:
    generator = random_generator(CONFIGS[name])
    generator.description = "Its terms."
    opened = checkpoint.load(written(generator, tmp_path / "a.pt"))
    assert (opened.hash, opened.config) == (generator.hash, generator.config)
    assert (opened.name, opened.description) == ("tiny", "Its terms.")


def test_nvidias_names_include_a_filter_with_every_block_layer_and_shortcut(tmp_path: Path) -> None:
    """As the constructors of stylegan2-ada-pytorch register them: its strict loading refuses any other set."""
    path = written(random_generator(CONFIGS["stylegan2-resnet"]), tmp_path / "a.pt")
    tensors = torch.load(path, weights_only=True)["G_ema"]
    filters = [name.removesuffix(".resample_filter") for name in tensors if name.endswith("resample_filter")]
    blocks = [f"synthesis.b{r}{layer}" for r in (8, 16) for layer in ("", ".conv0", ".conv1", ".skip")]
    assert sorted(filters) == sorted(["synthesis.b4", "synthesis.b4.conv1", *blocks])
    assert tensors["synthesis.b4.resample_filter"].sum() == 1


def test_the_arguments_are_those_of_nvidias_constructors() -> None:
    two, three = arguments(CONFIGS["stylegan2"]), arguments(CONFIGS["stylegan3-r"])
    sizes = {"z_dim", "c_dim", "w_dim", "img_resolution", "img_channels", "mapping_kwargs"}
    assert two.keys() == sizes | {"synthesis_kwargs"}
    assert two["synthesis_kwargs"] == {
        **{"channel_base": 32768, "channel_max": 8, "conv_clamp": 256, "architecture": "skip", "num_fp16_res": 2}
    }
    assert three.keys() >= sizes | {"num_critical", "use_radial_filters", "conv_kernel", "margin_size"}
    assert not three.keys() & {"family", "architecture", "lowest", "mapping_layers"}


def test_a_stylegan_xl_says_how_its_code_makes_it_stage_by_stage(tmp_path: Path) -> None:
    contents = torch.load(written(random_generator(XL), tmp_path / "a.pt"), weights_only=True)
    assert contents["stages"] == [{"up_factor": 2, "head_layers": 3}]
    stem = contents["init_kwargs"]
    assert (stem["img_resolution"], stem["num_layers"], stem["c_dim"]) == (8, 4, 3)
    mapping_layers = stem.pop("mapping_kwargs")["num_layers"]
    assert grown(StyleGAN3Config(**stem, mapping_layers=mapping_layers), [(2, 3)], XL.embedding) == XL


def test_a_stylegan_xl_of_other_stages_is_written_under_no_name_of_others(tmp_path: Path) -> None:
    odd = replace(XL, layer_cutoffs=(*XL.layer_cutoffs[:-1], 7.0))
    assert "did not grow in stages" in refused(random_generator(odd), tmp_path / "a.pt")


def test_rosinalitys_names_are_theirs_and_read_back_to_the_same_model(tmp_path: Path, tiny: Generator) -> None:
    path = written(tiny, tmp_path / "a.pt", "rosinality")
    contents, expected = torch.load(path, weights_only=True), rosinality_state(tiny)
    assert contents["g_ema"].keys() >= expected.keys() - {"latent_avg"}
    for name, tensor in contents["g_ema"].items():
        assert name not in expected or torch.equal(tensor, expected[name]), name
    assert torch.equal(contents["latent_avg"], tiny.w_avg)
    assert checkpoint.load(path).hash == tiny.hash


def test_what_rosinalitys_generator_lacks_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "skip architecture only" in refused(random_generator(STYLEGAN1), tmp_path / "a.pt", "rosinality")
    for other in (XL, R3GAN, LUCIDRAINS):
        assert "skip architecture only" in refused(random_generator(other), tmp_path / "a.pt", "rosinality")
    assert "square" in refused(random_generator(WIDE), tmp_path / "a.pt", "rosinality")
    classes = replace(TINY, c_dim=2)
    assert "no classes" in refused(random_generator(classes), tmp_path / "a.pt", "rosinality")


def test_how_rosinalitys_generator_is_made_is_said_where_its_defaults_do_not_do() -> None:
    assert remark(GeneratorConfig(256, channel_base=32768)) == ""
    assert remark(GeneratorConfig(256, channel_base=16384)) == "Make rosinality's Generator with channel_multiplier=1."
    assert "set channels to {4: 32, 8: 32, 16: 32, 32: 16}" in remark(TINY)
    assert "does not limit activations to 256" in remark(GeneratorConfig(256, conv_clamp=256))


@pytest.mark.parametrize(
    ("config", "name"), [(STYLEGAN1, "StyleGAN of 2019"), (R3GAN, "R3GAN"), (LUCIDRAINS, "StyleGAN2 of lucidrains")]
)
def test_a_family_that_nvidias_pytorch_code_lacks_is_named(config: GeneratorConfig, name: str, tmp_path: Path) -> None:
    said = refused(random_generator(config), tmp_path / "a.pt")
    assert f"NVIDIA's PyTorch code has no {name}" in said
    assert said.endswith("write it as .safetensors or .onnx.")


def test_every_family_has_nvidias_names_or_a_sentence() -> None:
    assert sorted([*nvidia_state.FAMILIES, *nvidia_state.NAMED]) == sorted(FAMILIES)


@pytest.mark.parametrize("config", [XL, R3GAN, LUCIDRAINS])
def test_safetensors_read_back_to_the_same_model(config: GeneratorConfig, tmp_path: Path) -> None:
    generator = random_generator(config)
    opened = checkpoint.load(written(generator, tmp_path / "a.safetensors"))
    assert (opened.hash, opened.config) == (generator.hash, generator.config)


@pytest.mark.parametrize("kind", ["nvidia", "rosinality"])
def test_maps_that_are_enlarged_otherwise_are_written_under_no_name_of_others(kind: str, tmp_path: Path) -> None:
    clean = random_generator(replace(TINY, upsampling="bilinear"))
    assert "enlarge maps as this model does (bilinear)" in refused(clean, tmp_path / "a.pt", kind)


def test_suffix_and_kind_say_what_is_written() -> None:
    assert [kind_of(f"a{suffix}") for suffix in (".safetensors", ".pt", ".ONNX")] == ["outis", "nvidia", "z"]
    assert kind_of("a.onnx", "ws") == "ws"
    with pytest.raises(ExportError, match=r"should end in one of \.safetensors, \.pt, \.onnx"):
        kind_of("a.pkl")
    with pytest.raises(ExportError, match=r"\.onnx file can be written as z or ws, not as rosinalty; did you mean"):
        kind_of("a.onnx", "rosinalty")


def test_a_cancelled_conversion_leaves_nothing(tmp_path: Path, tiny: Generator) -> None:
    job = converting(tiny, tmp_path / "a.pt")
    next(job)
    next(job)
    job.close()
    assert not list(tmp_path.iterdir())


def test_without_the_extra_a_sentence_says_how_to_install_it(
    tmp_path: Path, tiny: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.checkpoint.onnx_file.find_spec", lambda name: None)
    assert 'pip install "outis[onnx]"' in refused(tiny, tmp_path / "a.onnx")


needs_onnx = pytest.mark.skipif(bool(why_not()), reason=why_not())


def drawn_by_onnxruntime(path: Path, **inputs: Tensor) -> dict[str, Tensor]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    values = session.run(names, {name: value.numpy() for name, value in inputs.items()})
    return {name: torch.from_numpy(np.asarray(value)) for name, value in zip(names, values, strict=True)}


@needs_onnx
@pytest.mark.parametrize(
    "name", ["stylegan2", "stylegan2-wide-rgba", "stylegan3-r", "stylegan_xl", "stylegan1", "r3gan", "lucidrains"]
)
def test_a_graph_draws_the_picture_of_the_network(name: str, tmp_path: Path) -> None:
    config = {**CONFIGS, "stylegan1": STYLEGAN1, "r3gan": R3GAN, "lucidrains": LUCIDRAINS}[name]
    generator, random = random_generator(config), torch.Generator().manual_seed(5)
    z = torch.randn(1, config.z_dim, generator=random)
    c = torch.eye(config.c_dim)[1:2] if config.c_dim else None
    inputs = {"z": z, **({"psi": torch.tensor(0.3)} if config.has_w else {}), **({} if c is None else {"c": c})}
    path = written(generator, tmp_path / "a.onnx")
    drawn = drawn_by_onnxruntime(path, **inputs)
    w = generator.mapping(z, c)
    average = generator.class_average(1)
    w = average + 0.3 * (w - average) if config.has_w else w
    ws = w[:, None].repeat(1, config.num_ws, 1)
    assert drawn["image"].shape == (1, config.img_channels, *config.image_size)
    assert torch.allclose(drawn["ws"], ws, atol=1e-5)
    assert torch.allclose(drawn["image"], generator.synthesis(ws), atol=1e-3)
    if name == "stylegan_xl":  # without a class it draws class 0, truncated towards the mean of that
        first, none = (torch.eye(1, config.c_dim) * given for given in (1, 0))
        assert torch.equal(*(drawn_by_onnxruntime(path, **inputs | {"c": c})["ws"] for c in (first, none)))


@needs_onnx
def test_a_graph_of_styles_takes_w_plus_and_the_transform_of_stylegan3(tmp_path: Path) -> None:
    generator = random_generator(CONFIGS["stylegan3-t"])
    ws = torch.randn(1, generator.config.num_ws, 16, generator=torch.Generator().manual_seed(5))
    transform = torch.tensor([[1.0, 0.0, 0.2], [0.0, 1.0, -0.1], [0.0, 0.0, 1.0]])
    drawn = drawn_by_onnxruntime(written(generator, tmp_path / "a.onnx", "ws"), ws=ws, transform=transform)
    assert torch.allclose(drawn["image"], generator.synthesis(ws, transform=transform), atol=1e-3)


@needs_onnx
def test_making_a_graph_can_be_cancelled_between_its_steps(tmp_path: Path, tiny: Generator) -> None:
    job = converting(tiny, tmp_path / "a.onnx")
    assert [next(job).text for _ in range(3)][1:] == ["Recording the network", "Making the graph"]
    job.close()
    assert not list(tmp_path.iterdir())


@needs_onnx
def test_a_graph_says_whose_model_it_is_and_what_its_inputs_mean(tmp_path: Path) -> None:
    import onnx

    path, generator = tmp_path / "a.onnx", random_generator(GeneratorConfig(8, **SMALL))
    finish(converting(generator, path, source="Converted from a.pkl."))
    model = onnx.load(path)
    onnx.checker.check_model(model)
    assert [(imported.domain, imported.version) for imported in model.opset_import] == [("", 17)]
    assert {entry.key: entry.value for entry in model.metadata_props}["hash"] == generator.hash
    assert model.doc_string == "Converted from a.pkl."
    assert [value.doc_string for value in model.graph.input] == [
        "latent, standard normal noise",
        "truncation: 1 = none, 0 = the average",
    ]


@needs_onnx
def test_a_graph_that_draws_something_else_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.checkpoint.onnx_file.TOLERANCE", -1.0)
    assert "draws another picture" in refused(random_generator(R3GAN), tmp_path / "a.onnx")
