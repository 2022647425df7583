"""Blocks as they look on the paper, edited where they stand."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.flows.letters import blocks as b
from app.flows.letters.filling import Card
from app.flows.letters.liquid import pieces
from app.flows.letters.mjml import ink_on
from app.ui.editors.chips import FieldText, words_of
from app.ui.editors.rich_text import RichText
from app.ui.words import tr

PAPER: Final = QColor("#ffffff")
INK: Final = QColor("#1b2330")
SOFT: Final = QColor("#5a6472")
LINE: Final = QColor("#e0e4ea")
GROUND: Final = QColor("#f4f0f2")
_ALIGNS: Final = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
PLACEHOLDER: Final = Card("", "", "")


class BlockView(QWidget):
    """``edited`` carries the block after the person changed it."""

    edited = Signal(object)

    def __init__(self, block: b.Block) -> None:
        super().__init__()
        self.block = block
        self.texts: list[FieldText] = []

    def show_block(self, block: b.Block) -> None:
        """Shows another value of the same kind; tells nobody."""
        raise NotImplementedError

    def _say(self, block: b.Block) -> None:
        self.block = block
        self.edited.emit(block)

    def _text(self, name: str, style: str, *, one_line: bool = True) -> FieldText:
        text = FieldText(name, one_line=one_line)
        text.setStyleSheet(f"QTextEdit {{ background: transparent; border: none; padding: 0; {style} }}")
        self.texts.append(text)
        return text

    def take_focus(self) -> None:
        """Puts the cursor into its first text."""
        if self.texts:
            self.texts[0].setFocus(Qt.FocusReason.OtherFocusReason)


class HeadingView(BlockView):
    """One large line."""

    def __init__(self, block: b.Heading) -> None:
        super().__init__(block)
        self.text = self._text(tr("Heading"), _heading_style(block))
        self.text.setPlaceholderText(tr("Heading"))
        self.text.edited.connect(self._typed)
        _filled(self, self.text)
        self.show_block(block)

    def show_block(self, block: b.Block) -> None:
        if not isinstance(block, b.Heading):
            return
        self.block = block
        self.text.setStyleSheet(
            f"QTextEdit {{ background: transparent; border: none; padding: 0; {_heading_style(block)} }}"
        )
        self.text.show_source(block.text)
        _align(self.text, block.align)

    def _typed(self, source: str) -> None:
        if isinstance(self.block, b.Heading):
            self._say(replace(self.block, text=source))


class TextView(BlockView):
    """Paragraphs and lists."""

    def __init__(self, block: b.Text) -> None:
        super().__init__(block)
        self.text = RichText(tr("Text"))
        self.text.setPlaceholderText(tr("Write here"))
        style = "font-size: 16px; color: #1b2330; background: transparent; border: none; padding: 0;"
        self.text.setStyleSheet(f"QTextEdit {{ {style} }}")
        self.texts.append(self.text)
        self.text.reworded.connect(lambda paragraphs: self._say(b.Text(paragraphs)))
        _filled(self, self.text)
        self.show_block(block)

    def show_block(self, block: b.Block) -> None:
        if isinstance(block, b.Text):
            self.block = block
            self.text.show_paragraphs(block.paragraphs)


class ButtonView(BlockView):
    """Words on a coloured ground."""

    def __init__(self, block: b.Button) -> None:
        super().__init__(block)
        self.text = self._text(tr("Words on the button"), "")
        self.text.setPlaceholderText(tr("Words on the button"))
        self.text.edited.connect(self._typed)
        self._face = QWidget()
        self._face.setObjectName("face")
        self._face.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QHBoxLayout(self._face)
        inside.setContentsMargins(24, 12, 24, 12)
        inside.addWidget(self.text)
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(self._face)
        self.show_block(block)

    def show_block(self, block: b.Block) -> None:
        if not isinstance(block, b.Button):
            return
        self.block = block
        ink = ink_on(block.color)
        self._face.setStyleSheet(f"#face {{ background: {block.color}; border-radius: 8px; }}")
        self.text.setStyleSheet(
            f"QTextEdit {{ background: transparent; border: none; padding: 0; color: {ink};"
            " font-size: 16px; font-weight: 600; }"
        )
        self.text.set_chip_colors(QColor(ink), QColor(255, 255, 255, 56 if ink == "#ffffff" else 120))
        self.text.show_source(block.words)
        self._box.setAlignment(self._face, _ALIGNS[block.align])
        self._fit()

    def _typed(self, source: str) -> None:
        if isinstance(self.block, b.Button):
            self._say(replace(self.block, words=source))
            self._fit()

    def _fit(self) -> None:
        self.text.ensurePolished()
        metrics = QFontMetricsF(self.text.font())
        shown = [
            (words_of(one.text), 16) if one.is_liquid else (one.text, 0) for one in pieces(self.block_words)
        ] or [(self.text.placeholderText(), 0)]
        width = sum(metrics.horizontalAdvance(words) + room for words, room in shown)
        self.text.setFixedWidth(int(min(480, max(40, width + 8))))

    @property
    def block_words(self) -> str:
        """What stands on it."""
        return self.block.words if isinstance(self.block, b.Button) else ""


class PictureView(BlockView):
    """A picture that is in the letter; of one that lies elsewhere its description."""

    def __init__(self, block: b.Picture) -> None:
        super().__init__(block)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_block(block)

    def show_block(self, block: b.Block) -> None:
        if isinstance(block, b.Picture):
            self.block = block
            self._image = image_of(block.source)
            self.setFixedHeight(self._size().height())
            self.update()

    def _size(self) -> QSize:
        width = self.block.width if isinstance(self.block, b.Picture) else 560
        if self._image.isNull():
            return QSize(width, min(180, max(48, width // 3)))
        return QSize(width, max(1, round(self._image.height() * width / self._image.width())))

    def paintEvent(self, _event: QPaintEvent) -> None:
        size = self._size()
        rect = QRectF((self.width() - size.width()) / 2, 0, size.width(), size.height())
        painter = QPainter(self)
        paint_picture(painter, rect, self._image, self.block.alt if isinstance(self.block, b.Picture) else "")


class ProductView(BlockView):
    """The products of the event, with the values of the person it is shown as."""

    def __init__(self, block: b.Product) -> None:
        super().__init__(block)
        self._cards: tuple[Card, ...] = (PLACEHOLDER,)
        self.setFixedHeight(100)

    def show_block(self, block: b.Block) -> None:
        self.block = block

    def show_cards(self, cards: tuple[Card, ...]) -> None:
        """What this person's event holds; an empty one shows what will stand there."""
        self._cards = cards[:3] or (PLACEHOLDER,)
        self.setFixedHeight(108 * len(self._cards) - 8)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        for index, card in enumerate(self._cards):
            paint_card(painter, QRectF(0.5, 108 * index + 0.5, self.width() - 1, 99), card)


