"""Section 5 with a store: record, consent, notify, start and split; rule 16 while the engine runs."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from app.channels.notice import NoticeChannel
from app.channels.values import Shop
from app.engine import life
from app.engine.chance import arm_of
from app.engine.engine import Engine
from app.engine.faults import FaultError, Faults
from app.model.flow import Flow, Node
from app.model.journey import Changes, FlowState, MessageState, Result
from app.model.people import Address
from tests.engine.flows import by_event, one_letter
from tests.engine.world import NOON, World, later
from tests.unit.engine.build import MANUAL, flow_of, letter, node


def straight(name: str, *nodes: Node, **settings: Any) -> Flow:
    """The nodes one after the other by ``next`` or ``entered``, with a pause at the end."""
    boxes = [*nodes, node("pause", "delay", for_="P30D")]
    ways = [
        f"{one.id}.{'entered' if one.kind.startswith('entry.') else 'next'} > {other.id}"
        for one, other in pairwise(boxes)
    ]
    return Flow(name, *_parts(boxes, ways), settings=settings)


def _parts(boxes: list[Node], ways: list[str]) -> tuple[Any, Any]:
    made = flow_of(boxes, *ways)
    return made.nodes, made.edges


def starts(flow: str) -> Node:
    return node("go", "start", flow=flow)


def records(event: str, **properties: Any) -> Node:
    return node("note", "record", event=event, properties=properties)


# --- record ---------------------------------------------------------------------------------------------


def test_a_recorded_event_is_there_once_and_wakes_what_waits(world: World) -> None:
    """Promise 2: its source id is the step itself."""
    world.publish(straight("A", MANUAL, records("thanked", stage=2)))
    world.publish(straight("B", node("in", "entry.event", events=["thanked"])))
    eva = world.person("eva@example.org")
    world.enter(eva, flow="A")
    mine, other = world.journeys(eva)
    assert (mine.cause, other.cause, other.entry) == ("hand", "flow", {"stage": 2})
    assert (world.place(eva), other.started_at) == ("pause", NOON)
    with world.store.transaction() as tx:
        events = tx.events_of([eva], ["thanked"])[eva]
    assert [(one.at, one.properties) for one in events] == [(NOON, {"stage": 2})]


def test_the_journey_that_recorded_it_can_wait_for_it(world: World) -> None:
    """It is heard when all that led to it is written."""
    wait = node("wait", "wait", events=["thanked"], timeout="P1D", since="arrival")
    nodes = [MANUAL, records("thanked"), wait, node("d", "delay", for_="P9D")]
    world.publish(flow_of(nodes, "start.entered > note", "note.next > wait", "wait.happened > d"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    assert world.place(eva) == "d"


def test_a_recorded_event_can_be_a_goal(world: World) -> None:
    """Rule 9: wherever the journey is, also at its own recording."""
    world.publish(straight("A", MANUAL, records("thanked"), goal={"events": ["thanked"]}))
    eva = world.person("eva@example.org")
    world.enter(eva, flow="A")
    assert world.place(eva) == "goal!"


# --- rule 16 --------------------------------------------------------------------------------------------

AGAIN: dict[str, Any] = {"reentry": {"after": "PT0S"}}


def test_flows_start_a_contact_three_times_a_day_and_no_more(world: World) -> None:
    """Rule 16: two flows that start each other without a wait stand still in one transaction."""
    end = node("end", "end")
    for name, other in (("A", "B"), ("B", "A")):
        nodes = [MANUAL, starts(other), end]
        made = flow_of(nodes, "start.entered > go", "go.next > end", **AGAIN)
        world.publish(Flow(name, made.nodes, made.edges, settings=made.settings))
    eva = world.person("eva@example.org")
    world.enter(eva, flow="A")
    world.work()
    found = world.journeys(eva)
    assert [one.cause for one in found] == ["hand", *["flow"] * 6]
    assert world.count("refused:loop") == 1
    assert {one.end_reason for one in found} == {"end"}


def test_the_day_is_counted_back_from_now(world: World) -> None:
    """Rule 16: 24 hours after the first of three, there is room for one more."""
    nodes = [MANUAL, node("end", "end")]
    made = flow_of(nodes, "start.entered > end", **AGAIN)
    world.publish(Flow("B", made.nodes, made.edges, settings=made.settings))
    caller = flow_of(
        [MANUAL, starts("B"), node("end", "end")], "start.entered > go", "go.next > end", **AGAIN
    )
    world.publish(Flow("A", caller.nodes, caller.edges, settings=caller.settings))
    eva = world.person("eva@example.org")
    by_flow = []
    for _ in range(5):
        world.enter(eva, flow="A")
        by_flow.append(sum(one.cause == "flow" for one in world.journeys(eva)))
        world.wait(hours=7)
    assert by_flow == [1, 2, 3, 3, 4]


def test_what_a_flow_records_counts_as_a_start_by_a_flow(world: World) -> None:
    """Rule 16, through `record`."""
    entry = node("in", "entry.event", events=["again"])
    nodes = [entry, records("again"), node("end", "end")]
    world.publish(flow_of(nodes, "in.entered > note", "note.next > end", **AGAIN))
    eva = world.person("eva@example.org")
    world.happens("again", eva)
    assert [one.cause for one in world.journeys(eva)] == ["event", "flow", "flow", "flow"]
    assert world.count("refused:loop") == 1


def test_a_quiet_time_in_the_lap_hides_nothing(world: World) -> None:
    """Rule 16: the entry that waits for quiet remembers that a flow has armed it."""
    entry = node("in", "entry.event", events=["again"], quiet_for="PT30M")
    nodes = [entry, records("again"), node("end", "end")]
    world.publish(flow_of(nodes, "in.entered > note", "note.next > end", **AGAIN))
    eva = world.person("eva@example.org")
    world.happens("again", eva)
    world.wait(hours=12)
    assert [one.cause for one in world.journeys(eva)] == ["event", "flow", "flow", "flow"]
    assert world.count("refused:loop") == 1


def test_people_and_events_start_as_often_as_they_like(world: World) -> None:
    """Rule 16 counts only what flows have started."""
    world.publish(by_event(**AGAIN))
    eva = world.person("eva@example.org")
    for _ in range(5):
        world.happens("signed_up", eva)
        world.wait(hours=2)
    assert len(world.journeys(eva)) == 5


# --- start ----------------------------------------------------------------------------------------------


def test_start_hands_on_the_key_and_this_journey_goes_on(world: World) -> None:
    world.publish(straight("Other", MANUAL, key="basket_id"))
    world.publish(straight("A", MANUAL, starts("Other")))
    eva = world.person("eva@example.org")
    world.enter(eva, flow="A", basket_id="b7")
    one, other = world.journeys(eva)
    assert (one.node, other.node) == ("pause", "pause")
    assert (other.key, other.entry, other.cause) == ("b7", {"basket_id": "b7"}, "flow")


@pytest.mark.parametrize("state", [FlowState.PAUSED, FlowState.CLOSED, FlowState.STOPPED])
def test_a_flow_that_takes_nobody_is_not_started(world: World, state: FlowState) -> None:
    """Rule 21; the journey that asked goes on, and the journal says why nothing came of it."""
    other = world.publish(straight("Other", MANUAL))
    world.publish(straight("A", MANUAL, starts("Other")))
    world.set_state(other, state)
    eva = world.person("eva@example.org")
    world.enter(eva, flow="A")
    assert [one.flow_id == other.id for one in world.journeys(eva)] == [False]
    lines = [one for one in world.journal(eva) if one.what in ("refused", "not-started")]
    assert [one.data.get("reason") for one in lines] == [
        "no-such-flow" if state is FlowState.STOPPED else "paused"
    ]


def test_a_flow_without_a_start_by_hand_is_not_started(world: World) -> None:
    world.publish(by_event())
    world.publish(straight("A", MANUAL, starts("A flow")))
    eva = world.person("eva@example.org")
    world.enter(eva, flow="A")
    assert [one.data for one in world.journal(eva) if one.what == "not-started"] == [
        {"flow": "A flow", "reason": "no-entry"}
    ]


# --- consent --------------------------------------------------------------------------------------------


def changes(given: str, **settings: Any) -> Node:
    return node("c", "consent", **{"channel": "email", "given": given, "text": "Yes", **settings})


def test_a_consent_taken_back_by_one_flow_lets_the_letters_of_another_leave(world: World) -> None:
    """Rule 10: in the same transaction; service messages stay."""
    world.publish(one_letter())
    service = one_letter(purpose="transactional", reason="Your order")
    world.publish(Flow("Service", service.nodes, service.edges))
    world.publish(straight("Stop", MANUAL, changes("no")))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.enter(eva, flow="Service")
    world.enter(eva, flow="Stop")
    assert [(one.state, one.reason) for one in world.messages(eva)] == [
        (MessageState.FAILED, "no-consent"),
        (MessageState.QUEUED, ""),
    ]
    assert world.count("end:end") == 1
    assert world.contact(eva).consents["email"] is False


def test_a_topic_taken_back_leaves_other_topics_alone(world: World) -> None:
    for name, topic in (("Offers", "offers"), ("News", "news")):
        made = one_letter(topic=topic)
        world.publish(Flow(name, made.nodes, made.edges))
    world.publish(straight("Stop", MANUAL, changes("no", topic="offers")))
    eva = world.person("eva@example.org")
    for name in ("Offers", "News", "Stop"):
        world.enter(eva, flow=name)
    world.work()
    assert [one.state for one in world.messages(eva)] == [MessageState.FAILED, MessageState.SENT]


def test_a_consent_given_in_a_flow_lets_the_next_letter_go(world: World) -> None:
    """Promise 5: asked again when it is sent; the words are the proof."""
    nodes = [MANUAL, changes("yes", text="Send me the list"), letter(), node("d", "delay", for_="P1D")]
    world.publish(flow_of(nodes, "start.entered > c", "c.next > letter", "letter.sent > d"))
    eva = world.person("eva@example.org", agrees=())
    world.enter(eva)
    world.work()
    assert (world.place(eva), world.email.nodes) == ("d", ["letter"])


# --- notify ---------------------------------------------------------------------------------------------


def with_notices(world: World) -> None:
    """The real channel beside the others."""
    world.engine.close()
    channels = [*world.engine.channels, NoticeChannel(Shop("Ackermann"))]
    world.engine = Engine(world.context, channels, "lease-1")
    world.engine.start()


def test_the_owner_is_told_although_the_journey_is_over(world: World) -> None:
    """Nothing withdraws it: not leaving, not the end, not the goal."""
    with_notices(world)
    nodes = [MANUAL, node("tell", "notify", text="Call {{ name | default: 'them' }}"), node("end", "end")]
    world.publish(flow_of(nodes, "start.entered > tell", "tell.next > end", goal={"events": ["order"]}))
    eva = world.person("eva@example.org", name="Eva", agrees=())
    world.enter(eva)
    world.happens("order", eva)
    assert world.place(eva) == "end!"
    world.work()
    (line,) = world.messages(eva)
    assert (line.state, line.content, line.purpose) == (
        MessageState.SENT,
        {"text": "Call Eva"},
        "transactional",
    )
    assert world.count("message:sent") == 1


def test_a_notice_is_put_away_once(world: World) -> None:
    with_notices(world)
    world.publish(straight("A", MANUAL, node("tell", "notify", text="Hello")))
    eva = world.person("eva@example.org")
    world.enter(eva, flow="A")
    line = world.message(eva)
    assert not life.dismiss(world.context, line.id)
    world.work()
    assert life.dismiss(world.context, line.id)
    assert not life.dismiss(world.context, line.id)
    assert not life.dismiss(world.context, 424242)
    assert world.message(eva).reason == "dismissed"
    assert world.place(eva) == "pause"


def test_a_line_that_cannot_be_made_moves_nothing(world: World) -> None:
    with_notices(world)
    world.publish(straight("A", MANUAL, node("tell", "notify", text="{{ name }}")))
    eva = world.person("eva@example.org")
    world.enter(eva, flow="A")
    world.work()
    assert (world.message(eva).state, world.message(eva).reason) == (MessageState.FAILED, "bad-text")
    assert world.place(eva) == "pause"


def test_a_notice_that_was_held_goes_out_when_a_person_says_so(world: World, expect_log: Any) -> None:
    """R21: whatever broke; the journey is not moved by it."""
    expect_log("cannot go on")
    (told,) = world.connect("notice")
    world.publish(straight("A", MANUAL, node("tell", "notify", text="x")))
    eva = world.person("eva@example.org", name="bad bug")
    world.enter(eva, flow="A")
    world.work()
    held, due_at = world.message(eva), world.journey(eva).due_at
    assert held.state is MessageState.HELD
    assert life.decide_held(world.context, held.id, send=True)
    assert (world.message(eva).state, world.place(eva)) == (MessageState.QUEUED, "pause")
    assert world.journey(eva).due_at == due_at
    assert told.sent == []


def test_a_notice_does_not_count_as_sent_where_a_journey_may_restart(world: World) -> None:
    """Rule 1: restart while nothing has been sent to the person."""
    with_notices(world)
    world.publish(straight("A", MANUAL, node("tell", "notify", text="x"), reentry="restart"))
    eva = world.person("eva@example.org")
    world.enter(eva, flow="A")
    world.work()
    assert world.enter(eva, flow="A") == {eva: ""}
    assert [one.end_reason for one in world.journeys(eva)] == ["restarted", ""]


# --- split ----------------------------------------------------------------------------------------------


def test_a_person_goes_the_same_way_over_versions(world: World) -> None:
    """Section 5: sticky; an arm that comes in moves only those who go by it."""
    arms = [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}]

    def published(arms: list[dict[str, Any]]) -> Flow:
        nodes = [MANUAL, node("s", "split", arms=arms), *(node(one["name"], "end") for one in arms)]
        ways = [f"s.{one['name']} > {one['name']}" for one in arms]
        return flow_of(nodes, "start.entered > s", *ways, **AGAIN)

    flow = world.publish(published(arms))
    people = world.people_with_mail(30)
    world.enter(*people)
    before = {one: world.journey(one).node for one in people}
    assert before == {one: arm_of(flow.id, "s", one, arms) for one in people}
    assert set(before.values()) == {"a", "b"}
    world.wait(days=1)
    again = published([*arms, {"name": "c", "weight": 1}])
    world.publish(again)
    world.enter(*people)
    after = {one: world.journey(one).node for one in people}
    assert {after[one] for one in people if after[one] != before[one]} <= {"c"}


# --- kinds that have no channel in this release ---------------------------------------------------------


@pytest.mark.parametrize("channel", ["rcs", "whatsapp", "telegram", "carrot"])
def test_a_channel_of_the_port_is_all_that_a_message_needs(world: World, channel: str) -> None:
    """Rules 4 and 5 for the kinds whose channels come later."""
    (recorder,) = world.connect(channel)
    nodes = [
        MANUAL,
        node("m", channel, text="Hello", reactions=["opened", "clicked"], timeout="P1D", reason="basket"),
        *(node(f"to-{name}", "delay", for_="P9D") for name in ("opened", "clicked", "timeout")),
    ]
    ways = ["start.entered > m", *(f"m.{name} > to-{name}" for name in ("opened", "clicked", "timeout"))]
    world.publish(flow_of(nodes, *ways))
    people = [world.person(f"{n}@example.org", f"+491511234567{n}", agrees=(channel,)) for n in range(3)]
    address(world, people, channel)
    world.enter(*people)
    world.work()
    assert recorder.nodes == ["m"] * 3
    for contact, name in zip(people, ("opened", "clicked"), strict=False):
        world.react(world.message(contact), name)
    world.wait(days=1)
    assert [world.place(contact) for contact in people] == ["to-opened", "to-clicked", "to-timeout"]


def address(world: World, people: list[int], kind: str) -> None:
    """Telegram knows people by a number of its own; RCS and WhatsApp need them to have written to us."""
    with world.store.transaction() as tx:
        for contact in people:
            tx.add_address(contact, Address("telegram", f"t{contact}"), world.now)
        tx.write(Changes(words=[(contact, kind, world.now) for contact in people]))


def test_a_site_chat_waits_on_the_page(world: World) -> None:
    """Rule 5: its time-out starts at queueing; leaving withdraws it."""
    nodes = [MANUAL, node("m", "chat", text="Hello", timeout="P1D"), node("d", "delay", for_="P9D")]
    world.publish(flow_of(nodes, "start.entered > m", "m.timeout > d", "m.sent > d"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    assert world.journey(eva).due_at == later(days=1)
    world.wait(days=1)
    assert (world.place(eva), world.message(eva).state) == ("d", MessageState.CANCELLED)


@pytest.mark.parametrize(("hard", "way"), [(False, "to-ok"), (True, "to-failed")])
def test_a_webhook_goes_on_as_soon_as_the_other_side_has_answered(world: World, hard: bool, way: str) -> None:
    """Section 5: outlets ok and failed; a system message asks for no consent."""
    (recorder,) = world.connect("webhook")
    if hard:
        recorder.will(Result.HARD, "404")
    nodes = [
        MANUAL,
        node("m", "webhook"),
        *(node(f"to-{one}", "delay", for_="P9D") for one in ("ok", "failed")),
    ]
    world.publish(flow_of(nodes, "start.entered > m", "m.ok > to-ok", "m.failed > to-failed"))
    eva = world.person("eva@example.org", agrees=())
    world.enter(eva)
    world.work()
    assert world.place(eva) == way


# --- whatever breaks between two commits -----------------------------------------------------------------


@pytest.mark.parametrize("point", ["tick.before-commit", "tick.committed"])
def test_what_nodes_ask_for_is_done_once_however_often_it_is_begun(world: World, point: str) -> None:
    """R2 and promise 2: an event, a start, a consent and a line belong to the deciding transaction."""
    nodes = [
        MANUAL,
        node("d", "delay", for_="PT1H"),
        records("thanked"),
        starts("Other"),
        changes("no"),
        node("tell", "notify", text="x"),
        node("p", "delay", for_="P30D"),
    ]
    ways = [
        "start.entered > d",
        "d.next > note",
        "note.next > go",
        "go.next > c",
        "c.next > tell",
        "tell.next > p",
    ]
    world.publish(flow_of(nodes, *ways))
    world.publish(straight("Other", MANUAL))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.context.faults = Faults(f"{point}:throw")
    world.sleep(hours=1)
    with pytest.raises(FaultError):
        world.work()
    world.work()
    world.work()
    with world.store.transaction() as tx:
        assert len(tx.events_of([eva], ["thanked"])[eva]) == 1
    assert sorted(one.cause for one in world.journeys(eva)) == ["flow", "hand"]
    assert [one.channel for one in world.messages(eva)] == ["notice"]
    assert world.contact(eva).consents["email"] is False
    assert world.place(eva) in ("p", "pause")


# --- segments --------------------------------------------------------------------------------------------

NO_SMS: dict[str, Any] = {"not": {"consent": "sms"}}


def into(name: str, segment: str, *middle: Node) -> Flow:
    """Whoever joins the segment goes through these nodes at once, and may come again."""
    nodes = [node("in", "entry.segment", segment=segment), *middle, node("end", "end")]
    ways = [
        f"{one.id}.{'entered' if one.id == 'in' else 'next'} > {other.id}" for one, other in pairwise(nodes)
    ]
    return Flow(name, *_parts(nodes, ways), settings=AGAIN)


def test_consents_that_lead_from_segment_to_segment_come_to_rest(world: World) -> None:
    """Rule 16, through `consent`: three starts a day in each flow, and then no more."""
    world.segment("Texts", {"consent": "sms"})
    world.segment("No texts", NO_SMS)
    world.publish(into("A", "Texts", changes("no", channel="sms")))
    world.publish(into("B", "No texts", changes("yes", channel="sms")))
    eva = world.person("eva@example.org", agrees=("sms",))
    world.work()
    found = [(one.flow_id, one.end_reason) for one in world.journeys(eva)]
    assert len(found) == 6
    assert {reason for _, reason in found} == {"end"}
    assert world.count("refused:loop") == 1
    world.wait(hours=25)
    assert len(world.journeys(eva)) <= 12


def test_what_a_flow_records_may_lead_into_a_segment(world: World) -> None:
    """Rule 16, through `record` and a segment that counts events."""
    world.segment("Thanked", {"event": "thanked", "since": "P30D"})
    world.publish(into("A", "Thanked", node("tell", "notify", text="x")))
    world.publish(straight("B", MANUAL, records("thanked")))
    eva = world.person("eva@example.org")
    world.enter(eva, flow="B")
    world.work()
    assert sorted(one.cause for one in world.journeys(eva)) == ["hand", "segment"]


def test_check_asks_the_segments_of_the_workspace(world: World) -> None:
    """Section 5: check on segments, by the rule as it stands now, with the events that it asks for."""
    world.segment("Regulars", {"event": "order", "since": "P30D", "times": 2})
    ways = [{"name": "regular", "when": {"segment": "Regulars"}}]
    nodes = [
        MANUAL,
        node("c", "check", ways=ways),
        *(node(name, "delay", for_="P1D") for name in ("often", "seldom")),
    ]
    world.publish(flow_of(nodes, "start.entered > c", "c.regular > often", "c.else > seldom"))
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    for at in (later(days=-20), later(days=-10)):
        world.happens("order", eva, at, history=True)
        world.happens("order", bob, at - timedelta(days=20), history=True)
    world.enter(eva, bob)
    assert (world.place(eva), world.place(bob)) == ("often", "seldom")
    left = next(one for one in world.journal(eva) if one.what == "left" and one.node == "c")
    assert left.data == {"saw": {"segment Regulars": True}}
