"""Makes ``docs/pictures`` from the running program: ``python docs/make_pictures.py [NAME …]`` in a checkout.

A crowd plays the demo for a few days of its own time; then the window is opened over what has come of it,
light and dark, and looked at from several sides. With names only those pictures are made, such as ``empty``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from app.bootstrap.demo.crowd import Crowd
from app.bootstrap.demo.headless import Play
from app.bootstrap.demo.people import crowd
from app.bootstrap.demo.world import API_TOKEN, START, STORIES, demo_world, publish_stories
from app.bootstrap.flow_files import templates
from app.bootstrap.house import House
from app.bootstrap.listener import listening
from app.bootstrap.practice import catching
from app.bootstrap.publishing import publish
from app.bootstrap.window_desk import WorkspaceDesk
from app.canvas import edits
from app.canvas.commands import ChangeSettings, Disconnect, FlowCommand
from app.canvas.edits import key_of
from app.canvas.frames import Frame, with_frames
from app.engine import life
from app.flows.codec import read_flow, write_flow
from app.model.flow import Edge, Flow, Node
from app.model.shifts import Choice
from app.support.clock import StandingClock
from app.support.net import Client
from app.ui.app import make_application
from app.ui.main_window import MainWindow
from app.ui.publish_dialog import PublishDialog
from app.ui.style import FocusRing
from app.ui.theme import Theming

PICTURES = Path(__file__).parent / "pictures"
SIZE = (1600, 1000)
LARGE = (2400, 1300)
"""A thousand nodes are seen whole on a large screen."""
PATIENCE = 200
DAYS = 2.2
"""So far the crowd plays: some are through, most are still inside."""
SETTLE_MS = 1_500
MANY = (10, 10)
LOOKED = "Looked around lately"
RULE = {
    "all": [
        {"event": "basket_added", "since": "P30D"},
        {"not": {"event": "order_completed", "since": "ever"}},
    ]
}
THANKS = Flow(
    "Thank you",
    (
        Node("start", "entry.manual", "Start"),
        Node(
            "letter",
            "email",
            "Thank you",
            settings={
                "subject": "Thank you",
                "body": "It is on its way.",
                "purpose": "transactional",
                "reason": "You ordered",
                "late_after": "PT1H",
            },
        ),
        Node("end", "end", "End"),
    ),
    (Edge("start", "entered", "letter"), Edge("letter", "sent", "end"), Edge("letter", "failed", "end")),
)
REGULARS = Flow(
    "Regulars",
    (
        Node("start", "entry.manual", "Start"),
        Node("tell", "notify", "Tell me", settings={"text": "{{ first_name }} came for the third time"}),
        Node(
            "call",
            "task",
            "Call",
            settings={"text": "Ask what the flowers were for, and note the day.", "timeout": "P2D"},
        ),
        Node("end", "end", "End"),
    ),
    (
        Edge("start", "entered", "tell"),
        Edge("tell", "next", "call"),
        Edge("call", "done", "end"),
        Edge("call", "not-reached", "end"),
        Edge("call", "timeout", "end"),
    ),
)
STRIDE = (1664, 736)
"""How far apart the stories among a thousand nodes stand."""


def main() -> int:
    """Plays, opens the window, and takes each picture."""
    wanted = sys.argv[1:] or list(SCENES)
    application = make_application()
    clock, people = StandingClock(START), crowd(200, 1)
    with demo_world(people, clock) as workspace, workspace.engine_lock(), catching(workspace) as practice:
        publish_stories(workspace)
        with listening(workspace, wait_seconds=0.002) as site:
            visitors = Crowd(people, Client(["127.0.0.1"]), site.url, API_TOKEN, 1)
            Play(workspace, practice, visitors, clock).run(DAYS)
            house = House(workspace, fast=True)
            house.practice, house.site_url, house.engine = practice, site.url, workspace.engine()
            desk = WorkspaceDesk(house)
            desk.save_segment(LOOKED, RULE)
            for name in wanted:
                trouble = _trouble(desk, house, clock) if name == "needs" else nullcontext()
                with trouble:
                    for shade in ("light", "dark") if name in IN_BOTH else ("light",):
                        theming = Theming(application, shade)
                        ring = FocusRing(application, theming)
                        _show(MainWindow(desk, theming), name, shade)
                        del ring
    return 0


def _show(window: MainWindow, name: str, shade: str) -> None:
    window.resize(*(LARGE if name == "thousand" else SIZE))
    window.show()
    window.begin(STORIES[0])
    _until(lambda: window.page == "flow" and bool(window.flow.canvas.document.facts.counts.here))
    SCENES[name](window)
    QTest.qWait(SETTLE_MS)
    file = f"{name}-{shade}" if name in IN_BOTH else name
    _seen(window).save(str(PICTURES / f"{file}.png"))
    if window.life.dialog is not None:
        window.life.dialog.reject()
    window.session.document.undo_stack.setIndex(0)
    QTest.qWait(2 * SETTLE_MS)
    window.close()


def _seen(window: MainWindow) -> QPixmap:
    """The window, with the question that is open over it in its middle."""
    whole = window.grab()
    asked = window.life.dialog
    if asked is not None:
        painter = QPainter(whole)
        painter.drawPixmap(window.rect().center() - asked.rect().center(), asked.grab())
        painter.end()
    return whole


def _until(there: Callable[[], bool]) -> None:
    """Waits for what comes from another thread, and a moment for it to be painted."""
    for _ in range(PATIENCE):
        if there():
            break
        QTest.qWait(SETTLE_MS // 10)
    QTest.qWait(SETTLE_MS)


def _main(window: MainWindow) -> None:
    """Story 1 with its people, one letter chosen."""
    window.flow.canvas.reveal("letter1")
    window.flow.canvas.fit()


def _caught(window: MainWindow) -> None:
    """What practice mode caught."""
    window.show_page("caught")


def _empty(window: MainWindow) -> None:
    """An empty canvas with its first hint."""
    window.start_flow(Flow("New flow"))
    _until(lambda: not window.session.document.flow.nodes)


def _problems(window: MainWindow) -> None:
    """A draft in which several things are wrong, each with its mending."""
    document = window.session.document
    last = document.flow.by_id["letter3"]
    document.do(ChangeSettings(document, "letter1", {"subject": edits.UNSET}))
    document.do(ChangeSettings(document, "sms", {"text": edits.UNSET}))
    document.do(
        Disconnect(document, [key_of(edge) for edge in document.flow.edges if edge.source == last.id])
    )
    _until(lambda: bool(window.flow.problems.problems))
    window.flow.problems.toggle(opened=True)
    QTest.qWait(SETTLE_MS)
    window.flow.canvas.fit()


def _thousand(window: MainWindow) -> None:
    """A thousand nodes seen whole."""
    window.start_flow(_many(*MANY))
    _until(lambda: len(window.session.document.flow.nodes) > MANY[0] * MANY[1])
    window.flow.canvas.fit()


def _diff(window: MainWindow) -> None:
    """A draft beside the version that is live: another wait, another text, a branch more, a letter less."""
    document = window.session.document
    document.do(ChangeSettings(document, "hour", {"for": "PT3H"}))
    document.do(ChangeSettings(document, "letter1", {"subject": "Still thinking it over?"}))
    thanks = Node("thanks", "set", "Note who clicked", 640, 288, {"add_tags": ["warm"]})

    def with_thanks(flow: Flow) -> Flow:
        return edits.connect(edits.add(flow, [thanks]), Edge("popup", "clicked", "thanks"))

    document.do(FlowCommand(document, "Add", with_thanks))
    document.do(
        FlowCommand(document, "Join", lambda flow: edits.connect(flow, Edge("thanks", "next", "third_day")))
    )
    document.do(FlowCommand(document, "Delete", lambda flow: edits.remove(flow, {"sms"})))
    QTest.qWait(2 * SETTLE_MS)
    window.show_versions()
    QTest.qWait(2 * SETTLE_MS)


def _letter(window: MainWindow) -> None:
    """The first letter in its editor."""
    window.edit_message("letter1")
    for button in window.editor.findChildren(QAbstractButton):
        if button.text() == "Turn it into blocks" and button.isVisible():
            button.click()
    QTest.qWait(3 * SETTLE_MS)


def _publish(window: MainWindow) -> None:
    """Three shorter waits: what that means for who stands there, and what was chosen for them."""
    document = window.session.document
    document.do(ChangeSettings(document, "hour", {"for": "PT20M"}))
    document.do(ChangeSettings(document, "popup", {"timeout": "P1D"}))
    document.do(ChangeSettings(document, "third_day", {"since_entry": "P2D"}))
    QTest.qWait(2 * SETTLE_MS)
    window.life.publish()
    _until(lambda: window.life.dialog is not None)
    asked = window.life.dialog
    if isinstance(asked, PublishDialog) and asked.table is not None:
        for shown in asked.table.rows[:2]:
            shown.segmented.choose(Choice.MOVE)


def _segment(window: MainWindow) -> None:
    """Whom a segment holds, counted while it is put together."""
    window.show_page("segments")
    window.segmenting.edit(LOOKED)
    _until(lambda: window.segmenting.form is not None and "now" in window.segmenting.form.count.text())


def _sending(window: MainWindow) -> None:
    """Hours and limits of sending."""
    window.show_page("flows")
    window.life.set_sending()
    _until(lambda: window.life.dialog is not None)


def _needs(window: MainWindow) -> None:
    """Everything was stopped; a mail server refuses us."""
    window.show_page("tasks")
    window.numbers.refresh()
    _until(lambda: bool(window.tasks.stops))


@contextmanager
def _trouble(desk: WorkspaceDesk, house: House, clock: StandingClock) -> Iterator[None]:
    """The machine slept over some letters, a flow tells and asks for calls, the mail server has just refused
    us, and then somebody has stopped everything."""
    workspace, engine = house.workspace, house.engine
    if engine is None:
        return
    engine.start()
    for flow, people in ((THANKS, range(1, 13)), (REGULARS, range(20, 22))):
        publish(workspace, flow.name, write_flow(flow))
        ids = [person.id for person in desk.people("", 40)]
        life.enter(workspace.context, flow.name, [ids[number] for number in people])
        if flow is THANKS:
            clock.jump(clock.now() + timedelta(hours=2))
        engine.until_idle()
    mail = next(one for one in engine.dispatchers if one.channel.name == "email")
    mail.stopped_until = clock.now() + timedelta(minutes=9)
    mail.trouble = "535 5.7.8 Authentication failed"
    desk.brake()
    yield
    desk.release_brake()
    mail.stopped_until = None
    engine.close()


def _many(across: int, down: int) -> Flow:
    """The first story in so many columns and rows, each with a frame of its own."""
    story = read_flow(next(document for name, document in templates() if name == STORIES[0]))
    flow, frames = Flow("A thousand nodes"), []
    for number in range(across * down):
        x, y = number % across * STRIDE[0], number // across * STRIDE[1]
        nodes = [replace(node, id=f"{node.id}{number}", x=node.x + x, y=node.y + y) for node in story.nodes]
        joined = [
            replace(edge, source=f"{edge.source}{number}", target=f"{edge.target}{number}")
            for edge in story.edges
        ]
        flow = edits.add(flow, nodes, joined)
        frames.append(
            Frame(f"f{number}", f"Shop {number + 1}", x - 32, y - 32, STRIDE[0] - 48, STRIDE[1] - 48)
        )
    return with_frames(flow, frames)


SCENES: dict[str, Callable[[MainWindow], None]] = {
    "empty": _empty,
    "main": _main,
    "caught": _caught,
    "problems": _problems,
    "thousand": _thousand,
    "diff": _diff,
    "letter": _letter,
    "publish": _publish,
    "segment": _segment,
    "sending": _sending,
    "needs": _needs,
}
IN_BOTH = ("main", "caught", "diff", "letter", "publish", "needs")
"""These are taken light and dark."""


if __name__ == "__main__":
    sys.exit(main())
