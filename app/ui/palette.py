"""The palette: every kind of node, by category, to drag onto the canvas or to add with a double-click."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.canvas.gestures.drop import MIME
from app.model.kinds import KINDS, Category, Kind
from app.ui.theme import Theming
from app.ui.widgets import Button, SearchField, column, part
from app.ui.words import category_words, said, tr

_KIND: Final = Qt.ItemDataRole.UserRole
_ROW: Final = 28
_HEAD: Final = 30
_TILE: Final = 24


class Palette(QWidget):
    """Search and kinds; ``set_narrow`` folds it into a strip of tiles."""

    kind_chosen = Signal(str)
    """A kind was double-clicked, or Enter was pressed on it: add it at the centre."""

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        part(self, "palette")
        self.setAccessibleName(tr("Palette"))
        self._narrow = False
        self._all = False
        self.search = SearchField(theming, tr("Find a node"))
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._choose_first)
        self.search.installEventFilter(self)
        self.list = KindList(theming)
        self.list.kind_chosen.connect(self.kind_chosen)
        self._more = Button(theming, "", "down", "link-small", color="accent-text")
        self._more.clicked.connect(self._toggle_all)
        self._box = column(self.search, self.list, self._more, margins=(8, 12, 8, 6), gap=4)
        self.setLayout(self._box)
        self._fill()

    def set_narrow(self, narrow: bool) -> None:
        """A strip of tiles alone, or tiles with words and the search."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.search.setVisible(not narrow)
        self._box.setContentsMargins(*((4, 8, 4, 6) if narrow else (8, 12, 8, 6)))
        self.list.set_narrow(narrow)
        self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down:
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _toggle_all(self) -> None:
        self._all = not self._all
        self._fill()

    def _choose_first(self) -> None:
        first = self.list.first()
        if first and self.search.text().strip():
            self.kind_chosen.emit(first)

    def _fill(self) -> None:
        sought = self.search.text().strip().casefold()
        show_all = self._all or bool(sought)
        kinds = [
            kind
            for kind in KINDS.values()
            if (show_all or kind.available) and (not sought or sought in _sought_in(kind))
        ]
        self.list.fill(kinds)
        later = sum(not kind.available for kind in KINDS.values())
        self._more.setVisible(not sought and not self._narrow)
        self._more.setText(tr("Fewer") if self._all else tr("{count} more").format(count=later))
        self._more.set_icon("up" if self._all else "down")


def _sought_in(kind: Kind) -> str:
    return " ".join((said(kind.title), kind.name, said(kind.help), category_words(kind.category))).casefold()


