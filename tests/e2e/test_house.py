"""Rules of the house that only a fresh interpreter or the whole checkout can show."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch

from explorer.cli import COMMANDS, command_parser

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def loaded_after(statements: str) -> set[str]:
    """Names of the modules in a fresh interpreter after `statements`."""
    code = f"import sys\n{statements}\nprint('LOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split("LOADED", 1)[1].split())


def test_generator_and_all_its_modules_leave_qt_and_the_explorer_alone() -> None:
    modules = loaded_after(
        "import importlib, pkgutil, generator\n"
        "for m in pkgutil.walk_packages(generator.__path__, 'generator.'): importlib.import_module(m.name)"
    )
    assert "generator.render.engine" in modules
    assert not {name for name in modules if name.split(".")[0] in ("PySide6", "pyqtgraph", "explorer")}


def test_the_generator_package_alone_loads_nothing_heavy() -> None:
    assert not {"torch", "numpy", "PIL"} & loaded_after("import generator")


def test_help_answers_without_torch_and_qt() -> None:
    modules = loaded_after("from explorer.cli import main\nassert main(['--help']) == 0")
    assert not {"torch", "PySide6"} & modules


def test_the_command_line_works_as_a_process_on_the_shipped_model(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; from explorer.cli import main; sys.exit(main())"]
    options = ["render", "--seeds", "85", "--device", "cpu", "--latents", "--out", str(tmp_path)]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["seed0085.npz", "seed0085.png"]


@pytest.mark.skipif(find_spec("hatchling") is None, reason="hatchling, which builds the wheel, is not installed")
def test_the_wheel_carries_the_model_and_everything_the_window_shows(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("weights", "resources"):
        here = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.*") if path.suffix != ".pyc"}
        assert here <= names
    assert {"weights/faces-256.safetensors", "weights/faces/LICENSE"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, Any] = {}
    monkeypatch.chdir(tmp_path)
    exec(code, names)  # here rather than in a process of its own, which would import torch once more
    assert names["images"].shape == (4, 3, 256, 256)
    assert names["images"].dtype == torch.float32
    assert (tmp_path / "face.png").exists()


def test_the_readme_shows_only_commands_and_options_that_exist() -> None:
    parser = command_parser()
    lines = re.findall(r"^outis (.*)$", README, re.MULTILINE)
    assert len(lines) >= 5
    for line in lines:
        assert shlex.split(line)[0] in COMMANDS
        parser.parse_args(shlex.split(line))
