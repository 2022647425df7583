"""A chain is typed on the canvas, seen before it comes, and copied as one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.document import CanvasDocument
from app.canvas.parts.hint import EmptyHint
from app.canvas.selection import Parts
from app.canvas.widget import Canvas
from app.flows.bench import sample_flow
from app.flows.chains import say_chain
from app.flows.codec import write_flow
from app.flows.layout.setting import Layout, with_layout
from app.model.flow import Edge, Flow
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import chain, node

Open = Callable[[Flow], Fingers]
LINE = "wait 30m > email opened? yes: end no: sms"


@pytest.fixture
def letter(opened: Open) -> Canvas:
    """A start and a letter whose ways out are free; the letter is selected."""
    flow = Flow(
        "F",
        (node("start", "entry.manual"), node("mail", "email", 240, 0)),
        (Edge("start", "entered", "mail"),),
    )
    canvas = opened(flow).canvas
    canvas.selection.set(Parts.of_nodes(["mail"]))
    return canvas


def open_line(canvas: Canvas) -> None:
    canvas.view.setFocus()
    QTest.keyClick(canvas.view, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    if not canvas.chainer.is_open:  # Without a window manager no window is active, and keys reach no action.
        canvas.run("type-chain")


def put(canvas: Canvas, line: str) -> None:
    """Types into the line, letter by letter."""
    QTest.keyClicks(canvas.chainer.card.field, line)
    QApplication.processEvents()


def press(canvas: Canvas, key: Qt.Key) -> None:
    QTest.keyClick(canvas.chainer.card.field, key)
    QApplication.processEvents()


def items(canvas: Canvas) -> int:
    return len(canvas.scene.items())


def test_while_typing_the_branch_appears_as_ghosts_and_the_drawing_is_as_it_was(letter: Canvas) -> None:
    before, bare = write_flow(letter.document.flow), items(letter)
    open_line(letter)
    put(letter, "wait 30m")
    assert items(letter) == bare + 2
    put(letter, " > email opened? yes: end no: sms")
    assert items(letter) == bare + 8
    assert write_flow(letter.document.flow) == before
    assert letter.chainer.card.sentence == "Enter adds 4 nodes after Mail, sent."


def test_ghosts_cover_no_node_and_start_behind_the_free_outlet(letter: Canvas) -> None:
    open_line(letter)
    put(letter, LINE)
    draft, drawing = letter.chainer.draft, letter.scene.drawing
    assert draft is not None
    places = {name: draft.flow.by_id[name] for name in draft.nodes}
    assert all(place.x > drawing.body("mail").right for place in places.values())
    assert (draft.source, draft.outlet) == ("mail", "sent")
    assert len({(place.x, place.y) for place in places.values()}) == 4


def test_enter_adds_the_branch_as_one_step_joined_to_the_free_outlet(letter: Canvas) -> None:
    before = write_flow(letter.document.flow)
    open_line(letter)
    put(letter, LINE)
    press(letter, Qt.Key.Key_Return)
    flow = letter.document.flow
    assert letter.document.undo_stack.count() == 1
    assert letter.document.undo_stack.undoText() == "Add 4 nodes"
    added = 'wait 30m > email "Letter 1" opened? yes: end no: sms "SMS"'
    assert say_chain(flow) == f'start "Start" > email "Mail" > {added}'
    assert len(letter.selected) == 4
    assert not letter.chainer.is_open
    letter.run("undo")
    assert write_flow(letter.document.flow) == before


def test_esc_leaves_no_trace(letter: Canvas) -> None:
    before, bare, seen = write_flow(letter.document.flow), items(letter), letter.view.seen
    open_line(letter)
    put(letter, LINE + " > popup > popup > popup > popup > popup")
    assert letter.view.seen != seen
    press(letter, Qt.Key.Key_Escape)
    assert (write_flow(letter.document.flow), items(letter)) == (before, bare)
    assert letter.document.undo_stack.count() == 0
    assert letter.view.seen == seen
    assert letter.selected == ("mail",)
    assert letter.view.hasFocus() or not letter.isActiveWindow()


def test_a_word_that_is_not_understood_is_marked_and_enter_shows_it_instead_of_adding(letter: Canvas) -> None:
    open_line(letter)
    put(letter, "weit 30m > sms")
    card = letter.chainer.card
    assert card.marked == ((0, 4),)
    assert card.sentence == "“weit” is no step. Did you mean wait 30m?"
    press(letter, Qt.Key.Key_Return)
    assert letter.document.undo_stack.count() == 0
    assert card.field.textCursor().selectedText() == "weit"


@pytest.mark.parametrize(
    ("typed", "mended"),
    [("weit 30m > sms", "wait 30m > sms"), ("30m > sms", "wait 30m > sms"), ("🌷 > emial", "🌷 > email")],
)
def test_tab_takes_the_offered_word(letter: Canvas, typed: str, mended: str) -> None:
    open_line(letter)
    letter.chainer.card.field.setPlainText(typed)
    press(letter, Qt.Key.Key_Tab)
    assert letter.chainer.card.line == mended


def test_an_unfinished_line_is_not_marked_as_wrong(letter: Canvas) -> None:
    open_line(letter)
    put(letter, "popup >")
    assert letter.chainer.card.marked == ()
    assert "Still missing here" in letter.chainer.card.sentence


def test_with_nothing_selected_the_chain_begins_where_there_is_room(opened: Open) -> None:
    canvas = opened(chain("entry.manual", "email", "end")).canvas
    open_line(canvas)
    put(canvas, "event order_completed > sms")
    press(canvas, Qt.Key.Key_Return)
    flow, drawing = canvas.document.flow, canvas.scene.drawing
    assert len(flow.edges) == 3
    bodies = [drawing.body(name) for name in drawing.boxes]
    assert not any(one.touches(other) for n, one in enumerate(bodies) for other in bodies[:n])


def test_a_start_is_not_hung_on_the_selected_node(letter: Canvas) -> None:
    open_line(letter)
    put(letter, "event order_completed > sms")
    draft = letter.chainer.draft
    assert draft is not None
    assert draft.source == ""


def test_selecting_another_node_while_typing_hangs_the_chain_there(opened: Open) -> None:
    canvas = opened(Flow("", (node("a", "sms"), node("b", "sms", 0, 400)))).canvas
    canvas.selection.set(Parts.of_nodes(["a"]))
    open_line(canvas)
    put(canvas, "end")
    canvas.selection.set(Parts.of_nodes(["b"]))
    press(canvas, Qt.Key.Key_Return)
    assert [edge.source for edge in canvas.document.flow.edges] == ["b"]


def test_in_a_drawing_that_is_kept_tidy_what_makes_room_is_seen_and_put_back(opened: Open) -> None:
    flow = chain("entry.manual", "email", "delay", "email")
    canvas = opened(flow).canvas
    canvas.run("keep-tidy")
    before = {name: canvas.scene.drawing.places[name] for name in canvas.scene.drawing.boxes}
    canvas.selection.set(Parts.of_nodes(["n1"]))
    open_line(canvas)
    put(canvas, "sms? sent: end failed: end")
    draft = canvas.chainer.draft
    assert draft is not None
    assert draft.moved
    press(canvas, Qt.Key.Key_Escape)
    assert {name: canvas.scene.drawing.places[name] for name in canvas.scene.drawing.boxes} == before
    open_line(canvas)
    canvas.chainer.card.field.setPlainText("sms? sent: end failed: end")
    press(canvas, Qt.Key.Key_Return)
    assert {name: (one.x, one.y) for name, one in canvas.document.flow.by_id.items()} == {
        name: (one.x, one.y) for name, one in draft.flow.by_id.items()
    }


def test_a_check_has_the_ways_that_were_typed(opened: Open) -> None:
    canvas = opened(with_layout(Flow(""), Layout())).canvas
    open_line(canvas)
    put(canvas, "check? vip: sms else: end")
    press(canvas, Qt.Key.Key_Return)
    assert canvas.document.flow.nodes[0].settings["ways"] == [{"name": "vip"}]


def test_a_selection_is_copied_as_a_line_and_pasting_it_offers_it(letter: Canvas) -> None:
    open_line(letter)
    put(letter, LINE)
    press(letter, Qt.Key.Key_Return)
    letter.run("copy-chain")
    line = QGuiApplication.clipboard().text()
    assert line == 'wait 30m > email "Letter 1" opened? yes: end no: sms "SMS"'
    letter.selection.clear()
    steps = letter.document.undo_stack.count()
    letter.run("paste")
    assert letter.chainer.card.line == line
    assert letter.document.undo_stack.count() == steps
    press(letter, Qt.Key.Key_Return)
    assert len(letter.document.flow.nodes) == 10


def test_text_that_is_no_chain_is_not_offered(letter: Canvas) -> None:
    QGuiApplication.clipboard().setText("Dear Anna, thank you for your order")
    letter.run("paste")
    assert not letter.chainer.is_open


def test_another_document_closes_the_line(letter: Canvas) -> None:
    open_line(letter)
    put(letter, LINE)
    letter.set_document(CanvasDocument(Flow("Other"), letter))
    assert not letter.chainer.is_open
    assert not letter.chainer.card.isVisible()


def test_undo_while_the_line_is_open_keeps_the_ghosts_where_they_can_be(letter: Canvas) -> None:
    open_line(letter)
    put(letter, "sms > end")
    press(letter, Qt.Key.Key_Return)
    letter.selection.set(Parts.of_nodes(["sms1"]))
    open_line(letter)
    letter.chainer.card.field.setPlainText("popup")
    letter.run("undo")
    draft = letter.chainer.draft
    assert draft is not None
    assert draft.source == ""
    press(letter, Qt.Key.Key_Escape)


def test_in_a_large_drawing_the_ghosts_follow_when_the_keys_rest(opened: Open, qtbot: QtBot) -> None:
    canvas = opened(sample_flow(600)).canvas
    open_line(canvas)
    put(canvas, "sms > end")
    qtbot.waitUntil(lambda: canvas.chainer.draft is not None and len(canvas.chainer.draft.nodes) == 2)
    put(canvas, " #a")
    press(canvas, Qt.Key.Key_Return)
    assert len(canvas.document.flow.nodes) == 602


def test_ghosts_stay_where_they_are_while_the_line_grows_and_the_first_hint_is_gone(opened: Open) -> None:
    canvas = opened(Flow("")).canvas
    open_line(canvas)
    put(canvas, "popup")
    draft = canvas.chainer.draft
    assert draft is not None
    first = draft.flow.nodes[0]
    put(canvas, " > sms > email > popup > sms > email > popup > sms > email")
    draft = canvas.chainer.draft
    assert draft is not None
    assert (draft.flow.nodes[0].x, draft.flow.nodes[0].y) == (first.x, first.y)
    shown = canvas.view.seen
    assert all(shown.left() <= node.x <= shown.right() for node in draft.flow.nodes[:4])
    (hint,) = canvas.view.viewport().findChildren(EmptyHint)
    assert not hint.isVisible()
    press(canvas, Qt.Key.Key_Escape)
    assert hint.isVisible()
