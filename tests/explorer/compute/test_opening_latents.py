"""Opening files of bare numbers: what is certain opens, what is not is asked with a picture of each reading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.compute.jobs import DrawLatents, LoadModel, ModelFound, Partial, ReadDirections, ReadFile, latents
from explorer.compute.model_host import ModelHost
from explorer.messages import IN_Z, DirectionsFound, LatentDrawn, LatentOption, LatentsFound
from generator.directions.fitted import drawn
from generator.errors import LatentError
from generator.formats.open_face import Opened
from generator.progress import finish
from generator.recipe.recipe import Floats, LatentSource, SeedSource
from tests.support.latent_files import npy, pkl, unit
from tests.support.models import TINY, random_generator, save_generator


@pytest.fixture(scope="module")
def host(tiny_checkpoint: Path) -> ModelHost:
    made = ModelHost()
    finish(LoadModel(str(tiny_checkpoint), "cpu").run(made))
    return made


@pytest.fixture(scope="module")
def w(host: ModelHost) -> Floats:
    return drawn(host.engine.mapping, host.facts.config, 20)


def read(path: Path, host: ModelHost) -> object:
    return finish(ReadFile(str(path)).run(host))


def test_one_w_of_the_model_opens_without_a_question(host: ModelHost, w: Floats, tmp_path: Path) -> None:
    found = read(npy(tmp_path / "w.npy", np.repeat(w[:1], host.facts.config.num_ws, 0)), host)
    assert isinstance(found, Opened)
    assert isinstance(found.recipe.source, LatentSource)
    assert found.recipe.source.space == "w+"


def test_several_faces_are_asked_about_and_drawn_one_by_one(host: ModelHost, w: Floats, tmp_path: Path) -> None:
    rows = host.facts.config.num_ws
    found = read(pkl(tmp_path / "faces.pkl", {f"{n}.jpg": np.repeat(w[n : n + 1], rows, 0) for n in range(3)}), host)
    assert isinstance(found, LatentsFound)
    assert [(one.kind, one.names, len(one.faces)) for one in found.options] == [("w+", ("0.jpg", "1.jpg", "2.jpg"), 3)]
    drawn_ones = [part.value for part in DrawLatents(found).run(host) if isinstance(part, Partial)]
    assert [(one.option, one.number) for one in drawn_ones] == [(0, 0), (0, 1), (0, 2)]
    assert all(isinstance(one, LatentDrawn) and one.found is found for one in drawn_ones)
    assert len({one.pixels.tobytes() for one in drawn_ones}) == 3


def test_projected_photographs_bring_their_noise_as_far_as_it_is_not_too_much(
    host: ModelHost, w: Floats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host.facts.config
    latent = torch.tensor(w[:1]).repeat(config.num_ws, 1)
    noises = [[torch.full((1, 1, *size), 0.5 * n) for size in config.noise_sizes] for n in range(3)]
    torch.save({f"{n}.jpg": {"latent": latent, "noise": noises[n]} for n in range(3)}, tmp_path / "p.pt")
    found = read(tmp_path / "p.pt", host)
    assert isinstance(found, LatentsFound)
    faces = found.options[0].faces
    assert [face.noise.stored.images[0][0, 0] for face in faces if face.noise.stored] == [0, 0.5, 1]
    assert "brings the noise" in found.note
    pictures = {part.value.pixels.tobytes() for part in DrawLatents(found).run(host) if isinstance(part, Partial)}
    assert len(pictures) == 3
    stored = faces[0].noise.stored
    assert stored is not None
    monkeypatch.setattr(latents, "MOST_NOISE", 2 * len(stored.data))
    found = read(tmp_path / "p.pt", host)
    assert isinstance(found, LatentsFound)
    assert [face.noise.mode for face in found.options[0].faces] == ["stored", "stored", "const"]
    assert "The noises of 1 of its faces are left out." in found.note


def test_rows_as_short_as_those_of_a_direction_are_asked_about_with_both_pictures(
    host: ModelHost, tmp_path: Path
) -> None:
    rows, width = host.facts.config.num_ws, host.facts.config.w_dim
    found = read(npy(tmp_path / "age.npy", np.repeat(unit(1, width), rows, 0)), host)
    assert isinstance(found, LatentsFound)
    assert [(one.kind, len(one.faces)) for one in found.options] == [("direction", 2), ("w+", 1)]
    assert len([part for part in DrawLatents(found).run(host) if isinstance(part, Partial)]) == 3


def test_a_direction_that_is_nothing_else_is_found_as_one(host: ModelHost, tmp_path: Path) -> None:
    torch.save(torch.tensor(unit(1, host.facts.config.w_dim)), tmp_path / "age_w_boundary.pt")
    assert isinstance(read(tmp_path / "age_w_boundary.pt", host), DirectionsFound)


@pytest.mark.parametrize("name", ["age.npy", "stylegan_ffhq_age_boundary.npy"])
def test_a_direction_in_w_or_in_z_is_asked_about_with_a_face_on_both_sides_in_either(
    name: str, host: ModelHost, tmp_path: Path
) -> None:
    """A name of InterFaceGAN without `_w_` says Z, and is no less a question: the studio has read it as W."""
    row = unit(1, host.facts.config.w_dim, seed=3)
    path = npy(tmp_path / name, row)
    for task in (ReadFile(str(path)), ReadDirections(str(path))):
        found = finish(task.run(host))
        assert isinstance(found, LatentsFound)
        assert [(one.kind, one.names) for one in found.options] == [("direction", ("-3", "+3")), (IN_Z, ("-3", "+3"))]
    in_w, in_z = ([face.source for face in option.faces] for option in found.options)
    assert all(isinstance(source, SeedSource) for source in in_w)
    apart = in_z[1].array - in_z[0].array
    assert np.allclose(apart, 6 * row, atol=1e-5)
    pictures = [part.value.pixels for part in DrawLatents(found).run(host) if isinstance(part, Partial)]
    assert len({picture.tobytes() for picture in pictures}) == 4
    assert isinstance(finish(ReadDirections(str(path), in_w=True).run(host)), DirectionsFound)


def test_a_model_whose_z_is_of_another_size_is_not_asked_about_it(tmp_path: Path) -> None:
    other = random_generator(replace(TINY, z_dim=16))
    host = ModelHost()
    finish(LoadModel(str(save_generator(other, tmp_path / "a.safetensors")), "cpu").run(host))
    path = npy(tmp_path / "age.npy", unit(1, TINY.w_dim))
    assert isinstance(finish(ReadDirections(str(path)).run(host)), DirectionsFound)


def test_several_latents_of_another_model_are_refused_with_both_shapes(host: ModelHost, tmp_path: Path) -> None:
    with pytest.raises(LatentError, match=r"holds 2 latents \[18, 512\], but the open model takes"):
        read(npy(tmp_path / "faces.npy", 9 * unit(2, 18, 512)), host)


def test_a_pickle_of_arrays_is_no_model_and_one_without_any_is_left_to_its_reader(
    host: ModelHost, w: Floats, tmp_path: Path
) -> None:
    assert not isinstance(read(pkl(tmp_path / "w.pkl", {"w": w[:1]}), host), ModelFound)
    assert isinstance(read(pkl(tmp_path / "words.pkl", {"Latent": "none"}), host), ModelFound)


def test_nothing_is_drawn_of_a_file_that_another_model_was_asked_about(host: ModelHost, tmp_path: Path) -> None:
    found = LatentsFound("a.npy", "b" * 64, read_options(host, tmp_path))
    assert not [part for part in DrawLatents(found).run(host) if isinstance(part, Partial)]


def read_options(host: ModelHost, tmp_path: Path) -> tuple[LatentOption, ...]:
    rows, width = host.facts.config.num_ws, host.facts.config.w_dim
    found = read(npy(tmp_path / "age.npy", np.repeat(unit(1, width), rows, 0)), host)
    assert isinstance(found, LatentsFound)
    return found.options
