"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _contact()
    _tag()
    _address()
    _consent()
    _suppression()
    _field()
    _event()
    _visit()
    _flow()
    _version()
    _journey()
    _arming()
    _message()
    _reaction()
    _journal()
    _counter()
    _setting()
    _lease()


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
    )


def _tag() -> None:
    op.create_table(
        "tag",
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_tag_contact_id"),
        sa.PrimaryKeyConstraint("contact_id", "name", name="pk_tag"),
        sqlite_with_rowid=False,
    )


def _address() -> None:
    op.create_table(
        "address",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_address_contact_id"),
        sa.PrimaryKeyConstraint("kind", "value", name="pk_address"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_address_contact_id", "address", ["contact_id"], unique=False)


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_consent_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_contact_id", "consent", ["contact_id"], unique=False)


def _suppression() -> None:
    op.create_table(
        "suppression",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", name="pk_suppression"),
        sqlite_with_rowid=False,
    )


def _field() -> None:
    op.create_table(
        "field",
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_field"),
        sqlite_with_rowid=False,
    )


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact_id", _ID),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("message_id", _ID),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("history", sa.Boolean(), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("source_id", name="uq_event_source_id"),
    )
    op.create_index("ix_event_contact_id_name_at", "event", ["contact_id", "name", "at"], unique=False)


def _visit() -> None:
    op.create_table(
        "visit",
        sa.Column("visitor", sa.Text(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("visitor", name="pk_visit"),
        sqlite_with_rowid=False,
    )


def _flow() -> None:
    op.create_table(
        "flow",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("live_version_id", _ID),
        sa.Column("published_at", sa.BigInteger()),
        sa.Column("draft_changed_at", sa.BigInteger(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flow"),
        sa.UniqueConstraint("name", name="uq_flow_name"),
    )
    op.create_index("ix_flow_state", "flow", ["state"], unique=False)


def _version() -> None:
    op.create_table(
        "version",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("shape_hash", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["flow_id"], ["flow.id"], name="fk_version_flow_id"),
        sa.PrimaryKeyConstraint("id", name="pk_version"),
        sa.UniqueConstraint("flow_id", "number", name="uq_version_flow_id_number"),
    )


def _journey() -> None:
    op.create_table(
        "journey",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("noted", sa.Text(), nullable=False),
        sa.Column("message_id", _ID),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journey"),
    )
    op.create_index("ix_journey_contact_id", "journey", ["contact_id"], unique=False)
    op.create_index(
        "ix_journey_due_at",
        "journey",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('due', 'waiting')"),
        postgresql_where=sa.text("state IN ('due', 'waiting')"),
    )
    op.create_index("ix_journey_key", "journey", ["flow_id", "contact_id", "key", "started_at"], unique=False)
    op.create_index(
        "uq_journey_open",
        "journey",
        ["flow_id", "contact_id", "key"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('done', 'erased')"),
        postgresql_where=sa.text("state NOT IN ('done', 'erased')"),
    )


def _arming() -> None:
    op.create_table(
        "arming",
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("flow_id", "contact_id", "key", name="pk_arming"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_arming_contact_id", "arming", ["contact_id"], unique=False)
    op.create_index("ix_arming_due_at", "arming", ["due_at"], unique=False)


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("journey_id", _ID, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("late_at", sa.BigInteger()),
        sa.Column("before_at", sa.BigInteger()),
        sa.Column("next_try_at", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index("ix_message_contact_id", "message", ["contact_id"], unique=False)
    op.create_index("ix_message_journey_id", "message", ["journey_id"], unique=False)
    op.create_index(
        "ix_message_ready",
        "message",
        ["flow_id", "channel", "ready_at"],
        unique=False,
        sqlite_where=sa.text("ready_at IS NOT NULL"),
        postgresql_where=sa.text("ready_at IS NOT NULL"),
    )
    op.create_index(
        "ix_message_under_way",
        "message",
        ["state", "created_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('leased', 'sending', 'held', 'unknown')"),
        postgresql_where=sa.text("state IN ('leased', 'sending', 'held', 'unknown')"),
    )


def _reaction() -> None:
    op.create_table(
        "reaction",
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("message_id", "name", name="pk_reaction"),
        sqlite_with_rowid=False,
    )


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", _ID, nullable=False),
        sa.Column("journey_id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_contact_id", "journal", ["contact_id"], unique=False)
    op.create_index("ix_journal_journey_id", "journal", ["journey_id"], unique=False)


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("flow_id", "version_id", "node", "name", "hour", name="pk_counter"),
        sqlite_with_rowid=False,
    )


def _setting() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
        sqlite_with_rowid=False,
    )


def _lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
        sqlite_with_rowid=False,
    )
