from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.arrivals import span_of
from app.flows.validate import validate
from app.flows.windows import WINDOWS, Ring, proves_message, rings
from app.model.flow import Edge, Flow, Node

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ALWAYS = 400_000 * 86_400


def flow(nodes: dict[str, tuple[str, dict[str, Any]]], *ways: str) -> Flow:
    return Flow(
        "F",
        tuple(Node(name, kind, name.capitalize(), settings=given) for name, (kind, given) in nodes.items()),
        tuple(Edge(one, outlet, other) for one, outlet, other in map(str.split, ways)),
    )


def wait(length: str) -> tuple[str, dict[str, Any]]:
    return "delay", {"for": length}


def test_the_time_since_the_person_wrote_is_the_shortest_and_the_longest_of_all_ways() -> None:
    found = rings(
        flow(
            {
                "start": ("entry.reply", {}),
                "parting": ("wait", {"events": ["clicked_link"], "timeout": "P4D"}),
                "pause": wait("P1D"),
                "rcs": ("rcs", {}),
            },
            "start entered parting",
            "parting happened pause",
            "parting timeout pause",
            "pause next rcs",
        )
    )
    assert found["rcs"] == Ring("rcs", 30 * DAY, DAY, 5 * DAY, unknown=False)
    assert not found["rcs"].leaves


def test_an_answer_on_the_way_turns_the_clock_back_and_one_on_another_channel_does_not() -> None:
    drawn = {
        "start": ("entry.event", {"events": ["basket_added"]}),
        "long": wait("P29D"),
        "first": ("rcs", {}),
        "pause": wait("P2D"),
        "second": ("rcs", {}),
    }
    ways = ("start entered long", "long next first", "first replied pause", "pause next second")
    found = rings(flow(drawn, *ways))
    assert found["first"] == Ring("rcs", 30 * DAY, 29 * DAY, 29 * DAY, unknown=True)
    assert found["second"] == Ring("rcs", 30 * DAY, 2 * DAY, 2 * DAY, unknown=False)
    letter = ("email", {"reactions": ["replied"], "timeout": "P1D"})
    by_mail = rings(flow({**drawn, "first": letter}, *ways))
    assert by_mail["second"].longest == 32 * DAY
    assert by_mail["second"].unknown


def test_a_day_is_the_window_of_whatsapp_and_the_edge_of_it_still_fits() -> None:
    drawn = {"start": ("entry.reply", {}), "pause": wait("PT24H"), "hello": ("whatsapp", {})}
    found = rings(flow(drawn, "start entered pause", "pause next hello"))["hello"]
    assert (found.window, found.leaves, found.is_close) == (DAY, False, True)
    late = rings(flow({**drawn, "pause": wait("PT24H1S")}, "start entered pause", "pause next hello"))
    assert late["hello"].always_leaves


def test_a_reply_to_another_sender_leaves_the_window_unknown() -> None:
    drawn = {"start": ("entry.reply", {"channel": "sms"}), "hello": ("whatsapp", {})}
    assert rings(flow(drawn, "start entered hello"))["hello"].unknown


def test_a_wait_until_days_after_the_start_counts_from_the_answer_on_the_way() -> None:
    found = rings(
        flow(
            {
                "start": ("entry.manual", {}),
                "answer": ("wait", {"events": ["replied"], "timeout": "P9D"}),
                "tenth": ("until", {"since_entry": "P10D"}),
                "rcs": ("rcs", {}),
            },
            "start entered answer",
            "answer happened tenth",
            "tenth next rcs",
        )
    )
    assert found["rcs"] == Ring("rcs", 30 * DAY, DAY, 10 * DAY, unknown=False)


def test_on_a_circle_any_time_may_pass() -> None:
    found = rings(
        flow(
            {"start": ("entry.reply", {}), "one": wait("P1D"), "two": wait("P1D"), "rcs": ("rcs", {})},
            "start entered one",
            "one next two",
            "two next one",
            "two next rcs",
        )
    )
    assert found["rcs"].longest is None
    assert found["rcs"].leaves


def test_a_box_of_several_ways_has_the_shortest_window_of_its_ways() -> None:
    rungs = [{"kind": "popup"}, {"kind": "rcs"}, {"kind": "whatsapp"}]
    drawn = {"start": ("entry.reply", {}), "all": ("reach", {"rungs": rungs})}
    assert rings(flow(drawn, "start entered all"))["all"].channel == "whatsapp"


