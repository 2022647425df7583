"""Cards with a name and a condition: the ways of a check, and the events that end a journey."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from app.ui.inspector.condition import ConditionEditor
from app.ui.inspector.editor import UNSET, Context, completed, mark_bad
from app.ui.inspector.grip import Grip
from app.ui.inspector.lists import Rows
from app.ui.inspector.ready_ways import ready_ways
from app.ui.widgets import Button, IconButton, column, label, part, row
from app.ui.words import tr


@dataclass(frozen=True, slots=True)
class CardKind:
    """How a card is written in the flow file, and its words."""

    name_key: str
    condition_key: str
    add: str
    asks: str
    before_condition: str
    about_event: bool
    names: Callable[[], list[str]] | None = None
    is_ordered: bool = False
    """Whether the first that fits is taken."""


class CardsEditor(Rows):
    """One card per item, in the order in which they are tried."""

    def __init__(self, context: Context, kind: CardKind) -> None:
        super().__init__(context.theming, kind.add, lowest=0)
        self._context = context
        self._kind = kind
        self._shown: list[Any] = []
        self.fill([])

    def make_row(self, item: Any) -> QWidget:
        grip = self.grip(lambda: card) if self._kind.is_ordered else None
        shown = item if isinstance(item, Mapping) else self.new_item()
        card = Card(self._context, self._kind, shown, grip)
        card.changed.connect(self.tell)
        card.removed.connect(lambda: self.remove_row(card))
        return card

    def new_item(self) -> dict[str, Any]:
        """What an added card holds at first."""
        return {}

    def read_rows(self) -> Any:
        self._shown = [item for card in self.cards if (item := card.read()).get(self._kind.name_key)]
        return self._shown or UNSET

    def show_value(self, value: Any) -> None:
        shown = list(value) if isinstance(value, (list, tuple)) else []
        if shown != self._shown:
            self._shown = shown
            self.fill(shown)

    def set_bad(self, *, bad: bool) -> None:
        for card in self.cards:
            mark_bad(card.name, bad=bad and not card.name.text().strip())

    @property
    def cards(self) -> list[Card]:
        """The card of each item."""
        return [widget for widget in self.rows if isinstance(widget, Card)]


class WaysEditor(CardsEditor):
    """The ways of a check: each has a name and a condition; who fits none goes by “else”."""

    def __init__(self, context: Context) -> None:
        kind = CardKind(
            "name",
            "when",
            tr("Add a way"),
            tr("Name of the way"),
            tr("taken when"),
            about_event=False,
            is_ordered=True,
        )
        super().__init__(context, kind)
        self.ready = Button(context.theming, tr("Add a ready way"), "down", "link-small", color="accent-text")
        self.menu = QMenu(self.ready)
        self.menu.aboutToShow.connect(self._offer)
        self.ready.setMenu(self.menu)
        self.add_beside(self.ready)

    @property
    def _taken(self) -> set[str]:
        return {card.name.text().strip() for card in self.cards}

    def _offer(self) -> None:
        self.menu.clear()
        for way in ready_ways(self._context.flow(), self._taken):
            self.menu.addAction(way.words).triggered.connect(
                lambda _checked=False, item=way.item: self._add_ready(item)
            )

    def _add_ready(self, item: dict[str, Any]) -> None:
        self.append(item)
        self.tell()

    def new_item(self) -> dict[str, Any]:
        taken = self._taken
        names = (tr("way {number}").format(number=number) for number in range(1, len(taken) + 2))
        return {"name": next(name for name in names if name not in taken)}


class ExitsEditor(CardsEditor):
    """The events that end a journey without success."""

    def __init__(self, context: Context) -> None:
        kind = CardKind(
            "event",
            "where",
            tr("Add an exit"),
            tr("Event"),
            tr("only if"),
            about_event=True,
            names=context.events,
        )
        super().__init__(context, kind)


class Card(QWidget):
    """A name and a condition."""

    changed = Signal()
    removed = Signal()

    def __init__(
        self, context: Context, kind: CardKind, item: Mapping[str, Any], grip: Grip | None = None
    ) -> None:
        super().__init__()
        part(self, "way")
        self._kind = kind
        self._item = dict(item)
        self.name = QLineEdit(str(item.get(kind.name_key) or ""))
        self.name.setMaxLength(100)
        self.name.setPlaceholderText(kind.asks)
        self.name.setAccessibleName(kind.asks)
        self.name.textEdited.connect(lambda _text: self.changed.emit())
        if kind.names is not None:
            completed(self.name, kind.names)
            self.name.completer().activated.connect(lambda _text: self.changed.emit())
        self.condition = ConditionEditor(context, about_event=kind.about_event)
        self.condition.show_value(item.get(kind.condition_key))
        self.condition.changed.connect(lambda _value: self.changed.emit())
        away = IconButton(context.theming, "trash", tr("Take out"), size=16, color="ink-3")
        away.clicked.connect(self.removed)
        before = label(kind.before_condition, "hint")
        head = row(*([grip] if grip else []), self.name, away, gap=2)
        self.setLayout(column(head, before, self.condition, margins=(8, 8, 8, 8), gap=4))
        self.setFocusProxy(self.name)

    def read(self) -> dict[str, Any]:
        """The item as it stands."""
        made = {**self._item, self._kind.name_key: self.name.text().strip()}
        condition = self.condition.read_rows()
        if condition is UNSET:
            made.pop(self._kind.condition_key, None)
        else:
            made[self._kind.condition_key] = condition
        return made
