"""The paper of a letter: blocks under one another, one of them selected, each edited where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from app.flows.letters import blocks as b
from app.flows.letters.blocks import tidied
from app.ui.editors.block_bar import BlockBar, Handle
from app.ui.editors.block_settings import BlockSettings
from app.ui.editors.block_views import BlockView, view_of
from app.ui.editors.kinds import KINDS, MIME, new_block, words_of
from app.ui.editors.lines import FieldsNow
from app.ui.theme import Theming
from app.ui.widgets import IconButton, part
from app.ui.words import tr

WIDTH: Final = 640
SIDE: Final = 24
_ROOM: Final = 40


class BlockFrame(QWidget):
    """One block with the room around it. ``pressed``: it wants to be the selected one."""

    pressed = Signal(object)
    edited = Signal(object)

    def __init__(self, theming: Theming, fields: FieldsNow, block: b.Block) -> None:
        super().__init__()
        self._theming, self._fields = theming, fields
        self.view: BlockView = view_of(block)
        self.settings: BlockSettings | None = None
        self.selected = False
        self.hovered = False
        is_footer = isinstance(block, b.Footer)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(_ROOM, 22 if is_footer else 8, _ROOM, 22 if is_footer else 8)
        self._box.setSpacing(14)
        self._box.addWidget(self.view)
        self.view.edited.connect(self._edited)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(words_of(block))
        for one in (self.view, *self.view.texts):
            one.installEventFilter(self)
        for text in self.view.texts:
            text.viewport().installEventFilter(self)

    @property
    def block(self) -> b.Block:
        """As it stands."""
        return self.view.block

    def show_block(self, block: b.Block) -> None:
        """Another value; tells nobody."""
        self.view.show_block(block)
        if self.settings is not None:
            self.settings.show_block(block)

    def set_selected(self, *, selected: bool) -> None:
        """With the ring and the settings below, or without."""
        self.selected = selected
        if selected and self.settings is None:
            settings = BlockSettings(self._theming, self._fields, self.block)
            if settings.is_empty:
                settings.deleteLater()
            else:
                self.settings = settings
                settings.edited.connect(self._set)
                self._box.addWidget(settings)
        if self.settings is not None:
            self.settings.setVisible(selected)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.MouseButtonPress):
            self.pressed.emit(self)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit(self)
        super().mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.hovered = event.type() is QEvent.Type.HoverEnter
            self.update()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if isinstance(self.block, b.Footer):
            painter.fillRect(self.rect(), QColor("#f6f3f4"))
        if not (self.selected or self.hovered):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2.0 if self.selected else 1.0
        painter.setPen(QPen(QColor("#2f55d4" if self.selected else "#c5cdf0"), width))
        half = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 4, 4)

    def _edited(self, block: b.Block) -> None:
        if self.settings is not None:
            self.settings.block = block
        self.edited.emit(self)

    def _set(self, block: b.Block) -> None:
        self.view.show_block(block)
        self.edited.emit(self)


class Sheet(QWidget):
    """``edited`` carries the letter and whether the change is a step of undo of its own."""

    edited = Signal(object, bool)
    selected = Signal(int)

    def __init__(self, theming: Theming, fields: FieldsNow) -> None:
        super().__init__()
        self._theming, self._fields = theming, fields
        self.letter = b.Letter()
        self.frames: list[BlockFrame] = []
        self.current = -1
        self.setFixedWidth(WIDTH + 2 * SIDE)
        self.setAcceptDrops(True)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(SIDE, 28, SIDE, 16)
        self._box.setSpacing(0)
        self._box.addStretch(1)
        self.bar = BlockBar(theming, self)
        self.handle = Handle(theming, self)
        self.plus = self._made_plus()
        self._drop = part(QWidget(self), "drop-line")
        self._drop.hide()
        self._connect()

    # --- what is shown ---

    def show_letter(self, letter: b.Letter) -> None:
        """Shows another letter; what stays is not touched, so that the cursor stays too."""
        self.letter = letter
        kinds = [type(frame.block) for frame in self.frames]
        if kinds != [type(block) for block in letter.blocks]:
            self._rebuild(letter)
        for frame, block in zip(self.frames, letter.blocks, strict=True):
            if tidied(frame.block) != block:
                frame.show_block(block)
        self._place()

    def select(self, index: int) -> None:
        """Puts the ring around this block; a negative index around none."""
        self.current = index if 0 <= index < len(self.frames) else -1
        for place, frame in enumerate(self.frames):
            frame.set_selected(selected=place == self.current)
        self._place()
        self.selected.emit(self.current)

    def focus_block(self, index: int) -> None:
        """Selects a block with the cursor in it."""
        self.select(index)
        if self.current >= 0:
            self.frames[self.current].view.take_focus()

    @property
    def frame(self) -> BlockFrame | None:
        """The selected one."""
        return self.frames[self.current] if self.current >= 0 else None

    # --- changes ---

    def add(self, block: b.Block, at: int | None = None) -> None:
        """Puts a block in, by default behind the selected one and never behind the footer."""
        blocks = list(self.letter.blocks)
        if at is None:
            at = self.current + 1 if self.current >= 0 else len(blocks)
            if at == len(blocks) and blocks and isinstance(blocks[-1], b.Footer):
                at -= 1
        self._put([*blocks[:at], block, *blocks[at:]], at)
        self.focus_block(at)

    def carry(self, index: int, to: int) -> None:
        """Takes the block at ``index`` to stand at ``to``."""
        blocks = list(self.letter.blocks)
        if index == to or not 0 <= to < len(blocks):
            return
        blocks.insert(to, blocks.pop(index))
        self._put(blocks, to)

    def duplicate(self) -> None:
        """The selected block once more, below."""
        if self.current >= 0:
            blocks = list(self.letter.blocks)
            at = self.current + 1
            self._put([*blocks[:at], blocks[self.current], *blocks[at:]], at)

    def remove(self) -> None:
        """The selected block away."""
        if self.current >= 0:
            blocks = list(self.letter.blocks)
            del blocks[self.current]
            self._put(blocks, min(self.current, len(blocks) - 1))

    def _put(self, blocks: list[b.Block], current: int) -> None:
        letter = replace(self.letter, blocks=tuple(map(tidied, blocks)))
        self._rebuild(letter)
        self.letter = letter
        self.select(current)
        self.edited.emit(letter, True)

    def _edited(self, frame: BlockFrame) -> None:
        if frame not in self.frames:
            return
        blocks = list(self.letter.blocks)
        blocks[self.frames.index(frame)] = tidied(frame.block)
        self.letter = replace(self.letter, blocks=tuple(blocks))
        self.edited.emit(self.letter, False)
        QTimer.singleShot(0, self._place)

    def _rebuild(self, letter: b.Letter) -> None:
        """Keeps the frames of blocks that stay as they are, in whatever order."""
        spare = list(self.frames)
        frames: list[BlockFrame] = []
        for block in letter.blocks:
            kept = next((one for one in spare if tidied(one.block) == block), None)
            if kept is not None:
                spare.remove(kept)
            frames.append(kept or self._made_frame(block))
        for frame in self.frames:
            self._box.removeWidget(frame)
        for frame in spare:
            frame.hide()
            frame.deleteLater()
        for index, frame in enumerate(frames):
            self._box.insertWidget(index, frame)
            frame.show()
        self.frames = frames
        self.current = min(self.current, len(frames) - 1)
        for place, frame in enumerate(frames):
            frame.set_selected(selected=place == self.current)

    def _made_frame(self, block: b.Block) -> BlockFrame:
        frame = BlockFrame(self._theming, self._fields, block)
        frame.pressed.connect(self._pressed)
        frame.edited.connect(self._edited)
        frame.installEventFilter(self)
        return frame

    def _pressed(self, frame: BlockFrame) -> None:
        if frame in self.frames and self.frames.index(frame) != self.current:
            self.select(self.frames.index(frame))

    # --- bar, handle and plus ---

    def _made_plus(self) -> QToolButton:
        plus = IconButton(self._theming, "plus", tr("Add a block here"), size=16)
        plus.setParent(self)
        plus.setProperty("role", "round")
        plus.setFixedSize(26, 26)
        menu = QMenu(plus)
        for kind in KINDS:
            action = menu.addAction(self._theming.icon(kind.icon), kind.words())
            action.triggered.connect(
                lambda _on=False, name=kind.name: self.add(new_block(name, self.letter), self.current + 1)
            )
        plus.setMenu(menu)
        return plus

    def _connect(self) -> None:
        self.bar.up.clicked.connect(lambda: self.carry(self.current, self.current - 1))
        self.bar.down.clicked.connect(lambda: self.carry(self.current, self.current + 1))
        self.bar.copy.clicked.connect(self.duplicate)
        self.bar.trash.clicked.connect(self.remove)
        self.handle.dragged.connect(self._handle_dragged)
        self.handle.dropped.connect(self._handle_dropped)

    def _place(self) -> None:
        """Bar, handle and plus where the selected block is."""
        frame = self.frame
        for one in (self.bar, self.handle, self.plus):
            one.setVisible(frame is not None)
        if frame is None:
            return
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.bar.show_for(frame.view, first=self.current == 0, last=self.current == len(self.frames) - 1)
        self.bar.adjustSize()
        self.bar.move(
            frame.geometry().right() - self.bar.width() - 16, max(0, frame.y() - self.bar.height() + 8)
        )
        self.handle.move(frame.x() - 14, frame.y() + min(frame.height() // 2, 60) - 14)
        self.plus.move(frame.geometry().center().x() - 13, frame.geometry().bottom() - 12)
        for one in (self.plus, self.handle, self.bar):
            one.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            QTimer.singleShot(0, self._place)
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Delete: self.remove,
            Qt.Key.Key_Up: lambda: self.carry(self.current, self.current - 1),
            Qt.Key.Key_Down: lambda: self.carry(self.current, self.current + 1),
        }
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() in keys and (alt or event.key() == Qt.Key.Key_Delete):
            keys[event.key()]()
            return
        super().keyPressEvent(event)

    # --- dragging ---

    def _handle_dragged(self, place: QPoint) -> None:
        self._show_drop(self._index_at(self.mapFromGlobal(place).y()))

    def _handle_dropped(self, place: QPoint) -> None:
        to = self._index_at(self.mapFromGlobal(place).y())
        self._show_drop(-1)
        self.carry(self.current, to - 1 if to > self.current else to)

    def _index_at(self, y: int) -> int:
        return sum(1 for frame in self.frames if frame.geometry().center().y() < y)

    def _show_drop(self, index: int) -> None:
        """The line where a dragged block would land; a negative index takes it away."""
        self._drop.setVisible(index >= 0)
        if index < 0:
            return
        last = self.frames[-1].geometry().bottom() if self.frames else 28
        y = self.frames[index].y() if index < len(self.frames) else last
        self._drop.setGeometry(SIDE, y - 1, WIDTH, 3)
        self._drop.raise_()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._show_drop(self._index_at(event.position().toPoint().y()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._show_drop(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        index = self._index_at(event.position().toPoint().y())
        self._show_drop(-1)
        name = bytes(event.mimeData().data(MIME).data()).decode("ascii", "replace")
        event.acceptProposedAction()
        self.add(new_block(name, self.letter), index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theming.color("line"), 1))
        painter.setBrush(QColor("#ffffff"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(SIDE - 0.5, 0.5, 0.5 - SIDE, -0.5), 4, 4)
