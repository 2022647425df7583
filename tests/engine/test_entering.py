"""Rules 1 to 3 with a store: who comes in, who does not, and what is written about it."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.ingest import Intake
from app.model.errors import RefusedError, UserError
from app.model.journey import FlowState
from app.model.people import Actor, Address
from tests.engine.flows import answered, basket, by_event, one_letter
from tests.engine.world import NOON, World, later
from tests.figures import Figures
from tests.unit.engine.build import flow_of, letter, node

B1 = {"basket_id": "b1"}


def refusals(world: World, contact_id: int) -> list[str]:
    return [line.data["reason"] for line in world.journal(contact_id) if line.what == "refused"]


def test_an_event_starts_a_journey_in_its_own_transaction(world: World) -> None:
    """Rule 2 and section 4."""
    world.publish(by_event())
    eva = world.person("eva@example.org")
    assert world.happens("signed_up", eva, properties={"plan": "gold"}) is Intake.STORED
    journey = world.journey(eva)
    assert (journey.node, journey.started_at, journey.entry) == ("letter", NOON, {"plan": "gold"})
    assert (world.count("entry"), world.count("here")) == (1, 1)
    world.work()
    assert world.email.nodes == ["letter"]


def test_the_same_event_a_second_time_changes_nothing(world: World, figures: Figures) -> None:
    """Promise 1, R23: doubled five times."""
    world.publish(by_event(reentry={"after": "PT0S"}))
    eva = world.person("eva@example.org")
    world.happens("signed_up", eva, source_id="shop-1")
    for _ in range(4):
        assert world.happens("signed_up", eva, source_id="shop-1") is Intake.KNOWN
    figures("R23", told=5, counted=len(world.journeys(eva)))
    assert len(world.journeys(eva)) == 1
    assert refusals(world, eva) == []


def test_a_basket_that_rests_for_half_an_hour_is_an_abandoned_one(world: World) -> None:
    """Rule 3."""
    world.publish(basket())
    eva = world.person("eva@example.org")
    world.happens("basket_added", eva, properties={**B1, "total": 5})
    world.wait(minutes=20)
    world.happens("basket_changed", eva, properties={**B1, "total": 9})
    world.wait(minutes=29)
    assert world.journeys(eva) == []
    world.wait(minutes=1)
    journey = world.journey(eva)
    assert (journey.node, journey.started_at, journey.entry["total"]) == ("letter1", later(minutes=50), 9)


def test_two_baskets_of_one_person_are_two_journeys(world: World) -> None:
    """Section 1 and rule 1."""
    world.publish(basket())
    eva = world.person("eva@example.org")
    for key in ("b1", "b2"):
        world.happens("basket_added", eva, properties={"basket_id": key})
    world.wait(minutes=30)
    assert sorted(one.key for one in world.journeys(eva)) == ["b1", "b2"]
    world.happens("order_completed", eva, properties={"basket_id": "b2"})
    assert sorted((one.key, one.end_reason) for one in world.journeys(eva)) == [("b1", ""), ("b2", "goal")]


@pytest.mark.parametrize("properties", [B1, {}])
def test_an_order_within_the_quiet_time_starts_nothing(world: World, properties: dict[str, Any]) -> None:
    """Rules 3 and 9."""
    world.publish(basket())
    eva = world.person("eva@example.org")
    world.happens("basket_added", eva, properties=B1)
    world.wait(minutes=10)
    world.happens("order_completed", eva, properties=properties)
    world.wait(hours=2)
    assert world.journeys(eva) == []


def test_an_order_of_another_basket_does_not_break_the_quiet(world: World) -> None:
    """Rules 3 and 9."""
    world.publish(basket())
    eva = world.person("eva@example.org")
    world.happens("basket_added", eva, properties=B1)
    world.happens("order_completed", eva, properties={"basket_id": "b2"})
    world.wait(minutes=30)
    assert world.place(eva) == "letter1"


def test_a_basket_that_was_emptied_is_not_abandoned(world: World) -> None:
    """Rule 3: an event of these names came, and it does not fit."""
    nodes = [
        node(
            "start",
            "entry.event",
            events=["basket_changed"],
            quiet_for="PT30M",
            where={"field": "total", "more_than": 0},
        ),
        letter(),
    ]
    world.publish(flow_of(nodes, "start.entered > letter", key="basket_id"))
    eva = world.person("eva@example.org")
    world.happens("basket_changed", eva, properties={**B1, "total": 80})
    world.wait(minutes=10)
    world.happens("basket_changed", eva, properties={**B1, "total": 0})
    world.happens("basket_changed", eva, properties={"basket_id": "b2", "total": 0})
    world.wait(hours=1)
    assert world.journeys(eva) == []


def test_a_late_event_does_not_empty_a_basket_that_was_filled_after_it(world: World) -> None:
    """Rule 3, R23."""
    nodes = [
        node(
            "start", "entry.event", events=["basket"], quiet_for="PT30M", where={"field": "n", "more_than": 0}
        ),
        letter(),
    ]
    world.publish(flow_of(nodes, "start.entered > letter"))
    eva = world.person("eva@example.org")
    world.happens("basket", eva, properties={"n": 2})
    world.happens("basket", eva, later(minutes=-5), {"n": 0})
    world.happens("basket", eva, later(minutes=-9), {"n": 0}, history=True)
    world.wait(minutes=30)
    assert world.place(eva) == "sent!"


def test_events_in_reverse_order_make_the_same_journey(world: World, figures: Figures) -> None:
    """Rule 3, R23: the last event is not always the one that comes last."""
    world.publish(basket())
    eva = world.person("eva@example.org")
    world.sleep(minutes=10)
    world.happens("basket_changed", eva, later(minutes=9), {**B1, "total": 9})
    world.happens("basket_added", eva, later(minutes=1), {**B1, "total": 1})
    world.wait(minutes=40)
    journey = world.journey(eva)
    figures("R23", reversed=2, wrong=int(journey.entry["total"] != 9))
    assert (journey.entry["total"], journey.started_at) == (9, later(minutes=39))


def test_an_order_that_came_before_its_basket_starts_nothing(world: World) -> None:
    """Rules 3 and 9, R23: in reverse order."""
    world.publish(basket())
    eva = world.person("eva@example.org")
    world.sleep(minutes=10)
    world.happens("order_completed", eva, later(minutes=5), B1)
    world.happens("basket_added", eva, later(minutes=1), B1)
    world.wait(hours=1)
    assert world.journeys(eva) == []
    assert refusals(world, eva) == ["goal"]
    world.happens("basket_added", eva, properties={"basket_id": "b2"})
    world.wait(minutes=30)
    assert world.place(eva) == "letter1"


def test_an_event_from_the_future_is_one_of_now(world: World, figures: Figures) -> None:
    """R23: the clock of the sender is wrong."""
    world.publish(basket())
    world.publish(by_event_named("Second"))
    eva = world.person("eva@example.org")
    world.happens("basket_added", eva, later(days=3650), B1)
    world.happens("signed_up", eva, later(days=3650))
    world.wait(minutes=30)
    started = {one.flow_id: one.started_at for one in world.journeys(eva)}
    figures("R23", years_ahead=10, started=len(started))
    assert sorted(started.values()) == [NOON, later(minutes=30)]


def by_event_named(name: str) -> Any:
    from dataclasses import replace

    return replace(by_event(), name=name)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"at": later(hours=-2), "properties": B1}, "not-fresh"),
        ({}, "no-key"),
        ({"at": later(days=-40), "properties": B1}, None),
        ({"history": True, "properties": B1}, None),
        ({"actor": Actor.MACHINE, "properties": B1}, None),
    ],
)
def test_what_is_refused_is_written_down_and_what_is_history_is_not(
    world: World, event: dict[str, Any], reason: str | None
) -> None:
    """Rules 1 to 3."""
    world.publish(basket())
    eva = world.person("eva@example.org")
    world.happens("basket_added", eva, **event)
    world.wait(minutes=30)
    assert world.journeys(eva) == []
    assert refusals(world, eva) == ([reason] if reason else [])
    assert world.count(f"refused:{reason}") == (1 if reason else 0)


def test_an_event_stored_in_time_may_start_late(world: World) -> None:
    """Rule 2: fresh is asked once, when the event is stored, not when the quiet time ends."""
    world.publish(basket())
    eva = world.person("eva@example.org")
    world.happens("basket_added", eva, properties=B1)
    world.sleep(days=2)
    world.work()
    journey = world.journey(eva)
    assert (journey.started_at, journey.node) == (later(minutes=30), "letter1")
    assert (world.message(eva).state, world.email.sent) == ("held", [])


def test_never_after_and_restart(world: World) -> None:
    """Rule 1."""
    world.publish(by_event())
    eva = world.person("eva@example.org")
    world.happens("signed_up", eva)
    world.happens("signed_up", eva)
    world.wait(hours=2)
    world.happens("signed_up", eva)
    assert refusals(world, eva) == ["inside", "before"]
    assert len(world.journeys(eva)) == 1


def test_after_a_week_one_may_come_again(world: World) -> None:
    """Rule 1."""
    world.publish(by_event(reentry={"after": "P7D"}))
    eva = world.person("eva@example.org")
    world.happens("signed_up", eva)
    world.wait(days=6, hours=23)
    world.happens("signed_up", eva)
    assert refusals(world, eva) == ["too-soon"]
    world.wait(hours=1)
    world.happens("signed_up", eva)
    assert len(world.journeys(eva)) == 2


def test_restart_ends_the_old_journey_while_nothing_has_been_sent(world: World) -> None:
    """Rule 1."""
    world.publish(by_event(reentry="restart"))
    eva = world.person("eva@example.org")
    world.happens("signed_up", eva, properties={"n": 1})
    world.happens("signed_up", eva, properties={"n": 2})
    assert [one.end_reason for one in world.journeys(eva)] == ["restarted", ""]
    world.work()
    assert [one.state for one in world.messages(eva)] == ["cancelled", "sent"]
    assert len(world.email.sent) == 1
    world.happens("signed_up", eva)
    assert refusals(world, eva) == ["inside"]


def test_who_got_nothing_because_it_failed_may_restart(world: World) -> None:
    """Rule 1: nothing has been sent."""
    world.publish(by_event(reentry="restart"))
    eva = world.person("eva@example.org", agrees=())
    for _ in range(2):
        world.happens("signed_up", eva)
        world.work()
    assert [one.end_reason for one in world.journeys(eva)] == ["failed", "failed"]


def test_a_journey_that_an_event_ends_makes_room_for_the_one_it_starts(world: World) -> None:
    """Rules 1 and 9: one event, one transaction."""
    world.publish(by_event(reentry={"after": "PT0S"}, exits=[{"event": "signed_up"}]))
    eva = world.person("eva@example.org")
    world.happens("signed_up", eva)
    world.sleep(minutes=1)
    world.happens("signed_up", eva)
    assert [one.end_reason for one in world.journeys(eva)] == ["exit", ""]


def test_a_journey_that_ends_in_a_tick_makes_room_for_a_quiet_entry_of_the_same_tick(world: World) -> None:
    """Rules 1 and 3."""
    nodes = [
        node("start", "entry.event", events=["x"], quiet_for="PT30M"),
        node("d", "delay", for_="PT1H"),
        node("e", "end"),
    ]
    world.publish(flow_of(nodes, "start.entered > d", "d.next > e", reentry={"after": "PT0S"}))
    eva = world.person("eva@example.org")
    world.happens("x", eva)
    world.wait(minutes=30)
    world.sleep(minutes=30)
    world.happens("x", eva, later(minutes=59))
    world.sleep(minutes=30)
    world.work()
    assert [one.end_reason for one in world.journeys(eva)] == ["end", ""]
    assert refusals(world, eva) == []


def test_entry_conditions_may_ask_what_ever_happened(world: World) -> None:
    """Section 5: whoever never ordered."""
    nodes = [
        node("start", "entry.event", events=["x"], where={"not": {"event": "order", "since": "ever"}}),
        letter(),
    ]
    world.publish(flow_of(nodes, "start.entered > letter"))
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    world.happens("order", bob, later(days=-100), history=True)
    for one in (eva, bob):
        world.happens("x", one)
    assert (world.place(eva), world.place(bob)) == ("letter", "")


def test_only_the_first_entry_that_fits_is_taken(world: World) -> None:
    """Rule 1: one journey per flow, contact and key over all entries."""
    nodes = [
        node("a", "entry.event", events=["x"], where={"field": "n", "more_than": 5}),
        node("b", "entry.event", events=["x"]),
        letter("first"),
        letter("second"),
    ]
    world.publish(flow_of(nodes, "a.entered > first", "b.entered > second"))
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    world.happens("x", eva, properties={"n": 9})
    world.happens("x", bob, properties={"n": 1})
    assert (world.place(eva), world.place(bob)) == ("first", "second")


# --- by hand ---


def test_people_are_put_in_by_hand_each_once(world: World) -> None:
    """Section 6: enter."""
    world.publish(one_letter())
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    assert world.enter(eva, bob, eva) == {eva: "", bob: ""}
    assert world.enter(eva) == {eva: "inside"}
    assert world.enter(424242) == {}
    world.work()
    assert len(world.email.sent) == 2


def test_a_contact_that_was_merged_away_does_not_enter(world: World) -> None:
    """R38."""
    world.publish(one_letter())
    eva, browser = world.person("eva@example.org"), world.person(visitor="v1")
    world.happens("x", addresses=(Address("email", "eva@example.org"), Address("visitor", "v1")))
    gone = max(eva, browser)
    assert world.contact(gone).erased
    assert world.enter(gone) == {gone: "erased"}
    assert world.journeys() == []


def test_a_flow_that_cannot_be_entered_by_hand_says_so(world: World) -> None:
    """Section 6."""
    live = world.publish(answered("opened"))
    world.publish(by_event_named("Other"))
    eva = world.person("eva@example.org")
    with pytest.raises(UserError, match="Publish it first"):
        world.enter(eva, flow="Nowhere")
    with pytest.raises(UserError, match="Added by hand"):
        world.enter(eva, flow="Other")
    world.set_state(live, FlowState.CLOSED)
    with pytest.raises(RefusedError, match="takes nobody now"):
        world.enter(eva)


def test_whoever_is_put_in_without_a_key_is_ended_by_any_goal(world: World) -> None:
    """Rule 9: rather stop than nag."""
    flow = answered("opened", flow={"key": "basket_id", "goal": {"events": ["order_completed"]}})
    world.publish(flow)
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.happens("order_completed", eva, properties=B1)
    assert world.place(eva) == "goal!"


# --- whose event it is ---


def test_an_unknown_visitor_becomes_a_contact_only_when_a_flow_listens(world: World) -> None:
    """Rule 19."""
    visitor = (Address("visitor", "v1"),)
    world.publish(by_event())
    assert world.happens("page_view", addresses=visitor) is Intake.COUNTED
    assert world.happens("signed_up", addresses=visitor) is Intake.STORED
    assert world.happens("page_view", addresses=visitor) is Intake.STORED
    assert world.happens("page_view") is Intake.COUNTED
    (journey,) = world.journeys()
    assert journey.node == "letter"


def test_a_known_address_is_a_contact_without_any_flow(world: World) -> None:
    """Rule 19."""
    assert world.happens("x", addresses=(Address("email", "new@example.org"),)) is Intake.STORED


def test_a_browser_that_leaves_its_address_becomes_that_person(world: World) -> None:
    """Rule 19: the two are merged."""
    world.publish(by_event())
    visitor, mail = Address("visitor", "v1"), Address("email", "eva@example.org")
    world.happens("signed_up", addresses=(visitor,))
    eva = world.person("eva@example.org")
    browser = world.journeys()[0].contact_id
    world.happens("form_sent", addresses=(visitor, mail), updates={"first_name": "Eva"})
    assert world.contact(browser).addresses == {"visitor": "v1", "email": "eva@example.org"}
    assert world.contact(browser).properties == {"first_name": "Eva"}
    assert world.contact(eva).erased


def test_of_two_journeys_of_one_flow_the_one_further_on_stays(world: World) -> None:
    """Rule 19."""
    world.publish(by_event())
    visitor, mail = Address("visitor", "v1"), Address("email", "eva@example.org")
    eva = world.person("eva@example.org")
    world.happens("signed_up", eva)
    world.work()
    world.happens("signed_up", addresses=(visitor,))
    world.happens("x", addresses=(visitor, mail))
    assert [(one.node, one.end_reason) for one in world.journeys(eva)] == [("hour", ""), ("letter", "merged")]
    assert [one.state for one in world.messages(eva)] == ["sent", "cancelled"]


def test_an_older_journey_that_is_still_open_after_a_merge_keeps_its_place(world: World) -> None:
    """Rules 1 and 19: the newest has ended merged, and still nobody else comes in."""
    world.publish(by_event(reentry={"after": "PT0S"}))
    visitor, mail = Address("visitor", "v1"), Address("email", "eva@example.org")
    eva = world.person("eva@example.org")
    world.happens("signed_up", eva)
    world.wait(minutes=5)
    world.happens("signed_up", addresses=(visitor,))
    world.happens("signed_up", addresses=(visitor, mail))
    assert [(one.node, one.end_reason) for one in world.journeys(eva)] == [("hour", ""), ("letter", "merged")]
    assert refusals(world, eva) == ["inside"]


def test_a_queued_letter_of_the_journey_that_ends_merged_is_cancelled(world: World) -> None:
    """Rule 19."""
    flow = flow_of(
        [
            node("start", "entry.event", events=["signed_up"]),
            node("d", "delay", for_="P1D"),
            letter(),
        ],
        "start.entered > letter",
        "letter.sent > d",
    )
    world.publish(flow)
    visitor, mail = Address("visitor", "v1"), Address("email", "eva@example.org")
    world.happens("signed_up", addresses=(visitor,))
    eva = world.person("eva@example.org")
    world.happens("signed_up", eva)
    world.happens("x", addresses=(visitor, mail))
    assert sorted(one.end_reason for one in world.journeys()) == ["", "merged"]
    assert sorted(one.state for one in world.messages()) == ["cancelled", "queued"]
    world.work()
    assert len(world.email.sent) == 1


def test_two_people_at_one_browser_stay_two(world: World) -> None:
    """Rule 19: a browser may be shared, a mail address is not."""
    eva = world.person("eva@example.org", visitor="v1")
    bob = world.person("bob@example.org")
    browser = Address("visitor", "v1")
    world.happens("x", addresses=(browser, Address("email", "bob@example.org")), updates={"n": "Bob"})
    assert world.contact(bob).properties == {"n": "Bob"}
    assert world.contact(eva).properties == {}
    assert not world.contact(eva).erased
    world.happens("x", addresses=(browser, Address("email", "new@example.org")), updates={"n": "New"})
    assert world.contact(eva).addresses == {"email": "eva@example.org", "visitor": "v1"}
    assert world.contact(eva).properties == {}
    world.happens("x", addresses=(browser,), updates={"n": "Eva"})
    assert world.contact(eva).properties == {"n": "Eva"}


def test_a_forwarded_letter_does_not_make_two_people_one(world: World) -> None:
    """Rule 19: whose link it is and whose browser."""
    world.publish(answered("clicked"))
    eva = world.person("eva@example.org")
    bob = world.person("bob@example.org", visitor="bobs")
    world.enter(eva)
    world.work()
    letter_ = world.message(eva)
    world.happens("clicked", message_id=letter_.id, addresses=(Address("visitor", "bobs"),))
    assert world.place(eva) == "to-clicked"
    assert world.contact(bob).addresses["visitor"] == "bobs"


def test_an_account_is_better_known_than_its_mail_address(world: World) -> None:
    """Rule 19: the second address of an account is linked to it."""
    account = Address("external", "77")
    world.happens("x", addresses=(account, Address("email", "old@example.org")))
    world.happens("x", addresses=(Address("email", "new@example.org"), account), updates={"n": "1"})
    with world.store.transaction() as tx:
        (owner,) = tx.find_contacts(
            [Address("email", "old@example.org"), Address("email", "new@example.org")]
        )
        assert tx.contacts([owner])[owner].properties == {"n": "1"}
