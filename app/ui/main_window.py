"""The main window: bars and pages put together. What the parts do is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QWidget

from app.flows.codec import SUFFIX
from app.model.desk import HeldGroup
from app.model.flow import Flow, Problem
from app.ui.flow_page import FlowPage
from app.ui.known import Known
from app.ui.last import Last
from app.ui.notices import NewsBar, NoticeBar, Toast
from app.ui.operations import Operations
from app.ui.session import SAVE_MS, Session
from app.ui.status_bar import StatusBar
from app.ui.theme import Theming
from app.ui.top_bar import Page, TopBar
from app.ui.widgets import column, part
from app.ui.words import time_now, tr

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.ports import Desk, FlowInfo
    from app.model.segments import SegmentInfo
    from app.model.why import Story
    from app.ui.caught_page import CaughtPage
    from app.ui.cheat_sheet import CheatSheet
    from app.ui.conflict_dialog import Quarrels
    from app.ui.drafts import Conflict
    from app.ui.editors.page import EditorPage
    from app.ui.finder import Finder
    from app.ui.flows_page import FlowsPage
    from app.ui.life import FlowLife
    from app.ui.numbers import Numbers, Snapshot
    from app.ui.segmenting import Segmenting
    from app.ui.segments_page import SegmentsPage
    from app.ui.tasks_page import TasksPage
    from app.ui.understanding import Understanding
    from app.ui.versions_page import VersionsPage
    from app.ui.window_deeds import WindowActions

SMALLEST: Final = (1024, 640)
FIND_BELOW: Final = 1280
_TAKE_BACK_MS: Final = 600_000
"""So long a publish can be taken back."""


class MainWindow(QMainWindow):
    """``desk`` is all it knows of the rest of the program.

    It is built in two steps: with ``last`` only what its first picture shows, and the rest when it begins.
    """

    gone = Signal()
    """There will be no desk; may be told from any thread."""

    caught: CaughtPage
    tasks: TasksPage
    segments: SegmentsPage
    segmenting: Segmenting
    flows: FlowsPage
    editor: EditorPage
    versions: VersionsPage
    life: FlowLife
    numbers: Numbers
    understanding: Understanding
    quarrels: Quarrels
    actions_: WindowActions
    finder: Finder
    keys: CheatSheet

    def __init__(
        self, desk: Desk, theming: Theming, *, save_ms: int = SAVE_MS, last: tuple[Last, Flow] | None = None
    ) -> None:
        super().__init__()
        self._desk = desk
        self._theming = theming
        self._fields: tuple[str, ...] = ()
        self._segment_names: tuple[str, ...] = ()
        self.templates: tuple[Flow, ...] = ()
        """The flows that come along."""
        self.pages = _pages()
        self._infos: dict[str, FlowInfo] = {}
        self._closing = self._is_closed = False
        self.gone.connect(self._give_up)
        self.setWindowTitle("Chainwright")
        self.setMinimumSize(*SMALLEST)
        self.operations = Operations(self)
        self.session: Session = Session(desk, self.operations, save_ms=save_ms)
        self.menu = QMenu(self)
        self._known = self._made_known()
        self.top = TopBar(theming, self.pages)
        self.notice = NoticeBar(theming)
        self.news = NewsBar(theming)
        self.status = StatusBar(theming)
        self.flow: FlowPage = FlowPage(theming, self.session, self._known, self.menu)
        self._pages: dict[str, QWidget] = {"flow": self.flow}
        self._stack = QStackedWidget()
        self._stack.addWidget(self.flow)
        self._practice_line = part(QWidget(), "practice-line")
        self._fill()
        self._rest: Iterator[None] = self._complete()
        self._last = last
        if last is None:
            self.complete()
            self.show_page("flows")
        else:
            kept, flow = last
            self.session.recall(kept.name, kept.text, flow)
            self.flow.show_as(kept.look)
            self._show("flow")

    def complete(self) -> None:
        """Builds what the first picture did without, now."""
        for _ in self._rest:
            pass

    def _complete(self) -> Iterator[None]:
        """One part a step, so that hands are answered in between."""
        self.flow.canvas.complete()
        yield
        self.flow.complete()
        yield
        self._make_pages()
        yield
        self._make_versions()
        yield
        self._make_editor()
        yield
        self._make_helpers()
        self._connect()

    def _make_pages(self) -> None:
        from app.ui.caught_page import CaughtPage
        from app.ui.flows_page import FlowsPage
        from app.ui.numbers import Numbers
        from app.ui.segments_page import SegmentsPage
        from app.ui.tasks_page import TasksPage

        self.flows = FlowsPage(self._theming)
        self.caught = CaughtPage(self._theming)
        self.tasks = TasksPage(self._theming)
        self.segments = SegmentsPage(self._theming)
        self.numbers = Numbers(
            self._desk, self.operations, lambda: self.session.name, lambda: self.caught.count
        )
        self._add_pages(flows=self.flows, segments=self.segments, caught=self.caught, tasks=self.tasks)

    def _make_versions(self) -> None:
        from app.ui.versions_page import VersionsPage

        self.versions = VersionsPage(self._theming, self._desk, self.operations, self.session)
        self._add_pages(versions=self.versions)

    def _make_editor(self) -> None:
        from app.ui.editors.page import EditorPage

        document = self.session.document
        self.editor = EditorPage(self._theming, self._desk, self.operations, document, lambda: self._fields)
        self._add_pages(editor=self.editor)

    def _make_helpers(self) -> None:
        from app.ui.conflict_dialog import Quarrels
        from app.ui.life import FlowLife
        from app.ui.segmenting import Segmenting
        from app.ui.understanding import Understanding
        from app.ui.window_deeds import WindowActions

        self.life = FlowLife(self._desk, self.operations, self.session, self._theming, self)
        self.segmenting = Segmenting(
            self._desk,
            self.operations,
            self._theming,
            self.life,
            self._known,
            lambda: self.session.document.flow,
            self,
        )
        self.understanding = Understanding(self._desk, self.operations, self.session, self.flow, self.numbers)
        self.understanding.told.connect(self._show_why)
        self.quarrels = Quarrels(self.session, self.life, self._theming, self)
        self.actions_ = WindowActions(self)

    def _add_pages(self, **pages: QWidget) -> None:
        for name, page in pages.items():
            self._pages[name] = page
            self._stack.addWidget(page)

    def _show_why(self, name: str, stories: tuple[Story, ...], now: datetime | None) -> None:
        from app.ui.why_dialog import WhyDialog  # seldom needed

        self.life.ask(WhyDialog(self._theming, name, stories, now, self), lambda: None)

    # --- for the program --------------------------------------------------------------------------------

    def begin(self, open_flow: str | None = None) -> None:
        """Reads what is shown and opens a flow: a file's path or a draft's name. Call it once shown."""
        self.complete()
        self.numbers.read.connect(self._show_numbers)
        self.numbers.start()
        self.operations.run(self._templates, self._show_templates)
        self.segmenting.refresh()
        if self._last is not None:
            self.session.go_on(self._without_last)
        elif open_flow and open_flow.endswith(".json"):
            self.session.open_file(Path(open_flow), lambda: self.show_page("flow"))
        elif open_flow:
            self.open_flow(open_flow)

    def begin_in_steps(self, open_flow: str | None = None) -> None:
        """As :meth:`begin`, after the rest was built bit by bit."""
        if self._is_closed:
            return
        if next(self._rest, self) is self:
            self.begin(open_flow)
        else:
            QTimer.singleShot(0, lambda: self.begin_in_steps(open_flow))

    def _give_up(self) -> None:
        self._closing = True
        self.close()

    def remembered(self) -> Last | None:
        """What the next start shows first; None where no stored flow is open."""
        if not (self.session.name and self.session.stored_text):
            return None
        return Last(self.session.name, self.session.stored_text, self.flow.look())

    def show_page(self, name: str) -> None:
        """Goes to a page: ``flows``, ``flow``, ``segments``, ``caught`` or ``tasks``."""
        self.complete()
        if self.page == "flow" and name != "flow" and self.session.dirty:
            self.session.save()
        self._show(name)
        self.status.show_saved(self.status.saved.text() if name == "flow" else "")
        if name == "flow":
            self.flow.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        elif name == "versions":
            self.versions.open()
        elif name == "segments":
            self.segmenting.refresh()
        self.numbers.refresh()

    def _show(self, name: str) -> None:
        self._stack.setCurrentWidget(self._pages[name])
        self.top.show_page("flows" if name in ("flow", "editor", "versions") else name)

    @property
    def page(self) -> str:
        """The page that is shown."""
        shown = self._stack.currentWidget()
        return next((name for name, page in self._pages.items() if page is shown), "")

    def edit_message(self, node_id: str) -> None:
        """Opens the editor of what this node says."""
        if self.editor.open(node_id):
            self.show_page("editor")
            self.editor.focus_first()

    def open_flow(self, name: str) -> None:
        """Opens a stored draft on the canvas."""
        self._leave(lambda: self.session.load(name, lambda: self.show_page("flow")))

    def start_flow(self, flow: Flow) -> None:
        """Begins a draft of this flow, which may be empty."""
        self._leave(lambda: self.session.start(flow, lambda: self.show_page("flow")))

    def open_file(self) -> None:
        """Asks for a flow file."""
        from PySide6.QtWidgets import QFileDialog

        path, _kind = QFileDialog.getOpenFileName(self, tr("Open a flow"), "", _filter())
        if path:
            self._leave(lambda: self.session.open_file(Path(path), lambda: self.show_page("flow")))

    def save_as(self) -> None:
        """Asks where, and writes the flow to a file."""
        from PySide6.QtWidgets import QFileDialog

        proposed = f"{self.session.document.flow.name}{SUFFIX}"
        path, _kind = QFileDialog.getSaveFileName(self, tr("Save the flow as a file"), proposed, _filter())
        if path:
            target = Path(path if path.endswith(".json") else path + SUFFIX)
            words = tr("Written to {file}").format(file=target.name)
            self.session.export(target, lambda: self.toast.say(words))

    def find_anything(self) -> None:
        """Opens the list of everything."""
        from app.ui.everything import entries
        from app.ui.finder import Finder

        finder = Finder(self._theming, entries(self, self.pages), self)
        finder.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        at = self.top.find_field if self.top.find_field.isVisible() else self.top.find_small
        corner = at.mapToGlobal(at.rect().bottomRight())
        finder.move(corner.x() - finder.width(), corner.y() + 6)
        finder.show()
        self.finder = finder

    def show_keys(self) -> None:
        """Opens the sheet of all keys."""
        from app.ui.cheat_sheet import CheatSheet
        from app.ui.everything import key_lines

        self.keys = CheatSheet(self._theming, key_lines(self), self)
        self.keys.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.keys.show()

    def show_settings(self) -> None:
        """The inspector of the flow itself, with the cursor in its first field."""
        self.flow.show_settings()
        self.flow.inspector.focus_first()

    def go_part(self, step: int) -> None:
        """Puts the keyboard into the next part (1) or the one before (-1)."""
        from app.ui.window_parts import go_part

        go_part(self, step)

    @property
    def shown_page(self) -> QWidget | None:
        """The page that is shown, as a widget."""
        return self._stack.currentWidget()

    def _made_known(self) -> Known:
        return Known(
            lambda: self._fields,
            lambda: self.flow_names,
            lambda: self._segment_names,
            self.edit_segment,
        )

    def edit_segment(self, name: str, stored: Callable[[str], None]) -> None:
        """Opens the form of a segment, of a new one for an empty name; ``stored`` is told its name."""
        self.segmenting.edit(name, stored)

    @property
    def flow_names(self) -> tuple[str, ...]:
        """The flows of the workspace, as they were read last."""
        return tuple(self._infos)

    # --- inside -----------------------------------------------------------------------------------------

    def _fill(self) -> None:
        self._practice_line.setFixedHeight(3)
        self._practice_line.hide()
        whole = QWidget()
        whole.setLayout(column(*self._lines(), gap=0))
        self.setCentralWidget(whole)
        self.toast = Toast(self._stack)

    def _lines(self) -> tuple[QWidget, ...]:
        """Everything below each other."""
        return self._practice_line, self.top, self.notice, self.news, self._stack, self.status

    def _connect(self) -> None:
        self.top.page_chosen.connect(self._tab_chosen)
        self.top.find_asked.connect(self.find_anything)
        self.top.sending_asked.connect(self.life.set_sending)
        self.flows.flow_chosen.connect(self.open_flow)
        self.flows.template_chosen.connect(self.start_flow)
        self.flows.file_asked.connect(self.open_file)
        bar = self.flow.bar
        bar.back_asked.connect(self.back)
        bar.publish_asked.connect(self.life.publish)
        bar.pause_asked.connect(self.life.pause)
        bar.resume_asked.connect(self.resume_asked)
        self.flow.said.connect(self.toast.say)
        self.flow.undoable.connect(self.toast.offer)
        self.toast.undo_asked.connect(lambda: self.flow.canvas.run("undo"))
        self.session.document.undo_stack.indexChanged.connect(self.toast.withdraw)
        self.flow.edit_asked.connect(self.edit_message)
        self.flow.send_asked.connect(self.editor.send_of)
        self.editor.done.connect(lambda: self.show_page("flow"))
        self.editor.said.connect(self.toast.say)
        self.editor.failed.connect(self.notice.say)
        self.life.refused.connect(self._refused)
        self.life.done.connect(self._done)
        self.life.published.connect(lambda words: self.news.say(words, _TAKE_BACK_MS))
        self.life.taken_back.connect(self.news.hide)
        self.news.undo_asked.connect(self.life.take_back)
        self.session.opened.connect(self.news.hide)
        self.operations.failed.connect(self.notice.say)
        self.session.saved.connect(self._saved)
        self.session.dirty_changed.connect(self._dirty)
        self.session.said.connect(self.toast.say)
        self.session.not_kept.connect(self.notice.say)
        self.session.conflicted.connect(self._in_conflict)
        self.quarrels.settled.connect(self._done)
        self.versions.back_asked.connect(self.back)
        self.versions.reopened.connect(self._reopened)
        self.tasks.finished.connect(self._finish_task)
        self.tasks.put_away.connect(self._put_away)
        self.tasks.brake_asked.connect(self.life.brake)
        self.tasks.release_asked.connect(self.life.release_brake)
        self.tasks.clock_trusted.connect(self.life.trust_clock)
        self.tasks.resumed.connect(self.life.let_go_on)
        self.tasks.flow_asked.connect(self.open_flow)
        self.status.asked.connect(lambda: self.show_page("tasks"))
        self.status.brake_asked.connect(self.life.brake)
        self.tasks.decided.connect(self._decide)
        self.segments.asked.connect(self.segmenting.edit)
        self.segmenting.read.connect(self._show_segments)
        self.segmenting.done.connect(self._done)

    def save(self) -> None:
        """Stores the draft now."""
        self.session.save()

    def _leave(self, then: Callable[[], None]) -> None:
        """Saves what is open, then goes on; what cannot be saved stays open."""
        if self.session.dirty:
            self.session.save(then)
        else:
            then()

    def _tab_chosen(self, name: str) -> None:
        """“Flows” leads back to the open flow, and from there to the list."""
        elsewhere = self.page in ("segments", "caught", "tasks")
        self.show_page("flow" if name == "flows" and elsewhere and self.session.is_open else name)

    def show_versions(self) -> None:
        """What was published, and what differs."""
        if self.session.is_open:
            self.show_page("versions")

    def _reopened(self, number: int) -> None:
        self.show_page("flow")
        self.toast.offer(tr("Version {number} is the draft now").format(number=number))

    def _in_conflict(self, _conflict: Conflict) -> None:
        self.status.show_saved(tr("Not saved: changed elsewhere"))

    def back(self) -> None:
        """To the flow, or to the list of flows."""
        self.show_page("flow" if self.page == "versions" else "flows")

    def _saved(self, _name: str) -> None:
        self.notice.hide()
        self.status.show_saved(tr("Saved {time}").format(time=time_now()))
        self.numbers.refresh()

    def _dirty(self, dirty: bool) -> None:
        if dirty and self.page == "flow":
            self.status.show_saved(tr("Not saved yet"))

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.flow.problems.toggle(opened=True)
        first = next((problem for problem in problems if problem.severity == "error"), None)
        if first is not None:
            self.flow.show_problem(first)

    def _done(self, words: str) -> None:
        self.notice.hide()
        self.toast.say(words)
        self.numbers.refresh()

    def _finish_task(self, message_id: int, reached: bool) -> None:
        self.operations.run(
            lambda: self._desk.finish_task(message_id, reached=reached), lambda _none: self.numbers.refresh()
        )

    def _put_away(self, message_id: int) -> None:
        self.operations.run(
            lambda: self._desk.dismiss_notice(message_id), lambda _none: self.numbers.refresh()
        )

    def _decide(self, group: HeldGroup, send: bool) -> None:
        self.life.decide(group, send=send)

    def resume_asked(self) -> None:
        """The open flow goes on; whoever broke in one that paused itself tries again."""
        info = self._infos.get(self.session.name)
        if info is not None and info.paused_why:
            self.life.let_go_on(info.name)
        else:
            self.life.resume()

    def stop_asked(self) -> None:
        """Asks before the open flow is stopped."""
        info = self._infos.get(self.session.name)
        if info is not None:
            self.life.stop(info)

    def _templates(self) -> list[Flow]:
        from app.ui.outlook import templates

        return templates(self._desk)

    def _without_last(self, sentence: str) -> None:
        self.notice.say(sentence)
        self.show_page("flows")

    def _show_templates(self, flows: Sequence[Flow]) -> None:
        self.templates = tuple(flows)
        self.flows.show_templates(flows)

    def _show_segments(self, infos: Sequence[SegmentInfo]) -> None:
        names = tuple(info.name for info in infos)
        self.segments.show_segments(infos)
        if names != self._segment_names:
            self._segment_names = names
            if self.session.is_open:
                self.session.check()

    def _show_numbers(self, read: Snapshot) -> None:
        self._infos = {info.name: info for info in read.flows}
        self._fields = tuple(read.fields)
        self.top.set_status(read.status)
        self._practice_line.setVisible(read.status.practice)
        self.status.show_status(read.status)
        self.flows.show_flows(read.flows)
        self.caught.add(read.caught)
        self.tasks.show_stops(read.status, read.flows)
        self.tasks.show_tasks(read.tasks)
        self.tasks.show_notices(read.notices)
        self.tasks.show_held(read.held)
        self.top.set_counts({"caught": self.caught.count, "tasks": self.tasks.count})
        info = self._infos.get(self.session.name)
        self.flow.show_info(info)
        self._enable(info)
        if read.counts is not None and read.name == self.session.name:
            self.session.document.set_counts(read.counts)

    def _enable(self, info: FlowInfo | None) -> None:
        from app.model.journey import FlowState  # not needed for the first picture

        state = info.state if info else FlowState.DRAFT
        for name, states in (
            ("pause", (FlowState.LIVE, FlowState.CLOSED)),
            ("resume", (FlowState.PAUSED, FlowState.CLOSED)),
            ("pause-entries", (FlowState.LIVE,)),
            ("stop", (FlowState.LIVE, FlowState.CLOSED, FlowState.PAUSED)),
        ):
            self.actions_[name].setEnabled(state in states)
        self.actions_["take-back"].setEnabled(info is not None and info.version > 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.top.set_compact(compact=self.width() < FIND_BELOW)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.session.dirty and not self._closing:
            event.ignore()
            self.session.save(self._close_now, self._not_saved)
            return
        self.complete()
        self._is_closed = True
        self.numbers.stop()
        self.operations.close()
        self.session.close()
        super().closeEvent(event)

    def _close_now(self) -> None:
        self._closing = True
        QTimer.singleShot(0, self.close)

    def _not_saved(self, sentence: str) -> None:
        self._closing = True
        self.notice.say(
            tr("{sentence}. Closing again loses the last changes.").format(sentence=sentence.rstrip("."))
        )


def _pages() -> tuple[Page, ...]:
    return (
        Page("flows", tr("Flows")),
        Page("segments", tr("Segments")),
        Page("caught", tr("Caught")),
        Page("tasks", tr("Needs you")),
    )


def _filter() -> str:
    return tr("Flows") + f" (*{SUFFIX});;" + tr("All files") + " (*)"
