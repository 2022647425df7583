"""Another title for a node, typed right over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.canvas.commands import Rename
from app.canvas.words import node_title, tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_LEAST: Final = 160
_HEIGHT: Final = 32


class Renamer(QObject):
    """One for each canvas. Enter keeps the title, and so does going elsewhere; Esc leaves the old one."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._name = ""
        self.field = QLineEdit(canvas.view.viewport())
        self.field.setAccessibleName(tr("Title"))
        self.field.setMaxLength(120)
        self.field.hide()
        self.field.editingFinished.connect(self._keep)
        self.field.installEventFilter(self)

    def ask(self, name: str) -> None:
        """Opens the field over this node."""
        node = self._canvas.document.flow.by_id.get(name)
        if node is None:
            return
        self._canvas.scene.settle()
        self._canvas.focus.scroll_to()
        self._name = name
        self._dress()
        self.field.setText(node.title)
        self.field.setPlaceholderText(node_title(node))
        self.field.setGeometry(self._place(name).toRect())
        self.field.show()
        self.field.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    def close(self) -> None:
        """Takes the field away; the title stays as it was."""
        if self._name:
            self._name = ""
            self.field.hide()
            self._canvas.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """While it is open, no key is a command of the canvas below."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()))
        return False

    def _key(self, key: Qt.Key) -> bool:
        if key is Qt.Key.Key_Escape:
            self.close()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._keep()
        else:
            return False
        return True

    def _keep(self) -> None:
        name, document = self._name, self._canvas.document
        if name not in document.flow.by_id:
            self.close()
            return
        title = self.field.text().strip()
        self.close()
        document.seal()
        document.do(Rename(document, name, title))
        document.seal()

    def _place(self, name: str) -> QRectF:
        view, body = self._canvas.view, self._canvas.scene.drawing.body(name)
        corner = view.to_screen(QPointF(body.x, body.y))
        width = max(_LEAST, body.width * view.zoom)
        height = min(body.height, self._canvas.style_.m.header) * view.zoom
        return QRectF(corner.x(), corner.y() + (height - _HEIGHT) / 2, width, _HEIGHT)

    def _dress(self) -> None:
        look = self._canvas.style_
        color = look.theme.colors
        self.field.setFont(look.font(13))
        self.field.setStyleSheet(
            f"QLineEdit {{ color: {color['ink']}; background: {color['surface']};"
            f" border: 2px solid {color['focus']}; border-radius: 6px; padding: 0 8px;"
            f" selection-background-color: {color['accent']}; selection-color: {color['on-accent']}; }}"
        )
