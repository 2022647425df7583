from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from app.canvas.changes import Delta
from app.canvas.commands import (
    AddNodes,
    Arrange,
    ChangeFlow,
    ChangeSettings,
    Connect,
    Disconnect,
    FlowCommand,
    InsertNode,
    Move,
    Paste,
    PutFrame,
    PutNote,
    RemoveParts,
    Rename,
)
from app.canvas.document import CanvasDocument
from app.canvas.frames import Frame
from app.flows.codec import write_flow
from app.model.flow import Flow, Note
from tests.unit.canvas.drawn import chain, edits_of, flows, node

START = chain("entry.manual", "email", "sms", "end")


def every_command(document: CanvasDocument) -> list[FlowCommand]:
    return [
        AddNodes(document, [node("new")]),
        InsertNode(document, ("n0", "entered", "n1"), node("new", "delay"), "next", {"n1": (400, 0)}),
        RemoveParts(document, {"n1"}),
        RemoveParts(document, edges={("n0", "entered", "n1")}),
        Move(document, (8, 16), {"n1", "n2"}),
        Connect(document, "n1", "failed", "n3"),
        Connect(document, "n1", "sent", "n3"),
        Disconnect(document, {("n1", "sent", "n2")}),
        ChangeSettings(document, "n1", {"reactions": ["opened"]}),
        Rename(document, "n1", "Hello"),
        ChangeFlow(document, "Other", {"key": "basket_id"}),
        PutNote(document, Note("a", "Text", 8, 8)),
        PutFrame(document, Frame("f", "Frame", 0, 0, 300, 200)),
        Paste(document, Flow("P", (node("p"),))),
        Arrange(document, {"n0": (0, 0), "n1": (300, 0)}),
    ]


def test_every_command_can_be_done_undone_and_done_again() -> None:
    for number in range(len(every_command(CanvasDocument(START)))):
        document = CanvasDocument(START)
        document.do(every_command(document)[number])
        after = write_flow(document.flow)
        assert after != write_flow(START), document.undo_stack.undoText()
        assert document.undo_stack.undoText()
        document.undo_stack.undo()
        assert write_flow(document.flow) == write_flow(START)
        document.undo_stack.redo()
        assert write_flow(document.flow) == after


@given(st.data())
def test_as_many_undos_as_edits_give_the_same_bytes_and_redos_bring_all_back(data: st.DataObject) -> None:
    document = CanvasDocument(data.draw(flows()))
    states = [write_flow(document.flow)]
    for _ in range(data.draw(st.integers(1, 8))):
        edit = data.draw(edits_of(document.flow))
        document.do(FlowCommand(document, "Edit", edit))
        if document.undo_stack.count() == len(states):
            states.append(write_flow(document.flow))
    for state in states[-2::-1]:
        document.undo_stack.undo()
        assert write_flow(document.flow) == state
    assert not document.undo_stack.canUndo()
    for state in states[1:]:
        document.undo_stack.redo()
        assert write_flow(document.flow) == state


def test_typing_in_one_field_is_one_step_until_the_field_is_left() -> None:
    document = CanvasDocument(START)
    for text in ("H", "He", "Hel"):
        document.do(ChangeSettings(document, "n1", {"subject": text}))
    document.seal()
    document.do(ChangeSettings(document, "n1", {"subject": "Hello"}))
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.flow.by_id["n1"].settings["subject"] == "Hel"
    document.undo_stack.undo()
    assert write_flow(document.flow) == write_flow(START)


def test_typing_back_to_what_it_was_leaves_no_step() -> None:
    document = CanvasDocument(START)
    document.do(Rename(document, "n1", "A"))
    document.do(Rename(document, "n1", START.by_id["n1"].title))
    assert document.undo_stack.count() == 0


def test_fields_of_two_nodes_do_not_merge() -> None:
    document = CanvasDocument(START)
    document.do(Rename(document, "n1", "A"))
    document.do(Rename(document, "n2", "B"))
    assert document.undo_stack.count() == 2


def test_arrow_keys_on_one_selection_are_one_step_and_a_drag_is_its_own() -> None:
    document = CanvasDocument(START)
    for _ in range(5):
        document.do(Move(document, (8, 0), {"n1"}, by_keys=True))
    document.do(Move(document, (8, 0), {"n1"}))
    document.do(Move(document, (8, 0), {"n1"}))
    assert document.undo_stack.count() == 3


def test_a_command_that_changes_nothing_keeps_what_could_be_redone() -> None:
    document = CanvasDocument(START)
    document.do(Rename(document, "n1", "A"))
    document.undo_stack.undo()
    document.do(Move(document, (0, 0), {"n1"}))
    document.do(Connect(document, "n0", "entered", "n1"))
    assert document.undo_stack.canRedo()


def test_each_step_says_by_one_delta_what_it_touched() -> None:
    document = CanvasDocument(START)
    heard: list[Delta] = []
    document.changed.connect(heard.append)
    document.do(RemoveParts(document, {"n1"}))
    document.undo_stack.undo()
    assert [delta.nodes_removed for delta in heard] == [("n1",), ()]
    assert [delta.nodes_added for delta in heard] == [(), ("n1",)]


def test_opening_another_flow_empties_the_history() -> None:
    document = CanvasDocument(START)
    document.do(Rename(document, "n1", "A"))
    other = chain("entry.manual", "end")
    document.replace(other)
    assert document.flow == other
    assert not document.undo_stack.canUndo()


def test_the_words_of_a_removal_name_what_goes() -> None:
    document = CanvasDocument(START)
    words: Callable[[FlowCommand], str] = lambda command: command.text()  # noqa: E731
    assert words(RemoveParts(document, {"n1"})) == "Delete N1"
    assert words(RemoveParts(document, {"n1", "n2"})) == "Delete 2 nodes"
    assert words(RemoveParts(document, edges={("n0", "entered", "n1")})) == "Disconnect"
