"""The name of the open flow: a title that a double-click, or F2, makes a field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.widgets import CutLabel, row
from app.ui.words import tr


class NameField(QWidget):
    """``renamed`` carries a new name when the field is left or Enter is pressed; Esc keeps the old one."""

    renamed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.label = CutLabel(role="title")
        self.label.setToolTip(tr("Double-click to rename"))
        self.field = QLineEdit()
        self.field.setProperty("role", "name")
        self.field.setMinimumWidth(220)
        self.field.setMaxLength(120)
        self.field.setAccessibleName(tr("Name of the flow"))
        self.field.hide()
        self.field.editingFinished.connect(self._finish)
        self.field.installEventFilter(self)
        self.setLayout(row(self.label, self.field, gap=0))

    def show_name(self, name: str) -> None:
        """The name as it stands."""
        self.label.say(name)

    def edit(self) -> None:
        """Makes it a field."""
        self.field.setText(self.label.full)
        self.label.hide()
        self.field.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.edit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and not self.field.isHidden():
            self.field.setText(self.label.full)
            self._finish()
            return True
        return super().eventFilter(watched, event)

    def _finish(self) -> None:
        if self.field.isHidden():
            return
        name = self.field.text().strip()
        self.field.hide()
        self.label.show()
        if name and name != self.label.full:
            self.renamed.emit(name)
