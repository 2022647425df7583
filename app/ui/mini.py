"""A flow as a small picture: tiles where its nodes stand, lines where its edges go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.model.flow import Flow, Node
from app.model.kinds import kind_of
from app.ui.theme import Theming

_MARGIN: Final = 22.0
_LARGEST: Final = 26.0
_SMALLEST: Final = 15.0
_CORNER: Final = 5.0
_NARROW: Final = 4.0


class MiniFlow(QWidget):
    """Not for reading, only for knowing again."""

    def __init__(self, theming: Theming, flow: Flow, height: int = 104) -> None:
        super().__init__()
        self._theming = theming
        self._flow = flow
        self.setFixedHeight(height)
        theming.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(280, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paper = QPainterPath()
        paper.addRoundedRect(QRectF(self.rect()).adjusted(0, 0, 0, 8), 7, 7)
        painter.fillPath(paper, self._theming.color("canvas"))
        nodes = list(self._flow.by_id.values())
        places, tile = placed(nodes, QRectF(self.rect()))
        painter.setPen(self._theming.style.pen("edge", 1.25))
        for source, target in dict.fromkeys((edge.source, edge.target) for edge in self._flow.edges):
            if source in places and target in places:
                painter.drawPath(_way(places[source], places[target], tile))
        for node in nodes:
            self._paint_tile(painter, node, places[node.id], tile)

    def _paint_tile(self, painter: QPainter, node: Node, center: QPointF, tile: float) -> None:
        kind = kind_of(node)
        size = tile * (0.8 if kind is not None and kind.category == "wait" else 1.0)
        square = QRectF(center.x() - size / 2, center.y() - size / 2, size, size)
        category, icon = (str(kind.category), kind.icon) if kind else ("action", "help")
        self._theming.style.paint_tile(painter, category, icon, square)


def placed(nodes: list[Node], area: QRectF) -> tuple[Mapping[str, QPointF], float]:
    """The middle of each node's tile in ``area``, and how large tiles are."""
    columns = _ranks([node.x for node in nodes], 90)
    rows = _ranks([node.y for node in nodes], 90)
    last_column, last_row = max(columns.values(), default=0), max(rows.values(), default=0)
    step_x = min(64.0, (area.width() - 2 * _MARGIN) / max(1, last_column))
    step_y = min(44.0, (area.height() - 2 * _MARGIN) / max(1, last_row))
    left = area.center().x() - step_x * last_column / 2
    top = area.center().y() - step_y * last_row / 2
    places = {
        node.id: QPointF(left + step_x * columns[node.x], top + step_y * rows[node.y]) for node in nodes
    }
    room = min(step_x * 0.66, step_y * 0.9 if last_row else _LARGEST)
    return places, max(_SMALLEST, min(_LARGEST, room))


def _ranks(values: list[float], apart: float) -> dict[float, int]:
    """Which column or row a value is in: near ones share it."""
    ranks: dict[float, int] = {}
    rank, begin = -1, 0.0
    for value in sorted(set(values)):
        if rank < 0 or value - begin >= apart:
            rank, begin = rank + 1, value
        ranks[value] = rank
    return ranks


def _way(start: QPointF, end: QPointF, tile: float) -> QPainterPath:
    begin, finish = QPointF(start.x() + tile / 2, start.y()), QPointF(end.x() - tile / 2, end.y())
    path = QPainterPath(begin)
    if abs(begin.y() - finish.y()) < 1 or finish.x() - begin.x() < _NARROW:
        path.lineTo(finish)
        return path
    lane = (begin.x() + finish.x()) / 2
    turn = min(_CORNER, abs(finish.y() - begin.y()) / 2, (finish.x() - begin.x()) / 2)
    down = turn if finish.y() > begin.y() else -turn
    path.lineTo(lane - turn, begin.y())
    path.quadTo(lane, begin.y(), lane, begin.y() + down)
    path.lineTo(lane, finish.y() - down)
    path.quadTo(lane, finish.y(), lane + turn, finish.y())
    path.lineTo(finish)
    return path
