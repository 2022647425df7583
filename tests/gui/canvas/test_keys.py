from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.canvas.edits import key_of
from app.canvas.gestures.keys_connect import ConnectByKeys
from app.canvas.hits import Hit, Target
from app.canvas.selection import Parts
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Note
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import Fingers
from tests.hands import type_text
from tests.unit.canvas.drawn import chain, node

K = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
CHAIN = chain("entry.manual", "email", "end")
TREE = Flow(
    "tree",
    nodes=(
        node("start", "entry.manual", 0, 200),
        node("letter", "email", 240, 200, subject="Hello", reactions=["opened", "clicked"], timeout="P1D"),
        node("first", "sms", 520, 0),
        node("second", "sms", 520, 160),
        node("third", "sms", 520, 320),
        node("lonely", "end", 800, 480),
    ),
    edges=(
        Edge("start", "entered", "letter"),
        Edge("letter", "opened", "first"),
        Edge("letter", "clicked", "second"),
        Edge("letter", "timeout", "third"),
    ),
)


def keys(hand: Fingers, *pressed: Qt.Key) -> None:
    for key in pressed:
        hand.key(key)


def typed(hand: Fingers, text: str) -> None:
    QTest.keyClicks(hand.canvas.view, text)


def here(hand: Fingers) -> str:
    return hand.canvas.focus.node


def steps(hand: Fingers) -> int:
    return hand.canvas.document.undo_stack.index()


def edges_of(hand: Fingers) -> set[tuple[str, str, str]]:
    return {key_of(edge) for edge in hand.canvas.document.flow.edges}


def kept_at(hand: Fingers, name: str) -> tuple[float, float]:
    """Where the document has a node."""
    found = hand.canvas.document.flow.by_id[name]
    return found.x, found.y


def standing(hand: Fingers, name: str) -> tuple[float, float]:
    """Where a node is drawn."""
    return hand.canvas.scene.drawing.places[name]


def focused(hand: Fingers) -> Fingers:
    """The keyboard came to the canvas by Tab."""
    hand.canvas.view.clearFocus()
    hand.canvas.view.setFocus(Qt.FocusReason.TabFocusReason)
    return hand


# --- walking -------------------------------------------------------------------------------------------


def test_the_keyboard_begins_at_the_first_start_and_shows_where_it_is(opened: Open) -> None:
    hand = focused(opened(TREE))
    assert here(hand) == "start"
    assert hand.canvas.focus.is_shown
    assert not hand.canvas.selection.parts


def test_right_follows_the_first_outlet_and_left_goes_back_where_one_came_from(opened: Open) -> None:
    hand = focused(opened(TREE))
    keys(hand, K.Key_Right, K.Key_Right)
    assert here(hand) == "first"
    assert list(hand.canvas.selected) == ["first"]
    keys(hand, K.Key_Left, K.Key_Left)
    assert here(hand) == "start"


def test_up_and_down_go_through_the_targets_of_the_other_outlets(opened: Open) -> None:
    hand = focused(opened(TREE))
    keys(hand, K.Key_Right, K.Key_Right, K.Key_Down)
    assert here(hand) == "second"
    keys(hand, K.Key_Down)
    assert here(hand) == "third"
    keys(hand, K.Key_Up, K.Key_Up)
    assert here(hand) == "first"
    keys(hand, K.Key_Left)
    assert here(hand) == "letter"


def test_after_the_last_sibling_down_goes_to_what_stands_nearest_below(opened: Open) -> None:
    hand = focused(opened(TREE))
    hand.canvas.focus.walk_to(Hit(Target.NODE, "third"))
    keys(hand, K.Key_Down)
    assert here(hand) == "lonely"
    keys(hand, K.Key_Left)
    assert here(hand) == "third"


def test_where_nothing_follows_that_is_said_and_nothing_moves(opened: Open) -> None:
    hand = focused(opened(TREE))
    said: list[str] = []
    hand.canvas.said.connect(said.append)
    keys(hand, K.Key_Left)
    hand.canvas.focus.walk_to(Hit(Target.NODE, "third"))
    keys(hand, K.Key_Right)
    assert said == ["Nothing leads here", "Nothing follows here. Tab adds a node, C connects"]
    assert here(hand) == "third"


