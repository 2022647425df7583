"""Texts with fields in them: each field is one character, shown as a chip in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPyTextObject,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from app.flows.letters.liquid import LIQUID, Piece, field_of, pieces, sound, source_of
from app.ui.words import tr

OBJECT: Final = "\ufffc"
_TYPE: Final = QTextFormat.ObjectTypes.UserObject.value + 1
_SOURCE: Final = QTextFormat.Property.UserProperty.value + 1
_LITERAL: Final = QTextFormat.Property.UserProperty.value + 2
"""On words that look like a field and are none."""
_ROOM: Final = 6.0


def words_of(source: str) -> str:
    """A piece of Liquid as a person reads it: “First name, else “there””."""
    field = field_of(source)
    if field is None:
        return source.strip("{}%- \n")
    names = field.parts
    said = names[-1].replace("_", " ").strip() or names[-1]
    said = said[:1].upper() + said[1:]
    if names[0] in ("event", "entry") and len(names) > 1:
        said = tr("{field} of the event").format(field=said)
    elif names[0] == "shop":
        said = tr("{field} of the shop").format(field=said)
    if not field.fallback:
        return said
    other = words_of("{{ " + field.fallback + " }}") if field.or_field else f"“{field.fallback}”"
    return tr("{field}, else {other}").format(field=said, other=other)


class _ChipPainter(QPyTextObject):
    """Paints chips. Owned by one text field, in whose colours it paints."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self.ink, self.ground = QColor("#2746b4"), QColor("#e8edfc")

    def intrinsicSize(self, _doc: QTextDocument, _at: int, look: QTextFormat) -> QSizeF:
        metrics = QFontMetricsF(_font(look))
        width = metrics.horizontalAdvance(words_of(str(look.property(_SOURCE))))
        return QSizeF(width + 2 * _ROOM + 2, metrics.ascent() + 2)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, _doc: QTextDocument, _at: int, look: QTextFormat
    ) -> None:
        rect, font = QRectF(rect), _font(look)
        metrics = QFontMetricsF(font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.ground)
        body = QRectF(rect.left() + 1, rect.top(), rect.width() - 2, metrics.height() + 2)
        painter.drawRoundedRect(body, 4, 4)
        painter.setPen(self.ink)
        painter.setFont(font)
        words = words_of(str(look.property(_SOURCE)))
        painter.drawText(QPointF(rect.left() + 1 + _ROOM, rect.top() + 1 + metrics.ascent()), words)
        painter.restore()


def _font(look: QTextFormat) -> QFont:
    font = look.toCharFormat().font()
    size = font.pixelSize() if font.pixelSize() > 0 else round(font.pointSizeF() * 4 / 3)
    font.setPixelSize(max(11, round(size * 0.92)))
    return font


