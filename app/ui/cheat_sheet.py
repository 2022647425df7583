"""Every key there is, by what it is for. Made from the commands themselves, so it is never out of date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QMargins, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.search import folded
from app.ui.theme import Theming
from app.ui.widgets import SearchField, column, label, part
from app.ui.words import tr

_SIZE: Final = (1120, 720)
_BESIDE: Final = 24
"""What is seen of the window around it."""
_NARROW: Final = 1040
"""Up to this width there is one column less."""
_COLUMNS: Final = 3
_WORDS: Final = 150
_HEAD: Final = 2
"""Rows that a heading is worth, where the groups are shared out over the columns."""


@dataclass(frozen=True, slots=True)
class Line:
    """One command: the words of its group, its own, and its keys as this system writes them."""

    group: str
    words: str
    keys: tuple[str, ...]


class CheatSheet(QDialog):
    """Columns of keys, narrowed while typing; Esc closes."""

    def __init__(self, theming: Theming, lines: Sequence[Line], parent: QWidget) -> None:
        super().__init__(parent)
        part(self, "cheat-sheet")
        self.setWindowTitle(tr("All keys"))
        self._lines = [line for line in lines if line.keys]
        self._sheet = QWidget()
        self.search = SearchField(theming, tr("Find a key or what it does"))
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self._none = label(role="hint")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(
            column(
                label(tr("All keys"), "title"),
                self.search,
                self._none,
                self._area,
                margins=(20, 16, 20, 16),
                gap=12,
            )
        )
        beside = parent.window().size().shrunkBy(QMargins(_BESIDE, _BESIDE, _BESIDE, _BESIDE))
        self.resize(beside.boundedTo(QSize(*_SIZE)))
        self._columns = _COLUMNS if self.width() > _NARROW else _COLUMNS - 1
        self._fill("")
        self.search.setFocus()

    @property
    def shown(self) -> list[Line]:
        """The lines as they stand."""
        return [line for line in self._lines if _answers(line, folded(self.search.text().strip()))]

    def _fill(self, text: str) -> None:
        groups: dict[str, list[Line]] = {}
        for line in self.shown:
            groups.setdefault(line.group, []).append(line)
        self._none.setText("" if groups else tr("No key for “{text}”.").format(text=text))
        self._none.setVisible(not groups)
        self._sheet = part(QWidget(), "clear")
        box = QHBoxLayout(self._sheet)
        box.setContentsMargins(0, 0, 12, 0)
        box.setSpacing(32)
        for one in shared_out(groups, self._columns):
            box.addLayout(_column(one), 1)
        self._area.setWidget(self._sheet)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 12, Qt.Key.Key_PageUp: -12}
            by = step.get(Qt.Key(event.key()))
            if by is not None:
                bar = self._area.verticalScrollBar()
                bar.setValue(bar.value() + by * 28)
                return True
        return super().eventFilter(watched, event)


def shared_out(groups: dict[str, list[Line]], count: int = _COLUMNS) -> list[list[tuple[str, list[Line]]]]:
    """The groups over the columns, in their order, so that none is much longer than the others."""
    total = sum(len(lines) + _HEAD for lines in groups.values())
    columns: list[list[tuple[str, list[Line]]]] = [[] for _ in range(count)]
    filled = 0.0
    for name, lines in groups.items():
        middle = filled + (len(lines) + _HEAD) / 2
        columns[min(count - 1, int(middle * count / max(total, 1)))].append((name, lines))
        filled += len(lines) + _HEAD
    return columns


def _column(groups: Sequence[tuple[str, list[Line]]]) -> QVBoxLayout:
    box = QVBoxLayout()
    box.setSpacing(6)
    for name, lines in groups:
        box.addWidget(label(name, "strong"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(0, _WORDS)
        for row, line in enumerate(lines):
            grid.addWidget(label(line.words, "secondary", wrap=True), row, 0)
            keys = QHBoxLayout()
            keys.setSpacing(4)
            for key in line.keys:
                keys.addWidget(label(key, "key"))
            grid.addLayout(keys, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        box.addLayout(grid)
        box.addSpacing(14)
    box.addStretch(1)
    return box


def _answers(line: Line, sought: str) -> bool:
    said = folded(" ".join((line.group, line.words, *line.keys)))
    return all(word in said for word in sought.split())
