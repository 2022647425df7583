from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.codec import write_flow
from app.flows.diff import FlowDiff, diff
from app.flows.diff_words import Sort, change_words, sentences, words
from app.model.flow import Edge, Flow, Node, Note
from tests.unit.flows.making import chain, letter, node, start, templates
from tests.unit.flows.making import template as template_of
from tests.unit.flows.test_codec import flows

FRAME = {"id": "f", "title": "Letters", "x": 0, "y": 0, "width": 100, "height": 100}


def basket() -> Flow:
    return Flow(
        "Basket",
        (
            Node("start", "entry.event", "Basket left", settings={"events": ["basket_changed"]}),
            Node("one", "email", "Letter 1", 200, 0, {"subject": "Hello", "reactions": ["opened"]}),
            Node("wait", "delay", "", 400, 0, {"for": "PT1H"}),
            Node("two", "email", "Letter 2", 600, 0, {"subject": "Again", "body": "Only two are left."}),
            Node("goal", "goal", "Goal", 800, 0),
        ),
        (
            Edge("start", "entered", "one"),
            Edge("one", "opened", "wait"),
            Edge("one", "timeout", "two"),
            Edge("wait", "next", "two"),
            Edge("two", "sent", "goal"),
        ),
        (Note("n", "Ask Anna"),),
        {"goal": {"events": ["order_completed"]}, "reentry": {"after": "P7D"}},
        extra={"frames": [FRAME]},
    )


def changed(node_id: str, **settings: Any) -> Flow:
    flow = basket()
    old = flow.by_id[node_id]
    return flow.with_node(replace(old, settings={**old.settings, **settings}))


def leading(*edges: Edge) -> Flow:
    flow = basket()
    new = {(edge.source, edge.outlet): edge for edge in edges}
    kept = tuple(new.pop((edge.source, edge.outlet), edge) for edge in flow.edges)
    return replace(flow, edges=(*kept, *new.values()))


SAID = [
    (changed("wait", **{"for": "PT2H"}), "The wait before Letter 2 waits 2 hours instead of 1"),
    (changed("wait", **{"for": "P1D"}), "The wait before Letter 2 waits 1 day instead of 1 hour"),
    (changed("one", timeout="PT12H"), "Letter 1 gives up after 12 hours instead of 1 day"),
    (changed("one", timeout="P1D"), "“Give up after” of Letter 1 is now written down, as 1 day"),
    (changed("one", subject="Hi"), "“Subject” of Letter 1 is now “Hi” instead of “Hello”"),
    (changed("one", preheader="Psst"), "“Preview line” of Letter 1 is now “Psst” instead of nothing"),
    (changed("one", human_only=True), "“Count only people” of Letter 1 is now on instead of off"),
    (changed("one", purpose="transactional"), "is now “Service message” instead of “Advertising”"),
    (changed("one", reactions=["clicked"]), "Letter 1 now has “clicked” and no longer has “opened”"),
    (changed("two", body="Only one is left."), "says “one is” instead of “two are”"),
    (changed("two", body="Only two are left. Hurry"), "“Letter” of Letter 2 now also says “Hurry”"),
    (changed("two", glow=3), "“glow” of Letter 2 is now 3 instead of nothing"),
    (
        leading(Edge("one", "opened", "goal")),
        "“opened” of Letter 1 now leads to Goal instead of the wait befor",
    ),
    (leading(Edge("one", "failed", "goal")), "“failed” of Letter 1 now leads to Goal"),
    (
        leading(Edge("one", "timeout", "goal")),
        "“after 1 day” of Letter 1 now leads to Goal instead of Letter 2",
    ),
    (replace(basket(), name="Korb"), "The flow is called “Korb” instead of “Basket”"),
    (replace(basket(), notes=()), "The note “Ask Anna” is gone"),
    (replace(basket(), notes=(Note("n", "Ask Ben"),)), "The note “Ask Ben” says “Ben” instead of “Anna”"),
    (replace(basket(), notes=(Note("n", "Ask Anna", 9),)), "The note “Ask Anna” was moved"),
    (replace(basket(), extra={}), "The frame “Letters” is gone"),
    (replace(basket(), extra={"frames": [FRAME | {"title": "Mail"}]}), "“Mail” was called “Letters” before"),
    (
        replace(basket(), settings={"goal": {"events": ["paid"]}, "reentry": {"after": "P7D"}}),
        "“Goal” of the f",
    ),
    (
        replace(basket(), settings={"goal": {"events": ["order_completed"]}, "reentry": {"after": "P1D"}}),
        "“Entering again” of the flow is now after 1 day instead of after 1 week",
    ),
    (replace(basket(), nodes=basket().nodes[::-1]), "Parts stand in another order in the file"),
]


