from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.flows.publish import content_hash, shape_hash, texts_only
from app.model.flow import Flow, Node, Note
from tests.unit.flows.making import node, template

OLD = template("abandoned-basket")


def setting(flow: Flow, node_id: str, **changes: Any) -> Flow:
    box = flow.by_id[node_id]
    return flow.with_node(replace(box, settings={**box.settings, **changes}))


LOOKS: dict[str, Callable[[Flow], Flow]] = {
    "a subject": lambda flow: setting(flow, "letter1", subject="Another"),
    "a letter": lambda flow: setting(flow, "letter2", body="<mjml></mjml>"),
    "a preview line that was not there": lambda flow: setting(flow, "letter2", preheader="New"),
    "a link": lambda flow: setting(flow, "popup", link="https://shop.example"),
    "a title": lambda flow: flow.with_node(replace(flow.by_id["letter1"], title="First")),
    "a place": lambda flow: flow.with_node(replace(flow.by_id["letter1"], x=8, y=8)),
    "a note": lambda flow: replace(flow, notes=(Note("n"),)),
    "the name": lambda flow: replace(flow, name="Another"),
    "the order of edges": lambda flow: replace(flow, edges=flow.edges[::-1]),
    "a default written out": lambda flow: setting(flow, "letter1", purpose="marketing", human_only=False),
    "a setting emptied that was not set": lambda flow: setting(flow, "letter1", late_after=""),
}
SHAPE: dict[str, Callable[[Flow], Flow]] = {
    "a time-out": lambda flow: setting(flow, "letter1", timeout="P2D"),
    "a reaction": lambda flow: setting(flow, "letter1", reactions=["opened"]),
    "who counts": lambda flow: setting(flow, "letter1", human_only=True),
    "one and yes": lambda flow: setting(flow, "letter1", human_only=1),
    "a link taken away": lambda flow: setting(flow, "popup", link=""),
    "a condition": lambda flow: setting(flow, "reachable", ways=[]),
    "a setting we do not know": lambda flow: setting(flow, "letter1", glow="red"),
    "a kind": lambda flow: flow.with_node(replace(flow.by_id["done"], kind="goal")),
    "a node more": lambda flow: flow.with_node(Node("new", "end")),
    "an edge less": lambda flow: replace(flow, edges=flow.edges[1:]),
    "the goal": lambda flow: replace(flow, settings={}),
    "a key of the flow we do not know": lambda flow: replace(flow, extra={"mood": "blue"}),
}


def ringing(*rungs: Any, **settings: Any) -> Flow:
    return Flow("", (node("ring", "reach", rungs=list(rungs), **settings),))


RUNG: dict[str, Any] = {
    "kind": "popup",
    "settings": {"headline": "Hi", "link": "https://a.example"},
    "try_for": "P1D",
}


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        ({"settings": {"headline": "Hello", "link": "https://b.example"}}, True),
        ({"settings": {"headline": "Hi", "link": "https://a.example", "text": "More", "show": "now"}}, True),
        ({"settings": {"headline": "Hi"}}, False),
        ({"settings": {"headline": "Hi", "link": "https://a.example", "pages": ["/basket"]}}, False),
        ({"settings": {"headline": "Hi", "link": "https://a.example", "show": "next-visit"}}, False),
        ({"try_for": "P2D"}, False),
        ({"kind": "sms"}, False),
        ({"mood": "blue"}, False),
    ],
)
def test_the_texts_inside_a_reach_are_texts(change: dict[str, Any], texts: bool) -> None:
    """Rule 14: what is tried, by which way and for how long is shape."""
    assert texts_only(ringing(RUNG), ringing({**RUNG, **change})) is texts


def test_rungs_that_cannot_be_read_are_shape() -> None:
    assert not texts_only(ringing(RUNG), ringing(RUNG, 5))
    assert not texts_only(ringing({"kind": "sms"}), ringing({"kind": "sms", "settings": "x"}))
    assert texts_only(ringing(RUNG), ringing(RUNG))


def test_a_topic_is_shape_and_a_reason_is_not() -> None:
    """Who has left the topic gets nothing more of it: that decides where people go."""
    old = Flow("", (node("m", "email", topic="news", reason="a"),))
    assert not texts_only(old, Flow("", (node("m", "email", topic="offers", reason="a"),)))
    assert texts_only(old, Flow("", (node("m", "email", topic="news", reason="b"),)))


@pytest.mark.parametrize("name", LOOKS)
def test_texts_and_looks_move_journeys_at_once(name: str) -> None:
    new = LOOKS[name](OLD)
    assert texts_only(OLD, new)
    assert content_hash(new) != content_hash(OLD)


@pytest.mark.parametrize("name", SHAPE)
def test_anything_else_leaves_journeys_where_they_are(name: str) -> None:
    new = SHAPE[name](OLD)
    assert not texts_only(OLD, new)
    assert content_hash(new) != content_hash(OLD)


def test_the_same_flow_has_the_same_hashes() -> None:
    again = template("abandoned-basket")
    assert (content_hash(again), shape_hash(again)) == (content_hash(OLD), shape_hash(OLD))
    assert len(content_hash(OLD)) == 64


def test_a_kind_nobody_knows_keeps_all_its_settings_in_the_shape() -> None:
    one, other = (Flow("", (node("box", "hologram", subject=text),)) for text in ("a", "b"))
    assert not texts_only(one, other)
