"""Classes of a data set: from `dataset.json` in folders and zips, from sub-folders, and from files that lie."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.cli import main
from generator.errors import DatasetError
from generator.progress import finish
from generator.training.data import DataOptions, ImageSet, PreparationReport, preparing
from generator.training.data.collection import Item
from generator.training.data.labels import labelled
from tests.generator.training.test_dataset import picture

FILES = ("cats/a.png", "cats/b.png", "dogs/c.png")
KEEP = DataOptions(size=8, alike=None)
FOLDERS = DataOptions(size=8, alike=None, classes="folders")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three pictures in two folders."""
    for seed, name in enumerate(FILES):
        path = tmp_path / "pets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(seed, 16, 16).save(path)
    return tmp_path / "pets"


def note(source: Path, values: Any) -> None:
    (source / "dataset.json").write_text(json.dumps(values))


def prepare(source: Path, options: DataOptions = KEEP) -> tuple[ImageSet, PreparationReport]:
    out = source.parent / "out"
    report = finish(preparing(source, out, options))
    return ImageSet.open(out), report


def test_labels_of_a_folder_and_of_a_zip_of_it_are_kept(source: Path) -> None:
    note(source, {"labels": [[name, label] for name, label in zip(FILES, (2, 0, 1), strict=True)]})
    zipped = Path(shutil.make_archive(str(source), "zip", source))
    deeper = Path(shutil.make_archive(str(source.parent / "deep" / "pets"), "zip", source.parent, "pets"))
    for each in (source, zipped, deeper):
        images, report = prepare(each)
        assert (images.classes, images.class_names, report.drops) == (3, (), ())
        assert images.labels().tolist() == [2, 0, 1]


def test_other_classes_of_the_same_pictures_make_another_data_set(source: Path) -> None:
    prints = set()
    for labels in (None, [[name, 0] for name in FILES], [[name, 1] for name in FILES]):
        note(source, {"labels": labels})
        prints.add(prepare(source)[0].fingerprint)
    assert len(prints) == 3


def test_names_of_classes_come_along(source: Path) -> None:
    labels = [[name, index % 2] for index, name in enumerate(FILES)]
    note(source, {"labels": labels, "class_names": ["cat", "dog", "no such pet"]})
    images, _ = prepare(source)
    assert (images.classes, images.class_names) == (3, ("cat", "dog", "no such pet"))


def test_folders_are_classes_where_that_is_asked_for(source: Path) -> None:
    picture(9, 16, 16).save(source / "neither.png")
    images, report = prepare(source, FOLDERS)
    assert (images.class_names, images.labels().tolist()) == (("cats", "dogs"), [0, 0, 1])
    assert [(drop.name, drop.reason) for drop in report.drops] == [("neither.png", "no class")]
    assert prepare(source)[0].classes == 0


def test_a_picture_without_a_label_is_dropped_for_that_reason(source: Path) -> None:
    note(source, {"labels": [[FILES[0], 0], [FILES[2], 1], ["gone.png", 1]]})
    images, report = prepare(source)
    assert images.labels().tolist() == [0, 1]
    assert [(drop.name, drop.reason) for drop in report.drops] == [(FILES[1], "no class")]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"labels": [[FILES[0], [0, 1]]]}, "has a vector as the class of cats/a.png"),
        ({"labels": [[FILES[0], 1.5]]}, "where a file and the number"),
        ({"labels": [[FILES[0], -1]]}, "where a file and the number"),
        ({"labels": [[FILES[0], True]]}, "where a file and the number"),
        ({"labels": [[FILES[0], 65_536]]}, "where a file and the number"),
        ({"labels": [[[[]]]]}, "where a file and the number"),
        ({"labels": [[FILES[0], 0], [FILES[0], 1]]}, "two classes for cats/a.png"),
        ({"labels": {"cats/a.png": 0}}, "no list of"),
        ([[[[]]]], "not an object"),
        ({"labels": [[FILES[0], 3]], "class_names": ["a"]}, "1 names for 4 classes"),
        ({"labels": [[FILES[0], 0]], "class_names": 7}, "no list of names"),
    ],
)
def test_labels_that_mean_nothing_are_one_sentence_and_write_nothing(source: Path, values: Any, words: str) -> None:
    note(source, values)
    with pytest.raises(DatasetError, match=words):
        prepare(source)
    assert not (source.parent / "out").exists()
    assert prepare(source, DataOptions(size=8, classes="none"))[0].classes == 0


@given(st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda kind: st.lists(kind, max_size=3)))
def test_no_labels_give_anything_but_classes_or_one_sentence(labels: Any) -> None:
    items = [Item("a.png", bytes), Item("dataset.json", lambda: json.dumps({"labels": labels}).encode())]
    try:
        images, found = labelled(items, KEEP)
    except DatasetError:
        return
    assert [item.name for item in images] == ["a.png"]
    assert found.classes <= 65_536


@pytest.mark.parametrize(
    ("labels", "words"),
    [([0, 9, 1], "classes other than 0 to 1"), ([0, 1], "has changed"), ([0.0, 1, 1], "has changed")],
)
def test_labels_that_were_changed_since_are_refused(source: Path, labels: list[float], words: str) -> None:
    prepare(source, FOLDERS)
    np.save(source.parent / "out" / "labels.npy", np.array(labels, np.int32 if type(labels[0]) is int else np.float64))
    with pytest.raises(DatasetError, match=words):
        ImageSet.open(source.parent / "out")


def test_the_command_tells_the_classes(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (source.parent / "names.txt").write_text("Katze\nHund")
    asked = ["dataset", str(source), str(source.parent / "out"), "--size", "8", "--classes-from-folders"]
    assert main([*asked, "--class-names", str(source.parent / "names.txt")]) == 0
    assert "2 classes: 0 Katze (2), 1 Hund (1)" in capsys.readouterr().out
    (source.parent / "names.txt").write_text("Katze")
    assert main([*asked, "--class-names", str(source.parent / "names.txt")]) == 1
    assert "1 names for 2 classes" in capsys.readouterr().err
