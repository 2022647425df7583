"""A note's text, edited right where it stands. Marks are typed as they are kept and shown as they look."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit

from app.canvas.commands import FlowCommand
from app.canvas.edits import put_note, remove
from app.canvas.items.notepad import height_of
from app.canvas.items.paper import NOTE_LEAST, NOTE_PAD, note_colors
from app.canvas.words import tr
from app.model.flow import Note

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_READABLE: Final = 0.6
_LONGEST: Final = 20_000
_MARKS: Final = (
    (re.compile(r"^#{1,3}\s.*$"), "heading"),
    (re.compile(r"^\s{0,6}[-*•]\s"), "mark"),
    (re.compile(r"\*\*[^*]+\*\*"), "bold"),
    (re.compile(r"(?<![\w*])\*[^\s*][^*]*\*(?![\w*])"), "slanted"),
    (re.compile(r"\[[^\[\]]+\]\([^\s()]+\)|https?://\S+"), "link"),
)
_AROUND: Final = {Qt.Key.Key_B: "**", Qt.Key.Key_I: "*"}


class NoteEditor(QObject):
    """One for each canvas. Esc, Tab and going elsewhere keep the text, as one step of undo."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._note: Note | None = None
        self.field: QTextEdit = _Field(canvas.view.viewport())
        self.field.setAcceptRichText(False)
        self.field.setAccessibleName(tr("Note"))
        self.field.setPlaceholderText(tr("Write a note. **bold**, *italic*, - list, # heading"))
        self.field.setFrameShape(QTextEdit.Shape.NoFrame)
        self.field.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.document().setDocumentMargin(0)
        self.field.hide()
        self._marks = _Marks(self.field.document())
        self.field.textChanged.connect(self._grow)
        self.field.installEventFilter(self)
        canvas.view.installEventFilter(self)
        canvas.view.viewport().installEventFilter(self)
        canvas.view.viewed.connect(self._follow)

    @property
    def is_open(self) -> bool:
        return self._note is not None

    def ask(self, note: Note) -> None:
        """Opens the text of this note; one that is not in the flow is added when something was written."""
        self.finish()
        canvas = self._canvas
        canvas.scene.settle()
        if canvas.view.zoom < _READABLE:
            canvas.view.set_zoom(1.0)
        middle = QPointF(note.x + note.width / 2, note.y + note.height / 2)
        if not canvas.view.seen.contains(middle):
            canvas.view.show_middle(middle)
        self._note = note
        self._dress(note)
        self.field.setPlainText(note.text)
        self.field.document().clearUndoRedoStacks()
        self._grow()
        self.field.show()
        self.field.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def finish(self) -> None:
        """Keeps what was written and goes. A note without words is none."""
        note, self._note = self._note, None
        if note is None:
            return
        had_focus = self.field.hasFocus()
        text = self.field.toPlainText()[:_LONGEST].rstrip()
        self.field.hide()
        self._keep(note, text)
        if had_focus:
            self._canvas.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field go to nobody else; a press or a key beside it ends it."""
        kind = event.type()
        if watched is not self.field:
            if self._note is not None and kind in (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress):
                self.finish()
                return kind is QEvent.Type.KeyPress
            return False
        if kind is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if kind is QEvent.Type.FocusOut:
            self.finish()
        return kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._key(event)

    def _key(self, event: QKeyEvent) -> bool:
        key, held = Qt.Key(event.key()), event.modifiers()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.finish()
        elif held == Qt.KeyboardModifier.ControlModifier and key in _AROUND:
            self._wrap(_AROUND[key])
        elif held == Qt.KeyboardModifier.ControlModifier and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
        else:
            return False
        return True

    def _wrap(self, mark: str) -> None:
        """Puts the mark around what is selected, or takes it away."""
        cursor = self.field.textCursor()
        words = cursor.selectedText()
        marked = len(words) > 2 * len(mark) and words.startswith(mark) and words.endswith(mark)
        cursor.insertText(words[len(mark) : -len(mark)] if marked else f"{mark}{words}{mark}")
        if not words:
            cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.MoveAnchor, len(mark))
            self.field.setTextCursor(cursor)

    def _keep(self, note: Note, text: str) -> None:
        document = self._canvas.document
        is_known = any(old.id == note.id for old in document.flow.notes)
        if not text.strip():
            if is_known:
                document.do(
                    FlowCommand(document, tr("Delete a note"), lambda flow: remove(flow, notes={note.id}))
                )
            return
        if is_known and text == note.text:
            return
        kept = replace(note, text=text, height=max(note.height, self._height(note, text)))
        words = tr("Change a note") if is_known else tr("Add a note")
        document.do(FlowCommand(document, words, lambda flow: put_note(flow, kept)))

    def _height(self, note: Note, text: str) -> float:
        """The height that shows all of the text, on the grid."""
        look, grid = self._canvas.scene.look, self._canvas.style_.m.grid
        high = height_of(look, text, max(note.width, NOTE_LEAST[0]) - 2 * NOTE_PAD[0]) + 2 * NOTE_PAD[1]
        return max(NOTE_LEAST[1], -(-high // grid) * grid)

    def _follow(self) -> None:
        if self._note is not None:
            self._grow()

    def _grow(self) -> None:
        """Over the note, and as high as what is written."""
        note, view = self._note, self._canvas.view
        if note is None:
            return
        zoom = view.zoom
        corner = view.to_screen(QPointF(note.x, note.y))
        self.field.setFont(self._canvas.style_.font(max(1, round(self._canvas.scene.look.px(12) * zoom))))
        width = max(note.width, NOTE_LEAST[0]) * zoom
        least = max(note.height, NOTE_LEAST[1]) * zoom
        self.field.setFixedWidth(round(width))
        wanted = self.field.document().size().height() + 2 * NOTE_PAD[1] * zoom
        self.field.setGeometry(
            QRect(round(corner.x()), round(corner.y()), round(width), round(max(least, wanted)))
        )

    def _dress(self, note: Note) -> None:
        color = self._canvas.style_.theme.colors
        paper, _, ink = (color[name] for name in note_colors(note))
        across, down = (round(pad * self._canvas.view.zoom) - 2 for pad in NOTE_PAD)
        self.field.setStyleSheet(
            f"QTextEdit {{ color: {ink}; background: {paper}; border: 2px solid {color['focus']};"
            f" border-radius: 6px; padding: {down}px {across}px;"
            f" selection-background-color: {color['accent']}; selection-color: {color['on-accent']}; }}"
        )
        self._marks.set_colors(QColor(color["accent-text"]))


class _Field(QTextEdit):
    """Keeps also those keys to itself that mean nothing where the cursor stands."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        event.accept()


class _Marks(QSyntaxHighlighter):
    """Shows what a mark does while it is typed."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_colors(QColor())

    def set_colors(self, link: QColor) -> None:
        bold, slanted, linked = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        bold.setFontWeight(600)
        slanted.setFontItalic(True)
        linked.setForeground(link)
        linked.setFontUnderline(True)
        self._formats = {"heading": bold, "mark": bold, "bold": bold, "slanted": slanted, "link": linked}

    def highlightBlock(self, text: str) -> None:
        for pattern, look in _MARKS:
            for found in pattern.finditer(text):
                self.setFormat(found.start(), found.end() - found.start(), self._formats[look])
