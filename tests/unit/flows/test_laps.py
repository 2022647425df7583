"""Rule 16 before publishing: laps from flow to flow through start, record, set and consent."""

from __future__ import annotations

from typing import Any

import pytest

from app.flows.laps import Lap, laps_through
from app.flows.validate import validate
from app.model.flow import Edge, Flow, Node, Surroundings
from tests.unit.flows.making import chain, letter, node, start

DAY = 86_400
VIP: dict[str, Any] = {"tag": "vip"}


def named(name: str, *nodes: Node) -> Flow:
    flow = chain(*nodes)
    return Flow(name, flow.nodes, flow.edges)


def pause(length: str) -> Node:
    return node("pause", "delay", **{"for": length})


def go(flow: str) -> Node:
    return node("go", "start", flow=flow)


def by_event(*events: str, **settings: Any) -> Node:
    return node("start", "entry.event", events=list(events), **settings)


def by_segment(name: str = "VIPs") -> Node:
    return node("start", "entry.segment", segment=name)


def laps(flow: Flow, *others: Flow, rule: dict[str, Any] | None = None, within: int = DAY) -> list[Lap]:
    segments = {"VIPs": rule or VIP}
    return list(laps_through(flow, {one.name: one for one in others}, segments, within))


def test_a_flow_that_starts_itself_makes_a_lap() -> None:
    (lap,) = laps(named("A", letter(), pause("PT2H"), go("A")))
    assert (lap.seconds, lap.entry.id) == (7_200, "start")
    assert [(flow, deed.node.id) for flow, deed in lap.deeds] == [("A", "go")]


def test_two_flows_that_start_each_other_make_a_lap_of_both_waits() -> None:
    (lap,) = laps(named("A", pause("PT2H"), go("B")), named("B", pause("PT3H"), go("A")))
    assert lap.seconds == 5 * 3_600
    assert [flow for flow, _ in lap.deeds] == ["A", "B"]


def test_a_day_on_the_way_is_enough() -> None:
    assert laps(named("A", pause("PT12H"), go("B")), named("B", pause("PT12H"), go("A"))) == []
    assert laps(named("A", pause("P1D"), go("A"))) == []
    assert len(laps(named("A", pause("PT23H59M"), go("A")))) == 1


def test_the_shortest_way_counts() -> None:
    """The letter may fail at once; the week is on another way."""
    ring = node("ring", "sms", text="Hi", reactions=["clicked"], timeout="P1W")
    nodes = (start(), ring, go("A"), Node("end", "end"))
    edges = (
        Edge("start", "entered", "ring"),
        Edge("ring", "clicked", "end"),
        Edge("ring", "timeout", "go"),
        Edge("go", "next", "end"),
    )
    assert laps(Flow("A", nodes, edges)) == []
    assert len(laps(Flow("A", nodes, (*edges, Edge("ring", "failed", "go"))))) == 1


def test_a_lap_of_others_is_not_this_flows() -> None:
    others = (named("B", go("C")), named("C", go("B")))
    assert laps(named("A", go("B")), *others) == []
    assert len(laps(others[0], others[1])) == 1


def test_the_published_version_of_the_same_flow_does_not_count() -> None:
    assert laps(named("A", letter()), named("A", go("A"))) == []


def test_a_lap_goes_through_as_many_flows_as_it_takes() -> None:
    chained = [named(f"F{n}", pause("PT1H"), go(f"F{(n + 1) % 7}")) for n in range(7)]
    (lap,) = laps(chained[3], *chained[:3], *chained[4:])
    assert lap.seconds == 7 * 3_600
    assert [flow for flow, _ in lap.deeds] == ["F3", "F4", "F5", "F6", "F0", "F1", "F2"]


def test_every_start_has_its_own_way_behind_it() -> None:
    nodes = (by_event("a"), Node("other", "entry.manual"), go("A"), Node("end", "end"))
    edges = (Edge("start", "entered", "end"), Edge("other", "entered", "go"), Edge("go", "next", "end"))
    (lap,) = laps(Flow("A", nodes, edges))
    assert lap.entry.id == "other"
    assert laps(Flow("A", nodes, (Edge("start", "entered", "go"), Edge("other", "entered", "end")))) == []


def test_people_are_put_in_at_the_first_start_by_hand_alone() -> None:
    nodes = (start(), Node("second", "entry.manual"), go("A"), Node("end", "end"))
    edges = (Edge("start", "entered", "end"), Edge("second", "entered", "go"), Edge("go", "next", "end"))
    assert laps(Flow("A", nodes, edges)) == []


