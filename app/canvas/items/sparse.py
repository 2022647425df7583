"""Painting anew only the parts of a mostly empty thing: Qt takes the rectangle around all of them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem

from app.canvas.space import Span

EVERYWHERE: Final = QRectF(-1e6, -1e6, 2e6, 2e6)
"""The bounds of an item that tells by itself where it paints."""


class Sparse:
    """Where one item paints."""

    __slots__ = ("_item", "_parts")

    def __init__(self, item: QGraphicsItem) -> None:
        self._item = item
        self._parts: frozenset[Span] = frozenset()

    def show(self, parts: frozenset[Span]) -> None:
        """The item, whose bounds are ``EVERYWHERE``, paints on these parts (in scene units) from now on."""
        before, self._parts = self._parts, parts
        scene = self._item.scene()
        if scene is not None:
            for left, top, right, bottom in before ^ parts:
                scene.update(left, top, right - left, bottom - top)
