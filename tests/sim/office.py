"""What the people in the shop do, and what happens to their machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from app.engine import first, life, segment_life
from app.engine.faults import POINTS
from app.flows.impact import Inside, fault_of, stands
from app.model.errors import RefusedError, UserError
from app.model.flow import Edge, Flow, Node
from app.model.journey import FlowState, MessageState
from app.model.people import Actor, Consent, Event
from app.model.shifts import Choice, Group
from tests.sim import drawings
from tests.sim.books import OVER
from tests.sim.manners import rules_of
from tests.sim.wires import DOWN, WELL

if TYPE_CHECKING:
    from tests.sim.drawings import Drawer
    from tests.sim.shop import Shop
    from tests.sim.street import Street

LENGTHS: Final = ("PT1H", "PT5H", "P1D", "P2D", "P9D")
_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Habit:
    """How often in a month something happens."""

    deed: str
    times: int


HABITS: Final = (
    Habit("looks_at_what_waits", 40),
    Habit("calls_back", 20),
    Habit("kills_the_process", 25),
    Habit("switches_off", 3),
    Habit("lets_it_sleep", 3),
    Habit("freezes", 4),
    Habit("sets_the_clock", 2),
    Habit("pauses_a_flow", 3),
    Habit("closes_a_door", 1),
    Habit("stops_a_flow", 1),
    Habit("changes_texts", 2),
    Habit("changes_a_flow", 4),
    Habit("enters_by_hand", 6),
    Habit("edits_a_segment", 2),
    Habit("edits_people", 6),
    Habit("imports_history", 3),
    Habit("changes_rules", 2),
    Habit("loses_a_channel", 3),
    Habit("tries_what_is_parked", 4),
)


class Office:
    """Everybody inside."""

    def __init__(self, shop: Shop, drawer: Drawer, street: Street) -> None:
        self.shop, self.drawer, self.street, self.dice = shop, drawer, street, shop.dice
        self.done: dict[str, int] = {}
        for habit in HABITS:
            for _ in range(habit.times):
                moment = shop.begin + timedelta(minutes=self.dice.randint(30, _DAYS * 1440))
                shop.at(moment, self._deed(habit.deed))

    def _deed(self, name: str) -> Callable[[], object]:
        def deed() -> None:
            self.done[name] = self.done.get(name, 0) + 1
            getattr(self, f"_{name}")()

        return deed

    # --- what waits for a person ---

    def _looks_at_what_waits(self) -> None:
        """Lets go or drops what is held or unknown, puts notices away, says that the clock is right."""
        books, shop = self.shop.auditor.books, self.shop
        if books.machine.get("clock") is not None:
            self._answers_about_the_clock()
        for one in list(books.messages.values()):
            if one.state in (MessageState.HELD, MessageState.UNKNOWN) and self.dice.random() < 0.7:
                send = self.dice.random() < 0.6
                if send and one.state is MessageState.UNKNOWN:
                    shop.auditor.released.add(one.id)
                shop.guarded(life.decide_held, shop.context, one.id, send=send)
            elif one.is_notice and one.state is MessageState.SENT and not one.reason:
                shop.guarded(life.dismiss, shop.context, one.id)

    def _answers_about_the_clock(self) -> None:
        """Sets it right, or says that it is."""
        if self.dice.random() < 0.6:
            self.shop.clock.set(self.shop.true)
        self.shop.work()
        self.shop.guarded(life.answer_clock, self.shop.context)

    def _calls_back(self) -> None:
        for one in list(self.shop.auditor.books.messages.values()):
            if one.channel == "task" and one.state is MessageState.QUEUED and self.dice.random() < 0.5:
                name = self.dice.choice(["done", "not-reached"])
                self.street.send(
                    Event(name, self.shop.now, f"task:{one.id}", message_id=one.id, actor=Actor.HUMAN)
                )

    def _tries_what_is_parked(self) -> None:
        for live in self.shop.flows.values():
            self.shop.guarded(life.try_parked, self.shop.context, live.id)

    def decides_everything(self) -> None:
        """At the end nothing stays held: it goes out, or is dropped."""
        shop = self.shop
        for one in list(shop.auditor.books.messages.values()):
            if one.state in (MessageState.HELD, MessageState.UNKNOWN):
                shop.auditor.released.add(one.id)
                send = self.dice.random() < 0.5
                shop.guarded(life.decide_held, shop.context, one.id, send=send)

    # --- the machine ---

    def _kills_the_process(self) -> None:
        """At some gap from now on, or the next time that it comes to one of these."""
        if self.dice.random() < 0.5:
            self.shop.gaps.left = self.dice.randint(1, 40)
        else:
            self.shop.gaps.chosen |= set(self.dice.sample(POINTS, 3))

    def _switches_off(self) -> None:
        """For hours or days; events of the time come when it is on again."""
        self._away(self.dice.choice([1, 9, 30, 70]))
        self.shop.boot()

    def _lets_it_sleep(self) -> None:
        self._away(self.dice.choice([1, 8, 60]))
        self.shop.steady += 3600

    def _away(self, hours: float) -> None:
        self.shop.clock.doze(self.shop.now + timedelta(hours=hours))

    def _freezes(self) -> None:
        """The process stands still in the middle of the next batch, and another one works meanwhile."""
        meanwhile = self.shop.meanwhile

        def stand(message_id: int) -> None:
            self.shop.meanwhile = meanwhile
            self.shop.freezes()
            meanwhile(message_id)

        self.shop.meanwhile = stand

    def _sets_the_clock(self) -> None:
        by = self.dice.choice([-3, -3600, -86_400, 3600, 86_400, 400])
        self.shop.clock.set(self.shop.now + timedelta(seconds=by))
        self.shop.soon(self._looks_at_what_waits, hours=self.dice.choice([0.2, 5]))

    def _loses_a_channel(self) -> None:
        if not self.shop.wires:
            return
        wire = self.dice.choice(self.shop.wires)
        wire.mood = DOWN

        def back() -> None:
            wire.mood = WELL

        self.shop.soon(back, hours=self.dice.choice([0.5, 6]))

    # --- flows ---

    def _flow(self, *states: FlowState) -> str:
        """One that is in any of these states; empty when none is."""
        found = [name for name in sorted(self.shop.flows) if self.shop.state_of(name) in states]
        return self.dice.choice(found) if found else ""

    def _pauses_a_flow(self) -> None:
        name = self._flow(FlowState.LIVE)
        if name:
            self.shop.guarded(self.shop.set_state, name, FlowState.PAUSED)
            self.shop.soon(lambda: self._resumes(name), hours=self.dice.choice([1, 20, 90]))

    def _closes_a_door(self) -> None:
        name = self._flow(FlowState.LIVE)
        if name:
            self.shop.guarded(self.shop.set_state, name, FlowState.CLOSED)
            self.shop.soon(lambda: self._resumes(name), hours=self.dice.choice([5, 90]))

    def _resumes(self, name: str) -> None:
        self.shop.guarded(self.shop.set_state, name, FlowState.LIVE)

    def _stops_a_flow(self) -> None:
        """All journeys end; later it begins anew."""
        name = self._flow(FlowState.LIVE, FlowState.PAUSED)
        if not name:
            return
        self.shop.guarded(self.shop.set_state, name, FlowState.STOPPED)
        flow_id = self.shop.flows[name].id
        self.shop.guarded(life.stop_journeys, self.shop.context, flow_id)
        self.shop.guarded(life.stop_journeys, self.shop.context, flow_id)
        self.shop.soon(lambda: self._resumes(name), hours=self.dice.choice([5, 60]))

    def _changes_texts(self) -> None:
        """Everybody gets the new ones at once (rule 14)."""
        name = self._flow(FlowState.LIVE, FlowState.PAUSED, FlowState.CLOSED)
        if not name:
            return
        flow = self.shop.drawn(self.shop.flows[name].version_id).flow
        self._publish(replace(flow, nodes=tuple(_retitled(one, self.street.events) for one in flow.nodes)))

    def _changes_a_flow(self) -> None:
        """Other times, a node left out; people finish, move or leave, and all of it may be taken back."""
        name = self._flow(FlowState.LIVE, FlowState.PAUSED, FlowState.CLOSED)
        if not name:
            return
        old = self.shop.drawn(self.shop.flows[name].version_id).flow
        for _ in range(5):
            new = self._another(old)
            if self.drawer.is_valid(new):
                self._publish(new, self._choices(name, new))
                return

    def _publish(self, flow: Flow, groups: Sequence[Group] = ()) -> None:
        old = self.shop.version_of(flow.name)
        self.drawer.flows[flow.name] = flow
        shift = self.shop.guarded(self.shop.publish, flow, groups)
        if shift is None or shift is True or self.dice.random() < 0.6:
            return

        def back() -> None:
            if self.shop.flows[flow.name].version_id != shift.version_id:
                return
            if self.shop.state_of(flow.name) is FlowState.STOPPED or shift.state is FlowState.STOPPED:
                return
            if self.shop.version_of(flow.name).number != shift.number:
                return
            self.drawer.flows[flow.name] = self.shop.drawn(old.id).flow
            self.shop.guarded(self.shop.take_back, flow.name, shift, old)

        self.shop.soon(back, minutes=self.dice.randint(1, 10))

    def _another(self, flow: Flow) -> Flow:
        nodes = [self._other(one) for one in flow.nodes]
        body = [one for one in nodes if not one.kind.startswith("entry.") and one.kind not in ("end", "goal")]
        if body and self.dice.random() < 0.5:
            gone = self.dice.choice(body)
            nodes.remove(gone)
            flow = replace(flow, edges=tuple(_around(gone, flow.edges)))
        return replace(flow, nodes=tuple(nodes))

    def _other(self, node: Node) -> Node:
        new, dice = dict(node.settings), self.dice
        for name in ("for", "since_entry", "timeout", "late_after"):
            if name in new and dice.random() < 0.5:
                new[name] = dice.choice(LENGTHS)
        if node.kind in ("email", "sms") and dice.random() < 0.3:
            new["priority"] = dice.choice(["high", "low"])
        if "reactions" in new and node.kind == "email" and dice.random() < 0.3:
            new["reactions"] = sorted({*new["reactions"], "delivered"})
        return replace(node, settings=new)

    def _choices(self, name: str, new: Flow) -> list[Group]:
        """What is chosen of what can be chosen, for all who are inside."""
        books, live = self.shop.auditor.books, self.shop.flows[name]
        here: dict[int, dict[str, int]] = {live.version_id: {}}
        for one in books.journeys.values():
            if one.flow_id == live.id and one.state not in OVER:
                nodes = here.setdefault(one.version_id, {})
                nodes[one.node] = nodes.get(one.node, 0) + 1
        ids = [*sorted(id_ for id_ in here if id_ != live.version_id), live.version_id]
        versions = [Inside(id_, n + 1, self.shop.drawn(id_).flow, here[id_]) for n, id_ in enumerate(ids)]
        kept = [one.id for one in new.nodes if not one.kind.startswith("entry.")]
        groups = []
        for stand in stands(versions, new):
            choice = self.dice.choice(list(Choice))
            target = self.dice.choice([*kept, ""]) if choice is Choice.MOVE else ""
            target = target if stand.needs_target or self.dice.random() < 0.2 else ""
            if choice is not Choice.FINISH and not fault_of(stand, new, choice, target):
                groups.append(Group(stand.version_id, stand.node, choice, target))
        return groups

    # --- people ---

    def _enters_by_hand(self) -> None:
        name = self._flow(FlowState.LIVE)
        people = self.dice.sample(self.street.people, 5)
        books = self.shop.auditor.books
        alive = [one for one in people if one not in books.gone]
        try:
            self.shop.guarded(life.enter, self.shop.context, name, alive, {"total": 1})
        except (UserError, RefusedError):
            return  # that flow takes nobody by hand

    def _edits_a_segment(self) -> None:
        name, rule = self.dice.choice(sorted(drawings.segments(self.dice).items()))
        self.shop.guarded(segment_life.save_segment, self.shop.context, name, rule)

    def _edits_people(self) -> None:
        from app.model.journey import ContactChange

        one = self.dice.choice(self.street.people)
        if one in self.shop.auditor.books.gone:
            return
        moment = (self.shop.true + timedelta(days=self.dice.randint(-3, 20))).isoformat()
        change = self.dice.choice(
            [
                ContactChange(one, {"appointment": moment}),
                ContactChange(one, {"total": self.dice.randint(0, 12)}),
                ContactChange(one, add_tags=frozenset(["vip"])),
                ContactChange(one, remove_tags=frozenset(["vip", "shy"])),
            ]
        )
        consents = [(one, Consent("email", given=True, at=self.shop.now, source="hand"))]

        def edit() -> None:
            with self.shop.context.session("ingest") as session:
                session.changes.contacts.append(change)
                if self.dice.random() < 0.2:
                    session.changes.consents += consents

        self.shop.guarded(edit)

    def _imports_history(self) -> None:
        """Orders of long ago: they start nothing (rule 2), but count."""
        for n in range(5):
            one = self.dice.choice(self.street.people)
            at = self.shop.true - timedelta(days=self.dice.randint(0, 60))
            event = Event(
                self.dice.choice(["order_completed", "page_viewed", "signed_up"]),
                at,
                f"history:{self.shop.true.isoformat()}:{n}",
                contact_id=one,
                properties={"total": 30},
                history=True,
            )
            self.street._take(event)()

    def _changes_rules(self) -> None:
        self.shop.let_rules(rules_of(self.dice, self.shop.now))

    def puts_everything_right(self) -> None:
        """At the end of the month: nothing is held up any more."""
        shop = self.shop
        shop.gaps.left = 0
        shop.gaps.chosen.clear()
        shop.clock.set(shop.true)
        shop.guarded(shop.engine.work)
        shop.guarded(life.answer_clock, shop.context)
        for name in sorted(shop.flows):
            if shop.state_of(name) is not FlowState.STOPPED:
                shop.set_state(name, FlowState.CLOSED)
                shop.guarded(first.release_first, shop.context, name)


def _retitled(node: Node, number: int) -> Node:
    words = {"subject", "text", "headline"} & set(node.settings)
    return replace(node, settings={**node.settings, **dict.fromkeys(sorted(words), f"New {number}")})


def _around(gone: Node, edges: Sequence[Edge]) -> list[Edge]:
    """What led to the node leads where one of its ways led."""
    then = next((edge.target for edge in edges if edge.source == gone.id), "")
    others = [edge for edge in edges if edge.source != gone.id]
    return [
        replace(edge, target=then) if edge.target == gone.id else edge
        for edge in others
        if then or edge.target != gone.id
    ]