def test_what_nobody_reaches_and_what_has_no_window_has_no_ring() -> None:
    assert rings(flow({"start": ("entry.reply", {}), "a": ("email", {}), "b": ("rcs", {})})) == {}


@pytest.mark.parametrize(
    ("first", "second", "severity"),
    [("P20D", "P40D", "warning"), ("P31D", "P40D", "error"), ("P2D", "P30D", None)],
)
def test_the_check_accuses_by_the_shortest_way_and_warns_by_the_longest(
    first: str, second: str, severity: str | None
) -> None:
    """Rule 17: an error if even the shortest way is outside, a warning if the longest is."""
    drawn = flow(
        {
            "start": ("entry.reply", {}),
            "parting": ("check", {"ways": [{"name": "a", "when": {"tag": "x"}}]}),
            "short": wait(first),
            "long": wait(second),
            "rcs": ("rcs", {}),
        },
        "start entered parting",
        "parting a short",
        "parting else long",
        "short next rcs",
        "long next rcs",
    )
    found = [one.severity for one in validate(drawn) if one.code == "window-closed"]
    assert found == ([severity] if severity else [])


# --- against every path, one by one ----------------------------------------------------------------------

KINDS: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("delay", {"for": "P1M"}, ("next",)),
    ("delay", {"for": "PT7H"}, ("next",)),
    ("rcs", {}, ("sent", "replied", "failed")),
    ("whatsapp", {}, ("sent", "replied")),
    ("email", {"reactions": ["replied"], "timeout": "P2D"}, ("replied", "timeout", "failed")),
    ("wait", {"events": ["replied"], "timeout": "P3D"}, ("happened", "timeout")),
    ("until", {"time": "09:00"}, ("next",)),
    ("until", {"property": "birthday"}, ("next",)),
)
FLOOR = ("until", {"since_entry": "P5D", "time": "09:00"}, ("next",))


@st.composite
def drawings(draw: st.DrawFn, kinds: tuple[Any, ...] = KINDS) -> Flow:
    """Entries, then nodes that lead only forward, by any of their outlets."""
    size = draw(st.integers(2, 7))
    nodes = [
        Node(f"e{number}", draw(st.sampled_from(["entry.manual", "entry.reply"])))
        for number in range(draw(st.integers(1, 2)))
    ]
    ways = [("entered",)] * len(nodes)
    for number in range(size):
        kind, settings, outlets = draw(st.sampled_from(kinds))
        nodes.append(Node(f"n{number}", kind, settings=settings))
        ways.append(outlets)
    inner = len(nodes) - size
    edges = []
    for place, outlets in enumerate(ways):
        for outlet in outlets:
            first = max(place + 1, inner)
            if first < len(nodes) and draw(st.booleans()):
                edges.append(
                    Edge(nodes[place].id, outlet, nodes[draw(st.integers(first, len(nodes) - 1))].id)
                )
    return Flow("F", tuple(nodes), tuple(edges))


def every_way(drawn: Flow, channel: str) -> dict[str, list[tuple[int, int, bool]]]:
    """By node: (shortest, longest, unknown) of each path alone, by walking all of them."""
    found: dict[str, list[tuple[int, int, bool]]] = {}

    def walk(
        node: Node, entry: tuple[int, int], clock: tuple[int, int], began: tuple[int, int], told: bool
    ) -> None:
        found.setdefault(node.id, []).append((*clock, not told))
        for edge in drawn.edges:
            if edge.source != node.id:
                continue
            span = span_of(node, edge.outlet)
            longest = ALWAYS if span.longest is None else span.longest
            first, last = span.floor, span.until
            left = (max(entry[0] + span.shortest, first), max(entry[1] + longest, last))
            target = drawn.by_id[edge.target]
            if proves_message(node, edge.outlet, channel):
                walk(target, left, (0, 0), left, told=True)
            else:
                low = max(clock[0] + span.shortest, first - began[1])
                high = max(clock[1] + longest, last - began[0] if last else 0)
                walk(target, left, (low, high), began, told)

    for node in drawn.nodes:
        if node.kind.startswith("entry."):
            walk(node, (0, 0), (0, 0), (0, 0), told=False)
    return found


