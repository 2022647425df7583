"""Nodes that slide to their new places, all together. Any next gesture ends it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QObject, QVariantAnimation

Point = tuple[float, float]


class Glide(QObject):
    """One movement at a time."""

    def __init__(self, step: Callable[[Mapping[str, Point], bool], None], parent: QObject) -> None:
        """``step`` takes the places of the moving nodes and whether they have arrived."""
        super().__init__(parent)
        self._step = step
        self._ways: dict[str, tuple[Point, Point]] = {}
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(self._move)
        self._animation.finished.connect(self._arrive)

    def start(self, ways: Mapping[str, tuple[Point, Point]], ms: int, curve: QEasingCurve.Type) -> None:
        """Moves each node along its (from, to) in ``ms``."""
        self.finish()
        self._ways = dict(ways)
        self._animation.setDuration(ms)
        self._animation.setEasingCurve(curve)
        self._animation.start()

    def finish(self) -> None:
        """Puts everything in its place now."""
        if self._animation.state() is QAbstractAnimation.State.Running:
            self._animation.stop()
            self._arrive()

    @property
    def is_running(self) -> bool:
        return self._animation.state() is QAbstractAnimation.State.Running

    def _move(self, share: float) -> None:
        if self._ways:
            self._step({name: _between(*way, share) for name, way in self._ways.items()}, False)

    def _arrive(self) -> None:
        ways, self._ways = self._ways, {}
        self._step({name: end for name, (_, end) in ways.items()}, True)


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
