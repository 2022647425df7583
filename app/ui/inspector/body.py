"""A letter's body in the inspector: plain text is written here, blocks are told of and opened."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.flows.letters import blocks as b
from app.flows.letters.mjml import read_letter
from app.flows.letters.plain import is_markup
from app.model.kinds import Setting
from app.ui.editors.kinds import words_of
from app.ui.inspector.editor import Context
from app.ui.inspector.liquid import LiquidEditor
from app.ui.widgets import label, part
from app.ui.words import tr


class BodyEditor(LiquidEditor):
    """Never shows markup: a letter of blocks is named by what it holds."""

    def __init__(self, setting: Setting, context: Context) -> None:
        super().__init__(setting, context)
        self._is_blocks = False
        self.about = part(label(wrap=True), "body-about")
        self.about.hide()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.about)

    @property
    def is_written(self) -> bool:
        return not self._is_blocks

    def show_value(self, value: Any) -> None:
        text = value if isinstance(value, str) else ""
        self._is_blocks = is_markup(text)
        self.line.setVisible(not self._is_blocks)
        self.about.setVisible(self._is_blocks)
        if self._is_blocks:
            self.about.setText(_told(text))
        else:
            super().show_value(value)

    def offer(self, at: QWidget) -> None:
        if not self._is_blocks:
            super().offer(at)


def _told(body: str) -> str:
    letter = read_letter(body)
    if letter is None:
        return tr("MJML of your own, kept as it is.")
    names = [words_of(block).lower() for block in letter.blocks if not isinstance(block, b.Own)]
    own = len(letter.blocks) - len(names)
    parts = [*names, *([tr("{count} of your own MJML").format(count=own)] if own else [])]
    return tr("A letter of {count} blocks: {names}.").format(count=len(letter.blocks), names=", ".join(parts))
