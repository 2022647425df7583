"""Notes, frames, colours and boxes, by real mouse and key events."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas import edits
from app.canvas.collapse import close
from app.canvas.colors import hue_of
from app.canvas.commands import AddNodes
from app.canvas.frames import Frame, frames_of
from app.canvas.geometry import Rect
from app.canvas.items.box import BoxItem
from app.canvas.selection import Parts
from app.canvas.widget import Canvas
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Node, Note
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import chain

CTRL = Qt.KeyboardModifier.ControlModifier
STORY = chain("entry.manual", "email", "sms", "popup", "end")
NOTE = Note("note1", "Ask Mia\nPrices change", 0, 200, 200, 96)
FRAME = Frame("frame1", "Season", -40, -40, 448, 200)
PAPERS = edits.framed(replace(STORY, notes=(NOTE,)), FRAME)


def one_step(canvas: Canvas, before: Flow, words: str) -> None:
    """What was done is one step of undo with these words, back and forth to the same bytes."""
    stack, after = canvas.document.undo_stack, write_flow(canvas.document.flow)
    assert stack.count() == 1
    assert stack.undoText() == words
    stack.undo()
    assert write_flow(canvas.document.flow) == write_flow(before)
    stack.redo()
    assert write_flow(canvas.document.flow) == after


def typed(canvas: Canvas, text: str) -> None:
    field = canvas.papers.editor.field
    if text.isascii():
        QTest.keyClicks(field, text)
    else:
        field.insertPlainText(text)  # as an input method does


# --- frames --------------------------------------------------------------------------------------------


def test_a_frame_is_drawn_by_hand_and_what_would_be_inside_rings_meanwhile(opened: Open) -> None:
    hand = opened(STORY)
    canvas = hand.canvas
    canvas.run("frame")
    hand.drag((-30, -30), (421, 141), let_go=False)
    assert canvas.selection.parts == Parts.of_nodes({"n0", "n1"})
    hand.release((421, 141))
    (frame,) = frames_of(canvas.document.flow)
    assert (frame.x, frame.y, frame.width, frame.height) == (-32, -32, 456, 176)
    assert canvas.selection.parts == Parts(frames=frozenset({frame.id}))
    one_step(canvas, STORY, "Draw a frame")


def test_its_title_is_asked_at_once_and_is_a_step_of_its_own(opened: Open) -> None:
    hand = opened(STORY)
    canvas = hand.canvas
    canvas.run("frame")
    hand.drag((-30, -30), (421, 141))
    assert canvas.renamer.field.isVisible()
    canvas.renamer.field.insert("Weihnachten 💐")  # as an input method does
    QTest.keyClick(canvas.renamer.field, Qt.Key.Key_Return)
    assert frames_of(canvas.document.flow)[0].title == "Weihnachten 💐"
    assert canvas.document.undo_stack.count() == 2


def test_too_small_a_frame_is_none_and_the_tool_is_put_away(opened: Open) -> None:
    hand = opened(STORY)
    canvas = hand.canvas
    canvas.run("frame")
    hand.drag((-30, 100), (30, 140))
    assert not frames_of(canvas.document.flow)
    assert canvas.document.undo_stack.count() == 0
    hand.drag((-30, 100), (400, 300))
    assert not frames_of(canvas.document.flow), "this was a rubber band again"


@pytest.mark.parametrize("begun", [False, True])
def test_escape_puts_the_frame_tool_away(opened: Open, begun: bool) -> None:
    hand = opened(STORY)
    canvas = hand.canvas
    canvas.selection.set(Parts())
    canvas.run("frame")
    if begun:
        hand.drag((-30, 100), (400, 300), let_go=False)
    before = len(canvas.scene.items())
    hand.key(Qt.Key.Key_Escape)
    if begun:
        hand.release((400, 300))
        assert len(canvas.scene.items()) == before - 1
    hand.drag((-30, 100), (400, 300))
    assert not frames_of(canvas.document.flow)


def test_a_frame_goes_around_what_is_selected(opened: Open) -> None:
    canvas = opened(STORY).canvas
    canvas.selection.set(Parts.of_nodes({"n1", "n2"}))
    canvas.run("frame")
    (frame,) = frames_of(canvas.document.flow)
    for name in ("n1", "n2"):
        body = canvas.scene.drawing.body(name)
        assert frame.x <= body.x - 24
        assert frame.y <= body.y - 40
        assert frame.x + frame.width >= body.right + 24
    assert (frame.x % 8, frame.y % 8, frame.width % 8, frame.height % 8) == (0, 0, 0, 0)


def test_a_frame_moves_what_is_inside_also_by_keys(opened: Open) -> None:
    hand = opened(PAPERS)
    canvas = hand.canvas
    hand.drag((100, -20), (140, 20))
    flow = canvas.document.flow
    assert frames_of(flow)[0].x == 0
    assert [flow.by_id[name].x for name in ("n0", "n1", "n2")] == [40, 280, 480]
    one_step(canvas, PAPERS, "Move a frame")


@pytest.mark.parametrize(
    ("grip", "to", "area"),
    [
        ((407, 130), (441, 300), (-40, -40, 480, 200)),
        ((-39, 40), (-62, 0), (-64, -40, 472, 200)),
        ((406, 158), (300, 90), (-40, -40, 344, 136)),
        ((-38, -38), (1000, 1000), (344, 96, 64, 64)),
    ],
)
def test_a_frame_is_resized_by_edges_and_corners_on_the_grid(
    opened: Open, grip: tuple[float, float], to: tuple[float, float], area: tuple[float, ...]
) -> None:
    hand = opened(PAPERS)
    hand.drag(grip, to)
    frame = frames_of(hand.canvas.document.flow)[0]
    assert (frame.x, frame.y, frame.width, frame.height) == area
    assert hand.canvas.document.flow.by_id["n0"].x == 0, "what is inside stays"
    one_step(hand.canvas, PAPERS, "Resize a frame")


def test_the_pointer_says_where_paper_can_be_pulled(opened: Open) -> None:
    hand = opened(PAPERS)
    viewport = hand.canvas.view.viewport()
    for at, cursor in (
        ((407, 130), Qt.CursorShape.SizeHorCursor),
        ((200, 296), Qt.CursorShape.SizeFDiagCursor),
        ((100, 250), Qt.CursorShape.ArrowCursor),
        ((100, 295), Qt.CursorShape.SizeVerCursor),
    ):
        hand.hover(at)
        assert viewport.cursor().shape() is cursor, at


def test_escape_in_the_middle_of_a_pull_leaves_the_size(opened: Open) -> None:
    hand = opened(PAPERS)
    hand.drag((199, 290), (300, 400), let_go=False)
    assert hand.canvas.scene.notes["note1"].note.width > 200
    hand.key(Qt.Key.Key_Escape)
    hand.release((300, 400))
    assert hand.canvas.scene.notes["note1"].note == NOTE
    assert hand.canvas.document.flow == PAPERS


def test_deleting_a_frame_keeps_what_is_inside_unless_asked_otherwise(opened: Open) -> None:
    canvas = opened(PAPERS).canvas
    canvas.selection.set(Parts(frames=frozenset({"frame1"})))
    canvas.run("delete")
    assert not frames_of(canvas.document.flow)
    assert canvas.document.flow.nodes == PAPERS.nodes
    canvas.document.undo_stack.undo()
    canvas.document.undo_stack.clear()
    canvas.selection.set(Parts(frames=frozenset({"frame1"})))
    canvas.run("delete-all")
    assert [node.id for node in canvas.document.flow.nodes] == ["n2", "n3", "n4"]
    one_step(canvas, PAPERS, "Delete a frame with what is inside")


def test_a_frame_fits_itself_to_what_is_inside(opened: Open) -> None:
    canvas = opened(PAPERS).canvas
    canvas.selection.set(Parts(frames=frozenset({"frame1"}), notes=frozenset({"note1"})))
    canvas.run("fit-paper")
    frame = frames_of(canvas.document.flow)[0]
    assert (frame.x, frame.y) == (-24, -40)
    assert canvas.document.flow.notes[0].height == 72
    one_step(canvas, PAPERS, "Fit to what is inside")


# --- notes ---------------------------------------------------------------------------------------------


def test_a_new_note_is_written_in_place_and_is_one_step(opened: Open) -> None:
    canvas = opened(STORY).canvas
    canvas.selection.set(Parts.of_nodes({"n1"}))
    canvas.run("note")
    typed(canvas, "Größe **zählt**")
    QTest.keyClick(canvas.papers.editor.field, Qt.Key.Key_Escape)
    (note,) = canvas.document.flow.notes
    assert note.text == "Größe **zählt**"
    body = canvas.scene.drawing.body("n1")
    assert note.x == body.x
    assert note.y >= body.bottom + 16
    one_step(canvas, STORY, "Add a note")


def test_a_note_for_no_node_covers_none(opened: Open) -> None:
    canvas = opened(STORY).canvas
    canvas.selection.clear()
    body = canvas.scene.drawing.body("n1")
    canvas.view.centerOn(*body.center)
    wish = canvas.view.spot()
    assert Rect(wish.x, wish.y, 160, 72).touches(body)
    canvas.run("note")
    typed(canvas, "Here")
    QTest.keyClick(canvas.papers.editor.field, Qt.Key.Key_Escape)
    (note,) = canvas.document.flow.notes
    area = Rect(note.x, note.y, note.width, note.height)
    assert not any(area.touches(other) for other in canvas.scene.drawing.bodies().values())


def test_a_new_note_without_words_disappears(opened: Open) -> None:
    hand = opened(STORY)
    canvas = hand.canvas
    canvas.run("note")
    assert canvas.papers.editor.field.isVisible()
    typed(canvas, "  ")
    hand.click((500, 400))
    assert not canvas.papers.editor.field.isVisible()
    assert canvas.document.flow == STORY
    assert canvas.document.undo_stack.count() == 0


def test_a_double_click_opens_the_text_and_a_click_beside_it_keeps_it(opened: Open) -> None:
    hand = opened(PAPERS)
    canvas = hand.canvas
    hand.double_click((60, 240))
    assert canvas.papers.editor.field.toPlainText() == NOTE.text
    typed(canvas, " in May")
    hand.click((600, 400))
    assert canvas.document.flow.notes[0].text == "Ask Mia\nPrices change in May"
    one_step(canvas, PAPERS, "Change a note")


def test_a_note_that_was_emptied_is_deleted(opened: Open) -> None:
    canvas = opened(PAPERS).canvas
    canvas.papers.text("note1")
    canvas.papers.editor.field.selectAll()
    QTest.keyClick(canvas.papers.editor.field, Qt.Key.Key_Delete)
    QTest.keyClick(canvas.papers.editor.field, Qt.Key.Key_Escape)
    assert not canvas.document.flow.notes
    one_step(canvas, PAPERS, "Delete a note")


def test_letters_typed_into_a_note_are_no_commands(opened: Open) -> None:
    canvas = opened(PAPERS).canvas
    canvas.papers.text("note1")
    typed(canvas, " cmen")
    QTest.keyClick(canvas.papers.editor.field, Qt.Key.Key_Delete)
    QTest.keyClick(canvas.papers.editor.field, Qt.Key.Key_A, CTRL)
    assert canvas.papers.editor.is_open
    assert canvas.document.flow == PAPERS


def test_ctrl_b_makes_what_is_selected_strong_and_back(opened: Open) -> None:
    canvas = opened(PAPERS).canvas
    canvas.papers.text("note1")
    field = canvas.papers.editor.field
    field.setPlainText("now")
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_B, CTRL)
    assert field.toPlainText() == "**now**"
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_B, CTRL)
    assert field.toPlainText() == "now"


def test_a_note_grows_with_its_text(opened: Open) -> None:
    canvas = opened(PAPERS).canvas
    canvas.papers.text("note1")
    canvas.papers.editor.field.setPlainText("line\n" * 12)
    QTest.keyClick(canvas.papers.editor.field, Qt.Key.Key_Escape)
    note = canvas.document.flow.notes[0]
    assert note.height > 200
    assert note.height % 8 == 0


def test_another_document_ends_the_editing_and_keeps_the_text(opened: Open) -> None:
    from app.canvas.document import CanvasDocument

    canvas = opened(PAPERS).canvas
    first = canvas.document
    canvas.papers.text("note1")
    typed(canvas, "!")
    canvas.set_document(CanvasDocument(STORY, canvas))
    assert first.flow.notes[0].text.endswith("change!")
    assert not canvas.papers.editor.is_open


def test_f2_opens_what_is_selected(opened: Open) -> None:
    hand = opened(PAPERS)
    canvas = hand.canvas
    canvas.selection.set(Parts(notes=frozenset({"note1"})))
    hand.key(Qt.Key.Key_F2)
    assert canvas.papers.editor.is_open
    canvas.papers.close()
    canvas.selection.set(Parts(frames=frozenset({"frame1"})))
    hand.key(Qt.Key.Key_F2)
    assert canvas.renamer.field.text() == "Season"


# --- colours -------------------------------------------------------------------------------------------


def test_everything_selected_takes_a_colour_as_one_step(opened: Open) -> None:
    canvas = opened(PAPERS).canvas
    canvas.run("select-all")
    canvas.run("color-teal")
    flow = canvas.document.flow
    assert {hue_of(node.extra) for node in flow.nodes} == {"teal"}
    assert hue_of(flow.notes[0].extra) == hue_of(frames_of(flow)[0].extra) == "teal"
    assert canvas.scene.nodes["n0"].face.hue == "teal"
    one_step(canvas, PAPERS, "Colour")
    canvas.run("color-none")
    assert write_flow(canvas.document.flow) == write_flow(PAPERS)


def test_a_colour_is_seen_and_does_not_change_where_the_tile_says_what_it_is(opened: Open) -> None:
    canvas = opened(STORY).canvas

    def grabbed() -> object:
        corner = canvas.view.to_screen(QPointF(*canvas.scene.drawing.places["n1"])).toPoint()
        return canvas.view.grab().toImage().copy(corner.x(), corner.y(), 160, 56)

    before = grabbed()
    canvas.selection.set(Parts.of_nodes({"n1"}))
    canvas.run("color-orange")
    canvas.selection.clear()
    after = grabbed()
    differing = {
        x
        for x in range(160)
        for y in range(56)
        if before.pixel(x, y) != after.pixel(x, y)  # type: ignore[attr-defined]
    }
    assert differing
    assert max(differing) < 10, "the stripe stands left of the tile"


# --- boxes ---------------------------------------------------------------------------------------------


def test_what_follows_closes_into_one_box_and_a_double_click_opens_it(opened: Open) -> None:
    hand = opened(STORY)
    canvas = hand.canvas
    hand.click(hand.head("n1"))
    canvas.run("collapse-following")
    QApplication.processEvents()
    assert set(canvas.scene.nodes) == {"n0", "n1", "n2"}
    assert isinstance(canvas.scene.nodes["n2"], BoxItem)
    assert canvas.selected == ("n2", "n3", "n4")
    one_step(canvas, STORY, "Collapse 3 nodes")
    hand.double_click(hand.head("n2"))
    assert write_flow(canvas.document.flow) == write_flow(STORY)
    assert set(canvas.scene.nodes) == {"n0", "n1", "n2", "n3", "n4"}


@pytest.fixture
def boxed(opened: Open) -> Fingers:
    """n1, n2 and n3 in one box."""
    return opened(close(STORY, {"n1", "n2", "n3"}))


def test_what_a_box_hides_is_neither_drawn_nor_hit(boxed: Fingers) -> None:
    assert set(boxed.canvas.scene.nodes) == {"n0", "n1", "n4"}
    boxed.click((490, 28))
    assert boxed.canvas.selected == ()


def test_moving_a_box_moves_all_inside_and_its_wires_follow(boxed: Fingers) -> None:
    canvas, before = boxed.canvas, boxed.canvas.document.flow
    x, y = boxed.head("n1")
    boxed.drag((x, y), (x + 40, y + 160))
    moved = canvas.document.flow.by_id
    assert {name: (moved[name].x - before.by_id[name].x, moved[name].y) for name in ("n1", "n2", "n3")} == {
        "n1": (40, 160),
        "n2": (40, 160),
        "n3": (40, 160),
    }
    assert moved["n4"] == before.by_id["n4"]
    one_step(canvas, before, "Move 3 nodes")


def test_a_box_is_selected_copied_and_deleted_with_all_inside(boxed: Fingers) -> None:
    canvas = boxed.canvas
    boxed.click(boxed.head("n1"))
    assert canvas.selected == ("n1", "n2", "n3")
    canvas.run("copy")
    text = QGuiApplication.clipboard().text()
    assert all(f'"{name}"' in text for name in ("n1", "n2", "n3"))
    canvas.run("delete")
    assert [node.id for node in canvas.document.flow.nodes] == ["n0", "n4"]
    assert "groups" not in canvas.document.flow.extra


def test_ctrl_click_takes_a_whole_box_to_the_selection_and_out_again(boxed: Fingers) -> None:
    boxed.click(boxed.head("n0"))
    boxed.click(boxed.head("n1"), CTRL)
    assert list(boxed.canvas.selected) == ["n0", "n1", "n2", "n3"]
    boxed.click(boxed.head("n1"), CTRL)
    assert boxed.canvas.selected == ("n0",)


def test_a_wire_is_pulled_from_the_way_out_of_a_box_and_into_it(boxed: Fingers) -> None:
    canvas = boxed.canvas
    end = replace(STORY.by_id["n4"], id="end2", y=300)
    canvas.document.do(AddNodes(canvas.document, [end]))
    canvas.scene.settle()
    (row,) = canvas.scene.drawing.faces["n1"].rows
    boxed.drag(boxed.port("n1", row.outlet), boxed.inlet("end2"))
    source, outlet = canvas.scene.drawing.outlet_of("n1", row.outlet)
    assert canvas.document.flow.leading[source, outlet] == "end2"


def test_finding_a_hidden_node_opens_its_box(boxed: Fingers) -> None:
    canvas = boxed.canvas
    canvas.reveal("n3")
    assert canvas.selected == ("n3",)
    assert set(canvas.scene.nodes) == {"n0", "n1", "n2", "n3", "n4"}


def test_a_box_has_a_title_that_it_keeps(boxed: Fingers) -> None:
    canvas = boxed.canvas
    boxed.click(boxed.head("n1"))
    boxed.key(Qt.Key.Key_F2)
    canvas.renamer.field.setText("Second try")
    QTest.keyClick(canvas.renamer.field, Qt.Key.Key_Return)
    assert canvas.scene.nodes["n1"].face.title == "Second try"
    canvas.run("open-up")
    canvas.run("collapse-selection")
    assert canvas.scene.nodes["n1"].face.title == "Second try"


def test_edges_into_a_box_can_be_selected_and_cut(boxed: Fingers) -> None:
    canvas = boxed.canvas
    first, box = canvas.scene.drawing.body("n0"), canvas.scene.drawing.body("n1")
    boxed.click(((first.right + box.x) / 2, 28))
    assert canvas.selection.parts.edges == {("n0", "entered", "n1")}
    canvas.run("disconnect")
    assert Edge("n0", "entered", "n1") not in canvas.document.flow.edges


def test_a_frame_is_copied_with_all_inside_and_pasted_beside_itself(opened: Open) -> None:
    canvas = opened(PAPERS).canvas
    (frame,) = frames_of(canvas.document.flow)
    canvas.selection.set(Parts(frames=frozenset({frame.id})))
    canvas.run("copy")
    canvas.run("paste")
    flow = canvas.document.flow
    first, second = frames_of(flow)
    assert (first, second.title) == (frame, frame.title)
    assert second.id != frame.id
    assert len(flow.nodes) == 2 * len(PAPERS.nodes) - len([n for n in PAPERS.nodes if not within(frame, n)])
    assert canvas.selection.parts.frames == {second.id}
    one_step(canvas, PAPERS, "Paste")


def test_a_frame_that_is_cut_takes_what_is_inside_along(opened: Open) -> None:
    canvas = opened(PAPERS).canvas
    (frame,) = frames_of(canvas.document.flow)
    canvas.selection.set(Parts(frames=frozenset({frame.id})))
    canvas.run("cut")
    assert not frames_of(canvas.document.flow)
    assert [n.id for n in canvas.document.flow.nodes] == [n.id for n in PAPERS.nodes if not within(frame, n)]


def test_alt_drags_a_copy_of_a_frame_with_all_inside(opened: Open) -> None:
    hand = opened(PAPERS)
    canvas = hand.canvas
    hand.drag((100, -20), (100, 380), keys=Qt.KeyboardModifier.AltModifier)
    first, second = frames_of(canvas.document.flow)
    assert (second.x, second.y) == (first.x, first.y + 400)
    assert len(canvas.document.flow.nodes) > len(PAPERS.nodes)


def within(frame: Frame, node: Node) -> bool:
    return (
        frame.x <= node.x <= frame.x + frame.width - 100 and frame.y <= node.y <= frame.y + frame.height - 40
    )
