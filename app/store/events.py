"""What happened: each event once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from app.model.people import Actor, StoredEvent
from app.store.dialects import Query
from app.store.merge import MergePart
from app.store.messages import MACHINE, Heard
from app.store.tables import event
from app.store.types import from_json, micros, moment, to_json

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.people import Event
    from app.store.session import Session

ACTORS: Final = {actor.value: actor for actor in Actor}

ADD_EVENT = Query(
    lambda words: words.insert(event).on_conflict_do_nothing(index_elements=["source_id"]),
    *event.c.keys(),
)
_OF_CONTACTS = Query(
    lambda words: (
        select(
            event.c.contact_id,
            event.c.id,
            event.c.name,
            event.c.at,
            event.c.properties,
            event.c.message_id,
            event.c.actor,
        )
        .where(words.among(event.c.contact_id, "contacts"), words.among(event.c.name, "names"))
        .order_by(event.c.at, event.c.id)
    ),
    "contacts",
    "names",
)


class EventPart(MergePart):
    """The part of a transaction that is about events."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._heard: dict[tuple[int, str], Heard] = {}

    def add_event(self, event_id: int, event: Event, contact_id: int | None, now: datetime) -> bool:
        row = (
            event_id,
            event.source_id,
            event.name,
            contact_id,
            micros(event.at),
            micros(now),
            event.message_id,
            event.actor.value,
            event.history,
            to_json(event.properties),
        )
        if self._session.run(ADD_EVENT, *row) == 0:
            return False
        if event.message_id is not None:
            name = MACHINE + event.name if event.actor is Actor.MACHINE else event.name
            self._heard[event.message_id, name] = (event.actor.value, micros(event.at))
        return True

    def events_of(
        self, contact_ids: Sequence[int], names: Sequence[str]
    ) -> Mapping[int, Sequence[StoredEvent]]:
        if not contact_ids or not names:
            return {}
        found: dict[int, list[StoredEvent]] = defaultdict(list)
        listed = self._session.listed
        rows = self._session.rows(_OF_CONTACTS, listed(contact_ids), listed(names))
        for contact_id, id_, name, at, properties, message_id, actor in rows:
            found[contact_id].append(
                StoredEvent(id_, name, moment(at), from_json(properties), message_id, ACTORS[actor])
            )
        return dict(found)
