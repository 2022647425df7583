"""R13: whatever happens in whatever order, over the twin and over SQLite, with equal results.

Nightly runs more and longer histories; a failing one prints itself.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.engine import life
from app.flows.codec import write_flow
from app.model.batch import Batch
from app.model.flow import Flow
from app.model.journey import (
    OPEN_STATES,
    FlowState,
    JourneyState,
    LiveFlow,
    Message,
    MessageState,
    Receipt,
    Result,
)
from app.model.kinds import KINDS
from app.model.people import Actor, Address, Consent
from app.model.ports import Prepared, Transaction
from app.store.database import SqlStore, open_store
from app.store.memory import MemoryStore
from tests.engine.flows import basket
from tests.engine.world import Recorder, World
from tests.unit.engine.build import flow_of, letter, node

NIGHTLY: Final = settings.default is not None and settings.default.max_examples > 100
EVERYTHING: Final = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
PHASES: Final = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]


def welcome() -> Flow:
    """Every other kind: a wait, a check, a set, a service message, a call-back."""
    vip = {"any": [{"tag": "vip"}, {"event": "order_completed", "since": "ever"}]}
    nodes = [
        node("start", "entry.event", events=["signed_up"]),
        node("hand", "entry.manual"),
        node("c", "check", ways=[{"name": "vip", "when": vip}]),
        node("tag", "set", add_tags=["vip"], properties={"welcomed": True}),
        letter("hello", reactions=["opened", "clicked"], timeout="P1D", human_only=True),
        node("w", "wait", events=["order_completed", "clicked"], since="entry", timeout="P2D"),
        letter("thanks", purpose="transactional", reason="your order"),
        node("call", "task", text="Call", timeout="P1D"),
        node("won", "goal"),
    ]
    lines = [
        "start.entered > c",
        "hand.entered > hello",
        "c.vip > thanks",
        "c.else > hello",
        "hello.opened > tag",
        "hello.clicked > w",
        "hello.timeout > call",
        "tag.next > w",
        "w.happened > thanks",
        "w.timeout > call",
        "call.done > won",
        "thanks.sent > won",
    ]
    return Flow(
        "Welcome", flow_of(nodes, *lines).nodes, flow_of(nodes, *lines).edges, settings={"reentry": "restart"}
    )


def acting() -> Flow:
    """What acts and goes on at once, parts by chance, and tries one way after the other (rules 16 and 18)."""
    rungs: list[dict[str, Any]] = [
        {"kind": "popup", "settings": {"headline": "Hi"}, "try_for": "P1D"},
        {"kind": "email", "settings": {"subject": "Hi", "body": "x"}, "try_for": "PT12H"},
        {"kind": "sms", "settings": {"text": "x"}, "try_for": "PT6H"},
    ]
    arms = [{"name": "a", "weight": 2}, {"name": "b", "weight": 1}]
    nodes = [
        node("start", "entry.event", events=["page_view"]),
        node("part", "split", arms=arms, hold_out=20),
        node("ring", "reach", rungs=rungs, reactions=["opened", "clicked"]),
        node("tell", "notify", text="x"),
        node("go", "start", flow="Welcome"),
        node("no", "consent", channel="sms", given="no"),
        node("yes", "consent", channel="email", given="yes", text="Yes"),
        node("note", "record", event="signed_up"),
        node("again", "record", event="page_view"),
        node("open", "until", business=True, time="10:00"),
    ]
    lines = [
        "start.entered > part",
        "part.a > ring",
        "part.b > note",
        "part.hold-out > open",
        "ring.opened > go",
        "ring.clicked > tell",
        "ring.timeout > no",
        "ring.failed > yes",
        "tell.next > again",
        "no.next > note",
        "open.next > tell",
    ]
    made = flow_of(nodes, *lines)
    return Flow("Acting", made.nodes, made.edges, settings={"reentry": {"after": "PT1H"}})


class Watched(World):
    """A workspace whose channels look twice at every message before it goes out."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.wrong: list[str] = []
        for channel in (self.email, self.sms):
            self._watch(channel)
        self.connect("notice")

    def _watch(self, channel: Recorder) -> None:
        send = channel.send

        def watched(batch: Batch) -> Sequence[Receipt]:
            with self.store.transaction() as tx:
                self.wrong += [wrong for one in batch for wrong in faults_of(tx, one)]
            return send(batch)

        channel.send = watched  # type: ignore[method-assign]


