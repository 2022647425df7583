"""Paragraphs and lists with bold, italic and links, in the same field that shows chips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextList,
    QTextListFormat,
)

from app.flows.letters.blocks import Kind, Paragraph, Run, Text, tidied
from app.flows.letters.liquid import pieces, source_of
from app.ui.editors.chips import FieldText, fragments, typed_pieces

LINK: Final = QColor("#1d4ed8")
_GAP: Final = 12
_LINES: Final = 128.0
_STYLES: Final[dict[Kind, QTextListFormat.Style]] = {
    "bullet": QTextListFormat.Style.ListDisc,
    "number": QTextListFormat.Style.ListDecimal,
}


class RichText(FieldText):
    """``reworded`` carries the paragraphs after the person changed them."""

    reworded = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._paragraphs: tuple[Paragraph, ...] = ()

    def show_paragraphs(self, paragraphs: Sequence[Paragraph]) -> None:
        """Shows other ones; tells nobody."""
        if tuple(paragraphs) == self._paragraphs:
            return
        self._paragraphs = tuple(paragraphs)
        self._quietly(self._refill)

    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The text as it stands."""
        found: list[Paragraph] = []
        block = self.document().begin()
        while block.isValid():
            found.append(Paragraph(tuple(_runs(block)), _kind(block)))
            block = block.next()
        text = tidied(Text(tuple(found)))
        return text.paragraphs if isinstance(text, Text) else ()

    # --- what the bar offers ---

    def toggle_bold(self) -> None:
        """Of what is marked, or of what is typed next."""
        bold = self.currentCharFormat().fontWeight() >= QFont.Weight.DemiBold
        self._merge(lambda look: look.setFontWeight(QFont.Weight.Normal if bold else QFont.Weight.Bold))

    def toggle_italic(self) -> None:
        """Of what is marked, or of what is typed next."""
        italic = self.currentCharFormat().fontItalic()
        self._merge(lambda look: look.setFontItalic(not italic))

    def link(self) -> str:
        """Where the text under the cursor leads."""
        return self._anchor().charFormat().anchorHref()

    def set_link(self, address: str) -> None:
        """Lets what is marked, or the link under the cursor, lead there; empty: nowhere any more."""
        cursor = self._anchor()
        if not cursor.hasSelection() and not address:
            return
        look = QTextCharFormat()
        _set_link(look, address)
        if cursor.hasSelection():
            cursor.mergeCharFormat(look)
        else:
            cursor.insertText(address.removeprefix("https://"), look)
        self.setTextCursor(cursor)

    def toggle_list(self, kind: Kind) -> None:
        """Makes the marked paragraphs a list, or no list any more."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        same = _kind(cursor.block()) == kind
        if same:
            self._unlist(cursor)
        else:
            cursor.createList(_list_format(kind))
        cursor.endEditBlock()
        self._typed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if held and event.key() in (Qt.Key.Key_B, Qt.Key.Key_I):
            (self.toggle_bold if event.key() == Qt.Key.Key_B else self.toggle_italic)()
            return
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        cursor = self.textCursor()
        if is_return and _list_of(cursor.block()) is not None and not cursor.block().text():
            self._unlist(cursor)
            self._typed()
            return
        super().keyPressEvent(event)

    def _unlist(self, cursor: QTextCursor) -> None:
        for block in _marked(cursor):
            owner = _list_of(block)
            if owner is not None:
                owner.remove(block)
                one = QTextCursor(block)
                one.setBlockFormat(_block_look("p"))

    def _anchor(self) -> QTextCursor:
        """What is marked, else the whole link under the cursor."""
        cursor = self.textCursor()
        if cursor.hasSelection() or not cursor.charFormat().anchorHref():
            return cursor
        address, block = cursor.charFormat().anchorHref(), cursor.block()
        start = end = cursor.position()
        probe = QTextCursor(block)
        for position in range(block.position(), block.position() + block.length()):
            probe.setPosition(position)
            if probe.charFormat().anchorHref() == address and position > block.position():
                start, end = min(start, position - 1), max(end, position)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _merge(self, change: Callable[[QTextCharFormat], None]) -> None:
        look = QTextCharFormat()
        change(look)
        self.mergeCurrentCharFormat(look)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- value and document ---

    def _typed(self) -> None:
        if not self._telling:
            return
        self._quietly(self._make_chips)
        paragraphs = self.paragraphs()
        if paragraphs != self._paragraphs:
            self._paragraphs = paragraphs
            self.reworded.emit(paragraphs)

    def _refill(self) -> None:
        place = self.textCursor().position()
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.setBlockFormat(QTextBlockFormat())
        before: Kind = "p"
        for index, paragraph in enumerate(self._paragraphs):
            if index:
                cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
            self._begin(cursor, paragraph.kind, before if index else "p")
            before = paragraph.kind
            for run in paragraph.runs:
                cursor.setCharFormat(_look(run))
                self._insert(cursor, pieces(run.text.replace("\n", "\u2028")))
        kept = self.textCursor()
        kept.setPosition(min(place, self.document().characterCount() - 1))
        self.setTextCursor(kept)

    def _begin(self, cursor: QTextCursor, kind: Kind, before: Kind) -> None:
        owner = _list_of(cursor.block())
        if owner is not None and kind != before:
            owner.remove(cursor.block())
        cursor.setBlockFormat(_block_look(kind))
        if kind == "p":
            return
        previous = _list_of(cursor.block().previous()) if kind == before else None
        if previous is not None:
            previous.add(cursor.block())
        else:
            cursor.createList(_list_format(kind))


def _runs(block: QTextBlock) -> list[Run]:
    found: list[Run] = []
    for text, look in fragments(block):
        source = source_of(typed_pieces(text, look))
        bold = look.fontWeight() >= QFont.Weight.DemiBold
        found.append(Run(source, bold=bold, italic=look.fontItalic(), link=look.anchorHref()))
    return found


def _list_of(block: QTextBlock) -> QTextList | None:
    """The list that a block is in; Qt's own types promise one for every block."""
    return block.textList()


def _kind(block: QTextBlock) -> Kind:
    owner = _list_of(block)
    if owner is None:
        return "p"
    return "number" if owner.format().style() == QTextListFormat.Style.ListDecimal else "bullet"


def _look(run: Run) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setFontWeight(QFont.Weight.Bold if run.bold else QFont.Weight.Normal)
    look.setFontItalic(run.italic)
    if run.link:
        _set_link(look, run.link)
    return look


def _set_link(look: QTextCharFormat, address: str) -> None:
    look.setAnchor(bool(address))
    look.setAnchorHref(address)
    look.setFontUnderline(bool(address))
    look.setForeground(LINK if address else QColor("#1b2330"))


def _block_look(kind: Kind) -> QTextBlockFormat:
    look = QTextBlockFormat()
    look.setBottomMargin(_GAP if kind == "p" else 4)
    look.setLineHeight(_LINES, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return look


def _list_format(kind: Kind) -> QTextListFormat:
    made = QTextListFormat()
    made.setStyle(_STYLES[kind])
    made.setIndent(1)
    return made


def _marked(cursor: QTextCursor) -> list[QTextBlock]:
    document = cursor.document()
    block, last = document.findBlock(cursor.selectionStart()), document.findBlock(cursor.selectionEnd())
    found = [block]
    while block != last and block.next().isValid():
        block = block.next()
        found.append(block)
    return found
