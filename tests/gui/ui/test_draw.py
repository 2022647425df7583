from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from app.model.flow import Flow
from app.model.journey import FlowState
from app.ui.inspector.liquid import LiquidEditor
from app.ui.inspector.lists import TextsEditor
from app.ui.inspector.reactions import ReactionsEditor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.person import Person


def box(person: Person, name: str) -> QCheckBox:
    editor = person.editor("reactions")
    assert isinstance(editor, ReactionsEditor)
    return editor.boxes[name]


def test_a_flow_is_drawn_from_nothing_by_mouse_until_it_is_live_and_paused(open_window: Opener) -> None:
    person = open_window()
    window = person.window
    person.click(window.flows.new)
    person.until(lambda: window.page == "flow")

    person.drag_kind("entry.event", 150, 300)
    person.drag_kind("email", 420, 300)
    person.drag_kind("goal", 750, 330)
    assert [node.kind for node in person.flow.nodes] == ["entry.event", "email", "goal"]
    start, letter, goal = (person.node(kind).id for kind in ("entry.event", "email", "goal"))
    person.pull(start, "entered", letter)
    person.pull(letter, "sent", goal)
    assert [(edge.source, edge.outlet, edge.target) for edge in person.flow.edges] == [
        (start, "entered", letter),
        (letter, "sent", goal),
    ]

    person.checked()
    assert {problem.code for problem in window.flow.problems.problems} >= {"missing-setting"}
    person.click(window.flow.bar.publish)
    person.until(lambda: window.flow.problems.is_open)
    assert person.question is None

    person.select(start)
    events = person.editor("events")
    assert isinstance(events, TextsEditor)
    person.type_into(events.lines[0], "basket_changed")
    person.select(letter)
    subject, body = person.editor("subject"), person.editor("body")
    assert isinstance(subject, LiquidEditor)
    assert isinstance(body, LiquidEditor)
    person.type_into(subject.text, "Schöne Grüße, お買い物の続き")
    person.type_into(body.text, "Ihr Korb wartet.")
    person.click(box(person, "clicked"))
    assert person.node("email").settings == {
        "subject": "Schöne Grüße, お買い物の続き",
        "body": "Ihr Korb wartet.",
        "reactions": ["clicked"],
        "timeout": "P1D",
    }
    person.pull(letter, "clicked", goal)

    person.checked()
    assert not [one for one in window.flow.problems.problems if one.severity == "error"]
    person.click(window.flow.bar.publish)
    dialog = person.publish_question()
    assert dialog.publish.text() == "Publish version 1"
    person.click(dialog.publish)
    stored = person.desk.stored["New flow"]
    person.until(lambda: stored.state is FlowState.LIVE)
    person.until(lambda: window.flow.bar.state.text() == "Live, version 1")

    person.click(window.flow.bar.pause)
    person.until(lambda: stored.state is FlowState.PAUSED)
    person.until(window.flow.bar.resume.isVisible)
    person.click(window.flow.bar.resume)
    person.until(lambda: stored.state is FlowState.LIVE)
    assert all(not name.startswith("MainThread") for name in person.desk.threads)


def test_empty_paper_is_no_mistake_until_it_is_published(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(Flow("Nothing yet"))
    person = open_window("Nothing yet")
    person.checked()
    assert person.window.flow.problems.problems == ()
    person.click(person.window.flow.bar.publish)
    listed = person.window.flow.problems
    person.until(lambda: [one.code for one in listed.problems] == ["no-entry"])