def faults_of(tx: Transaction, one: Prepared) -> Iterator[str]:
    """What speaks against sending this one now, by what is stored."""
    message = tx.message(one.message_id)
    if message is None or message.state is not MessageState.SENDING:
        yield "not committed as sending"
        return
    journey = tx.journeys([message.journey_id])[message.journey_id]
    contact = tx.contacts([message.contact_id])[message.contact_id]
    kind = KINDS[message.channel]
    if journey.state is JourneyState.DONE:
        yield f"sent after the end: {journey.end_reason}"
    if (journey.message_id, journey.step) != (message.id, message.step):
        yield "the journey stands elsewhere"
    if contact.addresses.get(kind.address) != one.address or kind.address in contact.suppressed:
        yield "an address that must get nothing"
    if one.purpose == "marketing" and contact.consents.get(message.channel) is not True:
        yield "no consent"


people = st.integers(0, 2)
keys = st.sampled_from(["b1", "b2", None])
minutes_ago = st.sampled_from([0, 0, 0, 1, 40, 90, 3000, -600])
names = st.sampled_from(
    ["delivered", "opened", "clicked", "clicked", "closed", "bounced", "unsubscribed", "complained", "done"]
)


class AnyOrder(RuleBasedStateMachine):
    """One workspace over the twin; the subclass below lives the same life a second time over SQLite."""

    def __init__(self) -> None:
        super().__init__()
        self.worlds: list[Watched] = [Watched(MemoryStore())]

    @initialize()
    def open_the_shop(self) -> None:
        self.flows: list[list[LiveFlow]] = []
        for world in self.worlds:
            world.engine.start()
            self.flows.append([world.publish(flow) for flow in (basket(), welcome(), acting())])
            world.person("eva@example.org", "+4915112345678")
            world.person("bob@example.org", visitor="bobs", agrees=("email",))
            world.person(visitor="somebody", agrees=())

    def everywhere(self, act: Callable[[Watched], Any]) -> Any:
        """The same in every workspace, with the same answer."""
        answers = [act(world) for world in self.worlds]
        assert all(answer == answers[0] for answer in answers)
        return answers[0]

    def known(self, state: MessageState | None = None) -> list[Message]:
        return [one for one in self.worlds[0].messages() if state in (None, one.state)]

    # --- what happens to people ---

    @rule(who=people, key=keys, ago=minutes_ago, name=st.sampled_from(["basket_added", "basket_changed"]))
    def basket(self, who: int, key: str | None, ago: int, name: str) -> None:
        properties = {"basket_id": key} if key else {}
        self.everywhere(
            lambda world: world.happens(
                name, world.people[who], world.now - timedelta(minutes=ago), properties
            )
        )

    @rule(who=people, name=st.sampled_from(["signed_up", "page_view", "basket_cleared"]), ago=minutes_ago)
    def something(self, who: int, name: str, ago: int) -> None:
        self.everywhere(
            lambda world: world.happens(name, world.people[who], world.now - timedelta(minutes=ago))
        )

    @rule(who=people, key=keys, ago=minutes_ago, history=st.booleans())
    def order(self, who: int, key: str | None, ago: int, history: bool) -> None:
        properties = {"basket_id": key} if key else {}
        self.everywhere(
            lambda world: world.happens(
                "order_completed",
                world.people[who],
                world.now - timedelta(minutes=ago),
                properties,
                history=history,
            )
        )

    @rule(who=st.lists(people, min_size=1, max_size=3))
    def by_hand(self, who: list[int]) -> None:
        def act(world: Watched) -> Any:
            with world.store.transaction() as tx:
                open_ = any(f.name == "Welcome" and f.state is FlowState.LIVE for f in tx.live_flows())
            if open_:
                return sorted(world.enter(*(world.people[one] for one in who), flow="Welcome").values())
            return None

        self.everywhere(act)

    @precondition(lambda self: self.known())
    @rule(data=st.data(), name=names, actor=st.sampled_from(Actor), hard=st.booleans(), doubled=st.booleans())
    def react(self, data: st.DataObject, name: str, actor: Actor, hard: bool, doubled: bool) -> None:
        message = data.draw(st.sampled_from([one.id for one in self.known()]))
        source_id = f"esp:{message}:{name}"

        def act(world: Watched) -> Any:
            more: dict[str, Any] = {"source_id": source_id} if doubled else {}
            return world.happens(name, message_id=message, actor=actor, properties={"hard": hard}, **more)

        self.everywhere(act)

    @rule(who=people, given=st.booleans(), channel=st.sampled_from(["email", "sms"]))
    def form(self, who: int, given: bool, channel: str) -> None:
        def act(world: Watched) -> Any:
            consent = Consent(channel, given=given, at=world.now, source="form")
            return world.happens("form_sent", world.people[who], consents=(consent,))

        self.everywhere(act)

    @rule(
        visitor=st.sampled_from(["bobs", "somebody", "new"]), mail=st.sampled_from(["eva", "bob", "ann", ""])
    )
    def browser(self, visitor: str, mail: str) -> None:
        addresses = [Address("visitor", visitor)]
        if mail:
            addresses.append(Address("email", f"{mail}@example.org"))
        self.everywhere(lambda world: world.happens("signed_up", addresses=tuple(addresses)))

    # --- what the world does ---

    @rule(channel=st.sampled_from(["email", "sms"]), result=st.sampled_from(Result), stop=st.booleans())
    def trouble(self, channel: str, result: Result, stop: bool) -> None:
        def act(world: Watched) -> None:
            stops = stop and result is Result.RETRY
            getattr(world, channel).will(result, "x", stop_channel=stops, bad_address=result is Result.HARD)

        self.everywhere(act)

    @rule()
    def work(self) -> None:
        self.everywhere(lambda world: world.work())

    @rule(hours=st.sampled_from([1, 6, 24, 72]))
    def time_passes(self, hours: int) -> None:
        self.everywhere(lambda world: world.wait(hours=hours))

    @rule(hours=st.sampled_from([1, 30, 80]))
    def the_machine_sleeps(self, hours: int) -> None:
        self.everywhere(lambda world: world.sleep(hours=hours))

    @rule(
        who=people,
        name=st.sampled_from(["order_completed", "basket_cleared", "page_view"]),
        result=st.sampled_from(Result),
    )
    def something_happens_while_a_letter_is_on_the_wire(self, who: int, name: str, result: Result) -> None:
        def act(world: Watched) -> None:
            def happens() -> None:
                world.email.during = lambda: None
                world.happens(name, world.people[who])

            world.happens("basket_added", world.people[who], properties={"basket_id": f"b{world.events}"})
            world.sleep(minutes=31)
            world.email.will(result, "x")
            world.email.during = happens
            world.work()
            world.email.during = lambda: None

        self.everywhere(act)

    @rule()
    def the_process_is_killed_while_it_sends(self) -> None:
        def act(world: Watched) -> None:
            def killed() -> None:
                raise KeyboardInterrupt

            world.email.during = killed
            try:
                world.work()
            except KeyboardInterrupt:
                world.restart()
            world.email.during = lambda: None

        self.everywhere(act)

    # --- what people at the office do ---

    @rule(which=st.integers(0, 2), state=st.sampled_from([*FlowState][1:4]))
    def set_state(self, which: int, state: FlowState) -> None:
        for world, flows in zip(self.worlds, self.flows, strict=True):
            world.set_state(flows[which], state)

    @precondition(lambda self: self.known(MessageState.HELD) or self.known(MessageState.UNKNOWN))
    @rule(data=st.data(), send=st.booleans())
    def decide(self, data: st.DataObject, send: bool) -> None:
        held = [*self.known(MessageState.HELD), *self.known(MessageState.UNKNOWN)]
        message = data.draw(st.sampled_from([one.id for one in held]))
        self.everywhere(lambda world: life.decide_held(world.context, message, send=send))

    @precondition(lambda self: self.known(MessageState.QUEUED))
    @rule(data=st.data())
    def show(self, data: st.DataObject) -> None:
        on_page = [one for one in self.known(MessageState.QUEUED) if one.channel in ("popup", "task")]
        if on_page:
            message = data.draw(st.sampled_from([one.id for one in on_page]))
            self.everywhere(lambda world: world.show(next(m for m in world.messages() if m.id == message)))

    @rule(which=st.integers(0, 2))
    def stop(self, which: int) -> None:
        def act(world: Watched) -> int:
            return life.stop_journeys(world.context, self.flows[self.worlds.index(world)][which].id)

        self.everywhere(act)

    # --- what must always hold ---

    @invariant()
    def the_books_are_right(self) -> None:
        for world in self.worlds:
            world.check()
            assert world.wrong == []

    @invariant()
    def nobody_sends_twice(self) -> None:
        for world in self.worlds:
            made: dict[tuple[int, int], list[Message]] = {}
            for one in world.messages():
                made.setdefault((one.journey_id, one.step), []).append(one)
            for messages in made.values():
                rungs = [one.rung for one in messages]
                assert rungs == list(range(len(rungs))), "a step made a rung twice, or left one out"
                assert all(one.state not in OPEN_STATES for one in messages[:-1]), "two rungs at a time"

    @invariant()
    def flows_start_a_contact_three_times_a_day(self) -> None:
        """Rule 16."""
        for world in self.worlds:
            begun: dict[tuple[int, int], list[datetime]] = {}
            for one in world.journeys():
                if one.cause == "flow":
                    begun.setdefault((one.flow_id, one.contact_id), []).append(one.started_at)
            for moments in begun.values():
                moments.sort()
                pairs = zip(moments, moments[3:], strict=False)
                assert all(last - first >= timedelta(days=1) for first, last in pairs)

    def teardown(self) -> None:
        """In the end everybody is out, held, parked, or waits for a person."""
        for world in self.worlds:
            if not hasattr(self, "flows"):
                return
            for flow in self.flows[self.worlds.index(world)]:
                world.set_state(flow, FlowState.LIVE)
            world.email.answers, world.sms.answers = [], []
            world.wait(days=30)
            world.check()
            left = {one.state for one in world.journeys() if one.state is not JourneyState.DONE}
            assert left <= {JourneyState.HELD, JourneyState.PARKED}, world.journeys()


