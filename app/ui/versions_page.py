"""All versions of the open flow: what each said, what became of it, and the way back to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from app.flows.codec import read_flow
from app.model.flow import Flow
from app.model.ports import Desk, VersionInfo
from app.ui.diff_view import DiffView, line_between
from app.ui.operations import Operations
from app.ui.page_head import Empty
from app.ui.session import Session
from app.ui.theme import Theming
from app.ui.widgets import Button, CutLabel, IconButton, column, label, part, row
from app.ui.words import clock, tr

_LIST: Final = 248
_DRAFT: Final = 0
"""The number under which the draft stands among the versions."""
_NUMBER: Final = Qt.ItemDataRole.UserRole


class VersionsPage(QWidget):
    """Choose one version, and what to compare it with: the draft, or another version.

    Signals:
        back_asked: back to the canvas.
        reopened: a version was made the draft; carries its number.
    """

    back_asked = Signal()
    reopened = Signal(int)

    def __init__(self, theming: Theming, desk: Desk, operations: Operations, session: Session) -> None:
        super().__init__()
        part(self, "page")
        self._desk = desk
        self._operations = operations
        self._session = session
        self._flows: dict[int, Flow] = {}
        self._titles: dict[int, str] = {}
        self._asked = 0
        self.title = CutLabel(role="title")
        self.back = IconButton(theming, "left", tr("Back to the canvas (Alt Left)"))
        self.back.clicked.connect(self.back_asked)
        self.reopen = Button(theming, tr("Open as the draft"), "history", "primary")
        self.reopen.clicked.connect(self._reopen)
        self.list = QListWidget()
        self.list.setIconSize(QSize(16, 16))
        self.list.setAccessibleName(tr("Versions"))
        self.list.currentItemChanged.connect(self._compare)
        self.other = QComboBox()
        self.other.setAccessibleName(tr("Compare with"))
        self.other.currentIndexChanged.connect(self._compare)
        self.view = DiffView(theming)
        self.empty = Empty(
            theming, "history", tr("Not published yet. Each version you publish is kept here.")
        )
        self._theming = theming
        self._fill_page()

    def open(self) -> None:
        """Shows the versions of the open flow, the newest beside its draft."""
        self._asked += 1
        asked, name = self._asked, self._session.name
        self._flows = {_DRAFT: self._session.document.flow}
        self.title.say(tr("Versions of {name}").format(name=self._session.document.flow.name))
        if not name:
            self._show_versions(())
            return

        def show(infos: Sequence[VersionInfo]) -> None:
            if asked == self._asked:
                self._show_versions(infos)

        self._operations.run(lambda: self._desk.versions(name), show)

    def choose(self, number: int) -> None:
        """Chooses a version in the list."""
        for place in range(self.list.count()):
            if self.list.item(place).data(_NUMBER) == number:
                self.list.setCurrentRow(place)

    def _fill_page(self) -> None:
        bar = part(QWidget(), "page-bar")
        bar.setFixedHeight(48)
        bar.setLayout(row(self.back, self.title, None, self.reopen, margins=(12, 0, 12, 0)))
        with_ = column(label(tr("Compare with"), "label"), self.other, margins=(12, 12, 12, 8), gap=4)
        side = part(QWidget(), "palette")
        side.setFixedWidth(_LIST)
        side.setLayout(column(with_, self.list, gap=0))
        self._side = side
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(side)
        below.addWidget(line_between())
        below.addWidget(self.view, 1)
        box = column(bar, self.empty, gap=0)
        box.addLayout(below, 1)
        self.setLayout(box)

    def _show_versions(self, infos: Sequence[VersionInfo]) -> None:
        newest = infos[0].number if infos else 0
        self._titles = {_DRAFT: tr("The draft")} | {one.number: _title(one, newest) for one in infos}
        for widget in (self.list, self.other):
            widget.blockSignals(True)
            widget.clear()
        for one in infos:
            item = QListWidgetItem(self._theming.icon("publish", "ink-3", 16), _lines(one, newest))
            item.setData(_NUMBER, one.number)
            self.list.addItem(item)
        for number, title in self._titles.items():
            self.other.addItem(title, number)
        for widget in (self.list, self.other):
            widget.blockSignals(False)
        for shown in (self._side, self.view, self.reopen):
            shown.setVisible(bool(infos))
        self.empty.setVisible(not infos)
        if infos:
            self.list.setCurrentRow(0)
            self.list.setFocus()

    def _compare(self, *_what: object) -> None:
        chosen, other = self._chosen(), self.other.currentData()
        if chosen is None or not isinstance(other, int):
            return
        self.reopen.setText(tr("Open version {number} as the draft").format(number=chosen))
        wanted = [number for number in (chosen, other) if number not in self._flows]
        asked, name = self._asked, self._session.name

        def read() -> dict[int, Flow]:
            return {number: read_flow(self._desk.version_document(name, number)) for number in wanted}

        def show(flows: dict[int, Flow]) -> None:
            if asked == self._asked:
                self._flows |= flows
                self._show_pair(chosen, other)

        if wanted:
            self._operations.run(read, show)
        else:
            self._show_pair(chosen, other)

    def _show_pair(self, chosen: int, other: int) -> None:
        if (chosen, other) != (self._chosen(), self.other.currentData()):
            return
        before, after = sorted((chosen, other), key=lambda number: (number == _DRAFT, number))
        titles = self._titles[before], self._titles[after]
        self.view.show_flows(self._flows[before], self._flows[after], titles)

    def _chosen(self) -> int | None:
        item: QListWidgetItem | None = self.list.currentItem()
        number: object = item.data(_NUMBER) if item is not None else None
        return number if isinstance(number, int) else None

    def _reopen(self) -> None:
        number = self._chosen()
        if number is not None and number in self._flows:
            words = tr("Open version {number}").format(number=number)
            self._session.exchange(self._flows[number], words)
            self.reopened.emit(number)


def _title(info: VersionInfo, newest: int) -> str:
    words = tr("Version {number}, live now") if info.number == newest else tr("Version {number}")
    return words.format(number=info.number)


def _lines(info: VersionInfo, newest: int) -> str:
    about = [clock(info.published_at)]
    about += [tr("texts only")] if info.texts_only else []
    about += [tr("by {author}").format(author=info.author)] if info.author else []
    return f"{_title(info, newest)}\n{', '.join(about)}"
