"""An engine in a process of its own, on a workspace that others work on too: ``FOLDER NAME LEASE BEAT LOOK``.

It works until it is told to stop (SIGTERM), and says on its last line how often it lost the lease.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from app.engine.context import Context
from app.engine.engine import Engine
from app.engine.lease import Pace
from app.model.batch import Batch, stale
from app.model.journey import Receipt
from app.store.database import open_store
from app.support.clock import SystemClock
from app.support.ids import TimedIds
from tests.crash.shop_child import Wire

SECONDS_EACH = 0.02


class SlowWire(Wire):
    """One message after the other, so that it can be frozen between two."""

    in_flight = 12

    def send(self, batch: Batch) -> Sequence[Receipt]:
        receipts: list[Receipt] = []
        for one in batch:
            if not batch.is_fresh():
                receipts.append(stale(one.message_id))
                continue
            receipts += super().send(Batch((one,)))
            time.sleep(SECONDS_EACH)
        return receipts


class Counting(Engine):
    """Counts how often another one has taken over."""

    lost = 0

    def _hand_over(self) -> int:
        self.lost += 1
        return super()._hand_over()


def main(folder: Path, name: str, pace: Pace) -> None:
    """Until it is told to stop."""
    store = open_store(folder / "workspace.db")
    clock = SystemClock()
    context = Context(store, clock, TimedIds(), UTC, name, steady=clock.passed)
    book = folder / f"wire-{name}.txt"
    channels = [SlowWire("email", book, idempotent=False), SlowWire("sms", book, idempotent=True)]
    engine = Counting(context, channels, name, pace=pace)
    stop = threading.Event()

    def told(_signal: int, _frame: object) -> None:
        stop.set()
        context.wake.set()

    signal.signal(signal.SIGTERM, told)
    print("ready", flush=True)
    engine.run(stop)
    store.close()
    print(f"lost {engine.lost}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Pace(*map(float, sys.argv[3:6])))
