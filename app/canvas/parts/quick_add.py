"""The short list from which a part is added: typed at once, best guess first."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.canvas.guesses import Choice, found
from app.canvas.parts.card import Card
from app.canvas.style import TILE_MARGIN, Style
from app.canvas.words import tr

WIDTH: Final = 320
ROWS: Final = 8
ROW: Final = 40
_TILE: Final = 26.0
_TEXT_X: Final = 44
_STEPS: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Tab: 1,
    Qt.Key.Key_Backtab: -1,
    Qt.Key.Key_PageDown: ROWS,
    Qt.Key.Key_PageUp: -ROWS,
}
_Index = QModelIndex | QPersistentModelIndex


class QuickAdd(Card):
    """Arrows choose, Enter takes, Esc leaves everything as it was; the mouse can do the same.

    Signals:
        pointed: another line is the current one; carries the name of its choice, empty for none.
        taken: this choice was taken; carries its name.
        left: it was closed and nothing was taken.
    """

    pointed = Signal(str)
    taken = Signal(str)
    left = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, parent)
        self._choices: list[Choice] = []
        self._model = _Choices(self)
        self._where = QLabel()
        self.field = _Field()
        self._none = QLabel()
        self._none.setWordWrap(True)
        self.list = self._made_list()
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(6)
        for part in (self._where, self.field, self.list, self._none):
            box.addWidget(part)
        self.setFixedWidth(WIDTH)
        # A click on a line would give the keys to the view below, and that closes the list before the click.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.field)
        self.setAccessibleName(tr("Add a node"))
        self.field.setAccessibleName(tr("Which node"))
        self.list.setAccessibleName(tr("What can be added here"))
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._fill)
        self.field.let_go.connect(self._leave)
        self.list.clicked.connect(self._take)
        self.hide()
        self._dress()

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        self._dress()

    def ask(self, where: str, choices: list[Choice], typed: str, room: int) -> None:
        """Opens with these choices. ``where``: one line of what they will be joined with; ``room``: px."""
        self._choices = choices
        self._where.setText(where)
        self._where.setVisible(bool(where))
        rows = max(2, min(ROWS, (room - 90) // ROW))
        self.list.setFixedHeight(rows * ROW)
        self.field.setText(typed)
        self._fill()
        self.show()
        self.raise_()
        self.adjustSize()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.setCursorPosition(len(typed))

    @property
    def shown(self) -> list[Choice]:
        """The lines as they stand."""
        return self._model.choices

    @property
    def current(self) -> str:
        """The name of the current choice, empty for none."""
        row = self.list.currentIndex().row()
        return self.shown[row].name if 0 <= row < len(self.shown) else ""

    @property
    def words(self) -> str:
        """What is said where nothing answers."""
        return self._none.text() if self._none.isVisibleTo(self) else ""

    @property
    def where(self) -> str:
        """What the new part will be joined with, in words."""
        return self._where.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride:
            # While it is open, no key is a command of the canvas below.
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter)

    def _key(self, key: Qt.Key) -> bool:
        if key in _STEPS:
            self._step(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.list.currentIndex())
        elif key is Qt.Key.Key_Escape:
            self._leave()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        if self.shown:
            row = max(0, min(len(self.shown) - 1, self.list.currentIndex().row() + by))
            self.list.setCurrentIndex(self._model.index(row, 0))

    def _take(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self.shown):
            name = self.shown[index.row()].name
            self.field.let_go.disconnect(self._leave)
            self.hide()
            self.field.let_go.connect(self._leave)
            self.taken.emit(name)

    def _leave(self) -> None:
        if self.isVisible():
            self.hide()
            self.left.emit()

    def _fill(self) -> None:
        text = self.field.text().strip()
        self._model.show_choices(found(self._choices, text))
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.list.scrollToTop()
        said = tr("No node called “{text}”. Try e-mail, SMS, call back.").format(text=text)
        self._none.setText("" if self.shown else said)
        self._none.setVisible(not self.shown)
        self.list.setVisible(bool(self.shown))
        self.adjustSize()
        if not self.shown:
            self.pointed.emit("")

    def _made_list(self) -> QListView:
        view = QListView()
        view.setModel(self._model)
        view.setItemDelegate(_Line(self))
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setFrameShape(QListView.Shape.NoFrame)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.entered.connect(view.setCurrentIndex)
        view.selectionModel().currentChanged.connect(self._point)
        return view

    def _point(self) -> None:
        self.pointed.emit(self.current)

    def _dress(self) -> None:
        color = self.look.theme.colors
        self.setStyleSheet(
            f"QLabel {{ color: {color['ink-3']}; background: transparent;"
            f" padding: 0 4px; }}"
            f"QLineEdit {{ color: {color['ink']}; background: {color['surface']};"
            f" border: 1px solid {color['focus']}; border-radius: 6px; padding: 0 8px;"
            f" min-height: 30px; selection-background-color: {color['accent']};"
            f" selection-color: {color['on-accent']}; }}"
            "QListView { background: transparent; border: none; outline: none; padding: 0; }"
            "QScrollBar:vertical { background: transparent; width: 8px; margin: 0; border: none; }"
            f"QScrollBar::handle:vertical {{ background: {color['line-strong']}; border-radius: 3px;"
            f" min-height: 24px; margin: 0 0 0 2px; }}"
            "QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; border: none; }"
            "QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }"
        )
        for label in (self._where, self._none):
            label.setFont(self.look.font(12))
        self.field.setFont(self.look.font(13))
        self.field.setPlaceholderText(tr("Type what you need"))


class _Field(QLineEdit):
    """Says when the keys go elsewhere for good, not to another window or to a menu."""

    let_go = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.let_go.emit()


class _Choices(QAbstractListModel):
    """The lines, for the list and for screen readers."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.choices: list[Choice] = []

    def show_choices(self, choices: list[Choice]) -> None:
        self.beginResetModel()
        self.choices = choices
        self.endResetModel()

    def rowCount(self, _parent: _Index | None = None) -> int:
        return len(self.choices)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        choice = self.choices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.words
        if role in (Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.ToolTipRole):
            return choice.line
        return choice if role == Qt.ItemDataRole.UserRole else None


class _Line(QStyledItemDelegate):
    """Tile, words, one plain line."""

    def __init__(self, card: QuickAdd) -> None:
        super().__init__(card)
        self._card = card

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(WIDTH - 32, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        choice, rect = index.data(Qt.ItemDataRole.UserRole), QRect(option.rect)
        if not isinstance(choice, Choice):
            return
        look = self._card.look
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(look.no_pen)
            painter.setBrush(look.brush("accent-soft"))
            painter.drawRoundedRect(QRectF(rect), 6, 6)
        ratio = self._card.devicePixelRatioF()
        tile = look.tile(choice.category, choice.icon, _TILE, ratio, off=not choice.ready)
        top = rect.top() + (ROW - _TILE) / 2
        painter.drawPixmap(QPointF(rect.left() + 9 - TILE_MARGIN, top - TILE_MARGIN), tile)
        ink = "ink" if choice.ready else "ink-3"
        self._write(painter, choice.words, (13, 500), ink, rect.adjusted(_TEXT_X, 3, -8, -ROW // 2))
        self._write(painter, choice.line, (12, 400), "ink-3", rect.adjusted(_TEXT_X, ROW // 2 - 1, -8, -3))
        painter.restore()

    def _write(self, painter: QPainter, text: str, role: tuple[int, int], ink: str, area: QRect) -> None:
        look = self._card.look
        painter.setFont(look.font(*role))
        painter.setPen(look.pen(ink))
        words = look.metrics(*role).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
