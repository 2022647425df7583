from __future__ import annotations

from datetime import timedelta

from app.flows.arrivals import arrivals
from app.model.flow import Edge, Flow
from tests.unit.flows.making import chain, letter, node, start, template


def edge(line: str) -> Edge:
    source, outlet, target = line.split()
    return Edge(source, outlet, target)


HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOTHING = timedelta(0)


def test_the_abandoned_basket_is_reached_as_the_story_tells() -> None:
    found = arrivals(template("abandoned-basket"))
    assert found["letter1"] == (NOTHING, NOTHING)
    assert found["letter2"] == (HOUR, DAY + HOUR)
    assert found["popup"] == (NOTHING, DAY)  # at once where the letter could not be sent
    assert found["sms"] == (NOTHING, 3 * DAY)
    assert found["third_day"] == (NOTHING, 3 * DAY)
    assert found["letter3"] == (3 * DAY, 3 * DAY)


def test_a_month_is_28_to_31_days() -> None:
    assert arrivals(chain(node("pause", "delay", **{"for": "P1MT2H"}), letter()))["letter"] == (
        28 * DAY + 2 * HOUR,
        31 * DAY + 2 * HOUR,
    )


def test_until_waits_for_a_time_of_day_or_a_weekday() -> None:
    morning = node("morning", "until", time="09:00")
    monday = node("monday", "until", weekdays=["mon"])
    found = arrivals(chain(morning, monday, letter()))
    assert found["monday"] == (NOTHING, DAY)
    assert found["letter"] == (NOTHING, 8 * DAY)


def test_a_time_of_day_on_the_third_day_is_counted_from_that_day() -> None:
    pause = node("pause", "delay", **{"for": "P1D"})
    third = node("third", "until", since_entry="P3D", time="09:00")
    assert arrivals(chain(pause, third, letter()))["letter"] == (3 * DAY, 4 * DAY)


def test_a_moment_since_the_start_that_has_passed_leaves_at_once() -> None:
    pause = node("pause", "delay", **{"for": "P5D"})
    assert arrivals(chain(pause, node("third", "until", since_entry="P3D"), letter()))["letter"] == (
        5 * DAY,
        5 * DAY,
    )


def test_behind_a_date_of_the_person_there_is_no_latest_moment() -> None:
    birthday = node("birthday", "until", property="birthday")
    found = arrivals(chain(birthday, node("pause", "delay", **{"for": "P1D"}), letter()))
    assert found["letter"] == (DAY, None)


def test_a_wait_for_an_event_takes_from_nothing_to_its_time_out() -> None:
    flow = chain(node("bought", "wait", events=["a"], timeout="P2D"), letter())
    found = arrivals(flow)
    assert found["letter"] == (NOTHING, 2 * DAY)
    late = Flow("", flow.nodes, tuple(e for e in flow.edges if e.outlet != "happened"))
    assert arrivals(late)["end"] == (2 * DAY, 2 * DAY)


def test_of_several_ways_the_fastest_and_the_slowest_count() -> None:
    nodes = (start(), node("ask", "check", ways=[{"name": "a", "when": {"tag": "a"}}]), letter())
    slow, fast = node("slow", "delay", **{"for": "P9D"}), node("fast", "delay", **{"for": "PT5M"})
    edges = ("start entered ask", "ask a fast", "ask else slow", "fast next letter", "slow next letter")
    found = arrivals(Flow("", (*nodes, slow, fast), tuple(edge(line) for line in edges)))
    assert found["letter"] == (timedelta(minutes=5), 9 * DAY)


def test_on_a_circle_and_behind_it_there_is_no_latest_moment() -> None:
    flow = chain(letter("one"), letter("two"))
    flow = Flow("", flow.nodes, (*flow.edges, Edge("two", "failed", "one")))
    found = arrivals(flow)
    assert found["one"] == (NOTHING, None)
    assert found["end"] == (NOTHING, None)


def test_what_nobody_reaches_has_no_time() -> None:
    assert set(arrivals(Flow("", (start(), letter())))) == {"start"}


def test_messages_that_cannot_be_sent_yet_take_the_time_they_will_take() -> None:
    ring = node("ring", "rcs", reactions=["replied"], timeout="P2D")
    ways = (Edge("start", "entered", "ring"), Edge("ring", "timeout", "letter"))
    assert arrivals(Flow("", (start(), ring, letter()), ways))["letter"] == (2 * DAY, 2 * DAY)


def test_a_reach_takes_as_long_as_its_ways_are_tried() -> None:
    """Rule 18: those that cannot be sent take no time; the time is out after one at least."""
    rungs = [{"kind": "popup", "try_for": "P2D"}, {"kind": "email", "try_for": "PT6H"}, {"kind": "sms"}]
    ring = node("ring", "reach", rungs=rungs[:2], reactions=["clicked"])
    ways = ("start entered ring", "ring clicked one", "ring timeout two", "ring failed three")
    ends = [node(name, "end") for name in ("one", "two", "three")]
    found = arrivals(Flow("", (start(), ring, *ends), tuple(map(edge, ways))))
    assert found["one"] == found["three"] == (NOTHING, 2 * DAY + 6 * HOUR)
    assert found["two"] == (6 * HOUR, 2 * DAY + 6 * HOUR)
    for told in (None, "rungs", [5, {"kind": "task"}]):
        flow = chain(node("ring", "reach", rungs=told), letter())
        assert arrivals(flow)["letter"] == (NOTHING, NOTHING)


def test_opening_hours_come_within_a_week() -> None:
    assert arrivals(chain(node("pause", "until", business=True), letter()))["letter"] == (NOTHING, 7 * DAY)
    both = node("pause", "until", business=True, weekdays=["mon"], time="09:00")
    assert arrivals(chain(both, letter()))["letter"] == (NOTHING, 15 * DAY)
    since = node("pause", "until", business=True, since_entry="P3D")
    assert arrivals(chain(since, letter()))["letter"] == (3 * DAY, 10 * DAY)


def test_branches_and_actions_take_no_time() -> None:
    parts = [
        node("part", "split", arms=[{"name": "a", "weight": 1}]),
        node("note", "record", event="x"),
        node("agree", "consent", channel="sms", given="no"),
        node("tell", "notify", text="x"),
        node("go", "start", flow="Other"),
    ]
    assert arrivals(chain(*parts, letter()))["letter"] == (NOTHING, NOTHING)


def test_what_a_kind_nobody_knows_takes_is_not_known() -> None:
    ways = (Edge("start", "entered", "ring"), Edge("ring", "x", "letter"))
    assert arrivals(Flow("", (start(), node("ring", "hologram"), letter()), ways))["letter"] == (
        NOTHING,
        None,
    )


def test_lengths_that_cannot_be_read_and_edges_to_nowhere_are_no_time() -> None:
    flow = chain(node("pause", "delay", **{"for": ["soon"]}), letter())
    flow = Flow("", flow.nodes, (*flow.edges, Edge("letter", "x", "gone"), Edge("gone", "x", "letter")))
    assert arrivals(flow)["letter"] == (NOTHING, NOTHING)


def test_however_many_years_are_added_up_there_is_an_answer() -> None:
    flow = chain(*(node(f"d{number}", "delay", **{"for": "P999Y"}) for number in range(5_00)))
    earliest, latest = arrivals(flow)["end"]
    assert latest is not None
    assert earliest == latest == timedelta(days=400_000)
