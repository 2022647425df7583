"""Which reactions a message waits for: ticks, and any other event by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.canvas.words import event_words
from app.model.kinds import Kind
from app.ui.inspector.editor import UNSET, Context, Editor, completed
from app.ui.widgets import column, label, row
from app.ui.words import number, said, tr


class ReactionsEditor(Editor):
    """The kind's reactions, then ticked events of other names, then “something else…”."""

    def __init__(self, kind: Kind, context: Context) -> None:
        super().__init__()
        self._kind = kind
        self._ticked: list[str] = []
        self._counts: Mapping[str, int] = {}
        self.boxes: dict[str, QCheckBox] = {}
        self._numbers: dict[str, QLabel] = {}
        self._box = QVBoxLayout()
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self.more = QCheckBox(tr("something else…"))
        self.more.toggled.connect(self._more_toggled)
        self.other = completed(QLineEdit(), context.events)
        self.other.setPlaceholderText(tr("Event, such as order_completed"))
        self.other.returnPressed.connect(self._add_other)
        self.other.hide()
        self.setLayout(column(self._box, self.more, self.other, gap=0))
        self._fill()

    def show_value(self, value: Any) -> None:
        ticked = [str(name) for name in value] if isinstance(value, (list, tuple)) else []
        if ticked == self._ticked and self.boxes:
            return
        self._ticked = ticked
        self._fill()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """How often each reaction came."""
        self._counts = counts
        for name, shown in self._numbers.items():
            shown.setText(number(counts[name]) if counts.get(name) else "")

    def take_focus(self) -> None:
        next(iter(self.boxes.values()), self.more).setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        names = list(dict.fromkeys((*self._kind.reactions, *self._ticked)))
        if names != list(self.boxes):
            self._make(names)
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(name in self._ticked)
            box.blockSignals(False)
        self.show_counts(self._counts)

    def _make(self, names: list[str]) -> None:
        while (item := self._box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes = {}
        self._numbers = {}
        for name in names:
            box = QCheckBox(said(event_words(name)))
            box.toggled.connect(lambda on, name=name: self._toggled(name, on=on))
            count = label(role="small")
            holder = QWidget()
            holder.setLayout(row(box, None, count))
            self._box.addWidget(holder)
            self.boxes[name] = box
            self._numbers[name] = count

    def _toggled(self, name: str, *, on: bool) -> None:
        kept = [old for old in self._ticked if old != name]
        self._ticked = [*kept, name] if on else kept
        self.changed.emit(list(self._ticked) or UNSET)
        self._fill()

    def _more_toggled(self, on: bool) -> None:
        self.other.setVisible(on)
        if on:
            self.other.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_other(self) -> None:
        name = self.other.text().strip()
        self.other.clear()
        self.more.setChecked(False)
        if name and name not in self._ticked:
            self._ticked = [*self._ticked, name]
            self._fill()
            self.changed.emit(list(self._ticked))
