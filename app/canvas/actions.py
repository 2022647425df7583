"""The canvas's commands as actions, for menus, page bar and keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.canvas.words import tr

Standard = QKeySequence.StandardKey


class CanvasActions:
    """One action per command; their keys work while the canvas or a part of it has the focus."""

    def __init__(self, owner: QWidget) -> None:
        self._owner = owner
        self.undo = self._action(tr("Undo"), Standard.Undo)
        self.redo = self._action(tr("Redo"), Standard.Redo, "Ctrl+Y")
        self.cut = self._action(tr("Cut"), Standard.Cut)
        self.copy = self._action(tr("Copy"), Standard.Copy)
        self.paste = self._action(tr("Paste"), Standard.Paste)
        self.duplicate = self._action(tr("Duplicate"), "Ctrl+D")
        self.delete = self._action(tr("Delete"), Standard.Delete, "Backspace")
        self.select_all = self._action(tr("Select all"), Standard.SelectAll)
        self.tidy = self._action(tr("Tidy up"), "Ctrl+Shift+T")
        self.fit = self._action(tr("Fit"), "Ctrl+0")
        self.zoom_selection = self._action(tr("Zoom to selection"), "Ctrl+2")
        self.zoom_whole = self._action(tr("100 %"), "Ctrl+1")
        self.zoom_in = self._action(tr("Zoom in"), Standard.ZoomIn, "Ctrl+=")
        self.zoom_out = self._action(tr("Zoom out"), Standard.ZoomOut)

    @property
    def all(self) -> tuple[QAction, ...]:
        """Every action, in the order of a menu."""
        return (
            self.undo,
            self.redo,
            self.cut,
            self.copy,
            self.paste,
            self.duplicate,
            self.delete,
            self.select_all,
            self.tidy,
            self.fit,
            self.zoom_selection,
            self.zoom_whole,
            self.zoom_in,
            self.zoom_out,
        )

    def _action(self, text: str, *keys: QKeySequence.StandardKey | str) -> QAction:
        action = QAction(text, self._owner)
        sequences: list[QKeySequence] = []
        for key in keys:
            found = [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
            sequences += [one for one in found if one not in sequences]
        action.setShortcuts(sequences)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shown = sequences[0].toString(QKeySequence.SequenceFormat.NativeText) if sequences else ""
        action.setToolTip(f"{text} ({shown})" if shown else text)
        self._owner.addAction(action)
        return action
