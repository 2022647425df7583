"""Texts with fields in the inspector: each is a chip, with words for whom it lacks."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.model.kinds import Setting, SettingType
from app.ui.editors.chips import FieldText
from app.ui.editors.field_popup import FieldPopup, Fields
from app.ui.editors.lines import FieldLine
from app.ui.inspector.editor import UNSET, Context, Editor
from app.ui.widgets import column
from app.ui.words import said


class LiquidEditor(Editor):
    """One line or several, by the setting's type; its value is Liquid."""

    def __init__(self, setting: Setting, context: Context) -> None:
        super().__init__()
        several = setting.type is SettingType.LIQUID_TEXT
        self._context = context
        self.line = FieldLine(
            context.theming,
            self.fields,
            said(setting.label),
            one_line=not several,
            longest=setting.max_length,
            title=False,
            lowest=3 if several else 1,
        )
        self.line.insert.hide()
        self.line.edited.connect(lambda source: self.changed.emit(source or UNSET))
        self.setLayout(column(self.line))
        self.setFocusProxy(self.text)

    @property
    def is_written(self) -> bool:
        """Whether the text is typed here, and not only told of."""
        return True

    @property
    def text(self) -> FieldText:
        """Where it is typed."""
        return self.line.text

    @property
    def popup(self) -> FieldPopup | None:
        """The choice of fields that was opened last."""
        return self.line.popup

    def show_value(self, value: Any) -> None:
        self.line.show_source("" if value is None else str(value))

    def set_bad(self, *, bad: bool) -> None:
        self.line.set_bad(bad=bad)

    def offer(self, at: QWidget) -> None:
        """Opens the choice of fields below this widget."""
        self.line.offer(at)

    def fields(self) -> Fields:
        """What the text can ask for, as far as the drawing knows."""
        key = self._context.flow().settings.get("key")
        return Fields(tuple(self._context.fields()), (key,) if isinstance(key, str) and key else ())
