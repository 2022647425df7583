"""Plays the recorded inputs of a history through today's engine and tells the journal that comes of them.

A history is one JSON file: the flow's document, the people, the acts (moment in minutes, what, who) and the
journal. ``python -m tests.histories.play NAME`` records it anew; do that only for a change that is wanted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.flows.codec import read_flow, write_flow
from app.model.flow import EMPTY
from app.model.journey import Result
from app.model.people import Actor
from app.store.memory import MemoryStore
from tests.engine.world import NOON, World
from tests.histories.drawings import DRAWINGS, SEGMENTS

FOLDER = Path(__file__).parent
TEMPLATES = FOLDER.parent.parent / "resources" / "templates"
DAYS = 40

Act = tuple[int, str, int, dict[str, Any]]
"""(minutes after the start, event or reaction or "show", number of the person, properties)"""


def play(
    document: str,
    people: Sequence[Mapping[str, Any]],
    acts: Sequence[Act],
    others: Sequence[str] = (),
    segments: Mapping[str, Mapping[str, Any]] = EMPTY,
) -> list[list[Any]]:
    """The journal: seconds after the start, person, step, node, what, outlet, data without ids.

    ``others``: flows that are live besides, one of which ``document`` may start.
    """
    world = World(MemoryStore())
    world.engine.start()
    if others or segments:
        world.connect("notice")
    for name, rule in segments.items():
        world.segment(name, rule)
    for other in others:
        world.publish(read_flow(other))
    world.publish(read_flow(document))
    ids = [world.person(**dict(person)) for person in people]
    for minutes, what, who, properties in sorted(acts, key=lambda one: one[0]):
        go_to(world, minutes)
        act(world, ids[who], what, properties)
        world.work()
    world.wait(days=DAYS)
    number = {contact_id: index for index, contact_id in enumerate(ids)}
    return [
        [
            int((line.at - NOON).total_seconds()),
            number[line.contact_id],
            line.step,
            line.node,
            line.what,
            line.outlet,
            {name: value for name, value in line.data.items() if name != "message"},
        ]
        for contact_id in ids
        for line in world.journal(contact_id)
    ]


REACTIONS = {"opened", "clicked", "closed", "submitted", "unsubscribed", "done", "not-reached"}


def go_to(world: World, minutes: float) -> None:
    """So long after the start, with the machine running all the time."""
    world.wait(minutes=minutes - (world.now - NOON).total_seconds() / 60)


def act(world: World, contact_id: int, what: str, properties: Mapping[str, Any]) -> None:
    """One act of one person."""
    messages = world.messages(contact_id)
    if what == "show":
        world.show(messages[-1])
    elif what == "enter":
        world.enter(contact_id, **properties)
    elif what == "edit":
        world.edit(contact_id, **properties)
    elif what in REACTIONS:
        world.react(messages[-1], what, Actor.HUMAN, properties=properties)
    elif what == "refuse":
        world.email.will(Result.HARD, "550 5.1.1", bad_address=True)
    else:
        world.happens(what, contact_id, properties=properties)


def history(name: str) -> dict[str, Any]:
    """The recorded file."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


PEOPLE = [{"email": f"p{n}@example.com", "phone": f"+49151230{n:05d}", "name": f"P{n}"} for n in range(5)]
BASKET: list[Act] = [
    *((n, "basket_added", n, {"basket_id": f"B{n}", "total": 30 + 10 * n}) for n in range(5)),
    (12, "basket_changed", 1, {"basket_id": "B1", "total": 44}),
    (50, "opened", 0, {}),
    (55, "clicked", 1, {}),
    (70, "order_completed", 2, {"basket_id": "B2"}),
    (2 * 1440, "show", 3, {}),
    (2 * 1440 + 1, "closed", 3, {}),
    (3 * 1440, "order_completed", 1, {"basket_id": "another"}),
]
POPUP: list[Act] = [
    *((n, "page_viewed", n, {"page": "/bouquets/clara", "price": 70 + n, "left": 3}) for n in range(5)),
    (10, "show", 0, {}),
    (11, "submitted", 0, {}),
    (12, "show", 1, {}),
    (13, "closed", 1, {}),
    (20, "show", 2, {}),
    (21, "submitted", 2, {}),
    (1500, "opened", 0, {}),
    (1600, "offer_requested", 2, {}),
    (2000, "show", 1, {}),
    (2001, "submitted", 1, {}),
]
BIRTHDAY: list[Act] = [
    *((n, "edit", n, {"born": f"198{n}-03-{12 + 2 * n}"}) for n in range(5)),
    *((minutes, "clicked", n, {}) for n, minutes in ((0, 6000), (3, 17000))),
    (20000, "refuse", 0, {}),
]
REGULARS: list[Act] = [
    *((10 * n, "edit", n, {"tags": ["regular"]}) for n in range(5)),
    (600, "survey_done", 1, {"total": 3}),
    (900, "survey_done", 3, {"total": 5}),
    (1000, "opened", 0, {}),
    (1001, "unsubscribed", 4, {}),
]
THURSDAY: list[Act] = [
    *((n, "edit", n, {"tags": ["regular"]}) for n in range(4)),
    (5000, "done", 3, {}),
    (15000, "not-reached", 3, {}),
    (16000, "clicked", 0, {}),
]
BY_HAND: list[Act] = [
    *((n, "enter", n, {}) for n in range(5)),
    (20, "show", 0, {}),
    (21, "clicked", 0, {}),
    (1600, "clicked", 1, {}),
    (1700, "order_completed", 2, {}),
    (3000, "clicked", 3, {}),
]
HISTORIES = {
    "abandoned-basket": BASKET,
    "popup-first": POPUP,
    "birthday": BIRTHDAY,
    "regulars": REGULARS,
    "every-thursday": THURSDAY,
    "reached-by-hand": BY_HAND,
}
SILENT: list[dict[str, Any]] = [*PEOPLE[:3], {**PEOPLE[3], "phone": ""}, {**PEOPLE[4], "agrees": []}]
"""One whom no SMS can reach, and one who has agreed to nothing."""


def record(names: Sequence[str]) -> None:
    """Writes these histories as today's engine plays them."""
    for name in names:
        acts = HISTORIES[name]
        told = _told(name, acts)
        lines = ",\n".join(json.dumps(line, ensure_ascii=False) for line in play(**told))
        head = json.dumps(told, ensure_ascii=False)
        text = f'{head[:-1]}, "journal": [\n{lines}\n]}}\n'
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def _told(name: str, acts: Sequence[Act]) -> dict[str, Any]:
    if name not in DRAWINGS:
        document = (TEMPLATES / f"{name}.flow.json").read_text(encoding="utf-8")
        return {"document": document, "people": PEOPLE, "acts": acts}
    own, *others = map(write_flow, DRAWINGS[name])
    return {"document": own, "people": SILENT, "acts": acts, "others": others, "segments": SEGMENTS}


if __name__ == "__main__":
    record(sys.argv[1:])
