"""What is wrong with a node and belongs to no field: in words, each with the buttons that mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.flows.fixes import Fix
from app.model.flow import Problem
from app.ui.mending import FixButtons
from app.ui.page_head import clear
from app.ui.theme import Theming
from app.ui.widgets import Picture, column, label, part, row

_MOST: Final = 2
"""The rest stands in the list below the canvas: nobody mends below a wall of red."""


class Trouble(QWidget):
    """Hidden while there is nothing to say."""

    chosen = Signal(object, object)
    """The problem and the fix."""

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self._theming = theming
        self._problems: tuple[Problem, ...] = ()
        self.fixes: list[FixButtons] = []
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        self.setLayout(self._rows)
        self.hide()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Shows these, errors first."""
        wanted = tuple(problems[:_MOST])
        if wanted == self._problems:
            return
        self._problems = wanted
        clear(self._rows)
        self.fixes = []
        for problem in wanted:
            self._rows.addWidget(self._row(problem))
        self.setVisible(bool(wanted))

    def show_fixes(self, problem: Problem, found: Sequence[Fix]) -> None:
        """How one of them is mended."""
        for buttons in self.fixes:
            if buttons.problem == problem:
                buttons.show_fixes(found)

    def _row(self, problem: Problem) -> QWidget:
        is_error = problem.severity == "error"
        buttons = FixButtons(self._theming)
        buttons.show_problem(problem)
        buttons.chosen.connect(self.chosen)
        self.fixes.append(buttons)
        words = label(problem.message, wrap=True)
        words.setToolTip(problem.fix)
        sign = Picture(self._theming, "problem", "danger" if is_error else "warn")
        box = row(sign, column(words, buttons, gap=2), margins=(10, 8, 10, 8))
        box.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
        box.setStretch(1, 1)
        shown = part(QWidget(), "trouble" if is_error else "warn")
        shown.setLayout(box)
        shown.setAccessibleName(f"{problem.message}. {problem.fix}")
        return shown
