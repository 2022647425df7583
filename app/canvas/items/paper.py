"""Notes and frames: paper under the nodes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.frames import Frame
from app.canvas.items.text import Line, lay_line
from app.canvas.look import Level, Look
from app.model.flow import Note

NOTE_Z = -20.0
FRAME_Z = -30.0
_MARGIN = 10.0
_PAD = 14.0
_HEAD = (13, 600)
_TEXT = (12, 400)
_FRAME_TITLE = (12, 600)


class NoteItem(QGraphicsItem):
    """A sticky note. Its first line stands out when more lines follow."""

    def __init__(self, look: Look, note: Note) -> None:
        super().__init__()
        self.look = look
        self.note_id = note.id
        self.note = note
        self.is_selected = False
        self.at = QPointF(note.x, note.y)
        self._lines: list[Line] = []
        self._text_key: tuple[object, ...] = ()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(NOTE_Z)
        self.show_note(note)

    def show_note(self, note: Note) -> None:
        """Shows another text, size or place."""
        self.prepareGeometryChange()
        self.note = note
        self._text_key = ()
        self.place(note.x, note.y)
        self.update()

    def place(self, x: float, y: float) -> None:
        self.at = QPointF(x, y)
        self.setPos(self.at)

    def set_selected(self, selected: bool) -> None:
        if selected != self.is_selected:
            self.is_selected = selected
            self.update()

    @property
    def area(self) -> QRectF:
        """The paper, from the item's origin."""
        return QRectF(0, 0, max(self.note.width, 160), max(self.note.height, 72))

    def boundingRect(self) -> QRectF:
        return self.area.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self._text_key != self.look.text_key:
            self._lay()
            self._text_key = self.look.text_key
        style, area = self.look.style, self.area
        if self.is_selected:
            painter.setPen(style.pen("focus", 2))
            painter.setBrush(style.no_brush)
            painter.drawRoundedRect(area.adjusted(-3, -3, 3, 3), 9, 9)
        painter.setPen(style.pen("note-line"))
        painter.setBrush(style.brush("note"))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        for line in self._lines:
            line.paint(painter)

    def _lay(self) -> None:
        self._lines = []
        if self.look.level is Level.OVERVIEW:
            return
        head, _, rest = self.note.text.partition("\n")
        parts = [(head, _HEAD), (rest, _TEXT)] if rest.strip() else [(head, _TEXT)]
        room, bottom = self.area.width() - 2 * _PAD, self.area.height() - 6
        rows = [(words, role) for text, role in parts for words in _broken(self.look, text, role, room)]
        top = 10.0
        for number, (words, role) in enumerate(rows):
            px = self.look.px(role[0])
            is_last = top + 2.4 * px + px * 0.4 > bottom and number + 1 < len(rows)
            shown = words + "…" if is_last else words
            self._lines.append(lay_line(self.look, shown, role, "note-ink", _PAD, top + px * 1.05, room))
            top += px * 1.4 + (2 if role is _HEAD else 0)
            if is_last:
                break


class FrameItem(QGraphicsItem):
    """A titled frame under everything."""

    def __init__(self, look: Look, frame: Frame) -> None:
        super().__init__()
        self.look = look
        self.frame = frame
        self.is_selected = False
        self._title: Line | None = None
        self._text_key: tuple[object, ...] = ()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(FRAME_Z)
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Shows another title, size or place."""
        self.prepareGeometryChange()
        self.frame = frame
        self._text_key = ()
        self.setPos(frame.x, frame.y)
        self.update()

    def set_selected(self, selected: bool) -> None:
        if selected != self.is_selected:
            self.is_selected = selected
            self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self.frame.width, self.frame.height).adjusted(-4, -4, 4, 4)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self._text_key != self.look.text_key:
            self._lay()
            self._text_key = self.look.text_key
        style = self.look.style
        painter.setPen(style.pen("focus", 2) if self.is_selected else style.pen("frame-line"))
        painter.setBrush(style.brush("frame"))
        area = QRectF(0.5, 0.5, self.frame.width - 1, self.frame.height - 1)
        painter.drawRoundedRect(area, 12, 12)
        if self._title is not None:
            self._title.paint(painter)

    def _lay(self) -> None:
        self._title = None
        if self.frame.title and self.look.level is not Level.OVERVIEW:
            base = 8.0 + self.look.px(_FRAME_TITLE[0])
            room = self.frame.width - 2 * _PAD
            self._title = lay_line(self.look, self.frame.title, _FRAME_TITLE, "ink-2", _PAD, base, room)


def _broken(look: Look, text: str, role: tuple[int, int], room: float) -> list[str]:
    """The text in lines that fit, broken between words, or within a word that is too long."""
    found: list[str] = []
    font = look.style.font(look.px(role[0]), role[1])
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    for paragraph in text.split("\n"):
        layout = QTextLayout(paragraph, font)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(room)
            found.append(paragraph[line.textStart() : line.textStart() + line.textLength()].rstrip())
        layout.endLayout()
        if not paragraph:
            found.append("")
    return found
