"""One setting on screen: its label, its editor, what helps, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.model.flow import Problem
from app.model.kinds import Setting
from app.ui.inspector.editor import Context, Editor
from app.ui.inspector.liquid import LiquidEditor
from app.ui.inspector.plain import FlagEditor
from app.ui.mending import FixButtons
from app.ui.widgets import Button, column, label, row
from app.ui.words import said, tr


class Field(QWidget):
    """The label above, the editor, the hint or the sentence of a problem below."""

    changed = Signal(str, object)
    """The setting's name and its new value."""

    def __init__(self, setting: Setting, editor: Editor, context: Context, *, heading: bool = False) -> None:
        super().__init__()
        self.setting = setting
        self.editor = editor
        self._context = context
        self._label = label(said(setting.label), "strong" if heading else "label", wrap=True)
        self._label.setBuddy(editor)
        self._hint = label(said(setting.help), "hint", wrap=True)
        if not setting.help:
            self._hint.hide()
        self.error = label(role="error", wrap=True)
        self.error.hide()
        self.fixes = FixButtons(context.theming)
        editor.changed.connect(lambda value: self.changed.emit(setting.name, value))
        self.setLayout(column(self._head(), editor, self._hint, self.error, self.fixes, gap=4))
        self.setAccessibleName(said(setting.label))
        self.setAccessibleDescription(said(setting.help))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Puts the first one under the editor in place of the hint, if not into a part of it."""
        problems = self.editor.show_problems(problems)
        self.error.setText(problems[0].message if problems else "")
        self.error.setToolTip(problems[0].fix if problems else "")
        self.error.setVisible(bool(problems))
        self.fixes.show_problem(problems[0] if problems else None)
        written = not isinstance(self.editor, LiquidEditor) or self.editor.is_written
        if isinstance(self.editor, LiquidEditor):
            self.insert.setVisible(written)
        self._hint.setVisible(not problems and bool(self.setting.help) and written)
        self.editor.set_bad(bad=bool(problems))

    def _head(self) -> QWidget:
        head = QWidget()
        if not isinstance(self.editor, LiquidEditor):
            head.setLayout(row(self._label, gap=4))
            if isinstance(self.editor, FlagEditor):
                head.hide()
            return head
        self.insert = Button(self._context.theming, tr("Insert a field"), kind="link-small")
        self.insert.setToolTip(tr("Insert a field (Ctrl Space)"))
        self.insert.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # keys have Ctrl Space, Tab goes on writing
        offer = self.editor.offer
        self.insert.clicked.connect(lambda: offer(self.insert))
        head.setLayout(row(self._label, None, self.insert, gap=4))
        return head
