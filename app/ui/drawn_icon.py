"""Icons of buttons and lists, drawn when they are shown, as sharp as the screen they are shown on."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from app.canvas.icons import Icons
from app.model.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """What an icon shows: its drawing, two colours, the longest side and the room on its right, in px."""

    name: str
    color: str
    pale: str
    size: int
    room: int = 0


class DrawnIcon(QIconEngine):
    """A line icon, paler while it cannot be pressed; never larger than its look says.

    What was never shown, such as the pale icon of a button that can be pressed, was never drawn.
    """

    def __init__(self, icons: Icons, look: Look) -> None:
        super().__init__()
        self._icons, self._look = icons, look

    def actualSize(self, size: QSize, _mode: QIcon.Mode, _state: QIcon.State) -> QSize:
        side = self._side(size)
        return QSize(side + self._look.room, side)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float) -> QPixmap:
        look, side = self._look, self._side(size)
        drawn = self._icons.pixmap(
            look.name, look.pale if mode is QIcon.Mode.Disabled else look.color, side, scale
        )
        return _with_room(drawn, look.room, scale) if look.room else drawn

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        scale = painter.device().devicePixelRatio()
        drawn = self.scaledPixmap(rect.size(), mode, state, scale)
        left = rect.x() + (rect.width() - drawn.width() / scale) / 2
        top = rect.y() + (rect.height() - drawn.height() / scale) / 2
        painter.drawPixmap(QPointF(left, top), drawn)

    def clone(self) -> QIconEngine:
        return DrawnIcon(self._icons, self._look)

    def _side(self, size: QSize) -> int:
        return min(self._look.size, size.height(), max(1, size.width() - self._look.room))


def _with_room(drawn: QPixmap, room: int, scale: float) -> QPixmap:
    wider = QPixmap(drawn.width() + round(room * scale), drawn.height())
    wider.setDevicePixelRatio(scale)
    wider.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wider)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return wider
