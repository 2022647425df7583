"""The tables. What changes here needs a migration; a test holds both against each other.

Contacts, addresses, event properties and message texts are the only places for personal data; the journal
keeps values that a branch saw in its column ``data`` alone.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from app.store.types import Id, Json, Moment

FLOW_PUBLISHED = "state IN ('live', 'paused', 'closed')"
FLOW_RUNNING = "state IN ('live', 'closed')"
"""Flows that send."""
JOURNEY_WAITS = "state IN ('due', 'waiting')"
"""Journeys that a moment can move. Index and query say it in the same words, or the index is not used."""
JOURNEY_TO_SHELVE = "ended_at IS NOT NULL AND NOT shelved"
JOURNEY_OPEN = "state NOT IN ('done', 'erased')"
MESSAGE_UNDER_WAY = "state IN ('leased', 'sending', 'held', 'unknown')"
"""Few rows at any time, and each of them wants to be looked at."""
MESSAGE_READY = "ready_at IS NOT NULL"
MESSAGE_TOLD = "channel = 'notice' AND state = 'sent' AND reason = ''"
SHIFT_UNFINISHED = "phase IN ('moving', 'back')"
LINE_ALONE = "contact_id IS NOT NULL"
"""Lines of the journal that belong to no journey: entries that were refused."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("zone", Text, nullable=False, default=""),
    Column("language", Text, nullable=False, default=""),
    Column("properties", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("erased_at", Moment),
)

tag = Table(
    "tag",
    metadata,
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("name", Text, nullable=False),
    PrimaryKeyConstraint("contact_id", "name"),
    sqlite_with_rowid=False,
)

address = Table(
    "address",
    metadata,
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False),  # its turn among the contact's addresses: the first is used
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("kind", "value"),
    sqlite_with_rowid=False,
)

consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("proof", Json, nullable=False),
    Column("topic", Text, nullable=False, server_default=""),
)

suppression = Table(
    "suppression",
    metadata,
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("kind", "value"),
    sqlite_with_rowid=False,
)

