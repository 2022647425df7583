"""Every test here runs over the twin and SQLite, and with --nightly over PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.database import SqlStore, open_store
from app.store.memory import MemoryStore
from tests.store.world import AnyStore

POSTGRES = pytest.param("postgres", marks=[pytest.mark.nightly, pytest.mark.postgres])


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    """An empty store of each make."""
    if request.param == "memory":
        yield MemoryStore()
    else:
        with_url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
        opened = open_store(with_url or tmp_path / "workspace.db")
        yield opened
        opened.close()


@pytest.fixture(params=["sqlite", POSTGRES])
def sql_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """An empty database of each make."""
    with_url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    opened = open_store(with_url or tmp_path / "workspace.db")
    yield opened
    opened.close()
