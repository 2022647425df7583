"""What comes of a rehearsal, counted as it is written: nothing has to be kept for it in the store."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Final

from app.engine.zones import whereabouts
from app.model.journey import JourneyState
from app.model.rehearsing import NIGHT, Entered, Played, Said, Snag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from app.model.journey import Changes, JournalLine, Journey, Message
    from app.model.ports import Outgoing, Places

_GOAL: Final = "goal"
_FIRST: Final = 3
"""So many people are named for each snag."""
_SnagKey = tuple[str, str, str]
"""(node, what, detail)"""


def is_night(local: datetime) -> bool:
    """Whether people sleep at this time of the day."""
    evening, morning = NIGHT
    return local.hour >= evening or local.hour < morning


class Counting:
    """Counts what is written about one flow. What others had said before counts for nobody's numbers, but for
    how much a person gets."""

    def __init__(self, flow_id: int, zone: tzinfo, places: Places) -> None:
        self._flow_id, self._zone, self._places = flow_id, zone, places
        self._names: Counter[tuple[str, str]] = Counter()
        self._states: dict[int, tuple[str, str]] = {}
        self._said: list[Said] = []
        self._entered: list[Entered] = []
        self._to_goal: list[float] = []
        self._snags: dict[_SnagKey, list[int]] = {}
        self._people: dict[_SnagKey, list[int]] = defaultdict(list)
        self._until: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._others: Counter[tuple[int, str, int]] = Counter()

    # --- what is told ---

    def said(self, outgoing: Outgoing, channel: str, parts: int, at: datetime) -> None:
        """A message went out, or was shown."""
        zones = whereabouts(outgoing.contact, self._places, self._zone).zones
        clocks = [at.astimezone(zone).replace(tzinfo=None) for zone in zones]
        # Where it is not known where somebody is, it is night if it may be night.
        local = next((one for one in clocks if is_night(one)), clocks[0])
        node, _, rung = outgoing.node.id.partition("#")
        contact_id = outgoing.contact.id
        self._said.append(Said(at, contact_id, node, int(rung or 0), channel, local, parts))

    def hear(self, changes: Changes) -> None:
        """Everything that is written, as it is written."""
        for key, by in changes.counts.items():
            if key.flow_id == self._flow_id:
                self._names[key.node, key.name] += by
        for message in (*changes.queued, *changes.messages):
            self._see_message(message)
        for journey in (*changes.started, *(new for new, _ in changes.moved)):
            self._see_end(journey)
        for line in changes.journal:
            self._see_line(line)
        for flow_id, why in changes.paused:
            if flow_id == self._flow_id:
                self._snag("", "paused", why, 0)

    def _see_message(self, message: Message) -> None:
        if message.flow_id == self._flow_id:
            self._states[message.id] = (message.channel, str(message.state))
        elif message.sent_at is not None:
            day = message.sent_at.astimezone(self._zone).date().isoformat()
            self._others[message.contact_id, day, message.flow_id] += 1

    def _see_end(self, journey: Journey) -> None:
        over = journey.state is JourneyState.DONE and journey.end_reason == _GOAL
        if over and journey.flow_id == self._flow_id and journey.ended_at is not None:
            self._to_goal.append((journey.ended_at - journey.started_at).total_seconds())

    def _see_line(self, line: JournalLine) -> None:
        data = line.data
        if line.what == "not-started":
            self._snag(line.node, "not-started", str(data.get("flow", "")), line.contact_id)
        elif line.flow_id != self._flow_id:
            return
        elif line.what == "started":
            self._entered.append(Entered(line.at, line.contact_id, line.node))
        elif line.what == "refused":
            reason = str(data.get("reason", ""))
            self._entered.append(Entered(line.at, line.contact_id, line.node, reason))
        elif line.what in ("held", "parked", "unknown"):
            self._snag(line.node, line.what, str(data.get("reason", "")), line.contact_id)
        elif line.what == "failed" and data.get("reason") == "bad-text":
            self._snag(line.node, "bad-text", str(data.get("detail", "")), line.contact_id)
        elif line.what == "postponed":
            self._see_wait(line.node, data)

    def _see_wait(self, node: str, data: Mapping[str, object]) -> None:
        until = str(data.get("until", ""))
        if until:
            local = datetime.fromisoformat(until).astimezone(self._zone)
            self._until[node, str(data.get("reason", ""))][f"{local:%H:%M}"] += 1

    def _snag(self, node: str, what: str, detail: str, contact_id: int) -> None:
        key = (node, what, detail)
        self._snags.setdefault(key, [0])[0] += 1
        people = self._people[key]
        if contact_id and len(people) < _FIRST and contact_id not in people:
            people.append(contact_id)

    # --- what came of it ---

    def played(self, events: int) -> Played:
        """All of it, in an order that hangs on nothing but the numbers."""
        others: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
        for (contact_id, day, flow_id), count in sorted(self._others.items()):
            others[contact_id, day][str(flow_id)] = count
        return Played(
            names={key: count for key, count in sorted(self._names.items()) if count},
            messages=dict(sorted(Counter(self._states.values()).items())),
            said=self._said,
            entered=self._entered,
            to_goal=sorted(self._to_goal),
            snags=self._told_snags(),
            until={key: _commonest(times) for key, times in sorted(self._until.items())},
            events=events,
            others=others,
        )

    def _told_snags(self) -> list[Snag]:
        found = [Snag(*key, count, tuple(self._people[key])) for key, (count,) in self._snags.items()]
        return sorted(found, key=lambda one: (-one.count, one.node, one.what, one.detail))


def _commonest(times: Counter[str]) -> str:
    return min(times.items(), key=lambda one: (-one[1], one[0]))[0]
