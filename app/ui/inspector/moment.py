"""A moment: a date and time, or a field that holds one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QLineEdit

from app.model.kinds import Setting
from app.ui.inspector.editor import UNSET, Context, Editor, choice, completed, mark_bad
from app.ui.widgets import column, label
from app.ui.words import said, tr

_HEADS = ("property", "entry")


class MomentEditor(Editor):
    """Which kind of moment, then the moment: ``2026-12-24 18:00`` in this machine's zone, or a field."""

    def __init__(self, setting: Setting, context: Context) -> None:
        super().__init__()
        # What starts for many at once is no field of one of them.
        self._is_for_all = setting.name == "start"
        self.kind = choice(
            [
                ("", tr("No limit")),
                ("moment", tr("A date")),
                ("property", tr("A field of the person")),
                ("entry", tr("A field of the start event")),
            ]
        )
        if self._is_for_all:
            self.kind.hide()
        self.kind.setAccessibleName(said(setting.label))
        self.kind.activated.connect(self._kind_chosen)
        self.line = completed(QLineEdit(), lambda: context.fields() if self._head() == "property" else ())
        self.line.textEdited.connect(lambda _text: self._tell())
        self._error = label(tr("Write it as 2026-12-24 18:00"), "error")
        self.setLayout(column(self.kind, self.line, self._error, gap=4))
        self._shown: Any = None
        self._show("moment" if self._is_for_all else "", "")

    def show_value(self, value: Any) -> None:
        if value == self._shown:
            return
        self._shown = value
        text = value if isinstance(value, str) else ""
        head, _, name = text.partition(":")
        if self._is_for_all:
            self._show("moment", _local(text))
        elif head in _HEADS:
            self._show(head, name)
        else:
            self._show("moment" if text else "", _local(text))

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.line, bad=bad)

    def take_focus(self) -> None:
        (self.line if self.line.isVisibleTo(self) else self.kind).setFocus(Qt.FocusReason.OtherFocusReason)

    def _head(self) -> str:
        return str(self.kind.currentData())

    def _kind_chosen(self) -> None:
        self._show(self._head(), "")
        self._tell()

    def _show(self, head: str, text: str) -> None:
        self.kind.setCurrentIndex(self.kind.findData(head))
        self.line.setVisible(bool(head))
        self.line.setText(text)
        self.line.setPlaceholderText("2026-12-24 18:00" if head == "moment" else tr("Field"))
        self._error.hide()

    def _tell(self) -> None:
        text, head = self.line.text().strip(), self._head()
        value: Any = UNSET
        if text and head in _HEADS:
            value = f"{head}:{text}"
        elif text:
            value = moment_of(text)
        good = value is not None
        self._error.setVisible(not good)
        self.set_bad(bad=not good)
        if good:
            self._shown = None if value is UNSET else value
            self.changed.emit(value)


def moment_of(text: str) -> str | None:
    """The RFC 3339 moment of what was typed, None when it is not one."""
    for form in ("yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm", "yyyy-MM-dd"):
        read = QDateTime.fromString(text.strip(), form)
        if read.isValid():
            return read.toOffsetFromUtc(read.offsetFromUtc()).toString(Qt.DateFormat.ISODate)
    return None


def _local(text: str) -> str:
    read = QDateTime.fromString(text, Qt.DateFormat.ISODate)
    return read.toLocalTime().toString("yyyy-MM-dd HH:mm") if read.isValid() else text
