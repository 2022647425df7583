"""The view: paper, pan and zoom. What the mouse means is decided by the hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessibleInterface,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
    QTouchEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from app.canvas.background import Paper
from app.canvas.gestures.base import Stage
from app.canvas.gestures.hand import Hand
from app.canvas.look import Exposed
from app.canvas.scene import CanvasScene
from app.canvas.space import Span

if TYPE_CHECKING:
    from app.canvas.accessible import Spoken
    from app.canvas.adding import Spot
    from app.canvas.gestures.keys import Keys
    from app.canvas.gestures.touch import Touch

_NEARLY: Final = 0.96
"""So much less takes from the margins only, and nothing is cut."""
_SPECIAL: Final = frozenset(
    (
        QEvent.Type.NativeGesture,
        QEvent.Type.ToolTip,
        QEvent.Type.Leave,
        QEvent.Type.Paint,
        QEvent.Type.DevicePixelRatioChange,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TouchEnd,
        QEvent.Type.TouchCancel,
    )
)
_MOST_PARTS: Final = 24
_REACH: Final = 1_000_000.0
_NOTCH: Final = 120.0


class CanvasView(QGraphicsView):
    """Looks at a scene.

    Signals:
        opened: a node was double-clicked, or Enter pressed on it; carries its id.
        add_wanted: a part is to be added; carries its ``Spot`` and what was typed already.
        paper_opened: a note, a frame or a box was double-clicked; carries its ``Hit``.
        drawn: a frame was drawn by hand; carries its id.
        tool_changed: the next drag does something else (True), or no longer.
        viewed: another part or another size of the scene is seen.
        limit_reached: zooming went no further.
        counted: a number was clicked; carries the node's id and what it counts, as in ``CountKey``.
        menu_wanted: the right button at a place of the viewport, or (True) the Menu key.
    """

    opened = Signal(str)
    add_wanted = Signal(object, str)
    paper_opened = Signal(object)
    drawn = Signal(str)
    tool_changed = Signal(bool)
    viewed = Signal()
    limit_reached = Signal()
    counted = Signal(str, str)
    menu_wanted = Signal(QPoint, bool)

    def __init__(self, scene: CanvasScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.keys: Keys | None = None
        """What keys mean beside the gestures; the canvas sets it."""
        self.pointer_place: QPointF | None = None
        """Where a context menu was opened, in scene units, while it is open and what it offers is done."""
        self.spoken: Spoken | None = None
        """What screen readers are told; the canvas sets it."""
        self.interface: QAccessibleInterface | None = None
        """Kept for Qt, which asks it at any time."""
        self.show_scene(scene)
        self._paper = Paper()
        self._zoom = 1.0
        self._steps = 0
        self._waits = True
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )
        self.setOptimizationFlags(
            QGraphicsView.OptimizationFlag.DontSavePainterState
            | QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing
        )
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSceneRect(-_REACH, -_REACH, 2 * _REACH, 2 * _REACH)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_from(QPointF(-24, -24))
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self._specials = _Specials(self)

    def show_scene(self, scene: CanvasScene) -> None:
        """Looks at another scene, with a hand of its own."""
        self._scene = scene
        self._hand = Hand(Stage(scene.document, scene, scene.selection, self))
        self._hand.opened.connect(self.opened)
        self.setScene(scene)

    @property
    def hand(self) -> Hand:
        """What the mouse does here."""
        return self._hand

    def spot(self) -> Spot:
        """Where keys add a part."""
        return self._hand.spot()

    def wait_for_fit(self) -> None:
        """Nothing is told of what is seen before something is fitted in: it is not what will be shown."""
        self._waits = True

    def put_down(self) -> None:
        """Ends any gesture without a trace."""
        self._hand.cancel()

    # --- pan and zoom -----------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Screen px a scene unit."""
        return self._zoom

    @property
    def seen(self) -> QRectF:
        """The part of the scene in view."""
        size = self.viewport().size()
        top_left = self.to_scene(QPointF(0, 0))
        return QRectF(top_left.x(), top_left.y(), size.width() / self._zoom, size.height() / self._zoom)

    def to_scene(self, at: QPointF) -> QPointF:
        """A place of the viewport in scene units, with fractions."""
        inverted, _ = self.viewportTransform().inverted()
        return inverted.map(at)

    def to_screen(self, at: QPointF) -> QPointF:
        """A place of the scene in viewport px, with fractions."""
        return self.viewportTransform().map(at)

    def pan(self, dx: float, dy: float) -> None:
        """Moves the paper by px."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - round(dx))
        down.setValue(down.value() - round(dy))

    def show_from(self, top_left: QPointF) -> None:
        """Puts this place of the scene into the top left corner."""
        there = self.to_screen(top_left)
        self.pan(-there.x(), -there.y())

    def show_middle(self, at: QPointF) -> None:
        """Puts this place of the scene into the middle."""
        there, size = self.to_screen(at), self.viewport().size()
        self.pan(size.width() / 2 - there.x(), size.height() / 2 - there.y())

    def show_area(self, area: QRectF, margins: tuple[int, int, int, int]) -> None:
        """Pans just so far that ``area`` is seen; ``margins`` (left, top, right, bottom, px) stay free."""
        size = self.viewport().size()
        left, top, right, bottom = margins
        corner, end = self.to_screen(area.topLeft()), self.to_screen(area.bottomRight())
        self.pan(
            _shift(corner.x(), end.x(), left, size.width() - right),
            _shift(corner.y(), end.y(), top, size.height() - bottom),
        )

    def set_zoom(self, zoom: float, at: QPointF | None = None, least: float | None = None) -> None:
        """Zooms; the place ``at`` (viewport px, default the middle) stays where it is."""
        m = self._scene.look.style.m
        wanted = min(m.zoom_max, max(m.zoom_min if least is None else least, zoom))
        if wanted != zoom:
            self.limit_reached.emit()
        size = self.viewport().size()
        fixed = QPointF(size.width() / 2, size.height() / 2) if at is None else at
        there = self.to_scene(fixed)
        with self._in_one():
            self._zoom = wanted
            self._scene.set_zoom(wanted, self.viewport().devicePixelRatioF())
            self.setTransform(QTransform.fromScale(wanted, wanted))
            moved = self.to_screen(there)
            self.pan(fixed.x() - moved.x(), fixed.y() - moved.y())

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        """Zooms in (or out, below 0) by so many steps."""
        self.set_zoom(self._zoom * self._scene.look.style.m.zoom_step**steps, at)

    def fit(
        self, area: QRectF, most: float = 1.0, margins: tuple[int, int, int, int] = (48, 48, 48, 48)
    ) -> None:
        """Shows all of ``area``, not larger than ``most``; ``margins``: left, top, right, bottom."""
        self._waits = False
        if area.isEmpty():
            self.set_zoom(1.0)
            self.show_from(QPointF(-24, -24))
            return
        size = self.viewport().size()
        left, top, right, bottom = margins
        across = max(1.0, size.width() - left - right) / area.width()
        down = max(1.0, size.height() - top - bottom) / area.height()
        with self._in_one():
            zoom = self._readable(min(most, across, down))
            # A drawing that is larger than the farthest zoom shows is seen whole all the same.
            self.set_zoom(zoom, least=min(zoom, self._scene.look.style.m.zoom_min))
            shift = QPointF(right - left, bottom - top) / 2 / self._zoom
            self.show_middle(area.center() + shift)

    def _readable(self, zoom: float) -> float:
        """What nearly fits is shown at the size at which words and numbers can be read."""
        reading = self._scene.look.style.m.title_below
        return reading if _NEARLY * reading <= zoom < reading else zoom

    @contextmanager
    def _in_one(self) -> Iterator[None]:
        """What is seen is told once, after the last of several steps."""
        self._steps += 1
        try:
            yield
        finally:
            self._steps -= 1
        self._tell()

    def _tell(self) -> None:
        """Another part is seen: the scene has what is near it."""
        if self._steps or self._waits:
            return
        if self.isVisible():
            self._scene.look_at(self.seen)
        self.viewed.emit()

    # --- painting ---------------------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        transform = painter.worldTransform()
        ratio = self.viewport().devicePixelRatioF()
        look = self._scene.look
        if look.exposed is not None:
            # A rectangle around a few parts far from each other costs many times what they cost.
            parts: Sequence[QRect] = look.exposed.rects
        else:
            parts = [_scaled(transform.mapRect(QRectF(rect)), ratio)]
        painter.save()
        painter.resetTransform()
        painter.scale(1 / ratio, 1 / ratio)
        origin = transform.map(QPointF(0, 0)) * ratio
        self._paper.paint(painter, parts, origin, look.style, look.scale)
        painter.restore()

    def drawForeground(self, _painter: QPainter, _rect: QRectF | QRect) -> None:
        self._scene.look.exposed = None

    def _exposed(self, region: QRegion) -> Exposed | None:
        """The parts of a region; None when it is nearly all, or they are too many to ask."""
        if region.rectCount() > _MOST_PARTS or region.boundingRect() == self.viewport().rect():
            return None
        parts: list[QRect] = list(region)  # type: ignore[call-overload]  # it is: the stubs forget it
        ratio = self.viewport().devicePixelRatioF()
        rects = parts if ratio == 1 else [_scaled(QRectF(part), ratio) for part in parts]
        return Exposed(self._spans(parts), tuple(rects)) if parts else None

    def _spans(self, parts: Iterable[QRect]) -> tuple[Span, ...]:
        """Parts of the viewport as parts of the scene."""
        seen, zoom = self.seen, self._zoom
        left, top, unit = seen.x(), seen.y(), 1 / zoom
        spans = []
        for part in parts:
            x, y = left + part.x() * unit, top + part.y() * unit
            spans.append((x, y, x + part.width() * unit, y + part.height() * unit))
        return tuple(spans)

    # --- events -----------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.keys is not None:
            self.keys.mouse()
        self._hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._hand.double_click(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self.keys is not None and self.keys.press(event)) and not self._hand.key(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._hand.key_up(event):
            event.ignore()
        if self.keys is not None:
            self.keys.release(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.keys is not None:
            self.keys.arrive(event.reason())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._hand.lose_focus()
        if self.keys is not None:
            self.keys.go(event.reason())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        if self._hand.gesture is None:
            self.menu_wanted.emit(event.pos(), is_by_key)
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._hand.drag_enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._hand.drag_move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hand.drag_leave()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        self._hand.drop(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by((turn.y() or turn.x()) / _NOTCH, event.position())
        else:
            way = event.pixelDelta() if not event.pixelDelta().isNull() else turn / 2
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not way.x():
                way = QPoint(way.y(), 0)
            self.pan(way.x(), way.y())
        self._hand.follow()
        event.accept()

    # --- rarer events of the viewport -------------------------------------------------------------------

    def special(self, event: QEvent) -> bool:
        """Pinches, tooltips and screens; whether nobody else has to see the event."""
        if event.type() is QEvent.Type.Paint and isinstance(event, QPaintEvent):
            self._scene.look.exposed = self._exposed(event.region())
            return False
        if event.type() is QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            return self._pinch(event)
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._hand.tip(QPointF(event.pos())), self)
            return True
        if isinstance(event, QTouchEvent):
            return self._touch.take(event)
        if event.type() is QEvent.Type.Leave:
            self._hand.leave()
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self.set_zoom(self._zoom)
        return False

    @cached_property
    def _touch(self) -> Touch:
        from app.canvas.gestures.touch import Touch  # many screens are never touched

        return Touch(self)

    def _pinch(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.set_zoom(self._zoom * (1 + event.value()), event.position())
            return True
        return False


def _scaled(part: QRectF, ratio: float) -> QRect:
    """A part of the viewport in whole device pixels, and a little more."""
    area = QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
    return area.adjusted(-1, -1, 1, 1).toAlignedRect()


def _shift(start: float, end: float, first: float, last: float) -> float:
    """How far a stretch has to go to lie between two places; what is too long shows its beginning."""
    if start < first or end - start > last - first:
        return first - start
    return min(0.0, last - end)


class _Specials(QObject):
    """Brings the rarer events of a viewport to its view.

    An override of ``viewportEvent`` would do the same, but a Python error in any handler below it ends the
    process on Python 3.11: PySide 6.11 cannot pass it on from one override to another.
    """

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        return event.type() in _SPECIAL and self._view.special(event)
