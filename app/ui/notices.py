"""What the window has to say: errors in a bar that stays, good news in a toast that goes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.theme import Theming
from app.ui.widgets import IconButton, Picture, label, part, row
from app.ui.words import tr

_TOAST_MS: Final = 8_000


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


class Toast(QWidget):
    """One line at the bottom of a widget for a few seconds; never for errors."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        part(self, "toast")
        self.text = label()
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 8)
        box.addWidget(self.text)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    def say(self, words: str) -> None:
        """Shows this line."""
        self.text.setText(words)
        self.setAccessibleName(words)
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
            self.move((over.width() - self.width()) // 2, over.height() - self.height() - 56)
