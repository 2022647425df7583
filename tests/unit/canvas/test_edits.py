from __future__ import annotations

import pytest

from app.canvas import edits
from app.canvas.edits import UNSET, key_of
from app.canvas.frames import Frame, frames_of
from app.model.flow import Edge, Flow, Note
from tests.unit.canvas.drawn import chain, node


def keys(flow: Flow) -> set[tuple[str, str, str]]:
    return {key_of(edge) for edge in flow.edges}


def test_connecting_replaces_the_edge_of_that_outlet_in_its_place() -> None:
    flow = edits.connect(chain("entry.manual", "email", "end"), Edge("n0", "entered", "n2"))
    assert [key_of(edge) for edge in flow.edges] == [("n0", "entered", "n2"), ("n1", "sent", "n2")]


def test_connecting_leaves_one_edge_where_a_file_had_two_from_one_outlet() -> None:
    flow = chain("entry.manual", "email", "end")
    twice = edits.add(flow, edges=[Edge("n0", "entered", "n2")])
    assert keys(edits.connect(twice, Edge("n0", "entered", "n2"))) == {
        ("n0", "entered", "n2"),
        ("n1", "sent", "n2"),
    }


def test_unticking_a_reaction_takes_its_edge_along() -> None:
    flow = Flow("F", (node("a", reactions=["opened", "clicked"]), node("b")), (Edge("a", "opened", "b"),))
    assert not edits.change_settings(flow, "a", {"reactions": ["clicked"]}).edges


def test_an_edge_follows_a_way_that_is_renamed_letter_by_letter() -> None:
    flow = Flow(
        "F",
        (node("a", "check", ways=[{"name": "yes"}, {"name": "no"}]), node("b")),
        (Edge("a", "no", "b"), Edge("a", "else", "b")),
    )
    renamed = edits.change_settings(flow, "a", {"ways": [{"name": "yes"}, {"name": "nop"}]})
    assert keys(renamed) == {("a", "nop", "b"), ("a", "else", "b")}


def test_a_way_that_is_removed_loses_its_edge_and_no_other() -> None:
    flow = Flow(
        "F",
        (node("a", "check", ways=[{"name": "yes"}, {"name": "no"}]), node("b")),
        (Edge("a", "yes", "b"), Edge("a", "no", "b")),
    )
    assert keys(edits.change_settings(flow, "a", {"ways": [{"name": "no"}]})) == {("a", "no", "b")}


def test_an_edge_of_an_outlet_that_never_was_stays_until_it_is_deleted() -> None:
    flow = Flow("F", (node("a"), node("b")), (Edge("a", "no such", "b"),))
    assert keys(edits.change_settings(flow, "a", {"reactions": ["opened"]})) == {("a", "no such", "b")}


def test_an_unset_setting_leaves_the_file() -> None:
    flow = Flow("F", (node("a", subject="x", timeout="P1D"),))
    assert dict(edits.change_settings(flow, "a", {"timeout": UNSET}).by_id["a"].settings) == {"subject": "x"}


def test_a_setting_keeps_its_place_among_the_others() -> None:
    flow = Flow("F", (node("a", subject="x", body="y"),))
    assert list(edits.change_settings(flow, "a", {"subject": "z"}).by_id["a"].settings) == ["subject", "body"]


def test_moving_takes_notes_and_frames_along() -> None:
    flow = edits.framed(
        edits.put_note(chain("entry.manual"), Note("a", x=8, y=8)), Frame("f", "", 0, 0, 99, 99)
    )
    moved = edits.move(flow, 16, -8, nodes={"n0"}, notes={"a"}, frames={"f"})
    assert (moved.by_id["n0"].x, moved.by_id["n0"].y) == (16, -8)
    assert (moved.notes[0].x, moved.notes[0].y) == (24, 0)
    assert (frames_of(moved)[0].x, frames_of(moved)[0].y) == (16, -8)


def test_nothing_is_moved_where_a_file_could_not_be_read_again() -> None:
    moved = edits.move(chain("entry.manual"), 1e12, -1e12, nodes={"n0"})
    assert (moved.by_id["n0"].x, moved.by_id["n0"].y) == (edits.FARTHEST, -edits.FARTHEST)


def test_removing_a_frame_leaves_what_lies_in_it_and_entries_that_are_no_frames() -> None:
    flow = Flow(
        "F", (node("a"),), extra={"frames": ["odd", {"id": "f", "x": 0, "y": 0, "width": 9, "height": 9}]}
    )
    left = edits.remove(flow, frames={"f"})
    assert left.nodes == flow.nodes
    assert left.extra["frames"] == ["odd"]


def test_inserting_parts_an_edge() -> None:
    flow = edits.insert(chain("entry.manual", "end"), ("n0", "entered", "n1"), node("new", "delay"), "next")
    assert keys(flow) == {("n0", "entered", "new"), ("new", "next", "n1")}


@pytest.mark.parametrize(
    ("start", "after", "before"), [("n1", "n1 n2 n3", "n0 n1"), ("n3", "n3", "n0 n1 n2 n3")]
)
def test_what_follows_and_what_leads_there(start: str, after: str, before: str) -> None:
    flow = chain("entry.manual", "email", "sms", "end")
    assert edits.downstream(flow, start) == set(after.split())
    assert edits.upstream(flow, start) == set(before.split())


def test_a_circle_is_walked_once() -> None:
    flow = edits.connect(chain("email", "sms"), Edge("n1", "sent", "n0"))
    assert edits.upstream(flow, "n0") == edits.downstream(flow, "n0") == {"n0", "n1"}


def test_renaming_the_flow_keeps_its_settings() -> None:
    flow = edits.change_flow(Flow("F", settings={"key": "basket_id"}), "G", {"fresh": "P1D"})
    assert (flow.name, dict(flow.settings)) == ("G", {"key": "basket_id", "fresh": "P1D"})
    assert dict(edits.change_flow(flow, settings={"key": UNSET}).settings) == {"fresh": "P1D"}
