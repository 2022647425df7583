"""Another title for a node, a frame or a box, typed right over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QUndoCommand
from PySide6.QtWidgets import QLineEdit

from app.canvas.commands import FlowCommand, Rename
from app.canvas.geometry import Rect
from app.canvas.groups import titled
from app.canvas.words import node_title, tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_KEEPING: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_LEAST: Final = 160
_HEIGHT: Final = 32


class Renamer(QObject):
    """One for each canvas. Enter keeps the title, and so does going elsewhere; Esc leaves the old one."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._keep_as: Callable[[str], QUndoCommand | None] | None = None
        self.field = QLineEdit(canvas.view.viewport())
        self.field.setAccessibleName(tr("Title"))
        self.field.setMaxLength(120)
        self.field.hide()
        self.field.editingFinished.connect(self._keep)
        self.field.installEventFilter(self)

    def ask(self, name: str) -> None:
        """Opens the field over this node, or over the box that it stands in."""
        canvas = self._canvas
        flow, drawing = canvas.document.flow, canvas.scene.drawing
        node = flow.by_id.get(name)
        if node is None:
            return
        canvas.scene.settle()
        canvas.focus.scroll_to()
        body, first = drawing.body(name), drawing.shown.box(name)
        head = Rect(body.x, body.y, body.width, min(body.height, canvas.style_.m.header))
        group = drawing.shown.group.get(first)
        if group is not None:
            self.ask_over(
                head, group.title, drawing.faces[first].title, lambda title: self._box(first, title)
            )
        else:
            self.ask_over(head, node.title, node_title(node), lambda title: self._node(name, title))

    def ask_over(
        self, area: Rect, title: str, otherwise: str, keep: Callable[[str], QUndoCommand | None]
    ) -> None:
        """Opens the field over an area of the scene; ``keep`` makes the step of undo from what was typed.

        ``otherwise``: what is shown where no title is given.
        """
        self._keep_as = keep
        self._dress()
        self.field.setText(title)
        self.field.setPlaceholderText(otherwise)
        self.field.setGeometry(self._place(area).toRect())
        self.field.show()
        self.field.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    def close(self) -> None:
        """Takes the field away; the title stays as it was."""
        if self._keep_as is not None:
            self._keep_as = None
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
        elif key in _KEEPING:
            self._keep()
        else:
            return False
        return True

    def _keep(self) -> None:
        keep, document = self._keep_as, self._canvas.document
        title = self.field.text().strip()
        self.close()
        command = keep(title) if keep is not None else None
        if command is not None:
            document.seal()
            document.do(command)
            document.seal()

    def _node(self, name: str, title: str) -> QUndoCommand | None:
        document = self._canvas.document
        return Rename(document, name, title) if name in document.flow.by_id else None

    def _box(self, first: str, title: str) -> QUndoCommand | None:
        document, group = self._canvas.document, self._canvas.scene.drawing.shown.group.get(first)
        if group is None:
            return None
        return FlowCommand(document, tr("Rename a box"), lambda flow: titled(flow, group.id, title))

    def _place(self, area: Rect) -> QRectF:
        view = self._canvas.view
        corner = view.to_screen(QPointF(area.x, area.y))
        width, height = max(_LEAST, area.width * view.zoom), area.height * view.zoom
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
