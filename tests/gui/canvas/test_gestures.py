from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QGuiApplication

from app.canvas.edits import key_of
from app.canvas.facts import Step
from app.canvas.frames import frames_of
from app.canvas.gestures.drop import DropKind
from app.canvas.gestures.wire import PullWire
from app.canvas.selection import Parts
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Note
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import LEFT, MIDDLE, Fingers
from tests.unit.canvas.drawn import chain, node

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
CHAIN = chain("entry.manual", "email", "end")


def flow_of(hand: Fingers) -> Flow:
    return hand.canvas.document.flow


def edges_of(hand: Fingers) -> set[tuple[str, str, str]]:
    return {key_of(edge) for edge in flow_of(hand).edges}


def selected(hand: Fingers) -> list[str]:
    return list(hand.canvas.selected)


def undo(hand: Fingers) -> None:
    hand.canvas.actions_["undo"].trigger()


# --- from nothing --------------------------------------------------------------------------------------


def test_a_flow_is_drawn_from_nothing_and_taken_back_step_by_step(opened: Open) -> None:
    hand = opened(Flow("New"))
    empty = write_flow(flow_of(hand))
    assert hand.carry("entry.manual", (40, 20), (60, 60))
    assert hand.carry("email", (300, 20), (380, 60))
    assert hand.carry("end", (600, 20), (620, 84))
    assert [(one.id, one.title) for one in flow_of(hand).nodes] == [
        ("start", "Start"),
        ("letter1", "Letter 1"),
        ("end", ""),
    ]
    hand.drag(hand.port("start", "entered"), hand.inlet("letter1"))
    hand.drag(hand.port("letter1", "sent"), hand.inlet("end"))
    assert edges_of(hand) == {("start", "entered", "letter1"), ("letter1", "sent", "end")}
    full = write_flow(flow_of(hand))
    for _ in range(5):
        undo(hand)
    assert write_flow(flow_of(hand)) == empty
    assert not hand.canvas.actions_["undo"].isEnabled()
    for _ in range(5):
        hand.canvas.actions_["redo"].trigger()
    assert write_flow(flow_of(hand)) == full


def test_the_first_hint_goes_with_the_first_node(opened: Open) -> None:
    hand = opened(Flow("New"))
    assert hand.canvas._hint.isVisible()
    hand.carry("entry.manual", (40, 20))
    assert not hand.canvas._hint.isVisible()
    undo(hand)
    assert hand.canvas._hint.isVisible()


def test_a_dropped_node_stands_on_the_grid_where_it_was_let_go_and_is_selected(opened: Open) -> None:
    hand = opened(Flow("New"))
    hand.carry("set", (203, 101))
    made = flow_of(hand).nodes[0]
    assert (made.x % 8, made.y % 8) == (0, 0)
    assert abs(made.x + 80 - 203) <= 4
    assert abs(made.y + 28 - 101) <= 4
    assert selected(hand) == [made.id]


def test_a_node_dropped_onto_another_is_put_beside_it(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.carry("set", hand.head("n1"))
    made = flow_of(hand).nodes[-1]
    body = hand.canvas.scene.drawing.body(made.id)
    assert not any(
        body.touches(other) for name, other in hand.canvas.scene.drawing.bodies().items() if name != made.id
    )


def test_what_is_no_kind_is_not_taken(opened: Open) -> None:
    hand = opened(CHAIN)
    data = QMimeData()
    data.setText("email")
    assert not hand.carry_data(data, (40, 20))
    assert hand.canvas.view._hand.gesture is None


def test_a_drag_that_leaves_the_canvas_leaves_no_trace(opened: Open) -> None:
    hand = opened(CHAIN)
    before = len(hand.canvas.scene.items())
    hand.carry("email", (200, 28), (210, 28), drop=False)
    assert isinstance(hand.canvas.view._hand.gesture, DropKind)
    hand.leave()
    assert len(hand.canvas.scene.items()) == before
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)
    assert hand.canvas.scene.nodes["n1"].x() == 240


# --- onto an edge --------------------------------------------------------------------------------------


