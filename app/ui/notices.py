"""What the window has to say: errors in a bar that stays, good news in a toast that goes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.ui.theme import Theming
from app.ui.widgets import Button, IconButton, Picture, label, part, row
from app.ui.words import tr

_TOAST_MS: Final = 8_000
_ABOVE: Final = 96
"""From the bottom, so that the zoom of the canvas stays free."""


class NoticeBar(QWidget):
    """One sentence of what went wrong, until it is closed or the next thing goes well."""

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "notice")
        self.text = label(wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.away = IconButton(theming, "close", tr("Close"), size=16, color="danger")
        self.away.clicked.connect(self.hide)
        box = row(Picture(theming, "problem", "danger"), self.text, self.away, margins=(16, 4, 12, 4))
        box.setStretch(1, 1)
        self.setLayout(box)
        self.hide()

    def say(self, sentence: str) -> None:
        """Shows this sentence."""
        self.text.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()


class NewsBar(QWidget):
    """One sentence of what was done and can still be taken back, with the button, until that is over.

    Signals:
        undo_asked: it is to be taken back.
    """

    undo_asked = Signal()

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "news")
        self.text = label(wrap=True)
        self.undo = Button(theming, tr("Take it back…"), "undo", "compact")
        self.undo.clicked.connect(self.undo_asked)
        self.away = IconButton(theming, "close", tr("Close"), size=16)
        self.away.clicked.connect(self.hide)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        sign = Picture(theming, "ok", "ok")
        box = row(sign, self.text, self.undo, self.away, margins=(16, 4, 12, 4))
        box.setStretch(1, 1)
        self.setLayout(box)
        self.hide()

    def say(self, sentence: str, keep_ms: int) -> None:
        """Shows this sentence so long."""
        self.text.setText(sentence)
        self.setAccessibleName(sentence)
        self._timer.start(keep_ms)
        self.show()


class Toast(QWidget):
    """One line at the bottom of a widget for a few seconds, with Undo where it takes that back; no errors.

    Signals:
        undo_asked: what the line says is to be taken back.
    """

    undo_asked = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        part(self, "toast")
        self.text = label()
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 8)
        box.setSpacing(16)
        box.addWidget(self.text)
        self.undo = QPushButton(tr("Undo"))
        self.undo.setToolTip(tr("Undo with Ctrl Z"))
        # The keys stay with the drawing, where Ctrl Z does the same.
        self.undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo.setCursor(Qt.CursorShape.PointingHandCursor)
        self.undo.clicked.connect(self._undo)
        box.addWidget(self.undo)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    def say(self, words: str) -> None:
        """Shows this line."""
        self._show(words, can_undo=False)

    def offer(self, words: str) -> None:
        """Shows this line about the step just made, and Undo until there is another step."""
        self._show(words, can_undo=True)

    def withdraw(self) -> None:
        """Hides the line if it offers Undo, which would now take back something else."""
        if not self.undo.isHidden():
            self.hide()

    def _undo(self) -> None:
        self.hide()
        self.undo_asked.emit()

    def _show(self, words: str, *, can_undo: bool) -> None:
        self.text.setText(words)
        self.setAccessibleName(words)
        self.undo.setVisible(can_undo)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(_TOAST_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        over = self.parentWidget()
        if over is not None:
            self.adjustSize()
            self.move((over.width() - self.width()) // 2, over.height() - self.height() - _ABOVE)