def test_of_two_ways_round_the_quicker_one_is_told() -> None:
    """The other flow is come to twice: at once through a third one, and after hours."""
    slow = named(
        "A",
        go("C"),
        Node("wait", "delay", settings={"for": "PT9H"}),
        Node("late", "start", settings={"flow": "B"}),
    )
    (lap,) = laps(slow, named("B", go("A")), named("C", go("B")))
    assert (lap.seconds, [flow for flow, _ in lap.deeds]) == (0, ["A", "C", "B"])
    assert laps(slow, named("B", pause("P1D"), go("A")), named("C", go("B"))) == []


def test_however_many_flows_there_are_what_they_do_is_remembered_for_some() -> None:
    others = [named(f"B{n}", go("A")) for n in range(305)]
    assert len(laps(named("A", go("B304")), *others)) == 1
    assert len(laps(named("A", go("B0")), *others)) == 1


# --- record ---------------------------------------------------------------------------------------------


def records(event: str, **properties: Any) -> Node:
    return node("note", "record", event=event, properties=properties)


@pytest.mark.parametrize(
    ("entry", "is_lap"),
    [
        (by_event("thanked"), True),
        (by_event("order", "thanked"), True),
        (by_event("order"), False),
        (by_event("thanked", quiet_for="PT2H"), True),
        (by_event("thanked", quiet_for="P1D"), False),
        (by_event("thanked", where={"field": "stage", "is": 2}), True),
        (by_event("thanked", where={"field": "stage", "is": 3}), False),
        (by_event("thanked", where={"field": "other", "known": True}), False),
        (by_event("thanked", where={"all": [{"field": "stage", "is": 2}, {"tag": "vip"}]}), True),
        (by_event("thanked", where={"all": [{"field": "stage", "is": 3}, {"tag": "vip"}]}), False),
        (by_event("thanked", where={"any": [{"field": "stage", "is": 3}, {"tag": "vip"}]}), True),
        (by_event("thanked", where={"not": {"field": "stage", "is": 2}}), False),
        (by_event("thanked", where={"not": {"tag": "vip"}}), True),
        (by_event("thanked", where={"is": 5}), True),
        (Node("start", "entry.event"), False),
        (Node("start", "entry.reply"), False),
    ],
)
def test_a_recorded_event_leads_to_every_start_that_it_fits(entry: Node, is_lap: bool) -> None:
    found = laps(named("A", entry, records("thanked", stage=2)))
    assert bool(found) is is_lap
    if found and "quiet_for" in entry.settings:
        assert found[0].seconds == 7_200


# --- set and consent ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "rule", "is_lap"),
    [
        ({"add_tags": ["vip"]}, VIP, True),
        ({"add_tags": ["other"]}, VIP, False),
        ({"remove_tags": ["vip"]}, VIP, False),
        ({"remove_tags": ["vip"], "add_tags": ["vip"]}, VIP, True),
        # What marks people as done takes them out of the segment that they came from.
        ({"add_tags": ["vip"]}, {"not": VIP}, False),
        ({"remove_tags": ["vip"]}, {"not": VIP}, True),
        ({"properties": {"stage": "warm"}}, {"property": "stage", "is": "warm"}, True),
        ({"properties": {"stage": "warm"}}, {"property": "stage", "is": "cold"}, False),
        ({"properties": {"stage": None}}, {"property": "stage", "known": False}, True),
        ({"properties": {"stage": "warm"}}, {"property": "city", "is": "Kyoto"}, False),
        ({"add_tags": ["vip"]}, {"all": [VIP, {"property": "city", "is": "Kyoto"}]}, True),
        ({"remove_tags": ["vip"]}, {"all": [VIP, {"property": "city", "is": "Kyoto"}]}, False),
        ({"remove_tags": ["vip"]}, {"any": [VIP, {"property": "city", "is": "Kyoto"}]}, True),
        ({"add_tags": ["vip"]}, {"any": [VIP, {"property": "city", "is": "Kyoto"}]}, True),
    ],
)
def test_what_is_set_leads_to_starts_whose_segment_asks_about_it(
    deed: dict[str, Any], rule: dict[str, Any], is_lap: bool
) -> None:
    assert bool(laps(named("A", by_segment(), node("mark", "set", **deed)), rule=rule)) is is_lap