def test_a_node_dropped_on_an_edge_parts_it_and_what_follows_makes_room_in_one_step(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.carry("delay", (600, 300), (200, 28))
    made = flow_of(hand).nodes[-1]
    assert edges_of(hand) == {("n0", "entered", made.id), (made.id, "next", "n1"), ("n1", "sent", "n2")}
    bodies = hand.canvas.scene.drawing.bodies()
    assert bodies["n0"].right < bodies[made.id].x < bodies[made.id].right < bodies["n1"].x
    assert bodies["n2"].x > bodies["n1"].right
    assert made.y == 0
    undo(hand)
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_the_gap_is_shown_before_the_drop(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.carry("email", (200, 28), drop=False)
    assert hand.canvas.scene.nodes["n1"].x() > 240
    assert hand.canvas.scene.edges["n0", "entered", "n1"].is_lit
    hand.key(Qt.Key.Key_Escape)
    assert hand.canvas.scene.nodes["n1"].x() == 240
    assert not hand.canvas.scene.edges["n0", "entered", "n1"].is_lit


def test_a_start_cannot_part_an_edge_and_says_so(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.carry("entry.manual", (200, 28), drop=False)
    gesture = hand.canvas.view._hand.gesture
    assert isinstance(gesture, DropKind)
    assert gesture.words == "A start has no way in"


# --- wires ---------------------------------------------------------------------------------------------


def test_a_wire_snaps_to_an_inlet_near_the_pointer(opened: Open) -> None:
    hand = opened(CHAIN)
    x, y = hand.inlet("n2")
    hand.drag(hand.port("n1", "failed"), (x - 18, y + 12))
    assert ("n1", "failed", "n2") in edges_of(hand)


def test_a_wire_let_go_on_a_body_ends_there(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.drag(hand.port("n1", "failed"), hand.head("n2"))
    assert ("n1", "failed", "n2") in edges_of(hand)


def test_a_wire_replaces_the_old_one_and_says_so_first(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.drag(hand.port("n0", "entered"), hand.inlet("n2"), let_go=False)
    gesture = hand.canvas.view._hand.gesture
    assert isinstance(gesture, PullWire)
    assert gesture.words == "It already leads to N1. Let go to replace"
    hand.release(hand.inlet("n2"))
    assert edges_of(hand) == {("n0", "entered", "n2"), ("n1", "sent", "n2")}
    undo(hand)
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_a_wire_back_would_go_in_a_circle(opened: Open) -> None:
    flow = chain("entry.manual", "email", "sms")
    hand = opened(flow)
    hand.drag(hand.port("n2", "sent"), hand.head("n1"), let_go=False)
    gesture = hand.canvas.view._hand.gesture
    assert isinstance(gesture, PullWire)
    assert gesture.words == "That would go in a circle"
    hand.release(hand.head("n1"))
    assert write_flow(flow_of(hand)) == write_flow(flow)


def test_wires_to_starts_notes_and_itself_are_refused_in_words(opened: Open) -> None:
    flow = Flow("F", (*chain("entry.manual", "email").nodes,), notes=(Note("a", "x", 400, 300),))
    hand = opened(flow)
    hand.drag(hand.port("n1", "sent"), hand.head("n0"), let_go=False)
    gesture = hand.canvas.view._hand.gesture
    assert isinstance(gesture, PullWire)
    assert gesture.words == "A start has no way in"
    hand.move((420, 320))
    assert gesture.words == "A note takes no wire"
    hand.move(hand.head("n1"))
    assert gesture.words == "That would lead back to itself"
    hand.release(hand.head("n1"))
    assert not flow_of(hand).edges


def test_while_a_wire_is_pulled_inlets_that_allow_it_invite(opened: Open) -> None:
    hand = opened(chain("entry.manual", "email", "sms"))
    hand.drag(hand.port("n1", "sent"), (500, 300), let_go=False)
    items = hand.canvas.scene.nodes
    assert [items[name].invites for name in ("n0", "n1", "n2")] == [False, False, True]
    assert items["n0"].opacity() < 1
    hand.key(Qt.Key.Key_Escape)
    assert [items[name].invites for name in ("n0", "n1", "n2")] == [None, None, None]
    assert items["n0"].opacity() == 1


def test_a_wire_let_go_in_the_empty_changes_nothing(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.drag(hand.port("n1", "failed"), (300, 400))
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_a_port_is_caught_within_14_px_of_the_screen_at_any_zoom(opened: Open) -> None:
    for zoom in (0.5, 1.0, 2.0):
        hand = opened(CHAIN)
        hand.canvas.view.set_zoom(zoom)
        hand.canvas.view.show_from(QPointF(-20, -60))
        x, y = hand.port("n0", "entered")
        hand.drag((x + 11 / zoom, y), (x + 60 / zoom, y + 80 / zoom), let_go=False)
        assert isinstance(hand.canvas.view._hand.gesture, PullWire)
        hand.key(Qt.Key.Key_Escape)


# --- moving --------------------------------------------------------------------------------------------


def test_a_dragged_node_lands_on_the_grid_as_one_step(opened: Open) -> None:
    hand = opened(CHAIN)
    x, y = hand.head("n1")
    hand.drag((x, y), (x + 43, y + 101))
    assert (flow_of(hand).by_id["n1"].x, flow_of(hand).by_id["n1"].y) == (280, 104)
    assert hand.canvas.document.undo_stack.count() == 1
    undo(hand)
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)
    assert hand.canvas.scene.nodes["n1"].pos() == QPointF(240, 0)


def test_edges_follow_while_a_node_is_dragged(opened: Open) -> None:
    hand = opened(CHAIN)
    x, y = hand.head("n1")
    hand.drag((x, y), (x, y + 160), let_go=False)
    assert hand.canvas.scene.edges["n0", "entered", "n1"].route.points[-1] == (240.0, 188.0)
    assert flow_of(hand).by_id["n1"].y == 0
    hand.release((x, y + 160))


def test_a_node_is_pulled_straight_within_6_px(opened: Open) -> None:
    flow = Flow("F", (node("a", reactions=["opened"]), node("b", x=400, y=200)), (Edge("a", "opened", "b"),))
    hand = opened(flow)
    x, y = hand.head("b")
    hand.drag((x, y), (x, y - 200 + 44 + 5))
    assert flow_of(hand).by_id["b"].y == 44
    assert len(hand.canvas.scene.edges["a", "opened", "b"].route.points) == 2


def test_all_selected_nodes_move_together(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.click(hand.head("n1"))
    hand.click(hand.head("n2"), CTRL)
    x, y = hand.head("n2")
    hand.drag((x, y), (x + 80, y + 160))
    assert [(one.x, one.y) for one in flow_of(hand).nodes] == [(0, 0), (320, 160), (560, 160)]


def test_esc_in_the_middle_of_a_drag_puts_everything_back(opened: Open) -> None:
    hand = opened(CHAIN)
    routes = dict(hand.canvas.scene.drawing.routes)
    x, y = hand.head("n1")
    hand.drag((x, y), (x + 80, y + 80), let_go=False)
    hand.key(Qt.Key.Key_Escape)
    hand.release((x + 80, y + 80))
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)
    assert hand.canvas.scene.nodes["n1"].pos() == QPointF(240, 0)
    assert hand.canvas.scene.drawing.routes == routes
    assert not hand.canvas.document.undo_stack.canUndo()


def test_a_node_let_go_on_another_is_pushed_beside_it(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.drag(hand.head("n1"), hand.head("n0"))
    bodies = hand.canvas.scene.drawing.bodies()
    assert not bodies["n1"].touches(bodies["n0"])


def test_a_frame_takes_along_what_lies_in_it(opened: Open) -> None:
    frame = {"id": "f", "title": "Frame", "x": 200, "y": -60, "width": 240, "height": 300}
    flow = Flow("F", CHAIN.nodes, CHAIN.edges, (Note("a", "x", 240, 140),), extra={"frames": [frame]})
    hand = opened(flow)
    hand.drag((300, -50), (300, 30))
    after = flow_of(hand)
    assert [(one.x, one.y) for one in after.nodes] == [(0, 0), (240, 80), (480, 0)]
    assert after.notes[0].y == 220
    assert frames_of(after)[0].y == 20
    undo(hand)
    assert write_flow(flow_of(hand)) == write_flow(flow)


def test_a_note_is_dragged_alone(opened: Open) -> None:
    hand = opened(Flow("F", CHAIN.nodes, CHAIN.edges, (Note("a", "x", 240, 240),)))
    hand.drag((300, 270), (380, 350))
    assert (flow_of(hand).notes[0].x, flow_of(hand).notes[0].y) == (320, 320)


# --- selecting -----------------------------------------------------------------------------------------


def test_the_rubber_band_selects_what_it_touches(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.drag((-40, -40), (260, 20))
    assert selected(hand) == ["n0", "n1"]
    hand.drag((-40, 200), (700, 300))
    assert selected(hand) == []


def test_ctrl_adds_to_a_selection_and_takes_away(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.click(hand.head("n0"))
    hand.click(hand.head("n2"), CTRL)
    assert selected(hand) == ["n0", "n2"]
    hand.click(hand.head("n0"), CTRL)
    assert selected(hand) == ["n2"]
    hand.drag((-40, -40), (20, 20), LEFT, SHIFT)
    assert selected(hand) == ["n0", "n2"]


def test_a_click_beside_everything_selects_nothing(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.click(hand.head("n0"))
    hand.click((300, 400))
    assert not hand.canvas.selection.parts


def test_an_edge_is_selected_by_a_click_and_deleted_by_a_key(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.click((200, 30))
    assert hand.canvas.selection.parts == Parts(edges=frozenset({("n0", "entered", "n1")}))
    hand.key(Qt.Key.Key_Delete)
    assert edges_of(hand) == {("n1", "sent", "n2")}


def test_deleting_a_node_joins_its_neighbours_and_undo_brings_all_back(opened: Open) -> None:
    hand = opened(CHAIN)
    said: list[str] = []
    hand.canvas.undoable.connect(said.append)
    hand.click(hand.head("n1"))
    hand.key(Qt.Key.Key_Delete)
    assert [one.id for one in flow_of(hand).nodes] == ["n0", "n2"]
    assert edges_of(hand) == {("n0", "entered", "n2")}
    assert said == ["Deleted N1, joined its neighbours"]
    assert not hand.canvas.selection.parts
    undo(hand)
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_a_double_click_asks_to_open_the_node(opened: Open) -> None:
    hand = opened(CHAIN)
    asked: list[str] = []
    hand.canvas.open_requested.connect(asked.append)
    hand.double_click(hand.head("n1"))
    hand.key(Qt.Key.Key_Return)
    assert asked == ["n1", "n1"]


# --- keys ----------------------------------------------------------------------------------------------


def test_arrows_move_by_8_and_with_shift_by_64_as_one_step(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.click(hand.head("n1"))
    hand.key(Qt.Key.Key_Right, CTRL)
    hand.key(Qt.Key.Key_Down, SHIFT)
    hand.key(Qt.Key.Key_Left, CTRL)
    assert (flow_of(hand).by_id["n1"].x, flow_of(hand).by_id["n1"].y) == (240, 64)
    assert hand.canvas.document.undo_stack.count() == 1


def test_esc_ends_what_is_lit_and_then_the_selection(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.click(hand.head("n1"))
    hand.canvas.walk((Step("n0", "entered", "Tue 14:02"), Step("n1")))
    assert hand.canvas.scene.nodes["n2"].opacity() < 1
    hand.key(Qt.Key.Key_Escape)
    assert hand.canvas.scene.nodes["n2"].opacity() == 1
    assert selected(hand) == ["n1"]
    hand.key(Qt.Key.Key_Escape)
    assert selected(hand) == []


def test_keys_of_the_actions_reach_the_canvas(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.activateWindow()
    hand.canvas.view.setFocus()
    hand.key(Qt.Key.Key_A, CTRL)
    assert selected(hand) == ["n0", "n1", "n2"]
    hand.key(Qt.Key.Key_D, CTRL)
    assert len(flow_of(hand).nodes) == 6
    hand.key(Qt.Key.Key_Z, CTRL)
    assert len(flow_of(hand).nodes) == 3
    hand.key(Qt.Key.Key_Y, CTRL)
    assert len(flow_of(hand).nodes) == 6


def test_copy_and_paste_go_as_text_from_one_canvas_to_another(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts.of_nodes(["n1", "n2"]))
    hand.canvas.run("copy")
    assert QGuiApplication.clipboard().text().startswith('{"format": "chainwright.flow"')
    hand.canvas.set_document(opened(Flow("Other")).canvas.document)
    hand.canvas.run("paste")
    assert [one.kind for one in flow_of(hand).nodes] == ["email", "end"]
    assert len(flow_of(hand).edges) == 1
    assert len(hand.canvas.selected) == 2


def test_pasting_what_is_no_flow_is_answered_in_words(opened: Open) -> None:
    hand = opened(CHAIN)
    said: list[str] = []
    hand.canvas.said.connect(said.append)
    QGuiApplication.clipboard().setText("Dear Anna")
    hand.canvas.run("paste")
    assert said == ["The clipboard holds no part of a flow. Copy nodes first"]
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_cut_leaves_the_rest(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts.of_nodes(["n1"]))
    hand.canvas.run("cut")
    hand.canvas.run("paste")
    assert sorted(one.kind for one in flow_of(hand).nodes) == ["email", "end", "entry.manual"]


# --- looking about -------------------------------------------------------------------------------------


def test_the_middle_button_and_space_pan(opened: Open) -> None:
    hand = opened(CHAIN)
    view = hand.canvas.view
    before = view.to_scene(QPointF(0, 0))
    hand.press((300, 300), MIDDLE)
    start = view.to_screen(QPointF(300, 300))
    hand.move((350, 340), MIDDLE)
    assert view.to_screen(QPointF(300, 300)) - start == QPointF(50, 40)
    hand.release((300, 300), MIDDLE)
    hand.hold(Qt.Key.Key_Space)
    assert view.viewport().cursor().shape() is Qt.CursorShape.OpenHandCursor
    hand.press(hand.head("n1"))
    x, y = hand.head("n1")
    hand.move((x - 50, y - 40))
    hand.release((x, y))
    hand.let_go(Qt.Key.Key_Space)
    assert view.to_scene(QPointF(0, 0)) == before
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_the_wheel_pans_and_with_ctrl_zooms_at_the_pointer(opened: Open) -> None:
    hand = opened(CHAIN)
    view = hand.canvas.view
    there = view.to_screen(QPointF(240, 28))
    hand.wheel((240, 28), 0, 120, CTRL)
    assert round(view.zoom, 3) == 1.2
    now = view.to_screen(QPointF(240, 28))
    assert (now - there).manhattanLength() <= 2
    left = view.seen.left()
    hand.wheel((240, 28), 0, -120, SHIFT)
    assert view.seen.left() > left


def test_zoom_stops_at_10_and_200_percent(opened: Open) -> None:
    hand = opened(CHAIN)
    view = hand.canvas.view
    reached: list[bool] = []
    view.limit_reached.connect(lambda: reached.append(True))
    for _ in range(30):
        hand.canvas.actions_["zoom-in"].trigger()
    assert view.zoom == 2.0
    for _ in range(40):
        hand.canvas.actions_["zoom-out"].trigger()
    assert view.zoom == 0.1
    assert reached


def test_fit_shows_everything_clear_of_the_cards(opened: Open) -> None:
    hand = opened(chain("entry.manual", *["email"] * 12, "end"))
    hand.canvas.fit()
    assert hand.canvas.view.seen.contains(hand.canvas.scene.extent())


def test_reveal_selects_a_node_and_brings_it_into_the_middle(opened: Open) -> None:
    hand = opened(chain("entry.manual", *["email"] * 12, "end"))
    hand.canvas.fit()
    hand.canvas.reveal("n9")
    assert selected(hand) == ["n9"]
    assert hand.canvas.view.zoom >= 0.6
    middle = hand.canvas.view.seen.center()
    assert (
        hand.canvas.scene.drawing.body("n9")
        .grown(4)
        .touches(type(hand.canvas.scene.drawing.body("n9"))(middle.x(), middle.y(), 1, 1))
    )
    hand.canvas.reveal("no such node")
    assert selected(hand) == ["n9"]


def test_the_minimap_moves_the_view(opened: Open) -> None:
    hand = opened(chain("entry.manual", *["email"] * 12, "end"))
    hand.canvas._minimap.asked.emit(QPointF(1200, 28))
    assert (hand.canvas.view.seen.center() - QPointF(1200, 28)).manhattanLength() <= 2


def test_a_kind_is_added_in_the_middle_of_the_view(opened: Open) -> None:
    hand = opened(CHAIN)
    name = hand.canvas.add_kind_at_centre("email")
    body = hand.canvas.scene.extent_of([name])
    assert hand.canvas.view.seen.contains(body)
    assert selected(hand) == [name]


def test_tidying_is_one_step_and_undone_to_the_same_bytes(opened: Open) -> None:
    flow = Flow("F", CHAIN.nodes[::-1], CHAIN.edges)
    hand = opened(flow)
    hand.canvas.run("tidy")
    assert hand.canvas.document.undo_stack.count() == 1
    undo(hand)
    assert write_flow(flow_of(hand)) == write_flow(flow)


def test_holding_a_drag_at_the_border_scrolls(opened: Open) -> None:
    hand = opened(CHAIN)
    seen = hand.canvas.view.seen
    x, y = hand.head("n1")
    hand.drag((x, y), (seen.right() - 4, y + 200), let_go=False)
    assert hand.canvas.view._hand._scroller.isActive()
    hand.canvas.view._hand._scroll()
    assert hand.canvas.view.seen.left() > seen.left()
    hand.key(Qt.Key.Key_Escape)
    assert not hand.canvas.view._hand._scroller.isActive()
