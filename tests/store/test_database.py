from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from app.model.errors import WorldError
from app.store import sqlite
from app.store.database import SqlStore, open_store
from app.store.schema import HEAD, MIGRATIONS
from app.store.tables import metadata
from tests.servers.missing import free_port
from tests.store.world import NOON, a_journey, add_contact, later, publish, write

OLD = (3, 51, 2)


def _other_program(path: Path) -> Any:
    """Another connection. Never by another SQLite library: locks are of the process, and two libraries in one
    do not see each other's."""
    return sqlite.driver().connect(str(path), isolation_level=None)


def _bytes(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(path.parent.iterdir())]


def test_a_new_workspace_survives_being_closed_and_opened(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    store = open_store(path)
    add_contact(store, 1)
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["workspace.db"], "the log was copied back"
    again = open_store(f"sqlite:///{path}")
    assert again.people.everybody() == [1]
    again.close()


def test_an_empty_file_is_a_new_workspace(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    path.touch()
    store = open_store(path)
    assert store.flows.infos() == []
    store.close()


def test_migrations_and_tables_say_the_same(sql_store: SqlStore) -> None:
    with sql_store.reading() as session:
        context = MigrationContext.configure(
            session.connection, opts={"compare_type": True, "include_object": _is_ours}
        )
        assert compare_metadata(context, metadata) == []


def _is_ours(_thing: object, name: str | None, *_rest: object) -> bool:
    return name != "alembic_version"


def test_a_migrated_file_has_the_very_schema_of_a_fresh_one(tmp_path: Path) -> None:
    open_store(tmp_path / "migrated.db").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}", module=sqlite.driver())
    metadata.create_all(engine)
    engine.dispose()
    assert _schema(tmp_path / "migrated.db") == _schema(tmp_path / "fresh.db")


def _schema(path: Path) -> dict[str, set[str]]:
    """The words of each table and index, in no order: constraints may stand in another one."""
    connection = _other_program(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {
        name: {line.strip(" \t,") for line in sql.replace('"', "").splitlines()}
        for name, sql in rows
        if name != "alembic_version"
    }


def test_the_newest_migration_is_the_one_a_start_expects() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_a_database_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    open_store(path).close()
    connection = _other_program(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = _bytes(path)
    with pytest.raises(WorldError, match=r"workspace\.db was made by a newer Chainwright\. Install"):
        open_store(path)
    assert _bytes(path) == before


@pytest.mark.parametrize("content", [b"PK\x03\x04" * 2000, b"x", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "workspace.db"
    path.write_bytes(content)
    with pytest.raises(WorldError, match=r"workspace\.db is not a Chainwright database\. Choose another"):
        open_store(path)
    assert _bytes(path) == [content]


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    connection = _other_program(path)
    connection.execute("CREATE TABLE contact (id INTEGER)")
    connection.close()
    before = _bytes(path)
    with pytest.raises(WorldError, match="is not a Chainwright database"):
        open_store(path)
    assert _bytes(path) == before


def test_a_damaged_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    store = open_store(path)
    with store.transaction() as transaction:
        for n in range(10, 3000):
            transaction.add_contact(n, (), NOON)
    store.close()
    content = bytearray(path.read_bytes())
    for page in range(4, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xa5" * 200
    path.write_bytes(content)
    with pytest.raises(WorldError, match=r"workspace\.db is damaged\. Close Chainwright and restore"):
        _use(path)


def _use(path: Path) -> None:
    store = open_store(path)
    try:
        store.people.everybody()
        store.flows.infos()
    finally:
        store.close()


def test_a_database_that_another_program_holds_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    open_store(path).close()
    holder = _other_program(path)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(WorldError, match=r"workspace\.db is locked by another program\. Close what uses it"):
        open_store(path, busy_seconds=0.05)
    holder.execute("ROLLBACK")
    store = open_store(path, busy_seconds=0.05)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(WorldError, match="is locked by another program"):
        add_contact(store, 1)
    assert store.people.everybody() == [], "readers go on"
    holder.execute("ROLLBACK")
    add_contact(store, 1)
    store.close()
    holder.close()


def test_a_folder_that_does_not_exist_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"cannot be opened\. Check that the folder exists"):
        open_store(tmp_path / "nowhere" / "workspace.db")


def test_a_full_disk_stops_the_write_and_nothing_else(tmp_path: Path) -> None:
    store = open_store(tmp_path / "workspace.db")
    flow = publish(store)
    add_contact(store, 1)
    with store.writing() as session:
        pages = session.connection.exec_driver_sql("PRAGMA page_count").scalar()
        session.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(WorldError, match="There is no room left for"):
        write(store, started=[a_journey(flow, n, n) for n in range(1000)])
    with store.writing() as session:
        session.connection.exec_driver_sql("PRAGMA max_page_count=100000")
    add_contact(store, 2)
    assert store.people.everybody() == [1, 2]
    store.close()


def test_an_unsound_sqlite_is_refused_in_release_builds_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite.demand_sound(sqlite.SOUND)
    with pytest.raises(WorldError, match=r"SQLite 3\.51\.2 can damage a database .* Install SQLite 3\.51\.3"):
        sqlite.demand_sound(OLD)
    monkeypatch.setattr(sqlite.driver(), "sqlite_version_info", OLD)
    with pytest.raises(WorldError, match=r"SQLite 3\.51\.2"):
        open_store(tmp_path / "workspace.db", release=True)
    open_store(tmp_path / "workspace.db").close()


def test_the_sqlite_that_came_along_is_used_and_can_be_told() -> None:
    version = tuple(int(part) for part in sqlite.sqlite_version().split("."))
    assert version >= max(sqlite.SOUND, sqlite3.sqlite_version_info)


def test_every_commit_reaches_the_disk_and_nothing_deleted_stays_in_the_file(tmp_path: Path) -> None:
    store = open_store(tmp_path / "workspace.db")
    with store.writing() as session:
        pragma = {
            name: session.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "secure_delete", "foreign_keys", "busy_timeout")
        }
    assert pragma == {
        "synchronous": 2,
        "journal_mode": "wal",
        "secure_delete": 1,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }
    store.close()


def test_only_who_holds_the_lease_copies_the_log_back(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    store = open_store(path)
    assert _autocheckpoint(store) == 0
    with store.transaction() as transaction:
        transaction.take_lease("a", NOON, 30)
    assert _autocheckpoint(store) > 0
    other = open_store(path)
    with other.transaction() as transaction:
        assert not transaction.take_lease("b", NOON, 30)
    assert _autocheckpoint(other) == 0
    with other.transaction() as transaction:
        assert transaction.take_lease("b", later(seconds=31), 30)
    with store.transaction() as transaction:
        assert not transaction.take_lease("a", later(seconds=40), 30)
    assert (_autocheckpoint(store), _autocheckpoint(other) > 0) == (0, True)
    with other.transaction() as transaction:
        transaction.drop_lease("b")
    assert _autocheckpoint(other) == 0
    store.close()
    other.close()


def _autocheckpoint(store: SqlStore) -> int:
    with store.writing() as session:
        return int(session.connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar() or 0)


def test_a_checkpoint_leaves_nothing_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    store = open_store(path)
    add_contact(store, 1)
    log = path.with_name("workspace.db-wal")
    assert log.stat().st_size > 0
    store.checkpoint(truncate=True)
    assert log.stat().st_size == 0
    store.close()


def test_a_reading_connection_cannot_write(sql_store: SqlStore) -> None:
    with pytest.raises((WorldError, DBAPIError)), sql_store.reading() as session:
        session.connection.exec_driver_sql("DELETE FROM contact")


def test_a_reader_sees_one_moment_while_a_writer_goes_on(sql_store: SqlStore) -> None:
    add_contact(sql_store, 1)
    with sql_store.reading() as session:
        before = session.connection.exec_driver_sql("SELECT count(*) FROM contact").scalar()
        thread = threading.Thread(target=add_contact, args=(sql_store, 2))
        thread.start()
        thread.join(30)
        assert not thread.is_alive(), "the writer waits for no reader"
        after = session.connection.exec_driver_sql("SELECT count(*) FROM contact").scalar()
    assert (before, after) == (1, 1)
    assert sql_store.people.everybody() == [1, 2]


def test_readers_on_other_threads_are_never_told_that_the_database_is_locked(sql_store: SqlStore) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                people = sql_store.people.everybody()
                assert list(people) == list(range(1, len(people) + 1))
                assert len(people) % 5 == 0, "half a transaction was seen"
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for start in range(1, 500, 5):
        with sql_store.transaction() as transaction:
            for contact_id in range(start, start + 5):
                transaction.add_contact(contact_id, (), NOON)
    done.set()
    for reader in readers:
        reader.join(30)
    assert failures == []


def test_writers_on_several_threads_take_turns(sql_store: SqlStore) -> None:
    def add(first: int) -> None:
        for contact_id in range(first, first + 50):
            add_contact(sql_store, contact_id)

    threads = [threading.Thread(target=add, args=(n * 100,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(sql_store.people.everybody()) == 200


def test_a_database_server_that_is_not_there_is_told_in_a_sentence_without_its_password() -> None:
    url = f"postgresql+psycopg://shop:secret-word@127.0.0.1:{free_port()}/shop"
    with pytest.raises(WorldError, match="The database server does not answer") as told:
        open_store(url)
    assert "secret-word" not in str(told.value)