class FieldText(QTextEdit):
    """A text whose value is Liquid and that shows words and chips. It has no undo of its own.

    Signals:
        edited: the person changed it; carries the new source.
        chip_opened: a chip was clicked; carries its position and where it is on the screen.
        left: Enter in a field of one line, or Esc.
        asked: Ctrl Space, for a field to be put in.
    """

    edited = Signal(str)
    chip_opened = Signal(int, object)
    left = Signal()
    asked = Signal()

    def __init__(self, name: str, *, one_line: bool = False, longest: int = 500_000, lowest: int = 1) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.one_line = one_line
        self.longest = longest
        self._lowest = lowest
        self._shown = ""
        self._telling = True
        self.setUndoRedoEnabled(False)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self._painter = _ChipPainter(self)
        self.document().documentLayout().registerHandler(_TYPE, self._painter)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())
        self.textChanged.connect(self._typed)
        self.viewport().setMouseTracking(True)

    def set_chip_colors(self, ink: QColor, ground: QColor) -> None:
        """What chips are painted with."""
        self._painter.ink, self._painter.ground = ink, ground
        self.viewport().update()

    # --- the value ---

    def show_source(self, source: str) -> None:
        """Shows another text; tells nobody. The cursor stays as far as it can."""
        if source == self._shown:
            return
        self._shown = source
        self._quietly(lambda: self._fill(source))

    def source(self) -> str:
        """The text as it stands."""
        return source_of(self._pieces())

    def insert_source(self, source: str) -> None:
        """Puts a field or words where the cursor is, as if typed."""
        self._insert(self.textCursor(), pieces(source))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self) -> None:
        """Takes the keyboard, with the cursor behind the last word."""
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def chip_at(self, position: int) -> str:
        """The source of the chip at this position; empty for none."""
        if not 0 <= position < self.document().characterCount() - 1:
            return ""
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
        return str(cursor.charFormat().property(_SOURCE) or "") if cursor.selectedText() == OBJECT else ""

    def replace_chip(self, position: int, source: str) -> None:
        """Another field in its place; an empty source takes it out."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
        if source:
            cursor.insertText(OBJECT, self._chip_look(cursor.charFormat(), source))
        else:
            cursor.removeSelectedText()

    def _fill(self, source: str) -> None:
        place = self.textCursor().position()
        self.clear()
        self._insert(QTextCursor(self.document()), pieces(source))
        cursor = self.textCursor()
        cursor.setPosition(min(place, self.document().characterCount() - 1))
        self.setTextCursor(cursor)

    def _insert(self, cursor: QTextCursor, parts: Iterable[Piece]) -> None:
        look = QTextCharFormat(cursor.charFormat())
        look.clearProperty(_SOURCE)
        look.clearProperty(_LITERAL)
        look.setObjectType(0)
        cursor.beginEditBlock()
        for piece in parts:
            if piece.is_liquid:
                cursor.insertText(OBJECT, self._chip_look(look, piece.text))
            else:
                words = piece.text.replace("\n", " ") if self.one_line else piece.text
                plain = QTextCharFormat(look)
                if LIQUID.search(words):
                    plain.setProperty(_LITERAL, True)
                cursor.insertText(words.replace(OBJECT, ""), plain)
        cursor.endEditBlock()
        cursor.setCharFormat(look)

    def _chip_look(self, look: QTextCharFormat, source: str) -> QTextCharFormat:
        chip = QTextCharFormat(look)
        chip.setObjectType(_TYPE)
        chip.setProperty(_SOURCE, source)
        chip.setToolTip(source)
        return chip

    def _pieces(self) -> list[Piece]:
        found: list[Piece] = []
        block = self.document().begin()
        while block.isValid():
            found += [Piece("\n")] if found or block.blockNumber() else []
            for text, look in fragments(block):
                found += typed_pieces(text, look)
            block = block.next()
        return found

    # --- typing ---

    def _typed(self) -> None:
        if not self._telling:
            return
        self._quietly(self._make_chips)
        source = self.source()
        if len(source) > self.longest:
            self._quietly(lambda: self._fill(self._shown))
            return
        if source != self._shown:
            self._shown = source
            self.edited.emit(source)

    def _make_chips(self) -> None:
        """What was typed as a whole field becomes a chip."""
        block = self.document().begin()
        while block.isValid():
            cursor = self._typed_field(block)
            if cursor is None:
                block = block.next()
            else:
                self._insert(cursor, [Piece(cursor.selectedText(), is_liquid=True)])

    def _typed_field(self, block: QTextBlock) -> QTextCursor | None:
        """The first whole field that stands in the words of a block, marked."""
        for match in LIQUID.finditer(block.text()):
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + _units(block.text()[: match.start()]))
            cursor.setPosition(cursor.position() + _units(match[0]), QTextCursor.MoveMode.KeepAnchor)
            if pieces(match[0])[0].is_liquid and not cursor.charFormat().property(_LITERAL):
                return cursor
        return None

    def _quietly(self, work: object) -> None:
        telling, self._telling = self._telling, False
        if callable(work):
            work()
        self._telling = telling

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            self.left.emit()
            return
        if self.one_line and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
            return
        if event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.asked.emit()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        ours = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
        is_asked = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and any(map(event.matches, ours)):
            event.ignore()  # the flow's history undoes, not the field's own
            return False
        return super().event(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        cursor = self.textCursor()
        found = [self.chip_at(at) for at in range(cursor.selectionStart(), cursor.selectionEnd())]
        chips = iter([chip for chip in found if chip])
        words = cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")
        data.setText("".join(next(chips, "") if sign == OBJECT else sign for sign in words))
        return data

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            cursor = self.textCursor()
            self._insert(cursor, pieces(sound(source.text())))
            self.setTextCursor(cursor)

    # --- chips under the mouse ---

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton or self.textCursor().hasSelection():
            return
        found = self._chip_under(event.position().toPoint().x(), event.position().toPoint().y())
        if found is not None:
            position, rect = found
            self.chip_opened.emit(position, QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = event.position().toPoint()
        over = self._chip_under(place.x(), place.y()) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor)

    def _chip_under(self, x: int, y: int) -> tuple[int, QRect] | None:
        at = self.cursorForPosition(QRect(x, y, 1, 1).topLeft()).position()
        for position in (at - 1, at):
            if position >= 0 and self.chip_at(position):
                rect = self.chip_rect(position)
                if rect.contains(x, y):
                    return position, rect
        return None

    def chip_rect(self, position: int) -> QRect:
        """Where the chip at this position is, in the viewport."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        start = self.cursorRect(cursor)
        cursor.setPosition(position + 1)
        end = self.cursorRect(cursor)
        return QRect(start.left(), start.top(), max(1, end.left() - start.left()), start.height() + 2)

    # --- size ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        margins = self.contentsMargins()
        around = self.height() - self.viewport().height()
        least = self._lowest * self.fontMetrics().lineSpacing()
        wanted = int(max(self.document().size().height(), least) + 3) + max(
            around, margins.top() + margins.bottom()
        )
        if wanted != self.height():
            self.setFixedHeight(wanted)


def fragments(block: QTextBlock) -> list[tuple[str, QTextCharFormat]]:
    """The stretches of one block, each with its looks; soft breaks are line breaks."""
    found: list[tuple[str, QTextCharFormat]] = []
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        if fragment.isValid():
            found.append((fragment.text().replace("\u2028", "\n"), fragment.charFormat()))
        iterator += 1
    return found


def typed_pieces(text: str, look: QTextCharFormat) -> list[Piece]:
    """What one stretch says: chips, and words in which a whole field may have been typed."""
    chip = str(look.property(_SOURCE) or "")
    if chip and text.strip(OBJECT) == "":
        return [Piece(chip, is_liquid=True)] * len(text)
    words = text.replace(OBJECT, "")
    return [Piece(words)] if look.property(_LITERAL) else list(pieces(words))


def _units(text: str) -> int:
    """How many positions of a Qt text these characters take."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