TEMPLATE: Final[list[Path]] = []


def empty_database(folder: Path) -> SqlStore:
    """A database of its own, copied from one that was made once."""
    if not TEMPLATE:
        made = Path(tempfile.mkdtemp(prefix="chainwright-template-")) / "w.db"
        open_store(made).close()
        TEMPLATE.append(made)
    copy = folder / "w.db"
    shutil.copyfile(TEMPLATE[0], copy)
    return open_store(copy)


class SameOverSql(AnyOrder):
    """The same life over SQLite has the same rows and the same numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="chainwright-any-order-"))
        self.worlds.append(Watched(empty_database(self.folder)))

    @invariant()
    def both_have_the_same_rows(self) -> None:
        twin, sql = self.worlds
        assert twin.journeys() == sql.journeys()
        assert twin.messages() == sql.messages()
        assert twin.counters() == sql.counters()
        assert twin.email.sent == sql.email.sent
        assert twin.sms.sent == sql.sms.sent

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            store = self.worlds[1].store
            assert isinstance(store, SqlStore)
            store.close()
            shutil.rmtree(self.folder)


TestAnyOrderOverTheTwin = AnyOrder.TestCase
TestAnyOrderOverTheTwin.settings = settings(
    max_examples=1_000 if NIGHTLY else 150,
    stateful_step_count=50,
    phases=PHASES,
    suppress_health_check=EVERYTHING,
)
TestAnyOrderOverBoth = SameOverSql.TestCase
TestAnyOrderOverBoth.settings = settings(
    max_examples=300 if NIGHTLY else 10,
    stateful_step_count=50 if NIGHTLY else 25,
    suppress_health_check=EVERYTHING,
)


def test_the_flows_of_this_file_can_be_written() -> None:
    for flow in (welcome(), acting()):
        assert write_flow(flow).startswith('{"format": "chainwright.flow"')
