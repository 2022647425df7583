"""A database of every release is opened by today's program, and everybody in it goes on to their end (R9)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from app.store.database import open_store
from tests.migration.make_kept import FOLDER, go_on

RELEASES = sorted(path.name.removesuffix(".db.gz") for path in FOLDER.glob("*.db.gz"))


@pytest.mark.parametrize("release", RELEASES)
def test_people_in_mid_wait_go_on_to_the_same_ends(release: str, tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    path.write_bytes(gzip.decompress((FOLDER / f"{release}.db.gz").read_bytes()))

    store = open_store(path)
    assert not store.numbers.recount(dry=True)
    then = go_on(store)
    assert not store.numbers.recount(dry=True)
    store.close()

    kept = json.loads((FOLDER / f"{release}.json").read_text(encoding="utf-8"))
    assert then == kept
    assert kept["inside_then"] >= 10
    assert kept["inside"] == 0


def test_this_release_is_kept() -> None:
    assert RELEASES
