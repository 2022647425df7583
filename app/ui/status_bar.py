"""The status bar: what the machine is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from app.ui.theme import Theming
from app.ui.widgets import Dot, label, line, part, row
from app.ui.words import clock, engine_words, number, people, tr

if TYPE_CHECKING:
    from app.model.ports import Status

HEIGHT = 28


class StatusBar(QWidget):
    """28 px high. What does not fit falls off from the right; engine and trouble stay."""

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
        self._parts: list[tuple[QFrame, QLabel]] = []
        box = row(self._dot, self.engine, self.next, margins=(12, 0, 12, 0), gap=12)
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
        self.engine.setToolTip(status.engine_detail)
        self.next.setText(_next_words(status))
        self.sent.setText(tr("Sent today {count}").format(count=number(status.sent_today)))
        self.site.setText(tr("Site on {address}").format(address=_host(status.site)) if status.site else "")
        link = f'<a href="{status.shop}">{tr("Open the sample shop")}</a>'
        self.shop.setText(link if status.shop else "")
        self.trouble.setText(status.trouble[0] if status.trouble else "")
        self.trouble.setToolTip("\n".join(status.trouble))
        self._fit()

    def show_saved(self, words: str) -> None:
        """When the draft was saved, on the right."""
        self.saved.setText(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 48 - self._wide(self.engine) - self._wide(self.trouble)
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
    if status.engine in ("failed", "paused") and status.engine_detail:
        return status.engine_detail
    if status.next_due is None:
        return tr("Nothing waits")
    when = clock(status.next_due, status.clock)
    if status.due_people:
        return tr("Next step {time} · {people}").format(time=when, people=people(status.due_people))
    return tr("Next step {time}").format(time=when)


def _host(address: str) -> str:
    return address.split("://", 1)[-1].rstrip("/")
