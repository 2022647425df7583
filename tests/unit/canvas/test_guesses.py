from __future__ import annotations

import pytest

from app.canvas.adding import Spot, choices_at, plan, spot_behind, where_words
from app.canvas.document import CanvasDocument
from app.canvas.gestures.rules import connect, first_outlet, free_outlets, kinds_that_fit, refusal, replaced
from app.canvas.guesses import FRAME, NOTE, found
from app.model.flow import Edge, Flow, Node
from app.model.kinds import KINDS, Category
from tests.unit.canvas.drawn import chain, drawing, node

CHAIN = chain("entry.manual", "email", "delay", "end")


def names(flow: Flow, spot: Spot, typed: str = "") -> list[str]:
    return [choice.name for choice in found(choices_at(flow, spot), typed)]


def test_the_best_guess_is_what_usually_follows() -> None:
    assert names(Flow("New"), Spot(0, 0))[:2] == ["entry.event", "entry.segment"]
    assert names(CHAIN, Spot(0, 0, "n0", "entered"))[0] == "email"
    assert names(CHAIN, Spot(0, 0, "n1", "sent"))[:3] == ["wait", "delay", "check"]
    assert names(CHAIN, Spot(0, 0, "n1", "failed"))[0] == "sms"
    assert names(CHAIN, Spot(0, 0, "n2", "next"))[0] == "email"


def test_only_what_fits_is_offered() -> None:
    behind = names(CHAIN, Spot(0, 0, "n1", "failed"))
    assert not any(KINDS[name].category is Category.ENTRY for name in behind)
    before = names(CHAIN, Spot(0, 0, target="n1"))
    assert not any(KINDS[name].category is Category.END for name in before)
    between = names(CHAIN, Spot(0, 0, "n1", "sent", "n2"))
    assert not {"entry.manual", "end", NOTE} & set(between)
    assert {NOTE, FRAME} <= set(names(CHAIN, Spot(0, 0)))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("email", "email"),
        ("E-Mail", "email"),
        ("letter", "email"),
        ("mail", "email"),
        ("sm", "sms"),
        ("call", "task"),
        ("phone", "sms"),
        ("pause", "delay"),
        ("wait", "delay"),
        ("if", "check"),
        ("tag", "set"),
        ("pop", "popup"),
        ("start", "entry.event"),
        ("entry.manual", "entry.manual"),
        ("by hand", "entry.manual"),
        ("frame", "frame"),
        ("sticky", "note"),
    ],
)
def test_a_word_an_alias_or_a_kind_finds_it(typed: str, first: str) -> None:
    assert names(CHAIN, Spot(0, 0), typed)[0] == first


def test_what_nobody_knows_finds_nothing() -> None:
    assert names(CHAIN, Spot(0, 0), "fax") == []
    assert names(CHAIN, Spot(0, 0), "e-mail fax") == []


def test_kinds_that_come_later_are_found_by_name_and_say_so() -> None:
    assert "whatsapp" not in names(CHAIN, Spot(0, 0))
    [choice] = [one for one in found(choices_at(CHAIN, Spot(0, 0)), "whatsapp") if one.name == "whatsapp"]
    assert not choice.ready
    assert choice.line == "Comes later: it can be drawn, but not published yet"


def test_the_first_line_says_what_it_will_be_joined_with() -> None:
    assert where_words(CHAIN, Spot(0, 0, "n1", "failed")) == "After N1, failed"
    assert where_words(CHAIN, Spot(0, 0, "n1", "sent", "n2")) == "Between N1 and N2"
    assert where_words(CHAIN, Spot(0, 0, target="n1")) == "Before N1"
    assert where_words(CHAIN, Spot(0, 0)) == ""


def test_behind_a_node_is_its_first_free_outlet_else_the_edge_of_its_first_one() -> None:
    drawn = drawing(CHAIN)
    assert spot_behind(drawn, "n1").outlet == "failed"
    assert spot_behind(drawn, "n0").edge == ("n0", "entered", "n1")
    assert spot_behind(drawn, "n3").is_free


def test_what_is_planned_behind_an_outlet_stands_straight_and_covers_nothing() -> None:
    flow = Flow("F", (node("a", reactions=["opened", "clicked"]), node("b", x=208, y=16)), ())
    drawn = drawing(flow)
    planned = plan(drawn, Spot(208, 80, "a", "opened"), "email")
    body = drawn.face_for(planned.node)[1].body.moved(planned.node.x, planned.node.y)
    assert not any(body.touches(drawn.body(name)) for name in ("a", "b"))
    alone = drawing(Flow("F", flow.nodes[:1]))
    port = alone.port("a", "opened")
    assert port is not None
    straight = plan(alone, Spot(208, port[1], "a", "opened"), "email").node
    assert straight.y + alone.m.inlet_y == port[1]


# --- the rules of edges --------------------------------------------------------------------------------


def test_refusals_are_said_in_words() -> None:
    drawn = drawing(CHAIN)
    assert refusal(drawn, CHAIN, "n2", "next", "n1") == "That would go in a circle"
    assert refusal(drawn, CHAIN, "n2", "next", "n2") == "That would lead back to itself"
    assert refusal(drawn, CHAIN, "n2", "next", "n0") == "A start has no way in"
    assert refusal(drawn, CHAIN, "n3", "", "n1") == "An end has no way out"
    assert refusal(drawn, CHAIN, "n3", "x", "gone") == "It is no longer there"
    assert refusal(drawn, CHAIN, "n1", "failed", "n3") == ""


def test_what_is_replaced_is_said_before() -> None:
    assert replaced(CHAIN, "n0", "entered", "n2") == "It already leads to N1. Let go to replace"
    assert replaced(CHAIN, "n0", "entered", "n1") == ""
    assert replaced(CHAIN, "n1", "failed", "n3") == ""


def test_connecting_is_one_step_or_an_answer_in_words() -> None:
    document = CanvasDocument(CHAIN)
    assert connect(document, drawing(CHAIN), "n1", "failed", "n3") == ""
    assert Edge("n1", "failed", "n3") in document.flow.edges
    assert connect(document, drawing(CHAIN), "n2", "next", "n1") == "That would go in a circle"
    assert document.undo_stack.count() == 1


def test_free_outlets_are_told_in_the_order_of_the_rows() -> None:
    assert free_outlets(CHAIN, "n1") == ("failed",)
    assert free_outlets(CHAIN, "n3") == free_outlets(CHAIN, "no such node") == ()
    assert first_outlet(CHAIN.nodes[3]) == ""


def test_kinds_that_fit_have_the_inlet_and_the_outlet_that_are_needed() -> None:
    assert {kind.name for kind in kinds_that_fit()} == set(KINDS)
    assert all(kind.has_inlet for kind in kinds_that_fit(led_to=True))
    assert all(first_outlet(Node("", kind.name)) for kind in kinds_that_fit(leads_on=True))
