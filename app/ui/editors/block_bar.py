"""What floats over the selected block: its bar, and the handle that drags it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QInputDialog, QLineEdit, QToolButton, QWidget

from app.ui.editors.block_views import BlockView, TextView
from app.ui.editors.rich_text import RichText
from app.ui.theme import Theming
from app.ui.widgets import IconButton, line, part, row
from app.ui.words import tr


class BlockBar(QFrame):
    """Up, down, what a text can look like, once more, away."""

    def __init__(self, theming: Theming, parent: QWidget) -> None:
        super().__init__(parent)
        part(self, "block-bar")
        self.up = IconButton(theming, "up", tr("Move up"), size=18)
        self.down = IconButton(theming, "down", tr("Move down"), size=18)
        self.bold = _letter("B", tr("Bold"), "font-weight: 700;")
        self.italic = _letter("I", tr("Italic"), "font-style: italic;")
        self.link = IconButton(theming, "link", tr("Link"), size=18)
        self.bullets = _letter("•", tr("List"))
        self.numbers = _letter("1.", tr("Numbered list"))
        self.copy = IconButton(theming, "copy", tr("Once more"), size=18)
        self.trash = IconButton(theming, "trash", tr("Take out"), size=18)
        self._looks = [self.bold, self.italic, self.link, self.bullets, self.numbers]
        self._rule = line(vertical=True)
        self.setLayout(
            row(self.up, self.down, line(vertical=True), *self._looks, self._rule, self.copy, self.trash,
                margins=(4, 3, 4, 3), gap=2)
        )  # fmt: skip
        for button in (self.up, self.down, *self._looks, self.copy, self.trash):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text: RichText | None = None
        self._on(self.bold, lambda text: text.toggle_bold())
        self._on(self.italic, lambda text: text.toggle_italic())
        self._on(self.bullets, lambda text: text.toggle_list("bullet"))
        self._on(self.numbers, lambda text: text.toggle_list("number"))
        self._on(self.link, self._ask_link)
        self.hide()

    def show_for(self, view: BlockView, *, first: bool, last: bool) -> None:
        """What can be done with this block."""
        self._text = view.text if isinstance(view, TextView) else None
        for button in (*self._looks, self._rule):
            button.setVisible(self._text is not None)
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)

    def _on(self, button: QToolButton, work: Callable[[RichText], None]) -> None:
        button.clicked.connect(lambda: work(self._text) if self._text is not None else None)

    def _ask_link(self, text: RichText) -> None:
        address, good = QInputDialog.getText(
            self,
            tr("Link"),
            tr("Leads to (empty: nowhere)"),
            QLineEdit.EchoMode.Normal,
            text.link() or "https://",
        )
        if good:
            text.set_link("" if address.strip() == "https://" else address.strip())


class Handle(QToolButton):
    """Three dots at the left edge; the block goes where they are dragged."""

    dragged = Signal(QPoint)
    dropped = Signal(QPoint)

    def __init__(self, theming: Theming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "round")
        self.setFixedSize(28, 28)
        self.setIcon(theming.icon("more", "ink-2", 16))
        self.setToolTip(tr("Drag to move"))
        self.setAccessibleName(tr("Drag to move"))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._from: QPoint | None = None
        self._moved = False
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from, self._moved = event.globalPosition().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.globalPosition().toPoint()
        if self._from is not None and (self._moved or (place - self._from).manhattanLength() > 6):
            self._moved = True
            self.dragged.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None and self._moved:
            self.dropped.emit(event.globalPosition().toPoint())
        self._from = None


def _letter(sign: str, words: str, style: str = "") -> QToolButton:
    button = QToolButton()
    button.setText(sign)
    button.setToolTip(words)
    button.setAccessibleName(words)
    button.setStyleSheet(f"QToolButton {{ {style} }}")
    return button
