from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas.edits import key_of
from app.canvas.frames import frames_of
from app.canvas.groups import Group, with_groups
from app.canvas.parts.hint import EmptyHint
from app.canvas.parts.quick_add import ROW, ROWS, WIDTH, QuickAdd
from app.canvas.selection import Parts
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow
from app.model.ports import Counts
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import chain, node

SHIFT = Qt.KeyboardModifier.ShiftModifier
CHAIN = chain("entry.manual", "email", "end")


def card(hand: Fingers) -> QuickAdd:
    return hand.canvas.adder.card


def flow_of(hand: Fingers) -> Flow:
    return hand.canvas.document.flow


def edges_of(hand: Fingers) -> set[tuple[str, str, str]]:
    return {key_of(edge) for edge in flow_of(hand).edges}


def write(hand: Fingers, text: str, *keys: Qt.Key) -> None:
    QTest.keyClicks(card(hand).field, text)
    for key in keys:
        QTest.keyClick(card(hand).field, key)


def test_the_first_hint_makes_room_for_the_list_and_comes_back(opened: Open) -> None:
    hand = opened(Flow("New"))
    (hint,) = hand.canvas.view.viewport().findChildren(EmptyHint)
    assert hint.isVisible()
    hand.key(Qt.Key.Key_Tab)
    assert not hint.isVisible()
    write(hand, "", Qt.Key.Key_Escape)
    assert hint.isVisible()


def test_tab_adds_behind_the_selected_node_and_the_next_tab_behind_that(opened: Open) -> None:
    hand = opened(Flow("New"))
    hand.key(Qt.Key.Key_Tab)
    write(hand, "by hand", Qt.Key.Key_Return)
    for word in ("email", "pause", "sms"):
        hand.key(Qt.Key.Key_Tab)
        write(hand, word, Qt.Key.Key_Return)
    assert [one.kind for one in flow_of(hand).nodes] == ["entry.manual", "email", "delay", "sms"]
    assert edges_of(hand) == {
        ("start", "entered", "letter1"),
        ("letter1", "sent", "delay1"),
        ("delay1", "next", "sms1"),
    }
    assert hand.canvas.document.undo_stack.count() == 4
    bodies = list(hand.canvas.scene.drawing.bodies().values())
    assert not any(one.touches(other) for n, one in enumerate(bodies) for other in bodies[n + 1 :])
    seen = hand.canvas.view.seen
    assert seen.contains(hand.canvas.scene.extent_of(["sms1"]))


def test_the_list_is_320_wide_has_8_rows_and_its_best_guess_is_chosen(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts.of_nodes(["n1"]))
    hand.key(Qt.Key.Key_Tab)
    assert (card(hand).width(), card(hand).list.height()) == (WIDTH, ROWS * ROW)
    assert card(hand).where == "After N1, failed"
    assert card(hand).current == "sms"
    assert card(hand).field.hasFocus()


def test_a_typed_letter_opens_the_list_and_lands_in_its_field(opened: Open) -> None:
    hand = opened(CHAIN)
    QTest.keyClicks(hand.canvas.view, "p")
    assert card(hand).field.text() == "p"
    assert card(hand).current == "popup"
    write(hand, "o", Qt.Key.Key_Return)
    assert flow_of(hand).nodes[-1].kind == "popup"


