"""The manifest of a data set: either whole or refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import DatasetError
from generator.training.data.manifest import Manifest

VALID = {"format": "outis image set", "version": 1, "name": "n", "count": 2, "resolutions": [4, 8], "found": 3}
VALID |= {"fingerprint": "0" * 64, "sources": ["a", "b"], "dropped": {}, "options": {}}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(VALID)), json_values)
def test_a_manifest_is_either_whole_or_refused(key: str, value: object) -> None:
    try:
        manifest = Manifest.from_json(json.dumps({**VALID, key: value}))
    except DatasetError:
        return
    assert manifest.count == len(manifest.sources) >= 1
    assert Manifest.from_json(manifest.to_json()) == manifest


@given(st.text(max_size=50) | st.integers(0, 400).map(lambda end: json.dumps(VALID)[:end]))
def test_a_manifest_that_is_no_json_or_cut_off_is_refused(text: str) -> None:
    if text != json.dumps(VALID):
        with pytest.raises(DatasetError):
            Manifest.from_json(text)
