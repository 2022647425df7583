"""A drawing on pages of paper: title, date, legend; many pages get an overview and marks where they meet."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter

from app.canvas.geometry import Rect
from app.canvas.legend import entries_of, paint_legend
from app.canvas.paging import DPI, FOOT, HEAD, MARGIN, OVERLAP, Plan, Tile
from app.canvas.scene import CanvasScene
from app.canvas.words import tr

_TITLE: Final = (18, 600)
_SMALL: Final = (11, 400)
_STRONG: Final = (11, 600)
_NUMBER: Final = (28, 600)
_MARK: Final = 14.0
_LETTERS: Final = 0.85
"""Paper holds smaller letters than a screen: at 60 % they are as large as at this zoom on screen."""


def writer_for(path: str, title: str, width: float, height: float) -> QPdfWriter:
    """A PDF of pages of this size, in px."""
    writer = QPdfWriter(path)
    writer.setTitle(title)
    writer.setResolution(DPI)
    size = QSizeF(width, height) * 72 / DPI
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF())
    return writer


class Booklet:
    """Paints the pages of one plan."""

    def __init__(self, scene: CanvasScene, plan: Plan, title: str, about: str) -> None:
        self._scene = scene
        self._plan = plan
        self._style = scene.look.style
        self._title = title
        self._about = about
        self._entries = entries_of(scene.drawing, scene.document.facts.counts)
        self.pages = len(plan.tiles) + (1 if plan.has_overview else 0)

    def write(self, path: str) -> bool:
        """Writes all pages into a PDF; whether that went well."""
        writer = writer_for(path, self._title, self._plan.width, self._plan.height)
        painter = QPainter()
        if not painter.begin(writer):
            return False
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        fine = True
        for number in range(1, self.pages + 1):
            fine = (number == 1 or writer.newPage()) and fine
            self.paint(painter, number)
        return painter.end() and fine

    def paint(self, painter: QPainter, number: int) -> None:
        """Paints one page, counted from 1, at 96 px an inch."""
        plan = self._plan
        self._paint_page(painter, number)
        if plan.has_overview and number == 1:
            self._paint_overview(painter)
        else:
            self._paint_tile(painter, plan.tiles[number - (2 if plan.has_overview else 1)])

    def _paint_page(self, painter: QPainter, number: int) -> None:
        """Ground, title, what the drawing is, page number and legend."""
        plan, style = self._plan, self._style
        painter.fillRect(QRectF(0, 0, plan.width, plan.height), style.brush("canvas"))
        right = plan.width - MARGIN
        counted = tr("Page {number} of {count}").format(number=number, count=self.pages)
        words = counted if self.pages > 1 else ""
        room = right - MARGIN - style.measure(words, *_SMALL) - 24
        title = style.metrics(*_TITLE).elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        self._say(painter, title, _TITLE, "ink", MARGIN, MARGIN + 20)
        self._say(painter, self._about, _SMALL, "ink-3", MARGIN, MARGIN + 40)
        self._say(painter, words, _SMALL, "ink-3", right - style.measure(words, *_SMALL), MARGIN + 20)
        painter.setPen(style.pen("line"))
        foot = plan.height - MARGIN - FOOT
        painter.drawLine(QPointF(MARGIN, MARGIN + HEAD - 6), QPointF(right, MARGIN + HEAD - 6))
        painter.drawLine(QPointF(MARGIN, foot + 4), QPointF(right, foot + 4))
        area = QRectF(MARGIN, foot + 6, right - MARGIN, FOOT - 4)
        paint_legend(painter, style, self._entries, area)

    def _paint_tile(self, painter: QPainter, tile: Tile) -> None:
        self._render(painter, _qrect(self._plan.room), tile.source, self._plan.scale)
        if self._plan.has_overview:
            self._paint_marks(painter, tile)

    def _paint_overview(self, painter: QPainter) -> None:
        """The whole drawing, small, with the page number over each part."""
        room, area = self._plan.room, self._covered()
        scale = min(room.width / area.width, room.height / area.height)
        target = QRectF(room.x, room.y, area.width * scale, area.height * scale)
        self._render(painter, target, area, scale)
        style = self._style
        for tile in self._plan.tiles:
            part = QRectF(
                room.x + (tile.source.x - area.x) * scale,
                room.y + (tile.source.y - area.y) * scale,
                tile.source.width * scale,
                tile.source.height * scale,
            )
            painter.setPen(style.pen("control", 1, (4.0, 3.0)))
            painter.setBrush(style.no_brush)
            painter.drawRect(part)
            number = str(tile.number + 1)
            role = _NUMBER if part.width() > 60 and part.height() > 48 else _STRONG
            self._say(painter, number, role, "accent-text", part.x() + 6, part.y() + role[0] + 2)

    def _paint_marks(self, painter: QPainter, tile: Tile) -> None:
        """Where the next pages begin, and which they are."""
        room, half = self._plan.room, OVERLAP / 2
        painter.setPen(self._style.pen("control", 1, (4.0, 3.0)))
        beside = {
            (across, down): self._plan.at(tile.column + across, tile.row + down)
            for across, down in ((-1, 0), (1, 0), (0, -1), (0, 1))
        }
        for (across, down), other in beside.items():
            if other is None:
                continue
            painter.setPen(self._style.pen("control", 1, (4.0, 3.0)))
            if across:
                x = room.right - half if across > 0 else room.x + half
                painter.drawLine(QPointF(x, room.y), QPointF(x, room.bottom))
            else:
                y = room.bottom - half if down > 0 else room.y + half
                painter.drawLine(QPointF(room.x, y), QPointF(room.right, y))
            self._paint_neighbour(painter, across, down, other.number + 1)

    def _paint_neighbour(self, painter: QPainter, across: int, down: int, number: int) -> None:
        room = self._plan.room
        arrow = {(1, 0): "→", (-1, 0): "←", (0, 1): "↓", (0, -1): "↑"}[across, down]
        words = f"{arrow} {number}"
        width = self._style.measure(words, *_STRONG) + 12
        middle_x, middle_y = room.center
        half = OVERLAP / 2
        x = {1: room.right - half, -1: room.x + half, 0: middle_x}[across] - width / 2
        y = {1: room.bottom - half, -1: room.y + half, 0: middle_y}[down] - _MARK / 2
        style = self._style
        painter.setPen(style.pen("line-strong"))
        painter.setBrush(style.brush("surface"))
        painter.drawRoundedRect(QRectF(x, y - 3, width, _MARK + 6), 10, 10)
        self._say(painter, words, _STRONG, "ink-2", x + 6, y + 11)

    def _render(self, painter: QPainter, target: QRectF, source: Rect, scale: float) -> None:
        """A part of the scene; letters keep a size that can be read on paper, if blocks are not enough."""
        zoom = scale if scale < self._style.m.overview_below else max(scale, _LETTERS)
        self._scene.set_zoom(max(zoom, self._style.m.zoom_min), 1.0)
        self._scene.look_at(None)
        painter.save()
        painter.setClipRect(target)
        self._scene.render(painter, target, _qrect(source), Qt.AspectRatioMode.KeepAspectRatio)
        painter.restore()

    def _covered(self) -> Rect:
        """The rectangle around all pages."""
        sources = [tile.source for tile in self._plan.tiles]
        left, top = min(one.x for one in sources), min(one.y for one in sources)
        right, bottom = max(one.right for one in sources), max(one.bottom for one in sources)
        return Rect(left, top, right - left, bottom - top)

    def _say(
        self, painter: QPainter, words: str, role: tuple[int, int], ink: str, x: float, base: float
    ) -> None:
        painter.setPen(self._style.pen(ink))
        painter.setFont(self._style.font(*role))
        painter.drawText(QPointF(x, base), words)


def _qrect(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.width, rect.height)