def test_keys_with_ctrl_or_alt_are_no_letters(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    hand.key(Qt.Key.Key_Q, Qt.KeyboardModifier.AltModifier)
    assert hand.canvas.adder.spot is None


def test_a_double_click_on_the_paper_adds_there(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.double_click((400, 400))
    write(hand, "set", Qt.Key.Key_Return)
    made = flow_of(hand).nodes[-1]
    assert (made.kind, made.x, made.y) == ("set", 320, 368)
    assert len(flow_of(hand).edges) == 2
    assert hand.canvas.selected == (made.id,)


def test_a_click_takes_a_line_and_a_click_beside_closes_the_list(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.double_click((300, 300))
    index = card(hand).list.model().index(1, 0)
    wanted = card(hand).shown[1].name
    place = card(hand).list.visualRect(index).center()
    QTest.mouseClick(card(hand).list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert flow_of(hand).nodes[-1].kind == wanted
    hand.double_click((300, 500))
    hand.click((60, 300))
    assert hand.canvas.adder.spot is None
    assert not card(hand).isVisible()
    assert len(flow_of(hand).nodes) == 4


def test_nothing_found_says_what_to_try_and_enter_adds_nothing(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_Tab)
    write(hand, "fax", Qt.Key.Key_Return)
    assert card(hand).words == "No node called “fax”. Try e-mail, SMS, call back."
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)
    QTest.keyClick(card(hand).field, Qt.Key.Key_Backspace)
    write(hand, "", Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    assert card(hand).words == ""
    assert len(card(hand).shown) > 5


def test_arrows_and_pages_choose_and_stay_inside(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_Tab)
    first = card(hand).current
    write(hand, "", Qt.Key.Key_Up)
    assert card(hand).current == first
    write(hand, "", Qt.Key.Key_Down)
    assert card(hand).current == card(hand).shown[1].name
    write(hand, "", Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
    assert card(hand).current == card(hand).shown[-1].name


def test_while_it_is_open_keys_are_no_commands_of_the_canvas(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.activateWindow()
    hand.canvas.selection.set(Parts.of_nodes(["n1"]))
    hand.key(Qt.Key.Key_Tab)
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_D, Qt.Key.Key_A):
        QTest.keyClick(card(hand).field, key, Qt.KeyboardModifier.ControlModifier)
    write(hand, "", Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)
    assert hand.canvas.selected == ("n1",)


def test_a_ghost_shows_what_would_come_and_where(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts(edges=frozenset({("n0", "entered", "n1")})))
    hand.key(Qt.Key.Key_Tab)
    assert card(hand).where == "Between N0 and N1"
    assert hand.canvas.scene.nodes["n1"].x() > 240
    write(hand, "", Qt.Key.Key_Escape)
    assert hand.canvas.scene.nodes["n1"].x() == 240
    hand.key(Qt.Key.Key_Tab)
    write(hand, "delay", Qt.Key.Key_Return)
    assert edges_of(hand) == {
        ("n0", "entered", "delay1"),
        ("delay1", "next", "n1"),
        ("n1", "sent", "n2"),
    }
    hand.canvas.run("undo")
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_a_click_on_the_plus_of_an_edge_puts_something_in_between(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.hover((440, 40))
    hand.hover((200, 29))
    hand.click((200, 28))
    assert card(hand).where == "Between N0 and N1"
    write(hand, "sms", Qt.Key.Key_Return)
    assert ("n0", "entered", "sms1") in edges_of(hand)


def test_notes_and_frames_are_offered_where_nothing_is_joined(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.double_click((300, 300))
    write(hand, "note", Qt.Key.Key_Return)
    [note] = flow_of(hand).notes
    assert hand.canvas.selection.parts == Parts(notes=frozenset({note.id}))
    hand.double_click((300, 500))
    write(hand, "frame", Qt.Key.Key_Return)
    [frame] = frames_of(flow_of(hand))
    assert hand.canvas.selection.parts == Parts(frames=frozenset({frame.id}))
    assert hand.canvas.document.undo_stack.count() == 2
    hand.canvas.run("undo")
    hand.canvas.run("undo")
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_another_change_of_the_flow_closes_the_list(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts.of_nodes(["n1"]))
    hand.key(Qt.Key.Key_Tab)
    hand.canvas.document.replace(Flow("Other"))
    assert hand.canvas.adder.spot is None
    assert not card(hand).isVisible()


@pytest.mark.parametrize("size", [(560, 440), (900, 580), (1600, 1000)])
def test_the_list_is_whole_in_any_window_and_beside_what_would_come(
    opened: Open, size: tuple[int, int]
) -> None:
    hand = opened(CHAIN)
    hand.canvas.resize(*size)
    for at in ((0.0, 300.0), (size[0] - 160.0, size[1] - 200.0)):
        hand.canvas.adder.ask(hand.canvas.view.spot())
        hand.canvas.adder.close()
        hand.double_click(at)
        viewport = hand.canvas.view.viewport().rect()
        assert viewport.contains(card(hand).geometry())
        write(hand, "", Qt.Key.Key_Escape)


def test_a_node_whose_outlets_are_taken_is_parted_from_what_follows(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts.of_nodes(["n0"]))
    hand.key(Qt.Key.Key_Tab)
    write(hand, "email", Qt.Key.Key_Return)
    assert {("n0", "entered", "letter1"), ("letter1", "sent", "n1")} <= edges_of(hand)


# --- deleting ------------------------------------------------------------------------------------------


def test_deleting_glows_where_neighbours_were_joined_and_names_the_people_there(
    opened: Open, qtbot: QtBot
) -> None:
    hand = opened(CHAIN)
    said: list[str] = []
    hand.canvas.undoable.connect(said.append)
    hand.canvas.set_counts(Counts(here={"n1": 21}))
    hand.click(hand.head("n1"))
    hand.key(Qt.Key.Key_Delete)
    assert said == ["Deleted N1, joined its neighbours. 21 people wait here"]
    assert hand.canvas.scene.lit == {("n0", "entered", "n2")}
    qtbot.waitUntil(lambda: not hand.canvas.scene.lit)


def boxed() -> Flow:
    """Start, a box of letter, wait and letter, and an end."""
    flow = chain("entry.manual", "email", "delay", "email", "end")
    return with_groups(flow, [Group("g", "Branch", ("n1", "n2", "n3"))])


def test_a_box_is_deleted_pulled_out_and_parted_as_one(opened: Open) -> None:
    hand = opened(boxed())
    hand.canvas.selection.set(Parts.of_nodes(["n1"]))
    hand.key(Qt.Key.Key_Delete)
    assert [one.id for one in flow_of(hand).nodes] == ["n0", "n4"]
    assert edges_of(hand) == {("n0", "entered", "n4")}
    inside = {("n1", "sent", "n2"), ("n2", "next", "n3")}
    for deed, left in (("join-neighbours", {("n0", "entered", "n4")}), ("disconnect", set())):
        hand = opened(boxed())
        hand.canvas.selection.set(Parts.of_nodes(["n1"]))
        hand.canvas.run(deed)
        assert edges_of(hand) == inside | left
    hand = opened(boxed())
    x, y = hand.head("n1")
    hand.drag((x, y), (x + 40, y + 300), keys=SHIFT)
    assert edges_of(hand) == {("n0", "entered", "n4")} | inside
    assert {flow_of(hand).by_id[name].y for name in ("n1", "n2", "n3")} == {304}


def test_tab_on_a_box_adds_beside_it(opened: Open) -> None:
    hand = opened(boxed())
    hand.canvas.selection.set(Parts.of_nodes(["n1"]))
    hand.key(Qt.Key.Key_Tab)
    assert card(hand).where == ""
    write(hand, "email", Qt.Key.Key_Return)
    assert len(flow_of(hand).nodes) == 6


def test_shift_delete_leaves_the_ends_open(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.activateWindow()
    hand.click(hand.head("n1"))
    hand.key(Qt.Key.Key_Delete, SHIFT)
    assert [one.id for one in flow_of(hand).nodes] == ["n0", "n2"]
    assert edges_of(hand) == set()
    hand.canvas.run("undo")
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_a_node_is_taken_out_and_its_edges_are_cut_by_command(opened: Open) -> None:
    flow = Flow("F", (*CHAIN.nodes, node("x", "set", 240, 200)), (*CHAIN.edges, Edge("n1", "failed", "n2")))
    hand = opened(flow)
    hand.canvas.selection.set(Parts.of_nodes(["n1"]))
    hand.canvas.run("join-neighbours")
    assert edges_of(hand) == {("n0", "entered", "n2")}
    hand.canvas.run("undo")
    hand.canvas.run("disconnect")
    assert edges_of(hand) == set()
    hand.canvas.run("undo")
    assert write_flow(flow_of(hand)) == write_flow(flow)
    assert hand.canvas.view.to_scene(QPointF(0, 0)) == QPointF(-100, -100)
