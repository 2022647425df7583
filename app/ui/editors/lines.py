"""One framed text with fields, its label above and a button that puts a field in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from app.ui.editors.chips import FieldText
from app.ui.editors.field_popup import FieldPopup, Fields, offer_field
from app.ui.theme import Theming
from app.ui.widgets import IconButton, column, label, part, repaint, row
from app.ui.words import tr

FieldsNow = Callable[[], Fields]
"""What texts can ask for, as it is known now."""

_LEAST: Final = 32
_BARE: Final = "QTextEdit { background: transparent; border: none; padding: 0; }"


class FieldLine(QWidget):
    """``edited`` carries the new source. ``bare``: without a frame, for lines that stand in a card."""

    edited = Signal(str)

    def __init__(
        self,
        theming: Theming,
        fields: FieldsNow,
        name: str,
        *,
        one_line: bool = True,
        longest: int = 2_000,
        bare: bool = False,
        title: bool = True,
        lowest: int = 1,
    ) -> None:
        super().__init__()
        self._theming, self._fields = theming, fields
        self.text = FieldText(name, one_line=one_line, longest=longest, lowest=lowest)
        self.text.setStyleSheet(_BARE)
        self.text.edited.connect(self.edited)
        self.text.chip_opened.connect(self._open_chip)
        self.text.asked.connect(lambda: self.offer(self.text))
        self.insert = IconButton(theming, "field", tr("Put a field in (Ctrl Space)"), size=16)
        self.insert.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # keys have Ctrl Space, Tab goes on writing
        self.insert.setFixedSize(24, 24)
        self.insert.clicked.connect(lambda: self.offer(self.insert))
        self.popup: FieldPopup | None = None
        self.frame = part(QFrame(), "bare-field" if bare else "field")
        inside = row(self.text, self.insert, margins=_room(bare=bare, one_line=one_line), gap=4)
        inside.setStretch(0, 1)
        inside.setAlignment(
            self.insert, Qt.AlignmentFlag.AlignBottom if not one_line else Qt.AlignmentFlag.AlignVCenter
        )
        inside.setAlignment(
            self.text, Qt.AlignmentFlag.AlignVCenter if one_line else Qt.AlignmentFlag.AlignTop
        )
        self.frame.setLayout(inside)
        if not bare:
            self.frame.setMinimumHeight(_LEAST)
        self.head = label(name, "label")
        if not title:
            self.head.hide()
        self.setLayout(column(self.head, self.frame, gap=4))
        self.setFocusProxy(self.text)
        self.text.installEventFilter(self)
        theming.changed.connect(self._dress)
        self._dress()

    def show_source(self, source: str) -> None:
        """Shows another text; tells nobody."""
        self.text.show_source(source)

    def offer(self, at: QWidget) -> None:
        """Opens the choice of fields below this widget."""
        place = QRect(at.mapToGlobal(at.rect().topLeft()), at.size())
        self.popup = offer_field(self.text, self._theming, self._fields(), -1, place)

    def set_bad(self, *, bad: bool) -> None:
        """A red line around it, or not."""
        if bool(self.frame.property("bad")) != bad:
            self.frame.setProperty("bad", bad)
            repaint(self.frame)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.frame.setProperty("focused", event.type() is QEvent.Type.FocusIn)
            repaint(self.frame)
        return super().eventFilter(watched, event)

    def _open_chip(self, position: int, place: QRect) -> None:
        self.popup = offer_field(self.text, self._theming, self._fields(), position, place)

    def _dress(self) -> None:
        self.text.set_chip_colors(self._theming.color("accent-text"), self._theming.color("accent-soft"))


def _room(*, bare: bool, one_line: bool) -> tuple[int, int, int, int]:
    """Between the frame and what is in it."""
    if bare:
        return (0, 0, 0, 0)
    return (9, 1, 1, 1) if one_line else (9, 6, 1, 4)