class KindList(QListView):
    """The rows. Kinds that cannot run yet are dimmed and say so; they can be placed all the same."""

    kind_chosen = Signal(str)

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self._theming = theming
        self._narrow = False
        self._pressed_at = QPoint()
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(KindDelegate(theming, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Kinds of nodes"))
        self.activated.connect(self._activated)
        theming.changed.connect(self.viewport().update)

    def set_narrow(self, narrow: bool) -> None:
        """Tiles without words."""
        self._narrow = narrow

    @property
    def narrow(self) -> bool:
        """Whether only tiles are shown."""
        return self._narrow

    @property
    def is_in_use(self) -> bool:
        """Whether a row may look otherwise than at rest: below the pointer, chosen or with the keyboard."""
        return self.underMouse() or self.hasFocus() or self.selectionModel().hasSelection()

    def fill(self, kinds: list[Kind]) -> None:
        """Shows these kinds under their categories."""
        model = self._rows
        model.clear()
        for category in Category:
            rows = [kind for kind in kinds if kind.category is category]
            if rows and not self._narrow:
                model.appendRow(_heading(category))
            for kind in rows:
                model.appendRow(_item(kind))

    def first(self) -> str:
        """The kind in the topmost row, empty when there is none."""
        model = self._rows
        names = (model.item(index).data(_KIND) for index in range(model.rowCount()))
        return next((name for name in names if name), "")

    def position_of(self, kind: str) -> QPoint:
        """The middle of the row of this kind, in the coordinates of the viewport; for help and tests."""
        model = self._rows
        for index in range(model.rowCount()):
            if model.item(index).data(_KIND) == kind:
                return self.visualRect(model.index(index, 0)).center()
        return QPoint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().data(_KIND):
            self.setCurrentIndex(self._row_of(self.first()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A letter is for the search of this list; not every style takes Enter for “this one”.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activated(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _row_of(self, kind: str) -> QModelIndex:
        rows = (self._rows.index(number, 0) for number in range(self._rows.rowCount()))
        return next((index for index in rows if index.data(_KIND) == kind), QModelIndex())

    def _activated(self, index: QModelIndex) -> None:
        name = index.data(_KIND)
        if name:
            self.kind_chosen.emit(name)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        name = self.indexAt(self._pressed_at).data(_KIND)
        if name and moved >= 6:
            self._drag(name)

    def _drag(self, name: str) -> None:
        drag = QDrag(self)
        drag.setMimeData(mime_of(name))
        drag.setPixmap(self._theming.tile(KINDS[name], 32, self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(16, 16))
        drag.exec(Qt.DropAction.CopyAction)


def mime_of(kind: str) -> QMimeData:
    """What the canvas is given when a kind is dragged onto it."""
    data = QMimeData()
    data.setData(MIME, kind.encode())
    return data


class KindDelegate(QStyledItemDelegate):
    """Paints a heading or a tile with its word."""

    def __init__(self, theming: Theming, view: KindList) -> None:
        super().__init__(view)
        self._theming = theming
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        if self._view.narrow:
            return QSize(36, 36)
        return QSize(80, _ROW if index.data(_KIND) else _HEAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        name = index.data(_KIND)
        rect = QRect(option.rect)
        painter.save()
        if name:
            self._paint_kind(painter, KINDS[name], rect, option)
        else:
            self._paint_heading(painter, str(index.data()), rect)
        painter.restore()

    def _paint_heading(self, painter: QPainter, text: str, rect: QRect) -> None:
        painter.setFont(self._theming.style.font(11, 600))
        painter.setPen(self._theming.color("ink-3"))
        painter.drawText(rect.adjusted(4, 8, 0, -2), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_kind(self, painter: QPainter, kind: Kind, rect: QRect, option: QStyleOptionViewItem) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._view.is_in_use:
            self._paint_state(painter, rect, option)
        self._paint_tile(painter, kind, rect)
        if not self._view.narrow:
            font: QFont = self._theming.style.font(12, 400)
            painter.setFont(font)
            painter.setPen(self._theming.color("ink" if kind.available else "ink-3"))
            words = painter.fontMetrics().elidedText(
                said(kind.title), Qt.TextElideMode.ElideRight, rect.width() - 40
            )
            painter.drawText(rect.adjusted(36, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_state(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem) -> None:
        from PySide6.QtWidgets import QStyle  # its 600 names take as long as a fifth of the window

        state: QStyle.StateFlag = option.state
        if state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theming.color("surface-2"))
            painter.drawRoundedRect(rect, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(self._theming.style.pen("focus", 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 6, 6)

    def _paint_tile(self, painter: QPainter, kind: Kind, rect: QRect) -> None:
        size = 30 if self._view.narrow else _TILE
        left = rect.left() + (rect.width() - size) // 2 if self._view.narrow else rect.left() + 4
        tile = self._theming.tile(kind, size, self._view.devicePixelRatioF(), off=not kind.available)
        painter.drawPixmap(left, rect.top() + (rect.height() - size) // 2, tile)


def _heading(category: Category) -> QStandardItem:
    item = QStandardItem(category_words(category))
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item


def _item(kind: Kind) -> QStandardItem:
    item = QStandardItem(said(kind.title))
    item.setData(kind.name, _KIND)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
    about = said(kind.help)
    if not kind.available:
        about = tr("{about} Comes later: it can be drawn, but not published yet.").format(about=about)
    item.setToolTip(f"{said(kind.title)}: {about}")
    item.setData(item.toolTip(), Qt.ItemDataRole.AccessibleDescriptionRole)
    return item
