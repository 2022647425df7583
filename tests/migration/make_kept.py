"""Makes the database that later releases have to upgrade: ``python -m tests.migration.make_kept VERSION``.

Thirty people stand in mid-wait at every kind of node of both stories. Beside the file stands what became of
them when the release that made it let them go on.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from app.flows.codec import read_flow
from app.store.database import SqlStore, open_store
from tests.engine.world import World
from tests.histories.play import BASKET, POPUP, TEMPLATES, Act, act, go_to

FOLDER = Path(__file__).parent
PEOPLE = 30
UNTIL_MINUTES = 2 * 1440 + 30
LATER_DAYS = 60


def fill(world: World) -> None:
    """Both stories, played for two days and a half hour."""
    for name in ("abandoned-basket", "popup-first"):
        world.publish(read_flow((TEMPLATES / f"{name}.flow.json").read_text(encoding="utf-8")))
    ids = [
        world.person(f"p{n}@example.com", f"+49151230{n:05d}", name=f"P{n}", agrees=("email", "sms")[: n % 3])
        for n in range(PEOPLE)
    ]
    acts: list[Act] = [
        (
            minutes,
            what,
            who + 5 * group,
            {**given, **({"basket_id": f"B{group}{who}"} if "basket_id" in given else {})},
        )
        for group in range(PEOPLE // 5)
        for minutes, what, who, given in (BASKET if group % 2 else POPUP)
        if minutes < UNTIL_MINUTES
    ]
    for minutes, what, who, given in sorted(acts, key=lambda one: one[0]):
        go_to(world, minutes)
        act(world, ids[who], what, given)
        world.work()
    go_to(world, UNTIL_MINUTES)


def go_on(store: SqlStore) -> dict[str, Any]:
    """What becomes of everybody in the days after."""
    world = World(store)
    world.restart()
    world.ids = world.context.ids = type(world.ids)(10**6)
    go_to(world, UNTIL_MINUTES)
    before = store.numbers.totals()
    world.wait(days=LATER_DAYS)
    after = store.numbers.totals()
    return {
        "inside_then": before.inside,
        "entered": after.entered,
        "inside": after.inside,
        "ends": dict(after.ends),
        "messages": {channel: dict(states) for channel, states in after.messages.items()},
    }


def make(version: str) -> None:
    """Writes ``VERSION.db.gz`` and ``VERSION.json``."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "workspace.db"
        store = open_store(path)
        world = World(store)
        world.engine.start()
        fill(world)
        # Everything back into the one file that is kept.
        store.checkpoint(truncate=True)
        store.close()
        (FOLDER / f"{version}.db.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        store = open_store(path)
        then = go_on(store)
        store.close()
    (FOLDER / f"{version}.json").write_text(json.dumps(then, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make(sys.argv[1])
