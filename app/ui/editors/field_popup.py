"""Choosing a field for a text, and what to write where a person has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListWidget, QListWidgetItem

from app.flows.letters.liquid import Field, field_of, path_of
from app.ui.editors.chips import FieldText, words_of
from app.ui.theme import Theming
from app.ui.widgets import Button, SearchField, column, label, part, row
from app.ui.words import tr

WIDTH: Final = 300
_ROWS: Final = 7
_USUAL: Final = ("first_name", "last_name", "city", "email", "phone")
_PATH: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Fields:
    """What texts can ask for: names of the person's properties, and of what the event carries."""

    person: tuple[str, ...] = ()
    event: tuple[str, ...] = ()

    def groups(self) -> list[tuple[str, list[str]]]:
        """(heading, paths) in the order they are offered."""
        person = dict.fromkeys([*(name for name in _USUAL if name in self.person), *self.person, *_USUAL])
        event = [
            path_of(["event", *name.split(".")]) for name in self.event if not _of_items(name, self.event)
        ]
        shop = ["shop.name", "shop.url", "postal_address", "unsubscribe_url"]
        return [
            (tr("From the person"), [path_of([name]) for name in person]),
            (tr("From the event"), event),
            (tr("From the shop, and links"), shop),
        ]


def _of_items(name: str, names: Sequence[str]) -> bool:
    """A part of a product in a list has no place in a text of its own."""
    return "." in name and name.split(".", maxsplit=1)[0] in names


class FieldPopup(QFrame):
    """Opens over a text. ``chosen`` carries the field's source, empty to take it out."""

    chosen = Signal(str)

    def __init__(self, theming: Theming, fields: Fields, source: str = "") -> None:
        super().__init__(None, Qt.WindowType.Popup)
        part(self, "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH)
        self.search = SearchField(theming, tr("Find a field"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Fields"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.other = QLineEdit()
        self.other.setAccessibleName(tr("If it is empty, write"))
        self.other.setPlaceholderText(tr("nothing"))
        self.use = Button(
            theming, tr("Change the field") if source else tr("Insert the field"), kind="primary"
        )
        self.out = Button(theming, tr("Take out"), kind="quiet")
        self.out.setVisible(bool(source))
        foot = row(self.out, None, self.use)
        self.setLayout(
            column(
                self.search, self.list, label(tr("If it is empty, write"), "label"), self.other, foot,
                margins=(12, 12, 12, 12),
            )
        )  # fmt: skip
        self._fill(fields, field_of(source))
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._accept)
        self.other.returnPressed.connect(self._accept)
        self.list.itemDoubleClicked.connect(lambda _item: self._accept())
        self.use.clicked.connect(self._accept)
        self.out.clicked.connect(lambda: self._tell(""))

    def open_at(self, place: QRect) -> None:
        """Below this place of the screen, or above it where there is no room."""
        self.adjustSize()
        screen = QGuiApplication.screenAt(place.center()) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        x = max(room.left() + 4, min(place.left(), room.right() - self.width() - 4))
        below = place.bottom() + 6
        y = (
            below
            if below + self.height() <= room.bottom()
            else max(room.top(), place.top() - self.height() - 6)
        )
        self.move(QPoint(x, y))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        super().keyPressEvent(event)

    def _fill(self, fields: Fields, field: Field | None) -> None:
        groups = fields.groups()
        if field is not None and all(field.path not in paths for _heading, paths in groups):
            groups.insert(0, (tr("In the text now"), [field.path]))
        for heading, paths in groups:
            self._add_group(heading, paths, field.path if field else "")
        if field is not None and not field.or_field:
            self.other.setText(field.fallback)
        if self.list.currentItem() is None:
            self.list.setCurrentRow(1)
        self.list.setFixedHeight(_ROWS * 28 + 8)

    def _add_group(self, heading: str, paths: Sequence[str], now: str) -> None:
        if not paths:
            return
        head = QListWidgetItem(heading)
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(head)
        for path in paths:
            item = QListWidgetItem(words_of("{{ " + path + " }}"))
            item.setData(_PATH, path)
            self.list.addItem(item)
            if path == now:
                self.list.setCurrentItem(item)

    def _filter(self, text: str) -> None:
        first = None
        for item in self._items():
            path = str(item.data(_PATH) or "")
            fits = text.lower() in f"{item.text()} {path}".lower() if path else not text
            item.setHidden(not fits)
            first = first or (item if fits and path else None)
        if first is not None:
            self.list.setCurrentItem(first)

    def _step(self, by: int) -> None:
        items = [item for item in self._items() if item.data(_PATH) and not item.isHidden()]
        now = self.list.currentItem()
        at = items.index(now) if now in items else -1
        if items:
            self.list.setCurrentItem(items[max(0, min(len(items) - 1, at + by))])

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(index) for index in range(self.list.count())]

    def _accept(self) -> None:
        item = self.list.currentItem()
        if self.list.selectedItems() and item.data(_PATH):
            self._tell(Field(str(item.data(_PATH)), self.other.text().strip()).source)

    def _tell(self, source: str) -> None:
        self.chosen.emit(source)
        self.close()


def offer_field(text: FieldText, theming: Theming, fields: Fields, position: int, place: QRect) -> FieldPopup:
    """Opens the choice over ``text``: for the chip at ``position``, or for a new one where it is negative."""
    popup = FieldPopup(theming, fields, text.chip_at(position) if position >= 0 else "")

    def put(source: str) -> None:
        if position >= 0:
            text.replace_chip(position, source)
        elif source:
            text.insert_source(source)
        text.setFocus(Qt.FocusReason.PopupFocusReason)

    popup.chosen.connect(put)
    popup.open_at(place)
    return popup