def test_home_end_and_the_page_keys_reach_every_part(opened: Open) -> None:
    flow = Flow(TREE.name, TREE.nodes, TREE.edges, notes=(Note("n1", "Ask Anna", 100, 600),))
    hand = focused(opened(flow))
    keys(hand, K.Key_End)
    assert here(hand) == "lonely"
    keys(hand, K.Key_Home)
    seen = [hand.canvas.focus.part.name]
    for _ in range(6):
        keys(hand, K.Key_PageDown)
        seen.append(hand.canvas.focus.part.name)
    assert seen == ["start", "letter", "first", "second", "third", "lonely", "n1"]
    keys(hand, K.Key_PageDown)
    assert hand.canvas.focus.part == Hit(Target.NOTE, "n1")
    keys(hand, K.Key_PageUp)
    assert here(hand) == "lonely"


def test_e_walks_onto_edges_and_arrows_go_to_their_ends(opened: Open) -> None:
    hand = focused(opened(TREE))
    keys(hand, K.Key_Right, K.Key_E)
    assert hand.canvas.focus.part.edge == ("letter", "opened", "first")
    keys(hand, K.Key_Down)
    assert hand.canvas.focus.part.edge == ("letter", "clicked", "second")
    keys(hand, K.Key_E)
    assert hand.canvas.focus.part.edge == ("letter", "timeout", "third")
    keys(hand, K.Key_Right)
    assert here(hand) == "third"
    keys(hand, K.Key_E)
    assert hand.canvas.focus.part.edge == ("letter", "timeout", "third")
    keys(hand, K.Key_Left)
    assert here(hand) == "letter"


def test_a_focused_edge_is_deleted_and_the_focus_goes_to_its_source(opened: Open) -> None:
    hand = focused(opened(TREE))
    keys(hand, K.Key_Right, K.Key_E, K.Key_Delete)
    assert ("letter", "opened", "first") not in edges_of(hand)
    assert here(hand) == "letter"
    assert not hand.canvas.selection.parts


def test_what_has_the_focus_is_scrolled_into_view(opened: Open) -> None:
    far = chain(*["entry.manual", *["email"] * 12])
    hand = focused(opened(far))
    for _ in range(12):
        keys(hand, K.Key_Right)
        body = hand.canvas.scene.drawing.body(here(hand))
        assert hand.canvas.view.seen.contains(QPointF(body.x, body.y))
        assert hand.canvas.view.seen.contains(QPointF(body.right, body.bottom))
    keys(hand, K.Key_Home)
    assert hand.canvas.view.seen.contains(QPointF(0, 0))


def test_after_a_deletion_the_focus_is_on_what_came_before_and_deletes_nothing_by_itself(
    opened: Open,
) -> None:
    hand = focused(opened(CHAIN))
    keys(hand, K.Key_Right, K.Key_Right, K.Key_Delete)
    assert here(hand) == "n1"
    keys(hand, K.Key_Delete)
    assert set(hand.canvas.document.flow.by_id) == {"n0", "n1"}
    assert steps(hand) == 1


