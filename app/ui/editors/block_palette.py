"""The list of blocks beside the paper; narrow, it is a strip of icons."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.ui.editors.kinds import KINDS, MIME
from app.ui.theme import Theming
from app.ui.widgets import ClickRow, Picture, column, label, part, row
from app.ui.words import tr

WIDE: Final = 168
NARROW: Final = 56


class BlockRow(ClickRow):
    """A kind of block: a click adds it, a drag takes it to its place."""

    def __init__(self, theming: Theming, icon: str, words: str, name: str = "") -> None:
        super().__init__("palette-row")
        self.name = name
        self._from: QPoint | None = None
        self.words = label(words)
        self.setAccessibleName(words)
        self.setToolTip(words)
        sign = Picture(theming, icon, "ink-2", 18)
        self.setLayout(row(sign, self.words, None, margins=(8, 6, 4, 6), gap=10))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.name or self._from is None:
            return
        if (event.position().toPoint() - self._from).manhattanLength() < QApplication.startDragDistance():
            return
        self._from = None
        drag = QDrag(self)
        drag.setMimeData(mime_of(self.name))
        drag.exec(Qt.DropAction.CopyAction)


class BlockPalette(QWidget):
    """``chosen`` carries a block's kind, ``field_asked`` the row that was clicked for a field."""

    chosen = Signal(str)
    field_asked = Signal(object)

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "palette")
        self.rows: dict[str, BlockRow] = {}
        self.fill_in = BlockRow(theming, "field", tr("A field"))
        self.fill_in.clicked.connect(lambda: self.field_asked.emit(self.fill_in))
        self._heads: list[QLabel] = [
            label(tr("Blocks"), "group"),
            label(tr("Fill in"), "group"),
            label(tr("Drag a block into the letter, or click it."), "hint", wrap=True),
        ]
        box = column(self._heads[0], gap=2, margins=(8, 12, 8, 12))
        for kind in KINDS:
            made = BlockRow(theming, kind.icon, kind.words(), kind.name)
            made.clicked.connect(lambda name=kind.name: self.chosen.emit(name))
            self.rows[kind.name] = made
            box.addWidget(made)
        for one in (14, self._heads[1], self.fill_in, 10, self._heads[2]):
            if isinstance(one, int):
                box.addSpacing(one)
            else:
                box.addWidget(one)
        box.addStretch(1)
        self.setLayout(box)
        self.setFixedWidth(WIDE)

    def set_narrow(self, *, narrow: bool) -> None:
        """Icons alone, or with their words."""
        for one in (*self._heads, self.fill_in.words, *(made.words for made in self.rows.values())):
            one.setVisible(not narrow)
        self.setFixedWidth(NARROW if narrow else WIDE)


def mime_of(name: str) -> QMimeData:
    """A kind of block on its way to the paper."""
    data = QMimeData()
    data.setData(MIME, QByteArray(name.encode("ascii")))
    return data