@pytest.mark.parametrize(
    ("channel", "topic", "given", "rule", "is_lap"),
    [
        ("sms", "", "yes", {"consent": "sms"}, True),
        ("sms", "", "no", {"consent": "sms"}, False),
        ("sms", "", "no", {"not": {"consent": "sms"}}, True),
        ("email", "", "yes", {"consent": "sms"}, False),
        ("sms", "offers", "yes", {"consent": "sms", "topic": "offers"}, True),
        ("sms", "offers", "no", {"consent": "sms", "topic": "offers"}, False),
        # The channel may or may not have been agreed to; leaving it leaves its topics.
        ("sms", "offers", "no", {"consent": "sms"}, True),
        ("sms", "", "yes", {"consent": "sms", "topic": "offers"}, True),
        ("sms", "", "no", {"consent": "sms", "topic": "offers"}, False),
        ("sms", "", "no", {"not": {"consent": "sms", "topic": "offers"}}, True),
    ],
)
def test_a_changed_consent_leads_to_starts_whose_segment_asks_about_it(
    channel: str, topic: str, given: str, rule: dict[str, Any], is_lap: bool
) -> None:
    agree = node("agree", "consent", channel=channel, topic=topic, given=given, text="Yes")
    assert bool(laps(named("A", by_segment(), agree), rule=rule)) is is_lap


@pytest.mark.parametrize(
    ("rule", "is_lap"),
    [
        ({"event": "thanked", "since": "P30D"}, True),
        ({"event": "thanked", "since": "P30D", "times": 3}, True),
        ({"not": {"event": "thanked", "since": "ever"}}, False),
        ({"not": {"event": "thanked", "since": "ever", "times": 2}}, True),
        ({"event": "thanked", "since": "ever", "where": {"field": "stage", "is": 3}}, True),
        ({"not": {"event": "thanked", "since": "ever", "where": {"field": "stage", "is": 3}}}, True),
        ({"event": "order", "since": "ever"}, False),
    ],
)
def test_a_recorded_event_leads_to_segments_that_count_it(rule: dict[str, Any], is_lap: bool) -> None:
    assert bool(laps(named("A", by_segment(), records("thanked", stage=2)), rule=rule)) is is_lap


def test_a_segment_that_is_not_known_or_cannot_be_asked_leads_nowhere() -> None:
    mark = node("mark", "set", add_tags=["vip"])
    assert laps(named("A", by_segment("Gone"), mark)) == []
    assert laps(named("A", by_segment(), mark), rule={"is": 5}) == []


def test_what_cannot_be_read_does_nothing() -> None:
    """It is reported elsewhere."""
    odd = [
        node("a", "start", flow=5),
        node("b", "record", event=[], properties=3),
        node("c", "set", add_tags="vip", properties=["x"]),
        node("d", "consent", channel=None, given=7),
    ]
    assert laps(named("A", by_segment(), *odd)) == []


# --- the check ------------------------------------------------------------------------------------------


def problem(flow: Flow, *others: Flow) -> Any:
    around = Surroundings(
        practice=True, flows={one.name: one for one in (flow, *others)}, segments={"VIPs": VIP}
    )
    return next(one for one in validate(flow, around) if one.code == "flow-loop")


def test_a_lap_names_its_flows_and_how_soon_it_comes_round() -> None:
    found = problem(
        named("A", pause("PT2H"), go("B")), named("B", go("C")), named("C", pause("PT30M"), go("A"))
    )
    assert found.message == (
        "Go starts “B”, that starts “C”, and that starts this flow again after 2 hours 30 minutes. "
        "People would go round and round"
    )
    assert (found.severity, found.nodes) == ("error", ("go", "start"))
    alone = problem(named("A", by_segment(), node("mark", "set", add_tags=["vip"])))
    assert alone.message == "Mark starts this very flow again at once. People would go round and round"


def test_one_node_that_closes_two_laps_is_told_once() -> None:
    nodes = (by_event("x"), by_event("x"), records("x"), Node("end", "end"))
    nodes = (nodes[0], Node("two", "entry.event", settings={"events": ["x"]}), *nodes[2:])
    edges = (Edge("start", "entered", "note"), Edge("two", "entered", "note"), Edge("note", "next", "end"))
    found = [one for one in validate(Flow("A", nodes, edges)) if one.code == "flow-loop"]
    assert len(found) == 1


def test_a_drawing_of_thousands_of_starts_holds_nobody_up() -> None:
    entries = [Node(f"e{n}", "entry.event", settings={"events": ["x"]}) for n in range(3_000)]
    notes = [Node(f"n{n}", "record", settings={"event": "x"}) for n in range(300)]
    edges = [Edge(f"e{n}", "entered", f"n{n % 300}") for n in range(3_000)]
    edges += [Edge(f"n{n}", "next", f"n{n + 1}") for n in range(299)]
    assert len(laps(Flow("A", (*entries, *notes), tuple(edges)))) < 3_000
