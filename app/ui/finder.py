"""Find or do anything: a short list of flows, nodes, pages and actions, narrowed while typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.ui.theme import Theming
from app.ui.widgets import column, label, part
from app.ui.words import tr

_MOST: Final = 40
_WIDTH: Final = 520


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to find: its words, what it is, and what happens on Enter."""

    words: str
    about: str
    icon: str
    go: Callable[[], None]


class Finder(QDialog):
    """Arrows choose, Enter goes, Esc closes."""

    def __init__(self, theming: Theming, targets: Sequence[Target], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theming = theming
        self._targets = targets
        self._shown: list[Target] = []
        part(self, "finder")
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Find or do anything"))
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _item: self._go())
        self._none = label(role="hint")
        self.setLayout(column(self.line, self.list, self._none, margins=(8, 8, 8, 8), gap=6))
        self.setFixedWidth(_WIDTH)
        self.list.setFixedHeight(320)
        self._fill("")
        self.line.setFocus()

    def _fill(self, text: str) -> None:
        words = text.casefold().split()
        self._shown = [
            target
            for target in self._targets
            if all(word in f"{target.words} {target.about}".casefold() for word in words)
        ][:_MOST]
        self.list.clear()
        for target in self._shown:
            item = QListWidgetItem(
                self._theming.icon(target.icon, "ink-3", 16), f"{target.words} · {target.about}"
            )
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._none.setText("" if self._shown else tr("Nothing is called “{text}”.").format(text=text))
        self._none.setVisible(not self._shown)

    def _go(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._shown):
            target = self._shown[row]
            self.accept()
            target.go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._go()
                return True
        return super().eventFilter(watched, event)
