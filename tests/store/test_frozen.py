"""R8 on PostgreSQL: a program that stands still inside a transaction."""

from __future__ import annotations

import threading
import time

import pytest

from app.model.errors import WorldError
from app.store import postgres
from app.store.database import open_store
from tests.store.world import NOON

pytestmark = [pytest.mark.nightly, pytest.mark.postgres]


def test_nobody_takes_a_lease_before_the_transaction_that_looked_at_it_has_ended(postgres_url: str) -> None:
    """R8: so no commit of the one that decides can come after the other one has begun."""
    one, two = open_store(postgres_url), open_store(postgres_url)
    order: list[str] = []
    with one.transaction() as tx:
        tx.take_lease("one", NOON, 30)
    with two.transaction() as tx:
        seen = tx.lease()

    def usurp() -> None:
        with two.transaction() as tx:
            assert tx.take_lease("two", NOON, 30, seen)
            order.append("taken over")

    with one.transaction() as tx:
        assert tx.keeps_lease("one", 1)
        usurper = threading.Thread(target=usurp)
        usurper.start()
        time.sleep(0.3)
        order.append("decided")
    usurper.join(30)
    assert order == ["decided", "taken over"]
    with one.transaction() as tx:
        assert not tx.keeps_lease("one", 1)
    one.close()
    two.close()


def test_the_late_commit_of_a_program_that_stood_still_is_refused_by_the_server(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8: the one that takes over waits for it no longer than the server does."""
    monkeypatch.setattr(postgres, "IDLE_SECONDS", 1)
    frozen, other = open_store(postgres_url), open_store(postgres_url)
    with frozen.transaction() as tx:
        tx.take_lease("frozen", NOON, 30)

    def stand_still() -> None:
        with frozen.transaction() as tx:
            assert tx.keeps_lease("frozen", 1)
            tx.add_contact(1, (), NOON)
            with other.transaction() as late:
                assert late.take_lease("other", NOON, 30, late.lease()), "when the server has ended the first"

    with pytest.raises(WorldError, match="database server"):
        stand_still()
    assert frozen.people.everybody() == []
    with frozen.transaction() as tx:
        assert not tx.keeps_lease("frozen", 1)
    frozen.close()
    other.close()