field = Table("field", metadata, Column("name", Text, primary_key=True), sqlite_with_rowid=False)
"""Names of contact properties that were ever written, so that no list of contacts is read for them."""

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("source_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("contact_id", Id),
    Column("at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("message_id", Id),
    Column("actor", Text, nullable=False),
    Column("history", Boolean, nullable=False),
    Column("properties", Json, nullable=False),
    UniqueConstraint("source_id"),
    Index("ix_event_contact_id_name_at", "contact_id", "name", "at"),
)

visit = Table(
    "visit",
    metadata,
    Column("visitor", Text, primary_key=True),
    Column("began", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    sqlite_with_rowid=False,
)

flow = Table(
    "flow",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("live_version_id", Id),
    Column("published_at", Moment),
    Column("draft_changed_at", Moment, nullable=False),
    Column("draft", Text, nullable=False),
    UniqueConstraint("name"),
    Index("ix_flow_state", "state"),
)

version = Table(
    "version",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("flow_id", Id, ForeignKey("flow.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("shape_hash", Text, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("author", Text, nullable=False),
    Column("document", Text, nullable=False),
    UniqueConstraint("flow_id", "number"),
)

edition = Table(
    "edition",
    metadata,
    Column("flow_id", Id, ForeignKey("flow.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("published_at", Moment, nullable=False),
    Column("author", Text, nullable=False),
    Column("texts_only", Boolean, nullable=False),
    Column("document", Text, nullable=False),
    Column("version_id", Id),
)
"""What every version said on its day: texts that are exchanged in ``version`` stay readable here."""

journey = Table(
    "journey",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("flow_id", Id, nullable=False),
    Column("version_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False, index=True),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("entry", Json, nullable=False),
    Column("noted", Text, nullable=False),
    Column("message_id", Id),
    Column("end_reason", Text, nullable=False),
    Column("cause", Text, nullable=False, server_default=""),
    Column("ended_at", Moment),
    Column("shelved", Boolean, nullable=False, server_default=text("false")),  # its journal is in the archive
    Index(
        "ix_journey_ended_at",
        "ended_at",
        sqlite_where=text(JOURNEY_TO_SHELVE),
        postgresql_where=text(JOURNEY_TO_SHELVE),
    ),
    Index("ix_journey_key", "flow_id", "contact_id", "key", "started_at"),
    Index(
        "uq_journey_open",
        "flow_id",
        "contact_id",
        "key",
        unique=True,
        sqlite_where=text(JOURNEY_OPEN),
        postgresql_where=text(JOURNEY_OPEN),
    ),
    Index(
        "ix_journey_due_at",
        "due_at",
        sqlite_where=text(JOURNEY_WAITS),
        postgresql_where=text(JOURNEY_WAITS),
    ),
)

arming = Table(
    "arming",
    metadata,
    Column("flow_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False, index=True),
    Column("key", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    Column("entry", Json, nullable=False),
    Column("cause", Text, nullable=False, server_default="event"),
    PrimaryKeyConstraint("flow_id", "contact_id", "key"),
    sqlite_with_rowid=False,
)

message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("journey_id", Id, nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("flow_id", Id, nullable=False),
    Column("version_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("node", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("late_at", Moment),
    Column("before_at", Moment),
    Column("next_try_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("content", Json, nullable=False),
    Column("sent_at", Moment),
    Column("provider_id", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("ready_at", Moment),  # when it may be tried; only while it is queued or to be tried again
    Column("priority", Integer, nullable=False, server_default="2"),
    Column("rung", Integer, nullable=False, server_default="0"),
    Index("ix_message_contact_id", "contact_id", "sent_at"),
    Index(
        "ix_message_ready",
        "flow_id",
        "channel",
        "priority",
        "ready_at",
        sqlite_where=text(MESSAGE_READY),
        postgresql_where=text(MESSAGE_READY),
    ),
    Index(
        "ix_message_notice",
        "created_at",
        sqlite_where=text(MESSAGE_TOLD),
        postgresql_where=text(MESSAGE_TOLD),
    ),
    Index(
        "ix_message_under_way",
        "state",
        "created_at",
        sqlite_where=text(MESSAGE_UNDER_WAY),
        postgresql_where=text(MESSAGE_UNDER_WAY),
    ),
)

reaction = Table(
    "reaction",
    metadata,
    Column("message_id", Id, nullable=False),
    Column(
        "name", Text, nullable=False
    ),  # as in Message.reactions: those of machines begin with ``machine:``
    Column("actor", Text, nullable=False),
    Column("at", Moment),
    PrimaryKeyConstraint("message_id", "name"),
    sqlite_with_rowid=False,
)

journal = Table(
    "journal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("journey_id", Id, nullable=False, index=True),
    Column("contact_id", Id),  # only where there is no journey: that one knows whose it is
    Column("flow_id", Id, nullable=False),
    Column("step", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("node", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("data", Json, nullable=False),
    Column("version_id", Id, nullable=False, server_default="0"),  # by which it was decided: people move
    Column("message_id", Id),  # ``message`` of the data, in a third of the room
    Index(
        "ix_journal_contact_id",
        "contact_id",
        sqlite_where=text(LINE_ALONE),
        postgresql_where=text(LINE_ALONE),
    ),
)

counter = Table(
    "counter",
    metadata,
    Column("flow_id", Id, nullable=False),
    Column("version_id", Id, nullable=False),
    Column("node", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("flow_id", "version_id", "node", "name", "hour"),
    sqlite_with_rowid=False,
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
    sqlite_with_rowid=False,
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("fence", Integer, nullable=False),
    sqlite_with_rowid=False,
)

segment = Table(
    "segment",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("rule", Json, nullable=False),
    UniqueConstraint("name"),
)

member = Table(
    "member",
    metadata,
    Column("segment_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False, index=True),
    Column("since", Moment, nullable=False),
    PrimaryKeyConstraint("segment_id", "contact_id"),
    sqlite_with_rowid=False,
)
"""Who is in the segments that a live flow watches; those of others are asked by their rule."""

recheck = Table(
    "recheck",
    metadata,
    Column("contact_id", Id, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("contact_id"),
    sqlite_with_rowid=False,
)

dated = Table(
    "dated",
    metadata,
    Column("flow_id", Id, nullable=False),
    Column("node", Text, nullable=False),
    Column("contact_id", Id, nullable=False, index=True),
    Column("due_at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("flow_id", "node", "contact_id"),
    sqlite_with_rowid=False,
)

schedule = Table(
    "schedule",
    metadata,
    Column("flow_id", Id, nullable=False),
    Column("node", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("after", Id, nullable=False),
    PrimaryKeyConstraint("flow_id", "node"),
    sqlite_with_rowid=False,
)

usage = Table(
    "usage",
    metadata,
    Column("name", Text, nullable=False),
    Column("slot", Id, nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", "slot"),
    sqlite_with_rowid=False,
)
"""What was used of each limit, by slots of time: limits hold across restarts and processes."""

last_word = Table(
    "last_word",
    metadata,
    Column("contact_id", Id, nullable=False),
    Column("channel", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("contact_id", "channel"),
    sqlite_with_rowid=False,
)
"""When a person last wrote to us: replies may be answered for so long."""

anonymous = Table(
    "anonymous",
    metadata,
    Column("contact_id", Id, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("contact_id"),
    sqlite_with_rowid=False,
)

machine = Table(
    "machine",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
    sqlite_with_rowid=False,
)
"""What the engine remembers about itself."""

shift = Table(
    "shift",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("flow_id", Id, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("author", Text, nullable=False),
    Column("before_id", Id, nullable=False),
    Column("version_id", Id, nullable=False),
    Column("before_number", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("groups", Json, nullable=False),
    Column("phase", Text, nullable=False),
    Column("undone_at", Moment),
    Index(
        "ix_shift_phase",
        "phase",
        sqlite_where=text(SHIFT_UNFINISHED),
        postgresql_where=text(SHIFT_UNFINISHED),
    ),
)
"""Each publish of a flow that had a version before, and what became of the people in it."""

shifted = Table(
    "shifted",
    metadata,
    Column("shift_id", Id, nullable=False),
    Column("journey_id", Id, nullable=False),
    Column("version_id", Id, nullable=False),
    Column("node", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("at_once", Boolean, nullable=False),
    Column("step", Integer, nullable=False),
    Column("after", Integer, nullable=False),
    Column("before", Json, nullable=False),
    Column("back", Boolean),
    PrimaryKeyConstraint("shift_id", "journey_id"),
    sqlite_with_rowid=False,
)

archive = Table(
    "archive",
    metadata,
    Column("journey_id", Id, primary_key=True, autoincrement=False),
    Column("day", Integer, nullable=False, index=True),  # days since 1970 when it ended
    Column("lines", LargeBinary, nullable=False),
)
"""Journals of journeys that ended long ago, pressed together."""

archived_count = Table(
    "archived_count",
    metadata,
    Column("flow_id", Id, nullable=False),
    Column("version_id", Id, nullable=False),
    Column("node", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("flow_id", "version_id", "node", "name", "hour"),
    sqlite_with_rowid=False,
)
"""What the archived lines counted, so that every counter can be made again."""
