"""What practice mode caught: letters and text messages that would have gone out, with a preview."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPainter, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QSplitter,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextBrowser,
    QWidget,
)

from app.model.kinds import KINDS
from app.model.ports import Caught
from app.ui.letter_sheet import sheet_of
from app.ui.page_head import Empty, PageHead
from app.ui.theme import Theming
from app.ui.widgets import CutLabel, Drawn, column, part, row
from app.ui.words import clock, said, tr

_MESSAGE = Qt.ItemDataRole.UserRole
_ROW = 60


class CaughtPage(QWidget):
    """The newest on top. Links of a letter open in the browser, so that a click counts as one."""

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "page")
        self._theming = theming
        self.messages: list[Caught] = []
        self.head = PageHead(tr("Caught in practice mode"))
        self._rows = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setItemDelegate(CaughtDelegate(theming, self.list))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setAccessibleName(tr("Caught messages"))
        self.list.selectionModel().currentChanged.connect(self._show_current)
        self.preview = Preview(theming)
        self.preview.link_opened.connect(self._open)
        empty = Empty(
            theming,
            "inbox",
            tr("Nothing was caught yet. In practice mode every letter and text message lands here."),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(part(empty, "card"))
        self._stack.addWidget(self._made_split())
        self.setLayout(column(self.head, self._stack, margins=(32, 28, 32, 24), gap=16))
        self._say()

    @property
    def count(self) -> int:
        """How many are shown; what the desk is asked for comes after it."""
        return len(self.messages)

    def add(self, caught: Sequence[Caught]) -> None:
        """More of them, oldest first."""
        for message in caught:
            self.messages.append(message)
            self._rows.insertRow(0, _item(message))
        if caught:
            self._say()
            if not self.list.currentIndex().isValid():
                self.list.setCurrentIndex(self._rows.index(0, 0))

    def _made_split(self) -> QWidget:
        card = part(QWidget(), "card")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self.list)
        split.addWidget(self.preview)
        split.setSizes([340, 700])
        split.setStretchFactor(1, 1)
        box = QHBoxLayout(card)
        box.setContentsMargins(1, 1, 1, 1)
        box.addWidget(split)
        return card

    def _say(self) -> None:
        self._stack.setCurrentIndex(1 if self.messages else 0)
        if self.messages:
            self.head.say(
                tr("Nothing of this left the machine. Follow a link to see what a person would see.")
            )
        else:
            self.head.say(tr("Practice mode keeps every message on this machine."))

    def _show_current(self, current: QModelIndex) -> None:
        message = current.data(_MESSAGE)
        if isinstance(message, Caught):
            self.preview.show_message(message)

    def _open(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)


class Preview(QWidget):
    """One message: to whom, when, and how it reads."""

    link_opened = Signal(QUrl)

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self._theming = theming
        self._channel = "email"
        self._tile = Drawn(theming, self._draw, 32)
        self._subject = CutLabel(role="title")
        self._to = CutLabel(role="small")
        self.browser = QTextBrowser()
        part(self.browser, "paper")
        self.browser.setOpenLinks(False)
        self.browser.document().setDefaultStyleSheet("a { color: #2B4EC6; }")  # letters are on white paper
        self.browser.anchorClicked.connect(self.link_opened)
        self.browser.setAccessibleName(tr("Message"))
        head = row(self._tile, column(self._subject, self._to, gap=2), margins=(20, 14, 20, 12), gap=12)
        head.setStretch(1, 1)
        self.setLayout(column(head, self.browser, gap=0))

    def show_message(self, message: Caught) -> None:
        """Shows the letter as it was made; a text message as plain text."""
        self._channel = message.channel
        self._tile.update()
        self._subject.say(message.subject or _title(message))
        self._to.say(tr("To {address}, {time}").format(address=message.address, time=clock(message.at)))
        if message.html:
            self.browser.setHtml(sheet_of(message.html))
        else:
            self.browser.setPlainText(message.text)

    def _draw(self, scale: float) -> QPixmap:
        return self._theming.tile(KINDS.get(self._channel), 32, scale)


class CaughtDelegate(QStyledItemDelegate):
    """A tile, the subject, to whom, and when."""

    def __init__(self, theming: Theming, view: QListView) -> None:
        super().__init__(view)
        self._theming = theming
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(240, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        message = index.data(_MESSAGE)
        if not isinstance(message, Caught):
            return
        rect, state = QRect(option.rect), option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theming.color("accent-soft"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, self._theming.color("surface-2"))
        tile = self._theming.tile(KINDS.get(message.channel), 28, self._view.devicePixelRatioF())
        painter.drawPixmap(rect.left() + 14, rect.top() + 16, tile)
        when = clock(message.at)
        painter.setFont(self._theming.style.font(11, 500))
        painter.setPen(self._theming.color("ink-3"))
        wide = painter.fontMetrics().horizontalAdvance(when)
        painter.drawText(rect.adjusted(0, 12, -14, 0), Qt.AlignmentFlag.AlignRight, when)
        lines = rect.adjusted(54, 11, -24 - wide, 0)
        self._line(painter, message.subject or message.text, lines, 13, 600, "ink")
        self._line(painter, message.address, rect.adjusted(54, 31, -14, 0), 12, 400, "ink-3")
        painter.setPen(self._theming.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _line(self, painter: QPainter, text: str, rect: QRect, px: int, weight: int, color: str) -> None:
        painter.setFont(self._theming.style.font(px, weight))
        painter.setPen(self._theming.color(color))
        shown = " ".join(text.split())
        cut = painter.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, cut)


def _item(message: Caught) -> QStandardItem:
    item = QStandardItem(message.subject or _title(message))
    item.setData(message, _MESSAGE)
    item.setToolTip(f"{message.subject or message.text}\n{message.address}")
    return item


def _title(message: Caught) -> str:
    kind = KINDS.get(message.channel)
    return said(kind.title) if kind else message.channel
