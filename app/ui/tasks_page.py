"""What needs a person: what stops the machine, held messages, what flows tell, calls to make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.model.desk import HaltKind, HeldGroup
from app.model.journey import FlowState
from app.model.ports import CallTask, FlowInfo, Notice, Status
from app.ui.halt_words import Stop, channel_stop, flow_stop, stop_of
from app.ui.held_words import told
from app.ui.need_row import NeedRow
from app.ui.page_head import Empty, PageHead, clear, scrolling
from app.ui.theme import Theming
from app.ui.widgets import Button, Picture, column, label, part, row
from app.ui.words import clock, number, tr


class TasksPage(QWidget):
    """Signals:
    finished: a call was made; carries the message's id and whether the person was reached.
    put_away: this notice has been read.
    brake_asked: everything is to be stopped.
    release_asked: the brake is to be let go.
    clock_trusted: the clock of this machine is right.
    resumed: a flow that paused itself is to go on; carries its name.
    flow_asked: a flow is to be opened; carries its name.
    decided: all of a group are to be sent (True) or dropped.
    """

    finished = Signal(int, bool)
    put_away = Signal(int)
    decided = Signal(object, bool)
    brake_asked = Signal()
    release_asked = Signal()
    clock_trusted = Signal()
    resumed = Signal(str)
    flow_asked = Signal(str)

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "page")
        self._theming = theming
        self.tasks: tuple[CallTask, ...] = ()
        self.notices: tuple[Notice, ...] = ()
        self.held: tuple[HeldGroup, ...] = ()
        self.cards: dict[int, TaskCard] = {}
        self.told: dict[int, NeedRow] = {}
        self.groups: dict[HeldGroup, NeedRow] = {}
        self.stops: list[NeedRow] = []
        """What stands still: everything, or a flow that paused itself."""
        self._stopped: tuple[Status | None, tuple[FlowInfo, ...]] = (None, ())
        self.brake = Button(theming, tr("Stop everything…"), "brake", "danger")
        self.brake.setToolTip(tr("No message leaves this machine until you let it go on"))
        self.brake.clicked.connect(self.brake_asked)
        self.head = PageHead(tr("Needs you"), self.brake)
        self._machine = _Part(tr("Standing still"))
        self._held, self._notices, self._calls = (
            _Part(tr("Held")),
            _Part(tr("Told by flows")),
            _Part(tr("Calls")),
        )
        self._empty = part(
            Empty(
                theming,
                "ok",
                tr("Nothing waits for you. Calls, held messages and what your flows tell you land here."),
            ),
            "card",
        )
        parts = (self._machine, self._held, self._calls, self._notices)
        self.setLayout(column(scrolling(self.head, self._empty, *parts, None), gap=0))
        self._show_whole()

    @property
    def count(self) -> int:
        """How many things wait, as the tab counts them: a group of messages is one."""
        return len(self.stops) + len(self.tasks) + len(self.notices) + len(self.held)

    def show_stops(self, status: Status, flows: Sequence[FlowInfo]) -> None:
        """Shows what stands still, and why."""
        paused = tuple(one for one in flows if one.paused_why and one.state is FlowState.PAUSED)
        seen = Status(status.engine, status.engine_detail, halt=status.halt, resting=status.resting)
        if (seen, paused) == self._stopped:
            return
        self._stopped = (seen, paused)
        whole = self._stop_of_all(status)
        rests = [self._row(channel_stop(one, status.clock), "warn") for one in status.resting]
        self.stops = [*([whole] if whole else []), *rests, *(self._stop_of_flow(one) for one in paused)]
        self._machine.fill(self.stops)
        self.brake.setVisible(status.halt is None or not status.halt.is_brake)
        self._show_whole()

    def show_tasks(self, tasks: Sequence[CallTask]) -> None:
        """Shows these calls, oldest first."""
        if tuple(tasks) == self.tasks:
            return
        self.tasks = tuple(tasks)
        self.cards = {task.message_id: self._card(task) for task in self.tasks}
        self._calls.fill(self.cards.values())
        self._show_whole()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Shows what flows have told, the newest first."""
        if tuple(notices) == self.notices:
            return
        self.notices = tuple(notices)
        self.told = {notice.message_id: self._notice(notice) for notice in self.notices}
        self._notices.fill(self.told.values())
        self._show_whole()

    def show_held(self, held: Sequence[HeldGroup]) -> None:
        """Shows what waits for a decision."""
        if tuple(held) == self.held:
            return
        self.held = tuple(held)
        self.groups = {group: self._group(group) for group in self.held}
        self._held.fill(self.groups.values())
        self._show_whole()

    def _stop_of_all(self, status: Status) -> NeedRow | None:
        found = stop_of(status)
        if found is None:
            return None
        made = self._row(found)
        kind = status.halt.kind if status.halt else None
        if kind is HaltKind.BRAKE:
            made.add(tr("Let it go on…"), "play", "primary").clicked.connect(self.release_asked)
        elif kind is HaltKind.CLOCK:
            right = made.add(tr("The clock is right"), "tick")
            right.clicked.connect(lambda: right.setEnabled(False))
            right.clicked.connect(self.clock_trusted)
        return made

    def _row(self, found: Stop, color: str = "danger") -> NeedRow:
        return NeedRow(self._theming, found.icon, color, found.words, found.about)

    def _stop_of_flow(self, info: FlowInfo) -> NeedRow:
        found = flow_stop(info)
        made = self._row(found)
        made.add(tr("Open the flow"), kind="quiet").clicked.connect(lambda: self.flow_asked.emit(info.name))
        go = made.add(tr("Go on"), "play")
        go.clicked.connect(lambda: go.setEnabled(False))
        go.clicked.connect(lambda: self.resumed.emit(info.name))
        return made

    def _card(self, task: CallTask) -> TaskCard:
        card = TaskCard(self._theming, task)
        card.finished.connect(lambda reached: self.finished.emit(task.message_id, reached))
        return card

    def _notice(self, notice: Notice) -> NeedRow:
        about = tr("{flow}, {time}").format(flow=notice.flow, time=clock(notice.at))
        made = NeedRow(self._theming, "notify", "action", notice.text, about)
        away = made.add(tr("Put away"), "tick")
        away.clicked.connect(lambda: away.setEnabled(False))
        away.clicked.connect(lambda: self.put_away.emit(notice.message_id))
        return made

    def _group(self, group: HeldGroup) -> NeedRow:
        words = told(group)
        made = NeedRow(self._theming, words.icon, words.color, words.words, words.about)
        for button, send in ((words.drop, False), (words.send, True)):
            if button:
                kind = "" if send else "quiet"
                made.add(button, kind=kind).clicked.connect(
                    lambda _on=False, send=send: self.decided.emit(group, send)
                )
        return made

    def _show_whole(self) -> None:
        self._empty.setVisible(not self.count)
        self.head.say(
            sentence(
                len(self.tasks),
                len(self.notices),
                sum(group.count for group in self.held),
                self.stops[0].words if self.stops else "",
            )
        )


