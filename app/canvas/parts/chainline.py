"""The line on top of the canvas in which a chain is typed, and the sentence about it below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.canvas.parts.card import Card
from app.canvas.style import Style
from app.canvas.words import tr
from app.flows.chains.tokens import Complaint

WIDTH: Final = 760
_MOST_LINES: Final = 5
_EXAMPLE: Final = "popup > wait 30m > email opened? yes: end no: sms"
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ChainLine(Card):
    """Enter adds, Tab takes the word that is offered, Esc leaves everything as it was.

    Signals:
        typed: the line is another one; carries it.
        taken: what the line says is to be added.
        left: it was closed and nothing was added.
    """

    typed = Signal(str)
    taken = Signal()
    left = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, parent)
        self._hint: Complaint | None = None
        self._name = QLabel(tr("Type a chain"))
        self.field = QPlainTextEdit()
        self._marks = _Marks(self.field.document())
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._keys = QLabel(tr("Enter adds · Tab takes the offered word · Esc leaves"))
        self._build()
        self.field.textChanged.connect(self._on_typed)
        self.field.installEventFilter(self)
        self.setFocusProxy(self.field)
        self.hide()
        self._dress()

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        self._dress()

    @property
    def line(self) -> str:
        """What stands in the line now."""
        return self.field.toPlainText()

    @property
    def sentence(self) -> str:
        """What is said about it."""
        return self._sentence.text()

    @property
    def marked(self) -> tuple[tuple[int, int], ...]:
        """(position, length) of what has a wavy line."""
        return self._marks.spans

    def ask(self, line: str) -> None:
        """Opens with this line in it."""
        self.field.setPlainText(line)
        self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, complaints: Sequence[Complaint], otherwise: str) -> None:
        """Marks what was not understood and says the first of it; else ``otherwise``."""
        wrong = [one for one in complaints if not one.is_open]
        self._hint = next((one for one in wrong if one.hint), None)
        first = wrong[0] if wrong else next(iter(complaints), None)
        self._marks.show_spans([(one.position, one.length) for one in wrong])
        self._sentence.setText(first.sentence if first else otherwise)
        self.field.setAccessibleDescription(self._sentence.text())
        ink = "danger" if wrong else "ink-2"
        self._sentence.setStyleSheet(f"color: {self.look.theme.colors[ink]}")
        self.fit()

    def show_complaint(self, complaint: Complaint) -> None:
        """Selects the word that was not understood."""
        cursor = self.field.textCursor()
        cursor.setPosition(_utf16(self.line, complaint.position))
        end = _utf16(self.line, complaint.position + complaint.length)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.field.setTextCursor(cursor)

    def fit(self) -> None:
        """As high as its lines need."""
        lines = max(1, min(_MOST_LINES, round(self.field.document().size().height())))
        self.field.setFixedHeight(lines * self.field.fontMetrics().lineSpacing() + 14)
        self.adjustSize()

    def sizeHint(self) -> QSize:
        parent = self.parentWidget()
        room = parent.width() - 32 if parent is not None else WIDTH
        return QSize(max(280, min(WIDTH, room)), super().sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride:
            # While it is typed in, no key is a command of the canvas below.
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter)

    def _key(self, key: Qt.Key) -> bool:
        if key in _ENTER:
            self.taken.emit()
        elif key is Qt.Key.Key_Escape:
            self.left.emit()
        elif key is Qt.Key.Key_Tab:
            self._take_hint()
        else:
            return key is Qt.Key.Key_Backtab
        return True

    def _take_hint(self) -> None:
        """Puts the offered word in the place of the one that was not understood."""
        if self._hint is None:
            return
        hint = self._hint
        length = hint.length
        if " " in hint.hint and self.line[hint.position + length :].lstrip().startswith(hint.hint.split()[1]):
            hint_word = hint.hint.split()[0]
        else:
            hint_word = hint.hint
        self.show_complaint(hint)
        self.field.textCursor().insertText(hint_word)
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def _on_typed(self) -> None:
        self.fit()
        self.typed.emit(self.line)

    def _build(self) -> None:
        field = self.field
        field.setPlaceholderText(_EXAMPLE)
        field.setTabChangesFocus(False)
        field.setFrameShape(QFrame.Shape.NoFrame)
        field.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        field.setAccessibleName(tr("Type a chain"))
        field.document().setDocumentMargin(3)
        head = QHBoxLayout()
        head.addWidget(self._name)
        head.addStretch(1)
        head.addWidget(self._keys)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 10)
        box.setSpacing(6)
        box.addLayout(head)
        box.addWidget(field)
        box.addWidget(self._sentence)

    def _dress(self) -> None:
        color = self.look.theme.colors
        self.setStyleSheet(
            f"QLabel {{ color: {color['ink-3']}; background: transparent; }}"
            f"QPlainTextEdit {{ color: {color['ink']}; background: {color['surface']};"
            f" border: 1px solid {color['focus']}; border-radius: 6px; padding: 2px 6px;"
            f" selection-background-color: {color['accent']}; selection-color: {color['on-accent']}; }}"
        )
        self._name.setFont(self.look.font(12, 600))
        self._keys.setFont(self.look.font(11))
        self._sentence.setFont(self.look.font(12))
        self.field.setFont(self.look.font(14))
        self._marks.color = QColor(color["danger"])


class _Marks(QSyntaxHighlighter):
    """Wavy lines below what was not understood."""

    color = QColor()
    spans: tuple[tuple[int, int], ...] = ()

    def show_spans(self, spans: Sequence[tuple[int, int]]) -> None:
        if tuple(spans) != self.spans:
            self.spans = tuple(spans)
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        start = self.currentBlock().position()
        line = self.document().toPlainText()
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(self.color)
        for position, length in self.spans:
            first, end = _utf16(line, position) - start, _utf16(line, position + length) - start
            if first < len(text) * 2 and end > 0:
                self.setFormat(max(0, first), end - max(0, first), wave)


def _utf16(line: str, position: int) -> int:
    """Qt counts halves of characters beyond the first plane, Python whole ones."""
    return len(line[:position].encode("utf-16-le", "surrogatepass")) // 2
