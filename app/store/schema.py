"""Brings a database to this program's tables, or refuses it in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect

from app.model.errors import WorldError

if TYPE_CHECKING:
    from sqlalchemy import Connection

HEAD: Final = "0003"
"""The newest migration (a test asks the scripts), so that a start without news need not load alembic."""
MIGRATIONS: Final = Path(__file__).parent / "migrations"


def bring_up_to_date(connection: Connection, place: str) -> bool:
    """Upgrades the tables inside the open transaction; False, and nothing done, when they are of today."""
    current = revision_of(connection)
    if current == HEAD:
        return False
    _upgrade(connection, current, place)
    return True


def revision_of(connection: Connection) -> str | None:
    """What the tables are of; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _upgrade(connection: Connection, current: str | None, place: str) -> None:
    import alembic.command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise WorldError(
            f"{place} was made by a newer Chainwright. Install the newest version, then open it."
        )
    alembic.command.upgrade(config, "head")
