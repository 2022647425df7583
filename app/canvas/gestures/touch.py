"""Fingers on a screen: one does what the mouse does, or pans on the empty paper; two pan and zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QEventPoint, QGuiApplication, QInputDevice, QMouseEvent, QTouchEvent

from app.canvas.hits import Target, hit

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

_TAP: Final = 10.0
_TWICE: Final = 30.0
_HOLD_MS: Final = 600


class Touch:
    """The touch screen of one view. Touchpads send other events and are left alone."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._start = QPointF()
        self._last = QPointF()
        self._pair: tuple[QPointF, float] | None = None
        """Middle and distance of two fingers as they were last."""
        self._pans = False
        self._is_over = True
        self._tapped: tuple[QPointF, int] | None = None
        self._holding = QTimer(view)
        self._holding.setSingleShot(True)
        self._holding.setInterval(_HOLD_MS)
        self._holding.timeout.connect(self._hold)

    def take(self, event: QTouchEvent) -> bool:
        """Whether the event is one of a touch screen and was understood."""
        if event.pointingDevice().type() is QInputDevice.DeviceType.TouchPad:
            return False
        points = [one for one in event.points() if one.state() is not QEventPoint.State.Released]
        if event.type() is QEvent.Type.TouchCancel:
            self._give_up()
        elif len(points) >= 2:
            self._two(points[0].position(), points[1].position())
        elif self._pair is not None:
            self._rest(points)
        else:
            self._one(event)
        event.accept()
        return True

    # --- one finger -------------------------------------------------------------------------------------

    def _one(self, event: QTouchEvent) -> None:
        point = event.points()[0]
        at = point.position()
        if point.state() is QEventPoint.State.Pressed:
            self._press(at)
        elif point.state() is QEventPoint.State.Released:
            self._release(at, int(event.timestamp()))
        elif not self._is_over:
            self._move(at)

    def _press(self, at: QPointF) -> None:
        view = self._view
        self._start = self._last = at
        self._is_over = False
        self._pans = hit(view.hand.stage.scene, view.to_scene(at)).target is Target.NOTHING
        self._holding.start()
        if not self._pans:
            self._mouse(QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton)

    def _move(self, at: QPointF) -> None:
        if _apart(at, self._start) > _TAP:
            self._holding.stop()
        if self._pans:
            if _apart(at, self._start) > _TAP or self._last != self._start:
                way = at - self._last
                self._view.pan(way.x(), way.y())
                self._last = at
            return
        self._last = at
        self._mouse(QEvent.Type.MouseMove, at, Qt.MouseButton.LeftButton)

    def _release(self, at: QPointF, when: int) -> None:
        self._holding.stop()
        if self._is_over:
            return
        self._is_over = True
        is_tap = _apart(at, self._start) <= _TAP
        if self._pans and is_tap:
            self._mouse(QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton)
        if not self._pans or is_tap:
            self._mouse(QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.NoButton)
        self._count_taps(at, when, is_tap=is_tap)

    def _count_taps(self, at: QPointF, when: int, *, is_tap: bool) -> None:
        """The second tap at one place is a double-click."""
        before, self._tapped = self._tapped, (at, when) if is_tap else None
        most = QGuiApplication.styleHints().mouseDoubleClickInterval()
        if before and is_tap and _apart(at, before[0]) <= _TWICE and when - before[1] <= most:
            self._tapped = None
            self._mouse(QEvent.Type.MouseButtonDblClick, at, Qt.MouseButton.LeftButton)
            self._mouse(QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.NoButton)

    def _hold(self) -> None:
        """A finger that stays asks for the menu."""
        if not self._is_over and _apart(self._last, self._start) <= _TAP:
            self._give_up()
            self._mouse(QEvent.Type.MouseButtonPress, self._start, Qt.MouseButton.NoButton, right=True)
            self._mouse(QEvent.Type.MouseButtonRelease, self._start, Qt.MouseButton.NoButton, right=True)
            self._view.menu_wanted.emit(self._start.toPoint(), False)

    # --- two fingers ------------------------------------------------------------------------------------

    def _two(self, one: QPointF, other: QPointF) -> None:
        middle, apart = (one + other) / 2, max(1.0, _apart(one, other))
        if self._pair is None:
            self._give_up()
        else:
            before, was = self._pair
            self._view.pan(middle.x() - before.x(), middle.y() - before.y())
            if abs(apart - was) >= 1:
                self._view.set_zoom(self._view.zoom * apart / was, middle)
        self._pair = (middle, apart)

    def _rest(self, points: list[QEventPoint]) -> None:
        """Of two fingers one was lifted: the other means nothing until it is lifted too."""
        if not points:
            self._pair = None

    def _give_up(self) -> None:
        """What one finger has begun ends without a trace."""
        self._holding.stop()
        self._is_over = True
        self._pair = None
        self._view.put_down()

    def _mouse(self, what: QEvent.Type, at: QPointF, held: Qt.MouseButton, *, right: bool = False) -> None:
        hand, view = self._view.hand, self._view
        button = Qt.MouseButton.RightButton if right else Qt.MouseButton.LeftButton
        if what is QEvent.Type.MouseMove:
            button = Qt.MouseButton.NoButton
        there = QPointF(view.viewport().mapToGlobal(at))
        event = QMouseEvent(what, at, there, button, held, Qt.KeyboardModifier.NoModifier)
        {
            QEvent.Type.MouseButtonPress: hand.press,
            QEvent.Type.MouseMove: hand.move,
            QEvent.Type.MouseButtonRelease: hand.release,
            QEvent.Type.MouseButtonDblClick: hand.double_click,
        }[what](event)


def _apart(one: QPointF, other: QPointF) -> float:
    way = one - other
    return float((way.x() ** 2 + way.y() ** 2) ** 0.5)
