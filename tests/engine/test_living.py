"""Rule 21, batches, broken journeys, the lease, and the engine as a thread, with a store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from app.engine import life, page
from app.engine.engine import Engine
from app.engine.faults import POINTS, FaultError, Faults
from app.engine.lease import Pace
from app.engine.session import Plans
from app.engine.tick import tick
from app.model.errors import RefusedError
from app.model.journey import FlowState, JourneyState, MessageState
from app.model.people import Actor
from tests.engine.flows import answered, basket, one_letter
from tests.engine.world import World, later
from tests.unit.engine.build import MANUAL, flow_of, letter, node

# --- rule 21 ---


def test_pause_stops_entries_and_sends_while_waits_go_on(world: World) -> None:
    """Rule 21."""
    flow = world.publish(basket())
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    world.happens("basket_added", eva, properties={"basket_id": "b1"})
    world.wait(minutes=30)
    world.happens("basket_added", bob, properties={"basket_id": "b2"})
    world.set_state(flow, FlowState.PAUSED)
    world.wait(days=1)
    assert (world.place(eva), world.place(bob)) == ("popup", "")
    assert world.count("refused:paused") == 1
    world.happens("basket_added", bob, properties={"basket_id": "b2"})
    assert world.count("refused:paused") == 2
    assert waiting_popups(world, eva) == []
    world.set_state(flow, FlowState.LIVE)
    assert len(waiting_popups(world, eva)) == 1


def waiting_popups(world: World, contact_id: int) -> list[page.OnPage]:
    with world.context.session() as session:
        return page.waiting(session, session.tx.page_messages(contact_id))


def test_on_resume_the_late_rule_applies(world: World) -> None:
    """Rule 21: no-later-than applies on resume."""
    flow = world.publish(one_letter())
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.set_state(flow, FlowState.PAUSED)
    world.wait(hours=23)
    assert world.message(eva).state is MessageState.QUEUED
    world.wait(hours=2)
    world.set_state(flow, FlowState.LIVE)
    world.work()
    assert (world.message(eva).state, world.email.sent) == (MessageState.HELD, [])


def test_a_pause_shorter_than_the_late_rule_loses_nothing(world: World) -> None:
    """Rule 21."""
    flow = world.publish(one_letter())
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.set_state(flow, FlowState.PAUSED)
    world.wait(hours=23)
    world.set_state(flow, FlowState.LIVE)
    world.work()
    assert world.email.nodes == ["letter"]


def test_closing_the_door_lets_those_inside_go_on(world: World) -> None:
    """Rule 21: pause --entries closes only the door."""
    flow = world.publish(basket())
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    world.happens("basket_added", eva, properties={"basket_id": "b1"})
    world.wait(minutes=29)
    world.happens("basket_added", bob, properties={"basket_id": "b2"})
    world.wait(minutes=1)
    world.set_state(flow, FlowState.CLOSED)
    world.wait(hours=2)
    assert world.email.nodes == ["letter1"]
    assert (world.place(eva), world.place(bob)) == ("letter1", "")


def test_stop_ends_every_journey_and_withdraws(world: World) -> None:
    """Rule 21."""
    flow = world.publish(answered("clicked"))
    people = world.people_with_mail(7)
    world.enter(*people[:3])
    world.work()
    world.enter(*people[3:])
    world.context.batch = 2
    world.set_state(flow, FlowState.STOPPED)
    assert life.stop_journeys(world.context, flow.id) == 7
    assert {one.end_reason for one in world.journeys()} == {"stopped"}
    assert sorted(one.state for one in world.messages()) == ["cancelled"] * 4 + ["sent"] * 3
    world.wait(days=30)
    assert len(world.email.sent) == 3
    assert life.stop_journeys(world.context, flow.id) == 0


def test_a_quiet_entry_of_a_stopped_flow_starts_nothing(world: World) -> None:
    """Rule 21."""
    flow = world.publish(basket())
    eva = world.person("eva@example.org")
    world.happens("basket_added", eva, properties={"basket_id": "b1"})
    world.set_state(flow, FlowState.STOPPED)
    world.wait(hours=1)
    assert world.journeys(eva) == []


# --- one bad contact ---

NUMBER = {"property": "age", "more_than": 17}


def test_one_bad_contact_is_parked_and_the_others_go_on(
    world: World, expect_log: Callable[[str], None]
) -> None:
    """Promise 6 and R21, with batches smaller than the crowd."""
    expect_log("cannot go on")
    nodes = [
        MANUAL,
        node("d", "delay", for_="PT1H"),
        node("c", "check", ways=[{"name": "bad", "when": {"tag": "bad"}}]),
        node("broken", "check", ways=[{"name": "x", "when": {"nothing": 1}}]),
        letter(),
    ]
    world.publish(flow_of(nodes, "start.entered > d", "d.next > c", "c.bad > broken", "c.else > letter"))
    world.context.batch = 50
    people = world.people_with_mail(99)
    bad = world.person("bad@example.org", tags=["bad"])
    world.enter(*people, bad)
    world.wait(hours=1)
    assert len(world.email.sent) == 99
    assert (world.place(bad), world.journey(bad).state) == ("d", JourneyState.PARKED)
    assert world.count("parked") == 1
    assert world.journal(bad)[-1].data == {"reason": "ValueError"}
    assert world.next_due() is None


@pytest.mark.nightly
def test_999_go_on_and_one_is_parked(world: World, expect_log: Callable[[str], None]) -> None:
    """R21."""
    test_one_bad_contact_is_parked_and_the_others_go_on(world, expect_log)
    more = world.people_with_mail(900)
    world.enter(*more)
    world.wait(hours=1)
    assert len(world.email.sent) == 999


def test_an_event_is_not_lost_when_the_journey_it_wakes_breaks(
    world: World, expect_log: Callable[[str], None]
) -> None:
    """Promises 1 and 6: an unsubscribe above all."""
    expect_log("cannot go on")
    nodes = [
        MANUAL,
        letter(reactions=["clicked"], timeout="P1D"),
        node("broken", "check", ways=[{"name": "x", "when": {"nothing": 1}}]),
    ]
    world.publish(flow_of(nodes, "start.entered > letter", "letter.clicked > broken"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.work()
    world.react(world.message(eva), "clicked")
    assert (world.journey(eva).state, world.message(eva).reactions) == (
        JourneyState.PARKED,
        frozenset({"clicked"}),
    )
    world.react(world.message(eva), "unsubscribed", Actor.HUMAN)
    assert world.contact(eva).consents["email"] is False
    assert world.place(eva) == "unsubscribed!"


def test_a_huge_number_breaks_nothing(world: World) -> None:
    """R21: what a shop may send."""
    nodes = [
        MANUAL,
        node("c", "check", ways=[{"name": "old", "when": NUMBER}]),
        node("d", "delay", for_="P1D"),
    ]
    world.publish(flow_of(nodes, "start.entered > c", "c.old > d"))
    eva = world.person("eva@example.org")
    world.happens("x", eva, updates={"age": 10**400})
    world.enter(eva)
    assert world.journey(eva).state is not JourneyState.PARKED


def test_a_batch_is_never_larger_than_the_engine_allows(world: World) -> None:
    """Section 4: at most 500, in one transaction."""
    world.publish(one_letter())
    world.enter(*world.people_with_mail(10))
    world.work()
    world.sleep(hours=1)
    world.context.batch = 4
    assert [tick(world.context) for _ in range(4)] == [4, 4, 2, 0]
    assert world.count("end:end") == 10


def test_a_move_that_somebody_else_made_first_undoes_the_transaction(world: World) -> None:
    """Promise 2: no step is decided twice."""
    world.publish(one_letter())
    eva = world.person("eva@example.org")
    world.enter(eva)
    stale = world.journey(eva)
    world.work()
    with pytest.raises(RuntimeError, match="moved by somebody else"), world.context.session() as session:
        session.changes.moved.append((replace(stale, node="over", step=2), stale.step))
    assert world.place(eva) == "hour"


def test_new_texts_are_seen_at_once_and_plans_are_kept(world: World) -> None:
    """Rule 14."""
    plans = Plans()
    flow = world.publish(one_letter())
    with world.store.transaction() as tx:
        plan = plans.get(tx, flow.version_id)
        assert plans.get(tx, flow.version_id) is plan
        with pytest.raises(KeyError):
            plans.get(tx, 4242)


# --- lease, loop and thread ---


def test_a_second_engine_does_not_start(world: World) -> None:
    """Section 4, R8: and one whose lease has run out is seen to stand still before it is replaced."""
    second = Engine(world.context, [], "lease-2", pace=Pace(lease=0.2, look=0.02))
    with pytest.raises(RefusedError, match="already running"):
        second.start()
    world.sleep(seconds=31)
    second.start()
    with pytest.raises(RefusedError, match="taken this workspace over"):
        world.engine.until_idle()
    second.close()
    world.engine.start()


def test_an_engine_that_is_closed_gives_its_lease_and_its_connections_back(world: World) -> None:
    """R42."""
    world.engine.close()
    assert world.email.closed
    other = Engine(world.context, [], "lease-2")
    other.start()
    other.close()


def run_in_thread(world: World, until: Callable[[], bool], engine: Engine | None = None) -> None:
    """The engine as the desktop runs it, until something is seen or a minute has gone."""
    stop, errors = threading.Event(), list[BaseException]()
    one = engine or world.engine

    def work() -> None:
        try:
            one.run(stop)
        except BaseException as error:  # noqa: BLE001 - handed on
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    pause = threading.Event()
    for _ in range(6000):
        if until() or not thread.is_alive():
            break
        pause.wait(0.01)
    stop.set()
    world.context.wake.set()
    thread.join(60)
    assert not thread.is_alive()
    assert not errors, errors


def test_the_engine_runs_as_a_thread(world: World) -> None:
    """Section 4: deciding in one thread, each channel in its own."""
    world.publish(one_letter())
    world.enter(*world.people_with_mail(30))
    run_in_thread(world, lambda: len(world.email.sent) == 30)
    assert {one.state for one in world.messages()} == {MessageState.SENT}
    assert world.email.closed
    assert world.engine.failed == ""


def test_the_thread_lives_on_after_an_error(world: World, expect_log: Callable[[str], None]) -> None:
    """R5: it is said and tried again a little later."""
    expect_log("met an error")
    world.publish(one_letter())
    world.enter(*world.people_with_mail(3))
    world.context.faults = Faults("dispatch.before-commit:throw")
    run_in_thread(world, lambda: len(world.email.sent) == 3)
    assert len({one.message_id for one in world.email.sent}) == 3


PASSED = ("lease", "tick", "dispatch", "recover", "ingest", "prepare", "ask-everybody", "entries")
PASSED_BY_ALL = [point for point in POINTS if point.split(".")[0] in PASSED]
DOORS: Final = replace(
    flow_of(
        [
            node("joins", "entry.segment", segment="Nobody"),
            node("birthday", "entry.date", property="birthday"),
            node("over", "end"),
        ],
        "joins.entered > over",
        "birthday.entered > over",
    ),
    name="By themselves",
)
"""Lets nobody in, and has work with it."""


@pytest.mark.parametrize("point", PASSED_BY_ALL)
def test_a_fault_at_any_gap_loses_nothing(world: World, point: str) -> None:
    """R2: what is thrown between two commits; the next round goes on."""
    nodes = [
        node("start", "entry.event", events=["x"]),
        letter(),
        node("d", "delay", for_="PT1H"),
        letter("two"),
    ]
    world.publish(flow_of(nodes, "start.entered > letter", "letter.sent > d", "d.next > two"))
    people = world.people_with_mail(6)
    world.segment("Nobody", {"tag": "nobody"})
    if point.startswith("recover."):
        world.happens("x", people[0])
        world.email.breaks = KeyboardInterrupt()  # type: ignore[assignment]
        with pytest.raises(KeyboardInterrupt):
            world.work()
        world.email.breaks = None
        world.engine = Engine(world.context, world.engine.channels, "next", gone=lambda _: True)
    world.context.faults = Faults(f"{point}:throw")
    thrown = 0
    for number, one in enumerate(people):
        for _ in range(2):
            try:
                world.happens("x", one, source_id=f"x{number}")
            except FaultError:
                thrown += 1
    for _ in range(3):
        try:
            world.publish(DOORS)
            world.engine.start()
            world.wait(hours=1)
        except FaultError:
            thrown += 1
    assert thrown == 1, "the point was never passed"
    states = {one.state for one in world.messages()}
    assert states <= {MessageState.SENT, MessageState.UNKNOWN}
    assert len(world.journeys()) == 6
    assert len({one.message_id for one in world.email.sent}) == len(world.email.sent)


def test_only_named_gaps_can_be_asked_for() -> None:
    """R2."""
    with pytest.raises(ValueError, match="no fault point"):
        Faults("nowhere:throw")
    quiet = Faults()
    for point in POINTS:
        quiet.point(point)
    second = Faults("tick.committed:throw", after=2)
    second.point("tick.committed")
    with pytest.raises(FaultError):
        second.point("tick.committed")


def test_faults_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """R2."""
    monkeypatch.setenv("CHAINWRIGHT_FAULT", "tick.committed:sleep@2")
    faults = Faults.from_environment()
    for _ in range(3):
        faults.point("tick.committed")
    monkeypatch.delenv("CHAINWRIGHT_FAULT")
    Faults.from_environment().point("tick.committed")


# --- on the page ---


def test_a_popup_whose_text_cannot_be_made_leaves_by_failed(world: World) -> None:
    """Section 5: bad-text."""
    world.publish(flow_of([MANUAL, node("p", "popup", headline="Hi", timeout="P1D")], "start.entered > p"))
    eva = world.person(visitor="v1")
    world.enter(eva)
    page.cannot_be_made(world.context, world.message(eva).id, "no such field")
    assert (world.place(eva), world.message(eva).reason) == ("failed!", "bad-text")
    page.cannot_be_made(world.context, world.message(eva).id, "again")
    page.cannot_be_made(world.context, 4242, "nobody")
    assert not page.shown(world.context, 4242, {})


@pytest.mark.parametrize(
    ("show", "address", "began", "fits"),
    [
        ("now", "https://shop/basket", None, True),
        ("now", "https://shop/about", None, False),
        ("next-visit", "https://shop/basket", None, False),
        ("next-visit", "https://shop/basket", later(minutes=-1), False),
        ("next-visit", "https://shop/basket", later(minutes=1), True),
    ],
)
def test_a_popup_belongs_on_its_pages_and_in_its_visit(
    world: World, show: str, address: str, began: Any, fits: bool
) -> None:
    """Section 2: visit."""
    popup = node("p", "popup", headline="Hi", timeout="P1D", pages=["/basket"], show=show)
    world.publish(flow_of([MANUAL, popup], "start.entered > p"))
    eva = world.person(visitor="v1")
    world.enter(eva)
    (one,) = waiting_popups(world, eva)
    assert one.fits(address, began) is fits


def test_numbers_changed_and_the_engine_is_woken(world: World) -> None:
    """Section 4: tables and a wake-up."""
    told: list[int] = []
    world.context.changed = lambda: told.append(1)
    world.publish(one_letter())
    eva = world.person("eva@example.org")
    world.context.wake.clear()
    world.enter(eva)
    assert world.context.wake.is_set()
    world.work()
    assert len(told) >= 2
