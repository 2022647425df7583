"""Choosing the person a message is shown as."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem

from app.model.ports import Person
from app.ui.theme import Theming
from app.ui.widgets import SearchField, column, part
from app.ui.words import tr

_ROW: Final = Qt.ItemDataRole.UserRole
_WAIT_MS: Final = 150


class PersonPopup(QFrame):
    """``chosen`` carries the ``Person``, or None for nobody in particular."""

    chosen = Signal(object)

    def __init__(
        self, theming: Theming, people: Sequence[Person], find: Callable[[str, Callable[[Any], None]], None]
    ) -> None:
        super().__init__(None, Qt.WindowType.Popup)
        part(self, "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(320)
        self._find = find
        self._people: list[Person | None] = []
        self._alive = [True]
        self.search = SearchField(theming, tr("Find a person"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("People"))
        self.list.setFixedHeight(260)
        self.setLayout(column(self.search, self.list, margins=(12, 12, 12, 12)))
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_WAIT_MS)
        self._soon.timeout.connect(self._look)
        self.search.textEdited.connect(lambda _text: self._soon.start())
        self.search.returnPressed.connect(self._accept)
        self.list.itemClicked.connect(lambda _item: self._accept())
        self.show_people(people)

    def show_people(self, people: Sequence[Person]) -> None:
        """Those to choose from, and nobody in particular below."""
        self._people = [*people, None]
        self.list.clear()
        for person in self._people:
            name = person.name if person else tr("Nobody in particular")
            where = f"\n{person.address}" if person and person.address not in ("", person.name) else ""
            self.list.addItem(QListWidgetItem(name + where))
        self.list.setCurrentRow(0)

    def open_at(self, place: QPoint) -> None:
        """With its left top corner here."""
        self.adjustSize()
        self.move(place)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
            return
        super().keyPressEvent(event)

    def _look(self) -> None:
        alive = self._alive
        self.destroyed.connect(lambda: alive.__setitem__(0, False))
        self._find(self.search.text(), lambda people: self.show_people(people) if alive[0] else None)

    def _accept(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._people):
            self.chosen.emit(self._people[row])
            self.close()