def bounds(ring: Ring) -> tuple[int, int | None, bool]:
    longest = None if ring.longest is None else int(ring.longest.total_seconds())
    return int(ring.shortest.total_seconds()), longest, ring.unknown


def over(paths: list[tuple[int, int, bool]]) -> tuple[int, int | None, bool]:
    longest = max(high for _, high, _ in paths)
    return (
        min(low for low, _, _ in paths),
        None if longest >= ALWAYS else longest,
        any(no for *_, no in paths),
    )


@given(drawings())
def test_one_pass_says_what_walking_every_path_says(drawn: Flow) -> None:
    found = rings(drawn)
    for channel in ("rcs", "whatsapp"):
        walked = every_way(drawn, channel)
        for node in drawn.nodes:
            if node.kind == channel:
                assert (node.id in found) == (node.id in walked)
                if node.id in found:
                    assert bounds(found[node.id]) == over(walked[node.id])


@given(drawings((*KINDS, FLOOR)))
def test_with_times_since_the_start_the_longest_is_exact_and_the_shortest_no_more_than_it_is(
    drawn: Flow,
) -> None:
    found = rings(drawn)
    for channel in ("rcs", "whatsapp"):
        walked = every_way(drawn, channel)
        for node in (one for one in drawn.nodes if one.id in found and one.kind == channel):
            shortest, longest, unknown = bounds(found[node.id])
            exact = over(walked[node.id])
            assert shortest <= exact[0]
            assert (longest, unknown) == exact[1:]


def test_a_drawing_of_many_ways_takes_one_pass() -> None:
    """Two ways at each of 400 diamonds are more paths than could ever be walked."""
    nodes, edges = [Node("start", "entry.reply")], [Edge("start", "entered", "d0")]
    for number in range(400):
        nodes.append(Node(f"d{number}", "wait", settings={"events": ["x"], "timeout": "PT1H"}))
        edges += [Edge(f"d{number}", outlet, f"d{number + 1}") for outlet in ("happened", "timeout")]
    nodes.append(Node("d400", "rcs"))
    assert rings(Flow("F", tuple(nodes), tuple(edges)))["d400"] == Ring(
        "rcs", 30 * DAY, timedelta(0), 400 * HOUR, unknown=False
    )


CARD = {"kind": "rcs", "settings": {"text": "Hi"}}


def test_the_window_of_a_way_counts_what_is_tried_before_it() -> None:
    """Rules 17 and 18: the ways before it may fail at once or take all their time."""
    rungs = [
        {"kind": "popup", "try_for": "P2D"},
        {"kind": "email", "try_for": "P1D"},
        {**CARD, "try_for": "P1D"},
    ]
    drawn = {
        "start": ("entry.reply", {}),
        "pause": wait("P1D"),
        "all": ("reach", {"rungs": rungs, "reactions": ["clicked"]}),
        "after": ("rcs", {}),
    }
    ways = ("start entered pause", "pause next all", "all timeout after")
    found = rings(flow(drawn, *ways))
    assert found["all"] == Ring("rcs", 30 * DAY, DAY, 4 * DAY, unknown=False)
    assert (found["after"].shortest, found["after"].longest) == (2 * DAY, 5 * DAY)


def test_a_late_way_of_a_reach_may_be_outside_its_window() -> None:
    drawn = {
        "start": ("entry.reply", {}),
        "all": ("reach", {"rungs": [{"kind": "popup", "try_for": "P31D"}, CARD], "reactions": ["clicked"]}),
    }
    (found,) = [one for one in validate(flow(drawn, "start entered all")) if one.code == "window-closed"]
    assert (found.severity, found.nodes) == ("warning", ("all",))


@pytest.mark.parametrize(
    ("kinds", "proves"), [(("rcs",), True), (("popup", "rcs"), True), (("email", "rcs"), False), ((), False)]
)
def test_an_answer_to_a_reach_proves_a_message_where_no_other_way_has_answers(
    kinds: tuple[str, ...], proves: bool
) -> None:
    ring = Node(
        "r", "reach", settings={"rungs": [{"kind": kind} for kind in kinds], "reactions": ["replied"]}
    )
    assert proves_message(ring, "replied", "rcs") is proves


def test_every_window_of_the_table_is_known() -> None:
    assert WINDOWS == {"rcs": 30 * DAY, "whatsapp": 24 * HOUR}
