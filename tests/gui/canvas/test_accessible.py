from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication

from app.canvas.accessible import answers
from app.canvas.hits import Hit, Target
from app.canvas.selection import Parts
from app.model.flow import Edge, Flow, Note, Problem
from app.model.ports import Counts
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import chain, node

Text = QAccessible.Text
FLOW = Flow(
    "Baskets",
    nodes=(
        node("start", "entry.manual", 0, 0),
        node("letter", "email", 240, 0, subject="Hello"),
        node("end", "end", 520, 0),
    ),
    edges=(Edge("start", "entered", "letter"), Edge("letter", "sent", "end")),
    notes=(Note("n1", "Ask Anna\nbefore Friday", 0, 300),),
    extra={"frames": [{"id": "f1", "title": "Winter", "x": 0, "y": 400, "width": 200, "height": 120}]},
)


def pane(hand: Fingers) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(hand.canvas.view)


def names(hand: Fingers) -> list[str]:
    found = pane(hand)
    return [found.child(number).text(Text.Name) for number in range(found.childCount() - 1)]


def of(hand: Fingers, beginning: str) -> QAccessibleInterface:
    found = pane(hand)
    return next(
        found.child(number)
        for number in range(found.childCount() - 1)
        if found.child(number).text(Text.Name).startswith(beginning)
    )


def announced(hand: Fingers) -> list[str]:
    heard: list[str] = []
    hand.canvas.spoken.announced.connect(heard.append)
    return heard


