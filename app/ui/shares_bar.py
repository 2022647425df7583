"""Parts of a whole as one bar, with their numbers in words below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.theme import Theming
from app.ui.widgets import Dot, column, label, row
from app.ui.words import number

_HEIGHT: Final = 12
_GAP: Final = 2.0


class _Bar(QWidget):
    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self._theming = theming
        self.parts: list[tuple[int, str]] = []
        self.setFixedHeight(_HEIGHT)
        theming.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        outline = QPainterPath()
        outline.addRoundedRect(whole, _HEIGHT / 2, _HEIGHT / 2)
        painter.setClipPath(outline)
        painter.fillRect(whole, self._theming.color("surface-3"))
        total, left = sum(count for count, _ in self.parts), 0.0
        for count, color in self.parts:
            width = whole.width() * count / total if total else 0
            painter.fillRect(
                QRectF(left, 0, max(0.0, width - _GAP), whole.height()), self._theming.color(color)
            )
            left += width


class SharesBar(QWidget):
    """``show_parts`` takes (count, words, colour token) of each part; one of nobody is left out."""

    def __init__(self, theming: Theming, parts: int) -> None:
        super().__init__()
        self._bar = _Bar(theming)
        self._keys = [(Dot(theming), label(role="strong"), label(role="secondary")) for _ in range(parts)]
        self._holders: list[QWidget] = []
        legend = row(gap=20)
        for dot, count, words in self._keys:
            holder = QWidget()
            holder.setLayout(row(dot, count, words, gap=6))
            self._holders.append(holder)
            legend.addWidget(holder)
        legend.addStretch(1)
        self.setLayout(column(self._bar, legend, gap=8))

    def show_parts(self, parts: Sequence[tuple[int, str, str]]) -> None:
        """Other numbers."""
        self._bar.parts = [(count, color) for count, _, color in parts]
        self._bar.update()
        for holder, (dot, shown, said), (count, words, color) in zip(
            self._holders, self._keys, parts, strict=True
        ):
            dot.set_color(color)
            shown.setText(number(count))
            said.setText(words)
            holder.setVisible(count > 0)
        told = [f"{number(count)} {words}" for count, words, _ in parts if count]
        self.setAccessibleName(", ".join(told))
