"""A note's text laid out with its marks, to be painted often."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from app.canvas.look import Look
from app.canvas.notetext import Block, Span, blocks_of
from app.canvas.notetext import Look as Kind

HEADING: Final = (13, 600)
TEXT: Final = (12, 400)
_LEADING: Final = 1.4


def laid_out(look: Look, text: str, width: float, ink: str) -> QTextDocument:
    """The text in ``width`` scene units, in letters that the zoom lets be read. ``ink``: a token."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(look.style.font(look.px(TEXT[0]), TEXT[1]))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    cursor = QTextCursor(document)
    for number, block in enumerate(blocks_of(text)):
        form = _block_format(look, block)
        if number:
            cursor.insertBlock(form)
        else:
            cursor.setBlockFormat(form)
        _insert(cursor, look, block, ink)
    document.setTextWidth(width)
    return document


def height_of(look: Look, text: str, width: float) -> float:
    """How high the text is at ``width``, in scene units."""
    return laid_out(look, text, width, "ink").size().height()


def whole_lines(document: QTextDocument, room: float) -> tuple[float, float]:
    """How high the lines are that fit whole into ``room``, and how far the last of them reaches across."""
    high, along, block = 0.0, 0.0, document.begin()
    while block.isValid():
        layout, top = block.layout(), document.documentLayout().blockBoundingRect(block).top()
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            bottom = top + line.y() + line.height()
            if bottom > room and high > 0:
                return high, along
            high, along = bottom, line.x() + line.naturalTextWidth()
        block = block.next()
    return max(high, document.size().height()), along


def _insert(cursor: QTextCursor, look: Look, block: Block, ink: str) -> None:
    role = HEADING if block.look is Kind.HEADING else TEXT
    if block.look is Kind.ITEM:
        cursor.insertText("•\N{EN SPACE}", _char_format(look, Span(""), role, ink))
    for span in block.spans:
        cursor.insertText(span.text, _char_format(look, span, role, ink))


def _block_format(look: Look, block: Block) -> QTextBlockFormat:
    form = QTextBlockFormat()
    px = look.px((HEADING if block.look is Kind.HEADING else TEXT)[0])
    form.setLineHeight(px * _LEADING, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
    if block.look is Kind.HEADING:
        form.setBottomMargin(px * 0.15)
    elif block.look is Kind.ITEM:
        form.setLeftMargin(px)
        form.setTextIndent(-px)
    return form


def _char_format(look: Look, span: Span, role: tuple[int, int], ink: str) -> QTextCharFormat:
    form = QTextCharFormat()
    weight = 600 if span.bold else role[1]
    font = QFont(look.style.font(look.px(role[0]), weight))
    font.setItalic(span.slanted)
    form.setFont(font)
    form.setForeground(look.style.color("accent-text" if span.link else ink))
    form.setFontUnderline(bool(span.link))
    return form