class _Part(QWidget):
    """A heading and the rows below it; hidden while it has none."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.setLayout(column(label(heading, "group"), self._rows, gap=8))
        self.hide()

    def fill(self, rows: Iterable[QWidget]) -> None:
        """Shows these rows."""
        clear(self._rows)
        for widget in rows:
            self._rows.addWidget(widget)
        self.setVisible(self._rows.count() > 0)


class TaskCard(QWidget):
    """One call."""

    finished = Signal(bool)

    def __init__(self, theming: Theming, task: CallTask) -> None:
        super().__init__()
        part(self, "card")
        self.setAccessibleName(tr("Call {name}").format(name=task.name or task.phone))
        phone = label(task.phone or tr("No phone number"), "number")
        phone.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.done = Button(theming, tr("Reached"), "tick")
        self.missed = Button(theming, tr("Not reached"), kind="quiet")
        self.done.clicked.connect(lambda: self._finish(reached=True))
        self.missed.clicked.connect(lambda: self._finish(reached=False))
        who = row(label(task.name or tr("Unknown"), "strong"), label(clock(task.since), "small"), None)
        words = column(who, phone, label(task.text, "secondary", wrap=True), gap=4)
        box = row(Picture(theming, "phone", "message", 24), words, self.missed, self.done, gap=12)
        box.setContentsMargins(20, 16, 20, 16)
        box.setStretch(1, 1)
        self.setLayout(box)

    def _finish(self, *, reached: bool) -> None:
        self.done.setEnabled(False)
        self.missed.setEnabled(False)
        self.finished.emit(reached)


def sentence(calls: int, notices: int, held: int, stop: str = "") -> str:
    """“3 calls to make, 40 messages held, 2 things told.”; first of all what stands still."""
    parts = [stop] if stop else []
    if held:
        words = tr("1 message is held") if held == 1 else tr("{count} messages are held")
        parts.append(words.format(count=number(held)))
    if calls:
        words = tr("1 call to make") if calls == 1 else tr("{count} calls to make")
        parts.append(words.format(count=number(calls)))
    if notices:
        words = tr("1 line from a flow") if notices == 1 else tr("{count} lines from your flows")
        parts.append(words.format(count=number(notices)))
    return f"{', '.join(parts)}." if parts else tr("Nothing to do here.")
