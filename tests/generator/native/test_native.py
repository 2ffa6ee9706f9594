"""Native programs draw what torch's operators draw, on every kind of processor that they are written for."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from llvmlite import binding
from torch import Tensor

from generator import native as programs
from generator.native import code, minimal, target
from generator.native.target import Target, Targets
from generator.networks import ops
from generator.render.cpu.native import NativeLayer, NativeToRGB, SmallLayer, UpLayer, WinogradLayer
from generator.render.cpu.threads import ThreadPool
from tests.support.effort import tries
from tests.support.native_cases import Case, Shape
from tests.support.native_fixtures import AVX2, NARROW, NEON, TARGETS, WIDE

LAYERS = (programs.taps.doubling, programs.taps.same_size, programs.winograd.convolution)
pytestmark = pytest.mark.usefixtures("no_gradients", "two_threads")


CASES: list[Shape] = [  # kind, maps in and out, size, samples
    (WinogradLayer, 32, 64, (16, 16), 1),
    (WinogradLayer, 16, 64, (20, 12), 3),
    (WinogradLayer, 64, 64, (64, 64), 2),
    (UpLayer, 32, 64, (4, 4), 2),
    (UpLayer, 64, 128, (8, 8), 1),
    (UpLayer, 16, 64, (5, 12), 3),
    (UpLayer, 16, 64, (6, 300), 1),
    (UpLayer, 32, 64, (64, 64), 1),
    (SmallLayer, 32, 64, (4, 4), 3),
    (SmallLayer, 64, 64, (8, 8), 1),
    (SmallLayer, 16, 64, (3, 200), 2),
]


@pytest.mark.parametrize("shape", CASES)
def test_layers_draw_what_torch_draws(
    processor: Target,
    shape: Shape,
) -> None:
    case = Case(*shape)
    for clamp in (None, 0.5):
        layer = case.layer(processor, clamp)
        for noise in (None, case.noise[:1], case.noise):  # none, one for all samples, one each
            drawn = case.draw(layer, noise)
            torch.testing.assert_close(drawn, case.expected(noise, clamp), atol=2e-4, rtol=1e-4)
            assert drawn.is_contiguous(memory_format=torch.channels_last)


sizes = st.integers(1, 9)


@settings(max_examples=tries(25))
@given(
    kind=st.sampled_from([WinogradLayer, UpLayer, SmallLayer]),
    processor=st.sampled_from(list(TARGETS.values())),
    ins=st.integers(1, 4),
    outs=st.integers(1, 3),
    size=st.tuples(sizes, sizes),
    samples=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_any_size_of_a_layer_is_torchs(
    kind: type[NativeLayer],
    processor: Target,
    ins: int,
    outs: int,
    size: tuple[int, int],
    samples: int,
    seed: int,
) -> None:
    unit = 4 if kind is WinogradLayer else 1
    pixels = size[0] * unit, size[1] * unit
    case = Case(kind, ins * processor.lanes, outs * processor.columns, pixels, samples, seed)
    drawn = case.draw(case.layer(processor), case.noise)
    torch.testing.assert_close(drawn, case.expected(case.noise, None), atol=2e-4, rtol=1e-4)


HALF = 2**-8  # of a number, by which a bfloat16 may differ from it


def rounded(values: Tensor) -> Tensor:
    """To bfloat16 and back."""
    return values.bfloat16().float()


B_T = torch.tensor(
    [
        [4.0, 0.0, -5.0, 0.0, 1.0, 0.0],
        [0.0, -4.0, -4.0, 1.0, 1.0, 0.0],
        [0.0, 4.0, -4.0, -1.0, 1.0, 0.0],
        [0.0, -2.0, -1.0, 2.0, 1.0, 0.0],
        [0.0, 2.0, -1.0, -2.0, 1.0, 0.0],
        [0.0, 4.0, 0.0, -5.0, 0.0, 1.0],
    ]
)
A_T = torch.tensor(
    [
        [1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        [0.0, 1.0, -1.0, 2.0, -2.0, 0.0],
        [0.0, 1.0, 1.0, 4.0, 4.0, 0.0],
        [0.0, 1.0, -1.0, 8.0, -8.0, 1.0],
    ]
)


def winograd_in_halves(x: Tensor, weight: Tensor) -> Tensor:
    """The convolution as Lavin and Gray give it, its transformed tiles and weights rounded."""
    tiles = F.pad(x, (1, 1, 1, 1)).unfold(2, 6, 4).unfold(3, 6, 4)  # [N, I, rows, columns, 6, 6]
    g = torch.tensor(minimal.F4.weight)
    products = torch.einsum("nirchw,oihw->norchw", rounded(B_T @ tiles @ B_T.t()), rounded(g @ weight @ g.t()))
    squares = A_T @ products @ A_T.t()
    return squares.permute(0, 1, 2, 4, 3, 5).reshape(len(x), len(weight), *x.shape[2:])


@pytest.fixture(scope="module", params=["as here", "without the instructions"])
def instructions(request: pytest.FixtureRequest) -> Iterator[None]:
    """Programs written for a processor with those of this one, and with none for bfloat16."""
    with pytest.MonkeyPatch.context() as patched:
        if request.param != "as here":
            patched.setattr(code, "multiplies_halves", lambda: False)
        forget_programs()
        yield
    forget_programs()


def forget_programs() -> None:
    for program in LAYERS:
        program.cache_clear()


@pytest.mark.usefixtures("instructions")
@pytest.mark.parametrize("processor", target.AVX512_HALVES)
@pytest.mark.parametrize("shape", CASES)
def test_in_halves_factors_are_rounded_and_sums_are_not(
    processor: Target,
    shape: Shape,
) -> None:
    case = Case(*shape)
    case.x = rounded(case.x)
    drawn = case.draw(case.layer(processor), case.noise)
    assert drawn.dtype == torch.bfloat16
    assert (drawn - case.expected(case.noise, None)).abs().mean() > 1e-4
    case.x = case.x * case.styles[:, :, None, None]
    case.styles = torch.ones_like(case.styles)
    if shape[0] is WinogradLayer:
        sums = winograd_in_halves(case.x, case.weight) * case.norms[:, :, None, None]
        expected = F.leaky_relu(sums + case.bias[:, None, None] + case.noise, ops.LEAK)
        torch.testing.assert_close(drawn.float(), expected, atol=0.1, rtol=HALF)  # a factor in a thousand is too
        assert (drawn - rounded(expected)).abs().mean() < 1e-3
        return
    case.x, case.weight = rounded(case.x), rounded(case.weight)
    torch.testing.assert_close(drawn.float(), case.expected(case.noise, None), atol=2e-4, rtol=HALF)


@pytest.mark.usefixtures("instructions")
@pytest.mark.parametrize(("value", "expected"), [(1 + 2**-8, 1.0), (1 + 3 * 2**-8, 1 + 2**-6), (1.005, 1 + 2**-7)])
def test_halves_are_rounded_to_the_nearest_and_ties_to_even(value: float, expected: float) -> None:
    case = Case(SmallLayer, 16, 32, (4, 4), 1)
    case.x.fill_(value)
    case.styles.fill_(1)
    case.norms.fill_(1)
    case.bias.zero_()
    case.weight.zero_()
    case.weight[:, 3, 1, 1] = 1
    assert torch.equal(case.draw(case.layer(target.AVX512_HALVES[1])), torch.full((1, 32, 4, 4), expected).bfloat16())


@pytest.mark.parametrize("processor", target.AVX512_HALVES)
@pytest.mark.parametrize("cpu", ["znver4", "sapphirerapids"])
def test_processors_that_multiply_halves_do(processor: Target, cpu: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "multiplies_halves", lambda: True)
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    machine = binding.Target.from_triple("x86_64-unknown-linux-gnu").create_target_machine(cpu=cpu)
    for program in LAYERS:
        module = binding.parse_assembly(str(program.__wrapped__(processor)._module()))
        text = machine.emit_assembly(module)
        assert text.count("vdpbf16ps") == 4 * processor.rows * processor.vectors
        assert "call" not in text


@pytest.mark.parametrize("shape", CASES)
def test_bytes_depend_neither_on_threads_nor_on_what_lay_in_memory(
    processor: Target,
    shape: Shape,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = Case(*shape)
    layer = case.layer(processor)
    expected = case.draw(layer, case.noise)
    for count in (1, 2, 3, 7):
        monkeypatch.setattr(torch, "get_num_threads", lambda count=count: count)
        layer = case.layer(processor)
        case.draw(layer)
        layer._team._scratch.fill_(torch.nan)
        assert torch.equal(case.draw(layer, case.noise, torch.full_like(expected, torch.nan)), expected)


def test_a_result_that_is_needed_no_more_is_written_over() -> None:
    case = Case(SmallLayer, 16, 32, (8, 8), 1)
    layer = case.layer(AVX2)
    spare, other = case.draw(layer), torch.empty(1, 32, 16, 16)
    assert case.draw(layer, case.noise, spare) is spare
    assert case.draw(layer, case.noise, other) is not other


@pytest.mark.parametrize("kind", [WinogradLayer, UpLayer, SmallLayer])
@pytest.mark.parametrize("clamp", [None, 1.0])
@pytest.mark.parametrize("bits", [0x7FC00000, 0x7FFFFFFF, -1])
@pytest.mark.parametrize("processor", [AVX2, target.AVX512_HALVES[1]])
def test_what_is_not_a_number_stays_none(
    kind: type[NativeLayer], clamp: float | None, bits: int, processor: Target
) -> None:
    case = Case(kind, 16, 32, (8, 8), 1)
    case.x[0, 3, 2, 2] = torch.tensor(bits, dtype=torch.int32).view(torch.float32)
    drawn = case.draw(case.layer(processor, clamp), case.noise)
    wrong = case.expected(case.noise, clamp).isnan()
    assert drawn[wrong].isnan().all()
    assert wrong.any()


def test_work_holds_the_code_that_it_runs() -> None:
    case = Case(SmallLayer, 16, 32, (8, 8), 1)
    layer = case.layer(AVX2)
    expected = case.draw(layer)
    alone = weakref.ref(programs.taps.same_size(AVX2))
    programs.taps.same_size.cache_clear()
    gc.collect()
    assert alone() is not None
    assert torch.equal(case.draw(layer), expected)


@pytest.mark.parametrize("ins", [16, 48])
@pytest.mark.parametrize(("size", "samples", "colours"), [((4, 4), 3, 3), ((20, 8), 1, 1), ((64, 128), 2, 4)])
@pytest.mark.parametrize("has_before", [True, False])
@pytest.mark.parametrize("clamp", [None, 0.5])
@pytest.mark.parametrize("processor", [*TARGETS.values(), target.AVX512_HALVES[0]])
def test_colours_are_added_to_the_image_before(
    processor: Target,
    ins: int,
    size: tuple[int, int],
    samples: int,
    colours: int,
    has_before: bool,
    clamp: float | None,
) -> None:
    random, (height, width) = torch.Generator().manual_seed(0), size
    x = rounded(torch.randn(samples, ins, height, width, generator=random))
    x = x.contiguous(memory_format=torch.channels_last)
    weight, bias = torch.randn(colours, ins, generator=random) / ins**0.5, torch.randn(colours, generator=random)
    styles = torch.randn(samples, ins, generator=random)
    before = torch.randn(samples, colours, height // 2, width // 2, generator=random)
    expected = torch.einsum("nihw,ci,ni->nchw", x, weight, styles) + bias[:, None, None]
    expected = expected if clamp is None else expected.clamp(-clamp, clamp)
    layer = NativeToRGB(weight, bias, clamp, processor, ThreadPool())
    drawn = layer(x.to(layer.dtype), styles, before if has_before else None)
    layer._team.finish()
    torch.testing.assert_close(drawn, expected + ops.upsample(before) if has_before else expected)
    x[0, 1, 2, 3] = torch.nan
    drawn = layer(x.to(layer.dtype), styles, None)
    layer._team.finish()
    assert drawn[0, :, 2, 3].isnan().all()


@pytest.mark.parametrize(
    ("features", "ins", "outs", "expected"),
    [
        (target.AVX512, 16, 64, WIDE),
        (target.AVX512, 16, 96, NARROW),
        (target.AVX512, 16, 16, None),
        (target.AVX512, 8, 64, None),
        (target.AVX2, 8, 16, AVX2),
        (target.NEON, 4, 16, NEON),
        ((), 64, 64, None),
    ],
)
def test_only_channels_in_whole_vectors_and_blocks_have_a_program(
    features: tuple[Target, ...], ins: int, outs: int, expected: Target | None
) -> None:
    here = Targets(features)
    assert here.fitting(ins, outs, halves=False) == here.fitting(ins, outs, halves=True) == expected
    if features == target.AVX512:
        with_halves = Targets(features, target.AVX512_HALVES)
        assert with_halves.fitting(ins, outs, halves=False) == expected
        in_bf16 = with_halves.fitting(ins, outs, halves=True)
        assert in_bf16 == (expected and replace(expected, halves=True))


@pytest.mark.parametrize(
    ("machine", "features", "expected"),
    [
        ("x86_64", {"avx2": True, "fma": True, "avx512f": True, "avx512vl": True}, target.AVX512),
        ("AMD64", {"avx2": True, "fma": True, "avx512f": True}, target.AVX2),
        ("x86_64", {"avx2": True}, ()),
        ("arm64", {"neon": True}, target.NEON),
        ("aarch64", {}, target.NEON),
        ("riscv64", {}, ()),
    ],
)
def test_the_targets_are_what_the_processor_has(
    machine: str, features: dict[str, bool], expected: tuple[Target, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target.platform, "machine", lambda: machine)
    monkeypatch.setattr(target.binding, "get_host_cpu_features", lambda: features)
    assert target._found.__wrapped__().exact == expected


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ({"avx2": True, "fma": True, "avx512f": True, "avx512vl": True, "avx512bf16": True}, target.AVX512_HALVES),
        ({"avx2": True, "fma": True, "avx512f": True, "avx512vl": True}, ()),
        ({"avx2": True, "fma": True}, ()),
    ],
)
def test_halves_are_for_processors_that_multiply_them(
    features: dict[str, bool], expected: tuple[Target, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(target.binding, "get_host_cpu_features", lambda: features)
    assert target._found.__wrapped__().halves == expected
