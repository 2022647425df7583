"""Finding in the open flow: what answers is selected, and one after the other is shown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.canvas.hits import Hit
from app.canvas.selection import Parts
from app.canvas.widget import Canvas
from app.ui.search import Found, search
from app.ui.theme import Theming
from app.ui.widgets import IconButton, SearchField, label, part, row
from app.ui.words import tr

HEIGHT = 44


class FindBar(QWidget):
    """Above the canvas while something is sought. Enter and F3 go on, Shift goes back, Esc closes."""

    def __init__(self, theming: Theming, canvas: Canvas) -> None:
        super().__init__()
        part(self, "find-bar")
        self.setFixedHeight(HEIGHT)
        self._canvas = canvas
        self._found: list[Found] = []
        self._at = -1
        self.field = SearchField(theming, tr("Find in titles, texts, settings and notes"))
        self.field.textChanged.connect(self._seek)
        self.field.installEventFilter(self)
        self.field.setMaximumWidth(360)
        self.count = label(role="secondary")
        self.where = label(role="hint")
        self._close = IconButton(theming, "close", tr("Close (Esc)"))
        self._close.clicked.connect(self.close_)
        self.setLayout(
            row(self.field, self.count, self.where, None, self._close, margins=(16, 0, 12, 0), gap=12)
        )
        self.hide()

    def ask(self) -> None:
        """Opens with the cursor in the field."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._seek()

    def go(self, step: int) -> None:
        """The next match (1) or the one before (-1); opens where nothing is sought yet."""
        if not self.field.text().strip():
            self.ask()
            return
        self._found = search(self._canvas.document.flow, self.field.text())
        if self._found:
            self._at = (self._at + step) % len(self._found)
        self._show()

    def close_(self) -> None:
        """Puts the bar away; the last match keeps the focus."""
        self.hide()
        self._canvas.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _seek(self) -> None:
        self._found = search(self._canvas.document.flow, self.field.text())
        self._at = 0 if self._found else -1
        self._show()

    def _show(self) -> None:
        sought = bool(self.field.text().strip())
        if not self._found:
            self.count.setText(tr("Nothing found") if sought else "")
            self.where.setText("")
            return
        found = self._found[self._at]
        words = tr("{number} of {count}").format(number=self._at + 1, count=len(self._found))
        self.count.setText(words)
        told = f"{found.text.where}: {found.text.text}" if found.text.where else found.text.text
        self.where.setText(told)
        self._mark(found.part)

    def _mark(self, part: Hit) -> None:
        """All matches are selected, and the one that is meant is ringed and seen."""
        canvas = self._canvas
        box = canvas.scene.drawing.shown.box
        if part.name in canvas.document.flow.by_id and box(part.name) != part.name:
            canvas.reveal(part.name)
        canvas.focus.walk_to(part)
        every = Parts()
        for one in self._found:
            every |= one.part.parts
        canvas.selection.set(every)
        canvas.focus.point_out()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape:
            self.close_()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.go(-1 if back else 1)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.go(1 if key is Qt.Key.Key_Down else -1)
        else:
            return False
        return True
