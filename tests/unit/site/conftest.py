"""One running site per module; its port begins empty in every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.site.world import World, site


@pytest.fixture(scope="module")
def _running() -> Iterator[World]:
    with site(api_token="s3cret-token", wait_seconds=1.0, region="DE") as world:
        yield world


@pytest.fixture
def world(_running: World) -> World:
    """A running site whose port has seen nothing yet."""
    _running.port.clear()
    return _running
