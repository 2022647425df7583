"""A duration: a number and a unit, or words such as “90 min” typed into the number."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.model.kinds import Setting
from app.ui.durations import UNITS, amount, read, words
from app.ui.inspector.editor import UNSET, Choice, Editor, mark_bad
from app.ui.widgets import column, label, row
from app.ui.words import said, tr

_SHORT = 64
_LONG = 160


class DurationEditor(Editor):
    """Two fields side by side; what needs more than one unit stands as words in the first."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._iso = ""
        self.line = QLineEdit()
        self.line.setFixedWidth(_SHORT)
        self.line.setAccessibleName(said(setting.label))
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self._settle)
        self.unit = Choice()
        self.unit.setAccessibleName(tr("Unit"))
        self.unit.setMinimumContentsLength(7)
        for name in UNITS:
            self.unit.addItem(_unit_words(name, 2), name)
        self.unit.setCurrentIndex(UNITS.index("day"))
        self.unit.activated.connect(self._unit_chosen)
        self._error = label(role="error", wrap=True)
        self._error.hide()
        self.setLayout(column(row(self.line, self.unit, None), self._error, gap=4))
        self.setFocusProxy(self.line)

    def show_value(self, value: Any) -> None:
        iso = value if isinstance(value, str) else ""
        if iso != self._iso:
            self._iso = iso
            self._show()

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.line, bad=bad)

    def take_focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()

    def _typed(self, text: str) -> None:
        try:
            iso = read(text, self.unit.currentData()) if text.strip() else ""
        except ValueError as error:
            self._say(tr(str(error)))
            return
        self._say("")
        if iso != self._iso:
            self._iso = iso
            self.changed.emit(iso or UNSET)

    def _unit_chosen(self) -> None:
        if self.line.text().strip():
            shown = amount(self._iso)
            self._typed(str(shown.number) if shown else self.line.text())

    def _settle(self) -> None:
        if self._error.isHidden():
            self._show()

    def _show(self) -> None:
        shown = amount(self._iso) if self._iso else None
        self._say("")
        self.unit.setVisible(not self._iso or shown is not None)
        self.line.setFixedWidth(_SHORT if self.unit.isVisibleTo(self) else _LONG)
        if shown is None:
            self.line.setText(words(self._iso) if self._iso else "")
            return
        self.line.setText(str(shown.number))
        self.unit.setCurrentIndex(UNITS.index(shown.unit))
        for index, name in enumerate(UNITS):
            self.unit.setItemText(index, _unit_words(name, shown.number))

    def _say(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self.set_bad(bad=bool(sentence))


def _unit_words(name: str, count: int) -> str:
    one, many = {
        "second": (tr("second"), tr("seconds")),
        "minute": (tr("minute"), tr("minutes")),
        "hour": (tr("hour"), tr("hours")),
        "day": (tr("day"), tr("days")),
        "week": (tr("week"), tr("weeks")),
        "month": (tr("month"), tr("months")),
    }[name]
    return one if count == 1 else many