def test_undo_selects_nothing_by_itself_and_a_command_of_a_node_means_the_ringed_one(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    keys(hand, K.Key_Right, K.Key_Right, K.Key_Delete)
    hand.canvas.run("undo")
    assert not hand.canvas.selection.parts
    hand.canvas.run("select-following")
    assert not hand.canvas.selection.parts, "what is not ready is not done"
    hand.canvas.run("add-node")
    spot = hand.canvas.adder.spot
    assert spot is not None
    assert spot.source == "n1"


def test_a_click_puts_the_focus_there_without_a_ring_of_its_own(opened: Open) -> None:
    hand = focused(opened(TREE))
    hand.click(hand.head("second"))
    assert here(hand) == "second"
    assert not hand.canvas.focus.is_shown
    keys(hand, K.Key_Left)
    assert here(hand) == "letter"


# --- selecting and moving ------------------------------------------------------------------------------


def test_space_takes_parts_together_while_the_arrows_go_on_walking(opened: Open) -> None:
    hand = focused(opened(TREE))
    keys(hand, K.Key_Right, K.Key_Space, K.Key_Right, K.Key_Space, K.Key_Down)
    assert here(hand) == "second"
    assert list(hand.canvas.selected) == ["letter", "first"]
    keys(hand, K.Key_Up, K.Key_Space)
    assert list(hand.canvas.selected) == ["letter"]


def test_several_parts_that_were_selected_otherwise_are_moved_by_the_arrows(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    hand.canvas.selection.set(Parts.of_nodes(["n0", "n1"]))
    keys(hand, K.Key_Down, K.Key_Down)
    assert [one.y for one in hand.canvas.document.flow.nodes] == [16, 16, 0]
    assert steps(hand) == 1


def test_ctrl_and_arrows_move_the_focused_node_at_once(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    keys(hand, K.Key_Right)
    hand.key(K.Key_Down, CTRL)
    hand.key(K.Key_Down, CTRL | SHIFT)
    assert hand.canvas.document.flow.by_id["n1"].y == 72
    hand.canvas.run("undo")
    assert write_flow(hand.canvas.document.flow) == write_flow(CHAIN)


def test_m_moves_by_arrows_and_enter_keeps_it_as_one_step(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    keys(hand, K.Key_Right, K.Key_M, K.Key_Down, K.Key_Right)
    hand.key(K.Key_Down, SHIFT)
    assert kept_at(hand, "n1") == (240, 0)
    assert standing(hand, "n1") == (248, 72)
    keys(hand, K.Key_Return)
    assert kept_at(hand, "n1") == (248, 72)
    assert steps(hand) == 1
    assert not hand.canvas.keys.mode


def test_esc_puts_back_what_was_moved_by_arrows(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    keys(hand, K.Key_Right, K.Key_M, K.Key_Down, K.Key_Escape)
    assert standing(hand, "n1") == (240, 0)
    assert (steps(hand), here(hand)) == (0, "n1")


def test_a_command_ends_the_moving_without_a_trace(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    keys(hand, K.Key_Right, K.Key_M, K.Key_Down)
    hand.canvas.run("duplicate")
    assert hand.canvas.keys.mode is None
    assert hand.canvas.document.flow.by_id["n1"].y == 0
    assert standing(hand, "n1") == (240, 0)


# --- connecting ----------------------------------------------------------------------------------------


def mode(hand: Fingers) -> ConnectByKeys:
    found = hand.canvas.keys.mode
    assert isinstance(found, ConnectByKeys)
    return found


def test_c_and_enter_connect_with_what_nothing_leads_to_yet(opened: Open) -> None:
    hand = focused(opened(TREE))
    hand.canvas.focus.walk_to(Hit(Target.NODE, "third"))
    keys(hand, K.Key_C)
    if mode(hand).is_choosing:
        typed(hand, "s")
    assert mode(hand).target == "lonely"
    keys(hand, K.Key_Return)
    assert ("third", "sent", "lonely") in edges_of(hand)
    assert (steps(hand), here(hand)) == (1, "third")


def test_an_outlet_is_chosen_by_its_letter_and_a_target_by_arrows(opened: Open) -> None:
    flow = Flow(TREE.name, TREE.nodes, TREE.edges[:1])
    hand = focused(opened(flow))
    keys(hand, K.Key_Right, K.Key_C)
    assert mode(hand).is_choosing
    typed(hand, "c")
    assert mode(hand).outlet == "clicked"
    before = mode(hand).target
    keys(hand, K.Key_Down)
    assert mode(hand).target != before
    while mode(hand).target != "third":
        keys(hand, K.Key_Down)
    keys(hand, K.Key_Return)
    assert ("letter", "clicked", "third") in edges_of(hand)


def test_a_letter_jumps_to_the_node_of_that_title_and_says_why_one_is_refused(opened: Open) -> None:
    hand = focused(opened(TREE))
    hand.canvas.focus.walk_to(Hit(Target.NODE, "third"))
    keys(hand, K.Key_C)
    if mode(hand).is_choosing:
        keys(hand, K.Key_Return)
    typed(hand, "f")
    assert mode(hand).target == "first"
    typed(hand, "l")
    assert mode(hand).target == "lonely"
    typed(hand, "s")
    assert mode(hand).target == "second"
    opposed = Fingers(hand.canvas)
    keys(opposed, K.Key_Left, K.Key_Left)
    assert "Letter: That would go in a circle" in mode(hand).words or "Start" in mode(hand).words
    keys(hand, K.Key_Escape)
    assert steps(hand) == 0


def test_others_fade_while_a_target_is_chosen_and_esc_brings_them_back(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    keys(hand, K.Key_Right, K.Key_C)
    if mode(hand).is_choosing:
        keys(hand, K.Key_Return)
    assert hand.canvas.scene.nodes["n0"].opacity() < 1
    keys(hand, K.Key_Escape)
    assert hand.canvas.scene.nodes["n0"].opacity() == 1
    assert hand.canvas.keys.mode is None


def test_enter_on_an_edge_leads_it_elsewhere(opened: Open) -> None:
    hand = focused(opened(TREE))
    keys(hand, K.Key_Right, K.Key_E, K.Key_Return)
    assert mode(hand).target == "first"
    keys(hand, K.Key_Down, K.Key_Return)
    assert ("letter", "opened", "second") in edges_of(hand)
    assert ("letter", "opened", "first") not in edges_of(hand)
    assert steps(hand) == 1


def test_tab_adds_behind_the_chosen_outlet_and_the_new_node_has_the_focus(opened: Open) -> None:
    flow = Flow(TREE.name, TREE.nodes[:2], TREE.edges[:1])
    hand = focused(opened(flow))
    keys(hand, K.Key_Right, K.Key_C)
    typed(hand, "c")
    keys(hand, K.Key_Tab)
    field = hand.canvas.adder.card.field
    QTest.keyClicks(field, "sms")
    QTest.keyClick(field, K.Key_Return)
    made = next(one for one in hand.canvas.document.flow.nodes if one.kind == "sms")
    assert ("letter", "clicked", made.id) in edges_of(hand)
    assert here(hand) == made.id
    assert steps(hand) == 1
    keys(hand, K.Key_Left)
    assert here(hand) == "letter"


def test_an_end_says_that_it_has_no_way_out(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    said: list[str] = []
    hand.canvas.said.connect(said.append)
    keys(hand, K.Key_End, K.Key_C)
    assert said == ["An end has no way out"]
    assert hand.canvas.keys.mode is None


# --- opening, renaming, telling ------------------------------------------------------------------------


def test_enter_opens_the_focused_node(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    asked: list[str] = []
    hand.canvas.open_requested.connect(asked.append)
    keys(hand, K.Key_Right, K.Key_Return)
    assert asked == ["n1"]


def test_f2_renames_right_on_the_node(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    keys(hand, K.Key_Right, K.Key_F2)
    field = hand.canvas.renamer.field
    assert field.isVisible()
    assert field.selectedText() == "N1"
    type_text(field, "Come back: マツダ")
    QTest.keyClick(field, K.Key_Return)
    assert hand.canvas.document.flow.by_id["n1"].title == "Come back: マツダ"
    assert steps(hand) == 1
    assert hand.canvas.view.hasFocus()


def test_esc_leaves_the_old_title_and_arrows_in_the_field_do_not_walk(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    keys(hand, K.Key_Right, K.Key_F2)
    field = hand.canvas.renamer.field
    QTest.keyClicks(field, "xe")
    QTest.keyClick(field, K.Key_Left)
    QTest.keyClick(field, K.Key_Escape)
    assert hand.canvas.document.flow.by_id["n1"].title == "N1"
    assert (steps(hand), here(hand)) == (0, "n1")


def test_the_line_at_the_bottom_says_what_the_keys_do_now(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    told = hand.canvas.keys
    assert told.words.startswith("Arrows walk, Enter opens")
    keys(hand, K.Key_Right, K.Key_M)
    assert told.words == "Arrows move it by 8, with Shift by 64, Enter keeps it here, Esc puts it back"
    keys(hand, K.Key_Escape, K.Key_E)
    assert told.words.startswith("Left and Right go to its ends")
    hand.click(hand.head("n0"))
    assert told.words == ""


def test_other_letters_open_the_list_of_what_can_be_added(opened: Open) -> None:
    hand = focused(opened(CHAIN))
    typed(hand, "s")
    assert hand.canvas.adder.card.field.text() == "s"


def test_on_empty_paper_every_letter_begins_a_search(opened: Open) -> None:
    hand = focused(opened(Flow("empty")))
    typed(hand, "e")
    assert hand.canvas.adder.card.field.text() == "e"
