"""Rules 10, 12 and 13 with a store: consent by topic, hours of sending, caps and reply windows, asked in the
transaction that moves a message to ``sending``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from app.engine.dispatch import Dispatcher
from app.model.flow import Flow
from app.model.journey import Changes, JournalLine, Message, MessageState
from app.model.kind import Kind
from app.model.kinds import KINDS
from app.model.people import Actor, Consent, Contact
from app.model.rules import Cap, Rules, Window
from app.support.countries import countries
from tests.engine.flows import one_letter
from tests.engine.world import NOON, Recorder, World, later
from tests.figures import Figures
from tests.unit.engine.build import MANUAL, flow_of, letter, node

DAYTIME = Window(time(8), time(21))
EVENING = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
"""Half past ten in Berlin."""


def lines(world: World, contact_id: int, what: str) -> list[JournalLine]:
    return [line for line in world.journal(contact_id) if line.what == what]


def say(world: World, contact_id: int, channel: str, *, given: bool, topic: str = "") -> None:
    consent = Consent(channel, given=given, at=world.now, source="hand", topic=topic)
    with world.store.transaction() as tx:
        tx.write(Changes(consents=[(contact_id, consent)]))


def two_flows(world: World, **settings: Any) -> None:
    """A letter that waits for an answer, and another flow whose letter comes tomorrow."""
    first = [MANUAL, letter(reactions=["clicked"], timeout="P9D", **settings), node("sorry", "end")]
    world.publish(flow_of(first, "start.entered > letter", "letter.failed > sorry"))
    world.publish(replace(one_letter(**settings), name="Other"))


# --- consent by topic -----------------------------------------------------------------------------------


def test_an_unsubscribe_closes_the_topic_of_its_message_and_nothing_else(world: World) -> None:
    """Rule 10."""
    two_flows(world, topic="offers")
    world.publish(replace(one_letter(topic="news"), name="News"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.work()
    for name in ("Other", "News"):
        world.enter(eva, flow=name)
    world.react(world.messages(eva)[0], "unsubscribed", Actor.HUMAN)
    contact = world.contact(eva)
    assert (contact.consents, contact.agrees("email", "offers")) == (
        {"email": True, "sms": True, "email/offers": False},
        False,
    )
    news, other = (next(one for one in world.journeys(eva) if one.flow_id == flow) for flow in (3, 2))
    assert (other.end_reason, news.node) == ("end", "letter")
    failed = next(one for one in world.messages(eva) if one.flow_id == 2)
    assert (failed.state, failed.reason) == ("failed", "no-consent")
    world.work()
    assert len(world.email.sent) == 2


def test_without_a_topic_it_closes_the_channel_with_all_its_topics(world: World) -> None:
    """Rule 10."""
    two_flows(world)
    eva = world.person("eva@example.org")
    say(world, eva, "email", given=True, topic="offers")
    world.enter(eva)
    world.work()
    world.clock.jump(later(minutes=1))
    world.react(world.message(eva), "unsubscribed", Actor.HUMAN)
    contact = world.contact(eva)
    assert contact.consents == {"email": False, "sms": True}
    assert not contact.agrees("email", "offers")


def test_a_complaint_closes_all_advertising_and_cancels_what_is_held(world: World) -> None:
    """Rule 10: in the same transaction, whatever state it waits in."""
    two_flows(world, topic="offers")
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.work()
    world.enter(eva, flow="Other")
    world.sleep(days=3)
    world.work()
    assert world.message(eva).state is MessageState.HELD
    world.react(world.messages(eva)[0], "complained", Actor.HUMAN)
    assert (world.message(eva).state, world.message(eva).reason) == ("failed", "no-consent")
    assert not any(world.contact(eva).consents.values())
    assert {"email", "sms", "rcs", "telegram", "whatsapp"} <= set(world.contact(eva).consents)


def test_the_line_of_a_message_that_went_out_names_the_consent(world: World) -> None:
    """Promise 10: also when it was taken back while the message was on the wire."""
    world.publish(one_letter(topic="offers"))
    eva = world.person("eva@example.org")
    say(world, eva, "email", given=True, topic="offers")
    used = world.contact(eva).consent_ids["email/offers"]
    world.enter(eva)
    world.email.during = lambda: say(world, eva, "email", given=False)
    world.work()
    (line,) = lines(world, eva, "sent")
    assert line.data["consent"] == used


def test_a_service_message_names_no_consent(world: World) -> None:
    """Rule 12."""
    world.publish(one_letter(purpose="transactional", reason="your order"))
    eva = world.person("eva@example.org", agrees=())
    world.enter(eva)
    world.work()
    (line,) = lines(world, eva, "sent")
    assert set(line.data) == {"message", "channel"}


# --- hours of sending -----------------------------------------------------------------------------------


def at_night(world: World, flow: Flow, *people: int, **rules: Any) -> None:
    world.publish(flow, NOON)
    world.context.rules = Rules(windows={"email": DAYTIME}, **rules)
    world.clock.jump(EVENING)
    world.enter(*people)
    world.work()


def test_a_letter_of_the_night_waits_for_the_morning_and_is_said_once(world: World) -> None:
    """Rule 13: it is queued all the time, its journey stands, and it is not late for it."""
    eva = world.person("eva@example.org")
    at_night(world, one_letter(late_after="PT4H"), eva)
    row, morning = world.message(eva), later(hours=19)
    assert (row.state, row.reason, row.next_try_at) == ("queued", "quiet-hours", morning)
    assert row.late_at == EVENING.replace(hour=1, minute=30, day=3) + (morning - EVENING)
    assert (world.place(eva), world.journey(eva).state) == ("letter", "waiting")
    (line,) = lines(world, eva, "postponed")
    said = {"message": row.id, "reason": "quiet-hours", "until": morning.isoformat(), "clock": "shop"}
    assert dict(line.data) == said, "R18: nothing is known of where they are, and that is said"
    assert (world.count("postponed:quiet-hours"), world.email.sent) == (1, [])
    assert world.next_due() == morning
    world.wait(hours=10)
    row = world.message(eva)
    assert (row.state, row.reason, row.sent_at) == ("sent", "", morning)
    assert world.journey(eva).arrived_at == morning


def test_a_service_message_goes_out_at_night(world: World) -> None:
    """Rule 12."""
    eva = world.person("eva@example.org")
    at_night(world, one_letter(purpose="transactional", reason="your order"), eva)
    assert world.message(eva).sent_at == EVENING


def test_its_last_moment_does_not_move(world: World) -> None:
    """Rule 12: ``before`` never moves; past it the journey leaves at once, at night too."""
    eva = world.person("eva@example.org")
    at_night(world, one_letter(before="2026-03-03T03:00:00+01:00"), eva)
    world.wait(hours=12)
    assert (world.message(eva).state, world.message(eva).reason) == ("failed", "late")
    assert world.journeys(eva)[0].ended_at == later(hours=14)
    assert world.email.sent == []


def test_the_contacts_own_clock_counts(world: World) -> None:
    """Rule 13."""
    eva, joe = world.people_with_mail(2)
    world.in_zone(joe, "America/New_York")
    at_night(world, one_letter(), eva, joe)
    assert [one.address for one in world.email.sent] == ["p1@example.org"]
    assert world.message(eva).reason == "quiet-hours"


def test_of_an_american_number_the_strictest_clock_of_all_counts(world: World) -> None:
    """Rule 13: somewhere between New York and Hawaii; open is what is open for both."""
    world.context.places = countries()
    world.context.rules = Rules(windows={"email": DAYTIME})
    world.publish(one_letter())
    sam = world.person("sam@example.org", phone="+18005550199")
    world.clock.jump(later(hours=4))
    world.enter(sam)
    world.work()
    (line,) = lines(world, sam, "postponed")
    assert line.data["clock"] == "phone"
    assert world.message(sam).next_try_at == later(hours=6), "eight in Hawaii, and one in New York"
    world.wait(hours=3)
    assert world.message(sam).sent_at == later(hours=6)


def test_a_misspelt_zone_is_the_shops_and_stands_in_the_journal(world: World, figures: Figures) -> None:
    """R18: said once, when the hours decide for the first time."""
    eva, joe = world.people_with_mail(2)
    for one in (eva, joe):
        world.in_zone(one, "Europe/Berlinn")
    at_night(world, one_letter(), eva)
    world.wait(hours=12)
    world.enter(joe)
    world.work()
    told = [len(lines(world, one, "zone-unknown")) for one in (eva, joe)]
    figures("R18", misspelt=2, told=sum(told), lost=2 - len(world.email.sent))
    for one in (eva, joe):
        (line,) = lines(world, one, "zone-unknown")
        assert line.data == {
            "message": world.message(one).id,
            "zone": "Europe/Berlinn",
            "instead": "Europe/Berlin",
        }
    assert [one.sent_at for one in world.messages()] == [later(hours=19), later(hours=21.5)]


def test_a_zone_that_changes_counts_from_then_on(world: World) -> None:
    """R18: policy applies as of now."""
    eva = world.person("eva@example.org")
    at_night(world, one_letter(), eva)
    world.in_zone(eva, "America/New_York")
    world.wait(hours=16)
    assert world.message(eva).sent_at == later(hours=25)


def test_no_advertising_goes_out_on_a_holiday(world: World) -> None:
    eva = world.person("eva@example.org")
    at_night(world, one_letter(), eva, holidays=frozenset({datetime(2026, 3, 3, tzinfo=UTC).date()}))
    assert world.message(eva).next_try_at == later(hours=43)


def test_of_a_long_queue_each_row_is_touched_once_a_night(world: World) -> None:
    """20,000 rows must not be read every second until the morning."""
    people = world.people_with_mail(300)
    at_night(world, one_letter(), *people)
    assert world.engine.dispatchers[0].round() == 0
    assert world.count("postponed:quiet-hours") == 300
    world.wait(hours=10)
    assert [one.address for one in world.email.sent] == [f"p{n}@example.org" for n in range(300)]


def test_a_letter_that_is_tried_again_keeps_to_the_hours(world: World) -> None:
    """R19 and rule 13."""
    from app.model.journey import Result

    eva = world.person("eva@example.org")
    world.publish(one_letter(), NOON)
    world.context.rules = Rules(windows={"email": DAYTIME})
    world.clock.jump(later(hours=7, minutes=58))
    world.email.will(Result.RETRY, "451")
    world.enter(eva)
    world.wait(minutes=10)
    assert (world.message(eva).state, world.message(eva).reason) == ("retry", "quiet-hours")
    world.wait(hours=12)
    assert (world.message(eva).sent_at, world.message(eva).attempts) == (later(hours=19), 1)


# --- caps -----------------------------------------------------------------------------------------------


def many_flows(world: World, count: int, **settings: Any) -> None:
    for number in range(count):
        world.publish(replace(one_letter(**settings), name=f"Flow {number}"))


def test_who_has_had_enough_waits_and_then_the_way_failed_is_taken(world: World) -> None:
    """Section 5: over all flows, also within one claim."""
    many_flows(world, 4)
    world.context.rules = Rules(cap=Cap(2))
    eva, bob = world.people_with_mail(2)
    for number in range(4):
        world.enter(eva, flow=f"Flow {number}")
    world.enter(bob, flow="Flow 0")
    world.work()
    assert len(world.email.sent) == 3
    waiting = [one for one in world.messages(eva) if one.state is MessageState.QUEUED]
    assert {(one.reason, one.next_try_at) for one in waiting} == {("capped", later(hours=24))}
    world.wait(hours=25)
    failed = [one for one in world.messages(eva) if one.state is MessageState.FAILED]
    assert [one.reason for one in failed] == ["capped", "capped"]
    assert (world.count("failed:capped"), world.count("postponed:capped")) == (2, 2)


def test_it_goes_out_when_the_time_of_the_cap_is_over(world: World) -> None:
    many_flows(world, 2, capped_wait="P9D")
    world.context.rules = Rules(cap=Cap(1))
    eva = world.person("eva@example.org")
    for number in range(2):
        world.enter(eva, flow=f"Flow {number}")
    world.wait(days=8)
    assert [one.sent_at for one in world.messages(eva)] == [NOON, later(days=7)]
    assert len(lines(world, eva, "postponed")) == 1


def test_an_important_one_goes_further_and_a_service_message_is_not_counted(world: World) -> None:
    many_flows(world, 1)
    world.publish(replace(one_letter(priority="high"), name="Important"))
    world.publish(replace(one_letter(purpose="transactional", reason="your order"), name="Service"))
    world.context.rules = Rules(cap=Cap(1, 2))
    eva = world.person("eva@example.org")
    for name in ("Service", "Flow 0", "Important"):
        world.enter(eva, flow=name)
        world.work()
    assert [one.state for one in world.messages(eva)] == [MessageState.SENT] * 3


# --- windows of reply -----------------------------------------------------------------------------------


@pytest.fixture
def rcs(monkeypatch: pytest.MonkeyPatch) -> Kind:
    """RCS as a release will have it whose channel is built: the deciders ask the table only."""
    ready = replace(KINDS["rcs"], available=True)
    monkeypatch.setitem(KINDS, "rcs", ready)
    return ready


def over_rcs(world: World, **settings: Any) -> Recorder:
    chosen = {"text": "Hi", "reason": "basket", **settings}
    nodes = [MANUAL, node("rcs", "rcs", **chosen), node("over", "end"), node("sorry", "end")]
    world.publish(flow_of(nodes, "start.entered > rcs", "rcs.sent > over", "rcs.failed > sorry"))
    channel = Recorder("rcs", idempotent=True)
    dispatcher = Dispatcher(world.context, channel)
    world.engine.dispatchers = (*world.engine.dispatchers, dispatcher)
    world.engine._mail[dispatcher] = next(iter(world.engine._mail.values()))
    return channel


def to_phone(world: World) -> int:
    return world.person(phone="+4915112345678", agrees=("rcs",))


def test_who_never_wrote_is_not_written_to(world: World, rcs: Kind) -> None:
    """Section 1: a delivered message, a read one or a letter does not count."""
    channel, eva = over_rcs(world), to_phone(world)
    world.happens("message_received", eva, properties={"channel": "email"})
    world.happens("message_received", eva, properties={"channel": "rcs"}, actor=Actor.MACHINE)
    world.enter(eva)
    world.work()
    assert (world.message(eva).state, world.message(eva).reason) == ("failed", "window-closed")
    assert (world.place(eva), channel.sent) == ("end!", [])


def test_within_thirty_days_of_their_last_word_they_are(world: World, rcs: Kind) -> None:
    """Section 1; imported history counts, and a sender's clock that is ahead does not."""
    channel, eva, bob, joe = over_rcs(world), to_phone(world), *(_known(world, n) for n in (1, 2))
    world.happens("message_received", eva, later(days=-29), {"channel": "rcs"}, history=True)
    world.happens("message_received", bob, later(days=-31), {"channel": "rcs"})
    world.happens("message_received", joe, later(days=300), {"channel": "rcs"})
    with world.store.transaction() as tx:
        assert tx.last_words([joe]) == {joe: {"rcs": NOON}}
    world.enter(eva, bob, joe)
    world.work()
    assert [world.message(one).state for one in (eva, bob, joe)] == ["sent", "failed", "sent"]
    assert len(channel.sent) == 2


