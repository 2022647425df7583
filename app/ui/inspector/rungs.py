"""The ways of “First that works”: what is tried one after the other, each with what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from app.canvas.words import duration_words, plain
from app.model.flow import Problem
from app.model.kinds import KINDS, Kind, Setting, SettingType, ticked
from app.model.rungs import RUNG_KINDS, rung_settings
from app.ui.editors.written import EDITED
from app.ui.inspector.duration import DurationEditor
from app.ui.inspector.editor import UNSET, Context, Editor
from app.ui.inspector.field import Field
from app.ui.inspector.lists import Rows
from app.ui.theme import Theming
from app.ui.widgets import (
    Button,
    ClickRow,
    CutLabel,
    Drawn,
    IconButton,
    Picture,
    column,
    label,
    part,
    repaint,
    row,
)
from app.ui.words import said, tr

EditorMaker = Callable[[Kind, Setting, Context], Editor]
_TILE: Final = 28
_FIRST_TRY: Final = "P1D"
TRY_FOR: Final = Setting(
    "try_for",
    SettingType.DURATION,
    "Try for",
    "Nothing came back by then: the next way is tried.",
)
_TELLING: Final = ("subject", "headline", "text")
"""The setting that tells one way from another."""


class RungsEditor(Rows):
    """One card a way, in the order in which they are tried; a click on its head shows what it says."""

    def __init__(self, context: Context, editor_for: EditorMaker) -> None:
        super().__init__(context.theming, tr("Add a way"), lowest=0)
        self.context = context
        self.editor_for = editor_for
        self._shown: list[Any] = []
        self.menu = QMenu(self.add)
        for name in RUNG_KINDS:
            if KINDS[name].available:
                act = self.menu.addAction(context.theming.icon(KINDS[name].icon, "ink-2", 18), _title(name))
                act.triggered.connect(lambda _on=False, kind=name: self.add_rung(kind))
        self.add.clicked.disconnect()
        self.add.setMenu(self.menu)
        self.fill([])

    @property
    def cards(self) -> list[RungCard]:
        """The card of each way."""
        return [one for one in self.rows if isinstance(one, RungCard)]

    def make_row(self, item: Any) -> QWidget:
        made = RungCard(self, item if isinstance(item, Mapping) else {})
        made.changed.connect(self.tell)
        made.removed.connect(lambda: self.remove_row(made))
        made.opened.connect(lambda: self._only(made))
        return made

    def add_rung(self, kind: str) -> None:
        """One more way at the end, opened to be written."""
        added = self.append({"kind": kind, "settings": {}, "try_for": _FIRST_TRY})
        self.count_changed()
        self.tell()
        if isinstance(added, RungCard):
            added.open()
            added.take_focus()

    def read_rows(self) -> Any:
        self._shown = [card.read() for card in self.cards]
        return self._shown or UNSET

    def show_value(self, value: Any) -> None:
        shown = (
            [rung for rung in value if isinstance(rung, Mapping)] if isinstance(value, (list, tuple)) else []
        )
        if shown != self._shown:
            self._shown = shown
            # What is written in a card comes back by undo without the card being folded.
            if [card.kind_name for card in self.cards] == [str(rung.get("kind")) for rung in shown]:
                for card, rung in zip(self.cards, shown, strict=True):
                    card.show_rung(rung)
            else:
                self.fill(shown)
        self.count_changed()

    def count_changed(self) -> None:
        node = self.context.flow().by_id.get(self.context.node_id)
        is_awaited = node is not None and bool(ticked(node))
        for number, card in enumerate(self.cards):
            card.stand(number, is_awaited=is_awaited)

    def show_problems(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        for number, card in enumerate(self.cards):
            head = f"rungs.{number}."
            card.show_problems([one for one in problems if one.setting.startswith(head)])
        return [one for one in problems if not one.setting.startswith("rungs.")]

    def focus_part(self, path: str) -> None:
        number, _, name = path.partition(".")
        place = int(number) if number.isdigit() else 0
        if place < len(self.cards):
            self.cards[place].open()
            self.cards[place].take_focus(name)
        else:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _only(self, opened: RungCard) -> None:
        """One card is open at a time, so that the order stays in view."""
        for card in self.cards:
            if card is not opened:
                card.fold()


class RungCard(QWidget):
    """A head that tells, and below it the fields of the way's kind.

    Signals:
        changed: it says something else.
        removed: it is to go.
        opened: its fields are shown.
    """

    changed = Signal()
    removed = Signal()
    opened = Signal()

    def __init__(self, editor: RungsEditor, rung: Mapping[str, Any]) -> None:
        super().__init__()
        part(self, "way")
        self._editor = editor
        self._rung = dict(rung)
        self._number = 0
        self._is_awaited = False
        self._problems: tuple[Problem, ...] = ()
        self.kind_name = str(rung.get("kind"))
        self._kind = KINDS.get(self.kind_name) if self.kind_name in RUNG_KINDS else None
        self.fields: dict[str, Field] = {}
        self._title = label(role="strong")
        self._about = CutLabel(role="small")
        self._body: QWidget | None = None
        self.head = self._made_head(editor.theming)
        self._box = column(self.head, margins=(4, 2, 4, 2), gap=0)
        self.setLayout(self._box)

    @property
    def is_open(self) -> bool:
        """Whether its fields are shown."""
        return self._body is not None and not self._body.isHidden()

    def read(self) -> dict[str, Any]:
        """The way as the file has it."""
        return dict(self._rung)

    def show_rung(self, rung: Mapping[str, Any]) -> None:
        """The same kind of way, saying something else."""
        self._rung = dict(rung)
        self._show()

    def stand(self, number: int, *, is_awaited: bool) -> None:
        """It is the ``number``-th (from 0); ``is_awaited``: the way waits for a reaction."""
        self._number = number
        self._is_awaited = is_awaited
        self._show()

    def open(self) -> None:
        """Shows what it says."""
        if self._body is None:
            self._body = self._made_body()
            self._box.addWidget(self._body)
            self._show_problems()
        self._body.show()
        self._arrow.set_look("down", "ink-3")
        self._show()
        self.opened.emit()

    def fold(self) -> None:
        """Shows its head alone."""
        if self._body is not None:
            self._body.hide()
        self._arrow.set_look("right", "ink-3")

    def take_focus(self, name: str = "") -> None:
        """Puts the cursor into this field, else into the first one."""
        field = self.fields.get(name) or next(iter(self.fields.values()), None)
        if field is not None:
            field.editor.take_focus()
        else:
            self.head.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """What is wrong with it; while it is folded, its head says the first of them."""
        self._problems = tuple(problems)
        self._show_problems()
        self._tell()

    def _show_problems(self) -> None:
        for name, field in self.fields.items():
            path = f"rungs.{self._number}.{name}"
            field.show_problems([one for one in self._problems if one.setting == path])

    def _made_head(self, theming: Theming) -> QWidget:
        self._arrow = Picture(theming, "right", "ink-3")
        self.toggle = ClickRow("clear")
        tile = Drawn(theming, self._draw_tile, _TILE)
        inside = row(tile, column(self._title, self._about, gap=0), self._arrow, margins=(0, 4, 0, 4), gap=8)
        inside.setStretch(1, 1)
        self.toggle.setLayout(inside)
        self.toggle.clicked.connect(self._toggle)
        self.grip = self._editor.grip(lambda: self)
        away = IconButton(theming, "close", tr("Take out"), size=16, color="ink-3")
        away.clicked.connect(self.removed)
        head = QWidget()
        box = row(self.grip, self.toggle, away, gap=4)
        box.setStretch(1, 1)
        head.setLayout(box)
        self.setFocusProxy(self.toggle)
        return head

    def _draw_tile(self, scale: float) -> QPixmap:
        return self._editor.theming.tile(self._kind, _TILE, scale, off=self._kind is None)

    def _made_body(self) -> QWidget:
        context = self._editor.context
        settings = [one for one in rung_settings(self._kind) if len(one.choices) != 1] if self._kind else []
        for setting in settings:
            editor = self._editor.editor_for(self._kind, setting, context) if self._kind else None
            if editor is not None:
                self._add_field(Field(setting, editor, context))
        self._add_field(Field(TRY_FOR, DurationEditor(TRY_FOR), context))
        self.write = Button(context.theming, _write_words(self.kind_name), "edit")
        open_rung = context.open_rung
        if open_rung is not None and self.kind_name in EDITED:
            self.write.clicked.connect(lambda: open_rung(self._number))
        else:
            self.write.hide()
        body = QWidget()
        inside = column(*self.fields.values(), gap=12)
        inside.insertWidget(inside.count() - 1, self.write)
        inside.setContentsMargins(8, 4, 8, 10)
        body.setLayout(inside)
        return body

    def _add_field(self, field: Field) -> None:
        field.changed.connect(self._changed)
        self.fields[field.setting.name] = field

    def _changed(self, name: str, value: object) -> None:
        if name == TRY_FOR.name:
            self._rung = {**self._rung, name: value}
        else:
            self._rung = {**self._rung, "settings": {**self._settings(), name: value}}
        settings = {key: one for key, one in self._settings().items() if one is not UNSET}
        kept = {key: one for key, one in self._rung.items() if one is not UNSET}
        self._rung = {**kept, "settings": settings}
        self._tell()
        self.changed.emit()

    def _settings(self) -> Mapping[str, Any]:
        settings = self._rung.get("settings")
        return settings if isinstance(settings, Mapping) else {}

    def _toggle(self) -> None:
        if self.is_open:
            self.fold()
        else:
            self.open()

    def _show(self) -> None:
        settings = self._settings()
        for name, field in self.fields.items():
            setting = self._kind.setting(name) if self._kind else None
            default = setting.default if setting else None
            value = self._rung.get(name) if name == TRY_FOR.name else settings.get(name, default)
            field.editor.show_value(value)
        if TRY_FOR.name in self.fields:
            self.fields[TRY_FOR.name].setVisible(self._waits)
        self._tell()

    @property
    def _waits(self) -> bool:
        return self._is_awaited or (self._kind is not None and self._kind.waits_on_page)

    def _tell(self) -> None:
        name = _title(self.kind_name) if self._kind else self.kind_name
        words = name if not self._number else tr("else {way}").format(way=name)
        self._title.setText(words)
        settings = self._settings()
        said_first = next((plain(settings[one]) for one in _TELLING if settings.get(one)), "")
        length = duration_words(self._rung.get(TRY_FOR.name)) if self._waits else ""
        for_so_long = tr("for {length}").format(length=length) if length else ""
        about = " · ".join(one for one in (for_so_long, said_first) if one) or tr("Nothing is written yet")
        is_bad = bool(self._problems) and not self.is_open
        self._about.say(_clause(self._problems[0].message) if is_bad else about)
        self.toggle.setAccessibleName(f"{words}: {self._about.full}")
        self.grip.setAccessibleName(tr("Move “{name}”").format(name=words))
        if bool(self.property("bad")) != is_bad:
            self.setProperty("bad", is_bad)
            repaint(self)


def _title(kind: str) -> str:
    return said(KINDS[kind].title)


def _clause(message: str) -> str:
    """“Has no “Subject”” of a message that names the way first: its name stands above it already."""
    rest = message.partition(") ")[2] or message
    return rest[:1].upper() + rest[1:]


def _write_words(kind: str) -> str:
    words = {"sms": tr("Open the SMS"), "popup": tr("Open the popup")}
    return words.get(kind, tr("Open the letter"))