class LineView(BlockView):
    """A divider."""

    def __init__(self, block: b.Divider) -> None:
        super().__init__(block)
        self.setFixedHeight(17)

    def show_block(self, block: b.Block) -> None:
        self.block = block

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 8, self.width(), 1, LINE)


class SpacerView(BlockView):
    """Empty room; its height is said while it is looked at."""

    def __init__(self, block: b.Spacer) -> None:
        super().__init__(block)
        self.show_block(block)

    def show_block(self, block: b.Block) -> None:
        if isinstance(block, b.Spacer):
            self.block = block
            self.setFixedHeight(block.height)


class FooterView(BlockView):
    """Who writes and why, and the way out."""

    def __init__(self, block: b.Footer) -> None:
        super().__init__(block)
        small = "font-size: 13px; color: #5a6472;"
        self.text = self._text(tr("Who writes and why"), small, one_line=False)
        self.leave = self._text(tr("Words of the way out"), small + " text-decoration: underline;")
        self.text.edited.connect(lambda source: self._changed(text=source))
        self.leave.edited.connect(lambda source: self._changed(leave=source))
        _filled(self, self.text, self.leave)
        self.show_block(block)

    def show_block(self, block: b.Block) -> None:
        if isinstance(block, b.Footer):
            self.block = block
            self.text.show_source(block.text)
            self.leave.show_source(block.leave)

    def _changed(self, **texts: str) -> None:
        if isinstance(self.block, b.Footer):
            self._say(replace(self.block, **texts))


class OwnView(BlockView):
    """MJML that we did not write."""

    def __init__(self, block: b.Own) -> None:
        super().__init__(block)
        self.setFixedHeight(64)

    def show_block(self, block: b.Block) -> None:
        self.block = block

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#aab2be"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(QColor("#f7f8fa"))
        painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1), 8, 8)
        painter.setPen(SOFT)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Own MJML, kept as it is"))


def view_of(block: b.Block) -> BlockView:
    """The view of this kind of block."""
    for kind, make in _MAKERS.items():
        if isinstance(block, kind):
            return make(block)
    raise TypeError(type(block).__name__)


_MAKERS: Final[dict[type, Callable[..., BlockView]]] = {
    b.Heading: HeadingView,
    b.Text: TextView,
    b.Picture: PictureView,
    b.Button: ButtonView,
    b.Product: ProductView,
    b.Divider: LineView,
    b.Spacer: SpacerView,
    b.Footer: FooterView,
    b.Own: OwnView,
}


def _filled(view: QWidget, *parts: QWidget) -> None:
    box = QVBoxLayout(view)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(2)
    for one in parts:
        box.addWidget(one)


def _heading_style(block: b.Heading) -> str:
    return f"font-size: 24px; font-weight: 700; color: {block.color};"


def _align(text: FieldText, align: b.Align) -> None:
    option = text.document().defaultTextOption()
    option.setAlignment(_ALIGNS[align])
    text.document().setDefaultTextOption(option)


def image_of(source: str) -> QImage:
    """The picture of a ``data:`` address; an empty one for others, which are not fetched."""
    if not source.startswith("data:image/"):
        return QImage()
    try:
        data = base64.b64decode(source.partition(",")[2], validate=False)
    except (binascii.Error, ValueError):
        return QImage()
    return QImage.fromData(QByteArray(data))


def paint_picture(painter: QPainter, rect: QRectF, image: QImage, alt: str) -> None:
    """A picture with round corners, or its description on a soft ground."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    path.addRoundedRect(rect, 8, 8)
    painter.setClipPath(path)
    if not image.isNull():
        painter.drawPixmap(rect, QPixmap.fromImage(image), QRectF(image.rect()))
    else:
        painter.fillPath(path, GROUND)
        _paint_sign(painter, rect, above=rect.height() >= 72 and alt != " ")
        painter.setPen(SOFT)
        font = QFont(painter.font())
        font.setPixelSize(12)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        words = alt or tr("Picture without a description")
        below = rect.adjusted(12, rect.height() / 2 + 10, -12, 0)
        if rect.height() >= 72:
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, words)
    painter.restore()


def _paint_sign(painter: QPainter, rect: QRectF, *, above: bool) -> None:
    """Mountains and a sun: a picture that is not here."""
    size = min(28.0, rect.height() * 0.5)
    middle = rect.center()
    top = middle.y() - size * (0.8 if above else 0.4)
    frame = QRectF(middle.x() - size / 2, top, size, size * 0.8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("#9a8f94"), 1.5))
    painter.drawRoundedRect(frame, 3, 3)
    path = QPainterPath(frame.bottomLeft())
    path.lineTo(frame.left() + size * 0.35, frame.top() + size * 0.4)
    path.lineTo(frame.left() + size * 0.6, frame.top() + size * 0.62)
    path.lineTo(frame.left() + size * 0.75, frame.top() + size * 0.5)
    path.lineTo(frame.bottomRight())
    painter.drawPath(path)


def paint_card(painter: QPainter, rect: QRectF, card: Card, *, size: int = 16) -> None:
    """A product: its picture, its name and its price."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(LINE, 1))
    painter.setBrush(PAPER)
    painter.drawRoundedRect(rect, 8, 8)
    side = rect.height() - 2 * 12
    picture = QRectF(rect.left() + 12, rect.top() + 12, side * 1.36, side)
    left = rect.left() + 20
    if card.picture or not card.title:
        paint_picture(painter, picture, image_of(card.picture), " ")
        left = picture.right() + 14
    words = QRectF(left, rect.top(), rect.right() - left - 10, rect.height() / 2 - 1)
    font = QFont(painter.font())
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(INK)
    title = card.title or tr("Name of the product")
    shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(words.width()))
    if card.title and not card.price:
        middle = QRectF(words.left(), rect.top(), words.width(), rect.height())
        painter.drawText(middle, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()
        return
    painter.drawText(words, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, shown)
    font.setWeight(QFont.Weight.Normal)
    font.setPixelSize(size - 2)
    painter.setFont(font)
    painter.setPen(SOFT)
    price = card.price or ("" if card.title else tr("its price"))
    below = words.translated(0, words.height() + 4)
    painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, price)
    painter.restore()
