"""Cost follows what is due: no query of a tick reads a table from end to end."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import app.store
from app.store.database import SqlStore, open_store
from app.store.dialects import Query
from app.store.messages import _ready

SCANNED_ON_PURPOSE = {"_IN_STATE", "_SENT_SINCE"}
"""Lists for screens, of messages in a state that thousands are in, and what the brake tells."""
LARGE = re.compile(
    r"SCAN (contact|tag|address|consent|event|journey|arming|message|reaction|journal|counter|member|recheck"
    r"|dated|anonymous|last_word|usage|archive|shifted)\b"
)


def _queries() -> Iterator[tuple[str, Query]]:
    yield "_ready", _ready(3)
    for module in pkgutil.iter_modules(app.store.__path__, "app.store."):
        if module.name != "app.store.migrations":
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Query) and name not in SCANNED_ON_PURPOSE:
                    yield name, value
                if isinstance(value, list):
                    yield from ((name, one) for one in value if isinstance(one, Query))


@pytest.fixture
def store(tmp_path: object) -> Iterator[SqlStore]:
    opened = open_store(f"{tmp_path}/workspace.db")
    yield opened
    opened.close()


def test_no_query_of_the_engine_scans_a_large_table(store: SqlStore) -> None:
    scans, seen = [], 0
    with store.writing() as session:
        for name, query in _queries():
            sql = session.words.sql(query)
            plan = session.connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {sql}", tuple("[]" if name else None for name in query.names)
            ).fetchall()
            seen += 1
            scans += [(name, row[-1]) for row in plan if LARGE.search(row[-1]) and "USING" not in row[-1]]
    assert scans == []
    assert seen > 50


IN_ORDER = {
    *("_DUE", "NEXT_DUE", "_DUE_ARMINGS", "NEXT_ARMING", "_NEXT_READY", "_NEXT_CHANNEL"),
    *("_DUE_RECHECKS", "NEXT_RECHECK", "_DUE_DATED", "NEXT_DATED", "_MEMBERS", "_EVERYBODY", "_QUIET"),
}


def test_what_is_due_is_read_by_its_index_in_order(store: SqlStore) -> None:
    found = set()
    with store.writing() as session:
        for name, query in _queries():
            if name in IN_ORDER:
                found.add(name)
                rows = session.connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {session.words.sql(query)}", ("1",) * len(query.names)
                ).fetchall()
                plan = " | ".join(row[-1] for row in rows)
                assert "USING" in plan, (name, plan)
                assert "TEMP B-TREE" not in plan, (name, plan)
    assert found == IN_ORDER
