"""A process whose workspace stands on a small disk, which another program fills while letters go out (R4).

Prints one JSON document about what came of it.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from app.model.errors import WorldError
from app.store.database import open_store
from app.support.clock import SystemClock
from tests.engine.flows import by_event
from tests.engine.world import Recorder, World

PEOPLE = 300
SECONDS = 60.0


def wait_until(what: object) -> float:
    """How long it took; a process that waits too long has failed."""
    begun, pause = time.monotonic(), threading.Event()
    assert callable(what)
    while not what():
        if time.monotonic() - begun > SECONDS:
            raise TimeoutError(str(what))
        pause.wait(0.01)
    return time.monotonic() - begun


def fill(path: Path) -> None:
    """Until not one byte has room."""
    with path.open("wb", buffering=0) as file:
        for size in (65536, 512, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


def main(folder: Path) -> None:
    """One filling, and what came of it."""
    logging.disable(logging.CRITICAL)
    store = open_store(folder / "workspace.db")
    world = World(store)
    world.context.clock = SystemClock()
    world.publish(by_event())
    letters = _Slow("email")
    world.engine = type(world.engine)(world.context, [letters], "lease-1")
    stop = threading.Event()
    engine = threading.Thread(target=world.engine.run, args=(stop,))
    engine.start()
    wait_until(lambda: world.engine.lease.is_held)  # only who holds it gives the log's room back
    people = world.people_with_mail(PEOPLE)
    accepted = sum(_is_taken(world, number, one) for number, one in enumerate(people[: PEOPLE // 2]))
    sent_before = wait_until(lambda: len(letters.sent) >= 20) and len(letters.sent)
    fill(folder / "filler")
    told_after = wait_until(lambda: world.engine.failed)
    said, sent_then = world.engine.troubles.sentence, len(letters.sent)
    refused = sum(not _is_taken(world, number, one) for number, one in enumerate(people))
    threading.Event().wait(3)
    sent_while_full = len(letters.sent) - sent_then
    unrecorded = _unrecorded(world, letters)
    (folder / "filler").unlink()
    went_on_after = wait_until(lambda: len(letters.sent) > sent_then + sent_while_full)
    taken = sum(_is_taken(world, number, one) for number, one in enumerate(people))
    wait_until(lambda: len(letters.sent) >= PEOPLE)
    stop.set()
    world.context.wake.set()
    engine.join(SECONDS)
    world.check()
    got = Counter(one.address for one in letters.sent)
    print(
        json.dumps(
            {
                "messages": PEOPLE,
                "accepted_before": accepted,
                "refused": refused,
                "accepted_after": taken,
                "said": said,
                "told_after": round(told_after, 2),
                "went_on_after": round(went_on_after, 2),
                "sent_before": sent_before,
                "sent_while_full": sent_while_full,
                "unrecorded": unrecorded + _unrecorded(world, letters),
                "lost": PEOPLE - len(got),
                "doubled": sum(got.values()) - len(got),
            }
        )
    )


class _Slow(Recorder):
    def _answer(self, one):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        threading.Event().wait(0.02)
        return super()._answer(one)


def _is_taken(world: World, number: int, person: int) -> bool:
    try:
        world.happens("signed_up", person, at=world.context.clock.now(), source_id=f"shop:{number}")
    except WorldError:
        return False
    return True


def _unrecorded(world: World, letters: Recorder) -> int:
    states = {one.id: one.state for one in world.messages()}
    return sum(states.get(one.message_id) not in ("sending", "sent") for one in letters.sent)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
