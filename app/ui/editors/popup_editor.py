"""The editor of a popup: its texts beside a picture of it as the shop's page shows it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QScrollArea, QSizePolicy, QWidget

from app.canvas.edits import UNSET
from app.model.ports import Preview
from app.ui.editors.editing import Editing
from app.ui.editors.lines import FieldLine
from app.ui.theme import Theming
from app.ui.widgets import column, label, part, row
from app.ui.words import said, tr

_CARD: Final = 440
_INK, _SOFT, _EDGE = QColor("#241a1e"), QColor("#6a5f63"), QColor("#8d8085")
_LINES: Final = (("headline", 120, True), ("text", 2_000, False), ("button", 60, True), ("link", 2_000, True))


class PopupPicture(QWidget):
    """The popup over a page, painted by the measures of the site script."""

    def __init__(self) -> None:
        super().__init__()
        self._content: dict[str, object] = {}
        self._problem = ""
        self.setMinimumSize(_CARD + 48, 520)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("How it looks on the page"))

    def show_preview(self, preview: Preview) -> None:
        """As the person gets it."""
        self._content, self._problem = dict(preview.content), preview.problem
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_page(painter)
        painter.fillRect(self.rect(), QColor(36, 26, 30, 107))
        rows = _Rows(painter, self._content, self._problem)
        height = rows.paint(None)
        left = (self.width() - _CARD) / 2
        top = max(16.0, (self.height() - height) / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#ffffff"))
        painter.drawRoundedRect(QRectF(left, top, _CARD, height), 16, 16)
        rows.paint((left, top))

    def _paint_page(self, painter: QPainter) -> None:
        """A page of some shop, in grey."""
        painter.fillRect(self.rect(), QColor("#faf8f7"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#e6e0dd"))
        painter.drawRoundedRect(QRectF(24, 20, 120, 14), 4, 4)
        painter.drawRoundedRect(QRectF(24, 56, self.width() - 48, 150), 10, 10)
        width = (self.width() - 48 - 32) / 3
        for column_ in range(3):
            for line_ in range(3):
                rect = QRectF(24 + column_ * (width + 16), 226 + line_ * 156, width, 130)
                painter.drawRoundedRect(rect, 10, 10)


class _Rows:
    """The rows of the card from top to bottom; painted, or only measured."""

    def __init__(self, painter: QPainter, content: dict[str, object], problem: str) -> None:
        self._painter, self._content, self._problem = painter, content, problem
        self._font = QFont(painter.font())

    def paint(self, corner: tuple[float, float] | None) -> float:
        """The card's height; paints its rows when it has a corner."""
        self._draws = corner is not None
        self._left, self._y = (corner or (0.0, 0.0))[0] + 32, (corner or (0.0, 0.0))[1] + 36
        self._width = _CARD - 64.0
        top = self._y - 36
        if self._problem:
            self._words(self._problem, 15, QColor("#be2d27"))
        else:
            self._rows()
        if corner is not None:
            self._cross(corner)
        return self._y - top + 32

    def _rows(self) -> None:
        headline, text = str(self._content.get("headline", "")), str(self._content.get("text", ""))
        self._words(headline or tr("Headline"), 26, _INK, QFont.Weight.DemiBold, room=48)
        self._y += 8
        if text:
            self._words(text, 15, _SOFT)
            self._y += 20
        else:
            self._y += 12
        fields = self._content.get("fields")
        asked = list(fields) if isinstance(fields, (list, tuple)) else []
        link = bool(self._content.get("link"))
        for name in () if link else asked:
            self._field(_field_words(str(name), required=name == "email" or asked == [name]))
        if asked and not link and self._content.get("consent_text"):
            self._consent(str(self._content["consent_text"]))
        usual = tr("Send") if asked and not link else tr("OK")
        self._button(str(self._content.get("button") or usual))
        self._words(tr("No, thank you"), 14, _SOFT, align=Qt.AlignmentFlag.AlignHCenter, line=True, before=16)
        self._y -= 12

    def _words(
        self,
        words: str,
        size: int,
        color: QColor,
        weight: QFont.Weight = QFont.Weight.Normal,
        *,
        room: float = 0,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        line: bool = False,
        before: float = 0,
    ) -> None:
        font = self._styled(size, weight, line=line)
        self._y += before
        flags = Qt.TextFlag.TextWordWrap.value | align.value
        rect = QRectF(self._left, self._y, self._width - room, 2_000)
        bounds = QFontMetricsF(font).boundingRect(rect, flags, words)
        if self._draws:
            self._painter.setFont(font)
            self._painter.setPen(color)
            self._painter.drawText(rect, flags, words)
        self._y += bounds.height()

    def _field(self, words: str) -> None:
        rect = QRectF(self._left, self._y, self._width, 44)
        if self._draws:
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.setPen(QPen(_EDGE, 1.5))
            self._painter.drawRoundedRect(rect, 8, 8)
            self._painter.setFont(self._styled(15))
            self._painter.setPen(_SOFT)
            self._painter.drawText(rect.adjusted(14, 0, -14, 0), Qt.AlignmentFlag.AlignVCenter, words)
        self._y += 56

    def _consent(self, words: str) -> None:
        top = self._y
        self._left, self._width = self._left + 26, self._width - 26
        self._words(words, 12, _SOFT)
        self._left, self._width = self._left - 26, self._width + 26
        if self._draws:
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.setPen(QPen(_EDGE, 1))
            self._painter.drawRoundedRect(QRectF(self._left + 0.5, top + 0.5, 17, 17), 3, 3)
        self._y = max(self._y, top + 18) + 16

    def _button(self, words: str) -> None:
        rect = QRectF(self._left, self._y, self._width, 44)
        if self._draws:
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(QColor("#161b26"))
            self._painter.drawRoundedRect(rect, 8, 8)
            self._painter.setFont(self._styled(15, QFont.Weight.DemiBold))
            self._painter.setPen(QColor("#ffffff"))
            shown = self._painter.fontMetrics().elidedText(
                words, Qt.TextElideMode.ElideRight, int(self._width - 24)
            )
            self._painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, shown)
        self._y += 44

    def _cross(self, corner: tuple[float, float]) -> None:
        x, y = corner[0] + _CARD - 28, corner[1] + 28
        self._painter.setPen(QPen(_SOFT, 1.8))
        self._painter.drawLine(int(x - 6), int(y - 6), int(x + 6), int(y + 6))
        self._painter.drawLine(int(x + 6), int(y - 6), int(x - 6), int(y + 6))

    def _styled(self, size: int, weight: QFont.Weight = QFont.Weight.Normal, *, line: bool = False) -> QFont:
        font = QFont(self._font)
        font.setPixelSize(size)
        font.setWeight(weight)
        font.setUnderline(line)
        return font


