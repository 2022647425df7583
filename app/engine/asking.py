"""What one claim has to know to ask the policy: read for all of its rows together, and only where the rules
ask for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from app.engine import decide
from app.engine.caps import COUNTED, most_for
from app.engine.holding import FIRST, FIRST_SEND
from app.engine.policy import Answer, Around, Verdict, ask
from app.engine.windows import Hours
from app.engine.zones import Whereabouts, whereabouts
from app.model.durations import parse_duration
from app.model.journey import MessageState, Said

if TYPE_CHECKING:
    from datetime import datetime

    from app.engine.plan import PlanNode
    from app.engine.session import Session
    from app.engine.walk import Walk
    from app.model.journey import Message

_DAY: Final = timedelta(days=1)


class Asking:
    """Asks the policy about the rows of one claim."""

    def __init__(self, session: Session, rows: Sequence[Message], walks: Mapping[int, Walk]) -> None:
        self.session = session
        self._rules = session.rules
        self._nodes = {
            row.id: walks[row.id].plan_of(row).sender(row) for row in rows if _is_known(row, walks)
        }
        self._said = self._read_said(rows)
        self._words = self._read_words(rows)
        self._first: dict[str, dict[str, int]] = session.tx.machine(FIRST) or {}

    def verdict(self, walk: Walk, row: Message) -> Verdict:
        """The policy's answer for one row, in the place and the moment of this transaction."""
        node = self._nodes.get(row.id) or walk.plan_of(row).sender(row)
        where = self._whereabouts(walk, row, node)
        found = ask(
            row,
            node.kind,
            walk.facts.contact,
            still_here=decide.is_wanted(walk, row),
            now=walk.now,
            around=self._around(row, node, where),
        )
        if where is not None and where.unknown and _first_time(row, found):
            data = {"message": row.id, "zone": where.unknown, "instead": str(self.session.zone)}
            walk.journal("zone-unknown", data=data)
        if found.answer is Answer.SEND and self._has_had_first(walk, row):
            return Verdict(Answer.HOLD, FIRST_SEND)
        return found

    def took(self, walk: Walk, row: Message) -> None:
        """The row goes out now: it counts for those that come after it in this claim."""
        if row.purpose == "marketing" and row.contact_id in self._said:
            self._said[row.contact_id].append(Said(walk.now, row.channel, row.priority))
        first = self._first_of(walk, row)
        if first is not None:
            first["sent"] += 1
            self.session.changes.machine[FIRST] = self._first

    # --- what is read ---

    def _read_said(self, rows: Sequence[Message]) -> dict[int, list[Said]]:
        cap = self._rules.cap
        people = {
            row.contact_id
            for row in rows
            if row.purpose == "marketing" and row.channel in COUNTED and most_for(cap, row.priority)
        }
        if not people:
            return {}
        # A day more than the cap's time: it is counted on somebody's calendar.
        since = cap.within.before(self.session.now, self.session.zone) - _DAY
        found = self.session.tx.said_to(sorted(people), since, self.session.now)
        return {one: list(found.get(one, ())) for one in people}

    def _read_words(self, rows: Sequence[Message]) -> Mapping[int, Mapping[str, datetime]]:
        people = {
            row.contact_id
            for row in rows
            if (node := self._nodes.get(row.id)) is not None and node.kind.window
        }
        return self.session.tx.last_words(sorted(people)) if people else {}

    # --- what surrounds a row ---

    def _around(self, row: Message, node: PlanNode, where: Whereabouts | None) -> Around:
        window = self._rules.windows.get(node.kind.channel)
        hours = Hours(window, self._rules.holidays) if window is not None and where is not None else None
        return Around(
            topic=str(node.setting("topic") or ""),
            has_reason=_has_reason(node),
            last_word=self._words.get(row.contact_id, {}).get(node.kind.channel),
            hours=hours,
            zones=where.zones if where is not None else (),
            clock=where.by if where is not None else "",
            shop=self.session.zone,
            cap=self._rules.cap,
            said=self._said.get(row.contact_id, ()),
            capped_wait=parse_duration(str(node.setting("capped_wait") or "PT24H")),
        )

    def _whereabouts(self, walk: Walk, row: Message, node: PlanNode) -> Whereabouts | None:
        """Only asked where hours of sending depend on it."""
        if row.purpose != "marketing" or node.kind.channel not in self._rules.windows:
            return None
        return whereabouts(walk.facts.contact, self.session.places, self.session.zone)

    def _has_had_first(self, walk: Walk, row: Message) -> bool:
        """Rule 22: whether so many have had the flow's first message that a person looks at it first."""
        first = self._first_of(walk, row)
        return first is not None and first["sent"] >= first["most"]

    def _first_of(self, walk: Walk, row: Message) -> dict[str, int] | None:
        """What is counted where this is the first that a person gets of a flow which stops after so many."""
        first = self._first.get(str(row.flow_id))
        if first is None or walk.plan.sender(row).kind.policy != "person" or not is_first(walk, row):
            return None
        return first


def is_first(walk: Walk, row: Message) -> bool:
    """Whether the contact has had nothing yet on this journey."""
    went_out = (MessageState.SENT, MessageState.SENDING, MessageState.UNKNOWN)
    others: Collection[Message] = walk.facts.messages.values()
    return not any(one.state in went_out for one in others if one.id != row.id and not one.is_notice)


def _is_known(row: Message, walks: Mapping[int, Walk]) -> bool:
    walk = walks.get(row.id)
    return walk is not None and row.node in walk.plan_of(row).nodes


def _has_reason(node: PlanNode) -> bool:
    """A channel with a window for replies may ask for one of its reasons to write again."""
    setting: Any = node.kind.setting("reason")
    if not node.kind.window or setting is None or not setting.choices:
        return True
    return node.setting("reason") in {value for value, _ in setting.choices}


def _first_time(row: Message, verdict: Verdict) -> bool:
    """Whether this is the first time that hours decided about the row."""
    return not row.reason and verdict.answer in (Answer.SEND, Answer.LATER)
