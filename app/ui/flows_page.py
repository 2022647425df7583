"""All flows of the workspace, and the ready ones to begin with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.model.flow import Flow
from app.model.journey import FlowState
from app.model.kinds import kind_of
from app.model.ports import FlowInfo
from app.ui.mini import MiniFlow
from app.ui.page_head import PageHead, clear, scrolling
from app.ui.theme import Theming
from app.ui.widgets import Button, Chip, ClickRow, CutLabel, Dot, Picture, column, label, line, part, row
from app.ui.words import number, people, state_chip, tr

_COLUMNS = 3
_DOTS = {
    FlowState.DRAFT: "line-strong",
    FlowState.LIVE: "ok",
    FlowState.PAUSED: "warn-fill",
    FlowState.CLOSED: "warn-fill",
    FlowState.STOPPED: "danger",
}


class FlowsPage(QWidget):
    """``flow_chosen`` carries a name, ``template_chosen`` a flow to begin with, perhaps an empty one."""

    flow_chosen = Signal(str)
    template_chosen = Signal(object)
    file_asked = Signal()

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "page")
        self._theming = theming
        self.infos: tuple[FlowInfo, ...] | None = None
        self.rows: dict[str, FlowRow] = {}
        self.cards: list[TemplateCard] = []
        self.open_file = Button(theming, tr("Open a file…"), "import")
        self.open_file.clicked.connect(self.file_asked)
        self.new = Button(theming, tr("New flow"), "plus", "primary")
        self.new.clicked.connect(lambda: self.template_chosen.emit(Flow(tr("New flow"))))
        self.head = PageHead(tr("Flows"), self.open_file, self.new)
        self._card = part(QWidget(), "card")
        self._rows = QVBoxLayout(self._card)
        self._rows.setContentsMargins(1, 1, 1, 1)
        self._rows.setSpacing(0)
        self._ready = label(tr("Ready for you"), "title")
        self._ready_words = label(
            tr("Each one works as it is. Change its texts, waits and branches."), "secondary"
        )
        self._grid = QGridLayout()
        self._grid.setSpacing(16)
        area = scrolling(
            self.head, self._card, 8, column(self._ready, self._ready_words, gap=2), self._grid, None
        )
        self.setLayout(column(area, gap=0))
        for widget in (self._card, self._ready, self._ready_words):
            widget.hide()

    def show_flows(self, infos: Sequence[FlowInfo]) -> None:
        """Shows these flows; rows that are there already are changed in place."""
        shown = tuple(infos)
        if shown == self.infos:
            return
        before = [info.name for info in self.infos or ()]
        self.infos = shown
        if [info.name for info in shown] != before:
            self._make_rows()
        for info in shown:
            self.rows[info.name].show_info(info)
        self._card.setVisible(bool(shown))
        self.head.say(_sentence(shown))

    def show_templates(self, flows: Sequence[Flow]) -> None:
        """Shows the flows that come along, and an empty canvas."""
        self._ready.show()
        self._ready_words.show()
        clear(self._grid)
        blank = TemplateCard(self._theming, Flow(tr("New flow")), tr("Empty canvas"), tr("Draw your own."))
        self.cards = [TemplateCard(self._theming, flow, flow.name, _about(flow)) for flow in flows] + [blank]
        for index, card in enumerate(self.cards):
            card.clicked.connect(lambda one=card: self.template_chosen.emit(one.flow))
            self._grid.addWidget(card, index // _COLUMNS, index % _COLUMNS)
        for index in range(_COLUMNS):
            self._grid.setColumnStretch(index, 1)

    def _make_rows(self) -> None:
        clear(self._rows)
        self.rows = {}
        for index, info in enumerate(self.infos or ()):
            shown = FlowRow(self._theming, first=index == 0)
            shown.clicked.connect(lambda name=info.name: self.flow_chosen.emit(name))
            self.rows[info.name] = shown
            self._rows.addWidget(shown)


class FlowRow(ClickRow):
    """One flow: its name, how it stands, how many are inside."""

    def __init__(self, theming: Theming, *, first: bool) -> None:
        super().__init__("row-first" if first else "row")
        self.setFixedHeight(52)
        self._dot = Dot(theming)
        self.name = CutLabel(role="strong")
        self.state = Chip()
        self.draft = Chip()
        self.inside = label(role="secondary")
        arrow = Picture(theming, "right", "ink-3")
        box = row(
            self._dot,
            self.name,
            self.state,
            self.draft,
            None,
            self.inside,
            arrow,
            margins=(20, 0, 16, 0),
            gap=10,
        )
        self.setLayout(box)

    def show_info(self, info: FlowInfo) -> None:
        """How the flow stands now."""
        self._dot.set_color(_DOTS[info.state])
        self.name.say(info.name)
        self.state.say(*state_chip(info))
        self.draft.say(tr("Draft, changed") if info.version and info.changed else "")
        self.inside.setText(tr("{people} inside").format(people=people(info.inside)) if info.inside else "")
        self.setAccessibleName(f"{info.name}, {self.state.text()}")


class TemplateCard(ClickRow):
    """A ready flow as a small picture, its name, and what it uses."""

    def __init__(self, theming: Theming, flow: Flow, title: str, about: str) -> None:
        super().__init__("card-hover")
        self.flow = flow
        self.setAccessibleName(title)
        picture = MiniFlow(theming, flow) if flow.nodes else _plus(theming)
        channels = [Picture(theming, icon, "ink-3", 16) for icon in _icons(flow)]
        words = column(
            CutLabel(title, "strong"),
            label(about, "small", wrap=True),
            None,
            row(*channels, None, gap=8),
            gap=4,
        )
        words.setContentsMargins(14, 12, 14, 14)
        box = column(picture, line(), words, gap=0)
        box.setContentsMargins(1, 1, 1, 1)
        self.setLayout(box)
        self.setMinimumHeight(204)


def _plus(theming: Theming) -> QWidget:
    holder = part(QWidget(), "card-top")
    holder.setFixedHeight(104)
    box = QVBoxLayout(holder)
    box.addWidget(Picture(theming, "plus", "ink-3", 24), 0, Qt.AlignmentFlag.AlignCenter)
    return holder


def _icons(flow: Flow) -> list[str]:
    kinds = [kind for node in flow.nodes if (kind := kind_of(node)) and kind.is_message]
    return list(dict.fromkeys(kind.icon for kind in kinds))


def _about(flow: Flow) -> str:
    about = flow.extra.get("about")
    if isinstance(about, str) and about:
        return about
    messages = sum(1 for node in flow.nodes if (kind := kind_of(node)) and kind.is_message)
    return tr("{nodes} nodes, {messages} messages").format(
        nodes=number(len(flow.nodes)), messages=number(messages)
    )


def _sentence(infos: tuple[FlowInfo, ...]) -> str:
    live = sum(info.state is FlowState.LIVE for info in infos)
    inside = sum(info.inside for info in infos)
    if not infos:
        return tr("No flow yet. Begin with a ready one below, or draw your own.")
    if not live:
        return tr("None of them is live.")
    words = tr("1 flow is live") if live == 1 else tr("{count} flows are live").format(count=number(live))
    return (
        tr("{flows}, {people} inside.").format(flows=words, people=people(inside)) if inside else f"{words}."
    )
