"""Editors of one plain value: a line, a text, a number, a tick, a choice, a time of day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QTextOption
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from app.model.kinds import Setting
from app.ui.inspector.editor import UNSET, Choice, Editor, choice, completed, mark_bad
from app.ui.widgets import column, label, row
from app.ui.words import said

_TIME: Final = re.compile(r"\s*(\d{1,2})(?:[:.h](\d{2})?)?\s*")


class LineEditor(Editor):
    """One line of text, perhaps completed from known names."""

    def __init__(self, setting: Setting, names: Callable[[], Sequence[str]] | None = None) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setMaxLength(setting.max_length)
        self.line.setAccessibleName(said(setting.label))
        if names is not None:
            completed(self.line, names)
        self.line.textEdited.connect(lambda text: self.changed.emit(text or UNSET))
        if names is not None:
            self.line.completer().activated.connect(self.changed.emit)
        self.setLayout(column(self.line))
        self.setFocusProxy(self.line)

    def show_value(self, value: Any) -> None:
        text = "" if value is None else str(value)
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.line, bad=bad)

    def insert(self, text: str) -> None:
        """Puts a text where the cursor is."""
        self.line.insert(text)
        self.changed.emit(self.line.text())
        self.line.setFocus()


class GrowingText(QPlainTextEdit):
    """A text field as high as its text, between three and sixteen lines. Tab leaves it."""

    def __init__(self, lowest: int = 3, highest: int = 16) -> None:
        super().__init__()
        self._lines = (lowest, highest)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        spacing = QFontMetricsF(self.font()).lineSpacing()
        lowest, highest = (count * spacing for count in self._lines)
        height, block = 0.0, self.document().firstBlock()
        while block.isValid() and height < highest:
            height += self.blockBoundingRect(block).height()
            block = block.next()
        inside = min(highest, max(lowest, height))
        return QSize(200, round(inside + 2 * self.document().documentMargin() + 12))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())


class TextEditor(Editor):
    """Several lines of text."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._longest = setting.max_length
        self.text = GrowingText()
        self.text.setAccessibleName(said(setting.label))
        self.text.textChanged.connect(self._typed)
        self._shown = ""
        self.setLayout(column(self.text))
        self.setFocusProxy(self.text)

    def show_value(self, value: Any) -> None:
        text = "" if value is None else str(value)
        if text != self.text.toPlainText():
            self._shown = text
            self.text.setPlainText(text)

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.text, bad=bad)

    def insert(self, text: str) -> None:
        """Puts a text where the cursor is."""
        self.text.insertPlainText(text)
        self.text.setFocus()

    def _typed(self) -> None:
        text = self.text.toPlainText()
        if len(text) > self._longest:
            text = text[: self._longest]
            self.text.setPlainText(text)
            self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        if text != self._shown:
            self._shown = text
            self.changed.emit(text or UNSET)


class NumberEditor(Editor):
    """A number within its limits, written as in the reader's country, perhaps with its unit behind it."""

    def __init__(self, setting: Setting, unit: str = "") -> None:
        super().__init__()
        self._setting = setting
        self.line = QLineEdit()
        self.line.setMaximumWidth(120)
        self.line.setAccessibleName(said(setting.label))
        self.line.textEdited.connect(self._typed)
        self.setLayout(row(self.line, label(unit, "secondary"), None, gap=6) if unit else column(self.line))
        self.setFocusProxy(self.line)

    def show_value(self, value: Any) -> None:
        if self._read(self.line.text()) != value:
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            self.line.setText(QLocale().toString(value) if is_number else "")

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.line, bad=bad)

    def _typed(self, text: str) -> None:
        value = self._read(text)
        good = value is not None or not text.strip()
        self.set_bad(bad=not good)
        if good:
            self.changed.emit(UNSET if value is None else value)

    def _read(self, text: str) -> float | int | None:
        number, good = QLocale().toDouble(text.strip())
        if not good:
            number, good = QLocale.c().toDouble(text.strip())
        if not good or not self._fits(number):
            return None
        return int(number) if number == int(number) else number

    def _fits(self, number: float) -> bool:
        low, high = self._setting.minimum, self._setting.maximum
        return (low is None or number >= low) and (high is None or number <= high)


class FlagEditor(Editor):
    """A tick with its words beside it."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.box = QCheckBox(said(setting.label))
        self.box.toggled.connect(self.changed.emit)
        self.setLayout(column(self.box))
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        self.box.blockSignals(True)
        self.box.setChecked(value is True)
        self.box.blockSignals(False)


class ChoiceEditor(Editor):
    """One out of a few."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.choice: Choice = choice([(value, said(words)) for value, words in setting.choices])
        self.choice.setAccessibleName(said(setting.label))
        self.choice.activated.connect(lambda: self.changed.emit(self.choice.currentData()))
        self.setLayout(column(self.choice))
        self.setFocusProxy(self.choice)

    def show_value(self, value: Any) -> None:
        index = self.choice.findData(value)
        if index < 0 and isinstance(value, str) and value:
            self.choice.addItem(value, value)
            index = self.choice.count() - 1
        self.choice.setCurrentIndex(index)

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.choice, bad=bad)


class ChoicesEditor(Editor):
    """Any of a few, in the order of the table."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.boxes = {value: QCheckBox(said(words)) for value, words in setting.choices}
        for box in self.boxes.values():
            box.toggled.connect(self._ticked)
        self.setLayout(column(*self.boxes.values(), gap=0))

    def show_value(self, value: Any) -> None:
        ticked = value if isinstance(value, (list, tuple)) else ()
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(name in ticked)
            box.blockSignals(False)

    def take_focus(self) -> None:
        next(iter(self.boxes.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def _ticked(self) -> None:
        self.changed.emit([name for name, box in self.boxes.items() if box.isChecked()] or UNSET)


class TimeEditor(Editor):
    """A time of day: “9”, “9:30” and “09:30” are understood."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setMaximumWidth(96)
        self.line.setPlaceholderText("09:00")
        self.line.setAccessibleName(said(setting.label))
        self.line.textEdited.connect(self._typed)
        self.setLayout(column(self.line))
        self.setFocusProxy(self.line)

    def show_value(self, value: Any) -> None:
        text = value if isinstance(value, str) else ""
        if read_time(self.line.text()) != text:
            self.line.setText(text)

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.line, bad=bad)

    def _typed(self, text: str) -> None:
        value = read_time(text)
        good = bool(value) or not text.strip()
        self.set_bad(bad=not good)
        if good:
            self.changed.emit(value or UNSET)


def read_time(text: str) -> str:
    """``HH:MM`` of what was typed, empty when it is no time of day."""
    match = _TIME.fullmatch(text)
    if match is None:
        return ""
    hour, minute = int(match[1]), int(match[2] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""
