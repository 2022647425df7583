"""Every test here runs over the twin and over SQLite, and afterwards every sum is checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.database import open_store
from app.store.memory import MemoryStore
from tests.engine.world import AnyStore, World

POSTGRES = pytest.param("postgres", marks=[pytest.mark.nightly, pytest.mark.postgres])


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    """An empty store of each make."""
    if request.param == "memory":
        yield MemoryStore()
        return
    where = request.getfixturevalue("postgres_url") if request.param == "postgres" else tmp_path / "w.db"
    opened = open_store(where)
    yield opened
    opened.close()


@pytest.fixture
def world(store: AnyStore) -> Iterator[World]:
    """An empty workspace; at the end of the test its books must be right."""
    made = World(store)
    made.engine.start()
    yield made
    made.check()
