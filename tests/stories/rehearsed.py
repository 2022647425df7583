"""A shop whose month is recorded, played once by a rehearsal and once by the real engine over a real file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from app.bootstrap.publishing import publish
from app.bootstrap.rehearsing import channels_of
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine.audience import Audience
from app.engine.chance import share
from app.engine.engine import Engine
from app.engine.habits import rates_of
from app.engine.outside import Happening, Mute, Outside
from app.flows.codec import read_flow
from app.flows.validate import validate
from app.model.flow import EMPTY
from app.model.journey import Changes
from app.model.people import Address, Consent, Event
from app.model.ports import Outgoing
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets
from tests.stories.basket_flow import NAME, story, write_story

START: Final = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)
"""Midnight in Berlin; a month without a change of the clocks, and the quiet hours of two zones."""
DAYS: Final = 30
_MOMENT: Final = timedelta(microseconds=1)
SETTINGS: Final[Mapping[str, Any]] = {
    "email.host": "mail.example.com",
    "email.from": "shop@example.com",
    "sms.url": "https://sms.example.com/send",
    "sms.price": "0.075 EUR",
    "site.url": "https://go.example.com",
    "postal_address": "1 Market Street",
    "workspace.zone": "Europe/Berlin",
    "sending.ceiling": {"email": 0, "sms": 0},
}
Told = tuple[datetime, int, str, str]
"""When, to whom, from which node, by which channel."""


@contextmanager
def shop(folder: Path, now: datetime, people: int, more: Mapping[str, Any] = EMPTY) -> Iterator[Workspace]:
    """A workspace with so many people, every second one with a phone that may be used."""
    secrets = FileSecrets(folder.parent / f"{folder.name}.secrets", "master")
    with open_workspace(folder, make=True, secrets=secrets, clock=StandingClock(now)) as workspace:
        workspace.store.settings.set({**SETTINGS, **more})
        for first in range(1, people + 1, 500):
            _bring(workspace, range(first, min(first + 500, people + 1)))
        yield workspace


def _bring(workspace: Workspace, numbers: Sequence[int]) -> None:
    """Some of them live elsewhere."""
    long_ago = START - timedelta(days=60)
    changes = Changes()
    with workspace.store.transaction() as tx:
        for number in numbers:
            country = "+4915" if number % 5 else "+1212555"
            phone = Address("phone", f"{country}{number:0{14 - len(country)}d}")
            tx.add_contact(number, (Address("email", f"p{number}@example.com"), phone), long_ago)
            for channel in ("email", "sms")[: 1 + number % 2]:
                said = Consent(channel, given=True, at=long_ago, source="form")
                changes.consents.append((number, said))
        tx.write(changes)


def month(people: int) -> list[Event]:
    """What happened: everybody leaves a basket or two, some of them order."""
    found = []
    for number in range(1, people + 1):
        for basket in range(1 + (share(number, "two") < 0.2)):
            at = START + timedelta(seconds=round(share(number, basket, "when") * DAYS * 86_400))
            properties = {"basket_id": f"b{number}-{basket}", "total": 20 + number % 60}
            found.append(_event("basket_added", at, number, properties))
            if share(number, basket, "orders") < 0.3:
                later = at + timedelta(minutes=round(share(number, basket, "after") * 6000))
                found.append(_event("order_completed", later, number, properties))
    return sorted(found, key=lambda one: (one.at, one.source_id))


def _event(name: str, at: datetime, number: int, properties: Mapping[str, Any]) -> Event:
    source = f"{name}:{properties['basket_id']}"
    return Event(name, at, source, contact_id=number, properties=properties)


def record(workspace: Workspace, events: Sequence[Event]) -> None:
    """As they stand in a workspace in which nothing was live."""
    with workspace.store.transaction() as tx:
        for event in events:
            tx.add_event(workspace.ids.new(), event, event.contact_id, event.at)


def document(folder: Path) -> str:
    """Story 1 as it comes along."""
    return write_story(story(), folder).read_text("utf-8")


class _Heard:
    def __init__(self) -> None:
        self.told: list[Told] = []

    def said(self, outgoing: Outgoing, channel: str, parts: int, at: datetime) -> None:
        del parts
        self.told.append((at, outgoing.contact.id, outgoing.node.id, channel))


def really(workspace: Workspace, text: str, events: Sequence[Event], seed: int) -> list[Told]:
    """The real engine over the real file: events come in by its one way in at their moments, its own loop
    decides and sends. Only the last step to the wire is mute, and people react by the same dice."""
    clock, context = workspace.clock, workspace.context
    assert isinstance(clock, StandingClock)
    assert not [one for one in validate(read_flow(text), workspace.surroundings()) if one.severity == "error"]
    assert publish(workspace, NAME, text).version == 1
    clock.jump(START)
    heard = _Heard()
    made = channels_of(workspace)
    page = [one for one in made if one.name in ("popup", "task")]
    script = [Happening(event.at, event) for event in events]
    audience = Audience(seed, rates_of(()), key="basket_id")
    outside = Outside(context, script, audience, page, key="basket_id", listener=heard)
    context.witness = outside.hear
    engine = Engine(context, [Mute(one, outside) for one in made if one not in page], "real")
    engine.start()
    until = START + timedelta(days=DAYS)
    engine.until_idle()
    while True:
        moment = min(one for one in (engine.next_due(), outside.next_at, until) if one is not None)
        if moment >= until:
            break
        clock.jump(moment)
        outside.act(moment)
        engine.until_idle()
    engine.close()
    return heard.told


def prints_of(folder: Path) -> dict[str, str]:
    """A print of every file in it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }
