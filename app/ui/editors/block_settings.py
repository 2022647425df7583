"""What a block has beside its words: addresses, colours, sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, get_args

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QColorDialog,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app.flows.letters import blocks as b
from app.flows.letters.mjml import ink_on
from app.ui.editors.lines import FieldLine, FieldsNow
from app.ui.inspector.editor import choice
from app.ui.theme import Theming
from app.ui.widgets import Button, column, label, part, row
from app.ui.words import tr

COLORS: Final = ("#1b2330", "#1d4ed8", "#a92656", "#167545", "#b45309", "#6d28d9")
_WIDEST: Final = 1_120
_HEAVIEST: Final = 120_000
"""Three of them fit into one letter."""
_QUALITIES: Final = (88, 75, 60, 45, 30)


class BlockSettings(QWidget):
    """``edited`` carries the block after a change."""

    edited = Signal(object)

    def __init__(self, theming: Theming, fields: FieldsNow, block: b.Block) -> None:
        super().__init__()
        part(self, "block-settings")
        self.block = block
        self._theming, self._fields = theming, fields
        self._shows: list[Callable[[], None]] = []
        rows = self._rows(block)
        self.is_empty = not rows
        self.setLayout(column(*rows, margins=(12, 10, 12, 12), gap=8))
        self.show_block(block)

    def show_block(self, block: b.Block) -> None:
        """Shows another value of the same kind; tells nobody."""
        self.block = block
        for show in self._shows:
            show()

    def _rows(self, block: b.Block) -> list[QWidget]:
        match block:
            case b.Heading():
                return [_side(self._align(), self._colors())]
            case b.Picture():
                return self._picture_rows()
            case b.Button():
                return [self._line("link", tr("Leads to")), _side(self._align(), self._colors())]
            case b.Product():
                return [self._which(), *self._names()]
            case b.Spacer():
                return [self._number("height", tr("Height"), 4, 200)]
            case _:
                return []

    def _picture_rows(self) -> list[QWidget]:
        return [
            _side(self._file(), self._number("width", tr("Width"), 16, 560)),
            self._line("source", tr("Picture's address")),
            self._line("alt", tr("Description, for those who see no picture")),
            self._line("link", tr("Leads to")),
        ]

    def _set(self, **changes: object) -> None:
        self.block = replace(self.block, **changes)  # type: ignore[arg-type]
        self.show_block(self.block)
        self.edited.emit(self.block)

    # --- kinds of setting ---

    def _line(self, name: str, words: str) -> QWidget:
        line = FieldLine(self._theming, self._fields, words)
        line.setObjectName(name)
        line.edited.connect(lambda source: self._set(**{name: source}))
        self._shows.append(lambda: line.show_source(_short(str(getattr(self.block, name)))))
        return line

    def _number(self, name: str, words: str, least: int, most: int) -> QWidget:
        box = QSpinBox()
        box.setObjectName(name)
        box.setRange(least, most)
        box.setSuffix(" px")
        box.setAccessibleName(words)
        box.setKeyboardTracking(False)
        self._shows.append(lambda: _quietly(box, lambda: box.setValue(int(getattr(self.block, name)))))
        box.valueChanged.connect(lambda value: self._set(**{name: value}))
        return _titled(words, box)

    def _align(self) -> QWidget:
        group = QButtonGroup(self)
        buttons = {align: _segment(words) for align, words in zip(get_args(b.Align), _sides(), strict=True)}
        for align, button in buttons.items():
            group.addButton(button)
            button.clicked.connect(lambda _on=False, align=align: self._set(align=align))
        self._shows.append(lambda: buttons[getattr(self.block, "align", "left")].setChecked(True))
        return _titled(tr("Stands"), _bare(row(*buttons.values(), None, gap=0)))

    def _colors(self) -> QWidget:
        swatches = [_swatch(color) for color in COLORS]
        for color, button in zip(COLORS, swatches, strict=True):
            button.clicked.connect(lambda _on=False, color=color: self._set(color=color))
        other = Button(self._theming, tr("Other…"), kind="link-small")
        other.clicked.connect(self._ask_color)

        def show() -> None:
            now = getattr(self.block, "color", "")
            for color, button in zip(COLORS, swatches, strict=True):
                button.setIcon(_dot(color, chosen=color == now))

        self._shows.append(show)
        return _titled(tr("Colour"), _bare(row(*swatches, other, None, gap=2)))

    def _ask_color(self) -> None:
        found = QColorDialog.getColor(QColor(getattr(self.block, "color", "")), self, tr("Colour"))
        if found.isValid():
            self._set(color=found.name())

    def _file(self) -> QWidget:
        button = Button(self._theming, tr("Choose a file…"), "picture", kind="compact")
        button.clicked.connect(self._ask_file)
        return _titled(tr("Picture"), button)

    def _ask_file(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self, tr("Choose a picture"), "", tr("Pictures") + " (*.png *.jpg *.jpeg *.gif *.webp)"
        )
        if path:
            self.take_file(path)

    def take_file(self, path: str) -> None:
        """Puts a picture of this machine into the letter, made small enough for it."""
        image = QImage(path)
        if not image.isNull() and isinstance(self.block, b.Picture):
            width = min(560, max(16, image.width()))
            self._set(source=embedded(image), width=width)

    def _which(self) -> QWidget:
        box = choice([("items", tr("All in the list of the event")), ("", tr("The event itself"))])
        box.setAccessibleName(tr("Which product"))
        names = [
            name for name in self._fields().event if "." not in name and name.startswith(("product", "good"))
        ]
        for name in names:
            box.addItem(tr("All in “{name}”").format(name=name), name)

        def show() -> None:
            now = getattr(self.block, "items", "")
            if box.findData(now) < 0:
                box.addItem(tr("All in “{name}”").format(name=now), now)
            box.setCurrentIndex(box.findData(now))

        box.activated.connect(lambda: self._set(items=box.currentData()))
        self._shows.append(show)
        return _titled(tr("Which product"), box)

    def _names(self) -> Sequence[QWidget]:
        lines = [
            _titled(words, self._name(name))
            for name, words in (
                ("title", tr("Name is in")), ("price", tr("Price is in")),
                ("picture", tr("Picture is in")), ("link", tr("Address is in")),
            )
        ]  # fmt: skip
        return [_side(*lines[:2]), _side(*lines[2:])]

    def _name(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName(name)
        line.textEdited.connect(lambda text: self._set(**{name: text}))

        def show() -> None:
            if line.text() != getattr(self.block, name, ""):
                line.setText(getattr(self.block, name, ""))

        self._shows.append(show)
        return line


def embedded(image: QImage) -> str:
    """The picture as a ``data:`` address, narrow and light enough for a letter."""
    if image.width() > _WIDEST:
        image = image.scaledToWidth(_WIDEST, Qt.TransformationMode.SmoothTransformation)
    if image.hasAlphaChannel():
        made = _encoded(image, "PNG", -1)
        if len(made) <= _HEAVIEST:
            return _address("png", made)
        image = _on_white(image)
    for quality in _QUALITIES:
        made = _encoded(image, "JPEG", quality)
        if len(made) <= _HEAVIEST:
            break
    return _address("jpeg", made)


def _encoded(image: QImage, kind: str, quality: int) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, quality)  # type: ignore[call-overload]
    return bytes(data.data())


def _address(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64," + bytes(QByteArray(data).toBase64().data()).decode("ascii")


def _on_white(image: QImage) -> QImage:
    made = QImage(image.size(), QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.drawImage(0, 0, image)
    painter.end()
    return made


def _short(source: str) -> str:
    return tr("a picture in the letter") if source.startswith("data:") else source


def _sides() -> tuple[str, str, str]:
    return tr("Left"), tr("Middle"), tr("Right")


def _side(*parts: QWidget) -> QWidget:
    return _bare(row(*parts, gap=16))


def _bare(layout: object) -> QWidget:
    made = QWidget()
    made.setLayout(layout)  # type: ignore[arg-type]
    return made


def _titled(words: str, inside: QWidget) -> QWidget:
    return _bare(column(label(words, "label"), inside, gap=4))


def _segment(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setProperty("kind", "segment")
    button.setCheckable(True)
    return button


def _swatch(color: str) -> QToolButton:
    button = QToolButton()
    button.setIconSize(QSize(20, 20))
    button.setAccessibleName(tr("Colour {name}").format(name=color))
    button.setIcon(_dot(color, chosen=False))
    return button


def _dot(color: str, *, chosen: bool) -> QIcon:
    drawn = QPixmap(40, 40)
    drawn.setDevicePixelRatio(2)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(1, 1, 18, 18)
    if chosen:
        painter.setBrush(QColor(ink_on(color)))
        painter.drawEllipse(7, 7, 6, 6)
    painter.end()
    return QIcon(drawn)


def _quietly(box: QSpinBox, work: Callable[[], None]) -> None:
    box.blockSignals(True)
    work()
    box.blockSignals(False)
