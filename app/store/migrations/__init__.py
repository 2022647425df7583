"""The history of the tables, as alembic keeps it."""

from __future__ import annotations
