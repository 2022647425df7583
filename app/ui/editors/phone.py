"""A phone beside the letter: how the person it is shown as gets it, painted from the filled blocks."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QTextDocument, QTextOption
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.flows.letters import blocks as b
from app.flows.letters.filling import Card, Cards, Shown
from app.flows.letters.mjml import ink_on
from app.ui.editors.block_views import INK, LINE, PAPER, SOFT, image_of, paint_card, paint_picture
from app.ui.theme import Theming
from app.ui.widgets import part
from app.ui.words import time_now, tr

SCREEN: Final = 254
_EDGE: Final = 8
_TOP: Final = 34
_SIDE: Final = 16.0
_INNER: Final = SCREEN - 2 * _SIDE


@dataclass(frozen=True, slots=True)
class _Piece:
    height: float
    draw: Callable[[QPainter, float], None]
    ground: QColor | None = None


class PhonePaper(QWidget):
    """What scrolls on the screen of the phone."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[_Piece] = []
        self.setFixedWidth(SCREEN)

    def show_pieces(self, pieces: Sequence[_Piece]) -> None:
        """Another letter."""
        self._pieces = list(pieces)
        self.setFixedHeight(int(sum(piece.height for piece in pieces)) + 24)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), PAPER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = 0.0
        for piece in self._pieces:
            if piece.ground is not None:
                painter.fillRect(QRectF(0, y, SCREEN, piece.height), piece.ground)
            piece.draw(painter, y)
            y += piece.height


class Phone(QWidget):
    """The phone itself."""

    def __init__(self, theming: Theming, height: int = 520) -> None:
        super().__init__()
        self._theming = theming
        self.paper = PhonePaper()
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(part(self.paper, "paper-widget"))
        box = QVBoxLayout(self)
        box.setContentsMargins(_EDGE, _EDGE + _TOP, _EDGE, _EDGE + 22)
        box.addWidget(self.area)
        self.setFixedSize(SCREEN + 2 * _EDGE, height)
        self.setAccessibleName(tr("How it looks on a phone"))

    def show_letter(self, subject: str, sender: str, blocks: Sequence[Shown]) -> None:
        """A letter with its head."""
        head = f'<div style="font-size:15px;font-weight:600">{html.escape(subject)}</div>'
        head += f'<div style="font-size:11px;color:{SOFT.name()}">{html.escape(sender)}</div>'
        pieces = [_text(head, 14, 10), _rule()]
        for block in blocks:
            pieces += _pieces_of(block)
        self.paper.show_pieces(pieces)

    def show_sms(self, sender: str, text: str) -> None:
        """A text message as a bubble."""
        self.paper.show_pieces([_gap(12), _text(_centred(sender), 0, 10), _bubble(text)])

    def show_problem(self, sentence: str) -> None:
        """Why it cannot be made for this person."""
        words = f'<div style="font-size:13px;color:#a3241d">{html.escape(sentence)}</div>'
        self.paper.show_pieces([_text(words, 16, 8)])

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_dark = self._theming.theme.name == "dark"
        painter.setBrush(QColor("#4a505c" if is_dark else "#1f2330"))
        painter.drawRoundedRect(QRectF(self.rect()), 34, 34)
        painter.setBrush(PAPER)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE), 27, 27)
        painter.setBrush(QColor("#1f2330"))
        painter.drawRoundedRect(QRectF(self.width() / 2 - 39, _EDGE + 8, 78, 16), 8, 8)
        font = QFont(self.font())
        font.setPixelSize(11)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(INK)
        row = QRectF(_EDGE + 20, _EDGE + 6, SCREEN - 40, 20)
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, time_now())
        painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "82 %")


