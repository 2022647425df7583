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
    assert said == "“Ways” of C now has “new” and no longer has “old” and asks something else for “kept”"


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
