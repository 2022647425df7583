"""Somebody else has changed the stored draft: both are shown, and the person decides. Nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from app.flows.diff_values import cut
from app.ui.diff_view import DiffView
from app.ui.drafts import Conflict
from app.ui.life import FlowLife
from app.ui.session import Session
from app.ui.theme import Theming
from app.ui.widgets import Button, column, label, part, row
from app.ui.words import tr

_SHARE = 0.9
_NAME = 20
"""More letters of a flow's name would make the buttons wider than a small window."""


class ConflictDialog(QDialog):
    """Theirs on the left, yours on the right. Closing it decides nothing; yours stays in the history."""

    def __init__(self, theming: Theming, conflict: Conflict, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = tr("“{name}” was changed elsewhere meanwhile").format(name=conflict.name)
        self.setWindowTitle(title)
        self.decided: Callable[[], None] | None = None
        """Which button was pressed, as its signal."""
        self.view = DiffView(theming)
        head = column(label(title, "page-title", wrap=True), gap=4, margins=(32, 24, 32, 16))
        head.addWidget(
            label(
                tr("Another window or the command line has stored its own. Nothing was overwritten."),
                "secondary",
                wrap=True,
            )
        )
        self.copy = Button(theming, tr("Keep mine as a copy"), "copy", "large-primary", color="on-accent")
        self.theirs = Button(theming, tr("Take theirs"), kind="large")
        self.mine = Button(theming, tr("Replace theirs with mine"), kind="large")
        self.later = Button(theming, tr("Decide later"), kind="large")
        self.later.clicked.connect(self.reject)
        for button, hint in self._hints(conflict).items():
            button.setToolTip(hint)
            button.setAccessibleDescription(hint)
        foot = part(QWidget(), "dialog-foot")
        foot.setLayout(
            row(
                self.later,
                None,
                self._choice(self.mine),
                self._choice(self.theirs),
                self._choice(self.copy),
                margins=(32, 14, 32, 14),
                gap=16,
            )
        )
        line = part(QWidget(), "problems")
        line.setLayout(column(self.view, gap=0))
        box = column(head, gap=0)
        box.addWidget(line, 1)
        box.addWidget(foot)
        self.setLayout(box)
        self.view.show_flows(conflict.theirs, conflict.mine, (tr("Theirs, stored"), tr("Yours, not stored")))
        self.copy.setDefault(True)
        self.copy.setFocus()
        if parent is not None:
            self.resize(parent.window().size() * _SHARE)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self.copy.setFocus)  # a canvas takes the keyboard when it is shown

    def _hints(self, conflict: Conflict) -> dict[Button, str]:
        copy, theirs = tr("{name}, mine"), tr("{name}, theirs")
        name = cut(conflict.name, _NAME)
        return {
            self.copy: tr("Yours is “{copy}” then").format(copy=copy.format(name=name)),
            self.theirs: tr("Yours stays one step back in the history"),
            self.mine: tr("Theirs is “{copy}” then").format(copy=theirs.format(name=name)),
        }

    def _choice(self, button: Button) -> QWidget:
        made = QWidget()
        made.setLayout(column(button, label(button.toolTip(), "hint"), gap=4))
        return made


class Quarrels(QObject):
    """Asks what to do with each conflict, and does it.

    Signals:
        settled: it was done; carries the words that say so.
    """

    settled = Signal(str)

    def __init__(self, session: Session, life: FlowLife, theming: Theming, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._life = life
        self._theming = theming
        self._window = window
        session.conflicted.connect(self.ask)

    def ask(self, conflict: Conflict) -> None:
        """Opens the dialog, unless another question is open."""
        if self._life.dialog is not None:
            return
        dialog = ConflictDialog(self._theming, conflict, self._window)
        ways = (
            (dialog.copy, self._keep_copy),
            (dialog.theirs, self._take_theirs),
            (dialog.mine, self._replace_theirs),
        )
        for button, way in ways:
            button.clicked.connect(lambda _on=False, way=way: self._decide(dialog, way, conflict))
        self._life.ask(dialog, lambda: dialog.decided() if dialog.decided else None)

    def _decide(self, dialog: ConflictDialog, way: Callable[[Conflict], None], conflict: Conflict) -> None:
        dialog.decided = lambda: way(conflict)
        dialog.accept()

    def _keep_copy(self, conflict: Conflict) -> None:
        def done() -> None:
            name = self._session.name
            self.settled.emit(tr("Yours is “{name}” now. Theirs stays as it is").format(name=name))

        self._session.keep_copy(conflict, done)

    def _take_theirs(self, conflict: Conflict) -> None:
        words = tr("Theirs is open now. Yours is one step back")
        self._session.take_theirs(conflict, lambda: self.settled.emit(words))

    def _replace_theirs(self, conflict: Conflict) -> None:
        words = tr("Yours is stored. Theirs is “{name}” now")
        self._session.replace_theirs(conflict, lambda name: self.settled.emit(words.format(name=name)))
