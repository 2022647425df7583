"""What the shapes and lines of a drawing mean, for whoever reads it on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.canvas.drawing import Drawing
from app.canvas.faces import Tone
from app.canvas.style import Style
from app.canvas.words import tr
from app.model.ports import Counts

_TILE: Final = 16.0
_LINE: Final = 24.0
_GAP: Final = 6.0
_APART: Final = 22.0
_ROW: Final = 22.0
_TEXT: Final = (11, 400)
_TILES: Final = (
    ("entry", "entry-event", "Start"),
    ("message", "email", "Message"),
    ("wait", "delay", "Wait"),
    ("branch", "check", "Branch"),
    ("action", "set", "Do"),
    ("end", "end", "End"),
    ("box", "frame", "Collapsed branch"),
)


class Sign(Enum):
    """How an entry is drawn."""

    TILE = "tile"
    LINE = "line"
    FAILED = "failed"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Entry:
    """One sign with its words. ``category`` and ``icon`` only for a tile."""

    sign: Sign
    words: str
    category: str = ""
    icon: str = ""


def entries_of(drawing: Drawing, counts: Counts) -> tuple[Entry, ...]:
    """The signs that this drawing has, in one order for all drawings."""
    there = {face.category for face in drawing.faces.values()}
    found = [Entry(Sign.TILE, tr(words), name, icon) for name, icon, words in _TILES if name in there]
    tones = {drawing.tone(key) for key in drawing.flow_edges()}
    if tones - {Tone.FAILED}:
        found.append(Entry(Sign.LINE, tr("leads to")))
    if Tone.FAILED in tones:
        found.append(Entry(Sign.FAILED, tr("when it could not be sent")))
    if any(counts.edges.values()):
        found.append(Entry(Sign.COUNT, tr("people who went this way")))
    return tuple(found)


def paint_legend(painter: QPainter, style: Style, entries: Sequence[Entry], area: QRectF) -> None:
    """Draws the entries in rows from the left; what does not fit into ``area`` is left out."""
    x, y = area.left(), area.top()
    for entry in entries:
        width = _sign_width(entry) + _GAP + style.measure(entry.words, *_TEXT)
        if x > area.left() and x + width > area.right():
            x, y = area.left(), y + _ROW
        if y + _ROW > area.bottom() + 1:
            return
        _paint_sign(painter, style, entry, QPointF(x, y + _ROW / 2))
        painter.setPen(style.pen("ink-2"))
        painter.setFont(style.font(*_TEXT))
        painter.drawText(QPointF(x + _sign_width(entry) + _GAP, y + _ROW / 2 + 4), entry.words)
        x += width + _APART


def _sign_width(entry: Entry) -> float:
    return _TILE if entry.sign is Sign.TILE else _LINE


def _paint_sign(painter: QPainter, style: Style, entry: Entry, at: QPointF) -> None:
    """``at``: the middle of the sign's left side."""
    if entry.sign is Sign.TILE:
        square = QRectF(at.x(), at.y() - _TILE / 2, _TILE, _TILE)
        style.paint_tile(painter, entry.category, entry.icon, square)
        return
    failed = entry.sign is Sign.FAILED
    painter.setBrush(style.no_brush)
    painter.setPen(style.pen("edge-failed", 1.75, (6.0, 4.0)) if failed else style.pen("edge", style.m.edge))
    painter.drawLine(at, at + QPointF(_LINE, 0))
    if entry.sign is Sign.COUNT:
        painter.fillRect(QRectF(at.x() + 6, at.y() - 7, 12, 14), style.brush("canvas"))
        painter.setPen(style.pen("ink-2"))
        painter.setFont(style.font(11, 500))
        painter.drawText(QPointF(at.x() + 9, at.y() + 4), "7")