def _field_words(name: str, *, required: bool) -> str:
    words = {
        "email": tr("Your e-mail"),
        "phone": tr("Your phone number"),
        "first_name": tr("Your first name"),
    }
    said_ = words.get(name, name)
    return said_ if required else f"{said_} ({tr('optional')})"


class PopupEditor(QWidget):
    """Shows and edits the texts of one ``popup`` node."""

    def __init__(self, theming: Theming, editing: Editing) -> None:
        super().__init__()
        part(self, "page")
        self._editing = editing
        self.lines = {
            name: FieldLine(theming, lambda: editing.fields, name, one_line=one_line, longest=longest)
            for name, longest, one_line in _LINES
        }
        self.consent = FieldLine(
            theming, lambda: editing.fields, tr("Consent text"), one_line=False, longest=1_000
        )
        self.consent.insert.hide()
        self.boxes: dict[str, QCheckBox] = {}
        self._choices = column(gap=0)
        self.picture = PopupPicture()
        inside = part(QWidget(), "clear")
        inside.setLayout(
            column(*self.lines.values(), label(tr("Ask for"), "label"), self._choices, self.consent, None,
                   margins=(20, 18, 20, 20), gap=14)
        )  # fmt: skip
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        side = part(QWidget(), "inspector-left")
        side.setFixedWidth(400)
        side.setLayout(column(area))
        whole = row(side, self.picture, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        for name, line_ in self.lines.items():
            line_.edited.connect(lambda source, name=name: editing.change({name: source or UNSET}))
        self.consent.edited.connect(lambda source: editing.change({"consent_text": source or UNSET}))

    def open(self) -> None:
        """Shows the node that is edited now."""
        self._editing.texts = ()
        for name, line_ in self.lines.items():
            line_.head.setText(said(self._editing.setting(name).label))
        if not self.boxes:
            for value, words in self._editing.setting("fields").choices:
                self.boxes[value] = QCheckBox(said(words))
                self.boxes[value].toggled.connect(self._ticked)
                self._choices.addWidget(self.boxes[value])
        self.show_node()

    def show_node(self) -> None:
        """Shows the texts as they stand."""
        for name, line_ in self.lines.items():
            line_.show_source(self._editing.text(name))
        self.consent.show_source(self._editing.text("consent_text"))
        asked = self._editing.node.settings.get("fields") or ()
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(name in asked)
            box.blockSignals(False)

    def show_preview(self, preview: Preview) -> None:
        """How the person gets it."""
        self.picture.show_preview(preview)

    def focus_first(self) -> None:
        """Puts the cursor into the headline."""
        self.lines["headline"].text.begin()

    def _ticked(self) -> None:
        ticked = [name for name, box in self.boxes.items() if box.isChecked()]
        self._editing.change({"fields": ticked or UNSET}, alone=True)
