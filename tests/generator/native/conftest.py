"""The kind of processor that a program is written for."""

from __future__ import annotations

import pytest

from generator.native.target import Target
from tests.support.native_fixtures import TARGETS


@pytest.fixture(params=TARGETS)
def processor(request: pytest.FixtureRequest) -> Target:
    return TARGETS[request.param]
