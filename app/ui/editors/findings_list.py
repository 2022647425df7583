"""What to mend before it goes out, each line with its jump and its mending, and what is well."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.flows.letters.checks import Finding
from app.ui.theme import Theming
from app.ui.widgets import Button, Chip, Picture, column, label, row
from app.ui.words import tr


class FindingsList(QWidget):
    """``chosen``: go to what a line is about; ``mend_asked``: do what its button says."""

    chosen = Signal(object)
    mend_asked = Signal(object)

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self._theming = theming
        self.findings: list[Finding] = []
        self.chip = Chip()
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(8)
        head = row(label(tr("Before it goes out"), "strong"), None, self.chip)
        self.setLayout(column(head, self._lines, gap=8))
        self.rows: list[QWidget] = []
        self._shown: object = None

    def show_findings(self, findings: Sequence[Finding], well: Sequence[str]) -> None:
        """Other lines; what needs mending comes first."""
        self.findings = list(findings)
        shown = ([(one.code, one.message, one.fix, one.block) for one in findings], list(well))
        if shown == self._shown:
            for made, finding in zip(self.rows, findings, strict=False):
                made.setProperty("finding", finding)
            return
        self._shown = shown
        count = len(findings)
        self.chip.say(
            tr("{count} to mend").format(count=count) if count else tr("All well"),
            "soon" if count else "well",
        )
        for old in self.rows:
            self._lines.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows = [self._made(finding) for finding in findings] + [self._made_well(words) for words in well]
        for one in self.rows:
            self._lines.addWidget(one)
            one.show()

    def _made(self, finding: Finding) -> QWidget:
        made = QWidget()
        made.setProperty("finding", finding)
        fix = Button(self._theming, finding.fix, kind="link-small")
        fix.clicked.connect(lambda: self._pressed(made.property("finding")))
        sign = Picture(self._theming, "problem", "warn")
        inside = row(sign, label(finding.message, wrap=True), fix)
        inside.setStretch(1, 1)
        inside.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
        inside.setAlignment(fix, Qt.AlignmentFlag.AlignTop)
        made.setLayout(inside)
        return made

    def _made_well(self, words: str) -> QWidget:
        made = QWidget()
        inside = row(Picture(self._theming, "ok", "ok"), label(words, wrap=True))
        inside.setStretch(1, 1)
        made.setLayout(inside)
        return made

    def _pressed(self, finding: Finding) -> None:
        (self.chosen if finding.mended is None else self.mend_asked).emit(finding)