def _pieces_of(block: Shown) -> list[_Piece]:  # noqa: PLR0911 - a case for each kind of block
    match block:
        case b.Heading(text, align, color):
            words = f'<div align="{align}" style="font-size:19px;font-weight:700;color:{color}">'
            return [_text(f"{words}{html.escape(text)}</div>", 6, 4)]
        case b.Text(paragraphs):
            return [_text(_markup(paragraphs), 4, 2)]
        case b.Picture():
            return [_picture(block)]
        case b.Button():
            return [_button(block)]
        case Cards(cards):
            return [_card(card) for card in cards]
        case b.Divider():
            return [_gap(8), _rule(_SIDE), _gap(8)]
        case b.Spacer(height):
            return [_gap(height)]
        case b.Footer(text, leave):
            words = html.escape(text).replace("\n", "<br>")
            words += f"<br><u>{html.escape(leave)}</u>"
            small = f'<div style="font-size:11px;color:{SOFT.name()}">{words}</div>'
            return [_text(small, 14, 14, QColor("#f6f3f4"))]
        case _:
            own = f'<div align="center" style="font-size:11px;color:{SOFT.name()}">{tr("Own MJML")}</div>'
            return [_text(own, 10, 10, QColor("#f7f8fa"))]


def _markup(paragraphs: Sequence[b.Paragraph]) -> str:
    made, number = [], 0
    for paragraph in paragraphs:
        words = "".join(map(_run, paragraph.runs))
        number = number + 1 if paragraph.kind == "number" else 0
        sign = {"p": "", "bullet": "•&nbsp; ", "number": f"{number}.&nbsp; "}[paragraph.kind]
        made.append(f'<p style="margin:0 0 9px;font-size:13px;line-height:125%">{sign}{words}</p>')
    return "".join(made)


def _run(run: b.Run) -> str:
    words = html.escape(run.text).replace("\n", "<br>")
    words = f"<b>{words}</b>" if run.bold else words
    words = f"<i>{words}</i>" if run.italic else words
    return f'<span style="color:#1d4ed8"><u>{words}</u></span>' if run.link else words


def _text(markup: str, above: float, below: float, ground: QColor | None = None) -> _Piece:
    document = QTextDocument()
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.setDocumentMargin(0)
    document.setHtml(f'<body style="color:{INK.name()}">{markup}</body>')
    document.setTextWidth(_INNER)

    def draw(painter: QPainter, y: float) -> None:
        painter.save()
        painter.translate(_SIDE, y + above)
        document.drawContents(painter)
        painter.restore()

    return _Piece(document.size().height() + above + below, draw, ground)


def _gap(height: float) -> _Piece:
    return _Piece(height, lambda _painter, _y: None)


def _rule(side: float = 0.0) -> _Piece:
    return _Piece(1, lambda painter, y: painter.fillRect(QRectF(side, y, SCREEN - 2 * side, 1), LINE))


def _picture(block: b.Picture) -> _Piece:
    image: QImage = image_of(block.source)
    width = min(_INNER, block.width * 1.0)
    height = width * image.height() / image.width() if not image.isNull() else min(96.0, width * 0.5)
    left = _SIDE + (_INNER - width) / 2
    return _Piece(
        height + 12,
        lambda painter, y: paint_picture(painter, QRectF(left, y + 6, width, height), image, block.alt),
    )


def _button(block: b.Button) -> _Piece:
    def draw(painter: QPainter, y: float) -> None:
        rect = QRectF(_SIDE, y + 6, _INNER, 42)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(block.color))
        painter.drawRoundedRect(rect, 7, 7)
        font = QFont(painter.font())
        font.setPixelSize(14)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(ink_on(block.color)))
        words = painter.fontMetrics().elidedText(block.words, Qt.TextElideMode.ElideRight, int(_INNER - 16))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)

    return _Piece(56, draw)


def _card(card: Card) -> _Piece:
    return _Piece(
        80, lambda painter, y: paint_card(painter, QRectF(_SIDE, y + 4.5, _INNER, 71), card, size=13)
    )


def _bubble(text: str) -> _Piece:
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setHtml(
        f'<div style="font-size:14px;color:{INK.name()}">{html.escape(text).replace(chr(10), "<br>")}</div>'
    )
    document.setTextWidth(_INNER - 40)
    width, height = document.idealWidth(), document.size().height()

    def draw(painter: QPainter, y: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#e9ecf1"))
        painter.drawRoundedRect(QRectF(_SIDE - 4, y, width + 24, height + 18), 16, 16)
        painter.save()
        painter.translate(_SIDE + 8, y + 9)
        document.drawContents(painter)
        painter.restore()

    return _Piece(height + 30, draw)


def _centred(words: str) -> str:
    return f'<div align="center" style="font-size:12px;color:{SOFT.name()}">{html.escape(words)}</div>'
