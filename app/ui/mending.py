"""Buttons that mend problems: each is tried out in the background, then done in one step of undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.canvas.commands import FlowCommand
from app.canvas.document import CanvasDocument
from app.flows.fixes import Fix, fixes, is_mechanical, key_of
from app.model.flow import Flow, Problem
from app.ui.operations import Lane, Operations
from app.ui.theme import Theming
from app.ui.widgets import Button, row
from app.ui.words import tr

_MOST: Final = 2


class Mender(QObject):
    """Knows how the problems of the drawing as it stands can be mended.

    Signals:
        found: a problem, and its fixes as a tuple; also when it was known already.
        said: one plain sentence for the person.
    """

    found = Signal(object, object)
    said = Signal(str)

    def __init__(self, document: CanvasDocument, operations: Operations, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._operations = operations
        self._flow = document.flow
        self._known: dict[object, tuple[Fix, ...]] = {}
        self._asked: set[object] = set()

    def want(self, problem: Problem) -> None:
        """``found`` follows, at once where the answer is known; never for what is not mechanical."""
        if not is_mechanical(problem):
            return
        flow, key = self._document.flow, key_of(problem)
        if flow is not self._flow:
            self._flow, self._known, self._asked = flow, {}, set()
        if key in self._known:
            self.found.emit(problem, self._known[key])
        elif key not in self._asked:
            self._asked.add(key)
            known = self._document.facts.problems
            self._operations.run(
                lambda: self._tried(flow, problem, known),
                lambda found: self._found(flow, problem, found),
                lane=Lane.FIX,
            )

    def mend(self, problem: Problem, fix: Fix) -> None:
        """Does it, in one step of undo; tried anew where the drawing is another one by now."""
        flow = self._document.flow
        now: Fix | None = fix
        if flow is not self._flow:
            now = next((one for one in fixes(flow, problem) if one.words == fix.words), None)
        if now is None:
            self.said.emit(tr("The drawing has changed meanwhile. Look at the problem again"))
            return
        mended = now.flow
        self._document.seal()
        self._document.do(FlowCommand(self._document, now.words, lambda _flow: mended))
        self._document.seal()

    def _tried(self, flow: Flow, problem: Problem, known: Sequence[Problem]) -> tuple[Fix, ...]:
        # What was asked of a drawing that is gone is not worth a check.
        return fixes(flow, problem, known) if self._document.flow is flow else ()

    def _found(self, flow: Flow, problem: Problem, found: tuple[Fix, ...]) -> None:
        if flow is self._flow and flow is self._document.flow:
            self._known[key_of(problem)] = found
            self.found.emit(problem, found)


class FixButtons(QWidget):
    """At most two buttons beside a problem, the best first; hidden while there is none."""

    chosen = Signal(object, object)
    """The problem and the fix."""

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self.problem: Problem | None = None
        self._fixes: tuple[Fix, ...] = ()
        self._theming = theming
        self.buttons: list[Button] = []
        self._row = row(None, gap=16)
        self.setLayout(self._row)
        self.hide()

    def show_problem(self, problem: Problem | None) -> None:
        """Another problem, with no button yet."""
        if problem != self.problem:
            self.problem = problem
            self.show_fixes(())

    def show_fixes(self, found: Sequence[Fix]) -> None:
        """Buttons for these."""
        self._fixes = tuple(found[:_MOST])
        for place, fix in enumerate(self._fixes):
            if place == len(self.buttons):
                self._add_button()
            self.buttons[place].setText(fix.words)
        for place, button in enumerate(self.buttons):
            if place >= len(self._fixes) and button.hasFocus():
                self.focusPreviousChild()  # the field it mended, not what Qt takes for the next
            button.setVisible(place < len(self._fixes))
        self.setVisible(bool(self._fixes))

    def _add_button(self) -> None:
        # Most problems are never looked at closely: a button is made when it is needed.
        place, button = len(self.buttons), Button(self._theming, "", kind="link")
        button.clicked.connect(lambda: self._press(place))
        self.buttons.append(button)
        self._row.insertWidget(place, button)

    def _press(self, place: int) -> None:
        if self.problem is not None and place < len(self._fixes):
            self.chosen.emit(self.problem, self._fixes[place])
