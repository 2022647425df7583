"""Questions before something that cannot be taken back, and the shade behind them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from app.ui.theme import Theming
from app.ui.widgets import Button, column, label, part, row
from app.ui.words import tr


class Confirm(QDialog):
    """“Not now” has the focus: Enter alone changes nothing."""

    def __init__(
        self, theming: Theming, question: str, about: str, button: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(question)
        self.setMinimumWidth(480)
        body = column(label(question, "page-title", wrap=True), label(about, "secondary", wrap=True), gap=8)
        body.setContentsMargins(32, 28, 32, 24)
        self.no = Button(theming, tr("Not now"), kind="large")
        self.no.clicked.connect(self.reject)
        self.yes = Button(theming, button, kind="large-danger")
        self.yes.setAutoDefault(False)
        self.yes.clicked.connect(self.accept)
        foot = part(QWidget(), "dialog-foot")
        foot.setLayout(row(None, self.no, self.yes, margins=(32, 14, 32, 14)))
        self.setLayout(column(body, foot, gap=0))
        self.no.setFocus()


class Shade(QWidget):
    """Dims a window while a question is open over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        window.installEventFilter(self)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._cover()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(16, 20, 30, 117))

    def _cover(self) -> None:
        window = self.parentWidget()
        if window is not None:
            self.setGeometry(window.rect())
