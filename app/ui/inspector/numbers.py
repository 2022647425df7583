"""The numbers of one node: four at most, in one row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.canvas.words import event_words
from app.model.flow import Node
from app.model.kinds import kind_of, outlets_of, ticked
from app.model.ports import Counts
from app.ui.widgets import ClickRow, column, label, part, row
from app.ui.words import number, said, tr

_CELLS = 4


class Numbers(QWidget):
    """Hidden until somebody was here. Each number opens whom it counts."""

    opened = Signal(str)
    """What the number counts, as in ``CountKey``."""

    def __init__(self) -> None:
        super().__init__()
        part(self, "card")
        self._cells: list[tuple[QWidget, QLabel, QLabel]] = []
        self._opens: list[str] = []
        box = row(gap=0)
        for index in range(_CELLS):
            value, words = label(role="number"), label(role="caption")
            cell = ClickRow("cell" if index else "cell-first")
            cell.clicked.connect(lambda place=index: self._open(place))
            cell.setLayout(column(value, words, margins=(10, 6, 2, 6), gap=0))
            box.addWidget(cell, 1)
            self._cells.append((cell, value, words))
        self.setLayout(box)
        self.hide()

    def show_numbers(self, numbers: list[tuple[str, str]], opens: Sequence[str] = ()) -> None:
        """(value, words) of each cell, and what each counts."""
        self._opens = list(opens)
        self.setVisible(bool(numbers))
        for index, (cell, value, words) in enumerate(self._cells):
            cell.setVisible(index < len(numbers))
            if index < len(numbers):
                value.setText(numbers[index][0])
                words.setText(numbers[index][1])
                cell.setAccessibleName(f"{numbers[index][1]}: {numbers[index][0]}")

    def _open(self, place: int) -> None:
        if place < len(self._opens):
            self.opened.emit(self._opens[place])


def opens_of(node: Node, counts: Counts) -> list[str]:
    """What each number of ``numbers_of`` counts, in its order."""
    kind = kind_of(node)
    if kind is None or not kind.is_message or kind.policy == "system":
        return ["here", "out"]
    shown = {_title(name): f"reaction:{name}" for name in (*kind.reactions, *ticked(node))}
    cells = [words for _, words in numbers_of(node, counts)]
    return ["message:sent", *(shown[words] for words in cells if words in shown), "failed"]


def numbers_of(node: Node, counts: Counts) -> list[tuple[str, str]]:
    """What is worth knowing of this node; nothing while nobody was here."""
    kind = kind_of(node)
    walked = {outlet.name: counts.edges.get((node.id, outlet.name), 0) for outlet in outlets_of(node)}
    here = counts.here.get(node.id, 0)
    sent = counts.names.get((node.id, "message:sent"), 0)
    if not (any(walked.values()) or here or sent):
        return []
    if kind is None or not kind.is_message or kind.policy == "system":
        passed = sum(walked.values())
        return [(number(here), tr("Here now")), (number(passed), tr("Went on"))]
    cells = [(number(sent), tr("Sent"))]
    for name in [*ticked(node), *kind.reactions][:2]:
        count = counts.names.get((node.id, f"reaction:{name}"), 0)
        if all(words != _title(name) for _, words in cells):
            cells.append((share(count, sent), _title(name)))
    return [*cells, (number(counts.names.get((node.id, "message:failed"), 0)), tr("Failed"))]


def share(count: int, whole: int) -> str:
    """“34 %”, or the count itself where there is no whole."""
    return tr("{share} %").format(share=round(100 * count / whole)) if whole else number(count)


def _title(name: str) -> str:
    words = said(event_words(name))
    return words[:1].upper() + words[1:]