@pytest.fixture
def listening() -> Iterator[None]:
    """A screen reader is there."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def test_every_part_is_a_child_of_the_canvas_and_says_what_it_is(opened: Open) -> None:
    hand = opened(FLOW)
    assert names(hand) == [
        "Start, Added by hand, node 1 of 3",
        "Letter, E-mail, node 2 of 3",
        "End, End, node 3 of 3",
        "Edge from Start, entered, to Letter",
        "Edge from Letter, sent, to End",
        "Note: Ask Anna",
        "Frame: Winter",
    ]
    assert pane(hand).text(Text.Name) == "Drawing of Baskets"
    assert pane(hand).role() is QAccessible.Role.Canvas


def test_the_cards_over_the_paper_stay_reachable_behind_the_parts(opened: Open) -> None:
    hand = opened(FLOW)
    found = pane(hand)
    last = found.child(found.childCount() - 1)
    assert last.object() is hand.canvas.view.viewport()
    assert found.indexOfChild(last) == found.childCount() - 1
    assert last.childCount() > 0


def test_a_node_tells_who_gets_there_where_it_leads_and_what_is_wrong(opened: Open) -> None:
    hand = opened(FLOW)
    hand.canvas.set_problems(
        [Problem("missing-setting", "error", "Letter has no text", "", nodes=("letter",))]
    )
    hand.canvas.set_counts(Counts(here={"letter": 21}))
    letter = of(hand, "Letter")
    told = letter.text(Text.Description)
    assert "sent: to End." in told
    assert told.endswith("Letter has no text.")
    assert letter.text(Text.Value) == "21 people are here now"
    assert of(hand, "End").text(Text.Value) == ""


def test_relations_lead_to_the_next_and_the_node_before(opened: Open) -> None:
    hand = opened(FLOW)
    related = {made.text(Text.Name).split(",")[0]: how for made, how in of(hand, "Letter").relations()}
    assert related == {"End": QAccessible.RelationFlag.FlowsTo, "Start": QAccessible.RelationFlag.FlowsFrom}
    only = of(hand, "Letter").relations(QAccessible.RelationFlag.FlowsTo)
    assert [made.text(Text.Name) for made, _ in only] == ["End, End, node 3 of 3"]


def test_focus_selection_and_place_on_screen_are_told(opened: Open) -> None:
    hand = opened(FLOW)
    hand.canvas.focus.walk_to(Hit(Target.NODE, "letter"))
    letter = of(hand, "Letter")
    assert (letter.state().focused, letter.state().selected, letter.state().offscreen) == (1, 1, 0)
    assert of(hand, "End").state().focused == 0
    assert pane(hand).focusChild().text(Text.Name).startswith("Letter")
    body = hand.canvas.scene.drawing.body("letter")
    corner = hand.canvas.view.viewport().mapToGlobal(QPoint(round(body.x) + 100, round(body.y) + 100))
    assert letter.rect().topLeft() == corner
    assert letter.rect().width() == round(body.width)


def test_what_lies_under_a_place_of_the_screen_is_found(opened: Open) -> None:
    hand = opened(FLOW)
    at = of(hand, "Letter").rect().center()
    assert pane(hand).childAt(at.x(), at.y()).text(Text.Name).startswith("Letter")
    note = of(hand, "Note").rect().center()
    assert pane(hand).childAt(note.x(), note.y()).text(Text.Name) == "Note: Ask Anna"
    assert pane(hand).childAt(-5000, -5000) is None


def test_what_is_deleted_is_no_child_any_more_and_undo_brings_it_back(opened: Open) -> None:
    hand = opened(FLOW)
    number = pane(hand).indexOfChild(of(hand, "Letter"))
    assert number == 1
    hand.canvas.selection.set(Parts.of_nodes(["letter"]))
    hand.canvas.run("delete")
    assert all(not name.startswith("Letter") for name in names(hand))
    assert hand.canvas.spoken.part(Hit(Target.NODE, "letter")) is None
    gc.collect()
    hand.canvas.run("undo")
    assert of(hand, "Letter").text(Text.Name) == "Letter, E-mail, node 2 of 3"


def test_of_a_thousand_nodes_only_those_are_made_that_are_asked_for(opened: Open) -> None:
    hand = opened(chain("entry.manual", *["email"] * 999))
    assert pane(hand).childCount() == 1000 + 999 + 1
    assert hand.canvas.spoken.made == 0
    assert pane(hand).child(500).text(Text.Name) == "N500, E-mail, node 501 of 1000"
    assert hand.canvas.spoken.made == 1
    assert pane(hand).child(5000) is None
    assert pane(hand).child(-1) is None


def test_steps_and_undo_are_announced_once(opened: Open) -> None:
    hand = opened(FLOW)
    heard = announced(hand)
    hand.canvas.focus.walk_to(Hit(Target.NODE, "letter"))
    hand.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    assert heard == ["Done: Move Letter"]
    hand.canvas.run("undo")
    QApplication.processEvents()
    assert heard == ["Done: Move Letter", "Taken back: Move Letter"]
    hand.canvas.run("delete")
    QApplication.processEvents()
    assert heard[2:] == ["Deleted Letter, joined its neighbours. Undo with Ctrl Z"]


def test_a_new_problem_is_announced_and_an_old_one_is_not_repeated(opened: Open) -> None:
    hand = opened(FLOW)
    heard = announced(hand)
    one = Problem("missing-setting", "error", "Letter has no text", "", nodes=("letter",))
    other = Problem("open-outlet", "error", "Start leads nowhere", "", nodes=("start",))
    hand.canvas.set_problems([one])
    hand.canvas.set_problems([one, other])
    hand.canvas.set_problems([other])
    assert heard == ["Problem: Letter has no text", "Problem: Start leads nowhere"]


def test_a_mode_tells_its_keys_while_it_lasts(opened: Open) -> None:
    hand = opened(FLOW)
    heard = announced(hand)
    hand.canvas.focus.walk_to(Hit(Target.NODE, "letter"))
    hand.key(Qt.Key.Key_M)
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Escape)
    assert heard == ["Arrows move it by 8, with Shift by 64, Enter keeps it here, Esc puts it back"]


def test_with_a_screen_reader_walking_edits_and_another_document_go_on(opened: Open, listening: None) -> None:
    hand = opened(FLOW)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_E, Qt.Key.Key_Delete, Qt.Key.Key_PageDown):
        hand.key(key)
        assert pane(hand).focusChild() is not None
    kept = of(hand, "Start")
    hand = opened(chain("entry.manual", "email"))
    assert names(hand)[0] == "N0, Added by hand, node 1 of 2"
    del kept
    gc.collect()
    assert len(names(hand)) == 3


def test_a_canvas_that_is_gone_is_answered_for_by_nothing(opened: Open, listening: None) -> None:
    hand = opened(FLOW)
    part = of(hand, "Letter")
    assert part.isValid()
    hand.canvas.set_document(hand.canvas.document.__class__(Flow("other"), hand.canvas))
    assert hand.canvas.spoken.made == 0
    assert pane(hand).childCount() == 1


def test_an_error_in_an_answer_is_logged_and_never_escapes(expect_log: Callable[[str], None]) -> None:
    expect_log("A screen reader could not be answered: broken")

    @answers(lambda: "nothing")
    def broken() -> str:
        raise KeyError("bug")

    assert broken() == "nothing"
