"""Call-backs that wait for a person: whom, what to say, and how it went."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.model.ports import CallTask
from app.ui.page_head import Empty, PageHead, clear, scrolling
from app.ui.theme import Theming
from app.ui.widgets import Button, Picture, column, label, part, row
from app.ui.words import clock, tr


class TasksPage(QWidget):
    """``finished`` carries the message's id and whether the person was reached."""

    finished = Signal(int, bool)

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "page")
        self._theming = theming
        self.tasks: tuple[CallTask, ...] = ()
        self.cards: dict[int, TaskCard] = {}
        self.head = PageHead(tr("Call-backs"))
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self._empty = part(
            Empty(theming, "task", tr("Nobody waits for a call. A “Call back” node puts its people here.")),
            "card",
        )
        self.setLayout(column(scrolling(self.head, self._empty, self._list, None), gap=0))
        self.show_tasks(())

    def show_tasks(self, tasks: Sequence[CallTask]) -> None:
        """Shows these, oldest first."""
        if tuple(tasks) == self.tasks and self.cards:
            return
        self.tasks = tuple(tasks)
        clear(self._list)
        self.cards = {}
        for task in self.tasks:
            card = TaskCard(self._theming, task)
            card.finished.connect(lambda reached, one=task.message_id: self.finished.emit(one, reached))
            self.cards[task.message_id] = card
            self._list.addWidget(card)
        self._empty.setVisible(not tasks)
        self.head.say(_sentence(len(self.tasks)))


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


def _sentence(count: int) -> str:
    if not count:
        return tr("Nothing to do here.")
    return (
        tr("1 call to make.")
        if count == 1
        else tr("{count} calls to make, the oldest first.").format(count=count)
    )
