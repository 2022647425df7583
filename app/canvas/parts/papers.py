"""Notes, frames and boxes opened on the canvas: text, title, what is inside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand

from app.canvas.commands import FlowCommand
from app.canvas.edits import framed
from app.canvas.geometry import Rect
from app.canvas.hits import Hit, Target
from app.canvas.parts.note_editor import NoteEditor
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.frames import Frame
    from app.canvas.selection import Parts
    from app.canvas.widget import Canvas

_TITLE_HEIGHT = 28.0


class Papers(QObject):
    """One for each canvas."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.editor = NoteEditor(canvas)
        canvas.view.paper_opened.connect(self._open)
        canvas.view.drawn.connect(self.title)
        canvas.view.tool_changed.connect(self._tell)

    def close(self) -> None:
        """Ends what is open and keeps what was written."""
        self.editor.finish()
        self._canvas.renamer.close()

    @property
    def box(self) -> str:
        """The first node of the box that is all that is selected; empty when that is not so."""
        parts, shown = self._canvas.selection.parts, self._canvas.scene.drawing.shown
        for first, names in shown.inside.items():
            if parts.nodes == frozenset(names) and not (parts.notes or parts.frames):
                return first
        return ""

    def can_open(self, parts: Parts) -> bool:
        """Whether there is one note, one frame or one box to write in."""
        alone = len(parts.notes) + len(parts.frames) == 1 and not (parts.nodes or parts.edges)
        return alone or bool(self.box)

    def write(self) -> None:
        """The text of the selected note, or the title of the selected frame or box."""
        parts = self._canvas.selection.parts
        if not self.can_open(parts):
            return
        for name in parts.notes:
            self.text(name)
        for name in parts.frames:
            self.title(name)
        if self.box:
            self._canvas.renamer.ask(self.box)

    def text(self, name: str) -> None:
        """Opens the text of a note."""
        note = next((note for note in self._canvas.document.flow.notes if note.id == name), None)
        if note is not None:
            self.editor.ask(note)

    def title(self, name: str) -> None:
        """Opens the title of a frame."""
        frame = self._frame(name)
        if frame is not None:
            head = Rect(frame.x + 6, frame.y + 2, max(frame.width - 12, 0), _TITLE_HEIGHT)
            self._canvas.renamer.ask_over(
                head, frame.title, tr("Title"), lambda title: self._titled(name, title)
            )

    def _frame(self, name: str) -> Frame | None:
        return next((one for one in self._canvas.scene.drawing.frames if one.id == name), None)

    def _titled(self, name: str, title: str) -> QUndoCommand | None:
        frame = self._frame(name)
        if frame is None:
            return None
        titled = replace(frame, title=title)
        return FlowCommand(self._canvas.document, tr("Rename a frame"), lambda flow: framed(flow, titled))

    def _open(self, found: Hit) -> None:
        if found.target is Target.NOTE:
            self.text(found.name)
        elif found.target is Target.FRAME:
            self.title(found.name)
        else:
            self._canvas.selection.set(found.parts)
            self._canvas.run("open-up")

    def _tell(self, is_on: bool) -> None:
        words = tr("Draw the frame with the mouse. Esc leaves") if is_on else ""
        self._canvas.keys.told.emit(words)
