"""Every published version stays readable, those too whose texts were exchanged later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("flow_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("texts_only", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["flow_id"], ["flow.id"], name="fk_edition_flow_id"),
        sa.PrimaryKeyConstraint("flow_id", "number", name="pk_edition"),
    )
    # Of a version whose texts were exchanged the numbers between are gone: the gap tells it.
    op.execute(
        """
        INSERT INTO edition (flow_id, number, published_at, author, texts_only, document)
        SELECT one.flow_id, one.number, one.published_at, one.author,
               one.number <> 1 + COALESCE(
                   (SELECT MAX(before.number) FROM version AS before
                    WHERE before.flow_id = one.flow_id AND before.number < one.number), 0),
               one.document
        FROM version AS one
        """
    )