@pytest.mark.parametrize(("after", "said"), SAID, ids=[said[:40] for _, said in SAID])
def test_one_difference_is_said_as_an_owner_would_say_it(after: Flow, said: str) -> None:
    (sentence,) = words(diff(basket(), after))
    assert said in sentence


def test_a_new_node_is_told_with_where_it_leads_and_a_lost_one_with_what_led_there() -> None:
    before = chain(letter("a"), letter("b"))
    after = chain(letter("a"), letter("c"), letter("b"))
    there = words(diff(before, after))
    assert there == [
        "C is new. It leads to B (“sent”) and End (“failed”)",
        "“sent” of A now leads to C instead of B",
    ]
    back = diff(after, before)
    assert words(back) == [
        "C is gone, with its 2 ways out",
        "“sent” of A now leads to B instead of C",
    ]
    assert [sentence.sort for sentence in sentences(back)] == [Sort.REMOVED, Sort.CHANGED]
    assert sentences(back)[1].nodes == ("a", "b")


def test_moving_is_told_apart_in_one_sentence() -> None:
    flow = basket()
    moved = replace(flow, nodes=tuple(replace(one, x=one.x + 8) for one in flow.nodes))
    found = diff(flow, moved)
    assert not found.nodes_changed
    assert words(found) == ["Basket left, Letter 1, the wait before Letter 2 and 2 more were moved"]


def test_a_renamed_and_exchanged_node_keeps_its_place_in_the_talk() -> None:
    before = chain(letter("a"))
    after = before.with_node(replace(node("a", "sms", subject="Hello", body="Dear you"), title="Greeting"))
    assert words(diff(before, after)) == [
        "Greeting is now “SMS” instead of “E-mail”",
        "The name of “Greeting” was “A” before",
    ]


def test_the_chip_on_a_changed_node_says_what_it_was() -> None:
    (change,) = diff(basket(), changed("wait", **{"for": "PT2H"})).nodes_changed
    assert change_words(change) == "was 1 hour"
    (change,) = diff(basket(), changed("one", reactions=[])).nodes_changed
    assert change_words(change) == ""


def test_ways_of_a_check_are_told_by_name() -> None:
    def asking(*ways: tuple[str, str]) -> Flow:
        listed = [{"name": name, "when": {"tag": tag}} for name, tag in ways]
        return Flow("", (start(), node("c", "check", ways=listed)))

    (said,) = words(diff(asking(("old", "a"), ("kept", "b")), asking(("kept", "c"), ("new", "a"))))
    assert said == (
        "“Ways” of C now has “new” and no longer has “old” and asks something else for “kept”: "
        "whether they have the tag “c”, instead of whether they have the tag “b”"
    )


def test_two_nodes_with_one_id_are_two() -> None:
    double = Flow("", (letter("a"), letter("a", subject="Twice")))
    found = diff(Flow("", (letter("a"),)), double)
    assert [one.settings["subject"] for one in found.nodes_added] == ["Twice"]


@given(flows)
def test_a_flow_does_not_differ_from_itself(flow: Flow) -> None:
    found = diff(flow, replace(flow, nodes=(*flow.nodes,)))
    assert not found
    assert found == FlowDiff(flow, flow)
    assert words(found) == []


@given(flows, flows)
def test_flows_that_are_written_differently_differ_in_words(one: Flow, other: Flow) -> None:
    found = diff(one, other)
    told = sentences(found)
    assert bool(found) is bool(told) is (write_flow(one) != write_flow(other))
    assert all(sentence.text.strip() and "\n" not in sentence.text for sentence in told)
    named = {name for sentence in told for name in sentence.nodes}
    touched = [*found.nodes_added, *found.nodes_removed]
    touched += [change.after for change in (*found.nodes_changed, *found.nodes_moved)]
    assert {node.id for node in touched} <= named


@given(st.data(), st.sampled_from(templates()))
def test_each_changed_setting_has_a_sentence_of_its_own(data: st.DataObject, name: str) -> None:
    flow = template_of(name)
    chosen = data.draw(st.sampled_from([one for one in flow.nodes if one.settings]))
    keys = data.draw(st.lists(st.sampled_from(list(chosen.settings)), min_size=1, unique=True))
    values = st.text(min_size=1) | st.integers() | st.booleans() | st.none() | st.lists(st.text(min_size=1))
    new = {key: data.draw(values) for key in keys}
    after = flow.with_node(replace(chosen, settings={**chosen.settings, **new}))
    found = diff(flow, after)
    assert len(sentences(found)) == sum(len(change.settings) for change in found.nodes_changed)


def part(kind: str, **settings: Any) -> Flow:
    return Flow("", (start(), node("c", kind, **settings)))


