"""The PostgreSQL fixture is a real server with a database of each test's own."""

from __future__ import annotations

import pytest
import sqlalchemy

pytestmark = pytest.mark.postgres


def test_it_is_an_empty_postgresql(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.begin() as connection:
        assert str(connection.scalar(sqlalchemy.text("SELECT version()"))).startswith("PostgreSQL")
        connection.execute(sqlalchemy.text("CREATE TABLE contact (name text)"))
        connection.execute(sqlalchemy.text("INSERT INTO contact VALUES ('Grüße 見積')"))
        assert connection.scalar(sqlalchemy.text("SELECT name FROM contact")) == "Grüße 見積"
    engine.dispose()


def test_another_test_finds_none_of_it(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.begin() as connection:
        assert connection.scalar(sqlalchemy.text("SELECT to_regclass('contact')")) is None
    engine.dispose()
