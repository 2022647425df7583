"""What is picked out of the workspace: another flow, a segment."""

from __future__ import annotations

from app.model.flow import Flow, Node
from app.ui.inspector.picked import FlowEditor, SegmentEditor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk, basket_flow
from tests.gui.ui.forms import alone, of, said
from tests.gui.ui.person import Person


def offered(editor: FlowEditor | SegmentEditor) -> list[str]:
    editor.choice.fill()
    return [editor.choice.itemText(place) for place in range(editor.choice.count())]


def start(open_window: Opener, desk: MemoryDesk, flow: str = "") -> Person:
    return alone(open_window, desk, "start", {"flow": flow} if flow else {})


def test_the_other_flows_are_offered_and_never_the_open_one(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    desk.put(Flow("Willkommen 割引", (Node("s", "entry.manual", ""),)))
    person = start(open_window, desk)
    editor = of(person, "flow", FlowEditor)
    assert offered(editor) == ["Abandoned basket", "Willkommen 割引"]
    person.choose(editor.choice, "Willkommen 割引")
    assert said(person, "flow") == "Willkommen 割引"


def test_a_flow_that_is_gone_stays_chosen_and_says_so(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = start(open_window, desk, "Win back")
    editor = of(person, "flow", FlowEditor)
    assert editor.choice.currentText() == "Win back (not there)"
    assert said(person, "flow") == "Win back"


def test_where_there_is_no_other_flow_that_is_said(open_window: Opener, desk: MemoryDesk) -> None:
    person = start(open_window, desk)
    assert offered(of(person, "flow", FlowEditor)) == ["There is no other flow yet"]


def test_a_schedule_may_be_for_everybody(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "entry.schedule", {"segment": "Stammkunden"})
    editor = of(person, "segment", SegmentEditor)
    assert editor.choice.currentText() == "Stammkunden (not there)"
    person.choose(editor.choice, "")
    assert editor.choice.currentText() == "Everybody"
    assert said(person, "segment") is None
