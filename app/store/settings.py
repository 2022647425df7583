"""Settings of a workspace: names and JSON values. Secrets are never among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from app.store.dialects import Query
from app.store.tables import setting
from app.store.types import to_json

if TYPE_CHECKING:
    from app.store.database import SqlStore

_SET = Query(
    lambda words: (new := words.insert(setting)).on_conflict_do_update(
        index_elements=["name"], set_={"value": new.excluded.value}
    ),
    *setting.c.keys(),
)


class Settings:
    """What is set, by name."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def get(self, name: str, default: Any = None) -> Any:
        """One value, or the default when it is not set."""
        query = select(setting.c.value).where(setting.c.name == name)
        with self._store.reading() as session:
            row = session.connection.execute(query).first()
        return default if row is None else row.value

    def all(self) -> dict[str, Any]:
        """Every value, by name."""
        with self._store.reading() as session:
            rows = session.connection.execute(select(setting).order_by(setting.c.name)).all()
        return {row.name: row.value for row in rows}

    def set(self, values: Mapping[str, Any]) -> None:
        """Sets these and leaves the others."""
        with self._store.writing() as session:
            session.many(_SET, [(name, to_json(value)) for name, value in values.items()])

    def replace(self, values: Mapping[str, Any]) -> None:
        """Sets these and forgets all others."""
        with self._store.writing() as session:
            session.connection.execute(delete(setting))
            session.many(_SET, [(name, to_json(value)) for name, value in values.items()])
