"""What the command line answers to mistakes: one sentence, the closest name, and where the help is."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli import main
from generator.errors import did_you_mean


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["rendr", "--seeds", "1"], "There is no command 'rendr'; did you mean render? See `outis --help`."),
        (["--verison"], "There is no option --verison; did you mean --version? See `outis --help`."),
        (["--devise", "cpu"], "There is no option --devise; did you mean --device? See `outis --help`."),
        (
            ["render", "--seed", "1", "--outt", "a.png"],
            "There is no option --outt; did you mean --out? See `outis render --help`.",
        ),
        (
            ["render", "--seeds", "1", "--noize=none", "--out", "a.png"],
            "There is no option --noize; did you mean --noise? See `outis render --help`.",
        ),
        (["pca", "--xyzzy"], "There is no option --xyzzy. See `outis pca --help`."),
        (
            ["catalogue", "lst"],
            "'lst' is not a command of `outis catalogue`; did you mean list? See `outis catalogue --help`.",
        ),
        (["catalogue"], "COMMAND is missing. See `outis catalogue --help`."),
        (["info"], "FILE is missing. See `outis info --help`."),
        (["convert"], "MODEL, OUT are missing. See `outis convert --help`."),
        (["info", "a", "b"], "'b' is one argument too many. See `outis info --help`."),
        (["render", "--seeds", "1", "--size"], "--size needs a value. See `outis render --help`."),
        (["render", "--seeds", "1", "--noise=--"], "--noise=-- has no value. See `outis render --help`."),
        (
            ["render", "--noise", "randon", "--out", "a.png"],
            "--noise: 'randon' is not one of its values; did you mean random? See `outis render --help`.",
        ),
        (
            ["render", "--precision", "?", "--out", "a.png"],
            "--precision: '?' is not one of its values; choose from exact, live. See `outis render --help`.",
        ),
        (
            ["evaluate", "m", "d", "--samples", "many"],
            "--samples: 'many' is not a whole number. See `outis evaluate --help`.",
        ),
        (["evaluate", "m", "d", "--psi", "x"], "--psi: 'x' is not a number. See `outis evaluate --help`."),
        (["bench", "--json=1"], "--json takes no value. See `outis bench --help`."),
        (
            ["dataset", "a", "b", "--align", "--crop", "1,2,3"],
            "--crop and --align cannot be combined. See `outis dataset --help`.",
        ),
        (["render", "--out", "a.png"], "Which faces? Give --seeds 1,5-9 or --recipe FILE. See `outis render --help`."),
        (
            ["train", "d", "r", "--at", "3"],
            "--at is only for --resume RUN; leave it out. See `outis train --help`.",
        ),
    ],
)
def test_wrong_usage_is_one_line_with_the_closest_name_and_the_hint_of_help(
    command: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    assert capsys.readouterr() == ("", f"outis: {sentence}\n")


@pytest.mark.parametrize(
    "command",
    [
        ["render", "--se\x1b[2Jeds", "1"],
        ["info", "a", "b\noutis: all is well"],
        ["catalogue", "li\u202est"],
        ["render", "--noise", "\x1b]0;x\x07", "--out", "a"],
        ["render", "--seeds", "\udcff", "--out", "a"],
        ["render", "--seeds", "1", "--out", "a.\ngif"],
        ["ren\x1bder", "--seeds"],
        ["m" * 100_000, "--seeds"],
        ["m\0", "--seeds"],
        ["info", "a" * 1_000_000, "b" * 1_000_000],
    ],
)
def test_no_argument_acts_upon_the_terminal(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    stderr = capsys.readouterr().err
    assert stderr.startswith("outis: ")
    assert (stderr.count("\n"), stderr[-1]) == (1, "\n")
    assert stderr[:-1].isprintable()
    assert len(stderr) < 3000
    stderr.encode()


def test_a_mistyped_command_alone_is_suggested(capsys: pytest.CaptureFixture[str], monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["rendr"]) == 1
    assert "'rendr', and no command of that name; did you mean render?\n" in capsys.readouterr().err


def test_a_file_that_is_nearly_named_like_a_command_is_a_model(capsys, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rendr").write_text("a model")
    assert main(["rendr", "--seeds", "1"]) == 2
    assert "There is no option --seeds" in capsys.readouterr().err


def test_a_mistyped_direction_is_suggested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--seeds", "1", "--device", "cpu", "--out", str(tmp_path / "a.png")]
    assert main(["render", "--direction", "smiel=1", *options]) == 1
    assert capsys.readouterr().err == "outis: This model has no direction 'smiel'; did you mean smile?\n"


@pytest.mark.parametrize("command", [["catalogue", "get", "stylegan2-cat-conf-f"], ["info", "stylegan2-cat-conf-f"]])
def test_a_mistyped_model_of_the_catalogue_is_suggested(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 1
    stderr = capsys.readouterr().err
    assert stderr.endswith("; did you mean stylegan2-cat-config-f?\n")
    assert stderr.count("\n") == 1


def test_did_you_mean_ignores_case_and_suggests_nothing_far() -> None:
    assert did_you_mean("AGE", ["age", "yaw"]) == "; did you mean age?"
    assert did_you_mean("wisdom", ["age", "yaw"]) == ""
    assert did_you_mean("", []) == ""
