from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.canvas import edits
from app.canvas.changes import Change, Delta
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow
from tests.unit.canvas.drawn import chain, edits_of, flows, node


@given(st.data())
def test_a_change_leads_from_one_flow_to_the_other_and_back_to_the_same_bytes(data: st.DataObject) -> None:
    before = data.draw(flows())
    after = data.draw(edits_of(before))(before)
    change = Change.between(before, after)
    assert write_flow(change.apply(before)) == write_flow(after)
    assert write_flow(change.turned().apply(after)) == write_flow(before)
    assert change.turned().turned() == change
    assert bool(change) == (write_flow(before) != write_flow(after) or before != after)


@given(flows(), flows())
def test_any_flow_can_be_led_to_any_other(one: Flow, other: Flow) -> None:
    change = Change.between(one, other)
    assert change.apply(one) == other
    assert change.turned().apply(other) == one


def test_a_change_holds_only_what_changed() -> None:
    flow = Flow("Many", tuple(node(f"n{number}") for number in range(500)))
    change = Change.between(flow, edits.rename(flow, "n250", "Other"))
    assert [(splice.index, len(splice.old), len(splice.new)) for splice in change.nodes] == [(250, 1, 1)]
    assert not change.edges
    assert not change.notes


def test_parts_that_passed_each_other_are_put_in_their_new_order() -> None:
    flow = chain("entry.manual", "email", "sms", "end")
    turned = replace(flow, nodes=flow.nodes[::-1])
    assert Change.between(flow, turned).apply(flow).nodes == turned.nodes


def test_a_removed_node_comes_back_at_its_place_with_its_edges() -> None:
    flow = chain("entry.manual", "email", "sms", "end")
    change = Change.between(flow, edits.remove(flow, {"n1"}))
    assert change.turned().apply(edits.remove(flow, {"n1"})) == flow


def test_a_delta_names_what_was_added_removed_and_changed() -> None:
    flow = chain("entry.manual", "email", "sms", "end")
    after = edits.remove(edits.rename(edits.add(flow, [node("new")]), "n2", "Text"), {"n1"})
    delta = Delta.of(Change.between(flow, after))
    assert delta.nodes_added == ("new",)
    assert delta.nodes_removed == ("n1",)
    assert delta.nodes_changed == ("n2",)
    assert set(delta.edges_removed) == {("n0", "entered", "n1"), ("n1", "sent", "n2")}
    assert not delta.edges_added
    assert not delta.header


def test_the_order_of_unknown_keys_is_part_of_a_change() -> None:
    one = Flow("F", extra={"a": 1, "b": 2})
    other = Flow("F", extra={"b": 2, "a": 1})
    change = Change.between(one, other)
    assert write_flow(change.apply(one)) == write_flow(other) != write_flow(one)


def test_nothing_changed_is_false() -> None:
    flow = chain("entry.manual", "end")
    assert not Change.between(flow, edits.connect(flow, Edge("n0", "entered", "n1")))
