"""The status bar: what the machine is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from app.ui.theme import Theming
from app.ui.widgets import Dot, IconButton, label, line, part, row
from app.ui.words import clock, engine_words, number, people, tr

if TYPE_CHECKING:
    from app.model.ports import Status

HEIGHT = 28


class StatusBar(QWidget):
    """28 px high. What does not fit falls off from the right; engine and trouble stay.

    Signals:
        asked: engine or trouble was clicked: what needs a person is to be shown.
        brake_asked: everything is to be stopped.
    """

    asked = Signal()
    brake_asked = Signal()

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "status-bar")
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(tr("Status"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._dot = Dot(theming, "ink-3")
        self.engine = label(tr("Starting"), "status-strong")
        self.next = label(role="status")
        self.sent = label(role="status")
        self.site = label(role="status")
        self.shop = label(role="status")
        self.shop.setTextFormat(Qt.TextFormat.RichText)
        self.shop.setOpenExternalLinks(True)
        self.trouble = label(role="status-trouble")
        self.saved = label(role="status")
        self.brake = IconButton(theming, "brake", tr("Stop everything…"), size=16)
        self.brake.setFixedSize(24, 24)
        self.brake.clicked.connect(self.brake_asked)
        for shown in (self.engine, self.trouble):
            shown.setCursor(Qt.CursorShape.PointingHandCursor)
            shown.installEventFilter(self)
        self._parts: list[tuple[QFrame, QLabel]] = []
        box = row(self._dot, self.engine, self.brake, self.next, margins=(12, 0, 12, 0), gap=12)
        box.setStretch(0, 0)
        for shown in (self.sent, self.site, self.shop, self.trouble):
            separator = line(vertical=True)
            box.addWidget(separator)
            box.addWidget(shown)
            self._parts.append((separator, shown))
        box.addStretch(1)
        box.addWidget(self.saved)
        self.setLayout(box)
        self._fit()

    def show_status(self, status: Status) -> None:
        """The engine's word, what comes next, what went out, the site, trouble."""
        words, color = engine_words(status)
        self._dot.set_color(color)
        self.engine.setText(words)
        self.engine.setToolTip(_stopped_words(status))
        self.brake.setVisible(status.halt is None or not status.halt.is_brake)
        self.next.setText(_next_words(status))
        self.sent.setText(tr("Sent today {count}").format(count=number(status.sent_today)))
        self.site.setText(tr("Site on {address}").format(address=_host(status.site)) if status.site else "")
        link = f'<a href="{status.shop}">{tr("Open the sample shop")}</a>'
        self.shop.setText(link if status.shop else "")
        troubles = trouble_lines(status)
        self.trouble.setText(troubles[0] if troubles else "")
        self.trouble.setToolTip("\n".join(troubles))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonRelease and watched in (self.engine, self.trouble):
            self.asked.emit()
            return True
        return super().eventFilter(watched, event)

    def show_saved(self, words: str) -> None:
        """When the draft was saved, on the right."""
        self.saved.setText(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 84 - self._wide(self.engine) - self._wide(self.trouble)
        for shown in (self.shop, self.next, self.sent, self.site, self.saved):
            room -= self._wide(shown)
            shown.setVisible(bool(shown.text()) and room >= 0)
        self.trouble.setVisible(bool(self.trouble.text()))
        for separator, shown in self._parts:
            separator.setVisible(not shown.isHidden())

    @staticmethod
    def _wide(shown: QLabel) -> int:
        return shown.sizeHint().width() + 25 if shown.text() else 0


def _next_words(status: Status) -> str:
    stopped = _stopped_words(status)
    if stopped:
        return stopped
    if status.next_due is None:
        return tr("Nothing waits")
    when = clock(status.next_due, status.clock)
    if status.due_people:
        return tr("Next step {time} · {people}").format(time=when, people=people(status.due_people))
    return tr("Next step {time}").format(time=when)


def _stopped_words(status: Status) -> str:
    """Why nothing moves, and what to do; empty where it does."""
    if status.halt is None and status.engine not in ("failed", "paused"):
        return ""
    from app.ui.halt_words import stop_of  # not needed for the first picture

    found = stop_of(status)
    return found.about if found is not None else status.engine_detail


def trouble_lines(status: Status) -> list[str]:
    """Channels that rest, then what limits hold up."""
    if not status.resting:
        return list(status.trouble)
    from app.ui.halt_words import resting_words  # not needed for the first picture

    return [*(resting_words(one) for one in status.resting), *status.trouble]


def _host(address: str) -> str:
    return address.split("://", 1)[-1].rstrip("/")
