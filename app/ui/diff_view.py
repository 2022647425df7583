"""Two versions side by side, each on a canvas that cannot be edited, and their differences in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.canvas.document import CanvasDocument
from app.canvas.edits import EdgeKey, key_of
from app.canvas.facts import Change, Changed
from app.canvas.selection import Parts
from app.canvas.view import CanvasView
from app.canvas.widget import Canvas
from app.flows.diff import FlowDiff, diff
from app.flows.diff_values import cut
from app.flows.diff_words import Sentence, Sort, change_words, sentences
from app.model.flow import Flow
from app.ui.theme import Theming
from app.ui.widgets import CutLabel, column, label, line, part, row
from app.ui.words import tr

_READABLE: Final = 0.42
"""Below this the canvas shows blocks, on which nobody sees what changed."""
_LIST: Final = 176
_ROW: Final = 30
_HEAD: Final = 48
_CHIP: Final = 24
_SIGNS: Final = {
    Sort.ADDED: ("plus", "ok"),
    Sort.REMOVED: ("minus", "danger"),
    Sort.CHANGED: ("edit", "accent-text"),
    Sort.MOVED: ("hand", "ink-3"),
}
_WORDS: Final = Qt.ItemDataRole.UserRole


class Looking(QObject):
    """Lets a canvas be looked at only: a drag with the left button moves the paper, keys change nothing.

    Signals:
        pointed: a node was clicked; carries its id.
    """

    pointed = Signal(str)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._last: QPointF | None = None
        canvas.view.viewport().installEventFilter(self)
        canvas.view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._key(event)
        if event.type() in (QEvent.Type.ContextMenu, QEvent.Type.DragEnter):
            return True
        if isinstance(event, QMouseEvent) and watched is self._canvas.view.viewport():
            return self._mouse(event)
        return super().eventFilter(watched, event)

    def _mouse(self, event: QMouseEvent) -> bool:
        kind, at = event.type(), event.position()
        if event.button() is Qt.MouseButton.LeftButton and kind is QEvent.Type.MouseButtonPress:
            self._last = at
            self._point(at)
            return True
        if kind is QEvent.Type.MouseMove and self._last is not None:
            self._canvas.view.pan(at.x() - self._last.x(), at.y() - self._last.y())
            self._last = at
            return True
        if event.button() is Qt.MouseButton.LeftButton:
            self._last = None
            return True
        return False

    def _point(self, at: QPointF) -> None:
        place, drawing = self._canvas.view.to_scene(at), self._canvas.scene.drawing
        for name in drawing.boxes:
            body = drawing.body(name)
            if QRectF(body.x, body.y, body.width, body.height).contains(place):
                self.pointed.emit(name)
                return

    def _key(self, event: QKeyEvent) -> bool:
        steps = {
            Qt.Key.Key_Left: (1, 0),
            Qt.Key.Key_Right: (-1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            self._canvas.view.pan(48 * step[0], 48 * step[1])
        # Leaving by Tab and closing by Esc are the window's.
        return event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)


class Side(QWidget):
    """One version on a canvas, with its name above."""

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self._theming = theming
        self.title = CutLabel(role="strong")
        self.canvas = Canvas(theming.theme, theming.icons)
        self.canvas.setMinimumSize(280, 180)
        self.canvas.set_still(is_still=True)
        self.looking = Looking(self.canvas)
        head = part(QWidget(), "inspector-head")
        head.setFixedHeight(36)
        head.setLayout(row(self.title, margins=(16, 0, 12, 0)))
        self.setLayout(column(head, self.canvas, gap=0))
        theming.changed.connect(self._dress)

    @property
    def view(self) -> CanvasView:
        return self.canvas.view

    def _dress(self) -> None:
        self.canvas.set_theme(self._theming.theme)

    def show_flow(
        self, flow: Flow, title: str, nodes: dict[str, Change], edges: dict[EdgeKey, Changed]
    ) -> None:
        """Shows this version with what became of its parts."""
        self.title.say(title)
        document = CanvasDocument(flow, self)
        document.is_read_only = True
        document.set_changes(nodes, edges)
        self.canvas.setAccessibleName(title)
        self.canvas.set_document(document)

    def extent(self, names: Iterable[str] | None = None) -> QRectF:
        """Around these nodes, or around all that is drawn."""
        scene = self.canvas.scene
        return scene.extent() if names is None else scene.extent_of(names)

    def select(self, names: Iterable[str]) -> None:
        """Rings these nodes, as far as they stand here."""
        there = self.canvas.document.flow.by_id
        self.canvas.selection.set(Parts.of_nodes([name for name in names if name in there]))


class DiffView(QWidget):
    """Two sides whose pan and zoom follow each other, and a list of sentences; a click shows its nodes.

    Signals:
        told: another difference is shown; carries it.
    """

    told = Signal(object)

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self._theming = theming
        self.diff: FlowDiff | None = None
        self._is_following = False
        self._wants_fit = True
        self.before, self.after = Side(theming), Side(theming)
        self.summary = label(role="strong")
        self.list = QListWidget()
        self.list.setIconSize(QSize(16, 16))
        self.list.setWordWrap(True)
        self.list.setAccessibleName(tr("Differences"))
        self.list.currentItemChanged.connect(self._show_item)
        self.list.itemClicked.connect(self._show_item)
        sides = row(self.before, line_between(), self.after, gap=0)
        sides.setStretch(0, 1)
        sides.setStretch(2, 1)
        below = part(QWidget(), "problems")
        below.setLayout(column(self.summary, self.list, margins=(16, 10, 12, 8), gap=6))
        self._below = below
        box = column(gap=0)
        box.addLayout(sides, 1)
        box.addWidget(below)
        self.setLayout(box)
        for one, other in ((self.before, self.after), (self.after, self.before)):
            one.view.viewed.connect(lambda one=one, other=other: self._follow(one, other))
            one.looking.pointed.connect(self._point)
        theming.changed.connect(self._fill)

    def show_flows(self, before: Flow, after: Flow, titles: tuple[str, str]) -> None:
        """Compares two versions."""
        found = diff(before, after)
        self.diff = found
        self.before.show_flow(before, titles[0], *_marks_before(found))
        self.after.show_flow(after, titles[1], *_marks_after(found))
        self._fill()
        self._wants_fit = True
        self._fit_soon()
        self.told.emit(found)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """What the list says."""
        return sentences(self.diff) if self.diff is not None else ()

    def fit(self) -> None:
        """Shows both whole, as far as that can be read; else where the first difference is."""
        self._wants_fit = False
        self._show_area(self.before.extent().united(self.after.extent()), most=1.0)

    def show_nodes(self, names: Iterable[str]) -> None:
        """Rings these nodes on both sides and brings them into view."""
        names = tuple(names)
        self.before.select(names)
        self.after.select(names)
        area = self.before.extent(names).united(self.after.extent(names))
        if not area.isEmpty():
            self._show_area(area, most=1.0)

    def _show_area(self, area: QRectF, most: float) -> None:
        view = self.after.view
        view.fit(area, most, (32, 40, 32, 56))
        if view.zoom < _READABLE:
            view.set_zoom(_READABLE)
            view.show_middle(self._middle(area))
        self._follow(self.after, self.before)

    def _middle(self, area: QRectF) -> QPointF:
        """The middle of an area that is larger than what can be seen: where the first difference is."""
        first = next((one.nodes for one in self.sentences if one.nodes), ())
        near = self.before.extent(first).united(self.after.extent(first))
        if self.list.currentItem() is not None or near.isEmpty():
            return area.center()
        seen = self.after.view.seen
        x = area.center().x() if area.width() <= seen.width() else near.center().x()
        y = area.center().y() if area.height() <= seen.height() else near.center().y()
        return QPointF(x, y)

    def _fill(self) -> None:
        told = self.sentences
        count = len(told)
        words = tr("1 difference") if count == 1 else tr("{count} differences").format(count=count)
        self.summary.setText(words if count else tr("No difference. Both say the same"))
        self.list.blockSignals(True)
        self.list.clear()
        for sentence in told:
            icon, color = _SIGNS[sentence.sort]
            item = QListWidgetItem(self._theming.icon(icon, color, 16), sentence.text)
            item.setData(_WORDS, sentence)
            item.setToolTip(sentence.text)
            self.list.addItem(item)
        self.list.setCurrentRow(-1)
        self.list.blockSignals(False)
        self.list.setVisible(bool(told))
        # Few sentences leave the room to the drawings.
        self._below.setFixedHeight(min(_LIST, _HEAD + _ROW * count))

    def _show_item(self, item: QListWidgetItem | None, _before: QListWidgetItem | None = None) -> None:
        sentence = item.data(_WORDS) if item is not None else None
        if isinstance(sentence, Sentence):
            self.show_nodes(sentence.nodes)

    def _point(self, name: str) -> None:
        """The sentence about a node that was clicked."""
        self.before.select([name])
        self.after.select([name])
        for place, sentence in enumerate(self.sentences):
            if sentence.nodes[:1] == (name,):
                self.list.blockSignals(True)
                self.list.setCurrentRow(place)
                self.list.blockSignals(False)
                return

    def _follow(self, one: Side, other: Side) -> None:
        if self._is_following:
            return
        self._is_following = True
        if other.view.zoom != one.view.zoom:
            other.view.set_zoom(one.view.zoom)
        other.view.show_from(one.view.seen.topLeft())
        self._is_following = False

    def _fit_soon(self) -> None:
        if self._wants_fit and self.isVisible():
            QTimer.singleShot(0, self.fit)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.list.currentItem() is None:
            self._wants_fit = True
            self._fit_soon()


def line_between() -> QWidget:
    """The hairline between two sides."""
    made = line(vertical=True)
    made.setMinimumHeight(0)
    made.setMaximumHeight(16_777_215)
    return made


def _marks_before(found: FlowDiff) -> tuple[dict[str, Change], dict[EdgeKey, Changed]]:
    nodes = {node.id: Change(Changed.REMOVED, tr("gone")) for node in found.nodes_removed}
    nodes |= {change.before.id: Change(Changed.CHANGED) for change in found.nodes_changed}
    gone = [*found.edges_removed, *(pair.before for pair in found.edges_replugged)]
    return nodes, {key_of(edge): Changed.REMOVED for edge in gone}


def _marks_after(found: FlowDiff) -> tuple[dict[str, Change], dict[EdgeKey, Changed]]:
    nodes = {node.id: Change(Changed.ADDED, tr("new")) for node in found.nodes_added}
    for change in found.nodes_changed:
        words = cut(change_words(change) or tr("changed"), _CHIP)
        nodes[change.after.id] = Change(Changed.CHANGED, words)
    new = [*found.edges_added, *(pair.after for pair in found.edges_replugged)]
    return nodes, {key_of(edge): Changed.ADDED for edge in new}
