"""Section 5: record, consent, notify and start do their work and the journey goes on at once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from app.engine import decide
from app.engine.walk import Walk
from app.model.journey import ConsentWithdrawn, MessageState, StartFlow
from app.model.people import Event, consents_after
from tests.unit.engine.build import (
    MANUAL,
    NOW,
    again,
    begun,
    counted,
    due,
    later,
    letter,
    lines,
    node,
    person,
    place,
    plan_of,
    stored,
    the_message,
)


def through(*middle: Any, **more: Any) -> Walk:
    """A journey that goes through these nodes, one after the other, to a pause."""
    nodes = [MANUAL, *middle, node("pause", "delay", for_="P9D")]
    outlet = {"start": "entered"}
    ways = [f"{one.id}.{outlet.get(one.id, 'next')} > {other.id}" for one, other in pairwise(nodes)]
    return begun(plan_of(nodes, *ways), **more)


def test_record_asks_for_an_event_that_cannot_be_there_twice() -> None:
    """Its source id is the step itself; rule 16: it says which journey made it."""
    walk = through(node("r", "record", event="thanked", properties={"stage": 2}))
    assert place(walk) == "pause"
    assert walk.changes.intents == [
        Event(
            "thanked",
            NOW,
            "journey:1000:1",
            contact_id=11,
            properties={"stage": 2},
            made_by=1000,
        )
    ]
    assert lines(walk, "left")[-1].data == {"event": "thanked"}


def test_record_without_fields_is_an_event_without_properties() -> None:
    (event,) = through(node("r", "record", event="thanked")).changes.intents
    assert isinstance(event, Event)
    assert event.properties == {}


def test_start_hands_on_what_started_this_journey() -> None:
    """Rule 16: carried out in the same transaction, as started by a flow."""
    walk = through(node("s", "start", flow="Other"), entry={"basket_id": "b1"})
    assert walk.changes.intents == [StartFlow("Other", 11, {"basket_id": "b1"}, 1000)]
    assert lines(walk, "left")[-1].data == {"flow": "Other"}


def agreeing(**settings: Any) -> Any:
    return node("c", "consent", **{"channel": "sms", "given": "yes", "text": "Yes, text me", **settings})


def test_consent_is_stored_with_the_words_and_where_they_were_said() -> None:
    walk = through(agreeing(topic="offers"), contact=person(consents={}))
    ((contact_id, said),) = walk.changes.consents
    assert (contact_id, said.channel, said.topic, said.given) == (11, "sms", "offers", True)
    assert (said.at, said.source, said.text) == (NOW, "flow", "Yes, text me")
    assert said.proof == {"journey": 1000, "step": 1, "version": 7, "node": "c"}
    assert walk.changes.intents == []
    assert lines(walk, "left")[-1].data == {"consent": "sms/offers", "given": True}


def test_the_next_node_sees_the_new_consent() -> None:
    ask = node("q", "check", ways=[{"name": "next", "when": {"consent": "sms", "topic": "offers"}}])
    assert place(through(agreeing(topic="offers"), ask, contact=person(consents={}))) == "pause"
    assert place(through(agreeing(given="no", text=""), ask)) == "else!"
    asked = again(through(agreeing(), ask, contact=person(consents={})), NOW)
    assert asked.facts.contact.consent_id("sms") is None


def test_a_consent_taken_back_lets_what_is_queued_leave() -> None:
    """Rule 10, whichever flow has queued it."""
    walk = through(agreeing(given="no", text=""), contact=person(consents={"sms": True, "sms/offers": True}))
    assert walk.changes.intents == [ConsentWithdrawn(11)]
    assert walk.facts.contact.consents == {"sms": False}


def test_leaving_a_channel_leaves_its_topics() -> None:
    """As the store reads it back."""
    _, taken = through(agreeing(given="no", topic="offers")).changes.consents[0]
    said, ids = {"sms": True, "sms/offers": True, "email": True}, {"sms": 1, "sms/offers": 2, "email": 3}
    assert consents_after(said, ids, taken) == (
        {"sms": True, "sms/offers": False, "email": True},
        {"sms": 1, "email": 3},
    )


def test_notify_queues_a_line_of_its_own_and_goes_on_at_once() -> None:
    walk = through(node("n", "notify", text="{{ first_name }} waits"))
    line = the_message(walk)
    assert (place(walk), walk.journey.message_id) == ("pause", None)
    assert (line.channel, line.purpose, line.priority, line.step) == ("notice", "transactional", 0, 1)
    assert (line.late_at, line.before_at, line.node) == (None, None, "n")
    assert counted(walk, "message:queued") == 1
    assert [one.data["channel"] for one in lines(walk, "queued")] == ["notice"]


def test_a_line_for_the_owner_goes_out_whatever_the_journey_does() -> None:
    """It is wanted when the journey has gone on, and when it is over; its receipt moves nothing."""
    walk = due(through(node("n", "notify", text="x")))
    assert walk.is_over
    line = the_message(walk)
    assert decide.is_wanted(walk, line)
    decide.send_ok(walk, line, later(days=9))
    assert the_message(walk).state is MessageState.SENT
    assert place(walk) == "next!"


def test_a_line_for_the_owner_is_no_message_to_the_person() -> None:
    """Rule 6: a wait counts from the last message, and this is none."""
    wait = node("w", "wait", events=["visit"], timeout="P1D")
    nodes = [MANUAL, letter(), node("p", "delay", for_="P1D"), node("n", "notify", text="x"), wait]
    ways = ["start.entered > letter", "letter.sent > p", "p.next > n", "n.next > w"]
    walk = again(begun(plan_of(nodes, *ways)), NOW)
    decide.send_ok(walk, the_message(walk), NOW)
    walk = again(walk, later(days=1), stored("visit", later(hours=3)))
    decide.come_due(walk)
    assert place(walk) == "happened!"
