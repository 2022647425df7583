"""The problems bar: how many, the first in words, and all of them on a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.canvas.words import node_title
from app.flows.fixes import Fix
from app.model.flow import Flow, Problem
from app.ui.mending import FixButtons
from app.ui.theme import Theming
from app.ui.widgets import ClickRow, CutLabel, IconButton, Picture, column, label, line, part, repaint, row
from app.ui.words import tr

HEIGHT: Final = 36
_LIST_HEIGHT: Final = 240
_ROW: Final = 44
_MOST_TRIED: Final = 40
"""Of more problems than these only the first get their buttons: trying one out costs a check or two."""


class ProblemsBar(QWidget):
    """36 px high, hidden at zero.

    Signals:
        problem_chosen: this problem shall be shown.
        fixes_wanted: how this problem can be mended is to be told by ``show_fixes``.
        fix_chosen: a problem, and the fix that shall be done.
    """

    problem_chosen = Signal(object)
    fixes_wanted = Signal(object)
    fix_chosen = Signal(object, object)

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "problems")
        self.setAccessibleName(tr("Problems"))
        self._theming = theming
        self._problems: tuple[Problem, ...] = ()
        self._flow = Flow("")
        self._open = False
        self.count = label(role="count-bad")
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.count.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.first = _Line()
        self.first.clicked.connect(self._choose_first)
        self.fixes = FixButtons(theming)
        self.fixes.chosen.connect(self.fix_chosen)
        self.opener = IconButton(theming, "up", tr("All problems"), size=16)
        self.opener.clicked.connect(self.toggle)
        bar = QWidget()
        bar.setFixedHeight(HEIGHT - 1)
        box = row(self.count, self.first, self.fixes, None, self.opener, margins=(16, 0, 12, 0), gap=12)
        bar.setLayout(box)
        self.rows: list[ProblemRow] = []
        self._rows = QVBoxLayout()
        self._area = self._made_area()
        self.setLayout(column(self._area, line(), bar, gap=0))
        self._area.hide()
        self.hide()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is shown, errors first."""
        return self._problems

    @property
    def is_open(self) -> bool:
        """Whether all are listed."""
        return self._open

    def show_problems(self, problems: Sequence[Problem], flow: Flow) -> None:
        """Shows these problems of this drawing."""
        ordered = tuple(sorted(problems, key=lambda problem: problem.severity != "error"))
        if ordered == self._problems and flow is self._flow:
            return
        self._problems, self._flow = ordered, flow
        self.setVisible(bool(ordered))
        if not ordered:
            self.toggle(opened=False)
            return
        self.count.setText(str(len(ordered)))
        self.count.setProperty("role", "count-bad" if ordered[0].severity == "error" else "count-warn")
        repaint(self.count)
        self.first.say(self._where(ordered[0]), ordered[0])
        self.fixes.show_problem(ordered[0])
        self.fixes_wanted.emit(ordered[0])
        if self._open:
            self._fill()

    def show_fixes(self, problem: Problem, found: Sequence[Fix]) -> None:
        """How this problem can be mended, wherever it is listed."""
        if self._problems and self._problems[0] == problem:
            self.fixes.show_fixes(found)
            self.first.mention_fix(shown=not found)
        for shown in self.rows:
            if shown.problem == problem:
                shown.fixes.show_fixes(found)

    def toggle(self, *, opened: bool | None = None) -> None:
        """Lists all upwards, or only the first again."""
        self._open = not self._open if opened is None else opened
        if self._open:
            self._fill()
        self._area.setVisible(self._open)
        self.opener.set_icon("down" if self._open else "up")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._open:
            self.toggle(opened=False)
            return
        super().keyPressEvent(event)

    def _choose_first(self) -> None:
        if self._problems:
            self.problem_chosen.emit(self._problems[0])

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.rows = []
        for problem in self._problems:
            shown = ProblemRow(self._theming, self._where(problem), problem)
            shown.clicked.connect(lambda one=problem: self.problem_chosen.emit(one))
            shown.fixes.chosen.connect(self.fix_chosen)
            self._rows.addWidget(shown)
            self.rows.append(shown)
        self._area.setFixedHeight(min(_LIST_HEIGHT, _ROW * len(self._problems)))
        for shown in self.rows[:_MOST_TRIED]:
            self.fixes_wanted.emit(shown.problem)

    def _where(self, problem: Problem) -> str:
        node = self._flow.by_id.get(problem.nodes[0]) if problem.nodes else None
        return node_title(node) if node else ""

    def _made_area(self) -> QScrollArea:
        inside = part(QWidget(), "clear")
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        inside.setLayout(self._rows)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        return area


class ProblemRow(ClickRow):
    """One problem: where, what, and how it is mended."""

    def __init__(self, theming: Theming, where: str, problem: Problem) -> None:
        super().__init__()
        self.setFixedHeight(_ROW)
        self.problem = problem
        self.fixes = FixButtons(theming)
        self.fixes.show_problem(problem)
        color = "danger" if problem.severity == "error" else "warn"
        what = CutLabel(_sentence(where, problem))
        fix = CutLabel(problem.fix, "small")
        words = column(None, what, fix, None, gap=0)
        box = row(Picture(theming, "problem", color), words, self.fixes, margins=(16, 0, 16, 0), gap=12)
        box.setStretch(1, 1)
        self.setLayout(box)
        self.setAccessibleName(f"{_sentence(where, problem)} {problem.fix}")


class _Line(ClickRow):
    """The first problem in one line."""

    def __init__(self) -> None:
        super().__init__("clear")
        self._message = CutLabel()
        self._fix = CutLabel(role="small")
        self.setLayout(row(self._message, self._fix, gap=12))

    def mention_fix(self, *, shown: bool) -> None:
        """Says in words how it is mended, where no button does."""
        self._fix.setVisible(shown)

    def say(self, where: str, problem: Problem) -> None:
        """Another problem."""
        self.mention_fix(shown=True)
        self._message.say(_sentence(where, problem))
        self._fix.say(problem.fix)
        self.setAccessibleName(f"{_sentence(where, problem)} {problem.fix}")


def _sentence(where: str, problem: Problem) -> str:
    if not where or where in problem.message:
        return problem.message
    return f"{where}: {problem.message}"
