"""What was published before every version stayed readable is readable too."""

from __future__ import annotations

import gzip
from pathlib import Path

from app.store.database import open_store
from tests.migration.make_kept import FOLDER


def test_versions_of_a_kept_database_are_listed_and_read(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    path.write_bytes(gzip.decompress((FOLDER / "0.1.0.db.gz").read_bytes()))
    store = open_store(path)
    for name, document in store.flows.published():
        versions = store.flows.versions(name)
        assert versions
        assert store.flows.version_document(name, versions[0].number) == document
        assert not versions[-1].texts_only or versions[-1].number > 1
    store.close()
