from __future__ import annotations

import pytest
from hypothesis import given

from app.canvas.clipboard import copied, duplicated, pasted
from app.canvas.naming import adopted, free_title, fresh_id, new_node
from app.canvas.selection import Parts
from app.flows.codec import read_flow
from app.model.errors import FlowFileError
from app.model.flow import Flow, Node, Note
from app.model.kinds import KINDS, outlets_of
from app.model.rungs import rungs_of
from tests.unit.canvas.drawn import chain, flows


def test_letters_are_counted() -> None:
    flow = Flow("F")
    for number in (1, 2, 3):
        made = new_node(flow, "email", 0, 0)
        assert (made.id, made.title) == (f"letter{number}", f"Letter {number}")
        flow = flow.with_node(made)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_new_node_of_every_kind_has_what_it_cannot_be_without(kind: str) -> None:
    made = new_node(Flow("F"), kind, 8, 16)
    needed = {one.name for one in KINDS[kind].settings if one.required and one.default is not None}
    first = {"split": {"arms"}, "reach": {"rungs"}}.get(kind, set())
    assert set(made.settings) == needed | first
    assert (made.x, made.y) == (8, 16)
    assert made.id


def test_a_new_split_has_two_sides_and_a_new_reach_two_ways() -> None:
    split, reach = new_node(Flow("F"), "split", 0, 0), new_node(Flow("F"), "reach", 0, 0)
    assert [outlet.name for outlet in outlets_of(split)] == ["A", "B"]
    assert [sender.kind for _, _, sender in rungs_of(reach)] == ["email", "sms"]


def test_a_second_popup_says_so_and_waits_and_ends_have_no_title() -> None:
    flow = Flow("F", (Node("popup1", "popup", "Popup"), Node("end", "end")))
    assert new_node(flow, "popup", 0, 0).title == "Popup 2"
    assert new_node(flow, "delay", 0, 0).title == ""
    assert new_node(flow, "end", 0, 0).id == "end1"


@pytest.mark.parametrize(
    ("wish", "taken", "fresh"),
    [
        ("letter", [], "letter1"),
        ("letter", ["letter1"], "letter2"),
        ("letter2", ["letter2"], "letter3"),
        ("start", [], "start"),
        ("start", ["start"], "start1"),
    ],
)
def test_ids_are_new(wish: str, taken: list[str], fresh: str) -> None:
    assert fresh_id(wish, taken) == fresh


def test_titles_are_new() -> None:
    flow = Flow("F", (Node("a", "email", "Letter 1"), Node("b", "email", "Hello")))
    assert free_title(flow, "Letter 1") == "Letter 2"
    assert free_title(flow, "Hello") == "Hello 2"
    assert free_title(flow, "New") == "New"


@given(flows(), flows())
def test_adopted_parts_share_no_id_with_the_flow(flow: Flow, parts: Flow) -> None:
    found = adopted(flow, parts, 8, 8)
    names = [node.id for node in (*flow.nodes, *found.nodes)]
    assert len(set(names)) == len(names)
    assert len(found.edges) == len(parts.edges)
    assert {edge.source for edge in found.edges} <= {node.id for node in found.nodes}
    notes = [note.id for note in (*flow.notes, *found.notes)]
    assert len(set(notes)) == len(notes)


def test_what_is_copied_is_a_flow_document_of_the_selected_parts() -> None:
    flow = chain("entry.manual", "email", "sms", "end")
    text = copied(flow, Parts(frozenset({"n1", "n2"})))
    found = read_flow(text)
    assert [node.id for node in found.nodes] == ["n1", "n2"]
    assert [(edge.source, edge.target) for edge in found.edges] == [("n1", "n2")]
    assert copied(flow, Parts(edges=frozenset({("n1", "sent", "n2")}))) == ""


def test_pasted_parts_stand_around_the_asked_place_on_the_grid() -> None:
    flow = chain("entry.manual", "email")
    found = pasted(flow, copied(flow, Parts(frozenset({"n0", "n1"}))), (1001, 503), 8)
    assert [(node.x, node.y) for node in found.nodes] == [(880, 504), (1120, 504)]


def test_a_copy_stands_beside_and_keeps_the_edges_within() -> None:
    flow = chain("entry.manual", "email", "end")
    found = duplicated(flow, Parts(frozenset({"n1", "n2"})))
    assert [(node.x, node.y) for node in found.nodes] == [(264, 24), (504, 24)]
    assert len(found.edges) == 1


def test_notes_are_copied_too() -> None:
    flow = Flow("F", notes=(Note("a", "Text", 8, 8),))
    found = duplicated(flow, Parts(notes=frozenset({"a"})))
    assert [(note.text, note.x) for note in found.notes] == [("Text", 32)]
    assert found.notes[0].id != "a"


def test_any_other_text_is_refused() -> None:
    with pytest.raises(FlowFileError):
        pasted(Flow("F"), "Dear Anna", (0, 0), 8)
