"""Find or do anything: actions, pages, flows, nodes and templates in one list, narrowed while typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSettings,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.ranking import Entry, Ranked, ranked
from app.ui.theme import Theming
from app.ui.widgets import column, label, part
from app.ui.words import tr

_WIDTH: Final = 560
_ROW: Final = 34
_ROWS: Final = 10
_KEPT: Final = 12
_LATELY: Final = "finder/lately"
_STEPS: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Tab: 1,
    Qt.Key.Key_Backtab: -1,
    Qt.Key.Key_PageDown: _ROWS,
    Qt.Key.Key_PageUp: -_ROWS,
}
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Target:
    """What happens on Enter, and how the line looks: an icon on the left, a shortcut on the right."""

    icon: str
    go: Callable[[], None]
    keys: str = ""


class Finder(QDialog):
    """Arrows choose, Enter goes, Esc closes. What was used lately comes first."""

    def __init__(self, theming: Theming, entries: Sequence[Entry[Target]], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theming = theming
        self._entries = entries
        self._lately = lately()
        part(self, "finder")
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Find or do anything"))
        self.line.setAccessibleName(tr("Find or do anything"))
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self._model = _Lines(self)
        self.list = self._made_list()
        self._none = label(role="hint")
        self.setLayout(column(self.line, self.list, self._none, margins=(8, 8, 8, 8), gap=6))
        self.setFixedWidth(_WIDTH)
        self._fill("")
        self.line.setFocus()

    @property
    def shown(self) -> list[Ranked[Target]]:
        """The lines as they stand."""
        return self._model.lines

    def _made_list(self) -> QListView:
        view = QListView()
        view.setModel(self._model)
        view.setItemDelegate(_Row(self._theming, view))
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setUniformItemSizes(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(tr("What was found"))
        view.setFixedHeight(_ROWS * _ROW + 4)
        view.clicked.connect(lambda index: self._go(index.row()))
        return view

    def _fill(self, text: str) -> None:
        self._model.show_lines(ranked(self._entries, text, self._lately))
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.list.scrollToTop()
        self._none.setText("" if self.shown else tr("Nothing is called “{text}”.").format(text=text))
        self._none.setVisible(not self.shown)

    def _go(self, row: int) -> None:
        if 0 <= row < len(self.shown):
            entry = self.shown[row].entry
            _remember(entry.name)
            self.accept()
            entry.what.go()

    def _step(self, by: int) -> None:
        row = max(0, min(len(self.shown) - 1, self.list.currentIndex().row() + by))
        self.list.setCurrentIndex(self._model.index(row, 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _STEPS:
                self._step(_STEPS[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._go(self.list.currentIndex().row())
                return True
        return super().eventFilter(watched, event)


class _Lines(QAbstractListModel):
    """The lines, for the list and for screen readers."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: list[Ranked[Target]] = []

    def show_lines(self, lines: list[Ranked[Target]]) -> None:
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, _parent: _Index | None = None) -> int:
        return len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.entry.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            told = (line.entry.words, line.entry.about, line.why, line.entry.what.keys)
            return ", ".join(one for one in told if one)
        return line if role == Qt.ItemDataRole.UserRole else None


class _Row(QStyledItemDelegate):
    """Icon, words, what it is or why it was found, and the shortcut at the right."""

    def __init__(self, theming: Theming, view: QListView) -> None:
        super().__init__(view)
        self._theming = theming

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(_WIDTH - 40, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(line, Ranked):
            return
        theming, rect = self._theming, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theming.color("accent-soft"))
            painter.drawRoundedRect(rect, 6, 6)
        icon = theming.icon(line.entry.what.icon, "ink-2", 16)
        icon.paint(painter, QRect(rect.left() + 10, rect.top() + (_ROW - 16) // 2, 16, 16))
        right = self._keys(painter, line.entry.what.keys, rect)
        at = self._write(painter, line.entry.words, (13, 500), "ink", rect.left() + 38, right, rect)
        self._write(painter, line.why or line.entry.about, (12, 400), "ink-3", at + 10, right, rect)
        painter.restore()

    def _keys(self, painter: QPainter, keys: str, rect: QRect) -> int:
        """Paints the shortcut; answers how far to the right words may go."""
        if not keys:
            return rect.right() - 10
        painter.setFont(self._theming.style.font(11, 500))
        width = painter.fontMetrics().horizontalAdvance(keys) + 12
        box = QRect(rect.right() - 8 - width, rect.top() + (_ROW - 20) // 2, width, 20)
        painter.setPen(self._theming.color("line-strong"))
        painter.setBrush(self._theming.color("surface"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(self._theming.color("ink-2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, keys)
        return box.left() - 10

    def _write(
        self,
        painter: QPainter,
        text: str,
        role: tuple[int, int],
        ink: str,
        left: int,
        right: int,
        rect: QRect,
    ) -> int:
        if right - left < 16:
            return left
        painter.setFont(self._theming.style.font(*role))
        painter.setPen(self._theming.color(ink))
        metrics = painter.fontMetrics()
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, right - left)
        base = rect.top() + (_ROW + metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(left, base), cut)
        return left + metrics.horizontalAdvance(cut)


def lately() -> tuple[str, ...]:
    """Names of the entries that were used last, the latest first."""
    kept = QSettings().value(_LATELY, "")
    return tuple(name for name in str(kept or "").split("\n") if name)


def _remember(name: str) -> None:
    names = [name, *(one for one in lately() if one != name)]
    QSettings().setValue(_LATELY, "\n".join(names[:_KEPT]))
