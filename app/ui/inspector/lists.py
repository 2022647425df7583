"""Editors of a list of texts: events, tags, page parts; and of fields with values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.model.kinds import Setting
from app.ui.inspector.editor import UNSET, Editor, completed, mark_bad
from app.ui.inspector.grip import Grip
from app.ui.theme import Theming
from app.ui.widgets import Button, IconButton, column, row
from app.ui.words import said, tr
from app.ui.wrap import Wrap


class Rows(Editor):
    """Rows below each other, each with a way out, and a button that adds one.

    A subclass makes a row's widgets and reads them; an empty row is not part of the value.
    """

    def __init__(self, theming: Theming, add_words: str, *, lowest: int = 1) -> None:
        super().__init__()
        self._theming = theming
        self._lowest = lowest
        self.rows: list[QWidget] = []
        self._was_pulled = False
        self._box = QVBoxLayout()
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        self.add = Button(theming, add_words, "plus", "link-small", color="accent-text")
        self.add.clicked.connect(self._add_clicked)
        self._adding = Wrap(self.add)
        self.setLayout(column(self._box, self._adding, gap=2))

    def make_row(self, item: Any) -> QWidget:
        """The widget of one item; ``None`` for an empty one."""
        raise NotImplementedError

    def read_rows(self) -> Any:
        """The value of all rows, ``UNSET`` for none."""
        raise NotImplementedError

    def fill(self, items: Sequence[Any]) -> None:
        """Shows these items, and empty rows up to the lowest number of them."""
        for widget in self.rows:
            self._box.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.rows = []
        for item in [*items, *[None] * (self._lowest - len(items))]:
            self.append(item)
        self.count_changed()

    def tell(self) -> None:
        """Says what all rows hold now."""
        self.changed.emit(self.read_rows())

    def take_focus(self) -> None:
        if self.rows:
            self.focus_row(self.rows[0])
        else:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_row(self, widget: QWidget) -> None:
        """Puts the cursor into one row."""
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_beside(self, widget: QWidget) -> None:
        """One more way to add, beside the button."""
        self._adding.addWidget(widget)

    def add_below(self, widget: QWidget) -> None:
        """What stands under the rows and the button."""
        box = self.layout()
        if box is not None:
            box.addWidget(widget)

    @property
    def theming(self) -> Theming:
        """The colours that rows are painted with."""
        return self._theming

    def count_changed(self) -> None:
        """Called when there are more or fewer rows, or they stand in another order."""

    def append(self, item: Any) -> QWidget:
        """One more row at the end."""
        widget = self.make_row(item)
        self.rows.append(widget)
        self._box.addWidget(widget)
        widget.show()
        return widget

    def remove_row(self, widget: QWidget) -> None:
        """Takes one row out and says so."""
        self.rows.remove(widget)
        self._box.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
        if len(self.rows) < self._lowest:
            self.append(None)
        self.count_changed()
        self.tell()

    def grip(self, row: Callable[[], QWidget]) -> Grip:
        """A handle by which the row that this tells is put elsewhere."""
        made = Grip(self._theming)
        made.stepped.connect(lambda step: self._step(row(), step))
        made.pulled.connect(lambda height: self._pull(row(), height))
        made.dropped.connect(self._drop)
        return made

    def _step(self, widget: QWidget, step: int) -> None:
        place = self.rows.index(widget) + step
        if 0 <= place < len(self.rows):
            self._put(widget, place)
            self.tell()

    def _pull(self, widget: QWidget, height: int) -> None:
        """The row goes where the pointer is as soon as that lies beyond the middle of its neighbour."""
        here = self.rows.index(widget)
        y = self.mapFromGlobal(QPoint(0, height)).y()
        middles = [one.y() + one.height() // 2 for one in self.rows]
        place = sum(y > middle for place, middle in enumerate(middles) if place != here)
        if place != here:
            self._put(widget, place)
            self._was_pulled = True

    def _drop(self) -> None:
        if self._was_pulled:
            self._was_pulled = False
            self.tell()

    def _put(self, widget: QWidget, place: int) -> None:
        self.rows.remove(widget)
        self.rows.insert(place, widget)
        self._box.removeWidget(widget)
        self._box.insertWidget(place, widget)
        self._box.activate()
        self.count_changed()

    def _add_clicked(self) -> None:
        added = self.append(None)
        self.count_changed()
        self.tell()
        self.focus_row(added)


class TextsEditor(Rows):
    """A list of lines, perhaps completed from known names. Enter adds the next one."""

    def __init__(
        self,
        theming: Theming,
        setting: Setting,
        add_words: str,
        names: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        super().__init__(theming, add_words)
        self._setting = setting
        self._names = names
        self._shown: list[str] = []
        self.fill([])

    @property
    def lines(self) -> list[QLineEdit]:
        """The line of each row."""
        return [widget.line for widget in self.rows if isinstance(widget, _TextRow)]

    def make_row(self, item: Any) -> QWidget:
        made = _TextRow(self._theming, str(item or ""), self._setting)
        if self._names is not None:
            completed(made.line, self._names)
            made.line.completer().activated.connect(lambda _text: self.tell())
        made.line.textEdited.connect(lambda _text: self.tell())
        made.line.returnPressed.connect(self._add_clicked)
        made.removed.connect(lambda: self.remove_row(made))
        return made

    def read_rows(self) -> Any:
        self._shown = list(dict.fromkeys(text for line in self.lines if (text := line.text().strip())))
        return self._shown or UNSET

    def show_value(self, value: Any) -> None:
        texts = [str(text) for text in value] if isinstance(value, (list, tuple)) else []
        if texts != self._shown:
            self._shown = texts
            self.fill(texts)

    def set_bad(self, *, bad: bool) -> None:
        for line in self.lines:
            mark_bad(line, bad=bad)


class _TextRow(QWidget):
    """A line and its way out."""

    removed = Signal()

    def __init__(self, theming: Theming, text: str, setting: Setting) -> None:
        super().__init__()
        self.line = QLineEdit(text)
        self.line.setMaxLength(setting.max_length)
        self.line.setAccessibleName(said(setting.label))
        away = IconButton(theming, "close", tr("Take out"), size=16, color="ink-3")
        away.clicked.connect(self.removed)
        self.setLayout(row(self.line, away, gap=2))
        self.setFocusProxy(self.line)


class PropertiesEditor(Rows):
    """Fields of a person and what is written into them. What reads as a number is a number."""

    def __init__(self, theming: Theming, fields: Callable[[], Sequence[str]]) -> None:
        super().__init__(theming, tr("Add a field"))
        self._fields = fields
        self._shown: dict[str, Any] = {}
        self.fill([])

    def make_row(self, item: Any) -> QWidget:
        made = _PropertyRow(self._theming, *(item or ("", "")))
        completed(made.name, self._fields)
        made.name.completer().activated.connect(lambda _text: self.tell())
        made.name.textEdited.connect(lambda _text: self.tell())
        made.value.textEdited.connect(lambda _text: self.tell())
        made.removed.connect(lambda: self.remove_row(made))
        return made

    def read_rows(self) -> Any:
        made = [widget for widget in self.rows if isinstance(widget, _PropertyRow)]
        self._shown = {
            name: value_of_text(row.value.text()) for row in made if (name := row.name.text().strip())
        }
        return self._shown or UNSET

    def show_value(self, value: Any) -> None:
        shown = dict(value) if isinstance(value, Mapping) else {}
        if shown != self._shown:
            self._shown = shown
            self.fill([(name, text_of_value(one)) for name, one in shown.items()])


class _PropertyRow(QWidget):
    """A field's name and value."""

    removed = Signal()

    def __init__(self, theming: Theming, name: str, value: str) -> None:
        super().__init__()
        self.name = QLineEdit(name)
        self.name.setPlaceholderText(tr("Field"))
        self.value = QLineEdit(value)
        self.value.setPlaceholderText(tr("Value"))
        away = IconButton(theming, "close", tr("Take out"), size=16, color="ink-3")
        away.clicked.connect(self.removed)
        self.setLayout(row(self.name, self.value, away, gap=4))
        self.setFocusProxy(self.name)


def value_of_text(text: str) -> str | int | float | bool | None:
    """A number, yes or no where the text reads as one, nothing for nothing, else the text."""
    stripped = text.strip()
    known: dict[str, bool | None] = {"": None, "true": True, "false": False}
    if stripped.casefold() in known:
        return known[stripped.casefold()]
    # “007” and “+49…” are texts that happen to have digits: a number is only what is written back the same.
    for read in (int, float):
        try:
            number = read(stripped)
        except ValueError:
            continue
        if str(number) == stripped and math.isfinite(number):
            return number
    return text


def text_of_value(value: object) -> str:
    """The text that reads back as this value."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
