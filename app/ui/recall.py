"""A copy of a draft is on screen while the stored one is read: what is drawn on it meanwhile is not lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.canvas.commands import Exchange
from app.canvas.document import CanvasDocument
from app.canvas.history import PastStep
from app.canvas.recorder import PastCommand
from app.model.flow import Flow
from app.ui.words import tr

if TYPE_CHECKING:
    from app.ui.drafts import Opened


class Recall:
    """Between showing the copy and having read the draft. ``text``: what was stored, as the copy has it."""

    def __init__(self, document: CanvasDocument, flow: Flow, text: str) -> None:
        self._document = document
        self._flow = flow
        self._text = text
        self.later: list[Callable[[], None]] = []
        """What was asked for meanwhile."""

    @property
    def is_drawn(self) -> bool:
        """Whether something was drawn, and not all of it undone."""
        return self._document.undo_stack.index() > 0

    def collides(self, opened: Opened) -> bool:
        """Whether something was drawn on a copy of what is stored no longer."""
        return self.is_drawn and opened.text != self._text

    def is_same(self, opened: Opened) -> bool:
        """Whether the copy is what is stored, and nothing was drawn after that."""
        return opened.flow == self._flow

    def repeat(self, opened: Opened, drawn: Flow, steps: Sequence[PastStep], done: int) -> None:
        """Does on the draft, which is shown by now, what was done on the copy; ``drawn`` came of it."""
        if not done:
            return
        self._document.seal()
        if not self.is_same(opened):
            # The history has brought more back than was stored: both can be had by one step of undo.
            self._document.do(Exchange(self._document, drawn, tr("Drawn while the workspace was opened")))
            return
        for step in steps:
            self._document.do(PastCommand(self._document, step))
        self._document.undo_stack.setIndex(self._document.undo_stack.count() - len(steps) + done)

    def settled(self) -> None:
        """Does what was asked for meanwhile."""
        for ask in self.later:
            ask()
