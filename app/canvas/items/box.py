"""A collapsed branch: a node on a pile, for there is more below."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QPainter

from app.canvas.items.node import NodeItem

_SHEETS: Final = ((12.0, 7.0), (6.0, 3.5))
"""How much narrower each sheet below is on both sides, and how far it looks out."""


class BoxItem(NodeItem):
    """One box for all the nodes of a closed group."""

    def paint_body(self, painter: QPainter) -> None:
        style, body, m = self.look.style, self._body(), self.look.style.m
        painter.setPen(style.pen("node-line-hover" if self.is_hovered else "node-line"))
        painter.setBrush(style.brush("surface-2"))
        for narrower, lower in _SHEETS:
            sheet = body.adjusted(narrower, body.height() - 2 * m.radius, -narrower, lower)
            painter.drawRoundedRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5), m.radius, m.radius)
        super().paint_body(painter)