def arms(**weights: float) -> list[dict[str, Any]]:
    return [{"name": name, "weight": weight} for name, weight in weights.items()]


RUNG = {"kind": "popup", "settings": {"headline": "Hi", "text": "One two three"}, "try_for": "P2D"}
MADE = {"kind": "sms", "settings": {"text": "Hello you there"}, "try_for": "P1D"}


@pytest.mark.parametrize(
    ("kind", "setting", "old", "new", "told"),
    [
        (
            "split",
            "arms",
            arms(a=50, b=50),
            arms(a=70, c=1),
            "now has “c” and no longer has “b” and “a” weighs 70 instead of 50",
        ),
        ("split", "arms", arms(a=1, b=2), arms(b=2, a=1), "“Ways” of C is in another order"),
        ("split", "arms", 5, arms(a=1), "“Ways” of C is now “a” 1 instead of 5"),
        ("split", "arms", None, arms(a=1), "is now “a” 1 instead of nothing"),
        ("split", "hold_out", 0, 10, "“Hold out” of C is now 10 instead of 0"),
        (
            "reach",
            "rungs",
            [RUNG, MADE],
            [MADE],
            "“Try in this order” of C tries SMS instead of Popup, then SMS",
        ),
        ("reach", "rungs", [RUNG], [{**RUNG, "try_for": "P3D"}], "way 1 is tried for 3 days instead of 2"),
        (
            "reach",
            "rungs",
            [RUNG],
            [{**RUNG, "try_for": None}],
            "way 1 is tried for no time instead of 2 days",
        ),
        (
            "reach",
            "rungs",
            [RUNG, MADE],
            [RUNG, {**MADE, "settings": {"text": "Hello me there"}}],
            "of C way 2 says “me” instead of “you” in “Text”",
        ),
        (
            "reach",
            "rungs",
            [RUNG],
            [{**RUNG, "settings": {"headline": "Ho", "text": "One two three", "glow": 3}}],
            "way 1 has “Ho” as “Headline” instead of “Hi” and has 3 as “glow” instead of nothing",
        ),
        (
            "reach",
            "rungs",
            [{"kind": "x", "a": 1}],
            [{"kind": "x", "a": 2}],
            "says something else further on",
        ),
        ("reach", "rungs", [{"kind": "sms", "settings": 3}], [], "tries nothing instead of SMS"),
        ("reach", "rungs", 5, [MADE], "is now SMS instead of 5"),
        (
            "entry.schedule",
            "repeat",
            "FREQ=DAILY",
            "FREQ=WEEKLY;BYDAY=MO",
            "“Then again” of C is now “every week on Monday” instead of “every day”",
        ),
        ("entry.schedule", "repeat", "FREQ=X", "FREQ=DAILY", "is now “every day” instead of “FREQ=X”"),
        ("entry.segment", "segment", "A", "B", "“Segment” of C is now “B” instead of “A”"),
        (
            "wait",
            "where",
            {"field": "total", "more_than": 5},
            {"segment": "Regulars"},
            "is now “are in the segment “Regulars”” instead of ““total” of it is more than 5”",
        ),
        ("wait", "where", {"is": 5}, {"tag": "a"}, "is now “have the tag “a”” instead of"),
    ],
)
def test_what_has_parts_is_told_by_them(kind: str, setting: str, old: Any, new: Any, told: str) -> None:
    (said,) = words(diff(part(kind, **{setting: old}), part(kind, **{setting: new})))
    assert told in said


def test_a_way_that_cannot_be_said_is_only_said_to_ask_something_else() -> None:
    def asking(when: Any) -> Flow:
        return part("check", ways=[{"name": "kept", "when": when}])

    (said,) = words(diff(asking({"is": 5}), asking({"tag": "a"})))
    assert said == "“Ways” of C asks something else for “kept”"
    both = [{"name": name, "when": {"tag": name}} for name in "ab"]
    other = [{"name": name, "when": {"tag": "x"}} for name in "ab"]
    (said,) = words(diff(part("check", ways=both), part("check", ways=other)))
    assert said == "“Ways” of C asks something else for “a” and “b”"


def test_how_many_may_be_inside_is_told() -> None:
    (said,) = words(diff(Flow(""), Flow("", settings={"inside": 500})))
    assert said == "“At most inside” of the flow is now 500 instead of nothing"


def test_the_chip_does_not_try_to_say_many_values() -> None:
    (change,) = diff(part("split", arms=arms(a=1)), part("split", arms=arms(a=2))).nodes_changed
    assert change_words(change) == ""
    (change,) = diff(
        part("entry.schedule", repeat="FREQ=DAILY"), part("entry.schedule", repeat="FREQ=WEEKLY")
    ).nodes_changed
    assert change_words(change) == "was “every day”"
