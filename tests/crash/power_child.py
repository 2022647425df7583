"""A life of the shop whose writes are recorded: ``python -m tests.crash.power_child FOLDER MODE``.

After each commit it says aloud, in the file ``said.txt`` that stands for the world outside, what may never be
forgotten: events that were taken, and how many lines the journal has. ``MODE`` is what SQLite calls
``synchronous``: life has FULL.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.engine import life
from app.engine.context import Context
from app.engine.faults import Faults
from app.engine.ingest import Intake
from app.model.people import Event
from app.store import sqlite
from app.store.tables import journal
from tests.crash import shop_child


class Speaker(Faults):
    """Speaks after each commit instead of failing there."""

    def __init__(self, speak: Callable[[], None]) -> None:
        super().__init__()
        self._speak = speak

    def point(self, name: str) -> None:
        if name.endswith(".committed"):
            self._speak()


def main(folder: Path, mode: str) -> None:
    """One life, aloud."""
    settle = sqlite._settle

    def as_told(connection: Any, *pragmas: str) -> None:
        settle(connection, *(one.replace("synchronous=FULL", f"synchronous={mode}") for one in pragmas))

    sqlite._settle = as_told
    said = os.open(folder / "said.txt", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    one = shop_child.Life(folder, shop_child.NOON)
    lines = select(func.count()).select_from(journal)

    def speak() -> None:
        with one.store.reading() as session:
            count = session.connection.execute(lines).scalar_one()
        passed = (one.clock.now() - shop_child.NOON).total_seconds()
        os.write(said, f"journal {count}\nclock {passed}\n".encode())

    take = life.ingest

    def taken(context: Context, event: Event) -> Intake:
        intake = take(context, event)
        os.write(said, f"event {event.source_id}\n".encode())
        return intake

    life.ingest = taken
    one.context.faults = Speaker(speak)
    one.live()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
