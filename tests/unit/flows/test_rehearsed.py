"""The numbers of a rehearsal and their words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.flows.rehearsed import (
    Difference,
    Figures,
    Refusal,
    changed_edges,
    differences,
    document_of,
    figures_of,
    messages_json,
)
from app.flows.rehearsed_words import (
    amount,
    headline,
    number_name,
    percent_words,
    refusal_words,
    refusals_by_words,
    told,
    value_words,
)
from app.model.flow import Edge, Flow, Node
from app.model.rehearsing import Entered, Played, Rate, Rehearsal, RehearsalOptions, Said, Snag

START = datetime(2026, 10, 20, 22, 0, tzinfo=UTC)
"""Midnight in Berlin, some days before its clocks are set back."""
UNTIL = START + timedelta(days=10, hours=2)
BERLIN = "Europe/Berlin"
FLOW = Flow(
    "Basket",
    (Node("start", "entry.event"), Node("letter", "email", "Letter 1", settings={"timeout": "P1D"})),
    (Edge("start", "entered", "letter"),),
)


def said(hours: float, contact: int = 1, channel: str = "email", parts: int = 0) -> Said:
    at = START + timedelta(hours=hours)
    return Said(at, contact, "letter", 0, channel, at.replace(tzinfo=None), parts)


def made(played: Played, price: str = "") -> Figures:
    return figures_of(played, FLOW, BERLIN, START, UNTIL, price)


SAID = st.lists(
    st.builds(
        said,
        st.floats(0, 240, allow_nan=False),
        st.integers(1, 4),
        st.sampled_from(["email", "sms"]),
        st.integers(0, 3),
    ),
    max_size=40,
)


@given(SAID)
def test_every_message_is_in_every_sum_once(messages: list[Said]) -> None:
    played = Played(said=sorted(messages))
    found = made(played, "0.5 EUR")
    assert found.said == len(messages)
    assert sum(found.by_channel.values()) == sum(found.by_node.values()) == len(messages)
    assert sum(found.hours.values()) == sum(found.clock) == len(messages)
    assert sum(count for _, count in found.days) == len(messages)
    assert [day for day, _ in found.days] == sorted({day for day, _ in found.days})
    assert len(found.days) == 11, "the day of which only an hour is played, too"
    assert sum(count * days for count, days in found.spread.items()) == len(messages)
    assert found.people == len({one.contact_id for one in messages})
    assert found.parts == sum(one.parts for one in messages if one.channel == "sms")
    if messages:
        assert found.most is not None
        assert found.busiest is not None
        assert found.most.count == max(found.spread)
        assert found.busiest[1] == max(found.hours.values())
        assert headline(found).startswith(f"{found.people} p")
    else:
        assert headline(found) == "Nobody would have got anything."
    assert len(messages_json(played)) == len(messages)


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    found = made(Played(said=[said(24 * 4 + 2.5), said(24 * 4 + 3.5)]))
    assert len(found.hours) == 2
    assert found.clock[2] == 2


PLAYED = Played(
    names={
        ("start", "out:entered"): 3,
        ("letter", "out:opened"): 1,
        ("letter", "failed:no-consent"): 1,
        ("letter", "postponed:quiet-hours"): 2,
        ("letter", "reaction:opened"): 1,
        ("letter", "end:goal"): 1,
    },
    messages={("email", "sent"): 2},
    said=[said(1, 1), said(2, 2, "sms", 2)],
    entered=[
        Entered(START, 1, "start"),
        Entered(START, 1, "start"),
        Entered(START, 2, "start"),
        Entered(START, 3, "start", "too-soon"),
    ],
    snags=[Snag("letter", "held", "ceiling", 4, (1,)), Snag("letter", "bad-text", "no name", 1, (9,))],
    until={("letter", "quiet-hours"): "08:00"},
    others={(1, "2026-10-21"): {"Birthday": 2}},
    events=5,
)


def test_what_came_of_it_is_counted_by_what_it_is() -> None:
    found = made(PLAYED, "0.075 EUR")
    assert (found.entered, found.comers, found.refused) == (3, 2, {"too-soon": 1})
    assert (found.goals, found.inside, found.reactions) == (1, 2, {"opened": 1})
    assert found.edges == {("start", "entered"): 3, ("letter", "opened"): 1}
    assert (found.parts, found.cost) == (2, "0.15 EUR")
    assert found.refusals == [
        Refusal("letter", "held", "ceiling", 4),
        Refusal("letter", "postponed", "quiet-hours", 2, "08:00"),
        Refusal("letter", "failed", "no-consent", 1),
    ]
    assert found.most is not None
    assert (found.most.contact_id, found.most.count, found.most.others) == (1, 3, {"Birthday": 2})
    assert refusals_by_words(found) == [
        ("the most of one day was reached", 4),
        ("quiet hours, sent at 8:00", 2),
        ("no consent", 1),
    ]


def rehearsal(published: Played | None) -> Rehearsal:
    return Rehearsal(
        "Basket",
        RehearsalOptions(days=10),
        BERLIN,
        START,
        UNTIL,
        3,
        1,
        PLAYED,
        published,
        4 if published else 0,
        {("email", "marketing"): (Rate("opened", 0.3, (60.0,)),), ("rcs", "marketing"): ()},
        assumed=["Nothing is known."],
        flows=(FLOW, FLOW) if published else (FLOW,),
        price="0.075 EUR",
    )


def test_the_difference_to_what_is_published() -> None:
    older = made(Played(names={("start", "out:entered"): 1}, said=[said(1)]))
    newer = made(PLAYED, "0.075 EUR")
    found = {one.name: (one.before, one.after, percent_words(one)) for one in differences(newer, older)}
    assert found == {
        "entered": (0, 3, "new"),
        "people": (1, 2, "+100 %"),
        "channel:email": (1, 1, "same"),
        "channel:sms": (0, 1, "new"),
        "parts": (0, 2, "new"),
        "cost": (0.0, 0.15, "new"),
        "goals": (0, 1, "new"),
    }
    assert changed_edges(newer, older)["start", "entered"] == (1, 3)
    assert changed_edges(newer, None)["start", "entered"] == (0, 3)
    less = Difference("cost", 8.0, 7.0, "EUR")
    assert (percent_words(less), value_words(1234.5, less)) == ("−12 %", "1,234.50")
    assert (number_name("cost"), number_name("channel:email"), number_name("x")) == ("Cost", "Letters", "x")
    assert differences(older, newer)[5] == Difference("cost", 0.15, 0.0, "EUR")


def test_the_document_has_what_every_run_has_and_more() -> None:
    found = document_of(rehearsal(Played(said=[said(1)])))
    assert {"contacts", "events", "journeys", "messages", "reactions", "edges"} <= found.keys()
    assert found["edges"] == [
        {"flow": "Basket", "from": "start", "outlet": "entered", "to": "letter", "count": 3}
    ]
    assert found["messages"] == {"email": {"sent": 2}}
    assert found["published"]["version"] == 4
    assert found["nodes"][1]["by_outlet"] == {"opened": 1}
    assert found["rates"][0]["channel"] == "email"
    assert document_of(rehearsal(None))["published"] is None


def test_it_is_told_line_by_line() -> None:
    text = "\n".join(told(rehearsal(Played(said=[said(1)]))))
    for words in (
        "2 people would have got 1 letter and 1 SMS.",
        "Not let in: 1 in it too short a time ago.",
        "Version 4",
        "An event, entered → Letter 1",
        "0 → 3",
        "Letter 1: quiet hours, sent at 8:00",
        "2 of them by “Birthday”",
        "SMS: 1, 2 parts, 0.15 EUR.",
        "Busiest hour: Wednesday 21 October at 1:00, 1 messages.",
        "Look at this: Letter 1: the text could not be made (no name), 1 times.",
        "Assumed: Nothing is known.",
    ):
        assert words in text
    assert "Version" not in "\n".join(told(rehearsal(None)))


def test_words_for_what_this_release_does_not_know() -> None:
    assert amount("pigeon", 2) == "2 pigeon"
    assert refusal_words(Refusal("n", "postponed", "odd", 1)) == "odd"
    assert refusal_words(Refusal("n", "failed", "capped", 1)) == "enough this week"
    assert refusal_words(Refusal("n", "held", "odd", 1)) == "odd"
