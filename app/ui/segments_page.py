"""All segments of the workspace: whom each holds, how many, and which flows ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.model.flow import Flow
from app.model.segments import SegmentInfo
from app.ui.inspector.condition_rows import tree_of
from app.ui.inspector.condition_words import group_sentence
from app.ui.page_head import Empty, PageHead, clear, scrolling
from app.ui.theme import Theming
from app.ui.widgets import Button, Chip, ClickRow, CutLabel, Picture, column, label, part, row
from app.ui.words import number, people, tr


class SegmentsPage(QWidget):
    """``asked`` carries the name of a segment, empty for a new one."""

    asked = Signal(str)

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "page")
        self._theming = theming
        self.infos: tuple[SegmentInfo, ...] | None = None
        self.rows: dict[str, SegmentRow] = {}
        self.new = Button(theming, tr("New segment"), "plus", "primary")
        self.new.clicked.connect(lambda: self.asked.emit(""))
        self.head = PageHead(tr("Segments"), self.new)
        words = tr(
            "No segment yet. A segment is everybody for whom something holds: regulars, a city, a tag."
        )
        self._empty = part(Empty(theming, "entry-segment", words), "card")
        self._card = part(QWidget(), "card")
        self._rows = QVBoxLayout(self._card)
        self._rows.setContentsMargins(1, 1, 1, 1)
        self._rows.setSpacing(0)
        self.setLayout(column(scrolling(self.head, self._empty, self._card, None), gap=0))
        self._card.hide()
        self._empty.hide()

    def show_segments(self, infos: Sequence[SegmentInfo]) -> None:
        """Shows these, by name."""
        shown = tuple(infos)
        if shown == self.infos:
            return
        self.infos = shown
        clear(self._rows)
        self.rows = {}
        for place, info in enumerate(shown):
            made = SegmentRow(self._theming, info, first=place == 0)
            made.clicked.connect(lambda name=info.name: self.asked.emit(name))
            self.rows[info.name] = made
            self._rows.addWidget(made)
        self._card.setVisible(bool(shown))
        self._empty.setVisible(not shown)
        self.head.say(_sentence(shown))


class SegmentRow(ClickRow):
    """One segment; a click opens its form."""

    def __init__(self, theming: Theming, info: SegmentInfo, *, first: bool) -> None:
        super().__init__("row-first" if first else "row")
        self.setFixedHeight(60)
        self.rule_words = group_sentence(tree_of(info.rule), Flow(""))
        told = column(None, CutLabel(info.name, "strong"), CutLabel(self.rule_words, "small"), None, gap=2)
        size = label(people(info.size) if info.size is not None else "", "secondary")
        box = row(
            Picture(theming, "entry-segment", "entry", 20),
            told,
            Chip(_used_words(info)),
            size,
            Picture(theming, "right", "ink-3"),
            margins=(20, 0, 16, 0),
            gap=12,
        )
        box.setStretch(1, 1)
        self.setLayout(box)
        self.setAccessibleName(f"{info.name}: {self.rule_words}")


def _used_words(info: SegmentInfo) -> str:
    count = len(info.flows)
    if not count:
        return ""
    return tr("1 flow") if count == 1 else tr("{count} flows").format(count=number(count))


def _sentence(infos: tuple[SegmentInfo, ...]) -> str:
    if not infos:
        return tr("A flow can begin when somebody joins a segment, and ask for one on its way.")
    used = sum(bool(info.flows) for info in infos)
    words = tr("1 segment") if len(infos) == 1 else tr("{count} segments").format(count=number(len(infos)))
    return tr("{segments}, {used} used by flows.").format(segments=words, used=number(used))
