"""Segments, dates, schedules, limits, and what the engine remembers about itself."""

from __future__ import annotations

from typing import Any, Final, Literal

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TO_SHELVE: Final = "ended_at IS NOT NULL AND NOT shelved"
_TOLD: Final = "channel = 'notice' AND state = 'sent' AND reason = ''"
_READY: Final = "ready_at IS NOT NULL"
_ALONE: Final = "contact_id IS NOT NULL"
_UNFINISHED: Final = "phase IN ('moving', 'back')"


def upgrade() -> None:
    _consent()
    _journey()
    _message()
    _journal()
    _segments()
    _entries()
    _limits()
    _still_anonymous()
    _machine()
    _shifts()
    _archive()


def _always() -> Literal["always", "auto"]:
    # SQLite adds a column to the text of the table as it stands: made anew, it reads as a fresh one does.
    return "always" if op.get_bind().dialect.name == "sqlite" else "auto"


def _consent() -> None:
    with op.batch_alter_table("consent", recreate=_always()) as table:
        table.add_column(sa.Column("topic", sa.Text(), nullable=False, server_default=""))


def _journey() -> None:
    with op.batch_alter_table("journey", recreate=_always()) as table:
        table.add_column(sa.Column("cause", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("ended_at", sa.BigInteger()))
        table.add_column(sa.Column("shelved", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.execute(
        "UPDATE journey SET ended_at = (SELECT max(at) FROM journal WHERE journal.journey_id = journey.id) "
        "WHERE state IN ('done', 'erased')"
    )
    _partial("ix_journey_ended_at", "journey", ["ended_at"], _TO_SHELVE)
    with op.batch_alter_table(
        "arming", recreate=_always(), table_kwargs={"sqlite_with_rowid": False}
    ) as table:
        table.add_column(sa.Column("cause", sa.Text(), nullable=False, server_default="event"))


def _message() -> None:
    op.drop_index("ix_message_ready", "message")
    op.drop_index("ix_message_contact_id", "message")
    with op.batch_alter_table("message", recreate=_always()) as table:
        table.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="2"))
        table.add_column(sa.Column("rung", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE message SET priority = 0 WHERE purpose <> 'marketing'")
    op.create_index("ix_message_contact_id", "message", ["contact_id", "sent_at"])
    _partial("ix_message_ready", "message", ["flow_id", "channel", "priority", "ready_at"], _READY)
    _partial("ix_message_notice", "message", ["created_at"], _TOLD)


def _journal() -> None:
    op.drop_index("ix_journal_contact_id", "journal")
    with op.batch_alter_table("journal", recreate=_always()) as table:
        table.alter_column("contact_id", existing_type=_ID, nullable=True)
        table.add_column(sa.Column("version_id", _ID, nullable=False, server_default="0"))
        table.add_column(sa.Column("message_id", _ID))
    op.execute(
        "UPDATE journal SET contact_id = NULL, version_id = coalesce("
        "(SELECT version_id FROM journey WHERE journey.id = journal.journey_id), 0) WHERE journey_id <> 0"
    )
    _partial("ix_journal_contact_id", "journal", ["contact_id"], _ALONE)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _make(name: str, key: list[str], *columns: sa.Column[Any], with_rowid: bool = False) -> None:
    op.create_table(
        name,
        *columns,
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
        sqlite_with_rowid=with_rowid,
    )


def _segments() -> None:
    op.create_table(
        "segment",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
        sa.UniqueConstraint("name", name="uq_segment_name"),
    )
    _make(
        "member",
        ["segment_id", "contact_id"],
        sa.Column("segment_id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_member_contact_id", "member", ["contact_id"])


def _entries() -> None:
    _make(
        "recheck",
        ["contact_id"],
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_recheck_due_at", "recheck", ["due_at"])
    _make(
        "dated",
        ["flow_id", "node", "contact_id"],
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_dated_contact_id", "dated", ["contact_id"])
    op.create_index("ix_dated_due_at", "dated", ["due_at"])
    _make(
        "schedule",
        ["flow_id", "node"],
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("after", _ID, nullable=False),
    )


def _limits() -> None:
    _make(
        "usage",
        ["name", "slot"],
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot", _ID, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
    )
    _make(
        "last_word",
        ["contact_id", "channel"],
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    _make(
        "anonymous",
        ["contact_id"],
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_anonymous_seen_at", "anonymous", ["seen_at"])


def _still_anonymous() -> None:
    """Visitors who have never told who they are: from now on they expire."""
    op.execute(
        "INSERT INTO anonymous (contact_id, seen_at) "
        "SELECT contact.id, COALESCE((SELECT MAX(event.at) FROM event WHERE event.contact_id = contact.id), "
        "contact.created_at) FROM contact WHERE contact.erased_at IS NULL "
        "AND EXISTS (SELECT 1 FROM address WHERE address.contact_id = contact.id) "
        "AND NOT EXISTS (SELECT 1 FROM address WHERE address.contact_id = contact.id "
        "AND address.kind <> 'visitor')"
    )


def _machine() -> None:
    _make(
        "machine",
        ["name"],
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
    )


def _shifts() -> None:
    op.create_table(
        "shift",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("before_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("before_number", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_shift"),
    )
    op.create_index("ix_shift_flow_id", "shift", ["flow_id"])
    _partial("ix_shift_phase", "shift", ["phase"], _UNFINISHED)
    _make(
        "shifted",
        ["shift_id", "journey_id"],
        sa.Column("shift_id", _ID, nullable=False),
        sa.Column("journey_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("back", sa.Boolean()),
    )
    with op.batch_alter_table("edition", recreate=_always()) as table:
        table.add_column(sa.Column("version_id", _ID))
    # Texts that were exchanged belong to the version whose number is the next one that is left.
    op.execute(
        "UPDATE edition SET version_id = (SELECT version.id FROM version "
        "WHERE version.flow_id = edition.flow_id AND version.number >= edition.number "
        "ORDER BY version.number LIMIT 1)"
    )


def _archive() -> None:
    op.create_table(
        "archive",
        sa.Column("journey_id", _ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("journey_id", name="pk_archive"),
    )
    op.create_index("ix_archive_day", "archive", ["day"])
    _make(
        "archived_count",
        ["flow_id", "version_id", "node", "name", "hour"],
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
    )
