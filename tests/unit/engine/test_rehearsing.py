"""The pure parts of a rehearsal: what happens when, how people react, and when somebody has to look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.engine.audience import MACHINE, SHOWN, Audience, Reached, quantile
from app.engine.diary import DECIDE, Diary
from app.engine.habits import ENOUGH, USUAL, habits_of, quantiles, rates_of
from app.engine.outside import ByHand, Written
from app.engine.plan import Plan, make_plan
from app.engine.script import (
    agreed,
    asked_names,
    assumed_comings,
    by_hand,
    known,
    said_before,
    script_of,
    span_of,
)
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Node
from app.model.journey import Changes, Journey, JourneyState, Message, MessageState, Suppression, Version
from app.model.people import Actor, Consent, Contact, Event
from app.model.rehearsing import Guess, Lives, Rate, Reacted, RehearsalOptions, Whole
from app.model.segments import Dated, Schedule

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def plan(*nodes: Node, **settings: object) -> Plan:
    edges = tuple(Edge(one.id, "entered", "over") for one in nodes)
    flow = Flow("A flow", (*nodes, Node("over", "end")), edges, settings=settings)
    return make_plan(Version(1, 1, 1, "", write_flow(flow)))


BASKET = plan(
    Node("start", "entry.event", settings={"events": ["basket_added"]}),
    key="basket_id",
    goal={"events": ["order_completed"]},
)
BY_HAND = plan(Node("start", "entry.manual"))


# --- the time ---------------------------------------------------------------------------------------------


@given(days=st.integers(1, 366), hour=st.integers(0, 23))
def test_what_is_played_again_is_over_and_happens_on_the_same_weekday(days: int, hour: int) -> None:
    now = NOW.replace(hour=hour)
    span = span_of(RehearsalOptions(days=days), now, BERLIN)
    assert span.until - span.start == timedelta(days=days)
    assert span.start > now
    assert span.start.astimezone(BERLIN).hour == 0
    assert span.shift.days % 7 == 0
    assert span.recorded[1] <= now


def test_a_replay_ends_now_and_moves_nothing() -> None:
    span = span_of(RehearsalOptions(days=30, replay=True), NOW, BERLIN)
    assert (span.start, span.until) == span.recorded == (NOW - timedelta(days=30), NOW)
    fixed = RehearsalOptions(days=2, replay=True, start=NOW - timedelta(days=9))
    assert span_of(fixed, NOW, BERLIN).until == NOW - timedelta(days=7)


# --- what happens -----------------------------------------------------------------------------------------


def _message(number: int, sent_at: datetime | None) -> Message:
    state = MessageState.SENT if sent_at else MessageState.QUEUED
    return Message(number, 1, 1, 9, 1, 5, "x", "email", "marketing", state, NOW, NOW, sent_at=sent_at)


def _lives(*events: Event, **more: object) -> Lives:
    return Lives(events=list(events), **more)  # type: ignore[arg-type]


def _event(at: datetime, number: int = 1, **properties: object) -> Event:
    return Event("basket_added", at, f"e{number}", contact_id=5, properties=properties)


@given(st.lists(st.integers(-2000, 2000), max_size=20), st.integers(1, 60), st.booleans())
def test_all_of_the_time_is_played_in_its_order_and_nothing_else(
    hours: list[int], days: int, replay: bool
) -> None:
    events = [_event(NOW + at * HOUR, number, basket_id=number) for number, at in enumerate(hours)]
    span = span_of(RehearsalOptions(days=days, replay=replay), NOW, BERLIN)
    script = script_of(_lives(*events), span, ["basket_id"])
    first, last = span.recorded
    assert len(script) == sum(first <= one.at < last for one in events)
    assert [one.at for one in script] == sorted(one.at for one in script)
    for one in script:
        assert isinstance(one.deed, Event)
        assert span.start <= one.at == one.deed.at < span.until
        original = next(event for event in events if event.source_id == one.deed.source_id.rstrip("~"))
        assert one.at - original.at == span.shift
    assert {one.source_id for one in known(_lives(*events), span)} == {
        one.source_id for one in events if one.at < span.start
    }


def test_what_happens_once_more_is_another_basket_and_imported_history_happens_never() -> None:
    span = span_of(RehearsalOptions(days=5), NOW, UTC)
    at = span.recorded[0] + HOUR
    imported = Event("basket_added", at, "old", contact_id=5, history=True)
    (happening,) = script_of(_lives(_event(at, basket_id="b1", total=3), imported), span, ["basket_id"])
    assert isinstance(happening.deed, Event)
    assert happening.deed.properties == {"basket_id": "b1~", "total": 3}
    (plain,) = script_of(_lives(_event(at, total=3)), span, ["basket_id"])
    assert isinstance(plain.deed, Event)
    assert plain.deed.properties == {"total": 3}


def test_what_was_said_and_refused_in_the_time_of_a_replay_is_said_then() -> None:
    span = span_of(RehearsalOptions(days=10, replay=True), NOW, UTC)
    before, inside = span.start - HOUR, span.start + HOUR
    consents = (
        Consent("email", given=True, at=before, source="form"),
        Consent("email", given=False, at=inside, source="unsubscribe"),
        Consent("sms", given=True, at=inside, source="import"),
    )
    suppressed = [Suppression("email", f"{at}", "hard", at) for at in (before, inside)]
    messages = [_message(1, before), _message(2, inside), _message(3, None)]
    lives = _lives(people=[Whole(5, consents=consents)], suppressed=suppressed, messages=messages)
    assert [(one.channel, one.at < span.start) for one in agreed(consents, span)] == [
        ("email", True),
        ("sms", True),
    ]
    assert [one.id for one in said_before(lives, span)] == [1]
    script = script_of(lives, span, ())
    assert all(one.at == inside for one in script)
    deeds = [one.deed for one in script if isinstance(one.deed, Written)]
    assert [one for deed in deeds for one in deed.consents] == [(5, consents[1])]
    assert [one for deed in deeds for one in deed.suppressed] == suppressed[1:]
    assert [one.id for deed in deeds for one in deed.messages] == [2]


def test_what_other_flows_have_said_they_say_again_as_another_message() -> None:
    span = span_of(RehearsalOptions(days=10), NOW, UTC)
    sent = span.recorded[0] + HOUR
    (happening,) = script_of(_lives(messages=[_message(7, sent)]), span, ())
    assert isinstance(happening.deed, Written)
    (message,) = happening.deed.messages
    assert (message.id, message.sent_at) == (-7, sent + span.shift)


def test_whoever_never_did_anything_is_taken_to_come_once() -> None:
    span = span_of(RehearsalOptions(days=10), NOW, UTC)
    script = assumed_comings(BASKET, range(1, 200), span, 1, {"total": 9})
    assert sorted(one.deed.contact_id or 0 for one in script if isinstance(one.deed, Event)) == [
        *range(1, 200)
    ]
    assert all(span.start <= one.at < span.until for one in script)
    assert len({one.at.date() for one in script}) == 10
    first = script[0].deed
    assert isinstance(first, Event)
    assert first.properties == {"total": 9, "basket_id": f"rehearsal-{first.contact_id}"}
    assert assumed_comings(BY_HAND, [1], span, 1, {}) == []


def test_people_are_put_in_on_the_first_morning_or_at_once_when_that_is_over() -> None:
    span = span_of(RehearsalOptions(days=3), NOW, BERLIN)
    (happening,) = by_hand(BY_HAND, "Other name", [1, 2], span, BERLIN)
    assert happening.deed == ByHand("Other name", (1, 2))
    assert happening.at.astimezone(BERLIN).hour == 10
    evening = span_of(RehearsalOptions(days=3, start=NOW), NOW, BERLIN)
    assert by_hand(BY_HAND, "A", [1], evening, BERLIN)[0].at == NOW
    assert by_hand(BASKET, "A", [1], span, BERLIN) == []
    assert by_hand(BY_HAND, "A", [], span, BERLIN) == []


def test_every_event_that_a_version_may_ask_for_is_read() -> None:
    assert asked_names([BASKET, BY_HAND], ["seen"]) == {"basket_added", "order_completed", "seen"}


# --- how people react -------------------------------------------------------------------------------------


def reached(channel: str, contact: int = 5, message: int = 1, **settings: object) -> Reached:
    return Reached(
        message, Contact(contact), "b1", Node("n", channel, settings=settings), channel, "marketing"
    )


ALL = rates_of(())


@given(
    st.integers(1, 10**6), st.sampled_from(["email", "sms", "popup", "task", "rcs", "none"]), st.booleans()
)
def test_reactions_hang_on_the_dice_and_the_person_alone(contact: int, channel: str, form: bool) -> None:
    settings = {"fields": ["email"]} if form else {}
    one, other = Audience(7, ALL), Audience(7, ALL)
    mine = reached(channel, contact, 1, **settings)
    other.reactions(reached(channel, contact + 1, 8, **settings), NOW)
    found = one.reactions(mine, NOW)
    assert found == other.reactions(mine, NOW) == sorted(found)
    assert all(coming.at >= NOW for coming in found)
    names = [coming.reaction for coming in found]
    assert len(names) == len(set(names))
    if "bounced" in names:
        assert names == ["bounced"]
    exclusive = {"popup": {"submitted", "clicked", "closed"}, "task": {"done", "not-reached"}}
    assert len(exclusive.get(channel, set()) & set(names)) <= 1
    assert "submitted" not in names or form
    for coming in found:
        event = one.event(mine, coming)
        assert event.message_id == mine.message_id
        assert (event.actor is Actor.MACHINE) == coming.reaction.startswith(MACHINE)
        assert not event.name.startswith(MACHINE)


def test_so_many_react_as_the_rates_say() -> None:
    audience = Audience(1, ALL)
    names = [one.reaction for n in range(4000) for one in audience.reactions(reached("email", n), NOW)]
    assert 0.27 < names.count("opened") / 4000 < 0.33
    assert 0.02 < names.count("clicked") / 4000 < 0.04
    popups = [audience.shown_at(reached("popup", n), NOW) for n in range(2000)]
    assert 0.3 < sum(one is not None for one in popups) / 2000 < 0.4
    assert audience.shown_at(reached("email"), NOW) is None


def test_a_form_brings_the_address_and_the_consent_that_its_text_asks_for() -> None:
    audience = Audience(1, {("popup", "marketing"): (Rate("submitted", 1.0, (1.0,)),)})
    contact = Contact(5, addresses={"phone": "+4915112345678"})
    node = Node("n", "popup", settings={"fields": ["email", "phone"], "consent_text": "Yes"})
    one = Reached(1, contact, "", node, "popup", "marketing")
    (coming,) = audience.reactions(one, NOW)
    event = audience.event(one, coming)
    assert [(address.kind, address.value) for address in event.addresses] == [
        ("email", "person-5@example.invalid"),
        ("phone", "+4915112345678"),
    ]
    assert [(said.channel, said.text) for said in event.consents] == [("email", "Yes"), ("sms", "Yes")]
    silent = Reached(1, contact, "", Node("n", "popup", settings={"fields": ["phone"]}), "popup", "marketing")
    assert audience.event(silent, coming).consents == ()


def test_whoever_follows_a_link_may_buy_but_once() -> None:
    guess = Guess("order_completed", 1.0, (60.0,))
    audience = Audience(1, {("email", "marketing"): (Rate("clicked", 1.0, (1.0,)),)}, [guess], "basket_id")
    one = reached("email")
    (coming,) = audience.reactions(one, NOW)
    (event,) = audience.consequences(one, coming)
    assert (event.name, event.properties) == ("order_completed", {"basket_id": "b1"})
    assert event.at == coming.at + timedelta(minutes=1)
    (again,) = audience.consequences(reached("email", message=2), coming)
    assert again.source_id == event.source_id
    assert list(audience.consequences(one, coming._replace(reaction="opened"))) == []


@given(st.lists(st.floats(0, 1e6), max_size=30), st.floats(0, 1), st.floats(0, 1))
def test_delays_are_within_those_known_and_rise_with_the_rank(
    delays: list[float], low: float, high: float
) -> None:
    ranked = quantiles(delays)
    assert list(ranked) == sorted(ranked)
    first, second = sorted((low, high))
    assert quantile(ranked, first) <= quantile(ranked, second) + 1e-6
    if delays:
        assert min(delays) - 1e-6 <= quantile(ranked, low) <= max(delays) + 1e-6


def _reacted(number: int, channel: str = "email", **seconds: float) -> Reacted:
    reactions = {name: NOW + timedelta(seconds=after) for name, after in seconds.items()}
    return Reacted(channel, "marketing", NOW - HOUR, NOW if number else None, reactions)


def test_what_the_workspaces_own_people_did_counts_more_than_what_is_usual() -> None:
    messages = [_reacted(1, opened=60) for _ in range(20)]
    messages += [_reacted(1, opened=60, clicked=90) for _ in range(20)]
    messages += [_reacted(1, clicked=30) for _ in range(10)]
    messages += [_reacted(1) for _ in range(50)]
    rates = {one.reaction: one for one in rates_of(habits_of(messages))["email", "marketing"]}
    assert rates["opened"] == Rate("opened", 0.4, (60.0,) * 11, of=100)
    clicked = rates["clicked"]
    assert (clicked.after, clicked.share_after, clicked.share, clicked.of) == ("opened", 0.5, 10 / 60, 100)
    assert clicked.delays == (30.0,) * 11
    assert "bounced" not in rates
    assert rates_of(habits_of(messages))["email", "transactional"] == USUAL["email"]
    assert rates_of(habits_of(messages[: ENOUGH - 1]))["email", "marketing"] == USUAL["email"]


def test_how_many_came_to_see_what_waited_on_the_page() -> None:
    messages = [_reacted(n % 4, "popup") for n in range(100)]
    rates = {one.reaction: one for one in rates_of(habits_of(messages))["popup", "marketing"]}
    assert rates[SHOWN].share == 0.75
    assert rates[SHOWN].delays == (3600.0,) * 11


def test_of_people_who_never_did_anything_nothing_is_expected() -> None:
    assert rates_of(habits_of([_reacted(1) for _ in range(ENOUGH)]))["email", "marketing"] == ()


# --- the diary --------------------------------------------------------------------------------------------

ENTRIES = st.lists(st.tuples(st.integers(0, 50), st.sampled_from([DECIDE, "email", "sms"])), max_size=40)


@given(ENTRIES, st.lists(st.integers(0, 60), max_size=8))
def test_whatever_is_noted_is_taken_once_when_its_time_has_come(
    entries: list[tuple[int, str]], looks: list[int]
) -> None:
    diary = Diary(frozenset({"email", "sms"}))
    for hours, what in entries:
        diary.note(NOW + hours * HOUR, what)
    left = set(entries)
    for look in sorted(looks):
        due = {one for one in left if one[0] <= look}
        assert diary.take(NOW + look * HOUR) == {what for _, what in due}
        left -= due
        assert diary.next_at == min((NOW + hours * HOUR for hours, _ in left), default=None)


def test_everything_that_a_transaction_makes_due_is_noted() -> None:
    def at(hours: int) -> datetime:
        return NOW + hours * HOUR

    journey = Journey(1, 1, 1, 5, "", JourneyState.WAITING, "n", 1, NOW, NOW, at(1))
    held = Journey(2, 1, 1, 5, "", JourneyState.HELD, "n", 1, NOW, NOW, at(99))
    changes = Changes(
        started=[journey],
        moved=[(held, 0)],
        queued=[_message(1, None), _message(2, NOW)],
        dated=[Dated(1, "n", 5, at(3)), Dated(1, "n", 6, None)],
        schedules=[Schedule(1, "s", at(4)), Schedule(1, "t", None)],
        rechecks={5: at(5), 6: None},
    )
    diary = Diary(frozenset({"email"}))
    diary.hear(changes)
    found = {}
    while (moment := diary.next_at) is not None:
        found[moment] = diary.take(moment)
    assert found == {NOW: {"email"}, **{at(hours): {DECIDE} for hours in (1, 3, 4, 5)}}
