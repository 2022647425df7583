"""How long a month of story 1 takes to rehearse: 10,000 people over 30 days.

A rehearsal has no bare alternative. The limit is the same texts, made in the same run and nothing else done:
nobody could say what would be sent in less. ``seconds`` has the goal of 40 as its bar.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.rehearsing import channels_of, rehearse_flow
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine.chance import share
from app.engine.plan import make_plan
from app.flows.codec import read_flow
from app.flows.publish import content_hash
from app.model.flow import EMPTY
from app.model.journey import Changes, Version
from app.model.people import Address, Consent, Event
from app.model.ports import Outgoing
from app.model.rehearsing import Rehearsal, RehearsalOptions
from app.support import paths
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets

if TYPE_CHECKING:
    from collections.abc import Mapping

_PEOPLE: Final = 10_000
_DAYS: Final = 30
_BATCH: Final = 500
_START: Final = datetime(2026, 11, 2, tzinfo=UTC)
_GOAL_SECONDS: Final = 40.0
_ORDERS: Final = 0.25
_SETTINGS: Final[Mapping[str, Any]] = {
    "email.host": "mail.example.com",
    "email.from": "shop@example.com",
    "sms.url": "https://sms.example.com/send",
    "site.url": "https://go.example.com",
    "postal_address": "1 Bench Street",
    "workspace.zone": "Europe/Berlin",
    "sending.ceiling": {"email": 0, "sms": 0},
}
_STORY: Final = "abandoned-basket.flow.json"


def measure_rehearse(people: int = _PEOPLE) -> list[dict[str, Any]]:
    """Seconds by the wall and of the processor; other programs are in the first and not in the second."""
    document = (paths.resources() / "templates" / _STORY).read_text(encoding="utf-8")
    options = RehearsalOptions(days=_DAYS, replay=True, start=_START)
    prefix = "chainwright-bench-"
    with tempfile.TemporaryDirectory(prefix=prefix) as scratch, _shop(Path(scratch), people) as workspace:
        wall, processor = time.perf_counter(), time.process_time()
        found = rehearse_flow(workspace, read_flow(document).name, document, options)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        texts = _texts_alone(workspace, document, found)
    bar = _GOAL_SECONDS if people == _PEOPLE else None
    said = len(found.draft.said)
    return [
        _figure(f"{people:,} people, {_DAYS} days, by the wall", wall, texts, bar),
        _figure("the same, of the processor", processor, texts, bar),
        {
            "name": "messages a second of the processor",
            "value": round(said / processor, 1),
            "unit": "per second",
            "limit": round(said / texts, 1) if texts else 0.0,
            "ratio": round(texts / processor, 3),
            "bar": None,
        },
    ]


def _figure(name: str, seconds: float, limit: float, bar: float | None) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(seconds, 2),
        "unit": "seconds",
        "limit": round(limit, 2),
        "ratio": round(seconds / limit, 2) if limit else 0.0,
        "bar": bar,
        "missed": bar is not None and seconds > bar,
    }


@contextmanager
def _shop(folder: Path, people: int) -> Iterator[Workspace]:
    """Everybody left a basket in that month, some have ordered; every second phone may be used."""
    secrets = FileSecrets(folder / "secrets", "bench")
    clock = StandingClock(_START + timedelta(days=_DAYS))
    with open_workspace(folder / "shop", make=True, secrets=secrets, clock=clock) as workspace:
        workspace.store.settings.set(dict(_SETTINGS))
        for first in range(1, people + 1, _BATCH):
            _bring(workspace, range(first, min(first + _BATCH, people + 1)))
        yield workspace


def _bring(workspace: Workspace, numbers: range) -> None:
    long_ago, changes = _START - timedelta(days=60), Changes()
    with workspace.store.transaction() as tx:
        for number in numbers:
            addresses = Address("email", f"p{number}@example.com"), Address("phone", f"+4915{number:09d}")
            tx.add_contact(number, addresses, long_ago)
            for channel in ("email", "sms")[: 1 + number % 2]:
                said = Consent(channel, given=True, at=long_ago, source="form")
                changes.consents.append((number, said))
        tx.write(changes)
        for number in numbers:
            for event in _happened(number):
                tx.add_event(workspace.ids.new(), event, number, event.at)


def _happened(number: int) -> Iterator[Event]:
    left = _START + timedelta(seconds=round(share(number, "left") * _DAYS * 86_400))
    basket = {"basket_id": f"b{number}", "total": 20 + number % 60}
    yield Event("basket_added", left, f"left:{number}", contact_id=number, properties=basket)
    if share(number, "orders") < _ORDERS:
        ordered = left + timedelta(minutes=round(share(number, "after") * 6000))
        yield Event("order_completed", ordered, f"ordered:{number}", contact_id=number, properties=basket)


def _texts_alone(workspace: Workspace, document: str, found: Rehearsal) -> float:
    """Seconds of the processor for making all texts that went out, and nothing else."""
    flow = read_flow(document)
    plan = make_plan(Version(1, 1, 1, content_hash(flow), document))
    channels = {one.name: one for one in channels_of(workspace)}
    with workspace.store.looking() as tx:
        people = tx.contacts(range(1, _BATCH))
    some = list(people.values())
    begun = time.process_time()
    for number, said in enumerate(found.draft.said):
        contact, node = some[number % len(some)], plan.nodes[said.node]
        address = contact.addresses.get(node.kind.address, "")
        channels[said.channel].prepare(
            Outgoing(number, plan.hash, node.node, contact, address, "marketing", EMPTY)
        )
    return time.process_time() - begun
