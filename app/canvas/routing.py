"""When the ways of edges are found: of a small drawing at once, of a large one when nothing else is to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.canvas.drawing import Drawing

AT_ONCE: Final = 120
"""So many edges are routed carefully at once; more of them are sketched first."""
_SLICE_MS: Final = 6
_PAUSE_MS: Final = 200
"""What was sketched is painted before anything else is done."""


class Routing(QObject):
    """The ways of one drawing.

    Signals:
        found: some edges go other ways.
    """

    found = Signal()

    def __init__(self, drawing: Drawing, parent: QObject) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._steps: Iterator[None] | None = None
        self._wanted = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_waiting(self) -> bool:
        """Whether edges have no way yet, or one to an older place."""
        return self._wanted

    def start(self) -> None:
        """The drawing changed: its ways are found soon."""
        self._wanted, self._steps = True, None
        self._timer.start(0)

    def settle(self) -> None:
        """Every edge has a way when this returns: a careful one, in a large drawing at least a quick one."""
        if self._wanted:
            self._begin()

    def finish(self) -> None:
        """Every edge has its careful way when this returns."""
        self._wanted, self._steps = False, None
        self._timer.stop()
        self._drawing.reroute()
        self.found.emit()

    def rest(self) -> None:
        """A gesture is under way: nothing is done beside it, and what was begun is begun anew after it."""
        self._timer.stop()

    def stop(self) -> None:
        """Finds nothing any more."""
        self._wanted, self._steps = False, None
        self._timer.stop()

    def _go_on(self) -> None:
        if self._wanted:
            self._begin()
        elif self._steps is not None:
            self._work(self._steps)

    def _begin(self) -> None:
        if len(self._drawing.flow_edges()) <= AT_ONCE:
            self.finish()
            return
        self._wanted = False
        self._drawing.touch_up()
        self._steps = self._drawing.careful(touched_up=True)
        self.found.emit()
        self._timer.start(_PAUSE_MS)

    def _work(self, steps: Iterator[None]) -> None:
        self._clock.start()
        while self._clock.elapsed() < _SLICE_MS:
            if next(steps, self) is self:
                self._steps = None
                self.found.emit()
                return
        self._timer.start(0)
