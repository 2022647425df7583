"""The history beside the canvas: every step by name and time, the newest on top; a click goes there."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.canvas.recorder import Recorder
from app.ui.theme import Theming
from app.ui.widgets import IconButton, column, label, part, row
from app.ui.words import clock, tr

WIDTH: Final = 232
_ROW: Final = 44
_ROLE: Final = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """The steps of a recorder from the newest down to the beginning, which is a row of its own."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self._recorder = recorder
        recorder.moved.connect(self._moved)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._recorder.steps) + 1

    def done_at(self, place: int) -> int:
        """How many steps are done in the state that this row stands for."""
        return len(self._recorder.steps) - place

    @property
    def current(self) -> int:
        """The row of the state that is shown."""
        return len(self._recorder.steps) - self._recorder.done

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        done = self.done_at(index.row())
        if not 0 <= done <= len(self._recorder.steps):
            return None
        step = self._recorder.steps[done - 1] if done else None
        if role == Qt.ItemDataRole.DisplayRole:
            return step.name if step else tr("The beginning")
        if role == _ROLE:
            return clock(step.at) if step else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            now = tr("shown now") if index.row() == self.current else ""
            return ", ".join(one for one in (self.data(index), self.data(index, _ROLE), now) if one)
        return None

    def _moved(self) -> None:
        self.beginResetModel()
        self.endResetModel()


class StepRow(QStyledItemDelegate):
    """One step: a dot on the line of time, its name, its time below. What was taken back is pale."""

    def __init__(self, theming: Theming, model: HistoryModel) -> None:
        super().__init__(model)
        self._theming = theming
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(WIDTH - 24, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colors, area = self._theming.theme.colors, QRect(option.rect)
        state: QStyle.StateFlag = option.state
        is_now, is_ahead = index.row() == self._model.current, index.row() < self._model.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if is_now or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theming.color("accent-soft" if is_now else "surface-2"))
            painter.drawRoundedRect(QRectF(area).adjusted(4, 1, -4, -1), 6, 6)
        self._paint_dot(painter, area, index.row(), is_now=is_now)
        ink = "accent-text" if is_now else "ink-3" if is_ahead else "ink"
        style, left = self._theming.style, area.left() + 36
        name = style.metrics(13, 500).elidedText(index.data(), Qt.TextElideMode.ElideRight, area.width() - 48)
        time = str(index.data(_ROLE))
        painter.setFont(style.font(13, 500))
        painter.setPen(colors[ink])
        painter.drawText(QPointF(left, area.top() + (19 if time else 27)), name)
        painter.setFont(style.font(11, 400))
        painter.setPen(colors["accent-text" if is_now else "ink-3"])
        painter.drawText(QPointF(left, area.top() + 35), time)
        painter.restore()

    def _paint_dot(self, painter: QPainter, area: QRect, place: int, *, is_now: bool) -> None:
        middle = QPointF(area.left() + 20, area.center().y() + 0.5)
        painter.setPen(self._theming.style.pen("line-strong"))
        top = middle.y() if place == 0 else area.top()
        bottom = middle.y() if place == self._model.rowCount() - 1 else area.bottom() + 1
        painter.drawLine(QPointF(middle.x(), top), QPointF(middle.x(), bottom))
        painter.setPen(self._theming.style.pen("accent-text" if is_now else "control", 1.5))
        painter.setBrush(self._theming.color("accent-text" if is_now else "surface"))
        painter.drawEllipse(middle, 5 if is_now else 4, 5 if is_now else 4)


class HistoryPanel(QWidget):
    """Signals:
    chosen: go to the state in which so many steps are done.
    closed: the panel is to go away.
    """

    chosen = Signal(int)
    closed = Signal()

    def __init__(self, theming: Theming, recorder: Recorder) -> None:
        super().__init__()
        part(self, "palette")
        self.setFixedWidth(WIDTH)
        self.model = HistoryModel(recorder)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(StepRow(theming, self.model))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(tr("History"))
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.close_button = IconButton(theming, "close", tr("Close the history (Ctrl H)"), size=16)
        self.close_button.clicked.connect(self.closed)
        head = part(QWidget(), "inspector-head")
        head.setFixedHeight(40)
        head.setLayout(row(label(tr("History"), "strong"), None, self.close_button, margins=(16, 0, 8, 0)))
        self.setLayout(column(head, self.list, margins=(0, 0, 0, 8), gap=6))
        self.model.modelReset.connect(self._show_current)
        theming.changed.connect(self.list.viewport().update)

    def take_focus(self) -> None:
        """Puts the keyboard on the state that is shown."""
        self._show_current()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_current(self) -> None:
        index = self.model.index(self.model.current)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.done_at(index.row()))
