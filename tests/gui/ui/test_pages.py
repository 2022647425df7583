from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from app.flows.codec import write_flow
from app.model.flow import Flow, Node
from app.model.journey import FlowState
from app.model.ports import CallTask, Caught, Counts
from app.ui.confirm import Confirm
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import BASKET_COUNTS, STATUS, MemoryDesk, basket_flow

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LETTER = Caught(
    "email",
    "anna@example.org",
    "Grüße",
    "Text",
    '<p><a href="http://127.0.0.1:9/c/x">Basket</a></p>',
    NOON,
    1,
)
SMS = Caught("sms", "+49 170 1", "", "お買い物の続き", "", NOON, 2)
CALLS = [
    CallTask(7, "Mrs Sato", "+81 3 1234", "Ask whether it arrived", NOON),
    CallTask(8, "", "", "Jürgen", NOON),
]


class Browser(QObject):
    """Stands where the person's browser is."""

    def __init__(self) -> None:
        super().__init__()
        self.visited: list[str] = []

    @Slot(QUrl)
    def visit(self, url: QUrl) -> None:
        self.visited.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    QDesktopServices.setUrlHandler("http", made, "visit")  # type: ignore[arg-type]
    yield made
    QDesktopServices.unsetUrlHandler("http")


def test_flows_are_listed_with_how_they_stand(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    desk.put(Flow("Birthday"))
    person = open_window()
    page = person.window.flows
    assert page.head.sentence.text() == "1 flow is live, 176 people inside."
    assert person.words_in(page.rows["Abandoned basket"])[:2] == ["Abandoned basket", "Live, version 1"]
    assert "Never published" in person.words_in(page.rows["Birthday"])
    person.click(page.rows["Birthday"])
    person.until(lambda: person.window.page == "flow")
    assert person.flow.name == "Birthday"


def test_the_first_start_shows_the_ready_flows_and_one_click_begins_with_one(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.ready = [("Abandoned basket", write_flow(basket_flow()))]
    person = open_window()
    page = person.window.flows
    person.until(lambda: page.cards)
    assert page.head.sentence.text() == "No flow yet. Begin with a ready one below, or draw your own."
    person.click(page.cards[0])
    person.until(lambda: person.window.page == "flow")
    person.saved()
    assert person.flow == basket_flow()
    assert "Abandoned basket" in desk.stored


def test_caught_messages_come_in_while_the_page_is_open(open_window: Opener, desk: MemoryDesk) -> None:
    person = open_window()
    person.click(person.window.top.tabs["caught"])
    assert any("Nothing was caught yet" in text for text in person.words_in(person.window.caught))
    desk.caught_messages.append(LETTER)
    desk.change()
    person.until(lambda: person.window.caught.count == 1)
    desk.caught_messages.append(SMS)
    desk.change()
    person.until(lambda: person.window.caught.count == 2)
    assert person.window.caught.preview.browser.toPlainText() == "Basket"
    person.key(Qt.Key.Key_Home)
    first = person.window.caught.list.model().index(0, 0)
    person.window.caught.list.setCurrentIndex(first)
    assert person.window.caught.preview.browser.toPlainText() == "お買い物の続き"


def test_a_link_of_a_caught_letter_opens_in_the_browser_and_nothing_else_does(
    open_window: Opener, desk: MemoryDesk, browser: Browser
) -> None:
    desk.caught_messages.append(LETTER)
    person = open_window()
    person.click(person.window.top.tabs["caught"])
    preview = person.window.caught.preview.browser
    preview.anchorClicked.emit(QUrl("http://127.0.0.1:9/c/x"))
    preview.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert browser.visited == ["http://127.0.0.1:9/c/x"]


def test_a_call_is_finished_by_one_click(open_window: Opener, desk: MemoryDesk) -> None:
    desk.call_tasks = list(CALLS)
    person = open_window()
    person.click(person.window.top.tabs["tasks"])
    tasks = person.window.tasks
    person.until(lambda: 7 in tasks.cards and tasks.cards[7].done.isVisible())
    first = tasks.cards[7]
    person.click(first.done)
    assert not first.missed.isEnabled()
    person.until(lambda: desk.finished == [(7, True)])
    person.until(lambda: list(tasks.cards) == [8] and tasks.cards[8].missed.isVisible())
    person.click(person.window.tasks.cards[8].missed)
    person.until(lambda: desk.finished == [(7, True), (8, False)])
    person.until(lambda: "Nothing to do here." in person.words_in(person.window.tasks))


def test_numbers_on_the_canvas_follow_the_engine(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow(), live=True, counts=Counts(entered=1, inside=1, here={"letter1": 1}))
    person = open_window("Abandoned basket")
    person.until(lambda: person.window.session.document.facts.mark("letter1").here == 1)
    desk.stored["Abandoned basket"].counts = BASKET_COUNTS
    desk.change()
    person.until(lambda: person.window.session.document.facts.mark("letter1").here == 38)


def test_the_status_bar_says_what_the_machine_is_doing(open_window: Opener, desk: MemoryDesk) -> None:
    person = open_window()
    shown = person.words_in(person.window.status)
    assert shown[0] == "Running"
    assert "Sent today 212" in shown
    assert any(text.endswith("6 people") for text in shown)
    assert person.window.top.practice.text() == "Practice mode"
    desk.now_status = replace(
        STATUS,
        engine="failed",
        engine_detail="The database is locked",
        trouble=("SMS: 1 on hold",),
        practice=False,
    )
    desk.change()
    person.until(lambda: person.window.status.engine.text() == "Broken")
    assert {"The database is locked", "SMS: 1 on hold"} <= set(person.words_in(person.window.status))
    assert not person.window.top.practice.isVisible()


def test_stopping_says_how_many_leave_and_enter_alone_changes_nothing(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    person = open_window("Abandoned basket")
    stop = next(action for action in person.window.menu.actions() if action.text() == "Stop the flow…")
    stop.trigger()
    dialog = person.question
    assert isinstance(dialog, Confirm)
    assert dialog.yes.text() == "Stop for 176 people"
    person.until(dialog.no.hasFocus)
    person.key(Qt.Key.Key_Return)
    person.until(lambda: person.question is None)
    assert desk.stored["Abandoned basket"].state is FlowState.LIVE
    stop.trigger()
    again = person.question
    assert isinstance(again, Confirm)
    person.click(again.yes)
    person.until(lambda: desk.stored["Abandoned basket"].state is FlowState.STOPPED)
    person.until(lambda: person.window.flow.bar.state.text() == "Stopped, version 1")


def test_the_door_can_be_closed_while_those_inside_go_on(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow(), live=True)
    person = open_window("Abandoned basket")
    close = next(action for action in person.window.menu.actions() if action.text() == "Let nobody new in")
    close.trigger()
    person.until(lambda: person.window.flow.bar.state.text() == "Nobody new, version 1")
    assert not close.isEnabled()


def test_publishing_says_who_is_met_by_it(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    person = open_window("Abandoned basket")
    person.click(person.window.flow.bar.publish)
    person.until(person.window.toast.isVisible)
    assert person.window.toast.text.text() == "Nothing has changed since version 1"
    person.drag_kind("goal", 300, 600)
    person.click(person.window.flow.bar.publish)
    person.until(lambda: person.window.flow.problems.is_open)
    person.window.flow.canvas.actions_["undo"].trigger()
    person.select("letter1")
    person.type_into(person.window.flow.inspector.title, "Letter one")
    person.click(person.window.flow.bar.publish)
    dialog = person.publish_question()
    words = " ".join(person.words_in(dialog))
    assert dialog.publish.text() == "Publish version 2"
    assert "Only texts are different: 167 people inside get the new ones at once." in words
    assert "Letter one (E-mail): at once" in words
    assert "Practice mode is on" in words
    person.click(dialog.not_yet)
    person.settle()
    assert len(desk.stored["Abandoned basket"].versions) == 1


def test_with_errors_publishing_shows_the_first_one_instead(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(
        basket_flow().with_node(Node("letter3", "email", "Letter 3", 1104, 360, {"subject": "Only this"}))
    )
    person = open_window("Abandoned basket")
    person.click(person.window.flow.bar.publish)
    person.until(lambda: person.window.flow.problems.is_open)
    assert person.question is None
    assert person.window.flow.canvas.selected == ("letter3",)
    assert not desk.stored["Abandoned basket"].versions


def test_anything_is_found_by_typing(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    desk.put(basket_flow("Popup first"))
    person = open_window("Abandoned basket")
    person.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    finder = person.window.finder
    person.type_into(finder.line, "letter 2")
    person.press(finder.line, Qt.Key.Key_Return)
    assert person.window.flow.canvas.selected == ("letter2",)
    person.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    again = person.window.finder
    person.type_into(again.line, "fax")
    assert "Nothing is called “fax”." in person.words_in(again)
    person.type_into(again.line, "popup flow")
    person.press(again.line, Qt.Key.Key_Return)
    person.until(lambda: person.flow.name == "Popup first")
