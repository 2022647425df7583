"""What the flow is for and how often it came true, above the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.canvas.parts.card import Card
from app.canvas.style import Style
from app.canvas.words import event_words, people, tr
from app.model.flow import Flow
from app.model.frozen import dataclass

if TYPE_CHECKING:
    from app.model.counts import Counts

_HEIGHT = 36
_PAD = 12.0


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a line: ``kind`` is strong, plain, quiet, chip or rule."""

    text: str
    kind: str


class LineCard(Card):
    """A card with one line of words and numbers; what it counts can be opened by a click, Enter or Space.

    Signals:
        pressed: whom it counts is to be shown.
    """

    pressed = Signal()

    def __init__(self, style: Style, parent: QWidget, icon: str = "") -> None:
        super().__init__(style, parent)
        self._icon = icon
        self._pieces: tuple[Piece, ...] = ()
        self._rings = False

    def say(self, pieces: tuple[Piece, ...]) -> None:
        """Shows other words; none: the card hides."""
        if pieces != self._pieces:
            self._pieces = pieces
            self.setFixedSize(self.sizeHint())
            self.setAccessibleName(" ".join(piece.text for piece in pieces if piece.text))
            self.update()
            counts = any(piece.text[:1].isdigit() for piece in pieces)
            self.setCursor(Qt.CursorShape.PointingHandCursor if counts else Qt.CursorShape.ArrowCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus if counts else Qt.FocusPolicy.NoFocus)
        self.setVisible(bool(pieces))

    @property
    def counts(self) -> bool:
        """Whether it shows a number that can be opened."""
        return self.focusPolicy() is not Qt.FocusPolicy.NoFocus

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if self.counts and inside and event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.counts and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._rings = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._rings = False
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        width = sum(self._width(piece) for piece in self._pieces)
        width += 8 * max(0, len(self._pieces) - 1) + (26 if self._icon else 0)
        return QSize(round(width + 2 * _PAD), _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter)
        x = _PAD
        if self._icon:
            color = self.look.theme.colors["ok"]
            pixmap = self.look.icons.pixmap(self._icon, color, 18, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x, 9), pixmap)
            x += 26
        for piece in self._pieces:
            width = self._width(piece)
            self._paint(painter, piece, x, width)
            x += width + 8
        if self._rings:
            painter.setPen(self.look.pen("focus", 2))
            painter.setBrush(self.look.no_brush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 7, 7)

    def _paint(self, painter: QPainter, piece: Piece, x: float, width: float) -> None:
        style = self.look
        if piece.kind == "rule":
            painter.setPen(style.pen("line"))
            painter.drawLine(QPointF(x + 0.5, 8), QPointF(x + 0.5, 28))
            return
        if piece.kind == "chip":
            painter.setPen(style.no_pen)
            painter.setBrush(style.brush("ok-soft"))
            painter.drawRoundedRect(QRectF(x, 8, width, 20), 10, 10)
        px, weight = _ROLES[piece.kind]
        color = {"chip": "ok", "quiet": "ink-3", "strong": "ink"}.get(piece.kind, "ink-2")
        painter.setPen(style.pen(color))
        painter.setFont(style.font(px, weight))
        painter.drawText(QPointF(x + (8 if piece.kind == "chip" else 0), 18 + px * 0.36), piece.text)

    def _width(self, piece: Piece) -> float:
        if piece.kind == "rule":
            return 1
        return self.look.measure(piece.text, *_ROLES[piece.kind]) + (16 if piece.kind == "chip" else 0)


_ROLES: Mapping[str, tuple[int, int]] = {
    "strong": (13, 600),
    "plain": (13, 400),
    "quiet": (12, 400),
    "chip": (11, 500),
}


def goal_line(flow: Flow, counts: Counts) -> tuple[Piece, ...]:
    """“Goal  order completed | 181 of 486  37 %”; nothing without a goal."""
    goal = flow.settings.get("goal")
    events = goal.get("events") if isinstance(goal, Mapping) else None
    if not isinstance(events, (list, tuple)) or not events:
        return ()
    words = tr(" or ").join(event_words(name) for name in events[:2])
    pieces = [Piece(tr("Goal"), "strong"), Piece(words, "plain")]
    if counts.entered:
        share = round(100 * counts.goals / counts.entered)
        pieces += [
            Piece("", "rule"),
            Piece(people(counts.goals), "strong"),
            Piece(tr("of {count}").format(count=people(counts.entered)), "plain"),
            Piece(f"{share}\N{NO-BREAK SPACE}%", "chip"),
        ]
    return tuple(pieces)


def inside_line(counts: Counts) -> tuple[Piece, ...]:
    """“Inside now 176”; nothing while nobody ever entered."""
    if not (counts.inside or counts.entered):
        return ()
    return Piece(tr("Inside now"), "quiet"), Piece(people(counts.inside), "strong")