def _known(world: World, number: int) -> int:
    return world.person(phone=f"+491511234567{number}", agrees=("rcs",))


def test_an_answer_to_a_message_opens_the_window_of_its_channel(world: World, rcs: Kind) -> None:
    channel, eva = over_rcs(world), to_phone(world)
    world.happens("message_received", eva, later(days=-30), {"channel": "rcs"})
    world.enter(eva)
    world.work()
    world.clock.jump(later(days=1))
    world.react(world.message(eva), "delivered")
    with world.store.transaction() as tx:
        assert tx.last_words([eva]) == {eva: {"rcs": later(days=-30)}}
    world.react(world.message(eva), "replied", Actor.HUMAN)
    with world.store.transaction() as tx:
        assert tx.last_words([eva]) == {eva: {"rcs": later(days=1)}}
    assert len(channel.sent) == 1


@pytest.mark.parametrize("reason", ["", "because", None])
def test_without_a_named_reason_it_is_not_sent(world: World, rcs: Kind, reason: str | None) -> None:
    """Section 1: for a reason that serves the person."""
    channel, eva = over_rcs(world, reason=reason), to_phone(world)
    world.happens("message_received", eva, properties={"channel": "rcs"})
    world.enter(eva)
    world.work()
    assert world.message(eva).reason == "window-closed"
    assert (lines(world, eva, "failed")[0].data["detail"], channel.sent) == ("no-reason", [])


def test_a_message_of_a_newer_release_stops_no_event(
    world: World, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    """Promise 6: what an unsubscribe means for a node that this release does not know is asked at sending."""
    two_flows(world, topic="offers")
    eva = world.person("eva@example.org")
    world.enter(eva, flow="Other")
    world.enter(eva)
    unknown: list[Message] = world.messages(eva)
    known = dict(KINDS)
    monkeypatch.setattr("app.engine.plan.KINDS", {name: known[name] for name in known if name != "email"})
    world.context.plans._kept.clear()
    expect_log("cannot go on and waits for a person")
    world.react(unknown[0], "complained", Actor.HUMAN)
    contact: Contact = world.contact(eva)
    assert contact.consents["email"] is False
    monkeypatch.undo()
    world.context.plans._kept.clear()
