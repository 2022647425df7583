"""The people behind a number: who, since when, what they wait for or why not; a click lights their way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QTableView, QWidget

from app.flows.ways import reason_words, waits_for
from app.model.flow import Flow
from app.model.standing import Standing
from app.ui.moments import short_moment
from app.ui.theme import Theming
from app.ui.widgets import Button, CutLabel, IconButton, Picture, column, label, line, part, row
from app.ui.words import tr

HEIGHT: Final = 224
_ROW: Final = 32
_Index = QModelIndex | QPersistentModelIndex


class PeopleModel(QAbstractTableModel):
    """One row a person. The third column says what they wait for, or why a message was not sent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[Standing, ...] = ()
        self.what = "here"
        self._flow = Flow("")
        self._now: datetime | None = None

    def show(self, what: str, rows: Sequence[Standing], flow: Flow, now: datetime | None) -> None:
        """Other people, behind another number."""
        self.beginResetModel()
        self.what, self.rows, self._flow, self._now = what, tuple(rows), flow, now
        self.endResetModel()

    @property
    def heads(self) -> tuple[str, ...]:
        """The words above the columns."""
        if self.what == "here":
            return tr("Who"), tr("Here since"), tr("Waits for"), tr("Goes on")
        if self.what.startswith("failed"):
            return tr("Who"), tr("When"), tr("Why it was not sent")
        return tr("Who"), tr("When")

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.heads)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.heads[section] if section < len(self.heads) else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        one, place = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cells(one)[place]
        if role == Qt.ItemDataRole.ToolTipRole:
            return one.address if place == 0 and one.address != one.name else self._cells(one)[place]
        return None

    def _cells(self, one: Standing) -> tuple[str, ...]:
        since = short_moment(one.since, self._now)
        if self.what == "here":
            goes_on = short_moment(one.due_at, self._now) if one.due_at else tr("when it happens")
            return one.name, since, self._awaited(one), goes_on if one.state in ("due", "waiting") else ""
        return one.name, since, reason_words(one.reason)

    def _awaited(self, one: Standing) -> str:
        if one.state == "parked":
            return tr("A person: this step broke")
        if one.state == "held":
            return tr("A person: held, {reason}").format(reason=reason_words(one.reason))
        return waits_for(self._flow.by_id.get(one.node)) or tr("its turn")


class PeopleList(QWidget):
    """Between the canvas and the problems; Esc closes it.

    Signals:
        chosen: this person's way shall be lit.
        closed: the list is put away, and any way with it.
    """

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "people")
        self.setAccessibleName(tr("People"))
        self.asked: tuple[str, str] = ("", "here")
        """(node, what) of the number that is shown."""
        self.title = label(role="strong")
        self.close_ = IconButton(theming, "close", tr("Close (Esc)"), size=16)
        self.close_.clicked.connect(self.put_away)
        self.model = PeopleModel(self)
        self.table = self._made_table()
        self.empty = label(role="secondary")
        self.way = CutLabel()
        self.why = Button(theming, tr("Why?"), kind="link-small")
        self.why.setToolTip(tr("Everything this person got and did not get, and why"))
        self.back = Button(theming, tr("Show everybody"), kind="link-small")
        self._way = part(QWidget(), "clear")
        sign = Picture(theming, "eye", "accent-text")
        box = row(sign, self.way, self.why, self.back, margins=(16, 0, 16, 6), gap=8)
        box.setStretch(1, 1)
        self._way.setLayout(box)
        self._way.hide()
        head = row(self.title, None, self.close_, margins=(16, 4, 12, 0))
        self.setLayout(column(line(), head, self._way, self.table, self.empty, gap=0))
        self.empty.setContentsMargins(16, 0, 16, 12)
        self.setFixedHeight(HEIGHT)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether a number is opened."""
        return not self.isHidden()

    def ask(self, node_id: str, what: str, words: str) -> None:
        """Another number is opened; ``words`` say which."""
        if (node_id, what) != self.asked:
            self.model.show(what, (), Flow(""), None)
        self.asked = (node_id, what)
        self.title.setText(words)
        self.show()

    def show_people(self, rows: Sequence[Standing], flow: Flow, now: datetime | None, limit: int) -> None:
        """The people behind the number; the one whose way is lit stays chosen."""
        kept = self._selected()
        self.model.show(self.asked[1], rows, flow, now)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.empty.setText(tr("Nobody.") if len(rows) < limit else "")
        self._set_widths()
        place = next((place for place, one in enumerate(rows) if kept and _same(one, kept)), None)
        if place is not None:
            self._choose_row(place)

    def say_way(self, sentence: str) -> None:
        """One line on the person whose way is lit; empty: nobody's is."""
        self.way.say(sentence)
        self._way.setVisible(bool(sentence))
        if not sentence:
            self.table.clearSelection()

    def put_away(self) -> None:
        """Closes the list."""
        if self.is_open:
            self.say_way("")
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
            return
        super().keyPressEvent(event)

    def _made_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName(tr("People"))
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setStretchLastSection(True)
        table.clicked.connect(self._choose)
        table.activated.connect(self._choose)
        return table

    def _set_widths(self) -> None:
        header = self.table.horizontalHeader()
        for place, width in enumerate((240, 140, 300)[: self.model.columnCount() - 1]):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(place, width)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.rows[index.row()])

    def _selected(self) -> Standing | None:
        rows = self.table.selectionModel().selectedRows()
        return self.model.rows[rows[0].row()] if rows and rows[0].row() < len(self.model.rows) else None

    def _choose_row(self, place: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().select(self.model.index(place, 0), flags)


def _same(one: Standing, other: Standing) -> bool:
    return (one.journey_id, one.since) == (other.journey_id, other.since)
