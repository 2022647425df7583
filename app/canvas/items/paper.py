"""Notes and frames: paper under the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.colors import hue_of
from app.canvas.frames import Frame
from app.canvas.items.text import Line, lay_line
from app.canvas.look import Level, Look
from app.model.flow import Note

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument

NOTE_Z: Final = -20.0
FRAME_Z: Final = -30.0
NOTE_LEAST: Final = (160.0, 72.0)
FRAME_LEAST: Final = (64.0, 64.0)
NOTE_PAD: Final = (14.0, 10.0)
"""Room between a note's edge and its text, across and down."""
_MARGIN: Final = 10.0
_TITLE: Final = (12, 600)
_TITLE_X: Final = 14.0
_GRIP: Final = ((4.0, 9.0), (4.0, 5.0))


class PaperItem(QGraphicsItem):
    """What notes and frames have in common."""

    def __init__(self, look: Look, z: float) -> None:
        super().__init__()
        self.look = look
        self.is_selected = False
        self.text_key: tuple[object, ...] = ()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(z)

    @property
    def area(self) -> QRectF:
        """The paper, from the item's origin."""
        raise NotImplementedError

    def boundingRect(self) -> QRectF:
        return self.area.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def set_selected(self, selected: bool) -> None:
        if selected != self.is_selected:
            self.is_selected = selected
            self.update()

    def paint_ring(self, painter: QPainter, radius: float) -> None:
        """The ring of the selection, outside the paper."""
        if self.is_selected:
            style, area = self.look.style, self.area
            painter.setBrush(style.no_brush)
            painter.setPen(style.pen("accent-soft", 6))
            painter.drawRoundedRect(area.adjusted(-4, -4, 4, 4), radius + 3, radius + 3)
            painter.setPen(style.pen("focus", 2))
            painter.drawRoundedRect(area.adjusted(-3, -3, 3, 3), radius + 3, radius + 3)

    def paint_grip(self, painter: QPainter, color: str) -> None:
        """Two short lines in the corner by which the paper is pulled larger."""
        corner = self.area.bottomRight()
        painter.setPen(self.look.style.pen(color, 1.25))
        for near, far in _GRIP:
            painter.drawLine(corner - QPointF(near, far), corner - QPointF(far, near))


class NoteItem(PaperItem):
    """A sticky note. Its first line stands out when more lines follow."""

    def __init__(self, look: Look, note: Note) -> None:
        super().__init__(look, NOTE_Z)
        self.note_id = note.id
        self.note = note
        self.at = QPointF(note.x, note.y)
        self._text: QTextDocument | None = None
        self.show_note(note)

    def show_note(self, note: Note) -> None:
        """Shows another text, size or place."""
        self.prepareGeometryChange()
        self.note = note
        self.text_key = ()
        self.place(note.x, note.y)
        self.update()

    def place(self, x: float, y: float) -> None:
        self.at = QPointF(x, y)
        self.setPos(self.at)

    @property
    def area(self) -> QRectF:
        return QRectF(0, 0, max(self.note.width, NOTE_LEAST[0]), max(self.note.height, NOTE_LEAST[1]))

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self.text_key != self.look.text_key:
            self._lay()
            self.text_key = self.look.text_key
        style, area = self.look.style, self.area
        paper, line, ink = note_colors(self.note)
        self.paint_ring(painter, 6)
        painter.setPen(style.pen(line))
        painter.setBrush(style.brush(paper))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self._text is not None:
            self._paint_text(painter, self._text, ink)
        if self.is_selected and self.look.level is not Level.OVERVIEW:
            self.paint_grip(painter, ink)

    def _paint_text(self, painter: QPainter, text: QTextDocument, ink: str) -> None:
        from PySide6.QtGui import QAbstractTextDocumentLayout  # texts load much, and many drawings have none

        from app.canvas.items.notepad import whole_lines

        room = self.area.adjusted(*NOTE_PAD, -NOTE_PAD[0], -4)
        high, along = whole_lines(text, room.height())
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(0, 0, room.width(), high)
        painter.save()
        painter.translate(room.topLeft())
        painter.setClipRect(context.clip, Qt.ClipOperation.IntersectClip)
        text.documentLayout().draw(painter, context)
        painter.restore()
        if high < text.size().height():
            size = self.look.px(12)
            left, bottom = room.left() + min(along, room.width() - size), room.top() + high
            paper = self.look.style.brush(note_colors(self.note)[0])
            painter.fillRect(QRectF(left, bottom - size * 1.4, room.right() - left, size * 1.4), paper)
            lay_line(self.look, "…", (12, 600), ink, left, bottom - size * 0.35).paint(painter)

    def _lay(self) -> None:
        self._text = None
        if self.look.level is not Level.OVERVIEW and self.note.text.strip():
            from app.canvas.items.notepad import laid_out

            ink = note_colors(self.note)[2]
            self._text = laid_out(self.look, self.note.text, self.area.width() - 2 * NOTE_PAD[0], ink)


class FrameItem(PaperItem):
    """A titled frame under everything."""

    def __init__(self, look: Look, frame: Frame) -> None:
        super().__init__(look, FRAME_Z)
        self.frame = frame
        self._title: Line | None = None
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Shows another title, size or place."""
        self.prepareGeometryChange()
        self.frame = frame
        self.text_key = ()
        self.setPos(frame.x, frame.y)
        self.update()

    @property
    def area(self) -> QRectF:
        return QRectF(0, 0, self.frame.width, self.frame.height)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self.text_key != self.look.text_key:
            self._lay()
            self.text_key = self.look.text_key
        style, hue = self.look.style, hue_of(self.frame.extra)
        self.paint_ring(painter, 12)
        painter.setPen(style.pen(f"{hue}-line" if hue else "frame-line"))
        painter.setBrush(style.brush(f"{hue}-soft" if hue else "frame"))
        painter.drawRoundedRect(self.area.adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        if self._title is not None:
            self._title.paint(painter)
        if self.look.level is not Level.OVERVIEW and not self.look.vector:
            self.paint_grip(painter, f"{hue}-line" if hue else "line-strong")

    def _lay(self) -> None:
        self._title = None
        if self.frame.title and self.look.level is not Level.OVERVIEW:
            base = 8.0 + self.look.px(_TITLE[0])
            room = self.frame.width - 2 * _TITLE_X
            self._title = lay_line(self.look, self.frame.title, _TITLE, "ink-2", _TITLE_X, base, room)


def note_colors(note: Note) -> tuple[str, str, str]:
    """The tokens of a note's paper, its line and its ink."""
    hue = hue_of(note.extra)
    return (f"{hue}-soft", f"{hue}-line", "ink") if hue else ("note", "note-line", "note-ink")
